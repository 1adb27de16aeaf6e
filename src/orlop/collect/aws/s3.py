"""Reads buckets, access points, and the account's settings for all of them.

Law: a bucket is asked in its own region; where that could not be read, nothing about it is known.
"""

from collections.abc import Callable, Iterator
from typing import TypeVar

from orlop.collect.aws.calls import Answer
from orlop.collect.aws.collector import EVERYWHERE, Later, Reader, collector, part
from orlop.estate.aws.policy import Document, document
from orlop.estate.aws.s3 import (
    AccessList,
    AccessLog,
    AccessPoint,
    Bucket,
    Encryption,
    Grant,
    ObjectLock,
    PublicAccessBlock,
    S3Account,
    Versioning,
)
from orlop.estate.fact import Fact

T = TypeVar("T")

_NO_BLOCK = ("NoSuchPublicAccessBlockConfiguration",)
_NO_POLICY = ("NoSuchBucketPolicy",)


@collector(
    Bucket,
    service="s3",
    calls=(
        "ListBuckets",
        "GetBucketLocation",
        "GetPublicAccessBlock",
        "GetBucketPolicy",
        "GetBucketPolicyStatus",
        "GetBucketAcl",
        "GetBucketOwnershipControls",
        "GetBucketEncryption",
        "GetBucketVersioning",
        "GetBucketLogging",
        "GetBucketLifecycleConfiguration",
        "GetObjectLockConfiguration",
        "GetBucketReplication",
        "GetBucketWebsite",
    ),
    scope=EVERYWHERE,
)
def buckets(aws: Reader) -> Iterator[Later[Bucket]]:
    """List the buckets of all regions.

    S3 says where each lies only if asked for pages.

    Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListBuckets.html (BucketRegion)
    """
    for page in aws.pages("ListBuckets", MaxBuckets=1000):
        for item in page["Buckets"]:
            if aws.wants(aws.arn(item["Name"], region="", account="")):
                yield _bucket(aws, item["Name"], item.get("BucketRegion"))


def _bucket(aws: Reader, name: str, region: str | None) -> Later[Bucket]:
    if region:
        return _read(aws, name, Fact(region, "s3:ListBuckets"))
    source = "s3:GetBucketLocation"
    located = aws.later(
        source, lambda: _read(aws, name, Fact(_region(aws.call("GetBucketLocation", Bucket=name)), source))
    )

    def make() -> Bucket:
        begun = located()
        if begun.unread:
            return _read(aws, name, Fact(begun.unread, begun.source))()
        return begun.value()

    return make


def _region(answer: Answer) -> str:
    """Return the region of a location. The oldest region has none, and the second oldest an old name.

    Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketLocation.html
    """
    said = answer["LocationConstraint"] or "us-east-1"
    return "eu-west-1" if said == "EU" else said


def _read(aws: Reader, name: str, where: Fact[str]) -> Later[Bucket]:
    """Ask all there is to ask of a bucket, in the region `where`."""

    def ask(operation: str, pick: Callable[[Answer], T], *absent: str) -> Later[Fact[T | None]]:
        if where.unread:
            unread = where.unread
            return lambda: Fact(unread, where.source)
        return aws.ask(operation, pick, absent=absent, region=where.value, Bucket=name)

    block = ask("GetPublicAccessBlock", _block, *_NO_BLOCK)
    policy = ask("GetBucketPolicy", _policy, *_NO_POLICY)
    status = ask("GetBucketPolicyStatus", lambda a: bool(a["PolicyStatus"]["IsPublic"]), *_NO_POLICY)
    acl = ask("GetBucketAcl", _acl)
    ownership = ask("GetBucketOwnershipControls", _ownership, "OwnershipControlsNotFoundError")
    encryption = ask("GetBucketEncryption", _encryption, "ServerSideEncryptionConfigurationNotFoundError")
    versioning = ask("GetBucketVersioning", _versioning)
    logging = ask("GetBucketLogging", _logging)
    lifecycle = ask("GetBucketLifecycleConfiguration", _rules_on, "NoSuchLifecycleConfiguration")
    lock = ask("GetObjectLockConfiguration", _lock, "ObjectLockConfigurationNotFoundError")
    replicas = ask("GetBucketReplication", _replicas, "ReplicationConfigurationNotFoundError")
    website = ask("GetBucketWebsite", lambda _: True, "NoSuchWebsiteConfiguration")
    return lambda: Bucket(
        id=aws.arn(name, region="", account=""),
        account=aws.account,
        region="" if where.unread else where.value,
        name=name,
        source="s3:ListBuckets",
        public_access_block=block(),
        policy=policy(),
        policy_is_public=status(),
        acl=part(acl(), _given),
        ownership=ownership(),
        encryption=encryption(),
        versioning=part(versioning(), _given),
        logging=logging(),
        lifecycle_rules=lifecycle().map(lambda count: count or 0),
        object_lock=lock(),
        replicas=replicas().map(lambda found: found or ()),
        website=website().map(bool),
    )


