"""Buckets, and the account's settings for all of them, as AWS describes them."""

from dataclasses import dataclass
from typing import ClassVar

from orlop.estate.fact import Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicAccessBlock:
    """The four switches of S3 Block Public Access.

    Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_PublicAccessBlockConfiguration.html
    """

    block_public_acls: bool
    ignore_public_acls: bool
    block_public_policy: bool
    restrict_public_buckets: bool


BLOCK_ALL = PublicAccessBlock(
    block_public_acls=True,
    ignore_public_acls=True,
    block_public_policy=True,
    restrict_public_buckets=True,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bucket:
    """One S3 bucket."""

    KIND: ClassVar[str] = "AWS::S3::Bucket"

    id: str
    account: str
    region: str
    name: str
    source: str
    public_access_block: Fact[PublicAccessBlock | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class S3Account:
    """What one AWS account says for all of its buckets. One an account."""

    KIND: ClassVar[str] = "Orlop::S3::Account"

    id: str
    account: str
    region: str
    name: str
    source: str
    public_access_block: Fact[PublicAccessBlock | None]


KINDS = (Bucket, S3Account)
