"""Reads networks and what they are made of: one call a kind and region."""

from collections.abc import Iterable, Iterator
from sys import intern
from typing import TypeVar, cast

from orlop.collect.aws.calls import Answer
from orlop.collect.aws.collector import Later, Reader, collector, part
from orlop.collect.aws.ec2 import name_of
from orlop.estate.aws.policy import Document, document
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
from orlop.estate.fact import Cause, Fact, Unread

T = TypeVar("T")

_RESERVED = 5
"""Addresses of each subnet that AWS keeps.

Source: https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html
"""

_TARGETS = (
    "GatewayId",
    "NatGatewayId",
    "EgressOnlyInternetGatewayId",
    "TransitGatewayId",
    "VpcPeeringConnectionId",
    "NetworkInterfaceId",
    "InstanceId",
    "LocalGatewayId",
    "CarrierGatewayId",
    "CoreNetworkArn",
    "OdbNetworkArn",
)
"""Where AWS names a route's target. An interface is said before the instance that it belongs to."""


@collector(Vpc, service="ec2", calls=("DescribeVpcs",))
def vpcs(aws: Reader) -> Iterator[Later[Vpc]]:
    """List the networks."""
    for page in aws.pages("DescribeVpcs"):
        for item in page["Vpcs"]:
            vpc = Vpc(
                id=_arn(aws, "vpc", item, item["VpcId"]),
                account=aws.account,
                region=aws.region,
                name=name_of(item, item["VpcId"]),
                source="ec2:DescribeVpcs",
                vpc_id=item["VpcId"],
                owner=item.get("OwnerId", aws.account),
                cidrs=_cidrs(item),
                is_default=item.get("IsDefault", False),
            )
            if aws.wants(vpc.id):
                yield lambda vpc=vpc: vpc


@collector(Subnet, service="ec2", calls=("DescribeSubnets",))
def subnets(aws: Reader) -> Iterator[Later[Subnet]]:
    """List the subnets."""
    for page in aws.pages("DescribeSubnets"):
        for item in page["Subnets"]:
            subnet = Subnet(
                id=item.get("SubnetArn") or _arn(aws, "subnet", item, item["SubnetId"]),
                account=aws.account,
                region=aws.region,
                name=name_of(item, item["SubnetId"]),
                source="ec2:DescribeSubnets",
                subnet_id=item["SubnetId"],
                owner=item.get("OwnerId", aws.account),
                vpc=item["VpcId"],
                zone=item.get("AvailabilityZone", ""),
                cidrs=_cidrs(item),
                public_addresses=part(Fact(item, "ec2:DescribeSubnets"), lambda said: said["MapPublicIpOnLaunch"]),
                empty=_is_empty(item),
            )
            if aws.wants(subnet.id):
                yield lambda subnet=subnet: subnet


def _is_empty(item: Answer) -> bool:
    prefix = int(item["CidrBlock"].partition("/")[2]) if item.get("CidrBlock") else 32
    return item.get("AvailableIpAddressCount", 0) >= 2 ** (32 - prefix) - _RESERVED > 0


def _cidrs(item: Answer) -> tuple[str, ...]:
    """Return the ranges in use of a network or subnet."""
    v4 = {item.get("CidrBlock", "")}
    for each in item.get("CidrBlockAssociationSet", []):
        if each.get("CidrBlockState", {}).get("State", "associated") == "associated":
            v4.add(each["CidrBlock"])
    v6 = {
        each["Ipv6CidrBlock"]
        for each in item.get("Ipv6CidrBlockAssociationSet", [])
        if each.get("Ipv6CidrBlockState", {}).get("State", "associated") == "associated"
    }
    return tuple(sorted((v4 | v6) - {""}))


@collector(NetworkInterface, service="ec2", calls=("DescribeNetworkInterfaces",))
def interfaces(aws: Reader) -> Iterator[Later[NetworkInterface]]:
    """List the network interfaces."""
    for page in aws.pages("DescribeNetworkInterfaces"):
        for item in page["NetworkInterfaces"]:
            made = _interface(aws, item)
            if aws.wants(made.id):
                yield lambda made=made: made


