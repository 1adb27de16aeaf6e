"""Networks made up for tables of cases: one of each kind, with what a case is about given and the rest ordinary."""

from typing import Any

from orlop.estate.aws.ec2 import Instance, MetadataOptions
from orlop.estate.aws.security_group import AccessRule, PrefixList, SecurityGroup, Source
from orlop.estate.aws.vpc import (
    AclEntry,
    Address,
    InternetGateway,
    NetworkAcl,
    NetworkInterface,
    PeeringConnection,
    PeerVpc,
    Route,
    RouteTable,
    Subnet,
    Vpc,
)
from orlop.estate.fact import Fact, Unread
from tests.cases import ACCOUNT, DENIED, REGION

ARN = f"arn:aws:ec2:{REGION}:{ACCOUNT}"
WORLD = "0.0.0.0/0"


def placed(type: str, id: str, source: str) -> dict[str, Any]:
    """What every resource has."""
    return {"id": f"{ARN}:{type}/{id}", "account": ACCOUNT, "region": REGION, "name": id, "source": source}


def admit(
    source: str, first: int = -1, last: int | None = None, protocol: str = "", description: str = ""
) -> AccessRule:
    """A rule for a range, a list (`pl-...`) or a group (`sg-...`); TCP where a port is given, else everything."""
    kind = "list" if source.startswith("pl-") else "group" if source.startswith("sg-") else "cidr"
    return AccessRule(
        protocol=protocol or ("tcp" if first >= 0 else "-1"),
        first=first,
        last=first if last is None else last,
        source=Source(kind=kind, name=source),
        description=description,
    )


def group(*ingress: AccessRule, name: str = "web", egress: tuple[AccessRule, ...] = ()) -> SecurityGroup:
    """The group `sg-1` of network `vpc-1`."""
    return SecurityGroup(
        **{**placed("security-group", "sg-1", "ec2:DescribeSecurityGroups"), "name": name},
        group_id="sg-1",
        owner=ACCOUNT,
        vpc="vpc-1",
        description="",
        ingress=tuple(sorted(ingress)),
        egress=egress,
        tags=(),
        rule_ids=Fact(DENIED, "ec2:DescribeSecurityGroupRules"),
    )


def ranges(*entries: str, unread: Unread | None = None) -> PrefixList:
    """The prefix list `pl-1`."""
    return PrefixList(
        **placed("prefix-list", "pl-1", "ec2:DescribeManagedPrefixLists"),
        list_id="pl-1",
        owner=ACCOUNT,
        family="IPv4",
        entries=Fact(unread or entries, "ec2:GetManagedPrefixListEntries"),
    )


def interface(*groups: str, **given: Any) -> NetworkInterface:
    """The interface `eni-1` of network `vpc-1`, with a public address unless `public` is another."""
    addresses = (Address(private="10.0.0.5", public=given.pop("public", "198.51.100.9")),)
    ordinary: dict[str, Any] = {
        **placed("network-interface", "eni-1", "ec2:DescribeNetworkInterfaces"),
        "interface_id": "eni-1",
        "owner": ACCOUNT,
        "vpc": "vpc-1",
        "subnet": "subnet-1",
        "zone": "eu-west-1a",
        "type": "interface",
        "status": "in-use",
        "managed": False,
        "requester": "",
        "description": "",
        "instance": "",
        "groups": groups or ("sg-1",),
        "addresses": addresses,
        "addresses_v6": (),
        "prefixes": (),
        "forwards": False,
        "internet_denied": False,
    }
    return NetworkInterface(**{**ordinary, **given})


TOKENS = MetadataOptions(tokens="required", enabled=True, hops=1, ipv6=False, tags=False)


