from typing import Any

import pytest
from tests.answers import Answers, Said, seen
from tests.cases import ACCOUNT, REGION

from orlop.collect.aws import vpc
from orlop.collect.aws.collector import Collector
from orlop.estate.aws.vpc import (
    AclEntry,
    Address,
    BlockPublicAccess,
    Exclusion,
    FlowLog,
    InternetGateway,
    NatGateway,
    NetworkAcl,
    NetworkInterface,
    NetworkSettings,
    PeeringConnection,
    PeerVpc,
    Route,
    RouteTable,
    Subnet,
    Vpc,
    VpcEndpoint,
)
from orlop.estate.fact import Cause
from orlop.estate.resource import Resource

OTHERS = "999988887777"


def only(collector: Collector, **said: list[dict[str, Any]]) -> Any:
    """The one thing that a collector finds in the answer to its listing."""
    answers: dict[str, Said] = {collector.sources[0]: said}
    [found] = seen([collector], Answers(answers)).resources
    return found


def test_a_network_has_all_its_ranges_in_use() -> None:
    found: Vpc = only(
        vpc.vpcs,
        Vpcs=[
            {
                "VpcId": "vpc-0aa",
                "OwnerId": OTHERS,
                "CidrBlock": "10.0.0.0/16",
                "CidrBlockAssociationSet": [
                    {"CidrBlock": "10.0.0.0/16", "CidrBlockState": {"State": "associated"}},
                    {"CidrBlock": "10.9.0.0/16", "CidrBlockState": {"State": "associated"}},
                    {"CidrBlock": "10.8.0.0/16", "CidrBlockState": {"State": "disassociated"}},
                ],
                "Ipv6CidrBlockAssociationSet": [
                    {"Ipv6CidrBlock": "2a05:d018::/56", "Ipv6CidrBlockState": {"State": "associated"}}
                ],
                "IsDefault": True,
                "Tags": [{"Key": "Name", "Value": "production"}],
            }
        ],
    )
    assert found.cidrs == ("10.0.0.0/16", "10.9.0.0/16", "2a05:d018::/56")
    assert (found.id, found.account) == (f"arn:aws:ec2:{REGION}:{OTHERS}:vpc/vpc-0aa", ACCOUNT)
    assert (found.name, found.owner, found.is_default) == ("production", OTHERS, True)


@pytest.mark.parametrize(
    ("cidr", "free", "empty"),
    [
        pytest.param("10.0.1.0/24", 251, True, id="all but those that AWS keeps"),
        pytest.param("10.0.1.0/24", 250, False, id="one is taken"),
        pytest.param("10.0.1.0/28", 11, True, id="the smallest"),
        pytest.param(None, 0, False, id="v6 only: AWS does not say"),
    ],
)
def test_a_subnet_is_empty_when_no_address_is_taken(cidr: str | None, free: int, empty: bool) -> None:
    item: dict[str, Any] = {
        "SubnetId": "subnet-0aa",
        "SubnetArn": f"arn:aws:ec2:{REGION}:{ACCOUNT}:subnet/subnet-0aa",
        "OwnerId": ACCOUNT,
        "VpcId": "vpc-0aa",
        "AvailabilityZone": "eu-west-1a",
        "AvailableIpAddressCount": free,
        "MapPublicIpOnLaunch": False,
        **({"CidrBlock": cidr} if cidr else {}),
    }
    found: Subnet = only(vpc.subnets, Subnets=[item])
    assert found.empty is empty


def test_an_interface_has_the_public_address_of_each_private_one() -> None:
    found: NetworkInterface = only(
        vpc.interfaces,
        NetworkInterfaces=[
            {
                "NetworkInterfaceId": "eni-0aa",
                "OwnerId": ACCOUNT,
                "VpcId": "vpc-0aa",
                "SubnetId": "subnet-0aa",
                "AvailabilityZone": "eu-west-1a",
                "InterfaceType": "natGateway",
                "Status": "in-use",
                "RequesterManaged": True,
                "RequesterId": "amazon-elb",
                "Description": "ELB app/claims",
                "Groups": [{"GroupId": "sg-0bb"}, {"GroupId": "sg-0aa"}],
                "SourceDestCheck": False,
                "DenyAllIgwTraffic": True,
                "PrivateIpAddresses": [
                    {"PrivateIpAddress": "10.0.0.6", "Association": {"PublicIp": "198.51.100.6"}},
                    {"PrivateIpAddress": "10.0.0.5"},
                ],
                "Ipv6Addresses": [{"Ipv6Address": "2a05:d018::5"}],
                "Ipv4Prefixes": [{"Ipv4Prefix": "10.0.8.0/28"}],
                "TagSet": [{"Key": "Name", "Value": "front"}],
            }
        ],
    )
    assert found.addresses == (Address(private="10.0.0.5"), Address(private="10.0.0.6", public="198.51.100.6"))
    assert (found.type, found.managed, found.forwards, found.internet_denied) == ("nat_gateway", True, True, True)
    assert (found.name, found.groups, found.prefixes) == ("front", ("sg-0aa", "sg-0bb"), ("10.0.8.0/28",))


