"""Keys that encrypt, as AWS KMS keeps them."""

from dataclasses import dataclass, field
from typing import ClassVar

from orlop.estate.aws.policy import Document
from orlop.estate.fact import Cause, Fact, Unread

SYMMETRIC = "SYMMETRIC_DEFAULT"
"""The spec of the keys that AWS services encrypt with; only such keys can be rotated by themselves."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyParticulars:
    """What a key is. `state` such as `Enabled`, `PendingDeletion`; `origin` `AWS_KMS` where AWS made its material.

    `replica` is whether it is the copy of a key in another region; `deleted_at` when it will be gone (ISO 8601).
    Source: https://docs.aws.amazon.com/kms/latest/APIReference/API_KeyMetadata.html
    """

    by_customer: bool
    state: str
    spec: str
    usage: str
    origin: str
    replica: bool
    created: str
    deleted_at: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyGrant:
    """What a key's owner let somebody do besides all policies. `grantee` is an ARN or the name of a service.

    `operations` are such as `Decrypt`; `only_if` whether that hangs on what was encrypted (its encryption context).
    Source: https://docs.aws.amazon.com/kms/latest/developerguide/grants.html
    """

    id: str
    grantee: str
    operations: tuple[str, ...]
    only_if: bool = False


def _not_yet() -> Fact[tuple[KeyGrant, ...]]:
    """Return what is known of grants where a key was read before Orlop asked for them."""
    return Fact(Unread(Cause.NOT_LOOKED_AT, "they were not asked for yet"), "kms:ListGrants")


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """One key of the account's own; those that AWS services made for themselves (`alias/aws/...`) are not listed.

    `rotates` is whether its material is replaced by itself; None for a key that cannot.
    """

    KIND: ClassVar[str] = "AWS::KMS::Key"

    id: str
    account: str
    region: str
    name: str
    source: str
    aliases: tuple[str, ...]
    particulars: Fact[KeyParticulars]
    rotates: Fact[bool | None]
    policy: Fact[Document | None]
    grants: Fact[tuple[KeyGrant, ...]] = field(default_factory=_not_yet)


KINDS = (Key,)
