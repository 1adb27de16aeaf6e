"""Whether a host is the one that it was: known keys, and those seen for the first time.

A key that is not the known one is refused, always. A host that nobody knows yet is believed the first time, its
fingerprint is shown, and the key is kept in a file of Orlop's own; the user's `known_hosts` are read, never written.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import asyncssh

USERS = (Path("~/.ssh/known_hosts"), Path("/etc/ssh/ssh_known_hosts"))


@dataclass(frozen=True, slots=True)
class Seen:
    """A host key that was seen for the first time; `fingerprint` as `ssh-keygen -l` shows it."""

    host: str
    port: int
    kind: str
    fingerprint: str


class KnownHosts:
    """The keys that are known: of the user, of the machine, and those that Orlop saw before (`own`, a file)."""

    def __init__(self, own: Path, others: Sequence[Path] = USERS, *, strict: bool = False) -> None:
        """Read the files that there are. If `strict`, an unknown host is refused, too."""
        self._own, self._strict = own, strict
        files = [path.expanduser() for path in (*others, own)]
        self.files = [str(path) for path in files if path.is_file() and os.access(path, os.R_OK)]
        self._known = asyncssh.read_known_hosts(self.files)
        self.seen: list[Seen] = []
        self._new: dict[tuple[str, int], str] = {}

    def admits(self, host: str, address: str, port: int, key: asyncssh.SSHKey) -> bool:
        """Whether a key that is not among the known ones may be a host's; keeps it, if it is seen the first time."""
        known = self._known.match(host, address, port)[0]
        text = key.export_public_key().decode().strip()
        if known or self._strict:
            return False
        if (host, port) in self._new:
            return self._new[host, port] == text
        self._new[host, port] = text
        self.seen.append(Seen(host, port, key.get_algorithm(), key.get_fingerprint()))
        self._keep(host if port == 22 else f"[{host}]:{port}", text)
        return True

    def knows(self, host: str, address: str, port: int) -> bool:
        """Whether any key of a host is known, so that another one is not its."""
        return bool(self._known.match(host, address, port)[0]) or (host, port) in self._new

    def _keep(self, name: str, key: str) -> None:
        self._own.parent.mkdir(parents=True, exist_ok=True)
        kind, value = key.split()[:2]
        with os.fdopen(os.open(self._own, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), "a") as file:
            file.write(f"{name} {kind} {value}\n")
