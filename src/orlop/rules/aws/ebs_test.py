from dataclasses import replace
from typing import Any

import pytest
from tests.cases import ACCOUNT, DENIED, REGION, unlisted, verdict

from orlop.estate.aws.ebs import EVERYONE, EbsRegion, Image, Snapshot, Volume
from orlop.estate.change import Change, Irreversible
from orlop.estate.fact import Fact
from orlop.estate.resource import Resource
from orlop.rules.aws import ebs
from orlop.rules.rule import AnyRule, Fail, Pass, Severity, Unknown, Verdict

OTHER = "999988887777"
KEY = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/1"

VOLUME = Volume(
    id=f"arn:aws:ec2:{REGION}:{ACCOUNT}:volume/vol-1",
    account=ACCOUNT,
    region=REGION,
    name="vol-1",
    source="ec2:DescribeVolumes",
    encrypted=True,
    state="in-use",
    size=8,
    key=KEY,
    instances=("i-1",),
    tags=(),
)


def region(**facts: Any) -> EbsRegion:
    good = {"encrypts": True, "key": None, "snapshot_block": "block-all-sharing", "image_block": "block-new-sharing"}
    told: dict[str, Any] = {name: Fact(answer, f"ec2:{name}") for name, answer in {**good, **facts}.items()}
    return EbsRegion(
        id=f"arn:aws:ec2:{REGION}:{ACCOUNT}:ebs-settings",
        account=ACCOUNT,
        region=REGION,
        name=REGION,
        source="ec2:GetEbsEncryptionByDefault",
        **told,
    )


def snapshot(shared: Any = (), *, public: Any = None, encrypted: bool = False) -> Snapshot:
    if public is None:
        public = shared if shared is DENIED else EVERYONE in shared
    return Snapshot(
        id=f"arn:aws:ec2:{REGION}::snapshot/snap-1",
        account=ACCOUNT,
        region=REGION,
        name="snap-1",
        source="ec2:DescribeSnapshots",
        encrypted=encrypted,
        size=8,
        volume="vol-1",
        made="2026-01-01T00:00:00+00:00",
        public=Fact(public, "ec2:DescribeSnapshots"),
        shared_with=Fact(shared, "ec2:DescribeSnapshotAttribute"),
    )


def image(*, public: bool, shared: Any = ()) -> Image:
    return Image(
        id=f"arn:aws:ec2:{REGION}::image/ami-1",
        account=ACCOUNT,
        region=REGION,
        name="web",
        source="ec2:DescribeImages",
        public=public,
        made="2026-01-01T00:00:00+00:00",
        snapshots=("snap-1",),
        shared_with=Fact(shared, "ec2:DescribeImageAttribute"),
    )


ENCRYPTED = replace(VOLUME, encrypted=True)
PLAIN = replace(VOLUME, encrypted=False)
LOOSE = replace(PLAIN, instances=(), state="available")


@pytest.mark.parametrize(
    ("rule", "found", "expected"),
    [
        pytest.param(ebs.volume_not_encrypted, ENCRYPTED, Pass, id="disk: encrypted"),
        pytest.param(ebs.volume_not_encrypted, PLAIN, Fail, id="disk: not encrypted"),
        pytest.param(ebs.volume_not_encrypted, LOOSE, Fail, id="disk: not encrypted and attached to nothing"),
        pytest.param(ebs.region_does_not_encrypt_new_disks, region(), Pass, id="default: on"),
        pytest.param(ebs.region_does_not_encrypt_new_disks, region(encrypts=False), Fail, id="default: off"),
        pytest.param(ebs.region_does_not_encrypt_new_disks, region(encrypts=DENIED), Unknown, id="default: denied"),
        pytest.param(ebs.region_lets_snapshots_go_public, region(), Pass, id="snapshots: all blocked"),
        pytest.param(ebs.region_lets_snapshots_go_public, region(snapshot_block="unblocked"), Fail, id="snapshots: no"),
        pytest.param(
            ebs.region_lets_snapshots_go_public, region(snapshot_block=DENIED), Unknown, id="snapshots: denied"
        ),
        pytest.param(ebs.region_lets_images_go_public, region(), Pass, id="images: blocked"),
        pytest.param(ebs.region_lets_images_go_public, region(image_block="unblocked"), Fail, id="images: not blocked"),
        pytest.param(ebs.region_lets_images_go_public, region(image_block=DENIED), Unknown, id="images: denied"),
        pytest.param(ebs.image_open_to_everyone, image(public=False), Pass, id="image: private"),
        pytest.param(ebs.image_open_to_everyone, image(public=False, shared=DENIED), Pass, id="image: list is moot"),
        pytest.param(ebs.image_open_to_everyone, image(public=True, shared=(EVERYONE,)), Fail, id="image: public"),
        pytest.param(ebs.image_open_to_everyone, image(public=True, shared=DENIED), Fail, id="image: list denied"),
    ],
)
def test_disks_regions_and_images(rule: AnyRule, found: Resource, expected: type[Verdict]) -> None:
    assert isinstance(verdict(rule, found), expected)


