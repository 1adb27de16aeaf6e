"""Questions about security groups.

One wrong gives one finding: an opening of all ports is judged by the question about all ports; the questions about
single ports then say so, and never call a port closed. A group that nothing uses opens nothing.
"""

from collections import Counter
from collections.abc import Iterable, Sequence

from orlop.estate.aws.security_group import AccessRule, SecurityGroup
from orlop.estate.change import Irreversible, change
from orlop.estate.estate import Estate
from orlop.frameworks import cis_aws, fsbp, gdpr, hipaa
from orlop.reason.network import doors as network
from orlop.reason.network.doors import Door, Lookup, is_broad
from orlop.reason.network.placement import Standing, User, may_be_used, users
from orlop.reason.services import CONTROL, DATA, FILES, LOGIN, Service, Services
from orlop.rules.rule import Answer, Fail, Pass, Severity, rule

_BY_HAND = (
    "aws ec2 describe-security-group-rules --filters Name=group-id,Values=GROUP shows the rules; "
    "aws ec2 revoke-security-group-ingress --group-id GROUP --security-group-rule-ids RULE takes one away."
)

_BREAKS = (
    "Whoever comes in from the open internet by these ports can no longer do so. Ranges of addresses that stand in the "
    "group beside it, such as an office, stay. Open rules around these ports stay, too, unless cutting them would take "
    "too many rules."
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
    lists = network.prefix_lists(group, estate)
    found = network.open_to_world(filter(is_broad, group.ingress), lists)
    if not found:
        return Pass("No rule opens all ports, or many thousands of them, to the world.")
    used = _listening(group, estate)
    if not used:
        return Pass("It would let anyone in everywhere, but nothing uses it that takes connections.")
    left = network.closed(group.ingress, lists, which=is_broad)
    return Fail(
        f"{_who(found)} may connect to {_ports(found)}. {_where(used)}",
        change(group, "ingress", left),
        witness=_witness(group, (each for each in group.ingress if each not in left)),
        severity=_severity(used),
    )


def _ports(found: Sequence[Door]) -> str:
    if any(door.protocol == network.OTHER for door in found):
        return "every port by every protocol"
    runs = [f"{door.protocol.upper()} ports {door.first} to {door.last}" for door in found]
    return " and ".join(runs)


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


def _judge(group: SecurityGroup, estate: Estate, services: Services, harm: str) -> Answer:
    lists = network.prefix_lists(group, estate)
    narrow = [each for each in group.ingress if not is_broad(each)]
    found = network.open_to_world(narrow, lists, services)
    if not found:
        return _not_by_a_rule_of_its_own(group, services, lists)
    used = _listening(group, estate)
    if not used:
        return Pass("It would let the world in, but nothing uses it that takes connections.")
    here = [each for each in services if _meets(each, found)]
    left = network.closed(group.ingress, lists, which=_is_narrow, services=services)
    return Fail(
        f"{_who(found)} may {harm} {_listed(here)}. {_where(used)}",
        change(group, "ingress", left),
        witness=_witness(group, (each for each in group.ingress if each not in left)),
        severity=_severity(used),
    )


def _not_by_a_rule_of_its_own(group: SecurityGroup, services: Services, lists: Lookup) -> Pass:
    if network.open_to_world(group.ingress, lists, services):
        return Pass(
            "These ports stand open together with all others: security-group-everything-open-to-world judges that."
        )
    return Pass("None of these ports is open to the world.")


def _is_narrow(each: AccessRule) -> bool:
    return not is_broad(each)


def _meets(service: Service, found: Sequence[Door]) -> bool:
    return any(d.protocol == service.protocol and d.first <= service.port <= d.last for d in found)


def _listed(services: Sequence[Service]) -> str:
    first, rest = services[:3], services[3:]
    return ", ".join(map(str, first)) + (f" and {len(rest)} more" if rest else "")


def _who(found: Sequence[Door]) -> str:
    most = max(door.share for door in found)
    return "Anyone on the internet" if most > 0.99 else f"Strangers from {most:.0%} of the internet"


def _listening(group: SecurityGroup, estate: Estate) -> list[User]:
    """Return what uses a group and takes connections."""
    return [user for user in users(group, estate) if user.standing is not Standing.DEAF]


def _where(used: Sequence[User]) -> str:
    near = {user.standing for user in used}
    if Standing.PUBLIC in near:
        return f"{_by(used)} this group, and {'at least one' if len(used) > 1 else 'it'} has a public address."
    if Standing.FRONT in near:
        return f"{_by(used)} this group. A service of AWS, such as a load balancer, may lead there from outside."
    return f"{_by(used)} this group, without a public address. A load balancer may still lead there."


def _by(used: Sequence[User]) -> str:
    """Return in words what uses a group: `1 database uses`, `2 network interfaces and 1 database use`."""
    counts = Counter(user.what for user in used)
    said = [f"{count} {what}{'s' if count > 1 else ''}" for what, count in counts.items()]
    return f"{' and '.join(said)} {'use' if len(used) > 1 else 'uses'}"


def _severity(used: Sequence[User]) -> Severity | None:
    """Return a milder severity than the rule's where nothing of it is near the internet."""
    return Severity.MEDIUM if all(user.standing is Standing.PRIVATE for user in used) else None


def _witness(group: SecurityGroup, rules: Iterable[AccessRule]) -> tuple[str, ...]:
    told = () if group.rule_ids.unread else group.rule_ids.value
    ids = {each.key: each.id for each in told if not each.egress}
    return tuple(f"{ids.get(each.key, '')} {each}".strip() for each in rules)


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
        witness=_witness(group, group.ingress),
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


ALL = (
    everything_open_to_world,
    login_open_to_world,
    database_open_to_world,
    machine_control_open_to_world,
    file_sharing_open_to_world,
    default_group_lets_in,
    default_group_lets_out,
    used_by_nothing,
)
