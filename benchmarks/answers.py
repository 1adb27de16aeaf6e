"""The synthetic estate of `reason` as AWS's command line would print it, for reading it from a folder."""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from orlop.estate.aws.security_group import AccessRule, SecurityGroup
from orlop.estate.aws.vpc import AclEntry, InternetGateway, NetworkAcl, NetworkInterface, RouteTable, Subnet, Vpc
from orlop.estate.resource import Resource

Item = dict[str, Any]


def write(folder: Path, resources: Iterable[Resource]) -> None:
    """Write one file for each kind, indented as AWS's command line prints it, an item after the other."""
    kinds: dict[str, list[Resource]] = {}
    for each in resources:
        kinds.setdefault(_KEYS.get(type(each), ""), []).append(each)
    for key in _KEYS.values():
        with (folder / f"{key}.json").open("w") as file:
            file.write(f'{{\n    "{key}": [')
            for at, each in enumerate(kinds.get(key, ())):
                file.write(("," if at else "") + "\n" + _indented(_item(each)))
            file.write("\n    ]\n}\n")


_KEYS: dict[type[Resource], str] = {
    Vpc: "Vpcs",
    Subnet: "Subnets",
    RouteTable: "RouteTables",
    InternetGateway: "InternetGateways",
    NetworkAcl: "NetworkAcls",
    SecurityGroup: "SecurityGroups",
    NetworkInterface: "NetworkInterfaces",
}


def _indented(item: Item) -> str:
    return "\n".join(" " * 8 + line for line in json.dumps(item, indent=4).splitlines())


def _item(of: Resource) -> Item:
    match of:
        case Vpc():
            return {"VpcId": of.vpc_id, "OwnerId": of.owner, "CidrBlock": of.cidrs[0], "State": "available"}
        case Subnet():
            return {
                "SubnetId": of.subnet_id,
                "VpcId": of.vpc,
                "OwnerId": of.owner,
                "CidrBlock": of.cidrs[0],
                "AvailabilityZone": of.zone,
                "MapPublicIpOnLaunch": False,
                "SubnetArn": of.id,
            }
        case RouteTable():
            links = [{"Main": False, "RouteTableId": of.table_id, "SubnetId": id} for id in of.subnets]
            routes = [
                {"DestinationCidrBlock": r.destination, "GatewayId": r.target, "State": r.state, "Origin": r.origin}
                for r in of.routes
            ]
            return {"RouteTableId": of.table_id, "VpcId": of.vpc, "Associations": links, "Routes": routes}
        case InternetGateway():
            attached = [{"VpcId": id, "State": "available"} for id in of.vpcs]
            return {"InternetGatewayId": of.gateway_id, "OwnerId": of.owner, "Attachments": attached}
        case NetworkAcl():
            links = [{"NetworkAclId": of.acl_id, "SubnetId": id} for id in of.subnets]
            entries = [*(_entry(e, False) for e in of.inbound), *(_entry(e, True) for e in of.outbound)]
            common = {"NetworkAclId": of.acl_id, "VpcId": of.vpc, "OwnerId": of.owner, "IsDefault": of.is_default}
            return {**common, "Associations": links, "Entries": entries}
        case SecurityGroup():
            rules = {"IpPermissions": [*_rules(of.ingress)], "IpPermissionsEgress": [*_rules(of.egress)]}
            common = {"GroupId": of.group_id, "GroupName": of.name, "VpcId": of.vpc, "OwnerId": of.owner}
            return {**common, "Description": "", **rules}
        case NetworkInterface():
            return _interface(of)
        case _:
            raise AssertionError(of)


def _entry(entry: AclEntry, egress: bool) -> Item:
    ports = {"PortRange": {"From": entry.first, "To": entry.last}} if entry.first >= 0 else {}
    common = {"RuleNumber": entry.number, "Protocol": entry.protocol, "RuleAction": entry.action}
    return {**common, "CidrBlock": entry.cidr, "Egress": egress, **ports}


def _rules(rules: Iterable[AccessRule]) -> Iterator[Item]:
    for rule in rules:
        ports = {"FromPort": rule.first, "ToPort": rule.last} if rule.protocol != "-1" else {}
        named = rule.source.name
        pairs, ranges = ([{"GroupId": named}], []) if rule.source.kind == "group" else ([], [{"CidrIp": named}])
        yield {"IpProtocol": rule.protocol, **ports, "IpRanges": ranges, "UserIdGroupPairs": pairs}


def _interface(of: NetworkInterface) -> Item:
    """An interface with all that AWS tells of one: some 1.2 kB."""
    (address,) = of.addresses
    public: Item = {"IpOwnerId": "amazon", "PublicDnsName": f"ec2-{address.public}", "PublicIp": address.public}
    own: Item = {"Primary": True, "PrivateDnsName": f"ip-{address.private}", "PrivateIpAddress": address.private}
    own |= {"Association": public} if address.public else {}
    attachment = {"AttachTime": "2026-01-01T00:00:00+00:00", "AttachmentId": f"eni-attach-{of.interface_id}"}
    return {
        **({"Association": public} if address.public else {}),
        "Attachment": {**attachment, "DeleteOnTermination": True, "DeviceIndex": 0, "Status": "attached"},
        "AvailabilityZone": of.zone,
        "Description": "",
        "Groups": [{"GroupName": id, "GroupId": id} for id in of.groups],
        "InterfaceType": of.type,
        "Ipv6Addresses": [],
        "MacAddress": "02:00:00:00:00:01",
        "NetworkInterfaceId": of.interface_id,
        "OwnerId": of.owner,
        "PrivateDnsName": f"ip-{address.private}.eu-west-1.compute.internal",
        "PrivateIpAddress": address.private,
        "PrivateIpAddresses": [own],
        "RequesterManaged": False,
        "SourceDestCheck": True,
        "Status": of.status,
        "SubnetId": of.subnet,
        "TagSet": [{"Key": "Name", "Value": of.name}],
        "VpcId": of.vpc,
    }
