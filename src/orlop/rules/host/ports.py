"""Questions about what listens: who can reach it, and what it is."""

from orlop.estate.change import Change, change
from orlop.estate.estate import Estate
from orlop.estate.host.host import Host
from orlop.estate.host.port import Listener, PortGuard
from orlop.frameworks import cis_debian, gdpr, hipaa
from orlop.rules.host.known import Purpose, Service, service_of
from orlop.rules.rule import Answer, Fail, Pass, Severity, rule

_CLOSE = (
    "Let the service listen on 127.0.0.1 only, in its own settings, and restart it. Or refuse the port in your "
    "firewall, e.g. sudo ufw deny PORT/tcp"
)
_CLOSING = (
    "Machines that connect to this port now can open no new connections. Those already open go on, and this machine "
    "itself still can. Where systemd does not run the machine, the port is open again after the next restart."
)
_ANYBODY_CAN_WRITE = ("/tmp/", "/var/tmp/", "/dev/shm/", "/run/shm/")  # noqa: S108 -- looked for, not written to


@rule(
    asks="Can every machine on the network connect to this database, cache or file store?",
    severity=Severity.HIGH,
    controls=(cis_debian("2.1.22"), hipaa("164.312(a)(1)"), gdpr("32(1)(b)")),
    by_hand=_CLOSE,
    breaks=_CLOSING,
)
def database_open_to_network(listener: Listener, estate: Estate) -> Answer:
    """Database open to the network.

    A database is meant for the programs that use it, not for the network. Where everyone can reach it, one guessed
    password or one flaw gives away all that it holds. Many that were found open were emptied or held to ransom.
    """
    return _reach(listener, estate, Purpose.DATA)


@rule(
    asks="Can every machine on the network reach this door, which is meant for administrators?",
    severity=Severity.HIGH,
    controls=(cis_debian("2.1.22"), hipaa("164.312(a)(1)"), gdpr("32(1)(b)")),
    by_hand=_CLOSE,
    breaks=_CLOSING,
)
def admin_port_open_to_network(listener: Listener, estate: Estate) -> Answer:
    """Administration port open to the network.

    Through such a port a machine is controlled. Whoever gets past its login, if it has one, owns the machine.
    """
    return _reach(listener, estate, Purpose.ADMINISTRATION)


@rule(
    asks="Does this service send passwords or data in a form that anyone on the way can read?",
    severity=Severity.HIGH,
    controls=(cis_debian("2.1.22"), hipaa("164.312(e)(1)"), gdpr("32(1)(a)")),
    by_hand="Replace it by an encrypted one: SSH for telnet, rsh and rlogin; SFTP for FTP; the TLS ports 993, 995 and "
    "636 for mail and LDAP; version 3 of SNMP.",
    breaks=_CLOSING,
)
def readable_service_open(listener: Listener, estate: Estate) -> Answer:
    """Service that others can overhear.

    What it sends crosses the network as it is. Anyone on the way, such as a taken-over machine in the same network,
    reads along, and can use the passwords.
    """
    return _reach(listener, estate, Purpose.READABLE_LOGIN, Purpose.READABLE)


@rule(
    asks="Does a program that no software package brought wait for connections from the network?",
    severity=Severity.LOW,
    controls=(cis_debian("2.1.22"),),
    by_hand="Find out who put it there: ls -l PROGRAM; systemctl status PID. If nobody needs it, stop and remove it. "
    "If it is yours, note who updates it.",
    breaks="Whatever uses the program stops working when you remove it.",
)
def listener_without_package(listener: Listener, estate: Estate) -> Answer:
    """Listener that no package installed.

    Updates of the system do not reach such a program: its flaws stay until somebody remembers it. It may also be
    something that an intruder left.
    """
    if listener.is_loopback:
        return Pass("Only this machine itself can reach it.")
    program = listener.program.value
    if program.contained:
        return Pass("It runs in a container, whose image brought it.")
    if (package := listener.package.value) is not None:
        return Pass(f"The package {package} brought it.")
    suspicious = program.path.startswith(_ANYBODY_CAN_WRITE)
    place = " It lies where every user may put files." if suspicious else ""
    return Fail(
        f"{program.path} (run by {program.user}) listens on {listener.name}, and no package installed it.{place}",
        witness=(program.path, listener.id),
        severity=Severity.HIGH if suspicious else None,
    )


