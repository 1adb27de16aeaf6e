from dataclasses import fields
from typing import Any

import pytest
from tests.answers import Answers, Said, seen
from tests.cases import ACCOUNT

from orlop.collect.aws import s3
from orlop.estate.aws.s3 import (
    ALL_USERS,
    BLOCK_ALL,
    AccessList,
    AccessLog,
    AccessPoint,
    Bucket,
    Encryption,
    Grant,
    ObjectLock,
    Versioning,
)
from orlop.estate.fact import Cause

POLICY = '{"Version":"2012-10-17","Statement":{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*"}}'
BLOCK = {
    "BlockPublicAcls": True,
    "IgnorePublicAcls": True,
    "BlockPublicPolicy": True,
    "RestrictPublicBuckets": True,
}

FULL: dict[str, Said] = {
    "s3:ListBuckets": {"Buckets": [{"Name": "claims", "BucketRegion": "eu-central-1"}]},
    "s3:GetPublicAccessBlock": {"PublicAccessBlockConfiguration": BLOCK},
    "s3:GetBucketPolicy": {"Policy": POLICY},
    "s3:GetBucketPolicyStatus": {"PolicyStatus": {"IsPublic": False}},
    "s3:GetBucketAcl": {
        "Owner": {"ID": "me"},
        "Grants": [
            {"Grantee": {"Type": "CanonicalUser", "ID": "me"}, "Permission": "FULL_CONTROL"},
            {"Grantee": {"Type": "Group", "URI": ALL_USERS}, "Permission": "READ"},
        ],
    },
    "s3:GetBucketOwnershipControls": {"OwnershipControls": {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}},
    "s3:GetBucketEncryption": {
        "ServerSideEncryptionConfiguration": {
            "Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": "k"}}]
        }
    },
    "s3:GetBucketVersioning": {"Status": "Enabled", "MFADelete": "Disabled"},
    "s3:GetBucketLogging": {"LoggingEnabled": {"TargetBucket": "logs", "TargetPrefix": "claims/"}},
    "s3:GetBucketLifecycleConfiguration": {"Rules": [{"Status": "Enabled"}, {"Status": "Disabled"}]},
    "s3:GetObjectLockConfiguration": {
        "ObjectLockConfiguration": {
            "ObjectLockEnabled": "Enabled",
            "Rule": {"DefaultRetention": {"Mode": "GOVERNANCE", "Years": 2}},
        }
    },
    "s3:GetBucketReplication": {
        "ReplicationConfiguration": {
            "Rules": [
                {"Status": "Enabled", "Destination": {"Bucket": "arn:aws:s3:::copy"}},
                {"Status": "Disabled", "Destination": {"Bucket": "arn:aws:s3:::old"}},
            ]
        }
    },
    "s3:GetBucketWebsite": {"IndexDocument": {"Suffix": "index.html"}},
}

UNSET: dict[str, Said] = {
    "s3:GetPublicAccessBlock": "NoSuchPublicAccessBlockConfiguration",
    "s3:GetBucketPolicy": "NoSuchBucketPolicy",
    "s3:GetBucketPolicyStatus": "NoSuchBucketPolicy",
    "s3:GetBucketOwnershipControls": "OwnershipControlsNotFoundError",
    "s3:GetBucketEncryption": "ServerSideEncryptionConfigurationNotFoundError",
    "s3:GetBucketVersioning": {},
    "s3:GetBucketLogging": {},
    "s3:GetBucketLifecycleConfiguration": "NoSuchLifecycleConfiguration",
    "s3:GetObjectLockConfiguration": "ObjectLockConfigurationNotFoundError",
    "s3:GetBucketReplication": "ReplicationConfigurationNotFoundError",
    "s3:GetBucketWebsite": "NoSuchWebsiteConfiguration",
}

ASKED = [field.name for field in fields(Bucket) if field.name not in ("id", "account", "region", "name", "source")]


def bucket(answers: Answers) -> Bucket:
    [found] = seen([s3.buckets], answers).each(Bucket)
    return found


