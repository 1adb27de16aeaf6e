"""Writes settings of snapshots and images, and what a region says for all of them."""

from orlop.estate.aws.ebs import EVERYONE, EbsRegion, Image, Snapshot
from orlop.estate.change import Change
from orlop.fix.writer import Aws, writes


@writes(EbsRegion, "encrypts", "ec2:EnableEbsEncryptionByDefault", "ec2:DisableEbsEncryptionByDefault")
def encryption_by_default(aws: Aws, change: Change) -> None:
    """Have AWS encrypt new disks of a region, or not."""
    aws.call("ec2", "EnableEbsEncryptionByDefault" if change.becomes else "DisableEbsEncryptionByDefault")


@writes(
    EbsRegion,
    "snapshot_block",
    "ec2:EnableSnapshotBlockPublicAccess",
    "ec2:DisableSnapshotBlockPublicAccess",
)
def snapshot_block(aws: Aws, change: Change) -> None:
    """Set the master switch that keeps everyone out of the snapshots of a region."""
    if change.becomes == "unblocked":
        aws.call("ec2", "DisableSnapshotBlockPublicAccess")
    else:
        aws.call("ec2", "EnableSnapshotBlockPublicAccess", State=change.becomes)


@writes(EbsRegion, "image_block", "ec2:EnableImageBlockPublicAccess", "ec2:DisableImageBlockPublicAccess")
def image_block(aws: Aws, change: Change) -> None:
    """Set the switch that keeps images of a region from being made public. AWS takes some minutes to show it."""
    if change.becomes == "unblocked":
        aws.call("ec2", "DisableImageBlockPublicAccess")
    else:
        aws.call("ec2", "EnableImageBlockPublicAccess", ImageBlockPublicAccessState=change.becomes)


@writes(Snapshot, "shared_with", "ec2:ModifySnapshotAttribute")
def snapshot_sharing(aws: Aws, change: Change) -> None:
    """Share a snapshot with those that are new on the list, and with those no longer that are gone from it."""
    was, becomes = set(change.was), set(change.becomes)
    for operation, names in (("remove", was - becomes), ("add", becomes - was)):
        for who, some in (("GroupNames", names & {EVERYONE}), ("UserIds", names - {EVERYONE})):
            if some:
                aws.call(
                    "ec2",
                    "ModifySnapshotAttribute",
                    SnapshotId=_name(change),
                    Attribute="createVolumePermission",
                    OperationType=operation,
                    **{who: sorted(some)},
                )


@writes(Image, "shared_with", "ec2:ModifyImageAttribute")
def image_sharing(aws: Aws, change: Change) -> None:
    """Share an image with those that are new on the list, and with those no longer that are gone from it."""
    was, becomes = set(change.was), set(change.becomes)
    permissions = {
        operation: [_permission(name) for name in sorted(names)]
        for operation, names in (("Remove", was - becomes), ("Add", becomes - was))
        if names
    }
    if permissions:
        aws.call("ec2", "ModifyImageAttribute", ImageId=_name(change), LaunchPermission=permissions)


def _permission(name: str) -> dict[str, str]:
    if name == EVERYONE:
        return {"Group": name}
    if ":organization/" in name:
        return {"OrganizationArn": name}
    return {"OrganizationalUnitArn" if ":ou/" in name else "UserId": name}


def _name(change: Change) -> str:
    """Return the id that ends an ARN: `snap-...`, `ami-...`."""
    return change.target.rpartition("/")[2]


ALL = (encryption_by_default, snapshot_block, image_block, snapshot_sharing, image_sharing)
