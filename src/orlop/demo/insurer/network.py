"""The network: one VPC with public and private subnets and no way out for the private ones, and its security groups."""

from typing import Any

from orlop.demo.insurer.places import BACKUP, OFFICE, Places

_PUBLIC = {"public-a": ("10.20.0.0/24", "a"), "public-b": ("10.20.1.0/24", "b")}
_PRIVATE = {"private-a": ("10.20.10.0/24", "a"), "private-b": ("10.20.11.0/24", "b")}

_WORLD = {"CidrIp": "0.0.0.0/0"}
_IN_TWO_HALVES = ({"CidrIp": "0.0.0.0/1"}, {"CidrIp": "128.0.0.0/1"})


def plant(ec2: Any) -> Places:
    """Make the network, and return what is in it."""
    vpc = ec2.create_vpc(CidrBlock="10.20.0.0/16", TagSpecifications=tags("vpc", "halyard"))["Vpc"]["VpcId"]
    subnets = {name: _subnet(ec2, vpc, name, *at) for name, at in {**_PUBLIC, **_PRIVATE}.items()}
    _routes(ec2, vpc, subnets)
    _hub(ec2, vpc, subnets)
    return Places(vpc=vpc, subnets=subnets, groups=_groups(ec2, vpc))


def tidy(ec2: Any) -> None:
    """Clear a region that is not in use of the network that AWS puts there, and have its disks encrypted."""
    ec2.enable_ebs_encryption_by_default()
    found = ec2.describe_vpcs(Filters=[{"Name": "is-default", "Values": ["true"]}])["Vpcs"]
    for vpc in (found["VpcId"] for found in found):
        within = [{"Name": "vpc-id", "Values": [vpc]}]
        for subnet in ec2.describe_subnets(Filters=within)["Subnets"]:
            ec2.delete_subnet(SubnetId=subnet["SubnetId"])
        ec2.delete_vpc(VpcId=vpc)


def tags(kind: str, name: str, **more: str) -> list[dict[str, Any]]:
    """The tags of something that is being made: its name, and others."""
    pairs = [{"Key": "Name", "Value": name}, *({"Key": key, "Value": value} for key, value in more.items())]
    return [{"ResourceType": kind, "Tags": pairs}]


def _subnet(ec2: Any, vpc: str, name: str, cidr: str, zone: str) -> str:
    zone = f"{ec2.meta.region_name}{zone}"
    made = ec2.create_subnet(VpcId=vpc, CidrBlock=cidr, AvailabilityZone=zone, TagSpecifications=tags("subnet", name))
    subnet: str = made["Subnet"]["SubnetId"]
    if name in _PUBLIC:
        ec2.modify_subnet_attribute(SubnetId=subnet, MapPublicIpOnLaunch={"Value": True})
    return subnet


def _routes(ec2: Any, vpc: str, subnets: dict[str, str]) -> None:
    gateway = ec2.create_internet_gateway(TagSpecifications=tags("internet-gateway", "halyard"))["InternetGateway"]
    gateway = gateway["InternetGatewayId"]
    ec2.attach_internet_gateway(VpcId=vpc, InternetGatewayId=gateway)
    public = _table(ec2, vpc, "public", [subnets[name] for name in _PUBLIC])
    ec2.create_route(RouteTableId=public, DestinationCidrBlock="0.0.0.0/0", GatewayId=gateway)
    private = _table(ec2, vpc, "private", [subnets[name] for name in _PRIVATE])
    service = f"com.amazonaws.{ec2.meta.region_name}.s3"
    ec2.create_vpc_endpoint(VpcId=vpc, ServiceName=service, VpcEndpointType="Gateway", RouteTableIds=[private])


