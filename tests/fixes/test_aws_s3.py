import json
from typing import Any

import pytest

from orlop.estate.aws.s3 import ALL_USERS
from orlop.rules.aws import s3
from tests.buckets import allowing
from tests.fixes.proof import prove_aws
from tests.servers.emulator import REGION, Emulator

PUBLIC = allowing("s3:GetObject", Sid="Public")
OFFICE = allowing("s3:GetObject", Sid="Office", Condition={"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}})


@pytest.fixture
def bucket(aws: Emulator) -> Any:
    """A client, and a bucket `claims` with nothing set."""
    client = aws.client("s3")
    client.create_bucket(Bucket="claims", CreateBucketConfiguration={"LocationConstraint": REGION})
    return client


def put_policy(client: Any, *statements: dict[str, Any]) -> None:
    text = json.dumps({"Version": "2012-10-17", "Id": "mine", "Statement": list(statements)}, indent=2)
    client.put_bucket_policy(Bucket="claims", Policy=text)


def block(client: Any, **switches: bool) -> None:
    names = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
    said = dict.fromkeys(names, False) | switches
    client.put_public_access_block(Bucket="claims", PublicAccessBlockConfiguration=said)


def test_account_lets_buckets_go_public(aws: Emulator) -> None:
    prove_aws(aws, s3.account_lets_buckets_go_public, aws.account)


def test_bucket_readable_by_everyone(aws: Emulator, bucket: Any) -> None:
    put_policy(bucket, PUBLIC, OFFICE)
    prove_aws(aws, s3.bucket_readable_by_everyone, "claims")


def test_bucket_readable_by_everyone_by_its_access_list(aws: Emulator, bucket: Any) -> None:
    bucket.put_bucket_acl(Bucket="claims", ACL="public-read")
    block(bucket, BlockPublicAcls=True)
    prove_aws(aws, s3.bucket_readable_by_everyone, "claims")


def test_bucket_writable_by_everyone(aws: Emulator, bucket: Any) -> None:
    bucket.put_bucket_acl(Bucket="claims", GrantWrite=f'uri="{ALL_USERS}"')
    prove_aws(aws, s3.bucket_writable_by_everyone, "claims")


def test_bucket_open_to_every_aws_account(aws: Emulator, bucket: Any) -> None:
    bucket.put_bucket_acl(Bucket="claims", ACL="authenticated-read")
    prove_aws(aws, s3.bucket_open_to_every_aws_account, "claims")


def test_bucket_without_a_block(aws: Emulator, bucket: Any) -> None:
    prove_aws(aws, s3.bucket_without_a_block, "claims")


def test_bucket_policy_waiting_to_go_public(aws: Emulator, bucket: Any) -> None:
    put_policy(bucket, OFFICE, PUBLIC)
    block(bucket, RestrictPublicBuckets=True)
    prove_aws(aws, s3.bucket_policy_waiting_to_go_public, "claims")


def test_bucket_policy_waiting_to_go_public_that_says_nothing_else(aws: Emulator, bucket: Any) -> None:
    put_policy(bucket, PUBLIC)
    block(bucket, RestrictPublicBuckets=True)
    prove_aws(aws, s3.bucket_policy_waiting_to_go_public, "claims")


def test_bucket_with_access_lists(aws: Emulator, bucket: Any) -> None:
    prove_aws(aws, s3.bucket_with_access_lists, "claims")


def test_bucket_with_access_lists_of_an_older_setting(aws: Emulator, bucket: Any) -> None:
    controls = {"Rules": [{"ObjectOwnership": "BucketOwnerPreferred"}]}
    bucket.put_bucket_ownership_controls(Bucket="claims", OwnershipControls=controls)
    prove_aws(aws, s3.bucket_with_access_lists, "claims")


def test_bucket_reachable_over_plain_http(aws: Emulator, bucket: Any) -> None:
    prove_aws(aws, s3.bucket_reachable_over_plain_http, "claims")


def test_bucket_reachable_over_plain_http_with_a_policy(aws: Emulator, bucket: Any) -> None:
    put_policy(bucket, OFFICE)
    prove_aws(aws, s3.bucket_reachable_over_plain_http, "claims")
    assert bucket.get_bucket_policy(Bucket="claims")["Policy"].count("\n") > 5, "put back to the very text"


def test_bucket_without_versions(aws: Emulator, bucket: Any) -> None:
    bucket.put_bucket_versioning(Bucket="claims", VersioningConfiguration={"Status": "Suspended"})
    prove_aws(aws, s3.bucket_without_versions, "claims")


def test_access_point_open_to_everyone(aws: Emulator, bucket: Any) -> None:
    with aws.live() as calls:
        point = {"AccountId": aws.account, "Name": "shop"}
        off = dict.fromkeys(
            ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"), False
        )
        calls.send(
            "s3control",
            REGION,
            "CreateAccessPoint",
            {**point, "Bucket": "claims", "PublicAccessBlockConfiguration": off},
        )
        text = json.dumps({"Version": "2012-10-17", "Statement": [OFFICE, PUBLIC]})
        calls.send("s3control", REGION, "PutAccessPointPolicy", {**point, "Policy": text})
    prove_aws(aws, s3.access_point_open_to_everyone, "shop")
