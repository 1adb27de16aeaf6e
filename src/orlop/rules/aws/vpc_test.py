from typing import Any

import pytest
from tests.cases import ACCOUNT, DENIED, unlisted, verdict
from tests.networks import ONLINE, OPEN, REST, WORLD, acl, admit, group, interface, peering, placed, ranges

from orlop.estate.aws.policy import Document, document
from orlop.estate.aws.security_group import AccessRule
from orlop.estate.aws.vpc import (
    AclEntry,
    BlockPublicAccess,
    FlowLog,
    InternetGateway,
    NetworkAcl,
    NetworkInterface,
    NetworkSettings,
    PeeringConnection,
    Route,
    RouteTable,
    Subnet,
    Vpc,
    VpcEndpoint,
)
from orlop.estate.change import Change
from orlop.estate.fact import Fact, Unread
from orlop.estate.resource import Resource
from orlop.rules.aws import vpc
from orlop.rules.rule import Fail, Pass, Severity, Unknown, Verdict


def entry(
    number: int, action: str, cidr: str, first: int = -1, last: int | None = None, protocol: str = ""
) -> AclEntry:
    return AclEntry(
        number=number,
        action=action,  # pyright: ignore[reportArgumentType] -- one of two words
        protocol=protocol or ("6" if first >= 0 else "-1"),
        cidr=cidr,
        first=first,
        last=first if last is None else last,
    )


SSH, RDP = (entry(99, "deny", WORLD, 22), entry(98, "deny", WORLD, 3389))


@pytest.mark.parametrize(
    ("about", "expected"),
    [
        pytest.param(acl(entry(100, "allow", WORLD)), Fail, id="everything"),
        pytest.param(acl(entry(100, "allow", "::/0")), Fail, id="everything by v6"),
        pytest.param(acl(entry(100, "allow", WORLD, 0, 1023)), Fail, id="a range with SSH"),
        pytest.param(acl(entry(1, "allow", "0.0.0.0/1"), entry(2, "allow", "128.0.0.0/1")), Fail, id="two halves"),
        pytest.param(acl(SSH, RDP, entry(100, "allow", WORLD)), Pass, id="denied before"),
        pytest.param(acl(SSH, entry(100, "allow", WORLD)), Fail, id="one of two denied before"),
        pytest.param(acl(entry(100, "allow", WORLD), entry(110, "deny", WORLD, 22)), Fail, id="denied too late"),
        pytest.param(acl(entry(100, "allow", "203.0.113.0/24", 22)), Pass, id="an office"),
        pytest.param(acl(entry(100, "allow", WORLD, 443)), Pass, id="a web site"),
        pytest.param(acl(entry(100, "allow", WORLD, 22, 22, "17")), Pass, id="another protocol"),
        pytest.param(acl(entry(100, "allow", WORLD), is_default=True), Pass, id="the default one"),
        pytest.param(acl(entry(100, "allow", WORLD), subnets=()), Pass, id="used by nothing"),
        pytest.param(acl(), Pass, id="nothing at all"),
    ],
)
def test_acl_opens_login(about: NetworkAcl, expected: type[Verdict]) -> None:
    assert isinstance(verdict(vpc.acl_opens_login, about), expected)
    assert isinstance(unlisted(vpc.acl_opens_login), Unknown)


@pytest.mark.parametrize(
    ("rule", "severity", "words"),
    [
        pytest.param(admit(WORLD, 22), None, "Behind it, eni-1 can be reached there.", id="a login behind it"),
        pytest.param(admit(WORLD, 443), Severity.LOW, "Today nothing there can be reached.", id="a web site behind it"),
    ],
)
def test_an_open_acl_is_milder_where_groups_keep_strangers_out(
    rule: AccessRule, severity: Severity | None, words: str
) -> None:
    about = acl(OPEN, outbound=(OPEN, REST))
    said = verdict(vpc.acl_opens_login, about, interface(), group(rule), *ONLINE[:-1])
    assert isinstance(said, Fail)
    assert words in said.because
    assert said.severity is severity


