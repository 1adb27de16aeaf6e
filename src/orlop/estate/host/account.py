"""Who may log in on a host, and who may act as root there."""

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from orlop.estate.fact import Fact


class Password(StrEnum):
    """How an account's password is kept. The hash itself never leaves the host.

    Source: https://manpages.debian.org/bookworm/libcrypt-dev/crypt.5.en.html
    """

    EMPTY = "empty"
    NONE = "none"
    LOCKED = "locked"
    DES = "des"
    MD5 = "md5"
    SHA256 = "sha256"
    SHA512 = "sha512"
    BCRYPT = "bcrypt"
    SCRYPT = "scrypt"
    YESCRYPT = "yescrypt"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class UserAccount:
    """A user of the host itself (/etc/passwd). `keys` is how many SSH keys open a login to it."""

    KIND: ClassVar[str] = "Host::UserAccount"

    id: str
    account: str
    region: str
    name: str
    source: str
    uid: int
    home: str
    shell: str
    groups: tuple[str, ...]
    password: Fact[Password]
    keys: Fact[int]

    @property
    def has_shell(self) -> bool:
        """Whether a login gets a command line."""
        return self.shell.rpartition("/")[2] not in ("nologin", "false", "sync", "shutdown", "halt")


@dataclass(frozen=True, slots=True, kw_only=True)
class SudoRule:
    """One rule of sudo: `who` (a user, `%group`, `ALL`) may run `commands` as `run_as`, with or without a password.

    `text` is the rule as it is written, `file` where.
    """

    KIND: ClassVar[str] = "Host::SudoRule"

    id: str
    account: str
    region: str
    name: str
    source: str
    who: str
    run_as: str
    commands: tuple[str, ...]
    without_password: tuple[str, ...]
    file: str
    text: str


KINDS = (UserAccount, SudoRule)