def test_a_bucket_with_everything_set() -> None:
    found = bucket(Answers(FULL))
    assert (found.id, found.name, found.region) == ("arn:aws:s3:::claims", "claims", "eu-central-1")
    assert found.public_access_block.value == BLOCK_ALL
    policy = found.policy.value
    assert policy
    assert policy.text == POLICY
    assert found.policy_is_public.value is False
    assert found.acl.value == AccessList(owner="me", grants=(Grant("me", "FULL_CONTROL"), Grant(ALL_USERS, "READ")))
    assert found.ownership.value == "BucketOwnerEnforced"
    assert found.encryption.value == Encryption(algorithm="aws:kms", kms_key="k")
    assert found.versioning.value == Versioning(status="Enabled", mfa_delete=False)
    assert found.logging.value == AccessLog(bucket="logs", prefix="claims/")
    assert found.lifecycle_rules.value == 1
    assert found.object_lock.value == ObjectLock(mode="GOVERNANCE", days=730)
    assert found.replicas.value == ("arn:aws:s3:::copy",)
    assert found.website.value is True


def test_a_bucket_with_nothing_set() -> None:
    found = bucket(Answers(FULL | UNSET))
    unset = (found.public_access_block, found.policy, found.policy_is_public, found.ownership, found.encryption)
    assert [fact.value for fact in unset] == [None] * 5
    assert found.versioning.value == Versioning(status="", mfa_delete=False)
    assert (found.logging.value, found.object_lock.value) == (None, None)
    assert (found.lifecycle_rules.value, found.replicas.value, found.website.value) == (0, (), False)


def test_every_denied_call_is_one_unread_fact() -> None:
    found = bucket(Answers({"s3:ListBuckets": FULL["s3:ListBuckets"]}))
    for field in ASKED:
        assert getattr(found, field).unread.cause is Cause.DENIED, field


@pytest.mark.parametrize(
    ("location", "region"), [(None, "us-east-1"), ("EU", "eu-west-1"), ("ap-south-2", "ap-south-2")]
)
def test_where_the_listing_does_not_say_the_bucket_is_asked(location: str | None, region: str) -> None:
    listed: dict[str, Said] = {
        "s3:ListBuckets": {"Buckets": [{"Name": "claims"}]},
        "s3:GetBucketLocation": {"LocationConstraint": location},
    }
    answers = Answers(FULL | listed)
    assert bucket(answers).region == region
    assert {where for source, where, _ in answers.asked if source == "s3:GetBucketPolicy"} == {region}


def test_a_bucket_that_cannot_be_located_is_not_guessed_at() -> None:
    answers = Answers(FULL | {"s3:ListBuckets": {"Buckets": [{"Name": "claims"}]}})
    found = bucket(answers)
    assert found.region == ""
    for field in ASKED:
        assert getattr(found, field).source == "s3:GetBucketLocation", field
        assert getattr(found, field).unread, field
    assert {source for source, _, _ in answers.asked} == {"s3:ListBuckets", "s3:GetBucketLocation"}


@pytest.mark.parametrize(
    ("call", "answer", "field"),
    [
        ("s3:GetBucketPolicy", {"Policy": "{"}, "policy"),
        ("s3:GetBucketPolicy", {"Policy": '{"Statement":[{"Effect":"Perhaps"}]}'}, "policy"),
        ("s3:GetBucketAcl", {}, "acl"),
        ("s3:GetBucketOwnershipControls", {"OwnershipControls": {"Rules": []}}, "ownership"),
    ],
)
def test_a_malformed_answer_is_unread(call: str, answer: dict[str, Any], field: str) -> None:
    found = bucket(Answers(FULL | {call: answer}))
    assert getattr(found, field).unread.cause is Cause.MALFORMED


def test_access_points() -> None:
    arn = f"arn:aws:s3:eu-west-1:{ACCOUNT}:accesspoint"
    answers = Answers(
        {
            "s3control:ListAccessPoints": {
                "AccessPointList": [
                    {"Name": "shop", "NetworkOrigin": "Internet", "Bucket": "claims", "AccessPointArn": f"{arn}/shop"},
                    {
                        "Name": "inner",
                        "NetworkOrigin": "VPC",
                        "VpcConfiguration": {"VpcId": "vpc-1"},
                        "Bucket": "claims",
                        "AccessPointArn": f"{arn}/inner",
                    },
                ]
            },
            "s3control:GetAccessPoint": {"PublicAccessBlockConfiguration": BLOCK},
            "s3control:GetAccessPointPolicy": "NoSuchAccessPointPolicy",
        }
    )
    shop, inner = seen([s3.access_points], answers).each(AccessPoint)
    assert (shop.id, shop.bucket, shop.vpc, shop.policy.value) == (f"{arn}/shop", "claims", None, None)
    assert (inner.vpc, inner.public_access_block.value) == ("vpc-1", BLOCK_ALL)