@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        pytest.param(
            [entry(100, "allow", WORLD)], [RDP, SSH, entry(100, "allow", WORLD)], id="a denial for each port before it"
        ),
        pytest.param(
            [entry(90, "allow", "203.0.113.0/24", 22), entry(100, "allow", WORLD, 22)],
            [entry(90, "allow", "203.0.113.0/24", 22)],
            id="an entry for the port alone goes, the office stays",
        ),
        pytest.param(
            [entry(90, "allow", "203.0.113.0/24"), entry(100, "allow", WORLD)],
            [entry(90, "allow", "203.0.113.0/24"), RDP, SSH, entry(100, "allow", WORLD)],
            id="the denial stands after the office",
        ),
        pytest.param(
            [entry(100, "allow", "128.0.0.0/1"), entry(200, "allow", WORLD)],
            [
                entry(98, "deny", "128.0.0.0/1", 3389),
                entry(99, "deny", "128.0.0.0/1", 22),
                entry(100, "allow", "128.0.0.0/1"),
                entry(198, "deny", WORLD, 3389),
                entry(199, "deny", WORLD, 22),
                entry(200, "allow", WORLD),
            ],
            id="two entries that let the world in",
        ),
        pytest.param([entry(1, "allow", WORLD)], None, id="no number is free"),
        pytest.param([entry(2, "allow", WORLD)], None, id="one number is free, two are needed"),
    ],
)
def test_the_fence_with_least_harm(was: list[AclEntry], becomes: list[AclEntry] | None) -> None:
    said = verdict(vpc.acl_opens_login, acl(*was))
    assert isinstance(said, Fail)
    if becomes is None:
        assert said.fix is None
        return
    assert isinstance(said.fix, Change)
    assert said.fix.becomes == (*becomes, REST)
    assert isinstance(verdict(vpc.acl_opens_login, acl(*becomes)), Pass)


VPC = Vpc(
    **placed("vpc", "vpc-1", "ec2:DescribeVpcs"),
    vpc_id="vpc-1",
    owner=ACCOUNT,
    cidrs=("10.0.0.0/16",),
    is_default=False,
)


def log(of: str = "vpc-1", **given: Any) -> FlowLog:
    ordinary: dict[str, Any] = {
        **placed("vpc-flow-log", f"fl-{of}", "ec2:DescribeFlowLogs"),
        "log_id": f"fl-{of}",
        "of": of,
        "traffic": "ALL",
        "state": "ACTIVE",
        "delivered": True,
        "destination": "",
    }
    return FlowLog(**{**ordinary, **given})


@pytest.mark.parametrize(
    ("beside", "unread", "expected"),
    [
        pytest.param([interface()], (), Fail, id="no record"),
        pytest.param([interface(), log()], (), Pass, id="recorded"),
        pytest.param([log()], (NetworkInterface,), Pass, id="recorded: what is in it does not matter"),
        pytest.param([interface(), log(traffic="REJECT")], (), Pass, id="what was refused"),
        pytest.param([interface(), log(traffic="ACCEPT")], (), Fail, id="only what was let through"),
        pytest.param([interface(), log(delivered=False)], (), Fail, id="records that do not arrive"),
        pytest.param([interface(), log("subnet-1")], (), Pass, id="each subnet in use"),
        pytest.param([interface(), log("subnet-2")], (), Fail, id="another subnet"),
        pytest.param([interface(vpc="vpc-2")], (), Pass, id="nothing is in it"),
        pytest.param([interface()], (FlowLog,), Unknown, id="records not listed"),
        pytest.param([], (NetworkInterface,), Unknown, id="interfaces not listed"),
    ],
)
def test_flow_logs_off(beside: list[Resource], unread: tuple[type[Resource], ...], expected: type[Verdict]) -> None:
    assert isinstance(verdict(vpc.flow_logs_off, VPC, *beside, unread=unread), expected)


def subnet(**given: Any) -> Subnet:
    ordinary: dict[str, Any] = {
        **placed("subnet", "subnet-1", "ec2:DescribeSubnets"),
        "subnet_id": "subnet-1",
        "owner": ACCOUNT,
        "vpc": "vpc-1",
        "zone": "eu-west-1a",
        "cidrs": ("10.0.1.0/24",),
        "empty": False,
    }
    hands_out = Fact(given.pop("public_addresses", True), "ec2:DescribeSubnets")
    return Subnet(public_addresses=hands_out, **{**ordinary, **given})


