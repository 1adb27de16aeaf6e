"""Strangers at buckets and keys: what lets them in, what stands before it, what is not known."""

from dataclasses import replace
from typing import Any

import pytest
from tests.buckets import RESTRICT, account, allowing, bucket, granting, point, policy
from tests.cases import ACCOUNT, DENIED, REGION, estate
from tests.people import allow, role, says, user

from orlop.estate.aws.kms import Key, KeyGrant, KeyParticulars
from orlop.estate.aws.s3 import ALL_USERS, AUTHENTICATED_USERS, S3Account
from orlop.estate.fact import Fact, Unread
from orlop.estate.resource import Resource
from orlop.reason.access.authority import Authority
from orlop.reason.access.evaluate import Outcome
from orlop.reason.outsiders import Outsiders, outsiders

OPEN = policy(allowing("s3:GetObject"))
FILES, ITSELF = "arn:aws:s3:::claims/*", "arn:aws:s3:::claims"
BARE: dict[str, Any] = {"public_access_block": None}


def asked(*resources: Resource, action: str = "s3:GetObject", on: str = FILES) -> Outsiders:
    seen = estate(*resources)
    return outsiders(Authority(seen), seen, action, on)


def test_a_policy_that_nothing_stands_before() -> None:
    found = asked(bucket(policy=OPEN, **BARE), account())
    assert found.sure
    assert found.grants[0].witness.action == "s3:GetObject"
    assert not asked(bucket(policy=OPEN, **BARE), account(), action="s3:PutObject").sure


@pytest.mark.parametrize(
    "blocked",
    [(bucket(policy=OPEN), account()), (bucket(policy=OPEN, **BARE), account(RESTRICT))],
    ids=["own", "whole"],
)
def test_the_block_stands_before_it(blocked: tuple[Resource, ...]) -> None:
    found = asked(*blocked)
    assert not found.sure
    assert found.held_back == (
        "Only the block on public access keeps strangers out: statement 1 of the policy of claims would let them in.",
    )


def test_a_block_that_was_not_read_is_not_taken_for_either() -> None:
    found = asked(bucket(policy=OPEN, public_access_block=DENIED), account())
    assert not found.sure
    assert found.unread[0] == "Unless public access is blocked, statement 1 of the policy of claims lets in everyone."
    assert "whether public access is blocked" in found.unread[1]
    assert not asked(bucket(public_access_block=DENIED), account(DENIED)).unread


@pytest.mark.parametrize(
    ("grantee", "permission", "action", "sure"),
    [
        (ALL_USERS, "READ", "s3:ListBucket", True),
        (ALL_USERS, "FULL_CONTROL", "s3:PutObject", True),
        (AUTHENTICATED_USERS, "WRITE_ACP", "s3:PutBucketAcl", True),
        (ALL_USERS, "READ", "s3:PutObject", False),
        (ALL_USERS, "FULL_CONTROL", "s3:PutBucketPolicy", False),
    ],
)
def test_access_lists(grantee: str, permission: str, action: str, sure: bool) -> None:
    lists: dict[str, Any] = {"acl": granting((grantee, permission)), **BARE}
    assert asked(bucket(ownership="ObjectWriter", **lists), account(), action=action, on=ITSELF).sure is sure
    assert not asked(bucket(**lists), account(), action=action, on=ITSELF).sure, "lists count for nothing"
    ignored = bucket(ownership="ObjectWriter", acl=granting((grantee, permission)))
    assert not asked(ignored, account(), action=action, on=ITSELF).sure, "public ones are ignored"


def test_lists_of_single_files_are_an_assumption() -> None:
    assert asked(bucket(ownership="ObjectWriter", **BARE), account()).assumes
    assert not asked(bucket(**BARE), account()).assumes


THROUGH = {
    "Effect": "Allow",
    "Principal": "*",
    "Action": "s3:GetObject",
    "Resource": f"arn:aws:s3:{REGION}:{ACCOUNT}:accesspoint/shop/object/*",
}
LEAVES_IT = policy(allowing("s3:*", Condition={"StringEquals": {"s3:DataAccessPointAccount": ACCOUNT}}))


def test_an_access_point_lets_in_where_the_bucket_leaves_it_to_its_points() -> None:
    door = point(policy=says(THROUGH))
    assert asked(bucket(policy=LEAVES_IT, **BARE), account(), door).ways
    assert not asked(bucket(**BARE), account(), door).sure, "the bucket lets nobody in"
    assert not asked(bucket(policy=LEAVES_IT, **BARE), account(), point(vpc="vpc-1", policy=says(THROUGH))).sure
    assert not asked(bucket(policy=LEAVES_IT), account(), door).sure, "blocked"


def test_another_account_is_kept_out_of_a_public_bucket_that_is_blocked() -> None:
    ann = replace(user("ann", own=says(allow("s3:*"))), account="999988887777")
    ours: tuple[S3Account, ...] = (account(),)
    for block, outcome in ((None, Outcome.ALLOWED), (RESTRICT, Outcome.IMPLICITLY_DENIED), (DENIED, Outcome.UNKNOWN)):
        seen = estate(ann, bucket(policy=OPEN, public_access_block=block), *ours)
        assert Authority(seen).may(ann, "s3:GetObject", "arn:aws:s3:::claims/1").decision.outcome is outcome


def key(grants: tuple[KeyGrant, ...] | Unread) -> Key:
    about = KeyParticulars(
        by_customer=True,
        state="Enabled",
        spec="SYMMETRIC_DEFAULT",
        usage="ENCRYPT_DECRYPT",
        origin="AWS_KMS",
        replica=False,
        created="2026-01-01T00:00:00Z",
        deleted_at=None,
    )
    return Key(
        id=f"arn:aws:kms:{REGION}:{ACCOUNT}:key/1",
        account=ACCOUNT,
        region=REGION,
        name="claims",
        source="kms:ListKeys",
        aliases=(),
        particulars=Fact(about, "kms:DescribeKey"),
        rotates=Fact(None, "kms:GetKeyRotationStatus"),
        policy=Fact(None, "kms:GetKeyPolicy"),
        grants=Fact(grants, "kms:ListGrants"),
    )


APP = role("app")


@pytest.mark.parametrize(
    ("grants", "action", "outcome"),
    [
        ((KeyGrant(id="g", grantee=APP.id, operations=("Decrypt",)),), "kms:Decrypt", Outcome.ALLOWED),
        ((KeyGrant(id="g", grantee=APP.id, operations=("Decrypt",)),), "kms:Encrypt", Outcome.IMPLICITLY_DENIED),
        ((KeyGrant(id="g", grantee=APP.id + "2", operations=("Decrypt",)),), "kms:Decrypt", Outcome.IMPLICITLY_DENIED),
        ((KeyGrant(id="g", grantee=APP.id, operations=("Decrypt",), only_if=True),), "kms:Decrypt", Outcome.UNKNOWN),
        ((), "kms:Decrypt", Outcome.IMPLICITLY_DENIED),
        (DENIED, "kms:Decrypt", Outcome.UNKNOWN),
        (DENIED, "kms:ScheduleKeyDeletion", Outcome.IMPLICITLY_DENIED),
    ],
)
def test_grants_of_keys(grants: tuple[KeyGrant, ...] | Unread, action: str, outcome: Outcome) -> None:
    held = key(grants)
    assert Authority(estate(APP, held)).may(APP, action, held.id).decision.outcome is outcome
