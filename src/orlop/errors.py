"""The one tree of errors. Each says what happened, what it means, and what to do next.

    OrlopError            64
    ├── BadInput          65   what you typed or gave us cannot be used
    ├── NotFound          66   no such finding, snapshot, change or rule
    ├── NoAccess          67   no credentials, expired credentials, a login that was refused
    ├── CannotReach       68   a host or an endpoint that does not answer
    ├── StoreTrouble      69   Orlop's own store cannot be read or written (disk full, damaged, newer version)
    ├── FixRefused        70   a change was not made
    │   ├── Moved         71   the live value is no longer what was seen
    │   ├── NotSettled    72   written, but the system does not show the new value
    │   └── NotReversible 73   Orlop does not carry out what it cannot undo
    └── Interrupted       130  you pressed Ctrl-C

Exit codes below 64 are answers, not errors: 0 nothing found, 1 findings, 2 could not assess enough to say.
"""

from typing import ClassVar


class OrlopError(Exception):
    """Something that Orlop could not do. `str()` is the whole text for the user."""

    exit_code: ClassVar[int] = 64

    def __init__(self, happened: str, *, means: str = "", do: str = "") -> None:
        """Say what `happened`, what it `means`, and what to `do` next; each a short sentence."""
        self.happened, self.means, self.do = happened, means, do
        super().__init__(" ".join(part for part in (happened, means, do) if part))


class BadInput(OrlopError):
    """What you typed or gave us cannot be used."""

    exit_code = 65


class NotFound(OrlopError):
    """No such finding, snapshot, change or rule."""

    exit_code = 66


class NoAccess(OrlopError):
    """No credentials, expired credentials, or a login that was refused."""

    exit_code = 67


class CannotReach(OrlopError):
    """A host or an endpoint that does not answer."""

    exit_code = 68


class StoreTrouble(OrlopError):
    """Orlop's own store cannot be read or written."""

    exit_code = 69


class FixRefused(OrlopError):
    """A change was not made. `code` is the system's own word for why (`InvalidPermission.Duplicate`), `""` if none."""

    exit_code = 70

    def __init__(self, happened: str, *, means: str = "", do: str = "", code: str = "") -> None:
        """Say what happened, as `OrlopError`."""
        self.code = code
        super().__init__(happened, means=means, do=do)


class Moved(FixRefused):
    """The live value is no longer what was seen: somebody else changed it since."""

    exit_code = 71


class NotSettled(FixRefused):
    """Written, but the system does not show the new value."""

    exit_code = 72


class NotReversible(FixRefused):
    """Orlop does not carry out what it cannot undo."""

    exit_code = 73


class Interrupted(OrlopError):
    """You pressed Ctrl-C."""

    exit_code = 130
