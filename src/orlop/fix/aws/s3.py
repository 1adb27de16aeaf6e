"""Writes settings of buckets and of the account for all of its buckets."""

from orlop.estate.aws.s3 import Bucket, PublicAccessBlock, S3Account
from orlop.estate.change import Change
from orlop.fix.writer import Aws, writes


@writes(Bucket, "public_access_block", "s3:PutPublicAccessBlock", "s3:DeletePublicAccessBlock")
def bucket_block(aws: Aws, change: Change) -> None:
    """Set the four switches of a bucket, or take them away."""
    name = change.target.rpartition(":")[2]
    if change.becomes is None:
        aws.call("s3", "DeletePublicAccessBlock", Bucket=name)
    else:
        aws.call(
            "s3",
            "PutPublicAccessBlock",
            Bucket=name,
            PublicAccessBlockConfiguration=_said(change.becomes),
        )


@writes(
    S3Account,
    "public_access_block",
    "s3control:PutPublicAccessBlock",
    "s3control:DeletePublicAccessBlock",
)
def account_block(aws: Aws, change: Change) -> None:
    """Set the four switches of the account, or take them away."""
    if change.becomes is None:
        aws.call("s3control", "DeletePublicAccessBlock", AccountId=aws.account)
    else:
        aws.call(
            "s3control",
            "PutPublicAccessBlock",
            AccountId=aws.account,
            PublicAccessBlockConfiguration=_said(change.becomes),
        )


def _said(block: PublicAccessBlock) -> dict[str, bool]:
    return {
        "BlockPublicAcls": block.block_public_acls,
        "IgnorePublicAcls": block.ignore_public_acls,
        "BlockPublicPolicy": block.block_public_policy,
        "RestrictPublicBuckets": block.restrict_public_buckets,
    }


ALL = (bucket_block, account_block)
