from dataclasses import replace

import pytest
from tests.cases import DENIED, unlisted, verdict
from tests.networks import CUT_OFF, ONLINE, VPC, WORLD, admit, group, instance, interface, ranges

from orlop.estate.aws.elbv2 import LoadBalancer
from orlop.estate.aws.security_group import AccessRule, PrefixList, RuleId, SecurityGroup
from orlop.estate.aws.vpc import InternetGateway, NetworkAcl, NetworkInterface, RouteTable, Subnet
from orlop.estate.change import Change, Irreversible
from orlop.estate.fact import Fact
from orlop.estate.resource import Resource
from orlop.rules.aws import security_group
from orlop.rules.rule import AnyRule, Fail, Pass, Severity, Unknown, Verdict

USED = interface(addresses_v6=("2a05:d018:1::5",))

EVERYTHING = security_group.everything_open_to_world
LOGIN = security_group.login_open_to_world
DATABASE = security_group.database_open_to_world
CONTROL = security_group.machine_control_open_to_world
FILES = security_group.file_sharing_open_to_world


@pytest.mark.parametrize(
    ("rules", "beside", "expected"),
    [
        pytest.param([admit(WORLD)], [USED], Fail, id="all protocols"),
        pytest.param([admit("::/0")], [USED], Fail, id="all protocols, v6"),
        pytest.param([admit("::/1")], [USED], Fail, id="the half of v6 where everybody is"),
        pytest.param([admit("8000::/1")], [USED], Pass, id="the half of v6 where nobody is"),
        pytest.param([admit("2a00::/12")], [USED], Fail, id="a continent by v6"),
        pytest.param([admit(WORLD, 0, 65535)], [USED], Fail, id="all TCP ports"),
        pytest.param([admit(WORLD, 1, 65535)], [USED], Fail, id="all TCP ports but 0"),
        pytest.param([admit(WORLD, 1024, 65535, "udp")], [USED], Fail, id="nearly all UDP ports"),
        pytest.param([admit("0.0.0.0/1"), admit("128.0.0.0/1")], [USED], Fail, id="two halves"),
        pytest.param([admit("128.0.0.0/1")], [USED], Fail, id="one half"),
        pytest.param([admit(f"{n}.0.0.0/8") for n in (4, 5, 6)], [USED], Fail, id="many smaller ranges add up"),
        pytest.param([admit("pl-1")], [USED, ranges("0.0.0.0/1", "128.0.0.0/1")], Fail, id="a list of the world"),
        pytest.param([admit("pl-1")], [USED, ranges("203.0.113.0/24")], Pass, id="a list of an office"),
        pytest.param([admit("pl-1")], [USED, ranges(unread=DENIED)], Unknown, id="a list that was not read"),
        pytest.param([admit("pl-1")], [USED], Unknown, id="a list of which nothing is known"),
        pytest.param([admit("pl-1"), admit(WORLD)], [USED], Fail, id="an unread list beside the world does not matter"),
        pytest.param([admit("pl-1", 443)], [USED], Pass, id="an unread list for one port does not matter"),
        pytest.param([admit("10.0.0.0/8"), admit("172.16.0.0/12")], [USED], Pass, id="private ranges"),
        pytest.param([admit("sg-2")], [USED], Pass, id="another group: private addresses only"),
        pytest.param([admit("198.51.0.0/16"), admit("4.0.0.0/8")], [USED], Pass, id="one owner's range"),
        pytest.param([admit(WORLD, 443), admit(WORLD, 80)], [USED], Pass, id="a web server"),
        pytest.param([admit(WORLD, 10000, 20000, "udp")], [USED], Pass, id="telephony"),
        pytest.param([admit(WORLD, -1, -1, "icmp")], [USED], Pass, id="all of ICMP"),
        pytest.param([admit(WORLD, -1, -1, "50")], [USED], Pass, id="a tunnel's protocol"),
        pytest.param([admit(WORLD)], [], Pass, id="used by nothing"),
        pytest.param([admit(WORLD)], [interface(public="", type="lambda")], Pass, id="a function takes no connections"),
        pytest.param([admit(WORLD)], [interface("sg-2")], Pass, id="another group is used"),
        pytest.param([], [], Pass, id="no rules"),
    ],
)
def test_everything_open_to_world(rules: list[AccessRule], beside: list[Resource], expected: type[Verdict]) -> None:
    assert isinstance(verdict(EVERYTHING, group(*rules), *ONLINE, *beside), expected)