@rule(
    asks="Does an old copy of a program, no longer on disk, still answer the network?",
    severity=Severity.MEDIUM,
    controls=(cis_debian("1.2.2.1"),),
    by_hand="sudo systemctl restart SERVICE",
    breaks="The service is away for the moment of its restart.",
)
def listener_of_deleted_program(listener: Listener, estate: Estate) -> Answer:
    """Program still runs after its file was replaced.

    An update replaced or removed the file, but the old program still runs, with the flaws that the update mended. Some
    intruders also delete their program while it runs.
    """
    if listener.is_loopback:
        return Pass("Only this machine itself can reach it.")
    program = listener.program.value
    if not program.deleted:
        return Pass("The program that runs is the one on disk.")
    return Fail(
        f"{program.path} listens on {listener.name}, but its file was deleted or replaced since it started.",
        witness=(f"{program.path} (deleted)", listener.id),
    )


def _reach(listener: Listener, estate: Estate, *purposes: Purpose) -> Answer:
    if listener.is_loopback:
        return Pass("Only this machine itself can reach it.")
    if not (listener.is_on_all_addresses or listener.is_on_public_address):
        return Pass(f"It listens on one private address only ({listener.address}).")
    service = service_of(listener, *purposes)
    if service is None:
        return Pass("It is not one of these services.")
    guard = estate.get(PortGuard, f"{listener.account}/port/{listener.protocol}/{listener.port}")
    if guard.closed.value:
        return Pass("Orlop's own firewall table refuses new connections from outside to this port.")
    severity, beside = _weight(listener, estate, service)
    note = f" {service.note}" if service.note else ""
    return Fail(
        f"We found port {listener.port} open for {service.name}: {_who(listener)} takes connections from "
        f"{_where(listener, estate)}.{note}{beside}",
        _close(listener, guard),
        witness=(listener.id,),
        severity=severity,
    )


def _close(listener: Listener, guard: PortGuard) -> Change | None:
    """Return the change that closes the port. Ports that Docker publishes go past the place where we would close."""
    seen = listener.program
    if seen.unread is None and seen.value.name == "docker-proxy":
        return None
    return change(guard, "closed", True)


def _weight(listener: Listener, estate: Estate, service: Service) -> tuple[Severity | None, str]:
    """Return the severity, and what is to be said beside, by what the service is and what else guards it."""
    guards = [host.firewall.value for host in estate.each(Host) if _is_read(host, listener)]
    six = ":" in listener.address
    if any(guard.blocks_ipv6 if six else guard.blocks_ipv4 for guard in guards):
        return Severity.LOW, " This machine's firewall blocks what no rule allows; check whether a rule lets this in."
    if service.purpose is Purpose.READABLE:
        return Severity.MEDIUM, ""
    return None, ""


def _is_read(host: Host, listener: Listener) -> bool:
    return host.account == listener.account and host.firewall.unread is None


def _who(listener: Listener) -> str:
    """Say who listens, as far as it was seen."""
    program, package, unit = listener.program, listener.package, listener.unit
    name = program.value.name if program.unread is None else "a program that we could not see"
    parts = [
        f"package {package.value}" if package.unread is None and package.value else "",
        f"service {unit.value}" if unit.unread is None and unit.value else "",
    ]
    told = ", ".join(part for part in parts if part)
    return f"{name} ({told})" if told else name


def _where(listener: Listener, estate: Estate) -> str:
    """Say from where it can be reached."""
    if listener.is_on_public_address:
        return f"the internet (address {listener.address})"
    hosts = [host for host in estate.each(Host) if host.account == listener.account]
    known = [a for host in hosts if host.addresses.unread is None for a in host.addresses.value]
    shown = [f"{a.address} on {a.interface}" for a in known if not a.address.startswith("fe80")][:3]
    through = f" ({', '.join(shown)})" if shown else ""
    interface = f"the network at {listener.interface}" if listener.interface else "every network of this machine"
    return f"{interface}{through}"


ALL = (
    database_open_to_network,
    admin_port_open_to_network,
    readable_service_open,
    listener_without_package,
    listener_of_deleted_program,
)
