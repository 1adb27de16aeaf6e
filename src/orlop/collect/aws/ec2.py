"""Reads instances, and what a region says for all instances to come.

Law: of a start-up script only the kinds of secret in it and their lines are kept, never its text.
"""

import base64
import re
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime

from orlop.collect.aws.calls import Answer, CallFailed
from orlop.collect.aws.collector import Later, Reader, collector, part
from orlop.collect.aws.times import iso_or_blank
from orlop.estate.aws.ec2 import Instance, InstanceDefaults, MetadataDefaults, MetadataOptions, SecretSeen
from orlop.estate.aws.security_group import Tags
from orlop.estate.fact import Cause, Fact, Unread
from orlop.reason.secrets import kinds_of_secret

_STOPPED = re.compile(r"\((\d{4}-\d\d-\d\d \d\d:\d\d:\d\d) (?:GMT|UTC)\)")
_SCRIPT = "ec2:DescribeInstanceAttribute"
_LONGEST_SCRIPT = 4_000_000
"""Bytes of an unpacked start-up script that are looked at. AWS takes 16 KB, packed or not."""


@collector(Instance, service="ec2", calls=("DescribeInstances", "DescribeInstanceAttribute"))
def instances(aws: Reader) -> Iterator[Later[Instance]]:
    """List the instances that are not terminated; each is asked for its start-up script."""
    for page in aws.pages("DescribeInstances"):
        for reservation in page["Reservations"]:
            for item in reservation["Instances"]:
                if item["State"]["Name"] != "terminated" and aws.wants(_arn(aws, item)):
                    yield _instance(aws, item)


def _arn(aws: Reader, item: Answer) -> str:
    return aws.arn(f"instance/{item['InstanceId']}")


def _instance(aws: Reader, item: Answer) -> Later[Instance]:
    id, nics = item["InstanceId"], item.get("NetworkInterfaces", [])
    script = aws.later(
        _SCRIPT,
        lambda: secrets_in(aws.call("DescribeInstanceAttribute", InstanceId=id, Attribute="userData")),
    )
    return lambda: Instance(
        id=_arn(aws, item),
        account=aws.account,
        region=aws.region,
        name=name_of(item, id),
        source="ec2:DescribeInstances",
        instance_id=id,
        state=item["State"]["Name"],
        launched_at=iso_or_blank(item.get("LaunchTime")),
        stopped_at=stopped_at(item),
        image=item.get("ImageId", ""),
        platform=item.get("Platform", "").lower(),
        vpc=item.get("VpcId"),
        subnet=item.get("SubnetId"),
        interfaces=tuple(sorted(nic["NetworkInterfaceId"] for nic in nics)),
        groups=tuple(sorted(group["GroupId"] for group in item.get("SecurityGroups", []))),
        private_addresses=_private(item),
        public_addresses=_public(item),
        profile=item.get("IamInstanceProfile", {}).get("Arn"),
        forwards=not item.get("SourceDestCheck", True),
        metadata=part(Fact(item, "ec2:DescribeInstances"), lambda said: _metadata(said["MetadataOptions"])),
        tags=tags_of(item),
        user_data=script(),
    )


def _private(item: Answer) -> tuple[str, ...]:
    addresses = {part["PrivateIpAddress"] for part in _parts(item)} | {item.get("PrivateIpAddress", "")}
    return tuple(sorted(addresses - {""}))


def _public(item: Answer) -> tuple[str, ...]:
    """Return the public addresses. An IPv6 address of AWS is always a public one."""
    v4 = {part.get("Association", {}).get("PublicIp", "") for part in _parts(item)} | {item.get("PublicIpAddress", "")}
    v6 = {part["Ipv6Address"] for nic in item.get("NetworkInterfaces", []) for part in nic.get("Ipv6Addresses", [])}
    return tuple(sorted((v4 | v6) - {""}))


def _parts(item: Answer) -> Iterator[Answer]:
    for nic in item.get("NetworkInterfaces", []):
        yield from nic.get("PrivateIpAddresses", [])


def _metadata(said: Answer) -> MetadataOptions:
    return MetadataOptions(
        tokens=said["HttpTokens"],
        enabled=said["HttpEndpoint"] == "enabled",
        hops=said.get("HttpPutResponseHopLimit", 1),
        ipv6=said.get("HttpProtocolIpv6") == "enabled",
        tags=said.get("InstanceMetadataTags") == "enabled",
    )


def stopped_at(item: Answer) -> str | None:
    """Return when an instance was stopped (ISO 8601), as the reason of its state says; None where it does not say."""
    said = _STOPPED.search(item.get("StateTransitionReason", ""))
    if item["State"]["Name"] not in ("stopped", "stopping") or not said:
        return None
    return datetime.strptime(said[1], "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC).isoformat()


def secrets_in(answer: Answer) -> tuple[SecretSeen, ...]:
    """Return which secrets the start-up script in an answer seems to hold. Packed scripts are unpacked."""
    if "UserData" not in answer:
        raise CallFailed(_SCRIPT, "", Unread(Cause.NOT_LOOKED_AT, "recordings leave start-up scripts out"))
    packed = base64.b64decode(answer["UserData"].get("Value", ""))
    text = _unpacked(packed).decode(errors="replace")
    return tuple(SecretSeen(kind=seen.kind.value, line=seen.line) for seen in kinds_of_secret(text))


def _unpacked(script: bytes) -> bytes:
    if not script.startswith(b"\x1f\x8b"):
        return script
    try:
        return zlib.decompressobj(wbits=31).decompress(script, _LONGEST_SCRIPT)
    except zlib.error as error:
        raise ValueError("not a whole gzip file") from error


@collector(InstanceDefaults, service="ec2", calls=("GetInstanceMetadataDefaults",))
def defaults(aws: Reader) -> Iterator[Later[InstanceDefaults]]:
    """Read what the region says for all instances to come."""
    metadata = aws.later("ec2:GetInstanceMetadataDefaults", lambda: _defaults(aws.call("GetInstanceMetadataDefaults")))
    yield lambda: InstanceDefaults(
        id=aws.arn("instance-defaults"),
        account=aws.account,
        region=aws.region,
        name=aws.region,
        source="ec2:GetInstanceMetadataDefaults",
        metadata=metadata(),
    )


def _defaults(answer: Answer) -> MetadataDefaults:
    said = answer.get("AccountLevel", {})
    return MetadataDefaults(tokens=said.get("HttpTokens"), enforced=said.get("HttpTokensEnforced") == "enabled")


def tags_of(item: Answer) -> Tags:
    """Return the tags of anything that EC2 describes."""
    return tuple(sorted((tag["Key"], tag.get("Value", "")) for tag in item.get("Tags", item.get("TagSet", ()))))


def name_of(item: Answer, id: str) -> str:
    """Return what the owner calls it: its tag `Name`, else its id."""
    return dict(tags_of(item)).get("Name") or id


ALL = (instances, defaults)
