"""Writes settings of buckets and of the account for all of its buckets."""

from orlop.estate.aws.s3 import AccessPoint, Bucket, PublicAccessBlock, S3Account
from orlop.estate.change import Change
from orlop.fix.writer import Aws, writes


@writes(Bucket, "public_access_block", "s3:PutPublicAccessBlock", "s3:DeletePublicAccessBlock")
def bucket_block(aws: Aws, change: Change) -> None:
    """Set the four switches of a bucket, or take them away."""
    name = _name(change)
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


@writes(Bucket, "policy", "s3:PutBucketPolicy", "s3:DeleteBucketPolicy")
def bucket_policy(aws: Aws, change: Change) -> None:
    """Set the policy of a bucket to the very text, or take it away."""
    if change.becomes is None:
        aws.call("s3", "DeleteBucketPolicy", Bucket=_name(change))
    else:
        aws.call("s3", "PutBucketPolicy", Bucket=_name(change), Policy=change.becomes.text)


@writes(Bucket, "ownership", "s3:PutBucketOwnershipControls", "s3:DeleteBucketOwnershipControls")
def bucket_ownership(aws: Aws, change: Change) -> None:
    """Set who owns the objects of a bucket, or take the setting away.

    Access lists are kept while they do not count, and count again as they were once the setting is taken back.

    Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html (re-enabling ACLs)
    """
    if change.becomes is None:
        aws.call("s3", "DeleteBucketOwnershipControls", Bucket=_name(change))
    else:
        controls = {"Rules": [{"ObjectOwnership": change.becomes}]}
        aws.call("s3", "PutBucketOwnershipControls", Bucket=_name(change), OwnershipControls=controls)


@writes(Bucket, "versioning", "s3:PutBucketVersioning")
def bucket_versioning(aws: Aws, change: Change) -> None:
    """Turn versioning on, or suspend it again. A bucket cannot go back to never having had it."""
    aws.call(
        "s3", "PutBucketVersioning", Bucket=_name(change), VersioningConfiguration={"Status": change.becomes.status}
    )


@writes(AccessPoint, "policy", "s3control:PutAccessPointPolicy", "s3control:DeleteAccessPointPolicy")
def access_point_policy(aws: Aws, change: Change) -> None:
    """Set the policy of an access point to the very text, or take it away."""
    name = change.target.rpartition("/")[2]
    if change.becomes is None:
        aws.call("s3control", "DeleteAccessPointPolicy", AccountId=aws.account, Name=name)
    else:
        aws.call("s3control", "PutAccessPointPolicy", AccountId=aws.account, Name=name, Policy=change.becomes.text)


def _name(change: Change) -> str:
    return change.target.rpartition(":")[2]


def _said(block: PublicAccessBlock) -> dict[str, bool]:
    return {
        "BlockPublicAcls": block.block_public_acls,
        "IgnorePublicAcls": block.ignore_public_acls,
        "BlockPublicPolicy": block.block_public_policy,
        "RestrictPublicBuckets": block.restrict_public_buckets,
    }


ALL = (bucket_block, account_block, bucket_policy, bucket_ownership, bucket_versioning, access_point_policy)
