"""Buckets, access points, and the account's settings for all of them, as AWS describes them."""

from dataclasses import dataclass
from typing import ClassVar

from orlop.estate.aws.policy import Document
from orlop.estate.fact import Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicAccessBlock:
    """The four switches of S3 Block Public Access.

    The two that block only refuse new settings; the other two take effect on what is there.

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

ALL_USERS = "http://acs.amazonaws.com/groups/global/AllUsers"
"""The group of everyone in the world."""
AUTHENTICATED_USERS = "http://acs.amazonaws.com/groups/global/AuthenticatedUsers"
"""The group of everyone with any AWS account at all."""


@dataclass(frozen=True, slots=True)
class Grant:
    """One line of an access control list.

    `grantee` is a group's URI or an account's canonical user id; `permission` is `READ`, `WRITE`, `READ_ACP`,
    `WRITE_ACP` or `FULL_CONTROL`.

    Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html
    """

    grantee: str
    permission: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessList:
    """The access control list of a bucket, as S3 enforces it now. `owner` is a canonical user id."""

    owner: str
    grants: tuple[Grant, ...]


OWNER_ENFORCED = "BucketOwnerEnforced"
"""The object ownership under which access control lists count for nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Encryption:
    """How new objects are encrypted: `AES256`, `aws:kms` or `aws:kms:dsse`, and by which key (None: AWS's own)."""

    algorithm: str
    kms_key: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Versioning:
    """Whether old versions are kept. `status` is `Enabled`, `Suspended`, or `""` for a bucket that never kept any."""

    status: str
    mfa_delete: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessLog:
    """Where the log of requests goes: a bucket's name and the start of the names of the log files."""

    bucket: str
    prefix: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectLock:
    """What keeps versions from being deleted: the default `mode` (`GOVERNANCE`, `COMPLIANCE`, or None) and its days."""

    mode: str | None
    days: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Bucket:
    """One S3 bucket. `region` is `""` where it could not be read where the bucket lies.

    `policy_is_public` is S3's own verdict on the policy, None without one. `ownership` is `BucketOwnerEnforced`,
    `BucketOwnerPreferred`, `ObjectWriter`, or None: never set, which means `ObjectWriter`. `lifecycle_rules` counts
    those that are on; `replicas` are the ARNs of the buckets to which objects are copied.
    """

    KIND: ClassVar[str] = "AWS::S3::Bucket"

    id: str
    account: str
    region: str
    name: str
    source: str
    public_access_block: Fact[PublicAccessBlock | None]
    policy: Fact[Document | None]
    policy_is_public: Fact[bool | None]
    acl: Fact[AccessList]
    ownership: Fact[str | None]
    encryption: Fact[Encryption | None]
    versioning: Fact[Versioning]
    logging: Fact[AccessLog | None]
    lifecycle_rules: Fact[int]
    object_lock: Fact[ObjectLock | None]
    replicas: Fact[tuple[str, ...]]
    website: Fact[bool]


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


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessPoint:
    """A second door to a bucket, with a policy of its own. `bucket` is a name, `vpc` the one network it serves."""

    KIND: ClassVar[str] = "AWS::S3::AccessPoint"

    id: str
    account: str
    region: str
    name: str
    source: str
    bucket: str
    vpc: str | None
    public_access_block: Fact[PublicAccessBlock | None]
    policy: Fact[Document | None]


KINDS = (Bucket, S3Account, AccessPoint)
