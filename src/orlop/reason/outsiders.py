"""Who in the world can do this to that: by the policy of the thing, and for buckets by all that opens or closes them.

Sources: https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html,
https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-points-policies.html
"""

from collections.abc import Iterator
from dataclasses import dataclass

from orlop.estate.aws.s3 import ALL_USERS, AccessPoint, Bucket
from orlop.estate.estate import Estate
from orlop.estate.fact import NotKnown
from orlop.reason.access.authority import Authority
from orlop.reason.access.clauses import Policy
from orlop.reason.access.compare import Grant, allowed
from orlop.reason.access.evaluate import Outcome
from orlop.reason.access.openings import in_words
from orlop.reason.access.request import NOBODY_KNOWN, Context, Request
from orlop.reason.bucket import by_list, files_have_lists, point_open_to_everyone


@dataclass(frozen=True, slots=True, kw_only=True)
class Outsiders:
    """What lets strangers in: statements, each with a request as proof, and `ways` besides policies, in words.

    `held_back` says what would let them in if nothing stood before it, `unread` what is not known, `assumes` what was
    taken for granted; each in whole sentences.
    """

    grants: tuple[Grant, ...] = ()
    ways: tuple[str, ...] = ()
    held_back: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()
    assumes: tuple[str, ...] = ()

    @property
    def sure(self) -> bool:
        """Whether some stranger surely is let in."""
        return bool(self.grants or self.ways)


def outsiders(authority: Authority, estate: Estate, action: str, resource: str) -> Outsiders:
    """Return what lets anyone in the world do an action to a resource (patterns are allowed)."""
    grants, unread = authority.strangers(action, resource), authority.unread(resource)
    gaps = (f"It may let in others: {unread}.",) if unread else ()
    bucket = authority.bucket(resource)
    if bucket is None:
        return Outsiders(grants=grants, unread=gaps)
    return _of_bucket(bucket, authority, estate, action, resource, grants, gaps)


def _of_bucket(
    bucket: Bucket,
    authority: Authority,
    estate: Estate,
    action: str,
    resource: str,
    grants: tuple[Grant, ...],
    gaps: tuple[str, ...],
) -> Outsiders:
    shut = authority.shut(resource) if grants else None
    open_by: list[str] = []
    doubtful = shut is not None and shut.outcome is Outcome.UNKNOWN
    missing = [
        *gaps,
        *(f"Unless public access is blocked, {grant.clause} lets in everyone." for grant in grants if doubtful),
    ]
    missing += shut.because if shut and doubtful else ()
    assumed: list[str] = []
    try:
        open_by += (_by_grant(grant.permission, grant.grantee) for grant in by_list(bucket, estate, action))
        if "object" in action.lower() and files_have_lists(bucket, estate):
            assumed.append("Access lists of single files were not looked at: each may let in others.")
    except NotKnown as gap:
        missing.append(f"Not read: whom the access list lets in: {gap.unread.why}.")
    try:
        open_by += _by_points(bucket, authority.on(bucket.id)[0], estate, action)
    except NotKnown as gap:
        missing.append(f"Not read: whom an access point lets in: {gap.unread.why}.")
    stands = shut is not None and shut.outcome is Outcome.IMPLICITLY_DENIED
    return Outsiders(
        grants=() if shut else grants,
        ways=tuple(open_by),
        held_back=tuple(f"{_BLOCKED}: {grant.clause} would let them in." for grant in grants if stands),
        unread=tuple(missing),
        assumes=tuple(assumed),
    )


_BLOCKED = "Only the block on public access keeps strangers out"


def _by_grant(permission: str, grantee: str) -> str:
    whom = "everyone" if grantee == ALL_USERS else "everyone with an AWS account"
    return f"The access list gives {permission} to {whom}."


def _by_points(bucket: Bucket, policy: Policy | None, estate: Estate, action: str) -> Iterator[str]:
    """Yield the access points that let strangers do an action, where the bucket's own policy leaves it to them."""
    for point in estate.each(AccessPoint):
        if point.bucket != bucket.name or not policy or not _left_to(point, bucket, policy, action):
            continue
        meant = f"{point.id}/object/*" if "object" in action.lower() else point.id
        for opening in point_open_to_everyone(point, estate):
            if opening.lets(action, meant):
                yield f"By the access point {point.name}, {in_words(opening)}."


def _left_to(point: AccessPoint, bucket: Bucket, policy: Policy, action: str) -> bool:
    """Whether a bucket's policy lets in what comes through an access point, as far as can be told."""
    known = {
        "s3:dataaccesspointarn": point.id,
        "s3:dataaccesspointaccount": point.account,
        "s3:accesspointnetworkorigin": "Internet",
    }
    on = f"{bucket.id}/x" if "object" in action.lower() else bucket.id
    context = Context(known, rest_missing=False)
    request = Request(action=action, caller=NOBODY_KNOWN, resource=on, owner=bucket.account, context=context)
    return allowed(policy.clauses, request) is not False
