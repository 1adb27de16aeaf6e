"""Small clouds as AWS's command line prints them, for tests: what is not mentioned is there, and empty.

`Cloud` holds the answers of the describe calls, and reads them through `recorded://`, as an auditor's folder is.
"""

import json
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from orlop.collect.aws import ALL
from orlop.collect.aws.recorded.folder import folders
from orlop.collect.progress import Silent
from orlop.estate.estate import Estate
from orlop.operations.reading import read_aws
from orlop.operations.settings import Settings

ME = "111122223333"
REGION = "eu-west-1"
ANYWHERE = "0.0.0.0/0"

LISTED = (
    *("Vpcs", "Subnets", "RouteTables", "InternetGateways", "NatGateways", "NetworkAcls", "NetworkInterfaces"),
    *("SecurityGroups", "SecurityGroupRules", "VpcPeeringConnections", "VpcEndpoints", "PrefixLists", "Reservations"),
    *("TransitGateways", "TransitGatewayAttachments", "TransitGatewayVpcAttachments", "TransitGatewayRouteTables"),
    *(
        "VpnGateways",
        "VpnConnections",
        "ServiceConfigurations",
        "VpcEndpointConnections",
        "TransitGatewayPeeringAttachments",
        "LoadBalancers",
        "LoadBalancerDescriptions",
        "TargetGroups",
        "DBInstances",
        "DBClusters",
    ),
)