@pytest.mark.parametrize(
    ("about", "expected", "severity", "mends"),
    [
        pytest.param(subnet(public_addresses=False), Pass, None, False, id="on demand only"),
        pytest.param(subnet(), Fail, None, True, id="to everything"),
        pytest.param(subnet(empty=True), Fail, Severity.LOW, True, id="nothing is in it"),
        pytest.param(subnet(owner="999988887777"), Fail, None, False, id="shared by another account"),
    ],
)
def test_hands_out_public_addresses(
    about: Subnet, expected: type[Verdict], severity: Severity | None, mends: bool
) -> None:
    said = verdict(vpc.hands_out_public_addresses, about)
    assert isinstance(said, expected)
    assert not isinstance(said, Fail) or (said.severity, said.fix is not None) == (severity, mends)
    assert isinstance(unlisted(vpc.hands_out_public_addresses), Unknown)


def table(*destinations: str, state: str = "active") -> RouteTable:
    local = Route(
        destination="10.0.0.0/16", target="local", kind="GatewayId", state="active", origin="CreateRouteTable"
    )
    routes = [
        Route(destination=d, target="pcx-1", kind="VpcPeeringConnectionId", state=state, origin="CreateRoute")
        for d in destinations
    ]
    return RouteTable(
        **placed("route-table", "rtb-1", "ec2:DescribeRouteTables"),
        table_id="rtb-1",
        owner=ACCOUNT,
        vpc="vpc-1",
        main=True,
        subnets=(),
        gateways=(),
        propagating=(),
        routes=(local, *routes),
    )


OTHER = peering("10.1.0.0/16")


@pytest.mark.parametrize(
    ("about", "beside", "expected"),
    [
        pytest.param(table(), [], Pass, id="no joined network"),
        pytest.param(table("10.1.0.0/16"), [OTHER], Fail, id="all of the other"),
        pytest.param(table("10.0.0.0/8"), [OTHER], Fail, id="more than all of it"),
        pytest.param(table("10.1.0.0/17", "10.1.128.0/17"), [OTHER], Fail, id="all of it by halves"),
        pytest.param(table("10.1.4.0/24"), [OTHER], Pass, id="one subnet"),
        pytest.param(table("10.1.0.0/16"), [peering("10.1.0.0/16", "10.9.0.0/16")], Pass, id="one range of two"),
        pytest.param(table("10.1.0.0/16", state="blackhole"), [OTHER], Pass, id="a dead route"),
        pytest.param(table("pl-1"), [OTHER, ranges("10.1.0.0/16")], Fail, id="a list of all of it"),
        pytest.param(table("pl-1"), [OTHER, ranges("10.1.4.0/24")], Pass, id="a list of one subnet"),
        pytest.param(table("pl-1"), [OTHER, ranges(unread=DENIED)], Unknown, id="a list that was not read"),
        pytest.param(table("10.1.0.0/16"), [peering()], Unknown, id="AWS does not say what the other has"),
        pytest.param(table("10.1.0.0/16"), [], Unknown, id="a peering that cannot be seen"),
    ],
)
def test_peering_route_too_wide(about: RouteTable, beside: list[Resource], expected: type[Verdict]) -> None:
    assert isinstance(verdict(vpc.peering_route_too_wide, about, *beside), expected)


def test_the_other_end_may_be_the_one_that_asked() -> None:
    assert isinstance(verdict(vpc.peering_route_too_wide, table("10.0.0.0/16"), peering(ours="vpc-9")), Fail)
    said = verdict(vpc.peering_route_too_wide, table("10.1.0.0/16"), OTHER, unread=(PeeringConnection,))
    assert isinstance(said, Unknown)
    assert isinstance(verdict(vpc.peering_route_too_wide, table(), unread=(PeeringConnection,)), Pass)