def instance(**given: Any) -> Instance:
    """The running instance `i-1` with a public address, without a role."""
    ordinary: dict[str, Any] = {
        **placed("instance", "i-1", "ec2:DescribeInstances"),
        "instance_id": "i-1",
        "state": "running",
        "launched_at": "2026-01-01T00:00:00+00:00",
        "stopped_at": None,
        "image": "ami-1",
        "platform": "",
        "vpc": "vpc-1",
        "subnet": "subnet-1",
        "interfaces": ("eni-1",),
        "groups": ("sg-1",),
        "private_addresses": ("10.0.0.5",),
        "public_addresses": ("198.51.100.9",),
        "profile": None,
        "forwards": False,
        "tags": (),
        "user_data": Fact((), "ec2:DescribeInstanceAttribute"),
    }
    metadata = Fact(given.pop("metadata", TOKENS), "ec2:DescribeInstances")
    return Instance(metadata=metadata, **{**ordinary, **given})


REST = AclEntry(number=32767, action="deny", protocol="-1", cidr=WORLD)


def acl(*inbound: AclEntry, **given: Any) -> NetworkAcl:
    """The network ACL `acl-1`, used by one subnet; the last entry is added."""
    ordinary: dict[str, Any] = {
        **placed("network-acl", "acl-1", "ec2:DescribeNetworkAcls"),
        "acl_id": "acl-1",
        "owner": ACCOUNT,
        "vpc": "vpc-1",
        "is_default": False,
        "subnets": ("subnet-1",),
        "inbound": (*sorted(inbound), REST),
        "outbound": (REST,),
    }
    return NetworkAcl(**{**ordinary, **given})


def peering(*theirs: str, ours: str = "vpc-1") -> PeeringConnection:
    """The peering `pcx-1` of network `ours` with `vpc-2`, which has the ranges `theirs`."""
    return PeeringConnection(
        **placed("vpc-peering-connection", "pcx-1", "ec2:DescribeVpcPeeringConnections"),
        peering_id="pcx-1",
        state="active",
        requester=PeerVpc(vpc=ours, account=ACCOUNT, region=REGION, cidrs=("10.0.0.0/16",)),
        accepter=PeerVpc(vpc="vpc-2", account=ACCOUNT, region=REGION, cidrs=theirs),
    )


OPEN = AclEntry(number=100, action="allow", protocol="-1", cidr=WORLD)
OPEN_V6 = AclEntry(number=101, action="allow", protocol="-1", cidr="::/0")


def _route(destination: str, target: str) -> Route:
    return Route(destination=destination, target=target, kind="GatewayId", state="active", origin="CreateRoute")


VPC = Vpc(
    **placed("vpc", "vpc-1", "ec2:DescribeVpcs"),
    vpc_id="vpc-1",
    owner=ACCOUNT,
    cidrs=("10.0.0.0/16",),
    is_default=False,
)
SUBNET = Subnet(
    **placed("subnet", "subnet-1", "ec2:DescribeSubnets"),
    subnet_id="subnet-1",
    owner=ACCOUNT,
    vpc="vpc-1",
    zone="eu-west-1a",
    cidrs=("10.0.0.0/24", "2a05:d018:1::/64"),
    public_addresses=Fact(False, "ec2:DescribeSubnets"),
    empty=False,
)


def table(*routes: Route) -> RouteTable:
    """The main route table of `vpc-1`."""
    return RouteTable(
        **placed("route-table", "rtb-1", "ec2:DescribeRouteTables"),
        table_id="rtb-1",
        owner=ACCOUNT,
        vpc="vpc-1",
        main=True,
        subnets=(),
        gateways=(),
        propagating=(),
        routes=(_route("10.0.0.0/16", "local"), *routes),
    )


GATEWAY = InternetGateway(
    **placed("internet-gateway", "igw-1", "ec2:DescribeInternetGateways"),
    gateway_id="igw-1",
    owner=ACCOUNT,
    vpcs=("vpc-1",),
)

CUT_OFF = (SUBNET, table(), acl(OPEN, OPEN_V6, outbound=(OPEN, OPEN_V6, REST)))
"""The network `vpc-1` with one subnet and no way to the internet. Its own ranges (`VPC`) are not told."""

ONLINE = (SUBNET, table(_route(WORLD, "igw-1"), _route("::/0", "igw-1")), GATEWAY, CUT_OFF[2])
"""The network `vpc-1` with one subnet and a way to the internet."""
