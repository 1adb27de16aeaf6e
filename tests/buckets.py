"""Buckets for tables of cases: a safe one, with whatever a case changes."""

from dataclasses import replace
from typing import Any

from orlop.estate.aws.policy import Document, document
from orlop.estate.aws.s3 import (
    BLOCK_ALL,
    OWNER_ENFORCED,
    AccessList,
    AccessPoint,
    Bucket,
    Encryption,
    Grant,
    PublicAccessBlock,
    S3Account,
    Versioning,
)
from orlop.estate.fact import Fact
from tests.cases import ACCOUNT, REGION

OTHER = "999988887777"
ME = "c" * 64
PRIVATE = AccessList(owner=ME, grants=(Grant(ME, "FULL_CONTROL"),))
IGNORE = replace(BLOCK_ALL, restrict_public_buckets=False)
RESTRICT = replace(BLOCK_ALL, ignore_public_acls=False)
ONLY_NEW = replace(BLOCK_ALL, ignore_public_acls=False, restrict_public_buckets=False)

SAFE = Bucket(
    id="arn:aws:s3:::claims",
    account=ACCOUNT,
    region=REGION,
    name="claims",
    source="s3:ListBuckets",
    public_access_block=Fact(BLOCK_ALL, "s3:GetPublicAccessBlock"),
    policy=Fact(None, "s3:GetBucketPolicy"),
    policy_is_public=Fact(None, "s3:GetBucketPolicyStatus"),
    acl=Fact(PRIVATE, "s3:GetBucketAcl"),
    ownership=Fact(OWNER_ENFORCED, "s3:GetBucketOwnershipControls"),
    encryption=Fact(Encryption(algorithm="AES256", kms_key=None), "s3:GetBucketEncryption"),
    versioning=Fact(Versioning(status="Enabled", mfa_delete=True), "s3:GetBucketVersioning"),
    logging=Fact(None, "s3:GetBucketLogging"),
    lifecycle_rules=Fact(0, "s3:GetBucketLifecycleConfiguration"),
    object_lock=Fact(None, "s3:GetObjectLockConfiguration"),
    replicas=Fact((), "s3:GetBucketReplication"),
    website=Fact(False, "s3:GetBucketWebsite"),
)


def bucket(**fields: Any) -> Bucket:
    """The safe bucket with other answers; one that is `DENIED` was not read."""
    facts = {name: Fact(value, getattr(SAFE, name).source) for name, value in fields.items()}
    return replace(SAFE, **facts)


def account(block: Any = None) -> S3Account:
    """The account's own block; None: never set."""
    return S3Account(
        id=f"arn:aws:s3::{ACCOUNT}:account",
        account=ACCOUNT,
        region="",
        name=ACCOUNT,
        source="s3control:GetPublicAccessBlock",
        public_access_block=Fact(block, "s3control:GetPublicAccessBlock"),
    )


def point(*, vpc: str | None = None, block: Any = None, policy: Any = None) -> AccessPoint:
    """An access point to the safe bucket."""
    return AccessPoint(
        id=f"arn:aws:s3:{REGION}:{ACCOUNT}:accesspoint/shop",
        account=ACCOUNT,
        region=REGION,
        name="shop",
        source="s3control:ListAccessPoints",
        bucket="claims",
        vpc=vpc,
        public_access_block=Fact[PublicAccessBlock | None](block, "s3control:GetAccessPoint"),
        policy=Fact[Document | None](policy, "s3control:GetAccessPointPolicy"),
    )


def allowing(*actions: str, principal: Any = "*", **rest: Any) -> dict[str, Any]:
    """A statement that lets `principal` do something with the bucket and what is in it."""
    both = ["arn:aws:s3:::claims", "arn:aws:s3:::claims/*"]
    return {"Effect": "Allow", "Principal": principal, "Action": list(actions), "Resource": both, **rest}


def policy(*statements: dict[str, Any]) -> Document:
    """A policy of these statements."""
    return document({"Version": "2012-10-17", "Statement": list(statements)})


def granting(*grants: tuple[str, str]) -> AccessList:
    """An access list with grants beside the owner's."""
    return AccessList(owner=ME, grants=(*PRIVATE.grants, *(Grant(who, what) for who, what in grants)))