def endpoint(policy: Document | Unread | None, type: str = "Gateway") -> VpcEndpoint:
    return VpcEndpoint(
        **placed("vpc-endpoint", "vpce-1", "ec2:DescribeVpcEndpoints"),
        endpoint_id="vpce-1",
        owner=ACCOUNT,
        vpc="vpc-1",
        type=type,
        service="com.amazonaws.eu-west-1.s3",
        state="available",
        tables=(),
        subnets=(),
        groups=(),
        interfaces=(),
        policy=Fact(policy, "ec2:DescribeVpcEndpoints"),
    )


def policy(*statements: dict[str, Any]) -> Document:
    return document({"Version": "2012-10-17", "Statement": list(statements)})


ALL = {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}
OURS = {"StringEquals": {"aws:ResourceAccount": ACCOUNT}}
NOT_OURS = {"StringNotEquals": {"aws:ResourceAccount": ACCOUNT}}


@pytest.mark.parametrize(
    ("about", "expected"),
    [
        pytest.param(policy(ALL), Fail, id="as AWS makes it"),
        pytest.param(policy({**ALL, "Action": "s3:*"}), Fail, id="all of the service"),
        pytest.param(policy({**ALL, "Principal": {"AWS": "*"}}), Fail, id="anybody, written longer"),
        pytest.param(policy({**ALL, "Condition": OURS}), Pass, id="our own resources"),
        pytest.param(policy(ALL, {**ALL, "Effect": "Deny", "Condition": NOT_OURS}), Pass, id="all but what is denied"),
        pytest.param(policy({**ALL, "Resource": "arn:aws:s3:::claims/*"}), Pass, id="one bucket"),
        pytest.param(policy({**ALL, "Action": "s3:GetObject"}), Pass, id="one action"),
        pytest.param(None, Pass, id="no policy of this kind"),
        pytest.param(DENIED, Unknown, id="not read"),
    ],
)
def test_endpoint_open_to_everything(about: Document | Unread | None, expected: type[Verdict]) -> None:
    said = verdict(vpc.endpoint_open_to_everything, endpoint(about))
    assert isinstance(said, expected)
    assert not isinstance(said, Fail) or said.severity is Severity.MEDIUM


def test_an_endpoint_to_a_service_that_stores_nothing_is_milder() -> None:
    said = verdict(vpc.endpoint_open_to_everything, endpoint(policy(ALL), "Interface"))
    assert isinstance(said, Fail)
    assert said.severity is None


def settings(mode: str | Unread) -> NetworkSettings:
    source = "ec2:DescribeVpcBlockPublicAccessOptions"
    block = mode if isinstance(mode, Unread) else BlockPublicAccess(mode=mode, managed_by="account")
    return NetworkSettings(
        **placed("network-settings", "", source), block_public_access=Fact(block, source), exclusions=Fact((), source)
    )


def gateway(*vpcs: str) -> InternetGateway:
    source = "ec2:DescribeInternetGateways"
    return InternetGateway(**placed("internet-gateway", "igw-1", source), gateway_id="igw-1", owner=ACCOUNT, vpcs=vpcs)


@pytest.mark.parametrize(
    ("mode", "beside", "unread", "expected"),
    [
        pytest.param("off", [gateway("vpc-1")], (), Fail, id="off"),
        pytest.param("block-ingress", [gateway("vpc-1")], (), Pass, id="nothing comes in"),
        pytest.param("block-bidirectional", [], (InternetGateway,), Pass, id="blocked: gateways do not matter"),
        pytest.param("off", [], (), Pass, id="no gateway"),
        pytest.param("off", [gateway()], (), Pass, id="a gateway to nowhere"),
        pytest.param("off", [], (InternetGateway,), Unknown, id="gateways not listed"),
        pytest.param(DENIED, [gateway("vpc-1")], (), Unknown, id="denied"),
    ],
)
def test_internet_not_blocked(
    mode: str | Unread, beside: list[Resource], unread: tuple[type[Resource], ...], expected: type[Verdict]
) -> None:
    assert isinstance(verdict(vpc.internet_not_blocked, settings(mode), *beside, unread=unread), expected)
