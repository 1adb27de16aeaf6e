"""Turns the answer of the probe into resources and listings.

Laws: any text at all gives resources and listings, never an exception; what could not be read is `Unread`, in the fact
or the listing that it belongs to; the same text always gives the same.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping

from orlop.collect.host import accounts, firewall, identity, settings, sockets, updates
from orlop.collect.host.identity import Identity
from orlop.collect.host.sections import BROKEN, MALFORMED, Gap, Said, split, take_apart
from orlop.collect.host.sockets import Socket
from orlop.estate.estate import Listing
from orlop.estate.fact import Cause, Fact, Unread
from orlop.estate.host import KINDS
from orlop.estate.host.account import Password, SudoRule, UserAccount
from orlop.estate.host.file import SensitiveFile
from orlop.estate.host.host import Host
from orlop.estate.host.kernel import Kernel
from orlop.estate.host.port import Connection, Listener, PortGuard, Program
from orlop.estate.host.ssh import SshServer
from orlop.estate.host.unit import Unit
from orlop.estate.resource import Resource

SECTIONS: Mapping[str, tuple[str, ...]] = {
    Host.KIND: ("addresses", "firewall", "updates", "automatic", "reboot", "time"),
    Listener.KIND: ("sockets", "programs", "packages", "passwd"),
    PortGuard.KIND: ("sockets", "close"),
    Connection.KIND: ("sockets", "connections"),
    UserAccount.KIND: ("passwd", "shadow", "keys"),
    SudoRule.KIND: ("sudo",),
    SshServer.KIND: ("sshd",),
    Kernel.KIND: ("sysctl",),
    Unit.KIND: ("units",),
    SensitiveFile.KIND: ("files",),
}
"""Kind -> the sections of the probe that tell of it, besides `identity`."""

MOST_CONNECTIONS = 4000

_NOT_SHOWN = Unread(Cause.DENIED, "only root may see which program holds it", "root")
_NOT_SEEN = Unread(Cause.FAILED, "the program that holds it could not be seen")
_CONTAINED = Unread(Cause.UNSUPPORTED, "it runs in a container, whose packages are not those of the host")

_Made = Callable[[Said, Identity], Iterable[Resource]]


def read(text: str) -> tuple[list[Resource], list[Listing]]:
    """Return what the probe's answer tells: resources, and which questions were answered. Never raises."""
    said = take_apart(text)
    try:
        who = identity.identity(said.lines("identity"))
    except Gap as gap:
        return [], [_listing(kind.KIND, "host:unknown", "identity", gap.unread) for kind in KINDS]
    except BROKEN:
        return [], [_listing(kind.KIND, "host:unknown", "identity", MALFORMED) for kind in KINDS]
    resources: list[Resource] = []
    listings: list[Listing] = []
    for kind, section, make in _MAKERS:
        found: list[Resource] = []
        unread: Unread | None = None
        try:
            found += make(said, who)
        except Gap as gap:
            unread = gap.unread
        except _Partly as partly:
            found, unread = partly.found, partly.unread
        except BROKEN:
            unread = MALFORMED
        resources += found
        listings.append(_listing(kind, who.account, section, unread))
    return resources, listings


class _Partly(Exception):
    """A listing of which only a part was read."""

    def __init__(self, found: list[Resource], unread: Unread) -> None:
        self.found, self.unread = found, unread
        super().__init__(unread.why)


def _listing(kind: str, account: str, section: str, unread: Unread | None) -> Listing:
    return Listing(kind=kind, account=account, region="", source=f"probe:{section}", unread=unread)


def _host(said: Said, who: Identity) -> Iterator[Resource]:
    yield Host(
        id=who.account,
        account=who.account,
        region="",
        name=who.name,
        source="probe:identity",
        as_root=who.as_root,
        os=who.os,
        kernel=who.kernel,
        boot_id=who.boot_id,
        vendor=who.vendor,
        container=who.container,
        addresses=said.fact("addresses", identity.addresses),
        firewall=said.fact("firewall", firewall.firewall),
        updates=said.fact("updates", updates.updates),
        automatic_updates=said.fact("automatic", identity.automatic),
        reboot=said.fact("reboot", identity.reboot),
        time_services=said.fact("time", lambda lines: tuple(sorted(set(lines)))),
    )