def test_everything_open_and_no_interfaces_read() -> None:
    assert isinstance(verdict(EVERYTHING, group(admit(WORLD)), unread=(NetworkInterface,)), Unknown)
    assert isinstance(verdict(EVERYTHING, group(admit(WORLD, 443)), unread=(NetworkInterface,)), Pass)
    assert isinstance(verdict(EVERYTHING, group(admit("pl-1")), USED, *ONLINE, unread=(PrefixList,)), Unknown)


@pytest.mark.parametrize(
    ("rule", "port", "protocol"),
    [
        *((LOGIN, port, "tcp") for port in (22, 23, 3389, 5900, 5901, 5985, 5986)),
        *((DATABASE, port, "tcp") for port in (1433, 3306, 5432, 6379, 9200, 9092, 11211, 27017, 5672)),
        (DATABASE, 11211, "udp"),
        *((CONTROL, port, "tcp") for port in (2375, 2376, 2379, 10250, 10255)),
        *((FILES, port, "tcp") for port in (445, 139, 2049, 21)),
    ],
)
def test_a_port_open_to_the_world(rule: AnyRule, port: int, protocol: str) -> None:
    office = admit("203.0.113.0/24", port, port, protocol)
    assert isinstance(verdict(rule, group(admit(WORLD, port, port, protocol)), USED, *ONLINE), Fail)
    assert isinstance(verdict(rule, group(admit("::/0", port, port, protocol)), USED, *ONLINE), Fail)
    assert isinstance(verdict(rule, group(admit(WORLD, port, port, "icmp"), office), USED, *ONLINE), Pass)
    assert isinstance(verdict(rule, group(admit("pl-1", port, port, protocol)), USED, *ONLINE), Unknown)
    assert isinstance(verdict(rule, group(admit(WORLD, port, port, protocol)), unread=(NetworkInterface,)), Unknown)
    assert isinstance(verdict(rule, group(admit(WORLD, port, port, protocol))), Pass)


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        pytest.param([admit(WORLD, 20, 25)], Fail, id="within a range"),
        pytest.param(
            [admit("0.0.0.0/1", 22), admit("128.0.0.0/1", 20, 30)], Fail, id="two halves by rules of two widths"
        ),
        pytest.param([admit(WORLD, 24, 79)], Pass, id="beside the port"),
        pytest.param([admit(WORLD, 22, 22, "udp")], Pass, id="the other protocol"),
        pytest.param([admit("pl-1", 443), admit("203.0.113.7/32", 22)], Pass, id="an unread list for another port"),
        pytest.param([admit("10.0.0.0/8", 22), admit("sg-2", 22)], Pass, id="from inside"),
    ],
)
def test_login_open_to_world(rules: list[AccessRule], expected: type[Verdict]) -> None:
    assert isinstance(verdict(LOGIN, group(*rules), USED, *ONLINE), expected)


def test_one_wrong_gives_one_finding_and_no_port_is_called_closed() -> None:
    wide = group(admit(WORLD))
    assert isinstance(verdict(EVERYTHING, wide, USED, *ONLINE), Fail)
    for rule in (LOGIN, DATABASE, CONTROL, FILES):
        said = verdict(rule, wide, USED, *ONLINE)
        assert isinstance(said, Pass)
        assert EVERYTHING.id in said.because


def test_a_port_with_a_rule_of_its_own_is_a_finding_beside_the_wide_one() -> None:
    both = group(admit(WORLD), admit(WORLD, 22))
    fixed = becomes(verdict(LOGIN, both, USED, *ONLINE))
    assert fixed == (admit(WORLD),)
    assert becomes(verdict(EVERYTHING, both, USED, *ONLINE)) == (admit(WORLD, 22),)


def becomes(said: Verdict) -> tuple[AccessRule, ...]:
    assert isinstance(said, Fail)
    assert isinstance(said.fix, Change)
    return said.fix.becomes


@pytest.mark.parametrize(
    ("rules", "left"),
    [
        pytest.param(
            [admit(WORLD, 22), admit("203.0.113.0/24", 22, description="office")],
            [admit("203.0.113.0/24", 22, description="office")],
            id="the office stays",
        ),
        pytest.param(
            [admit(WORLD, 22), admit(WORLD, 443), admit("sg-2", 5432)],
            [admit(WORLD, 443), admit("sg-2", 5432)],
            id="the web site and the inside stay",
        ),
        pytest.param([admit(WORLD, 22), admit("::/0", 22), admit("::/0", 80)], [admit("::/0", 80)], id="v4 and v6"),
        pytest.param(
            [admit("0.0.0.0/1", 22), admit("128.0.0.0/1", 22), admit("198.51.0.0/16", 22)],
            [admit("198.51.0.0/16", 22)],
            id="both halves",
        ),
        pytest.param(
            [admit(WORLD, 20, 25, description="old")],
            [admit(WORLD, 20, 21, description="old"), admit(WORLD, 24, 25, description="old")],
            id="the ports around stay",
        ),
        pytest.param(
            [admit(WORLD, 20, 25), admit(WORLD, 20, 21)],
            [admit(WORLD, 20, 21), admit(WORLD, 24, 25)],
            id="what stays is not said twice",
        ),
        pytest.param([admit(WORLD, 1, 9000)], [], id="too many pieces: all of it goes"),
        pytest.param([admit(WORLD, 5900, 5903)], [], id="a run of one service"),
        pytest.param([admit("pl-1", 22), admit(WORLD, 22)], [admit("pl-1", 22)], id="an unread list stays"),
    ],
)
def test_what_closing_the_login_leaves(rules: list[AccessRule], left: list[AccessRule]) -> None:
    assert becomes(verdict(LOGIN, group(*rules), USED, *ONLINE)) == tuple(sorted(left))


