"""What strangers can really do with a bucket: by its policy and its access list, as far as these count.

- `RestrictPublicBuckets`, of the bucket or of the account, takes a public policy away from all but the owner's account
  and AWS services. `IgnorePublicAcls` takes public grants of the access list away. The other two switches only refuse
  new settings, so they change nothing here.
- Under `BucketOwnerEnforced` an access list counts for nothing.
- Each object may have an access list of its own. Those are not looked at.

Law: what could not be read matters only if the answer depends on it. A policy that lets nobody in makes the blocks
moot; a block that is on makes the policy moot.

Sources: https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html,
https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from orlop.estate.aws.policy import Document
from orlop.estate.aws.s3 import (
    ALL_USERS,
    AUTHENTICATED_USERS,
    OWNER_ENFORCED,
    AccessLog,
    AccessPoint,
    Bucket,
    Grant,
    PublicAccessBlock,
    S3Account,
)
from orlop.estate.estate import Estate
from orlop.estate.fact import Fact
from orlop.reason.access.openings import Opening, Reach, everyone, in_evidence, openings, restorable


class Use(StrEnum):
    """What a stranger may want of a bucket."""

    READ = "read the files"
    LIST = "list the names of the files"
    WRITE = "add, replace or delete files"
    RULE = "change the rules of who may use what"


_ACTIONS = {
    Use.READ: ("s3:GetObject", "s3:GetObjectVersion"),
    Use.LIST: ("s3:ListBucket", "s3:ListBucketVersions"),
    Use.WRITE: ("s3:PutObject", "s3:DeleteObject", "s3:DeleteObjectVersion", "s3:ReplicateObject"),
    Use.RULE: (
        "s3:PutBucketPolicy",
        "s3:DeleteBucketPolicy",
        "s3:PutBucketAcl",
        "s3:PutObjectAcl",
        "s3:PutObjectVersionAcl",
        "s3:PutBucketPublicAccessBlock",
        "s3:PutBucketOwnershipControls",
        "s3:PutEncryptionConfiguration",
        "s3:PutLifecycleConfiguration",
        "s3:PutReplicationConfiguration",
        "s3:DeleteBucket",
    ),
}
_OF_OBJECTS = ("Object", "ObjectVersion", "ObjectAcl", "ObjectVersionAcl")

_GRANTS = {
    Use.READ: (),  # READ on a bucket lists it; each object has its own list.
    Use.LIST: ("READ", "FULL_CONTROL"),
    Use.WRITE: ("WRITE", "FULL_CONTROL"),
    Use.RULE: ("WRITE_ACP", "FULL_CONTROL"),
}

LOG_DELIVERY = "c4c1ede66af53448b93c283ce9448c4ba468c9432aa01d700d3878632f77d2d0"
"""The account with which CloudFront writes its logs.

Source: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logging-legacy-s3.html
"""


@dataclass(frozen=True, slots=True)
class Way:
    """One way in. `by` is `policy` or `access list`; `witness` the statement or grant, as text."""

    use: Use
    by: str
    witness: str


def open_to_everyone(bucket: Bucket, estate: Estate, *uses: Use) -> tuple[Way, ...]:
    """Return the ways in which anyone in the world can use a bucket now. Raises: NotKnown."""
    by_policy = () if _shut(bucket, estate) else _by_policy(bucket, uses)
    return (*by_policy, *_by_grant(bucket, estate, uses, ALL_USERS))


def open_to_every_account(bucket: Bucket, estate: Estate, *uses: Use) -> tuple[Way, ...]:
    """Return what the access list gives to everyone who has any AWS account. Raises: NotKnown."""
    return _by_grant(bucket, estate, uses, AUTHENTICATED_USERS)


def restricted(bucket: Bucket, estate: Estate) -> bool:
    """Whether a public policy counts only for the owner's account and for AWS services. Raises: NotKnown."""
    return _on(bucket.public_access_block, bucket.account, estate, _restricts)


_BY_LIST: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(("s3:listbucket", "s3:listbucketversions", "s3:listbucketmultipartuploads"), ("READ",)),
    **dict.fromkeys(("s3:putobject", "s3:deleteobject"), ("WRITE",)),
    "s3:getbucketacl": ("READ_ACP",),
    "s3:putbucketacl": ("WRITE_ACP",),
}
"""What a permission of a bucket's access list lets one do.

Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html (ACL permissions and policy permissions)
"""


