import pytest

from orlop.rules.aws import cloudtrail
from tests.fixes.proof import prove_aws
from tests.servers.emulator import REGION, Emulator


@pytest.fixture
def trail(aws: Emulator) -> Emulator:
    """An account with a trail that is off, sees one region and is not sealed."""
    aws.client("s3").create_bucket(Bucket="trail", CreateBucketConfiguration={"LocationConstraint": REGION})
    aws.client("cloudtrail").create_trail(Name="main", S3BucketName="trail", IncludeGlobalServiceEvents=False)
    return aws


def test_trail_switched_off(trail: Emulator) -> None:
    prove_aws(trail, cloudtrail.trail_switched_off, "main")


def test_trail_sees_one_region(trail: Emulator) -> None:
    prove_aws(trail, cloudtrail.trail_sees_one_region, "main")


def test_trail_without_seal(trail: Emulator) -> None:
    prove_aws(trail, cloudtrail.trail_without_seal, "main")