def test_a_list_of_the_world_is_taken_out() -> None:
    said = verdict(LOGIN, group(admit("pl-1", 22), admit("198.51.0.0/16", 22)), USED, *ONLINE, ranges(WORLD))
    assert becomes(said) == (admit("198.51.0.0/16", 22),)


def test_the_words_tell_who_and_where() -> None:
    whole = verdict(LOGIN, group(admit(WORLD, 22), admit(WORLD, 3389)), USED, *ONLINE)
    assert isinstance(whole, Fail)
    assert whole.because == (
        "Anyone on the internet may try to log in by SSH (port 22), Windows Remote Desktop (port 3389) of eni-1."
    )
    half = verdict(LOGIN, group(admit("128.0.0.0/1", 22)), USED, *ONLINE)
    assert isinstance(half, Fail)
    assert half.because.startswith("Strangers from 43% of the internet")


def test_the_way_is_shown_hop_by_hop() -> None:
    said = verdict(LOGIN, group(admit(WORLD, 22)), interface(instance="i-1"), instance(name="claims"), *ONLINE)
    assert isinstance(said, Fail)
    assert said.because.endswith("of claims (i-1).")
    assert said.witness == (
        "tcp 22 from 0.0.0.0/0",
        "a packet from 198.51.100.7 to 10.0.0.5, tcp 22",
        "state: i-1 is running",
        "public address: eni-1 has a public address",
        "internet gateway: igw-1 is attached to vpc-1",
        "network ACL: entry 100 of acl-1 allows tcp 22 in from 0.0.0.0/0",
        "security group: sg-1 allows tcp 22 from 0.0.0.0/0",
        "route table, for the answers rtb-1: answers go back by the route 0.0.0.0/0 to igw-1",
        "network ACL, for the answers acl-1: answers go out",
    )


def test_everybody_inside_the_network_keeps_his_way() -> None:
    said = verdict(LOGIN, group(admit(WORLD, 22), admit(WORLD, 443)), USED, *ONLINE, VPC)
    assert becomes(said) == (admit("10.0.0.0/16", 22), admit(WORLD, 443))


NOTE = security_group.open_to_nobody


@pytest.mark.parametrize(
    "beside",
    [
        pytest.param([interface(public=""), *ONLINE], id="no public address"),
        pytest.param([USED, *CUT_OFF], id="no gateway"),
        pytest.param([interface(instance="i-1"), instance(state="stopped"), *ONLINE], id="stopped"),
        pytest.param([interface(status="available"), *ONLINE], id="attached to nothing"),
        pytest.param([interface(public="", type="lambda"), *ONLINE], id="a function"),
        pytest.param([], id="used by nothing"),
    ],
)
@pytest.mark.parametrize("rule", [admit(WORLD, 22), admit(WORLD), admit("::/0", 6379)])
def test_a_group_that_is_open_but_lets_nobody_in_is_one_quiet_note(rule: AccessRule, beside: list[Resource]) -> None:
    about = group(rule, admit(WORLD, 443))
    for loud in (EVERYTHING, LOGIN, DATABASE, CONTROL, FILES):
        assert isinstance(verdict(loud, about, *beside), Pass)
    said = verdict(NOTE, about, *beside)
    assert isinstance(said, Fail)
    assert becomes(said) == (admit(WORLD, 443),)


def test_the_quiet_note_says_what_keeps_strangers_out() -> None:
    said = verdict(NOTE, group(admit(WORLD, 22)), interface(public=""), *ONLINE)
    assert isinstance(said, Fail)
    assert said.because.endswith("Today nobody comes through: eni-1 has no public address.")
    assert isinstance(verdict(NOTE, group(admit(WORLD, 22)), USED, *ONLINE), Pass)
    assert isinstance(verdict(NOTE, group(admit(WORLD, 443)), USED, *CUT_OFF), Pass)
    assert isinstance(verdict(NOTE, group(admit("pl-1", 22)), USED, *CUT_OFF), Unknown)
    assert isinstance(verdict(NOTE, group(admit(WORLD, 22)), unread=(NetworkInterface,)), Unknown)


