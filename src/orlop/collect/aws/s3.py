"""Reads buckets and the account's settings for all of them."""

from collections.abc import Iterator

from orlop.collect.aws.calls import Answer
from orlop.collect.aws.collector import EVERYWHERE, Later, Reader, collector
from orlop.estate.aws.s3 import Bucket, PublicAccessBlock, S3Account

_NO_BLOCK = ("NoSuchPublicAccessBlockConfiguration",)


@collector(
    Bucket,
    service="s3",
    calls=("ListBuckets", "GetPublicAccessBlock"),
    scope=EVERYWHERE,
)
def buckets(aws: Reader) -> Iterator[Later[Bucket]]:
    """List the buckets of all regions."""
    for page in aws.pages("ListBuckets"):
        for item in page["Buckets"]:
            if aws.wants(aws.arn(item["Name"], region="", account="")):
                yield _bucket(aws, item)


def _bucket(aws: Reader, item: Answer) -> Later[Bucket]:
    name, region = item["Name"], item.get("BucketRegion") or "us-east-1"
    block = aws.ask("GetPublicAccessBlock", _block, absent=_NO_BLOCK, region=region, Bucket=name)
    return lambda: Bucket(
        id=aws.arn(name, region="", account=""),
        account=aws.account,
        region=region,
        name=name,
        source="s3:ListBuckets",
        public_access_block=block(),
    )


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


def _block(answer: Answer) -> PublicAccessBlock:
    said = answer["PublicAccessBlockConfiguration"]
    return PublicAccessBlock(
        block_public_acls=said.get("BlockPublicAcls", False),
        ignore_public_acls=said.get("IgnorePublicAcls", False),
        block_public_policy=said.get("BlockPublicPolicy", False),
        restrict_public_buckets=said.get("RestrictPublicBuckets", False),
    )


ALL = (buckets, account)
