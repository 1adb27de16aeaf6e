"""What listens on a host, who talks with it, and which ports Orlop's own firewall table closes."""

from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address
from typing import ClassVar

from orlop.estate.fact import Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """What runs behind a socket.

    `path` is the program file, `deleted` whether that file is gone from disk while it still runs; `user` who runs it;
    `script` the file that an interpreter runs, `""` for others; `contained` whether it runs in a container.
    """

    name: str
    path: str
    deleted: bool
    user: str
    script: str
    contained: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Listener:
    """A socket that waits for others. The id ends in `/listener/tcp/0.0.0.0:22`; `::` also stands for `*`.

    `interface` is the one it is bound to, `""` for all. `package` is what installed the program (None: no package of
    the host did), `unit` the systemd unit it belongs to.
    """

    KIND: ClassVar[str] = "Host::Listener"

    id: str
    account: str
    region: str
    name: str
    source: str
    protocol: str
    address: str
    port: int
    interface: str
    program: Fact[Program]
    package: Fact[str | None]
    unit: Fact[str | None]

    @property
    def is_loopback(self) -> bool:
        """Whether only programs of the same machine can reach it."""
        return self.interface == "lo" or is_loopback(self.address)

    @property
    def is_on_all_addresses(self) -> bool:
        """Whether it waits on every address that the machine has."""
        return not self.is_loopback and ip_address(self.address).is_unspecified

    @property
    def is_on_public_address(self) -> bool:
        """Whether it waits on one address, and that is one of the internet."""
        return not self.is_on_all_addresses and ip_address(self.address).is_global


def is_loopback(address: str) -> bool:
    """Whether an address is one of the machine's own talk with itself, also in the form `::ffff:127.0.0.1`."""
    ip = ip_address(address)
    mapped = ip.ipv4_mapped if isinstance(ip, IPv6Address) else None
    return (mapped or ip).is_loopback


@dataclass(frozen=True, slots=True, kw_only=True)
class PortGuard:
    """One port, and whether Orlop's own nftables table (`inet orlop_close`) refuses new connections to it.

    The id ends in `/port/tcp/5432`; the name is `tcp/5432`.
    """

    KIND: ClassVar[str] = "Host::PortGuard"

    id: str
    account: str
    region: str
    name: str
    source: str
    protocol: str
    port: int
    closed: Fact[bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """Somebody talks with a service just now; connections of one peer to one port count once.

    `incoming`: the service (`port`) is ours and `peer` is the client; else the service is the peer's. `program` is our
    end, `""` where it was not seen.
    """

    KIND: ClassVar[str] = "Host::Connection"

    id: str
    account: str
    region: str
    name: str
    source: str
    protocol: str
    incoming: bool
    port: int
    peer: str
    program: str


KINDS = (Listener, PortGuard, Connection)