def test_a_route_table_has_every_kind_of_target() -> None:
    found: RouteTable = only(
        vpc.route_tables,
        RouteTables=[
            {
                "RouteTableId": "rtb-0aa",
                "OwnerId": ACCOUNT,
                "VpcId": "vpc-0aa",
                "Associations": [
                    {"Main": True, "AssociationState": {"State": "associated"}},
                    {"Main": False, "SubnetId": "subnet-0aa", "AssociationState": {"State": "associated"}},
                    {"Main": False, "SubnetId": "subnet-0bb", "AssociationState": {"State": "disassociated"}},
                    {"Main": False, "GatewayId": "igw-0aa", "AssociationState": {"State": "associated"}},
                ],
                "PropagatingVgws": [{"GatewayId": "vgw-0aa"}],
                "Routes": [
                    {"DestinationCidrBlock": "10.0.0.0/16", "GatewayId": "local", "State": "active"},
                    {"DestinationCidrBlock": "0.0.0.0/0", "NatGatewayId": "nat-0aa", "State": "blackhole"},
                    {"DestinationIpv6CidrBlock": "::/0", "EgressOnlyInternetGatewayId": "eigw-0aa"},
                    {"DestinationPrefixListId": "pl-0aa", "GatewayId": "vpce-0aa", "Origin": "CreateRoute"},
                    {
                        "DestinationCidrBlock": "10.7.0.0/16",
                        "InstanceId": "i-0aa",
                        "NetworkInterfaceId": "eni-0aa",
                        "State": "active",
                    },
                    {"DestinationCidrBlock": "10.6.0.0/16", "TransitGatewayId": "tgw-0aa"},
                    {"DestinationCidrBlock": "10.5.0.0/16", "VpcPeeringConnectionId": "pcx-0aa"},
                ],
            }
        ],
    )
    assert (found.main, found.subnets, found.gateways) == (True, ("subnet-0aa",), ("igw-0aa",))
    assert found.propagating == ("vgw-0aa",)
    assert [(r.destination, r.target, r.kind, r.state) for r in found.routes] == [
        ("0.0.0.0/0", "nat-0aa", "NatGatewayId", "blackhole"),
        ("10.0.0.0/16", "local", "GatewayId", "active"),
        ("10.5.0.0/16", "pcx-0aa", "VpcPeeringConnectionId", "active"),
        ("10.6.0.0/16", "tgw-0aa", "TransitGatewayId", "active"),
        ("10.7.0.0/16", "eni-0aa", "NetworkInterfaceId", "active"),
        ("::/0", "eigw-0aa", "EgressOnlyInternetGatewayId", "active"),
        ("pl-0aa", "vpce-0aa", "GatewayId", "active"),
    ]
    assert isinstance(found.routes[0], Route)


def test_gateways_and_what_they_are_attached_to() -> None:
    door: InternetGateway = only(
        vpc.internet_gateways,
        InternetGateways=[
            {"InternetGatewayId": "igw-0aa", "Attachments": [{"State": "available", "VpcId": "vpc-0aa"}]},
        ],
    )
    assert door.vpcs == ("vpc-0aa",)
    item: dict[str, Any] = {
        "NatGatewayId": "nat-0aa",
        "State": "available",
        "VpcId": "vpc-0aa",
        "SubnetId": "subnet-0aa",
        "ConnectivityType": "public",
        "NatGatewayAddresses": [{"PrivateIp": "10.0.0.9", "PublicIp": "198.51.100.9", "NetworkInterfaceId": "eni-0aa"}],
    }
    out: NatGateway = only(vpc.nat_gateways, NatGateways=[item, {**item, "State": "deleted"}])
    assert out.addresses == (Address(private="10.0.0.9", public="198.51.100.9"),)
    assert out.interfaces == ("eni-0aa",)


def test_entries_of_a_network_acl_in_the_order_in_which_they_are_tried() -> None:
    def entry(number: int, egress: bool = False, **more: Any) -> dict[str, Any]:
        said = {"RuleNumber": number, "Egress": egress, "RuleAction": "allow", "Protocol": "6"}
        return {**said, "CidrBlock": "0.0.0.0/0", **more}

    found: NetworkAcl = only(
        vpc.network_acls,
        NetworkAcls=[
            {
                "NetworkAclId": "acl-0aa",
                "VpcId": "vpc-0aa",
                "IsDefault": False,
                "Associations": [{"SubnetId": "subnet-0bb"}, {"SubnetId": "subnet-0aa"}],
                "Entries": [
                    entry(200, Protocol="1", IcmpTypeCode={"Type": 8, "Code": -1}),
                    entry(100, PortRange={"From": 22, "To": 23}),
                    entry(32767, RuleAction="deny", Protocol="-1"),
                    entry(100, egress=True, CidrBlock="", Ipv6CidrBlock="::/0", Protocol="-1"),
                ],
            }
        ],
    )
    assert found.subnets == ("subnet-0aa", "subnet-0bb")
    assert found.inbound == (
        AclEntry(number=100, action="allow", protocol="6", cidr="0.0.0.0/0", first=22, last=23),
        AclEntry(number=200, action="allow", protocol="1", cidr="0.0.0.0/0", first=8, last=-1),
        AclEntry(number=32767, action="deny", protocol="-1", cidr="0.0.0.0/0"),
    )
    assert found.outbound == (AclEntry(number=100, action="allow", protocol="-1", cidr="::/0"),)