def _listeners(said: Said, who: Identity) -> Iterator[Resource]:
    found = sockets.listening(said.lines("sockets"))
    users = said.fact("passwd", lambda lines: {user.uid: user.name for user in reversed(accounts.users(lines))})
    names = {} if users.unread else users.value
    running = said.fact("programs", lambda lines: sockets.programs(lines, names))
    owners = said.fact("packages", sockets.owners)
    for socket in found:
        program, unit = _behind(socket, running, who)
        yield Listener(
            id=f"{who.account}/listener/{socket.key}",
            account=who.account,
            region="",
            name=f"{socket.protocol}/{socket.port}",
            source="probe:sockets",
            protocol=socket.protocol,
            address=socket.address,
            port=socket.port,
            interface=socket.interface,
            program=program,
            package=_package(program, owners),
            unit=unit,
        )


def _behind(
    socket: Socket, running: "Fact[dict[int, tuple[Program, str | None]]]", who: Identity
) -> tuple[Fact[Program], Fact[str | None]]:
    """Return program and unit of a socket. Where systemd opened it for a service, the service is meant."""
    source = "probe:programs"
    if running.unread:
        return Fact(running.unread, source), Fact(socket.unit or running.unread, source)
    seen = [running.value[pid] for pid in socket.pids if pid in running.value]
    if not seen:
        why = _NOT_SEEN if who.as_root else _NOT_SHOWN
        return Fact(why, source), Fact(socket.unit or why, source)
    program, unit = next(((p, u) for p, u in seen if p.name != "systemd"), seen[0])
    return Fact(program, source), Fact(socket.unit or unit, source)


def _package(program: Fact[Program], owners: Fact[dict[str, str]]) -> Fact[str | None]:
    source = "probe:packages"
    if program.unread:
        return Fact(program.unread, source)
    if program.value.contained:
        return Fact(_CONTAINED, source)
    path = program.value.path
    if path.startswith("/snap/"):
        return Fact(path.split("/")[2], source)
    return owners.map(lambda known: next((known[p] for p in _same_file(path) if p in known), None))


def _same_file(path: str) -> tuple[str, ...]:
    """Return a path as it is and as it was before /bin, /sbin and /lib moved into /usr."""
    return path, path.removeprefix("/usr") if path.startswith("/usr/") else f"/usr{path}"


def _guards(said: Said, who: Identity) -> Iterator[Resource]:
    shut = said.fact("close", firewall.closed)
    ports = {(s.protocol, s.port) for s in sockets.listening(said.lines("sockets"))}
    for protocol, port in sorted(ports | (frozenset() if shut.unread else shut.value)):
        yield PortGuard(
            id=f"{who.account}/port/{protocol}/{port}",
            account=who.account,
            region="",
            name=f"{protocol}/{port}",
            source="probe:close",
            protocol=protocol,
            port=port,
            closed=shut.map(lambda closed, key=(protocol, port): key in closed),
        )


def _connections(said: Said, who: Identity) -> Iterator[Resource]:
    lines = said.lines("connections")
    ours = {(s.protocol, s.port) for s in sockets.listening(said.lines("sockets"))}
    found: dict[str, Resource] = {}
    for peer in sockets.talking(lines[:MOST_CONNECTIONS]):
        incoming = (peer.protocol, peer.local_port) in ours
        port = peer.local_port if incoming else peer.port
        key = f"{peer.protocol}/{'from' if incoming else 'to'}/{peer.peer}/{port}"
        found[key] = Connection(
            id=f"{who.account}/connection/{key}",
            account=who.account,
            region="",
            name=key,
            source="probe:connections",
            protocol=peer.protocol,
            incoming=incoming,
            port=port,
            peer=peer.peer,
            program=peer.program,
        )
    if len(lines) > MOST_CONNECTIONS:
        many = Unread(Cause.NOT_LOOKED_AT, f"there are more than {MOST_CONNECTIONS} connections: the rest was left out")
        raise _Partly(list(found.values()), many)
    yield from found.values()


def _users(said: Said, who: Identity) -> Iterator[Resource]:
    hidden = said.fact("shadow", accounts.passwords)
    keys = said.fact("keys", accounts.keys)
    for user in accounts.users(said.lines("passwd")):
        kept = Fact(user.password, "probe:passwd") if user.password else _shadow(hidden, user.name)
        yield UserAccount(
            id=f"{who.account}/user/{user.name}",
            account=who.account,
            region="",
            name=user.name,
            source="probe:passwd",
            uid=user.uid,
            home=user.home,
            shell=user.shell,
            groups=user.groups,
            password=kept,
            keys=keys.map(lambda known, name=user.name: known.get(name, 0)),
        )


def _shadow(hidden: Fact[dict[str, Password]], name: str) -> Fact[Password]:
    """Return how a password is kept. Who has no line in /etc/shadow has no password that would open anything."""
    return hidden.map(lambda known: known.get(name, Password.NONE))


