from datetime import UTC, datetime, timedelta
from typing import Any

from tests.answers import Answers, Said, seen
from tests.cases import ACCOUNT, REGION

from orlop.collect.aws import ebs
from orlop.estate.aws.ebs import EbsRegion, Image, Snapshot, Volume
from orlop.estate.fact import Cause

START = datetime(2026, 1, 1, tzinfo=UTC)
AWS_KEY = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/aws-key"
OUR_KEY = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/our-key"


def snapshot(number: int = 0, **more: Any) -> dict[str, Any]:
    plain = {
        "SnapshotId": f"snap-{number}",
        "OwnerId": ACCOUNT,
        "VolumeId": "vol-1",
        "VolumeSize": 8,
        "Encrypted": False,
        "StartTime": START + timedelta(days=number),
    }
    return {**plain, **more}


def listing(*snapshots: dict[str, Any], public: tuple[str, ...] = ()) -> Said:
    """Answer as AWS does: with a restriction to what everyone may copy, those only."""

    def answer(params: dict[str, Any]) -> dict[str, Any]:
        assert params["OwnerIds"] == ["self"]
        everyone = params.get("RestorableByUserIds") == ["all"]
        return {"Snapshots": [s for s in snapshots if not everyone or s["SnapshotId"] in public]}

    return answer


def shared(*permissions: dict[str, str]) -> Said:
    return {"CreateVolumePermissions": list(permissions)}


def read(said: dict[str, Said]) -> tuple[Snapshot, ...]:
    return seen([ebs.snapshots], Answers(said)).within(Snapshot, ACCOUNT, REGION)


def test_a_disk() -> None:
    item = {
        "VolumeId": "vol-1",
        "Encrypted": True,
        "KmsKeyId": OUR_KEY,
        "State": "in-use",
        "Size": 8,
        "Attachments": [{"InstanceId": "i-1"}, {"AssociatedResource": "arn:task"}],
        "Tags": [{"Key": "Name", "Value": "data"}, {"Key": "Env", "Value": "prod"}],
    }
    [found] = seen([ebs.volumes], Answers({"ec2:DescribeVolumes": {"Volumes": [item]}})).each(Volume)
    assert found == Volume(
        id=f"arn:aws:ec2:{REGION}:{ACCOUNT}:volume/vol-1",
        account=ACCOUNT,
        region=REGION,
        name="data",
        source="ec2:DescribeVolumes",
        encrypted=True,
        state="in-use",
        size=8,
        key=OUR_KEY,
        instances=("i-1",),
        tags=(("Env", "prod"), ("Name", "data")),
    )


def test_a_snapshot_and_with_whom_it_is_shared() -> None:
    said = {
        "ec2:DescribeSnapshots": listing(snapshot(), public=("snap-0",)),
        "ec2:DescribeSnapshotAttribute": shared({"UserId": "999988887777"}, {"Group": "all"}),
    }
    [found] = read(said)
    assert found.id == f"arn:aws:ec2:{REGION}::snapshot/snap-0"
    assert found.shared_with.value == ("999988887777", "all")
    assert found.public.value is True


def test_what_everyone_may_copy_is_known_without_the_list() -> None:
    found = {s.name: s for s in read({"ec2:DescribeSnapshots": listing(snapshot(0), snapshot(1), public=("snap-1",))})}
    assert found["snap-0"].public.value is False
    assert found["snap-1"].public.value is True
    assert found["snap-1"].shared_with.unread


def test_snapshots_of_others_are_left_out() -> None:
    assert read({"ec2:DescribeSnapshots": listing(snapshot(OwnerId="999988887777"))}) == ()


def test_only_the_newest_are_asked_for_their_list_and_the_rest_say_so() -> None:
    many = [snapshot(number) for number in range(ebs.MOST + 2)]
    answers = Answers(
        {"ec2:DescribeSnapshots": listing(*many, public=("snap-0",)), "ec2:DescribeSnapshotAttribute": shared()}
    )
    found = {s.name: s for s in seen([ebs.snapshots], answers).each(Snapshot)}
    unread = {name: s.shared_with.unread for name, s in found.items() if s.shared_with.unread}
    assert sorted(unread) == ["snap-0", "snap-1"]
    assert {gap.cause for gap in unread.values()} == {Cause.NOT_LOOKED_AT}
    assert (found["snap-0"].public.value, found["snap-1"].public.value) == (True, False)
    assert answers.made == ebs.MOST + 2


def test_what_cannot_be_shared_is_not_asked() -> None:
    aliases = [{"AliasName": "alias/aws/ebs", "TargetKeyId": "aws-key"}, {"AliasName": "alias/ours"}]
    answers = Answers(
        {
            "ec2:DescribeSnapshots": listing(
                snapshot(0, Encrypted=True, KmsKeyId=AWS_KEY), snapshot(1, Encrypted=True, KmsKeyId=OUR_KEY)
            ),
            "kms:ListAliases": {"Aliases": aliases},
            "ec2:DescribeSnapshotAttribute": shared({"UserId": "999988887777"}),
        }
    )
    found = {s.name: s.shared_with.value for s in seen([ebs.snapshots], answers).each(Snapshot)}
    assert found == {"snap-0": (), "snap-1": ("999988887777",)}
    asked = [params["SnapshotId"] for source, _, params in answers.asked if source == "ec2:DescribeSnapshotAttribute"]
    assert asked == ["snap-1"]


def test_without_the_names_of_keys_all_are_asked() -> None:
    encrypted = snapshot(Encrypted=True, KmsKeyId=AWS_KEY)
    [found] = read({"ec2:DescribeSnapshots": listing(encrypted), "ec2:DescribeSnapshotAttribute": shared()})
    assert found.shared_with.source == "ec2:DescribeSnapshotAttribute"


def test_an_image() -> None:
    item = {
        "ImageId": "ami-1",
        "Name": "web",
        "Public": True,
        "CreationDate": "2026-01-01T00:00:00.000Z",
        "BlockDeviceMappings": [{"Ebs": {"SnapshotId": "snap-1"}}, {"VirtualName": "ephemeral0"}],
    }
    organisation = "arn:aws:organizations::111122223333:organization/o-1"
    launch = [{"Group": "all"}, {"OrganizationArn": organisation}]
    said = {"ec2:DescribeImages": {"Images": [item]}, "ec2:DescribeImageAttribute": {"LaunchPermissions": launch}}
    [found] = seen([ebs.images], Answers(said)).each(Image)
    assert (found.id, found.name, found.public) == (f"arn:aws:ec2:{REGION}::image/ami-1", "web", True)
    assert found.snapshots == ("snap-1",)
    assert found.shared_with.value == ("all", organisation)


def test_a_region_of_which_one_setting_was_refused() -> None:
    said: dict[str, Said] = {
        "ec2:GetEbsEncryptionByDefault": {"EbsEncryptionByDefault": True},
        "ec2:GetEbsDefaultKmsKeyId": {"KmsKeyId": "alias/aws/ebs"},
        "ec2:GetSnapshotBlockPublicAccessState": {"State": "block-all-sharing", "ManagedBy": "account"},
    }
    [found] = seen([ebs.region], Answers(said)).each(EbsRegion)
    assert found.encrypts.value is True
    assert found.key.value == "alias/aws/ebs"
    assert found.snapshot_block.value == "block-all-sharing"
    assert found.image_block.unread