def _interface(aws: Reader, item: Answer) -> NetworkInterface:
    """Read one. A text that stands on very many of them is kept once (`_once`)."""
    id = item["NetworkInterfaceId"]
    prefixes = [p["Ipv4Prefix"] for p in item.get("Ipv4Prefixes", [])]
    prefixes += [p["Ipv6Prefix"] for p in item.get("Ipv6Prefixes", [])]
    return NetworkInterface(
        id=_arn(aws, "network-interface", item, id),
        account=aws.account,
        region=aws.region,
        name=name_of(item, id),
        source="ec2:DescribeNetworkInterfaces",
        interface_id=id,
        owner=_once(item.get("OwnerId", aws.account)),
        vpc=_once(item.get("VpcId", "")),
        subnet=_once(item.get("SubnetId", "")),
        zone=_once(item.get("AvailabilityZone", "")),
        type=_once(_type(item.get("InterfaceType", "interface"))),
        status=_once(item.get("Status", "")),
        managed=item.get("RequesterManaged", False),
        requester=_once(item.get("RequesterId", "")),
        description=_once(item.get("Description", "")),
        instance=item.get("Attachment", {}).get("InstanceId", ""),
        groups=tuple(sorted(_once(group["GroupId"]) for group in item.get("Groups", []))),
        addresses=_addresses(item),
        addresses_v6=tuple(sorted(part["Ipv6Address"] for part in item.get("Ipv6Addresses", []))),
        prefixes=tuple(sorted(prefixes)),
        forwards=not item.get("SourceDestCheck", True),
        internet_denied=item.get("DenyAllIgwTraffic", False),
        device=item.get("Attachment", {}).get("DeviceIndex", 0),
    )


def _once(held: T) -> T:
    """Return a text as the one that all share who have the same; anything else as it is."""
    return cast("T", intern(held)) if isinstance(held, str) else held


def _type(said: str) -> str:
    """Return the type of an interface; AWS calls one of them `natGateway` in answers and `nat_gateway` in its guide."""
    return "nat_gateway" if said == "natGateway" else said


def _addresses(item: Answer) -> tuple[Address, ...]:
    """Read the addresses. The interface's own translation is that of its first one, where it stands nowhere else."""
    parts: list[Answer] = item.get("PrivateIpAddresses") or [item]
    public = {each["PrivateIpAddress"]: _public(each) for each in parts if each.get("PrivateIpAddress")}
    first = item.get("PrivateIpAddress", "")
    if first in public and not any(public.values()):
        public[first] = _public(item)
    return tuple(sorted(Address(private=own, public=outside) for own, outside in public.items()))


def _public(item: Answer) -> str:
    return item.get("Association", {}).get("PublicIp", "")


@collector(RouteTable, service="ec2", calls=("DescribeRouteTables",))
def route_tables(aws: Reader) -> Iterator[Later[RouteTable]]:
    """List the route tables."""
    for page in aws.pages("DescribeRouteTables"):
        for item in page["RouteTables"]:
            table = _table(aws, item)
            if aws.wants(table.id):
                yield lambda table=table: table


def _table(aws: Reader, item: Answer) -> RouteTable:
    links = [
        link
        for link in item.get("Associations", [])
        if link.get("AssociationState", {}).get("State", "associated") == "associated"
    ]
    return RouteTable(
        id=_arn(aws, "route-table", item, item["RouteTableId"]),
        account=aws.account,
        region=aws.region,
        name=name_of(item, item["RouteTableId"]),
        source="ec2:DescribeRouteTables",
        table_id=item["RouteTableId"],
        owner=item.get("OwnerId", aws.account),
        vpc=item["VpcId"],
        main=any(link.get("Main", False) for link in links),
        subnets=_each(links, "SubnetId"),
        gateways=_each(links, "GatewayId"),
        propagating=_each(item.get("PropagatingVgws", []), "GatewayId"),
        routes=tuple(sorted(_route(route) for route in item.get("Routes", []))),
    )


def _each(items: Iterable[Answer], key: str) -> tuple[str, ...]:
    return tuple(sorted(item[key] for item in items if item.get(key)))


def _route(item: Answer) -> Route:
    kind = next((key for key in _TARGETS if item.get(key)), "")
    destination = (
        item.get("DestinationCidrBlock") or item.get("DestinationIpv6CidrBlock") or item["DestinationPrefixListId"]
    )
    return Route(
        destination=destination,
        target=item.get(kind, ""),
        kind=kind,
        state=item.get("State", "active"),
        origin=item.get("Origin", ""),
    )


@collector(InternetGateway, service="ec2", calls=("DescribeInternetGateways",))
def internet_gateways(aws: Reader) -> Iterator[Later[InternetGateway]]:
    """List the internet gateways."""
    for page in aws.pages("DescribeInternetGateways"):
        for item in page["InternetGateways"]:
            attached = [part for part in item.get("Attachments", []) if part.get("State") in ("attached", "available")]
            gateway = InternetGateway(
                id=_arn(aws, "internet-gateway", item, item["InternetGatewayId"]),
                account=aws.account,
                region=aws.region,
                name=name_of(item, item["InternetGatewayId"]),
                source="ec2:DescribeInternetGateways",
                gateway_id=item["InternetGatewayId"],
                owner=item.get("OwnerId", aws.account),
                vpcs=_each(attached, "VpcId"),
            )
            if aws.wants(gateway.id):
                yield lambda gateway=gateway: gateway