def _sudo(said: Said, who: Identity) -> Iterator[Resource]:
    for rule in accounts.sudo(said.lines("sudo")):
        digest = hashlib.sha256(f"{rule.file}\n{rule.text}".encode()).hexdigest()[:8]
        yield SudoRule(
            id=f"{who.account}/sudo/{rule.who}/{digest}",
            account=who.account,
            region="",
            name=rule.who,
            source="probe:sudo",
            who=rule.who,
            run_as=rule.run_as,
            commands=rule.commands,
            without_password=rule.without_password,
            file=rule.file,
            text=rule.text,
        )


def _ssh(said: Said, who: Identity) -> Iterator[Resource]:
    lines = said.lines("sshd")
    if lines == ["none"]:
        return
    running, reads, dropins = settings.sshd_head(lines)
    yield SshServer(
        id=f"{who.account}/sshd",
        account=who.account,
        region="",
        name="sshd",
        source="probe:sshd",
        running=running,
        reads_dropins=reads,
        dropins=dropins,
        settings=said.fact("sshd", settings.sshd_settings),
        root_login=said.fact("sshd", lambda lines: settings.sshd_group(lines, "root_login")),
        password_login=said.fact("sshd", lambda lines: settings.sshd_group(lines, "password_login")),
        empty_passwords=said.fact("sshd", lambda lines: settings.sshd_group(lines, "empty_passwords")),
        tries=said.fact("sshd", lambda lines: settings.sshd_group(lines, "tries")),
        forwarding=said.fact("sshd", lambda lines: settings.sshd_group(lines, "forwarding")),
        algorithms=said.fact("sshd", lambda lines: settings.sshd_group(lines, "algorithms")),
    )


def _kernel(said: Said, who: Identity) -> Iterator[Resource]:
    said.lines("sysctl")
    yield Kernel(
        id=f"{who.account}/kernel",
        account=who.account,
        region="",
        name="kernel",
        source="probe:sysctl",
        random_addresses=said.fact("sysctl", lambda lines: settings.kernel_group(lines, "random_addresses")),
        looking_into_programs=said.fact("sysctl", lambda lines: settings.kernel_group(lines, "looking_into_programs")),
        kernel_secrets=said.fact("sysctl", lambda lines: settings.kernel_group(lines, "kernel_secrets")),
        links=said.fact("sysctl", lambda lines: settings.kernel_group(lines, "links")),
        dumps=said.fact("sysctl", lambda lines: settings.kernel_group(lines, "dumps")),
        routes=said.fact("sysctl", lambda lines: settings.kernel_group(lines, "routes")),
        forwarding=said.fact("sysctl", lambda lines: settings.kernel_group(lines, "forwarding")),
    )


def _units(said: Said, who: Identity) -> Iterator[Resource]:
    parts = split(said.lines("units"))
    active = {line.split()[0] for line in parts[""]}
    enabled = {line.split()[0] for line in parts["=="]}
    for name in sorted(active | enabled):
        yield Unit(
            id=f"{who.account}/unit/{name}",
            account=who.account,
            region="",
            name=name,
            source="probe:units",
            active=name in active,
            enabled=name in enabled,
        )


def _files(said: Said, who: Identity) -> Iterator[Resource]:
    found: list[Resource] = []
    unseen: list[str] = []
    for line in said.lines("files"):
        if line.startswith("unseen "):
            unseen.append(line.removeprefix("unseen "))
            continue
        mode, owner, group, kind = line.partition(" ")[0].split(":", 3)
        path = line.partition(" ")[2]
        found.append(
            SensitiveFile(
                id=f"{who.account}/file{path}",
                account=who.account,
                region="",
                name=path,
                source="probe:files",
                mode=f"{int(mode, 8):04o}",
                owner=owner,
                group=group,
                folder=int(kind, 16) & 0xF000 == 0x4000,
            )
        )
    if unseen:
        raise _Partly(found, Unread(Cause.DENIED, f"only root may look into {', '.join(unseen)}", "root"))
    yield from found


_MAKERS: tuple[tuple[str, str, _Made], ...] = (
    (Host.KIND, "identity", _host),
    (Listener.KIND, "sockets", _listeners),
    (PortGuard.KIND, "close", _guards),
    (Connection.KIND, "connections", _connections),
    (UserAccount.KIND, "passwd", _users),
    (SudoRule.KIND, "sudo", _sudo),
    (SshServer.KIND, "sshd", _ssh),
    (Kernel.KIND, "sysctl", _kernel),
    (Unit.KIND, "units", _units),
    (SensitiveFile.KIND, "files", _files),
)