def by_list(bucket: Bucket, estate: Estate, action: str) -> tuple[Grant, ...]:
    """Return the grants of the access list that let everyone, or every account, do an action. Raises: NotKnown."""
    permissions = (*_BY_LIST.get(action.lower(), ()), "FULL_CONTROL")
    if action.lower() not in _BY_LIST:
        return ()
    return _counting(
        bucket,
        estate,
        lambda grant: grant.grantee in (ALL_USERS, AUTHENTICATED_USERS) and grant.permission in permissions,
    )


def files_have_lists(bucket: Bucket, estate: Estate) -> bool:
    """Whether access lists of single files count, and may let strangers in. Raises: NotKnown."""
    return lists_count(bucket) and not _on(bucket.public_access_block, bucket.account, estate, _ignores)


def asleep(bucket: Bucket, estate: Estate) -> tuple[Opening, ...]:
    """Return the statements that would open a bucket to everyone if no block held them back. Raises: NotKnown."""
    if _policy_lets_nobody_in(bucket):
        return ()
    found = everyone(bucket.policy.value, owner=bucket.account)
    return found if found and _on(bucket.public_access_block, bucket.account, estate, _restricts) else ()


def ruled_by_others(bucket: Bucket, estate: Estate) -> tuple[Way, ...]:
    """Return the ways in which other accounts, by name, can change who may use a bucket. Raises: NotKnown."""
    policy = bucket.policy
    by_policy: tuple[Way, ...] = ()
    if policy.unread or policy.value:
        found = openings(policy.value, owner=bucket.account)
        named = [opening for opening in found if opening.reach is Reach.ACCOUNT]
        public = any(opening.reach is Reach.EVERYONE for opening in found)
        shut = bool(named) and public and _on(bucket.public_access_block, bucket.account, estate, _restricts)
        by_policy = () if shut else _ways(bucket, named, (Use.RULE,))
    return (*by_policy, *_by_other_accounts(bucket))


def point_open_to_everyone(point: AccessPoint, estate: Estate) -> tuple[Opening, ...]:
    """Return the statements by which anyone in the world can use an access point. Raises: NotKnown.

    An access point that serves one network only is never public. Whether the bucket's own policy lets the caller in,
    too, is not looked at: most leave that to their access points.
    """
    if point.vpc or (point.policy.unread is None and not everyone(point.policy.value, owner=point.account)):
        return ()
    if _on(point.public_access_block, point.account, estate, _restricts):
        return ()
    bucket = estate.get(Bucket, f"arn:{point.id.split(':')[1]}:s3:::{point.bucket}")
    if _on(bucket.public_access_block, bucket.account, estate, _restricts):
        return ()
    return everyone(point.policy.value, owner=point.account)


def policy_may_be_refused(bucket: Bucket, estate: Estate, policy: Document | None) -> bool:
    """Whether S3 may refuse this text as the bucket's policy: `BlockPublicPolicy`, on or unknown, bars a public one."""
    return not restorable(policy) or (
        bool(everyone(policy, owner=bucket.account)) and not _known_off(bucket.public_access_block, bucket, estate)
    )


def point_policy_may_be_refused(point: AccessPoint, estate: Estate, policy: Document | None) -> bool:
    """Whether S3 may refuse this text as the access point's policy; its bucket's switch counts, too."""
    bucket = next((b for b in estate.each(Bucket) if b.name == point.bucket), None)
    if not restorable(policy) or bucket is None:
        return True
    off = _known_off(point.public_access_block, point, estate) and _known_off(
        bucket.public_access_block, bucket, estate
    )
    return bool(everyone(policy, owner=point.account)) and not off


def _known_off(own: Fact[PublicAccessBlock | None], of: Bucket | AccessPoint, estate: Estate) -> bool:
    whole = [account.public_access_block for account in estate.each(S3Account) if account.account == of.account]
    blocks = (own, *whole)
    return bool(whole) and all(
        block.unread is None and not (block.value and block.value.block_public_policy) for block in blocks
    )


def takes_logs(bucket: Bucket, estate: Estate) -> bool:
    """Whether some bucket of the account sends its access log here. Raises: NotKnown, if one that may was not read."""
    targets, unread = _log_targets(estate, bucket.account)
    if bucket.name in targets:
        return True
    return any(fact.value for fact in unread)


_Targets = tuple[frozenset[str], tuple[Fact[AccessLog | None], ...]]


def _targets(estate: Estate) -> dict[str, _Targets]:
    """Return where `_log_targets` keeps what it found: asked once a bucket, it is worked out once an account."""
    return {}