@collector(NatGateway, service="ec2", calls=("DescribeNatGateways",))
def nat_gateways(aws: Reader) -> Iterator[Later[NatGateway]]:
    """List the NAT gateways that are not deleted."""
    for page in aws.pages("DescribeNatGateways"):
        for item in page["NatGateways"]:
            if item.get("State") == "deleted":
                continue
            parts = item.get("NatGatewayAddresses", [])
            gateway = NatGateway(
                id=_arn(aws, "natgateway", item, item["NatGatewayId"]),
                account=aws.account,
                region=aws.region,
                name=name_of(item, item["NatGatewayId"]),
                source="ec2:DescribeNatGateways",
                gateway_id=item["NatGatewayId"],
                vpc=item.get("VpcId", ""),
                subnet=item.get("SubnetId", ""),
                state=item.get("State", "available"),
                connectivity=item.get("ConnectivityType", "public"),
                addresses=tuple(sorted(_translated(part) for part in parts)),
                interfaces=_each(parts, "NetworkInterfaceId"),
            )
            if aws.wants(gateway.id):
                yield lambda gateway=gateway: gateway


def _translated(part: Answer) -> Address:
    return Address(private=part.get("PrivateIp", ""), public=part.get("PublicIp", ""))


@collector(NetworkAcl, service="ec2", calls=("DescribeNetworkAcls",))
def network_acls(aws: Reader) -> Iterator[Later[NetworkAcl]]:
    """List the network ACLs."""
    for page in aws.pages("DescribeNetworkAcls"):
        for item in page["NetworkAcls"]:
            acl = NetworkAcl(
                id=_arn(aws, "network-acl", item, item["NetworkAclId"]),
                account=aws.account,
                region=aws.region,
                name=name_of(item, item["NetworkAclId"]),
                source="ec2:DescribeNetworkAcls",
                acl_id=item["NetworkAclId"],
                owner=item.get("OwnerId", aws.account),
                vpc=item["VpcId"],
                is_default=item.get("IsDefault", False),
                subnets=_each(item.get("Associations", []), "SubnetId"),
                inbound=_entries(item["Entries"], egress=False),
                outbound=_entries(item["Entries"], egress=True),
            )
            if aws.wants(acl.id):
                yield lambda acl=acl: acl


def _entries(items: Iterable[Answer], *, egress: bool) -> tuple[AclEntry, ...]:
    return tuple(sorted(_entry(item) for item in items if item["Egress"] == egress))


def _entry(item: Answer) -> AclEntry:
    ports, icmp = item.get("PortRange", {}), item.get("IcmpTypeCode", {})
    return AclEntry(
        number=item["RuleNumber"],
        action=item["RuleAction"],
        protocol=str(item["Protocol"]),
        cidr=item.get("CidrBlock") or item["Ipv6CidrBlock"],
        first=ports.get("From", icmp.get("Type", -1)),
        last=ports.get("To", icmp.get("Code", -1)),
    )


@collector(VpcEndpoint, service="ec2", calls=("DescribeVpcEndpoints",))
def endpoints(aws: Reader) -> Iterator[Later[VpcEndpoint]]:
    """List the private ways to services."""
    for page in aws.pages("DescribeVpcEndpoints"):
        for item in page["VpcEndpoints"]:
            endpoint = VpcEndpoint(
                id=_arn(aws, "vpc-endpoint", item, item["VpcEndpointId"]),
                account=aws.account,
                region=aws.region,
                name=name_of(item, item["VpcEndpointId"]),
                source="ec2:DescribeVpcEndpoints",
                endpoint_id=item["VpcEndpointId"],
                owner=item.get("OwnerId", aws.account),
                vpc=item.get("VpcId", ""),
                type=item.get("VpcEndpointType", "Gateway"),
                service=item.get("ServiceName", ""),
                state=item.get("State", "").lower(),
                tables=tuple(sorted(item.get("RouteTableIds", []))),
                subnets=tuple(sorted(item.get("SubnetIds", []))),
                groups=_each(item.get("Groups", []), "GroupId"),
                interfaces=tuple(sorted(item.get("NetworkInterfaceIds", []))),
                policy=_policy(item.get("PolicyDocument")),
            )
            if aws.wants(endpoint.id):
                yield lambda endpoint=endpoint: endpoint


