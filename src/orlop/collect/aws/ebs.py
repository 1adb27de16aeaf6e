"""Reads disks, their snapshots, images, and what a region says for all of them.

Whom a snapshot or an image is shared with is told by one call for each. That is asked of the newest `MOST` of a
region; of the others it stays unread. Which snapshots everyone may copy is told for a whole region by one call, so that
is known of all. No call is made for a snapshot that cannot be shared: one encrypted with the key that AWS manages.

Source: https://docs.aws.amazon.com/ebs/latest/userguide/ebs-modifying-snapshot-permissions.html
"""

from collections.abc import Iterator
from typing import Any

from orlop.collect.aws.calls import Answer, CallFailed
from orlop.collect.aws.collector import Later, Reader, collector
from orlop.estate.aws.ebs import EVERYONE, EbsRegion, Image, Snapshot, Volume
from orlop.estate.fact import Cause, Fact, Unread

MOST = 1000
"""Of how many snapshots (and images) of one region it is asked whom they are shared with."""
_TOO_MANY = Unread(Cause.NOT_LOOKED_AT, f"only the newest {MOST} of a region are asked whom they are shared with")


@collector(Volume, service="ec2", calls=("DescribeVolumes",))
def volumes(aws: Reader) -> Iterator[Later[Volume]]:
    """List the disks of a region."""
    for page in aws.pages("DescribeVolumes"):
        for item in page["Volumes"]:
            if aws.wants(aws.arn(f"volume/{item['VolumeId']}")):
                yield _volume(aws, item)


def _volume(aws: Reader, item: Answer) -> Later[Volume]:
    tags = _tags(item)
    return lambda: Volume(
        id=aws.arn(f"volume/{item['VolumeId']}"),
        account=aws.account,
        region=aws.region,
        name=dict(tags).get("Name") or item["VolumeId"],
        source="ec2:DescribeVolumes",
        encrypted=item["Encrypted"],
        state=item["State"],
        size=item["Size"],
        key=item.get("KmsKeyId"),
        instances=tuple(a["InstanceId"] for a in item.get("Attachments", ()) if "InstanceId" in a),
        tags=tags,
    )


@collector(Snapshot, service="ec2", calls=("DescribeSnapshots", "DescribeSnapshotAttribute", "kms:ListAliases"))
def snapshots(aws: Reader) -> Iterator[Later[Snapshot]]:
    """List the snapshots of a region that the account owns.

    1. List them, newest first.
    2. Ask which of them everyone may copy.
    3. Find the key whose snapshots cannot be shared.
    4. Ask of each of the others whom it is shared with.
    """
    pages = aws.pages("DescribeSnapshots", OwnerIds=["self"])  # 1
    items = [item for page in pages for item in page["Snapshots"] if item["OwnerId"] == aws.account]
    items = [item for item in _newest(items, "StartTime") if aws.wants(_snapshot_arn(aws, item))]
    if not items:
        return
    public = aws.later("ec2:DescribeSnapshots", lambda: _public(aws))  # 2
    unshared = _unshared_key(aws) if any(item["Encrypted"] for item in items) else None  # 3
    for number, item in enumerate(items):  # 4
        if unshared and item.get("KmsKeyId", "").endswith(unshared):
            shared = _known(Fact[tuple[str, ...]]((), "ec2:DescribeSnapshots"))
        elif number < MOST:
            shared = _shared(aws, item["SnapshotId"])
        else:
            shared = _known(Fact[tuple[str, ...]](_TOO_MANY, "ec2:DescribeSnapshotAttribute"))
        yield _snapshot(aws, item, public, shared)


def _snapshot(
    aws: Reader, item: Answer, public: Later[Fact[frozenset[str]]], shared: Later[Fact[tuple[str, ...]]]
) -> Later[Snapshot]:
    def make() -> Snapshot:
        said = shared()
        by_all = public().map(lambda ids: item["SnapshotId"] in ids)
        return Snapshot(
            id=_snapshot_arn(aws, item),
            account=aws.account,
            region=aws.region,
            name=dict(_tags(item)).get("Name") or item["SnapshotId"],
            source="ec2:DescribeSnapshots",
            encrypted=item["Encrypted"],
            size=item["VolumeSize"],
            volume=item["VolumeId"],
            made=_time(item["StartTime"]),
            public=by_all if said.unread else said.map(lambda names: EVERYONE in names),
            shared_with=said,
        )

    return make


def _public(aws: Reader) -> frozenset[str]:
    """Return the ids of the snapshots that everyone may copy."""
    said = aws.call("DescribeSnapshots", OwnerIds=["self"], RestorableByUserIds=[EVERYONE])
    return frozenset(item["SnapshotId"] for item in said["Snapshots"])