@pytest.mark.parametrize(
    ("gap", "expected"),
    [
        pytest.param(RouteTable, Unknown, id="routes"),
        pytest.param(NetworkAcl, Unknown, id="network ACLs"),
        pytest.param(InternetGateway, Fail, id="gateways: an active route says that one is attached"),
        pytest.param(Subnet, Unknown, id="subnets"),
        pytest.param(LoadBalancer, Fail, id="load balancers do not matter: it is reached directly"),
    ],
)
def test_what_was_not_read_matters_where_the_answer_hangs_on_it(gap: type[Resource], expected: type[Verdict]) -> None:
    beside = [each for each in ONLINE if not isinstance(each, gap)]
    assert isinstance(verdict(LOGIN, group(admit(WORLD, 22)), USED, *beside, unread=(gap,)), expected)


def test_load_balancers_that_were_not_read_may_lead_to_a_private_address() -> None:
    private = interface(public="")
    assert isinstance(verdict(LOGIN, group(admit(WORLD, 22)), private, *ONLINE, unread=(LoadBalancer,)), Unknown)


def test_the_witness_names_the_rule_by_its_id_where_known() -> None:
    open_rule = admit(WORLD, 22)
    told = replace(group(open_rule), rule_ids=Fact((), "ec2:DescribeSecurityGroupRules"))
    said = verdict(LOGIN, told, USED, *ONLINE)
    assert isinstance(said, Fail)
    assert said.witness[0] == "tcp 22 from 0.0.0.0/0"

    id = RuleId(id="sgr-1", egress=False, protocol="tcp", first=22, last=22, source=open_rule.source)
    known = replace(
        group(open_rule, admit("203.0.113.0/24", 22)), rule_ids=Fact((id,), "ec2:DescribeSecurityGroupRules")
    )
    said = verdict(LOGIN, known, USED, *ONLINE)
    assert isinstance(said, Fail)
    assert said.witness[0] == "sgr-1 tcp 22 from 0.0.0.0/0"


@pytest.mark.parametrize(
    ("about", "beside", "expected", "severity"),
    [
        pytest.param(group(admit("sg-1"), name="default"), [USED], Fail, None, id="as AWS makes it, in use"),
        pytest.param(group(admit("sg-1"), name="default"), [], Fail, Severity.LOW, id="as AWS makes it, not in use"),
        pytest.param(group(name="default"), [USED], Pass, None, id="emptied"),
        pytest.param(group(admit(WORLD)), [USED], Pass, None, id="another group"),
    ],
)
def test_default_group_lets_in(
    about: SecurityGroup, beside: list[Resource], expected: type[Verdict], severity: Severity | None
) -> None:
    said = verdict(security_group.default_group_lets_in, about, *beside)
    assert isinstance(said, expected)
    assert not isinstance(said, Fail) or (said.severity == severity and becomes(said) == ())


def test_default_group_is_a_finding_though_its_use_is_not_known() -> None:
    said = verdict(
        security_group.default_group_lets_in, group(admit("sg-1"), name="default"), unread=(NetworkInterface,)
    )
    assert isinstance(said, Fail)
    assert said.severity is None
    assert isinstance(unlisted(security_group.default_group_lets_in), Unknown)


@pytest.mark.parametrize(
    ("about", "expected"),
    [
        pytest.param(group(name="default", egress=(admit(WORLD),)), Fail, id="as AWS makes it"),
        pytest.param(group(name="default"), Pass, id="emptied"),
        pytest.param(group(egress=(admit(WORLD),)), Pass, id="another group"),
    ],
)
def test_default_group_lets_out(about: SecurityGroup, expected: type[Verdict]) -> None:
    assert isinstance(verdict(security_group.default_group_lets_out, about), expected)
    assert isinstance(unlisted(security_group.default_group_lets_out), Unknown)


def test_used_by_nothing() -> None:
    rule = security_group.used_by_nothing
    said = verdict(rule, group())
    assert isinstance(said, Fail)
    assert isinstance(said.fix, Irreversible)
    assert isinstance(verdict(rule, group(), USED), Pass)
    assert isinstance(verdict(rule, group(name="default")), Pass)
    assert isinstance(verdict(rule, group(name="default"), unread=(NetworkInterface,)), Pass)
    assert isinstance(verdict(rule, group(), unread=(NetworkInterface,)), Unknown)