def _policy(text: str | None) -> Fact[Document | None]:
    source = "ec2:DescribeVpcEndpoints"
    try:
        return Fact(document(text) if text else None, source)
    except ValueError:
        return Fact(Unread(Cause.MALFORMED, "the policy is not one that AWS would accept"), source)


@collector(PeeringConnection, service="ec2", calls=("DescribeVpcPeeringConnections",))
def peerings(aws: Reader) -> Iterator[Later[PeeringConnection]]:
    """List the direct ways to other networks."""
    for page in aws.pages("DescribeVpcPeeringConnections"):
        for item in page["VpcPeeringConnections"]:
            id = item["VpcPeeringConnectionId"]
            requester, accepter = _peer(item["RequesterVpcInfo"]), _peer(item["AccepterVpcInfo"])
            peering = PeeringConnection(
                id=aws.arn(f"vpc-peering-connection/{id}"),
                account=aws.account,
                region=aws.region,
                name=name_of(item, id),
                source="ec2:DescribeVpcPeeringConnections",
                peering_id=id,
                state=item["Status"]["Code"],
                requester=requester,
                accepter=accepter,
            )
            if aws.wants(peering.id):
                yield lambda peering=peering: peering


def _peer(item: Answer) -> PeerVpc:
    v4 = {part["CidrBlock"] for part in item.get("CidrBlockSet", [])} | {item.get("CidrBlock", "")}
    v6 = {part["Ipv6CidrBlock"] for part in item.get("Ipv6CidrBlockSet", [])}
    return PeerVpc(
        vpc=item["VpcId"],
        account=item.get("OwnerId", ""),
        region=item.get("Region", ""),
        cidrs=tuple(sorted((v4 | v6) - {""})),
    )


@collector(FlowLog, service="ec2", calls=("DescribeFlowLogs",))
def flow_logs(aws: Reader) -> Iterator[Later[FlowLog]]:
    """List the records of traffic."""
    for page in aws.pages("DescribeFlowLogs"):
        for item in page["FlowLogs"]:
            log = FlowLog(
                id=_arn(aws, "vpc-flow-log", item, item["FlowLogId"]),
                account=aws.account,
                region=aws.region,
                name=name_of(item, item["FlowLogId"]),
                source="ec2:DescribeFlowLogs",
                log_id=item["FlowLogId"],
                of=item["ResourceId"],
                traffic=item.get("TrafficType", ""),
                state=item.get("FlowLogStatus", ""),
                delivered=item.get("DeliverLogsStatus", "SUCCESS") == "SUCCESS",
                destination=item.get("LogDestination") or item.get("LogGroupName", ""),
            )
            if aws.wants(log.id):
                yield lambda log=log: log


@collector(
    NetworkSettings,
    service="ec2",
    calls=("DescribeVpcBlockPublicAccessOptions", "DescribeVpcBlockPublicAccessExclusions"),
)
def settings(aws: Reader) -> Iterator[Later[NetworkSettings]]:
    """Read what the region says for all of its networks."""
    block = aws.later(
        "ec2:DescribeVpcBlockPublicAccessOptions", lambda: _block(aws.call("DescribeVpcBlockPublicAccessOptions"))
    )
    exclusions = aws.later(
        "ec2:DescribeVpcBlockPublicAccessExclusions",
        lambda: _exclusions(aws.call("DescribeVpcBlockPublicAccessExclusions")),
    )
    yield lambda: NetworkSettings(
        id=aws.arn("network-settings"),
        account=aws.account,
        region=aws.region,
        name=aws.region,
        source="ec2:DescribeVpcBlockPublicAccessOptions",
        block_public_access=block(),
        exclusions=exclusions(),
    )


def _block(answer: Answer) -> BlockPublicAccess:
    said = answer["VpcBlockPublicAccessOptions"]
    return BlockPublicAccess(
        mode=said.get("InternetGatewayBlockMode", "off"), managed_by=said.get("ManagedBy", "account")
    )


def _exclusions(answer: Answer) -> tuple[Exclusion, ...]:
    in_force = [
        item
        for item in answer["VpcBlockPublicAccessExclusions"]
        if item["State"] not in ("create-failed", "delete-complete", "disable-complete")
    ]
    return tuple(Exclusion(of=item["ResourceArn"], mode=item["InternetGatewayExclusionMode"]) for item in in_force)


def _arn(aws: Reader, type: str, item: Answer, id: str) -> str:
    return aws.arn(f"{type}/{id}", account=item.get("OwnerId"))


ALL = (
    vpcs,
    subnets,
    interfaces,
    route_tables,
    internet_gateways,
    nat_gateways,
    network_acls,
    endpoints,
    peerings,
    flow_logs,
    settings,
)