@pytest.mark.parametrize(
    ("found", "beside", "expected"),
    [
        pytest.param(snapshot(), region(snapshot_block="unblocked"), Pass, id="private"),
        pytest.param(snapshot((OTHER,)), region(snapshot_block="unblocked"), Pass, id="shared with one account"),
        pytest.param(snapshot((OTHER, EVERYONE)), region(snapshot_block="unblocked"), Fail, id="public"),
        pytest.param(snapshot((EVERYONE,)), region(snapshot_block="block-new-sharing"), Fail, id="public before"),
        pytest.param(snapshot((EVERYONE,)), region(), Pass, id="public, but the region keeps it closed"),
        pytest.param(snapshot((EVERYONE,)), region(snapshot_block=DENIED), Fail, id="public, region unknown"),
        pytest.param(snapshot(DENIED, public=True), region(snapshot_block="unblocked"), Fail, id="public, list denied"),
        pytest.param(snapshot(DENIED, public=False), region(snapshot_block="unblocked"), Pass, id="list is moot"),
        pytest.param(snapshot(DENIED, encrypted=True), region(snapshot_block=DENIED), Pass, id="encrypted, rest moot"),
        pytest.param(snapshot(DENIED), region(snapshot_block="unblocked"), Unknown, id="denied"),
    ],
)
def test_snapshot_open_to_everyone(found: Snapshot, beside: EbsRegion, expected: type[Verdict]) -> None:
    assert isinstance(verdict(ebs.snapshot_open_to_everyone, found, beside), expected)


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        pytest.param(snapshot(), Pass, id="private"),
        pytest.param(snapshot((ACCOUNT,)), Pass, id="an account of this inspection"),
        pytest.param(snapshot((EVERYONE,)), Pass, id="everyone: another question"),
        pytest.param(snapshot((OTHER, EVERYONE)), Fail, id="unknown account"),
        pytest.param(snapshot((OTHER,), encrypted=True), Fail, id="encrypted ones can be shared, too"),
        pytest.param(snapshot(DENIED), Unknown, id="denied"),
    ],
)
def test_snapshot_shared_with_unknown_account(found: Snapshot, expected: type[Verdict]) -> None:
    assert isinstance(verdict(ebs.snapshot_shared_with_unknown_account, found), expected)


def test_a_public_snapshot_fails_also_where_its_region_could_not_be_read() -> None:
    said = verdict(ebs.snapshot_open_to_everyone, snapshot((EVERYONE,)), unread=(EbsRegion,))
    assert isinstance(said, Fail)


@pytest.mark.parametrize("rule", [ebs.volume_not_encrypted, ebs.image_open_to_everyone], ids=lambda rule: rule.id)
def test_a_listing_that_was_refused_is_no_pass(rule: AnyRule) -> None:
    assert isinstance(unlisted(rule), Unknown)


def test_a_disk_is_left_to_a_person() -> None:
    said = verdict(ebs.volume_not_encrypted, PLAIN)
    assert isinstance(said, Fail)
    assert isinstance(said.fix, Irreversible)
    assert "8 GiB (in use by i-1)" in said.because


def test_only_everyone_is_taken_off_the_list() -> None:
    said = verdict(ebs.snapshot_open_to_everyone, snapshot((OTHER, EVERYONE)), region(snapshot_block="unblocked"))
    assert isinstance(said, Fail)
    assert isinstance(said.fix, Change)
    assert said.fix.becomes == (OTHER,)


def test_only_the_unknown_are_taken_off_the_list() -> None:
    said = verdict(ebs.snapshot_shared_with_unknown_account, snapshot((ACCOUNT, OTHER)))
    assert isinstance(said, Fail)
    assert isinstance(said.fix, Change)
    assert said.fix.becomes == (ACCOUNT,)
    assert OTHER in said.because


def test_what_was_not_read_is_not_changed() -> None:
    said = verdict(ebs.image_open_to_everyone, image(public=True, shared=DENIED))
    assert isinstance(said, Fail)
    assert said.fix is None


def test_half_a_master_switch_is_a_milder_case() -> None:
    said = verdict(ebs.region_lets_snapshots_go_public, region(snapshot_block="block-new-sharing"))
    assert isinstance(said, Fail)
    assert said.severity is Severity.LOW
