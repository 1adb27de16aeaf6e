"""Questions about security groups.

What counts is what a stranger really reaches because of a group's rules, by a way that is shown; not how a rule is
written. One wrong gives one finding: an opening of all ports is judged by the question about all ports; the questions
about single ports then say so. A group that is open and lets nobody in is one quiet note.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from orlop.estate.aws.security_group import AccessRule, SecurityGroup
from orlop.estate.change import Irreversible, change
from orlop.estate.estate import Estate
from orlop.frameworks import cis_aws, fsbp, gdpr, hipaa
from orlop.reason.addresses import WORLD, share
from orlop.reason.network import doors
from orlop.reason.network.admission import Admissions, not_known, of_the_world
from orlop.reason.network.closing import closed
from orlop.reason.network.doors import MANY_PORTS, is_broad
from orlop.reason.network.exposure import Exposed
from orlop.reason.network.flows import OTHER, Flows, Run, both, everyone, senders, settled
from orlop.reason.network.placement import User, may_be_used, users, using
from orlop.reason.network.words import listed, ports, way
from orlop.reason.services import CONTROL, DATA, FILES, HARMFUL, LOGIN, Service, Services
from orlop.rules.rule import Answer, Fail, Pass, Severity, rule

_BY_HAND = (
    "aws ec2 describe-security-group-rules --filters Name=group-id,Values=GROUP shows the rules; "
    "aws ec2 revoke-security-group-ingress --group-id GROUP --security-group-rule-ids RULE takes one away."
)

_BREAKS = (
    "Whoever comes in from the open internet by these ports can no longer do so. Ranges of addresses that stand in the "
    "group beside it, such as an office, stay, and so does everybody inside the same network. Open rules around these "
    "ports stay, too, unless cutting them would take too many rules."
)


@rule(
    asks="Can anyone on the internet try every door of what this firewall group protects?",
    severity=Severity.CRITICAL,
    controls=(fsbp("EC2.18"), fsbp("EC2.19"), hipaa("164.312(a)(1)"), gdpr("32(1)(b)")),
    by_hand=_BY_HAND,
    breaks="Everything that reaches it from outside stops, also a web site. First add a rule for each port that is "
    "meant to be public, such as 443.",
)
def everything_open_to_world(group: SecurityGroup, estate: Estate) -> Answer:
    """Group open to the world on all ports.

    A security group is the firewall of the machines that use it. With all ports open it keeps nobody out: whatever runs
    there, now or later, is at the mercy of every scanner. New machines are found within minutes.
    """
    broad = tuple(filter(is_broad, group.ingress))
    if not doors.may_be_open(broad, doors.prefix_lists(group, estate)):
        return Pass("No rule opens all ports, or many thousands of them, to the world.")
    found = _strangers(group, broad, estate, _wide)
    if not found:
        return Pass(_BY_NOBODY)
    return _fail(
        f"{_who(found)} may connect to {ports(let.flows for let in found)} of {listed(let.of for let in found)}.",
        *(group, estate, found, is_broad, None),
    )


@rule(
    asks="Can anyone on the internet try to log in to what this firewall group protects?",
    severity=Severity.CRITICAL,
    controls=(
        fsbp("EC2.13"),
        fsbp("EC2.14"),
        fsbp("EC2.19"),
        cis_aws("5.3", edition="5.0"),
        cis_aws("5.4", edition="5.0"),
        cis_aws("6.3"),
        cis_aws("6.4"),
        hipaa("164.312(a)(1)"),
        gdpr("32(1)(b)"),
    ),
    by_hand=_BY_HAND,
    breaks=_BREAKS,
)
def login_open_to_world(group: SecurityGroup, estate: Estate) -> Answer:
    """Login open to the world.

    Ports for remote login (SSH, Remote Desktop, VNC) are tried day and night by programs that guess passwords. One weak
    password, one leaked key or one flaw in the login service, and a stranger rules the machine.
    """
    return _judge(group, estate, LOGIN, "try to log in by")


@rule(
    asks="Can anyone on the internet connect to a database behind this firewall group?",
    severity=Severity.CRITICAL,
    controls=(fsbp("EC2.19"), hipaa("164.312(a)(1)"), gdpr("32(1)(b)"), gdpr("5(1)(f)")),
    by_hand=_BY_HAND,
    breaks=_BREAKS,
)
def database_open_to_world(group: SecurityGroup, estate: Estate) -> Answer:
    """Database port open to the world.

    Databases, caches and search engines are made for the inside of a network; several ask for no password. Strangers
    copy or wipe what they find and leave a demand for money.
    """
    return _judge(group, estate, DATA, "connect to")


@rule(
    asks="Can anyone on the internet give orders to the container system behind this firewall group?",
    severity=Severity.CRITICAL,
    controls=(fsbp("EC2.19"), hipaa("164.312(a)(1)"), gdpr("32(1)(b)")),
    by_hand=_BY_HAND,
    breaks=_BREAKS,
)
def machine_control_open_to_world(group: SecurityGroup, estate: Estate) -> Answer:
    """Container control port open to the world.

    Docker, Kubernetes, etcd and Consul start programs and hold secrets for many machines. Often they trust whoever can
    reach them. A stranger who can owns all those machines.
    """
    return _judge(group, estate, CONTROL, "give orders to")


@rule(
    asks="Can anyone on the internet reach the file shares behind this firewall group?",
    severity=Severity.HIGH,
    controls=(
        fsbp("EC2.19"),
        cis_aws("5.1.2", edition="5.0"),
        cis_aws("6.1.2"),
        hipaa("164.312(a)(1)"),
        gdpr("32(1)(b)"),
    ),
    by_hand=_BY_HAND,
    breaks=_BREAKS,
)
def file_sharing_open_to_world(group: SecurityGroup, estate: Estate) -> Answer:
    """File sharing open to the world.

    Windows shares, NFS and FTP are made for the office network. Open to the world they are how ransomware such as
    WannaCry spread, and their traffic can be read on the way.
    """
    return _judge(group, estate, FILES, "connect to")


_BY_NOBODY = (
    "It would let the world in, but no way leads from the internet to what uses it: "
    "security-group-open-to-nobody notes that."
)

_Part = Callable[[Flows], Flows]
"""Returns the part of a set of packets that is asked about."""


@dataclass(frozen=True, slots=True)
class _Let:
    """What some rules let strangers reach, and the packets of it that are asked about."""

    of: Exposed
    flows: Flows


def _judge(group: SecurityGroup, estate: Estate, services: Services, harm: str) -> Answer:
    lists = doors.prefix_lists(group, estate)
    narrow = tuple(each for each in group.ingress if not is_broad(each))
    if not doors.may_be_open(narrow, lists, services):
        return _not_by_a_rule_of_its_own(group, services, lists)
    found = _strangers(group, narrow, estate, lambda flows: of_the_world(flows, services))
    if not found:
        return Pass(_BY_NOBODY)
    here = [each for each in services if any(_meets(each, let.flows) for let in found)]
    return _fail(
        f"{_who(found)} may {harm} {_listed(here)} of {listed(let.of for let in found)}.",
        *(group, estate, found, _is_narrow, services),
    )


def _strangers(group: SecurityGroup, rules: Iterable[AccessRule], estate: Estate, part: _Part) -> list[_Let]:
    """Return what strangers surely reach by some rules of a group, of what is asked about.

    Raises: NotKnown, where there is nothing such but there may be.
    """
    let = estate.once(Admissions).by(group, rules)
    found = [_Let(each, flows) for each in let if (flows := part(each.passes.least))]
    if not found:
        perhaps = [each for each in let if part(each.passes.most)]
        if perhaps:
            doors.open_to_world(rules, doors.prefix_lists(group, estate))  # raises, where a prefix list is the reason
            raise not_known(perhaps)
        using(group, estate)  # raises, where something that uses it may not have been read
        estate.once(Admissions).all_seen(group)
    return found


def _wide(flows: Flows) -> Flows:
    """Return the packets of the world to all ports, or many thousands; else those to services where harm is done."""
    return settled({p: [r for r in runs if _is_wide(p, r)] for p, runs in flows.items()}) or of_the_world(
        flows, HARMFUL
    )


def _is_wide(protocol: str, run: Run) -> bool:
    first, last, sent = run
    many = last - first >= MANY_PORTS and protocol in ("tcp", "udp")
    return (many or protocol == OTHER) and share(sent) >= WORLD


def _not_by_a_rule_of_its_own(group: SecurityGroup, services: Services, lists: doors.Lookup) -> Pass:
    if doors.may_be_open(group.ingress, lists, services):
        return Pass(
            "These ports stand open together with all others: security-group-everything-open-to-world judges that."
        )
    return Pass("None of these ports is open to the world.")


def _is_narrow(each: AccessRule) -> bool:
    return not is_broad(each)


def _meets(service: Service, flows: Flows) -> bool:
    return bool(senders(flows, service.protocol, service.port, service.port))


def _listed(services: Sequence[Service]) -> str:
    first, rest = services[:3], services[3:]
    return ", ".join(map(str, first)) + (f" and {len(rest)} more" if rest else "")


def _who(found: Iterable[_Let]) -> str:
    most = max(share(everyone(let.flows)) for let in found)
    return "Anyone on the internet" if most > 0.99 else f"Strangers from {most:.0%} of the internet"


def _fail(
    because: str,
    group: SecurityGroup,
    estate: Estate,
    found: Sequence[_Let],
    which: Callable[[AccessRule], bool],
    services: Services | None,
) -> Fail:
    """Return the finding: its change takes the world out and leaves the rest; its witness is the first way in."""
    left = _closed(group, estate, which, services)
    cut = [rule for rule in _told(group, group.ingress) if rule[0] not in left]
    let = found[0]
    arrival = max(let.of.arrivals, key=lambda each: len(both(each.passes.least, let.flows)))
    path = way(estate.once(Admissions).reach, arrival, both(arrival.passes.least, let.flows))
    return Fail(because, change(group, "ingress", left), witness=(*(said for _, said in cut), *path))


def _closed(
    group: SecurityGroup, estate: Estate, which: Callable[[AccessRule], bool], services: Services | None
) -> tuple[AccessRule, ...]:
    network = estate.once(Admissions).reach.fabric.vpcs.get(group.vpc)
    lists = doors.prefix_lists(group, estate)
    inside = network.cidrs if network else ()
    return closed(group.ingress, lists, which=which, services=services, inside=inside)


def _told(group: SecurityGroup, rules: Iterable[AccessRule]) -> list[tuple[AccessRule, str]]:
    """Return rules in words, with their ids where these are known."""
    known = () if group.rule_ids.unread else group.rule_ids.value
    ids = {each.key: each.id for each in known if not each.egress}
    return [(each, f"{ids.get(each.key, '')} {each}".strip()) for each in rules]


@rule(
    asks="Would this firewall group let the whole internet in, if only a way led there?",
    severity=Severity.LOW,
    controls=(fsbp("EC2.13"), fsbp("EC2.14"), fsbp("EC2.18"), fsbp("EC2.19"), gdpr("25(2)")),
    by_hand=_BY_HAND,
    breaks="Nobody from the internet gets in today, so nobody from there is shut out. Everybody inside the same "
    "network keeps his way.",
)
def open_to_nobody(group: SecurityGroup, estate: Estate) -> Answer:
    """Group open to the world, but no way leads there.

    Nobody gets in today. But the group no longer protects: one public address, one route, one load balancer, or one
    server that somebody starts with it, and strangers are at a door that nobody looks after.
    """
    lists = doors.prefix_lists(group, estate)
    broad = tuple(filter(is_broad, group.ingress))
    ajar = (*doors.open_to_world(broad, lists), *doors.open_to_world(group.ingress, lists, HARMFUL))
    if not ajar:
        return Pass("It does not let the world in where harm is done.")
    if _strangers(group, group.ingress, estate, _wide):
        return Pass("Strangers do get in: the questions about single doors judge that.")
    left = _closed(group, estate, lambda each: True, HARMFUL)
    left = _closed(replace(group, ingress=left), estate, is_broad, None)
    gone = [said for each, said in _told(group, group.ingress) if each not in left]
    if not using(group, estate):
        why = "nothing uses it that takes connections"
    else:
        stops = estate.once(Admissions).stopped(group)
        why = "; ".join(stops[:3]) or "no way leads there"
    return Fail(
        f"Its rules let the whole internet in. Today nobody comes through: {why}.",
        change(group, "ingress", left),
        witness=tuple(gone),
    )


_EMPTY_DEFAULT = (
    "Machines that were started without a group of their own lose this traffic. Give them a group of their own first."
)


@rule(
    asks="May servers that nobody chose a firewall group for connect to one another on every port?",
    severity=Severity.MEDIUM,
    controls=(fsbp("EC2.2"), cis_aws("5.5", edition="5.0"), cis_aws("6.5"), hipaa("164.312(a)(1)")),
    by_hand="In the EC2 console, open the group called default, Inbound rules, and delete all of them.",
    breaks=_EMPTY_DEFAULT,
)
def default_group_lets_in(group: SecurityGroup, estate: Estate) -> Answer:
    """Default group lets traffic in.

    Every network has a first group called "default". Whatever is started without a choice lands in it. Empty, it makes
    people choose; with rules, one broken-into machine can go on to all others that nobody gave a thought.
    """
    if not group.is_default:
        return Pass("It is not a default group.")
    if not group.ingress:
        return Pass("It lets nothing in.")
    return Fail(
        f"The default group of network {group.vpc} lets in: {_some(group.ingress)}.",
        change(group, "ingress", ()),
        witness=tuple(said for _, said in _told(group, group.ingress)),
        severity=None if may_be_used(group, estate) else Severity.LOW,
    )


@rule(
    asks="May servers that nobody chose a firewall group for send anything anywhere?",
    severity=Severity.LOW,
    controls=(fsbp("EC2.2"), cis_aws("5.5", edition="5.0"), cis_aws("6.5")),
    by_hand="In the EC2 console, open the group called default, Outbound rules, and delete all of them.",
    breaks=_EMPTY_DEFAULT,
)
def default_group_lets_out(group: SecurityGroup, estate: Estate) -> Answer:
    """Default group lets traffic out.

    Whatever is started without a choice of group lands in the one called "default". With outgoing rules in it, a
    broken-into machine can send what it holds anywhere. Empty, it makes people choose.
    """
    if not group.is_default:
        return Pass("It is not a default group.")
    if not group.egress:
        return Pass("It lets nothing out.")
    return Fail(
        f"The default group of network {group.vpc} lets out: {_some(group.egress, 'to')}.",
        change(group, "egress", ()),
        witness=tuple(map(str, group.egress)),
    )


def _some(rules: Sequence[AccessRule], way: str = "from") -> str:
    said = [str(each).replace(" from ", f" {way} ") for each in rules[:2]]
    return " and ".join(said) + (f" and {len(rules) - 2} more" if len(rules) > 2 else "")


@rule(
    asks="Is this firewall group left over, with nothing using it?",
    severity=Severity.LOW,
    controls=(fsbp("EC2.22"),),
    by_hand="aws ec2 delete-security-group --group-id GROUP",
    breaks="Launch templates and stopped services that name the group fail when they start the next time. Look for its "
    "id in them first.",
)
def used_by_nothing(group: SecurityGroup, estate: Estate) -> Answer:
    """Group used by nothing.

    It does no harm by itself. But old rules that nobody thinks of come back to life when somebody attaches the group.
    """
    if group.is_default:
        return Pass("A default group cannot be deleted.")
    if used := users(group, estate):
        return Pass(f"{_by(used)} it.")
    return Fail(
        "Nothing uses this group.",
        Irreversible(
            group.id, "Delete the group.", "A group made anew gets another id, so what named the old one breaks."
        ),
    )


def _by(used: Sequence[User]) -> str:
    """Return in words what uses a group: `1 database uses`, `2 network interfaces and 1 database use`."""
    counts = Counter(user.what for user in used)
    said = [f"{count} {what}{'s' if count > 1 else ''}" for what, count in counts.items()]
    return f"{' and '.join(said)} {'use' if len(used) > 1 else 'uses'}"


ALL = (
    everything_open_to_world,
    login_open_to_world,
    database_open_to_world,
    machine_control_open_to_world,
    file_sharing_open_to_world,
    open_to_nobody,
    default_group_lets_in,
    default_group_lets_out,
    used_by_nothing,
)