def _log_targets(estate: Estate, account: str) -> _Targets:
    """Return the names of the buckets that take logs, and a fact that was not read, if there is one."""
    known = estate.once(_targets)
    if account not in known:
        logs = [bucket.logging for bucket in estate.within(Bucket, account)]
        names = frozenset(fact.answer.bucket for fact in logs if isinstance(fact.answer, AccessLog))
        known[account] = names, tuple(fact for fact in logs if fact.unread)[:1]
    return known[account]


def lists_count(bucket: Bucket) -> bool:
    """Whether access control lists have any effect. Raises: NotKnown."""
    return bucket.ownership.value != OWNER_ENFORCED


def _restricts(block: PublicAccessBlock) -> bool:
    return block.restrict_public_buckets


def _ignores(block: PublicAccessBlock) -> bool:
    return block.ignore_public_acls


def _on(
    own: Fact[PublicAccessBlock | None], account: str, estate: Estate, switch: Callable[[PublicAccessBlock], bool]
) -> bool:
    """Whether a switch is on, in an own block or in the account's. Raises: NotKnown, unless one is known to be on."""
    if own.unread is None and own.value and switch(own.value):
        return True
    whole = estate.only(S3Account, account).public_access_block.value
    if whole and switch(whole):
        return True
    return bool(own.value and switch(own.value))


def _policy_lets_nobody_in(bucket: Bucket) -> bool:
    """Whether it is known that the policy is not public: by the policy, or by S3's own word where it was not read."""
    if bucket.policy.unread is None:
        return not everyone(bucket.policy.value, owner=bucket.account)
    return bucket.policy_is_public.unread is None and not bucket.policy_is_public.value


def _shut(bucket: Bucket, estate: Estate) -> bool:
    if _policy_lets_nobody_in(bucket):
        return True
    return _on(bucket.public_access_block, bucket.account, estate, _restricts)


def _by_policy(bucket: Bucket, uses: tuple[Use, ...]) -> tuple[Way, ...]:
    return _ways(bucket, everyone(bucket.policy.value, owner=bucket.account), uses)


def _ways(bucket: Bucket, found: "tuple[Opening, ...] | list[Opening]", uses: tuple[Use, ...]) -> tuple[Way, ...]:
    policy = bucket.policy.value
    if policy is None:
        return ()
    return tuple(
        Way(use, "policy", in_evidence(policy, opening))
        for use in uses
        for opening in found
        if _serves(opening, bucket, use)
    )


def _serves(opening: Opening, bucket: Bucket, use: Use) -> bool:
    return any(opening.lets(action, _meant(bucket, action)) for action in _ACTIONS[use])


def _meant(bucket: Bucket, action: str) -> str:
    """Return what an action is about: the objects in the bucket (any of them), or the bucket itself."""
    return f"{bucket.id}/*" if action.endswith(_OF_OBJECTS) else bucket.id


def _by_grant(bucket: Bucket, estate: Estate, uses: tuple[Use, ...], group: str) -> tuple[Way, ...]:
    wanted = {permission for use in uses for permission in _GRANTS[use]}
    found = _counting(bucket, estate, lambda grant: grant.grantee == group and grant.permission in wanted)
    return tuple(
        Way(use, "access list", f"{grant.permission} to {grant.grantee}")
        for use in uses
        for grant in found
        if grant.permission in _GRANTS[use]
    )


def _counting(bucket: Bucket, estate: Estate, wanted: Callable[[Grant], bool]) -> tuple[Grant, ...]:
    """Return those of some public grants that count: lists do, and nothing ignores public ones. Raises: NotKnown."""

    def granted() -> tuple[Grant, ...]:
        return tuple(grant for grant in bucket.acl.value.grants if wanted(grant))

    if bucket.acl.unread is None and not granted():
        return ()
    if bucket.ownership.unread is None and not lists_count(bucket):
        return ()
    if _on(bucket.public_access_block, bucket.account, estate, _ignores) or not lists_count(bucket):
        return ()
    return granted()


def _by_other_accounts(bucket: Bucket) -> tuple[Way, ...]:
    def theirs() -> tuple[Grant, ...]:
        acl = bucket.acl.value
        known = (acl.owner, LOG_DELIVERY)
        return tuple(g for g in acl.grants if g.permission in _GRANTS[Use.RULE] and g.grantee not in known)

    if bucket.acl.unread is None and not theirs():
        return ()
    if bucket.ownership.unread is None and not lists_count(bucket):
        return ()
    found = theirs() if lists_count(bucket) else ()
    return tuple(
        Way(Use.RULE, "access list", f"{grant.permission} to {grant.grantee}")
        for grant in found
        if not grant.grantee.startswith("http")
    )