class Cloud:
    """The answers of one account and region; `answers` are by the key under which AWS lists."""

    def __init__(self) -> None:
        self.answers: dict[str, list[dict[str, Any]]] = {key: [] for key in LISTED}
        self.more: list[dict[str, Any]] = []
        kinds = ("UserDetailList", "GroupDetailList", "RoleDetailList", "Policies")
        self.people: dict[str, list[dict[str, Any]]] = {kind: [] for kind in kinds}
        self.profiles: list[dict[str, Any]] = []
        self.buckets: list[dict[str, Any]] = []

    def add(self, key: str, **item: Any) -> dict[str, Any]:
        self.answers[key].append(item)
        return item

    def vpc(self, id: str, *cidrs: str, gateway: bool = True) -> str:
        self.add(
            "Vpcs",
            VpcId=id,
            OwnerId=ME,
            CidrBlock=cidrs[0],
            CidrBlockAssociationSet=[
                {"CidrBlock": c, "CidrBlockState": {"State": "associated"}} for c in cidrs if ":" not in c
            ],
            Ipv6CidrBlockAssociationSet=[
                {"Ipv6CidrBlock": c, "Ipv6CidrBlockState": {"State": "associated"}} for c in cidrs if ":" in c
            ],
        )
        if gateway:
            igw = f"igw-{id.removeprefix('vpc-')}"
            self.add(
                "InternetGateways", InternetGatewayId=igw, OwnerId=ME, Attachments=[{"VpcId": id, "State": "available"}]
            )
        self.table(f"rtb-main-{id}", id, main=True)
        self.acl(f"acl-{id}", id, default=True)
        return id

    def subnet(self, id: str, vpc: str, cidr: str, *, zone: str = "a", v6: str = "") -> str:
        self.add(
            "Subnets",
            SubnetId=id,
            VpcId=vpc,
            OwnerId=ME,
            CidrBlock=cidr,
            AvailabilityZone=f"{REGION}{zone}",
            MapPublicIpOnLaunch=False,
            AvailableIpAddressCount=100,
            SubnetArn=f"arn:aws:ec2:{REGION}:{ME}:subnet/{id}",
            Ipv6CidrBlockAssociationSet=(
                [{"Ipv6CidrBlock": v6, "Ipv6CidrBlockState": {"State": "associated"}}] if v6 else []
            ),
        )
        return id

    def table(
        self, id: str, vpc: str, *routes: tuple[str, str], main: bool = False, subnets: Iterable[str] = ()
    ) -> None:
        own = next(v for v in self.answers["Vpcs"] if v["VpcId"] == vpc)
        ranges = [a["CidrBlock"] for a in own["CidrBlockAssociationSet"]]
        ranges += [a["Ipv6CidrBlock"] for a in own["Ipv6CidrBlockAssociationSet"]]
        links: list[dict[str, Any]] = [{"Main": True, "RouteTableId": id}] if main else []
        links += [{"Main": False, "SubnetId": subnet, "RouteTableId": id} for subnet in subnets]
        self.add(
            "RouteTables",
            RouteTableId=id,
            VpcId=vpc,
            OwnerId=ME,
            Associations=links,
            PropagatingVgws=[],
            Routes=[route(cidr, "local") for cidr in ranges] + [route(*each) for each in routes],
        )

    def acl(
        self, id: str, vpc: str, *entries: dict[str, Any], default: bool = False, subnets: Iterable[str] = ()
    ) -> None:
        allow = [entry(100 + six, cidr=("0.0.0.0/0", "::/0")[six], egress=e) for e in (False, True) for six in (0, 1)]
        self.add(
            "NetworkAcls",
            NetworkAclId=id,
            VpcId=vpc,
            OwnerId=ME,
            IsDefault=default,
            Associations=[{"SubnetId": subnet, "NetworkAclId": id} for subnet in subnets],
            Entries=[*(entries or allow), entry(32767, "deny"), entry(32767, "deny", egress=True)],
        )

    def group(self, id: str, vpc: str, *ingress: dict[str, Any], egress: list[dict[str, Any]] | None = None) -> str:
        self.add(
            "SecurityGroups",
            GroupId=id,
            GroupName=f"name of {id}",
            VpcId=vpc,
            OwnerId=ME,
            Description="",
            IpPermissions=list(ingress),
            IpPermissionsEgress=[permit(ANYWHERE), permit("::/0")] if egress is None else egress,
        )
        return id

    def interface(
        self,
        id: str,
        subnet: str,
        ip: str,
        *groups: str,
        public: str = "",
        v6: str = "",
        instance: str = "",
        **more: Any,
    ) -> str:
        vpc = next(s["VpcId"] for s in self.answers["Subnets"] if s["SubnetId"] == subnet)
        zone = next(s["AvailabilityZone"] for s in self.answers["Subnets"] if s["SubnetId"] == subnet)
        address: dict[str, Any] = {"PrivateIpAddress": ip, "Primary": True}
        if public:
            address["Association"] = {"PublicIp": public}
        attached = (
            {"InstanceId": instance, "DeviceIndex": 0, "Status": "attached"} if instance else {"Status": "attached"}
        )
        self.add(
            "NetworkInterfaces",
            **{
                "NetworkInterfaceId": id,
                "VpcId": vpc,
                "SubnetId": subnet,
                "AvailabilityZone": zone,
                "OwnerId": ME,
                "Status": "in-use",
                "InterfaceType": "interface",
                "RequesterManaged": False,
                "SourceDestCheck": True,
                "Description": "",
                "Groups": [{"GroupId": group, "GroupName": group} for group in groups],
                "PrivateIpAddress": ip,
                "PrivateIpAddresses": [address],
                "Ipv6Addresses": [{"Ipv6Address": v6}] if v6 else [],
                "Attachment": attached,
                **more,
            },
        )
        return id

    def instance(
        self, id: str, subnet: str, ip: str, *groups: str, public: str = "", state: str = "running", name: str = ""
    ) -> str:
        vpc = next(s["VpcId"] for s in self.answers["Subnets"] if s["SubnetId"] == subnet)
        eni = self.interface(f"eni-{id.removeprefix('i-')}", subnet, ip, *groups, public=public, instance=id)
        self.add(
            "Reservations",
            OwnerId=ME,
            Instances=[
                {
                    "InstanceId": id,
                    "State": {"Name": state},
                    "LaunchTime": "2026-01-01T00:00:00+00:00",
                    "VpcId": vpc,
                    "SubnetId": subnet,
                    "PrivateIpAddress": ip,
                    **({"PublicIpAddress": public} if public else {}),
                    "NetworkInterfaces": [{"NetworkInterfaceId": eni}],
                    "SecurityGroups": [{"GroupId": group} for group in groups],
                    "MetadataOptions": {"HttpTokens": "required", "HttpEndpoint": "enabled"},
                    "Tags": [{"Key": "Name", "Value": name}] if name else [],
                }
            ],
        )
        return id

    def balancer(
        self, name: str, kind: str, *subnets: str, groups: Iterable[str] = (), scheme: str = "internet-facing"
    ) -> str:
        short = {"application": "app", "network": "net", "gateway": "gwy"}[kind]
        arn = f"arn:aws:elasticloadbalancing:{REGION}:{ME}:loadbalancer/{short}/{name}/50dc6c495c0c9188"
        vpc = next(s["VpcId"] for s in self.answers["Subnets"] if s["SubnetId"] == subnets[0])
        self.add(
            "LoadBalancers",
            LoadBalancerArn=arn,
            LoadBalancerName=name,
            DNSName=f"{name}.elb.{REGION}.amazonaws.com",
            Scheme=scheme,
            Type=kind,
            VpcId=vpc,
            State={"Code": "active"},
            AvailabilityZones=[{"SubnetId": subnet} for subnet in subnets],
            SecurityGroups=list(groups),
        )
        return arn

    def listener(self, balancer: str, protocol: str, port: int, *groups: str) -> str:
        arn = balancer.replace(":loadbalancer/", ":listener/") + f"/{protocol.lower()}{port}"
        actions = [{"Type": "forward", "TargetGroupArn": group} for group in groups]
        actions = actions or [{"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "404"}}]
        self.more.append(
            {
                "Listeners": [
                    {
                        "ListenerArn": arn,
                        "LoadBalancerArn": balancer,
                        "Protocol": protocol,
                        "Port": port,
                        "DefaultActions": actions,
                    }
                ]
            }
        )
        self.more.append(
            {"ListenerArn": arn, "Rules": [{"Priority": "default", "IsDefault": True, "Actions": actions}]}
        )
        return arn

    def targets(
        self, name: str, vpc: str, protocol: str, port: int, *targets: str, type: str = "instance", **attributes: str
    ) -> str:
        arn = f"arn:aws:elasticloadbalancing:{REGION}:{ME}:targetgroup/{name}/73e2d6bc24d8a067"
        self.add(
            "TargetGroups",
            TargetGroupArn=arn,
            TargetGroupName=name,
            Protocol=protocol,
            Port=port,
            VpcId=vpc,
            TargetType=type,
            LoadBalancerArns=["arn:aws:elasticloadbalancing:x:y:loadbalancer/app/x/1"],
        )
        health = [{"Target": {"Id": t, "Port": port}, "TargetHealth": {"State": "healthy"}} for t in targets]
        self.more.append({"TargetGroupArn": arn, "TargetHealthDescriptions": health})
        said = [{"Key": key.replace("__", "."), "Value": value} for key, value in attributes.items()]
        self.more.append({"TargetGroupArn": arn, "Attributes": said})
        return arn

    def peering(self, id: str, one: str, other: str, state: str = "active") -> str:
        self.add(
            "VpcPeeringConnections",
            VpcPeeringConnectionId=id,
            Status={"Code": state},
            RequesterVpcInfo={"VpcId": one, "OwnerId": ME, "Region": REGION, "CidrBlock": "10.0.0.0/16"},
            AccepterVpcInfo={"VpcId": other, "OwnerId": ME, "Region": REGION, "CidrBlock": "10.1.0.0/16"},
        )
        return id

    def role(
        self, name: str, *allowed: dict[str, Any], trusts: dict[str, Any] | str, boundary: dict[str, Any] | None = None
    ) -> str:
        """A role with one policy of its own; `trusts` is the Principal of its trust policy."""
        arn = f"arn:aws:iam::{ME}:role/{name}"
        trust = {"Effect": "Allow", "Principal": trusts, "Action": "sts:AssumeRole"}
        self.people["RoleDetailList"].append(
            {
                "RoleName": name,
                "Arn": arn,
                "Path": "/",
                "CreateDate": "2026-01-01T00:00:00+00:00",
                "AssumeRolePolicyDocument": _document(trust),
                "RolePolicyList": [{"PolicyName": "own", "PolicyDocument": _document(*allowed)}] if allowed else [],
                "AttachedManagedPolicies": [],
                **self._bounded(boundary),
            }
        )
        return arn

    def user(self, name: str, *allowed: dict[str, Any], boundary: dict[str, Any] | None = None) -> str:
        arn = f"arn:aws:iam::{ME}:user/{name}"
        self.people["UserDetailList"].append(
            {
                "UserName": name,
                "Arn": arn,
                "Path": "/",
                "CreateDate": "2026-01-01T00:00:00+00:00",
                "UserPolicyList": [{"PolicyName": "own", "PolicyDocument": _document(*allowed)}] if allowed else [],
                "GroupList": [],
                "AttachedManagedPolicies": [],
                **self._bounded(boundary),
            }
        )
        return arn

    def _bounded(self, boundary: dict[str, Any] | None) -> dict[str, Any]:
        if boundary is None:
            return {}
        arn = f"arn:aws:iam::{ME}:policy/boundary-{len(self.people['Policies'])}"
        version = {"Document": _document(boundary), "VersionId": "v1", "IsDefaultVersion": True}
        self.people["Policies"].append(
            {"PolicyName": "b", "Arn": arn, "AttachmentCount": 1, "PolicyVersionList": [version]}
        )
        return {"PermissionsBoundary": {"PermissionsBoundaryArn": arn, "PermissionsBoundaryType": "Policy"}}

    def profile(self, instance: str, role: str) -> None:
        """Give an instance a role."""
        name = role.rpartition("/")[2]
        arn = f"arn:aws:iam::{ME}:instance-profile/{name}"
        self.profiles.append(
            {"InstanceProfileName": name, "Arn": arn, "Path": "/", "Roles": [{"Arn": role, "RoleName": name}]}
        )
        for reservation in self.answers["Reservations"]:
            for held in reservation["Instances"]:
                if held["InstanceId"] == instance:
                    held["IamInstanceProfile"] = {"Arn": arn}

    def bucket(self, name: str, *statements: dict[str, Any]) -> str:
        self.buckets.append({"Name": name, "BucketRegion": REGION})
        if statements:
            self.more.append({"Bucket": name, "Policy": json.dumps(_document(*statements))})
        return f"arn:aws:s3:::{name}"

    def write(self, folder: Path, *, without: Iterable[str] = ()) -> None:
        """Write all answers, but for those that list under some keys."""
        home = folder / REGION
        home.mkdir(parents=True, exist_ok=True)
        for key, items in self.answers.items():
            if key not in without:
                (home / f"{key}.json").write_text(json.dumps({key: items}))
        whole = (self.people, {"InstanceProfiles": self.profiles}, {"Buckets": self.buckets})
        for number, body in enumerate((*whole, *self.more)):
            (home / f"more-{number}.json").write_text(json.dumps(body))

    def estate(self, *, without: Iterable[str] = ()) -> Estate:
        """Return the estate that Orlop reads out of the folder."""
        with tempfile.TemporaryDirectory() as name:
            self.write(Path(name), without=without)
            return _read(Path(name))


def _read(folder: Path) -> Estate:
    parts = [
        read_aws(calls, Settings(progress=Silent()), regions=calls.regions, home=calls.home)
        for calls in folders(folder, [source for each in ALL for source in each.sources])
    ]
    resources = [resource for part in parts for resource in part.resources]
    listings = [listing for part in parts for listing in part.listings]
    return Estate(resources, listings, taken_at="2026-06-01T00:00:00+00:00")


def joined(*clouds: tuple[Cloud, str, str], without: Iterable[str] = ()) -> Estate:
    """Return one estate of several clouds, each moved to an account and a region of its own."""
    with tempfile.TemporaryDirectory() as name:
        for number, (cloud, account, region) in enumerate(clouds):
            there = Path(name) / "all" / account / region
            there.mkdir(parents=True)
            cloud.write(Path(name) / str(number), without=without)
            for file in (Path(name) / str(number) / REGION).iterdir():
                (there / file.name).write_text(file.read_text().replace(ME, account).replace(REGION, region))
        return _read(Path(name) / "all")


def _document(*statements: dict[str, Any]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def allow(actions: str | list[str], on: str | list[str] = "*", **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": actions, "Resource": on, **more}


def route(to: str, target: str) -> dict[str, Any]:
    kinds = {"igw": "GatewayId", "loc": "GatewayId", "vgw": "GatewayId", "vpc": "GatewayId", "nat": "NatGatewayId"}
    kinds |= {"pcx": "VpcPeeringConnectionId", "tgw": "TransitGatewayId", "eni": "NetworkInterfaceId"}
    kinds |= {"eig": "EgressOnlyInternetGatewayId"}
    key = (
        "DestinationPrefixListId"
        if to.startswith("pl-")
        else "DestinationIpv6CidrBlock"
        if ":" in to
        else "DestinationCidrBlock"
    )
    named = {} if target == "blackhole" else {kinds[target[:3]]: target}
    state = "blackhole" if target == "blackhole" else "active"
    return {key: to, **(named or {"NatGatewayId": "nat-gone"}), "State": state, "Origin": "CreateRoute"}


def entry(
    number: int,
    action: str = "allow",
    cidr: str = ANYWHERE,
    protocol: str = "-1",
    ports: tuple[int, int] | None = None,
    *,
    egress: bool = False,
) -> dict[str, Any]:
    said: dict[str, Any] = {"RuleNumber": number, "RuleAction": action, "Protocol": protocol, "Egress": egress}
    said["Ipv6CidrBlock" if ":" in cidr else "CidrBlock"] = cidr
    if ports:
        said["PortRange"] = {"From": ports[0], "To": ports[1]}
    return said


def permit(source: str, first: int | None = None, last: int | None = None, protocol: str = "tcp") -> dict[str, Any]:
    said: dict[str, Any] = {"IpProtocol": "-1" if first is None else protocol, "IpRanges": [], "UserIdGroupPairs": []}
    if first is not None:
        said |= {"FromPort": first, "ToPort": first if last is None else last}
    if source.startswith("sg-"):
        said["UserIdGroupPairs"] = [{"GroupId": source, "UserId": ME}]
    elif source.startswith("pl-"):
        said["PrefixListIds"] = [{"PrefixListId": source}]
    elif ":" in source:
        said["Ipv6Ranges"] = [{"CidrIpv6": source}]
    else:
        said["IpRanges"] = [{"CidrIp": source}]
    return said