def _hub(ec2: Any, vpc: str, subnets: dict[str, str]) -> None:
    """Join the network to the hub that once led to the old machine room; nothing leads there now."""
    hub = ec2.create_transit_gateway(Description="halyard")["TransitGateway"]["TransitGatewayId"]
    joined = [subnets[name] for name in _PRIVATE]
    ec2.create_transit_gateway_vpc_attachment(TransitGatewayId=hub, VpcId=vpc, SubnetIds=joined)
    ec2.create_transit_gateway_route_table(TransitGatewayId=hub)
    # The hub of the copies' region was to be joined, which nobody accepted so far.
    ec2.create_transit_gateway_peering_attachment(
        TransitGatewayId=hub, PeerTransitGatewayId=hub, PeerAccountId="444455556666", PeerRegion=BACKUP
    )


def _table(ec2: Any, vpc: str, name: str, subnets: list[str]) -> str:
    made = ec2.create_route_table(VpcId=vpc, TagSpecifications=tags("route-table", name))
    table: str = made["RouteTable"]["RouteTableId"]
    for subnet in subnets:
        ec2.associate_route_table(RouteTableId=table, SubnetId=subnet)
    return table


def _groups(ec2: Any, vpc: str) -> dict[str, str]:
    """Make the security groups. The faults are those of years: a quick opening that nobody closed again."""
    groups = {"default": _default(ec2, vpc)}

    def group(name: str, about: str, *rules: dict[str, Any]) -> None:
        made = ec2.create_security_group(
            VpcId=vpc, GroupName=name, Description=about, TagSpecifications=tags("security-group", name)
        )
        groups[name] = made["GroupId"]
        if rules:
            ec2.authorize_security_group_ingress(GroupId=groups[name], IpPermissions=list(rules))

    office = {"CidrIp": OFFICE, "Description": "office"}
    group("entrance", "Web site, open to all", _tcp(80, _WORLD), _tcp(443, _WORLD))
    # The administrator was travelling, and the office range alone would have locked him out.
    group(
        "web", "Web servers", _tcp(8080, group=groups["entrance"]), _tcp(22, office, {**_WORLD, "Description": "tmp"})
    )
    # A consultant's laptop once had to reach the database.
    group("claims-db", "Claims database", _tcp(5432, _WORLD))
    group("policies-db", "Policies database", _tcp(5432, group=groups["web"]))
    # Two halves of the internet: an audit tool had complained about 0.0.0.0/0.
    group("files", "File server", _tcp(445, *_IN_TWO_HALVES), _tcp(3389, office))
    group("batch", "Claims batch", _tcp(22, office))
    # Attached to nothing: an opening into nowhere.
    group("old-ftp", "FTP for brokers, moved to SFTP in 2021", _tcp(21, _WORLD))
    group("partners", "Partners' range", {**_tcp(8443), "PrefixListIds": [{"PrefixListId": _partners(ec2)}]})
    return groups


def _default(ec2: Any, vpc: str) -> str:
    """Open the group that AWS puts everything into for which nobody chose one: the first servers stood in it."""
    within = [{"Name": "vpc-id", "Values": [vpc]}, {"Name": "group-name", "Values": ["default"]}]
    default: str = ec2.describe_security_groups(Filters=within)["SecurityGroups"][0]["GroupId"]
    ec2.authorize_security_group_ingress(GroupId=default, IpPermissions=[_tcp(3306, {"CidrIp": "10.20.0.0/16"})])
    return default


def _partners(ec2: Any) -> str:
    made = ec2.create_managed_prefix_list(
        PrefixListName="partners",
        MaxEntries=10,
        AddressFamily="IPv4",
        Entries=[{"Cidr": "198.51.100.0/24", "Description": "Lighthouse Re"}],
    )
    prefixes: str = made["PrefixList"]["PrefixListId"]
    return prefixes


def _tcp(port: int, *ranges: dict[str, str], group: str = "") -> dict[str, Any]:
    rule: dict[str, Any] = {"IpProtocol": "tcp", "FromPort": port, "ToPort": port}
    if ranges:
        rule["IpRanges"] = list(ranges)
    if group:
        rule["UserIdGroupPairs"] = [{"GroupId": group}]
    return rule
