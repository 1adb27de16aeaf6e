"""A host itself: what it is, and what holds for it as a whole."""

from dataclasses import dataclass
from typing import ClassVar

from orlop.estate.fact import Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatingSystem:
    """What /etc/os-release says: `id` (`debian`), `version` (`12`), `name` for people. `""` where it is silent.

    Source: https://www.freedesktop.org/software/systemd/man/latest/os-release.html
    """

    id: str
    version: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """An address (with its prefix length, `10.0.0.5/24`) and the interface that bears it."""

    interface: str
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingUpdate:
    """A package of which a newer version stands in the lists of security updates."""

    package: str
    installed: str
    available: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Updates:
    """What the package lists that lie on the host say; Orlop fetches none.

    `lists_at` is when they were last fetched (ISO 8601), `security_source` whether security updates are among the
    sources.
    """

    security: tuple[PendingUpdate, ...]
    security_source: bool
    lists_at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Automatic:
    """Whether updates install themselves: the program for it (`apt`, `dnf`), and what is missing for it to run."""

    by: str
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reboot:
    """Whether a restart is due, and why: packages that ask for it, or a kernel that is installed but does not run."""

    due: bool
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Firewall:
    """Whether the kernel drops new incoming traffic that no rule allows, for each of the two kinds of addresses.

    `by` names the chains that do. `tools` are the programs that rule here (`ufw`, `firewalld`), if any.
    """

    blocks_ipv4: bool
    blocks_ipv6: bool
    by: tuple[str, ...]
    tools: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Host:
    """One machine with an operating system. Its `id` and `account` are `host:MACHINE-ID`, its name is its host name.

    `as_root` is whether it was read with all rights. `container` names the container engine, `""` where the machine
    has a kernel of its own. `boot_id` changes with each start.
    """

    KIND: ClassVar[str] = "Host::Host"

    id: str
    account: str
    region: str
    name: str
    source: str
    as_root: bool
    os: OperatingSystem
    kernel: str
    boot_id: str
    vendor: str
    container: str
    addresses: Fact[tuple[Address, ...]]
    firewall: Fact[Firewall]
    updates: Fact[Updates]
    automatic_updates: Fact[Automatic]
    reboot: Fact[Reboot]
    time_services: Fact[tuple[str, ...]]


KINDS = (Host,)
