"""Services and sockets of systemd that run, or that start with the system."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """One service or socket, e.g. `ssh.service`: whether it is active now, and whether it starts with the system."""

    KIND: ClassVar[str] = "Host::Unit"

    id: str
    account: str
    region: str
    name: str
    source: str
    active: bool
    enabled: bool


KINDS = (Unit,)
