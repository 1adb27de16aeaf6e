"""Settings, and the clock: what an operation is given from outside."""

import getpass
import os
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from orlop.collect.progress import Progress, Silent

VERSION = version("orlop")


def now() -> str:
    """The time, ISO 8601 in UTC, to the second."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def default_store() -> Path:
    """Where Orlop keeps what it knows: `ORLOP_STORE`, else the user's data folder."""
    if chosen := os.environ.get("ORLOP_STORE"):
        return Path(chosen)
    data = os.environ.get("XDG_DATA_HOME")
    return (Path(data) if data else Path.home() / ".local" / "share") / "orlop"


def user() -> str:
    """Who says yes: the user's name on this machine, for the journal."""
    try:
        return os.environ.get("SUDO_USER") or getpass.getuser()
    except (KeyError, OSError):  # no such user in passwd, as in containers
        return f"uid {os.getuid()}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What every operation may need.

    `store` is a folder; `profile` an AWS profile; `threads` at most for reading AWS, `hosts_at_once` over SSH.
    """

    store: Path = field(default_factory=default_store)
    profile: str | None = None
    now: Callable[[], str] = now
    user: Callable[[], str] = user
    progress: Progress = field(default_factory=Silent)
    threads: int = 32
    hosts_at_once: int = 50

    def beside(self, name: str) -> "Settings":
        """Return the same settings with a store of its own, in a folder of this one."""
        return replace(self, store=self.store / name)
