"""Questions about the firewall of a host itself."""

from orlop.estate.estate import Estate
from orlop.estate.host.host import Host
from orlop.estate.host.port import Listener
from orlop.frameworks import cis_debian, gdpr, hipaa
from orlop.rules.rule import Answer, Fail, Pass, Severity, rule

_TURN_ON = "sudo ufw allow OpenSSH && sudo ufw default deny incoming && sudo ufw enable"
_OTHERS = "Every port that you do not allow first stops being reachable, your own login by SSH among them."


@rule(
    asks="Is every open port of this machine reachable, because no firewall of its own holds anything back?",
    severity=Severity.MEDIUM,
    controls=(
        cis_debian("4.2.7"),
        cis_debian("4.3.8"),
        cis_debian("4.4.2.1"),
        hipaa("164.312(e)(1)"),
        gdpr("32(1)(b)"),
    ),
    by_hand=_TURN_ON,
    breaks=_OTHERS,
)
def no_firewall(host: Host, estate: Estate) -> Answer:
    """No firewall on this machine.

    A firewall on the machine holds even where the one before it fails: after a wrong rule in the cloud, or from a
    taken-over neighbour. Without it, each program that opens a port opens it to all.
    """
    open_ports = _open_ports(host, estate)
    if not open_ports:
        return Pass("Nothing listens for other machines.")
    firewall = host.firewall.value
    if firewall.blocks_ipv4 or firewall.blocks_ipv6:
        return Pass(f"What no rule allows is blocked ({', '.join(firewall.by)}).")
    return Fail(
        f"No rule of this machine blocks anything that comes in, and {_count(open_ports)} open to other machines: "
        f"{', '.join(open_ports[:8])}. A firewall before the machine was not looked at here.",
        witness=tuple(open_ports),
    )


@rule(
    asks="Does the firewall guard only the older kind of addresses (IPv4), and not the newer (IPv6)?",
    severity=Severity.MEDIUM,
    controls=(cis_debian("4.4.3.1"), hipaa("164.312(e)(1)"), gdpr("32(1)(b)")),
    by_hand="With ufw: set IPV6=yes in /etc/default/ufw, then sudo ufw reload. With nftables: use a table of the "
    "family inet instead of ip.",
    breaks="Ports that are reached by IPv6 and that no rule allows stop being reachable.",
)
def firewall_for_ipv4_only(host: Host, estate: Estate) -> Answer:
    """Firewall guards IPv4 only.

    The machine has addresses of both kinds, and every service answers on both. Rules for one kind say nothing about the
    other: who comes by IPv6 walks past the firewall.
    """
    six = [a for a in host.addresses.value if ":" in a.address]
    if not six:
        return Pass("The machine has no IPv6 address.")
    firewall = host.firewall.value
    if not firewall.blocks_ipv4:
        return Pass("There is no firewall for IPv4 that could differ.")
    if firewall.blocks_ipv6:
        return Pass("What no rule allows is blocked for both kinds of addresses.")
    return Fail(
        f"IPv4 is guarded, but IPv6 is not, and {six[0].interface} has the address {six[0].address}.",
        witness=tuple(f"{a.interface} {a.address}" for a in six),
    )


def _open_ports(host: Host, estate: Estate) -> list[str]:
    return sorted({listener.name for listener in estate.within(Listener, host.account) if not listener.is_loopback})


def _count(ports: list[str]) -> str:
    return "1 port is" if len(ports) == 1 else f"{len(ports)} ports are"


ALL = (no_firewall, firewall_for_ipv4_only)
