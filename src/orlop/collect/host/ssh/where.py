"""Where a host is reached by SSH, as a person writes it: `ssh://admin@web-1:2222`, `admin@web-1`, `web-1`."""

import re
from dataclasses import dataclass

PORT = 22


@dataclass(frozen=True, slots=True, kw_only=True)
class Where:
    """A host to be reached by SSH. What is empty (0, `""`) is left to `~/.ssh/config`, or to what is usual.

    `jump` is a host to go through, as `ssh -J` takes it; `key` a file with a private key; `name` what people call it.
    """

    host: str
    port: int = 0
    user: str = ""
    jump: str = ""
    key: str = ""
    name: str = ""

    def __str__(self) -> str:
        """Show as `ssh://admin@web-1:2222`."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"ssh://{f'{self.user}@' if self.user else ''}{host}{f':{self.port}' if self.port else ''}"


_WRITTEN = re.compile(
    r"(?:ssh://)?(?:(?P<user>[^@/\s:]+)@)?(?:\[(?P<six>[0-9A-Fa-f:.%]+)\]|(?P<host>[^@/\s:\[\]]+))(?::(?P<port>\d{1,5}))?/?"
)


def where(text: str) -> Where:
    """Return where a text leads. Raises: ValueError."""
    found = _WRITTEN.fullmatch(text.strip())
    host = (found["six"] or found["host"]) if found else ""
    port = int(found["port"] or 0) if found else 0
    if not found or host.startswith("-") or (found["user"] or "").startswith("-") or port > 65535:
        raise ValueError(f"{text!r} is not USER@HOST:PORT")  # a leading dash would be an option of the ssh program
    return Where(host=host, port=port, user=found["user"] or "")
