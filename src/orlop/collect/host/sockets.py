"""What listens, what runs behind it, and who talks with it: from `ss`, or from the kernel's own tables without it."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address

from orlop.estate.host.port import Program, is_loopback

_USERS = re.compile(r'\("(.{0,15})",pid=(\d{1,9}),fd=\d{1,9}\)')
"""Greedy on purpose: a program may call itself `a",pid=1,fd=3)`, but no name has more than 15 characters."""

_CONTAINED = ("docker", "containerd", "kubepods", "libpod", "crio", "lxc", "machine.slice")


@dataclass(frozen=True, slots=True, kw_only=True)
class Socket:
    """One waiting socket. `pids` are the processes that hold it; `unit` its systemd unit, None where not told."""

    protocol: str
    address: str
    port: int
    interface: str
    pids: tuple[int, ...]
    unit: str | None

    @property
    def key(self) -> str:
        """The part of the id that names it: `tcp/0.0.0.0:22`, `udp/[fe80::1%eth0]:546`."""
        where = f"{self.address}%{self.interface}" if self.interface else self.address
        return f"{self.protocol}/{f'[{where}]' if ':' in where else where}:{self.port}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Peer:
    """One who talks with a service: `local_port` here, `port` there."""

    protocol: str
    local: str
    local_port: int
    peer: str
    port: int
    program: str


def listening(lines: list[str]) -> list[Socket]:
    """Return what listens, each address and port once. Raises: ValueError, IndexError."""
    told = _from_tables(lines) if any(line.startswith("== held") for line in lines) else _from_ss(lines)
    merged: dict[str, Socket] = {}
    for socket in told:
        known = merged.get(socket.key)
        pids = tuple(sorted({*socket.pids, *(known.pids if known else ())}))
        merged[socket.key] = Socket(
            protocol=socket.protocol,
            address=socket.address,
            port=socket.port,
            interface=socket.interface,
            pids=pids,
            unit=socket.unit or (known.unit if known else None),
        )
    return [merged[key] for key in sorted(merged)]


def talking(lines: list[str]) -> list[Peer]:
    """Return who talks with whom, the machine's talk with itself left out. Raises: ValueError, IndexError."""
    found: list[Peer] = []
    for line in lines:
        fields = line.split()
        if fields[0] == "Netid":  # the heading of an ss that cannot leave it out
            continue
        if fields[0] not in ("tcp", "udp"):
            raise ValueError("a line of ss without protocol")
        [local, peer] = [field for field in fields[1:] if re.search(r":\d+$", field)][:2]
        address, _, port = _end_point(local)
        other, _, other_port = _end_point(peer)
        if not is_loopback(other) and address != other:
            names = _USERS.findall(line)
            found.append(
                Peer(
                    protocol=fields[0],
                    local=address,
                    local_port=port,
                    peer=other,
                    port=other_port,
                    program=names[0][0] if names else "",
                )
            )
    return found


def programs(lines: list[str], users: Mapping[int, str]) -> dict[int, tuple[Program, str | None]]:
    """Return pid -> the program and its unit. `users` are uid -> name. Raises: ValueError, KeyError."""
    blocks: dict[int, dict[str, str]] = {}
    block: dict[str, str] = {}
    for line in lines:
        key, _, value = line.partition(" ")
        if key == "pid":
            block = blocks.setdefault(int(value), {})
        block.setdefault(key, value)
    return {pid: (_program(said, users), unit_of(said.get("cgroup", ""))) for pid, said in blocks.items()}


def owners(lines: list[str]) -> dict[str, str]:
    """Return program file -> package."""
    return {path: package for path, _, package in (line.rpartition(" ") for line in lines)}


def unit_of(cgroup: str) -> str | None:
    """Return the systemd unit that a control group belongs to: the innermost service, socket or scope."""
    parts = reversed(cgroup.split("/"))
    return next((part for part in parts if part.endswith((".service", ".socket", ".scope"))), None)


def _program(said: dict[str, str], users: Mapping[int, str]) -> Program:
    path = said["exe"].removesuffix(" (deleted)")
    uid = int(said["uid"])
    return Program(
        name=path.rpartition("/")[2],
        path=path,
        deleted=said["exe"].endswith(" (deleted)"),
        user=users.get(uid, str(uid)),
        script=said.get("script", ""),
        contained=any(word in said.get("cgroup", "") for word in _CONTAINED),
    )


def _from_ss(lines: list[str]) -> Iterator[Socket]:
    for line in lines:
        fields = line.split()
        if fields[0] == "Netid":  # the heading of an ss that cannot leave it out
            continue
        if fields[0] not in ("tcp", "udp") or fields[1] not in ("LISTEN", "UNCONN"):
            raise ValueError("a line of ss that is no waiting socket")
        address, interface, port = _end_point(fields[4])
        cgroup = re.search(r"\scgroup:(/\S*)", line)
        yield Socket(
            protocol=fields[0],
            address=address,
            port=port,
            interface=interface,
            pids=tuple(int(pid) for _, pid in _USERS.findall(line)),
            unit=unit_of(cgroup[1]) if cgroup else None,
        )


def _end_point(text: str) -> tuple[str, str, int]:
    """Return address, interface and port of `0.0.0.0:22`, `[fe80::1]%eth0:546`, `127.0.0.53%lo:53`, `*:80`."""
    where, _, port = text.rpartition(":")
    where, _, interface = where.partition("%")
    where = where.strip("[]")
    if where == "*":
        return "::", interface, int(port)
    known = IPv6Address(where) if ":" in where else IPv4Address(where)
    return _plain(known), interface, int(port)


def _plain(address: IPv4Address | IPv6Address) -> str:
    """Return an address as text; an IPv4 address in the clothes of IPv6 (`::ffff:127.0.0.1`) as what it is."""
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return str(mapped or address)


def _from_tables(lines: list[str]) -> Iterator[Socket]:
    """Read the kernel's tables: `tcp 0100007F:0016 INODE`, then `PID INODE` of who holds which.

    Source: https://docs.kernel.org/networking/proc_net_tcp.html
    """
    cut = lines.index("== held")
    held: dict[str, list[int]] = {}
    for line in lines[cut + 1 :]:
        pid, inode = line.split()
        held.setdefault(inode, []).append(int(pid))
    for line in lines[:cut]:
        protocol, end, inode = line.split()
        where, _, port = end.partition(":")
        yield Socket(
            protocol=protocol.removesuffix("6"),
            address=_from_hex(where),
            port=int(port, 16),
            interface="",
            pids=tuple(held.get(inode, ())),
            unit=None,
        )


def _from_hex(text: str) -> str:
    """Return the address that the kernel shows as words in the processor's order (little-endian)."""
    raw = bytes.fromhex(text)
    turned = b"".join(raw[i : i + 4][::-1] for i in range(0, len(raw), 4))
    return _plain(IPv4Address(turned) if len(turned) == 4 else IPv6Address(turned))
