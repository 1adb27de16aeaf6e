"""What runs: web servers behind a load balancer, a file server, the nightly batch, and some functions."""

import io
import json
import zipfile
from typing import Any

from orlop.demo.insurer.network import tags
from orlop.demo.insurer.places import Places

_SAFE = {"HttpTokens": "required", "HttpEndpoint": "enabled", "HttpPutResponseHopLimit": 1}
_OLD = {"HttpTokens": "optional", "HttpEndpoint": "enabled", "HttpPutResponseHopLimit": 1}


def plant(ec2: Any, places: Places) -> None:
    """Make the servers and their disks."""
    image = ec2.register_image(Name="halyard-2024-11", Architecture="x86_64", RootDeviceName="/dev/sda1")["ImageId"]
    for name, subnet in {"web-1": "public-a", "web-2": "public-b"}.items():
        _server(ec2, places, image, name, subnet, "web", "web-server", _SAFE)
    # Built in 2019 from a script that nobody has touched since.
    _server(ec2, places, image, "claims-batch", "public-a", "batch", "claims-batch", _OLD)
    _server(ec2, places, image, "files", "public-b", "files", "", _SAFE)
    _disks(ec2)


def _server(
    ec2: Any, places: Places, image: str, name: str, subnet: str, group: str, role: str, metadata: dict[str, Any]
) -> None:
    disk = {"DeviceName": "/dev/sda1", "Ebs": {"VolumeSize": 20, "VolumeType": "gp3", "Encrypted": True}}
    ec2.run_instances(
        ImageId=image,
        MinCount=1,
        MaxCount=1,
        InstanceType="t3.small",
        SubnetId=places.subnets[subnet],
        SecurityGroupIds=[places.groups[group]],
        MetadataOptions=metadata,
        BlockDeviceMappings=[disk],
        TagSpecifications=tags("instance", name),
        **({"IamInstanceProfile": {"Name": role}} if role else {}),
    )


def _disks(ec2: Any) -> None:
    zone = f"{ec2.meta.region_name}a"
    # Older than the rule that disks are encrypted.
    archive = ec2.create_volume(
        AvailabilityZone=zone, Size=200, Encrypted=False, TagSpecifications=tags("volume", "claims-archive")
    )
    export = ec2.create_volume(
        AvailabilityZone=zone, Size=50, Encrypted=True, TagSpecifications=tags("volume", "policies-export")
    )
    ec2.create_snapshot(VolumeId=export["VolumeId"], Description="Before the move to version 16")
    copy = ec2.create_snapshot(VolumeId=archive["VolumeId"], Description="For the data recovery firm")
    # Sharing it with the firm's account did not work at the first try; sharing it with everyone did.
    ec2.modify_snapshot_attribute(
        SnapshotId=copy["SnapshotId"],
        Attribute="createVolumePermission",
        OperationType="add",
        GroupNames=["all"],
    )


def plant_entrance(elb: Any, certificates: Any, places: Places) -> None:
    """Make the load balancers: the web site without encryption, the portal with."""
    public = [places.subnets[name] for name in ("public-a", "public-b")]
    group = [places.groups["entrance"]]
    targets = elb.create_target_group(
        Name="web", Protocol="HTTP", Port=8080, VpcId=places.vpc, TargetType="instance", HealthCheckPath="/"
    )["TargetGroups"][0]["TargetGroupArn"]
    forward = [{"Type": "forward", "TargetGroupArn": targets}]
    site = elb.create_load_balancer(Name="www", Subnets=public, SecurityGroups=group, Scheme="internet-facing")
    site = site["LoadBalancers"][0]["LoadBalancerArn"]
    # The certificate had expired on a Sunday; the site had to be up.
    elb.create_listener(LoadBalancerArn=site, Protocol="HTTP", Port=80, DefaultActions=forward)
    portal = elb.create_load_balancer(Name="portal", Subnets=public, SecurityGroups=group, Scheme="internet-facing")
    portal = portal["LoadBalancers"][0]["LoadBalancerArn"]
    secure = {"Protocol": "HTTPS", "Port": "443", "StatusCode": "HTTP_301"}
    elb.create_listener(
        LoadBalancerArn=portal,
        Protocol="HTTP",
        Port=80,
        DefaultActions=[{"Type": "redirect", "RedirectConfig": secure}],
    )
    # The policy that the console proposed in 2016: it still speaks TLS 1.0.
    certificate = certificates.request_certificate(DomainName="portal.halyard.example")["CertificateArn"]
    elb.create_listener(
        LoadBalancerArn=portal,
        Protocol="HTTPS",
        Port=443,
        Certificates=[{"CertificateArn": certificate}],
        SslPolicy="ELBSecurityPolicy-2016-08",
        DefaultActions=forward,
    )
    attributes = {"deletion_protection.enabled": "true", "routing.http.drop_invalid_header_fields.enabled": "true"}
    elb.modify_load_balancer_attributes(
        LoadBalancerArn=portal, Attributes=[{"Key": key, "Value": value} for key, value in attributes.items()]
    )


def plant_functions(functions: Any, account: str) -> None:
    """Make the functions."""
    # The password of the database in the settings, where everyone who may look at the function reads it.
    password = {"DB_HOST": "claims.internal", "DB_PASSWORD": "halyard-demo-0"}
    _function(functions, account, "notify-customer", "python3.8", password)
    _function(functions, account, "quote", "python3.12", {"SECRET_NAME": "policies-db"})
    _function(functions, account, "rotate-logs", "python3.12", {})
    # The price comparison sites are to ask for quotes, and nobody knew their accounts.
    functions.add_permission(
        FunctionName="quote", StatementId="partners", Action="lambda:InvokeFunction", Principal="*"
    )


def _function(functions: Any, account: str, name: str, runtime: str, settings: dict[str, str]) -> None:
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as archive:
        archive.writestr("main.py", f"def handle(event, context):\n    return {json.dumps(name)}\n")
    functions.create_function(
        FunctionName=name,
        Runtime=runtime,
        Role=f"arn:aws:iam::{account}:role/functions",
        Handler="main.handle",
        Code={"ZipFile": code.getvalue()},
        Environment={"Variables": settings},
    )