def _shared(aws: Reader, id: str) -> Later[Fact[tuple[str, ...]]]:
    def read() -> tuple[str, ...]:
        said = aws.call("DescribeSnapshotAttribute", SnapshotId=id, Attribute="createVolumePermission")
        return _names(said["CreateVolumePermissions"])

    return aws.later("ec2:DescribeSnapshotAttribute", read)


def _unshared_key(aws: Reader) -> str | None:
    """Return the id of the key that AWS manages for disks, where there is one and it can be told."""
    try:
        said = aws.call("ListAliases", service="kms")
    except CallFailed:
        return None  # It only spares calls.
    return next((a.get("TargetKeyId") for a in said["Aliases"] if a["AliasName"] == "alias/aws/ebs"), None)


@collector(Image, service="ec2", calls=("DescribeImages", "DescribeImageAttribute"))
def images(aws: Reader) -> Iterator[Later[Image]]:
    """List the images of a region that the account owns."""
    items = [item for page in aws.pages("DescribeImages", Owners=["self"]) for item in page["Images"]]
    wanted = (item for item in _newest(items, "CreationDate") if aws.wants(_image_arn(aws, item)))
    for number, item in enumerate(wanted):
        yield _image(aws, item, ask=number < MOST or item["Public"])


def _image(aws: Reader, item: Answer, *, ask: bool) -> Later[Image]:
    def read() -> tuple[str, ...]:
        said = aws.call("DescribeImageAttribute", ImageId=item["ImageId"], Attribute="launchPermission")
        return _names(said["LaunchPermissions"])

    source = "ec2:DescribeImageAttribute"
    shared = aws.later(source, read) if ask else _known(Fact[tuple[str, ...]](_TOO_MANY, source))
    disks = (device.get("Ebs", {}) for device in item.get("BlockDeviceMappings", ()))
    return lambda: Image(
        id=_image_arn(aws, item),
        account=aws.account,
        region=aws.region,
        name=dict(_tags(item)).get("Name") or item.get("Name") or item["ImageId"],
        source="ec2:DescribeImages",
        public=item["Public"],
        made=_time(item.get("CreationDate", "")),
        snapshots=tuple(disk["SnapshotId"] for disk in disks if "SnapshotId" in disk),
        shared_with=shared(),
    )


@collector(
    EbsRegion,
    service="ec2",
    calls=(
        "GetEbsEncryptionByDefault",
        "GetEbsDefaultKmsKeyId",
        "GetSnapshotBlockPublicAccessState",
        "GetImageBlockPublicAccessState",
    ),
)
def region(aws: Reader) -> Iterator[Later[EbsRegion]]:
    """Read what the account says in a region for all disks, snapshots and images."""
    encrypts = _said(aws, "GetEbsEncryptionByDefault", "EbsEncryptionByDefault")
    key = _said(aws, "GetEbsDefaultKmsKeyId", "KmsKeyId")
    snapshot_block = _said(aws, "GetSnapshotBlockPublicAccessState", "State")
    image_block = _said(aws, "GetImageBlockPublicAccessState", "ImageBlockPublicAccessState")
    yield lambda: EbsRegion(
        id=aws.arn("ebs-settings"),
        account=aws.account,
        region=aws.region,
        name=aws.region,
        source="ec2:GetEbsEncryptionByDefault",
        encrypts=encrypts(),
        key=key(),
        snapshot_block=snapshot_block(),
        image_block=image_block(),
    )


def _snapshot_arn(aws: Reader, item: Answer) -> str:
    """Return the ARN of a snapshot, in which no account stands."""
    return aws.arn(f"snapshot/{item['SnapshotId']}", account="")


def _image_arn(aws: Reader, item: Answer) -> str:
    """Return the ARN of an image, in which no account stands."""
    return aws.arn(f"image/{item['ImageId']}", account="")


def _said(aws: Reader, operation: str, key: str) -> Later[Fact[Any]]:
    return aws.later(f"ec2:{operation}", lambda: aws.call(operation)[key])


def _known(fact: Fact[tuple[str, ...]]) -> Later[Fact[tuple[str, ...]]]:
    return lambda: fact


def _names(permissions: list[Answer]) -> tuple[str, ...]:
    """Return with whom something is shared: each entry has one name, under a key that says of what kind it is."""
    return tuple(sorted(name for entry in permissions for name in entry.values()))


def _newest(items: list[Answer], key: str) -> list[Answer]:
    return sorted(items, key=lambda item: _time(item.get(key, "")), reverse=True)


def _time(value: Any) -> str:
    return value if isinstance(value, str) else value.isoformat()


def _tags(item: Answer) -> tuple[tuple[str, str], ...]:
    return tuple(sorted((tag["Key"], tag["Value"]) for tag in item.get("Tags", ())))


ALL = (volumes, snapshots, images, region)