def _given(answer: T | None) -> T:
    if answer is None:
        raise ValueError("AWS always answers this")
    return answer


@collector(S3Account, service="s3control", calls=("GetPublicAccessBlock",), scope="")
def account(aws: Reader) -> Iterator[Later[S3Account]]:
    """Read the one set of switches that rules all buckets of the account."""
    block = aws.ask("GetPublicAccessBlock", _block, absent=_NO_BLOCK, AccountId=aws.account)
    yield lambda: S3Account(
        id=f"arn:{aws.partition}:s3::{aws.account}:account",
        account=aws.account,
        region="",
        name=aws.account,
        source="s3control:GetPublicAccessBlock",
        public_access_block=block(),
    )


@collector(
    AccessPoint,
    service="s3control",
    calls=("ListAccessPoints", "GetAccessPoint", "GetAccessPointPolicy"),
)
def access_points(aws: Reader) -> Iterator[Later[AccessPoint]]:
    """List the access points of a region, whichever bucket they lead to."""
    for page in aws.pages("ListAccessPoints", AccountId=aws.account):
        for item in page.get("AccessPointList", []):
            if aws.wants(item["AccessPointArn"]):
                yield _access_point(aws, item)


def _access_point(aws: Reader, item: Answer) -> Later[AccessPoint]:
    name = item["Name"]
    block = aws.ask("GetAccessPoint", _block_if_any, AccountId=aws.account, Name=name)
    policy = aws.ask(
        "GetAccessPointPolicy", _policy, absent=("NoSuchAccessPointPolicy",), AccountId=aws.account, Name=name
    )
    return lambda: AccessPoint(
        id=item["AccessPointArn"],
        account=aws.account,
        region=aws.region,
        name=name,
        source="s3control:ListAccessPoints",
        bucket=item.get("Bucket", ""),
        vpc=item.get("VpcConfiguration", {}).get("VpcId"),
        public_access_block=block(),
        policy=policy(),
    )


def _block(answer: Answer) -> PublicAccessBlock:
    said = answer["PublicAccessBlockConfiguration"]
    return PublicAccessBlock(
        block_public_acls=said.get("BlockPublicAcls", False),
        ignore_public_acls=said.get("IgnorePublicAcls", False),
        block_public_policy=said.get("BlockPublicPolicy", False),
        restrict_public_buckets=said.get("RestrictPublicBuckets", False),
    )


def _block_if_any(answer: Answer) -> PublicAccessBlock | None:
    return _block(answer) if answer.get("PublicAccessBlockConfiguration") else None


def _policy(answer: Answer) -> Document:
    return document(answer["Policy"])


def _acl(answer: Answer) -> AccessList:
    return AccessList(
        owner=answer["Owner"]["ID"],
        grants=tuple(
            Grant(grant["Grantee"].get("URI") or grant["Grantee"]["ID"], grant["Permission"])
            for grant in answer["Grants"]
        ),
    )


def _ownership(answer: Answer) -> str:
    [rule] = answer["OwnershipControls"]["Rules"]
    return rule["ObjectOwnership"]


def _encryption(answer: Answer) -> Encryption | None:
    said = answer["ServerSideEncryptionConfiguration"]["Rules"][0].get("ApplyServerSideEncryptionByDefault")
    return Encryption(algorithm=said["SSEAlgorithm"], kms_key=said.get("KMSMasterKeyID")) if said else None


def _versioning(answer: Answer) -> Versioning:
    return Versioning(status=answer.get("Status", ""), mfa_delete=answer.get("MFADelete") == "Enabled")


def _logging(answer: Answer) -> AccessLog | None:
    said = answer.get("LoggingEnabled")
    return AccessLog(bucket=said["TargetBucket"], prefix=said.get("TargetPrefix", "")) if said else None


def _rules_on(answer: Answer) -> int:
    return sum(rule["Status"] == "Enabled" for rule in answer["Rules"])


def _lock(answer: Answer) -> ObjectLock | None:
    said = answer["ObjectLockConfiguration"]
    if said.get("ObjectLockEnabled") != "Enabled":
        return None
    default = said.get("Rule", {}).get("DefaultRetention", {})
    days = default.get("Days") or (default["Years"] * 365 if "Years" in default else None)
    return ObjectLock(mode=default.get("Mode"), days=days)


def _replicas(answer: Answer) -> tuple[str, ...]:
    rules = answer["ReplicationConfiguration"]["Rules"]
    return tuple(sorted({rule["Destination"]["Bucket"] for rule in rules if rule["Status"] == "Enabled"}))


ALL = (buckets, account, access_points)
