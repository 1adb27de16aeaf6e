from typing import Any

import pytest

from orlop.rules.aws import ebs
from tests.fixes.proof import prove_aws
from tests.servers.emulator import REGION, Emulator
from tests.servers.taught import Taught, switch

STRANGER, AUDITOR = "999988887777", "444455556666"


@pytest.fixture
def snapshot(aws: Emulator) -> str:
    """A snapshot of an unencrypted disk."""
    ec2 = aws.client("ec2")
    disk = ec2.create_volume(AvailabilityZone=f"{REGION}a", Size=8)["VolumeId"]
    return ec2.create_snapshot(VolumeId=disk)["SnapshotId"]


def share(aws: Emulator, snapshot: str, **names: list[str]) -> None:
    aws.client("ec2").modify_snapshot_attribute(
        SnapshotId=snapshot, Attribute="createVolumePermission", OperationType="add", **names
    )


def test_region_does_not_encrypt_new_disks(aws: Emulator) -> None:
    prove_aws(aws, ebs.region_does_not_encrypt_new_disks, REGION)


@pytest.mark.parametrize("now", ["unblocked", "block-new-sharing"])
def test_region_lets_snapshots_go_public(aws: Emulator, now: str) -> None:
    block = switch(
        "ec2:GetSnapshotBlockPublicAccessState",
        "State",
        on="ec2:EnableSnapshotBlockPublicAccess",
        off="ec2:DisableSnapshotBlockPublicAccess",
        now=now,
    )
    prove_aws(Taught(aws.demo, block), ebs.region_lets_snapshots_go_public, REGION)


def test_region_lets_images_go_public(aws: Emulator) -> None:
    block = switch(
        "ec2:GetImageBlockPublicAccessState",
        "ImageBlockPublicAccessState",
        on="ec2:EnableImageBlockPublicAccess",
        off="ec2:DisableImageBlockPublicAccess",
        now="unblocked",
    )
    prove_aws(Taught(aws.demo, block), ebs.region_lets_images_go_public, REGION)


def test_snapshot_open_to_everyone(aws: Emulator, snapshot: str) -> None:
    share(aws, snapshot, GroupNames=["all"])
    prove_aws(aws, ebs.snapshot_open_to_everyone, snapshot)


def test_snapshot_open_to_everyone_keeps_the_auditor(aws: Emulator, snapshot: str) -> None:
    share(aws, snapshot, GroupNames=["all"])
    share(aws, snapshot, UserIds=[AUDITOR])
    prove_aws(aws, ebs.snapshot_open_to_everyone, snapshot)


def test_snapshot_shared_with_unknown_account(aws: Emulator, snapshot: str) -> None:
    share(aws, snapshot, UserIds=[STRANGER, AUDITOR])
    prove_aws(aws, ebs.snapshot_shared_with_unknown_account, snapshot)


def test_image_open_to_everyone(aws: Emulator) -> None:
    ec2: Any = aws.client("ec2")
    image = ec2.register_image(Name="claims")["ImageId"]
    added = [{"Group": "all"}, {"UserId": AUDITOR}]
    ec2.modify_image_attribute(ImageId=image, LaunchPermission={"Add": added})
    prove_aws(aws, ebs.image_open_to_everyone, "claims")