ENDPOINT: dict[str, Any] = {
    "VpcEndpointId": "vpce-0aa",
    "VpcEndpointType": "Gateway",
    "VpcId": "vpc-0aa",
    "ServiceName": "com.amazonaws.eu-west-1.s3",
    "State": "available",
    "RouteTableIds": ["rtb-0bb", "rtb-0aa"],
    "PolicyDocument": '{"Statement":[{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}]}',
}


def test_the_policy_of_an_endpoint() -> None:
    found: VpcEndpoint = only(vpc.endpoints, VpcEndpoints=[ENDPOINT])
    assert found.policy.value
    assert found.policy.value.statements[0].effect == "Allow"
    assert found.tables == ("rtb-0aa", "rtb-0bb")

    without = {key: value for key, value in ENDPOINT.items() if key != "PolicyDocument"}
    bare: VpcEndpoint = only(vpc.endpoints, VpcEndpoints=[without])
    assert bare.policy.value is None

    broken: VpcEndpoint = only(vpc.endpoints, VpcEndpoints=[{**ENDPOINT, "PolicyDocument": "{"}])
    assert broken.policy.unread
    assert broken.policy.unread.cause is Cause.MALFORMED


def test_both_ends_of_a_peering() -> None:
    found: PeeringConnection = only(
        vpc.peerings,
        VpcPeeringConnections=[
            {
                "VpcPeeringConnectionId": "pcx-0aa",
                "Status": {"Code": "active"},
                "RequesterVpcInfo": {
                    "VpcId": "vpc-0aa",
                    "OwnerId": ACCOUNT,
                    "Region": REGION,
                    "CidrBlock": "10.0.0.0/16",
                    "CidrBlockSet": [{"CidrBlock": "10.0.0.0/16"}, {"CidrBlock": "10.9.0.0/16"}],
                    "Ipv6CidrBlockSet": [{"Ipv6CidrBlock": "2a05:d018::/56"}],
                },
                "AccepterVpcInfo": {"VpcId": "vpc-0bb", "OwnerId": OTHERS},
            }
        ],
    )
    ranges = ("10.0.0.0/16", "10.9.0.0/16", "2a05:d018::/56")
    assert found.requester == PeerVpc(vpc="vpc-0aa", account=ACCOUNT, region=REGION, cidrs=ranges)
    assert found.accepter == PeerVpc(vpc="vpc-0bb", account=OTHERS, region="", cidrs=())


@pytest.mark.parametrize(
    ("said", "delivered"),
    [({}, True), ({"DeliverLogsStatus": "SUCCESS"}, True), ({"DeliverLogsStatus": "FAILED"}, False)],
)
def test_whether_the_records_of_traffic_arrive(said: dict[str, Any], delivered: bool) -> None:
    item = {"FlowLogId": "fl-0aa", "ResourceId": "vpc-0aa", "TrafficType": "ALL", "FlowLogStatus": "ACTIVE", **said}
    found: FlowLog = only(vpc.flow_logs, FlowLogs=[item])
    assert (found.of, found.delivered) == ("vpc-0aa", delivered)


def test_the_master_switch_over_internet_gateways() -> None:
    arn = f"arn:aws:ec2:{REGION}:{ACCOUNT}:vpc/vpc-0aa"
    exclusion = {"ResourceArn": arn, "InternetGatewayExclusionMode": "allow-egress", "State": "create-complete"}
    said: dict[str, Said] = {
        "ec2:DescribeVpcBlockPublicAccessOptions": {
            "VpcBlockPublicAccessOptions": {
                "InternetGatewayBlockMode": "block-ingress",
                "ManagedBy": "declarative-policy",
            }
        },
        "ec2:DescribeVpcBlockPublicAccessExclusions": {
            "VpcBlockPublicAccessExclusions": [exclusion, {**exclusion, "State": "delete-complete"}]
        },
    }
    [found] = seen([vpc.settings], Answers(said)).each(NetworkSettings)
    assert found.block_public_access.value == BlockPublicAccess(mode="block-ingress", managed_by="declarative-policy")
    assert found.exclusions.value == (Exclusion(of=arn, mode="allow-egress"),)

    [denied] = seen([vpc.settings], Answers({})).each(NetworkSettings)
    assert denied.block_public_access.unread
    assert denied.exclusions.unread


@pytest.mark.parametrize("collector", vpc.ALL, ids=lambda c: c.name)
def test_one_listing_a_kind(collector: Collector) -> None:
    answers = Answers({})
    seen([collector], answers)
    assert len(answers.asked) == len(collector.calls)
    kinds: list[type[Resource]] = list(collector.kinds)
    assert len(kinds) == 1
