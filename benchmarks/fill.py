"""Fills the emulator with a given number of resources: the same mixture each time, with faults in some of them."""

import io
import json
import zipfile
from collections.abc import Callable, Iterator
from typing import Any

from orlop.demo import Demo

MIXTURE = {
    "buckets": 10,
    "functions": 8,
    "groups": 15,
    "instances": 15,
    "keys": 4,
    "policies": 6,
    "queues": 6,
    "roles": 10,
    "secrets": 4,
    "snapshots": 5,
    "topics": 6,
    "users": 6,
    "volumes": 5,
}
"""Of every hundred resources, how many are of which sort. An instance brings its disk and its network interface along,
which are not counted."""

_ANYBODY = {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}
_SOMETHING = {"Effect": "Allow", "Action": ["s3:GetObject", "sqs:SendMessage"], "Resource": "*"}

Job = Callable[[], object]


def fill(demo: Demo, count: int, region: str) -> None:
    """Make `count` resources in a region of an empty emulator, one after another: it trips over two at once."""
    for job in _jobs(demo, count, region):
        job()


def _jobs(demo: Demo, count: int, region: str) -> Iterator[Job]:
    share = {sort: max(1, count * part // 100) for sort, part in MIXTURE.items()}
    ec2 = demo.client("ec2", region)
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.0.0/18")["Subnet"]["SubnetId"]
    volume = ec2.create_volume(AvailabilityZone=f"{region}a", Size=8)["VolumeId"]
    role = demo.client("iam", region).create_role(
        RoleName="functions", AssumeRolePolicyDocument=_document(_trust("lambda.amazonaws.com"))
    )["Role"]["Arn"]
    yield from (_instances(ec2, subnet, n) for n in _portions(share["instances"], 25))
    makers: dict[str, Callable[[int], object]] = {
        "buckets": lambda n: _bucket(demo.client("s3", region), region, n),
        "functions": lambda n: _function(demo.client("lambda", region), role, n),
        "groups": lambda n: _group(ec2, vpc, n),
        "keys": lambda n: demo.client("kms", region).create_key(Description=f"Key {n}"),
        "policies": lambda n: demo.client("iam", region).create_policy(
            PolicyName=f"policy-{n}", PolicyDocument=_document(_SOMETHING)
        ),
        "queues": lambda n: _queue(demo.client("sqs", region), n),
        "roles": lambda n: _role(demo.client("iam", region), n),
        "secrets": lambda n: demo.client("secretsmanager", region).create_secret(Name=f"secret-{n}", SecretString="x"),
        "snapshots": lambda n: ec2.create_snapshot(VolumeId=volume, Description=f"Snapshot {n}"),
        "topics": lambda n: demo.client("sns", region).create_topic(Name=f"topic-{n}"),
        "users": lambda n: _user(demo.client("iam", region), n),
        "volumes": lambda n: ec2.create_volume(AvailabilityZone=f"{region}a", Size=8, Encrypted=n % 3 > 0),
    }
    for sort, make in makers.items():
        yield from (_bound(make, n) for n in range(share[sort]))


def _bound(make: Callable[[int], object], number: int) -> Job:
    return lambda: make(number)


def _portions(count: int, size: int) -> Iterator[int]:
    for start in range(0, count, size):
        yield min(size, count - start)


def _instances(ec2: Any, subnet: str, count: int) -> Job:
    return lambda: ec2.run_instances(
        ImageId="ami-12345678", MinCount=count, MaxCount=count, InstanceType="t3.micro", SubnetId=subnet
    )


def _bucket(s3: Any, region: str, number: int) -> None:
    name = f"bench-{number:05}"
    s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": region})
    if number % 5 == 0:
        s3.put_bucket_policy(
            Bucket=name, Policy=_document({**_ANYBODY, "Action": "s3:GetObject", "Resource": f"arn:aws:s3:::{name}/*"})
        )


def _function(functions: Any, role: str, number: int) -> None:
    functions.create_function(
        FunctionName=f"function-{number}",
        Runtime="python3.12",
        Role=role,
        Handler="main.handle",
        Code={"ZipFile": _CODE},
        Environment={"Variables": {"STAGE": "live"}},
    )


def _group(ec2: Any, vpc: str, number: int) -> None:
    group = ec2.create_security_group(VpcId=vpc, GroupName=f"group-{number}", Description="Group")["GroupId"]
    cidr = "0.0.0.0/0" if number % 4 == 0 else "10.0.0.0/8"
    port = (22, 443, 5432, 8080)[number % 4]
    ec2.authorize_security_group_ingress(
        GroupId=group,
        IpPermissions=[
            {"IpProtocol": "tcp", "FromPort": port, "ToPort": port, "IpRanges": [{"CidrIp": cidr}]},
            {"IpProtocol": "tcp", "FromPort": 8443, "ToPort": 8443, "IpRanges": [{"CidrIp": "192.0.2.0/24"}]},
        ],
    )


def _queue(sqs: Any, number: int) -> None:
    policy = {"Policy": _document({**_ANYBODY, "Action": "sqs:SendMessage"})} if number % 6 == 0 else {}
    sqs.create_queue(QueueName=f"queue-{number}", Attributes=policy)


def _role(iam: Any, number: int) -> None:
    iam.create_role(RoleName=f"role-{number}", AssumeRolePolicyDocument=_document(_trust("ec2.amazonaws.com")))
    iam.put_role_policy(RoleName=f"role-{number}", PolicyName="own", PolicyDocument=_document(_SOMETHING))


def _user(iam: Any, number: int) -> None:
    iam.create_user(UserName=f"user-{number}")
    iam.create_access_key(UserName=f"user-{number}")


def _trust(service: str) -> dict[str, Any]:
    return {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}


def _document(statement: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def _zip() -> bytes:
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as archive:
        archive.writestr("main.py", "def handle(event, context): pass\n")
    return code.getvalue()


_CODE = _zip()
