from dataclasses import replace
from typing import Any

import pytest
from tests.buckets import (
    IGNORE,
    ONLY_NEW,
    OTHER,
    PRIVATE,
    RESTRICT,
    account,
    allowing,
    bucket,
    granting,
    point,
    policy,
)
from tests.cases import DENIED, estate

from orlop.estate.aws.s3 import ALL_USERS, AUTHENTICATED_USERS, BLOCK_ALL, Bucket, S3Account
from orlop.estate.fact import NotKnown
from orlop.reason.bucket import (
    LOG_DELIVERY,
    Use,
    asleep,
    open_to_every_account,
    open_to_everyone,
    point_open_to_everyone,
    point_policy_may_be_refused,
    policy_may_be_refused,
    ruled_by_others,
)

READ_ALL = policy(allowing("s3:GetObject"))
LIST_ALL = granting((ALL_USERS, "READ"))
UNKNOWN = ["not known"]


def uses(found: Bucket, whole: S3Account | None = None) -> list[str]:
    beside = [whole] if whole else []
    try:
        ways = open_to_everyone(found, estate(found, *beside), *Use)
    except NotKnown:
        return UNKNOWN
    return sorted({f"{way.use.name} {way.by}" for way in ways})


OPEN: dict[str, Any] = {"public_access_block": None, "ownership": None}


@pytest.mark.parametrize(
    ("fields", "whole", "expected"),
    [
        pytest.param({}, None, [], id="safe"),
        pytest.param(OPEN, None, [], id="no blocks, but nothing public"),
        pytest.param({**OPEN, "policy": READ_ALL}, None, ["READ policy"], id="public policy"),
        pytest.param(
            {**OPEN, "policy": policy(allowing("s3:*"))},
            None,
            [f"{u} policy" for u in ("LIST", "READ", "RULE", "WRITE")],
            id="everything",
        ),
        pytest.param(
            {**OPEN, "policy": policy(allowing("s3:Get*", Resource="arn:aws:s3:::claims"))},
            None,
            [],
            id="not the objects",
        ),
        pytest.param(
            {**OPEN, "policy": policy(allowing("s3:*", Resource="arn:aws:s3:::claims/*"))},
            None,
            ["READ policy", "RULE policy", "WRITE policy"],
            id="objects only",
        ),
        pytest.param({**OPEN, "acl": LIST_ALL}, None, ["LIST access list"], id="public list"),
        pytest.param(
            {**OPEN, "acl": granting((ALL_USERS, "WRITE_ACP"))},
            None,
            ["RULE access list"],
            id="anyone may rewrite the list",
        ),
        pytest.param(
            {**OPEN, "acl": granting((ALL_USERS, "FULL_CONTROL"))},
            None,
            [f"{u} access list" for u in ("LIST", "RULE", "WRITE")],
            id="full control",
        ),
        pytest.param({**OPEN, "acl": granting((AUTHENTICATED_USERS, "READ"))}, None, [], id="another question"),
        # Each switch, of the bucket and of the account.
        pytest.param({**OPEN, "policy": READ_ALL, "public_access_block": RESTRICT}, None, [], id="restricted"),
        pytest.param(
            {**OPEN, "policy": READ_ALL, "public_access_block": IGNORE}, None, ["READ policy"], id="ignoring lists only"
        ),
        pytest.param(
            {**OPEN, "acl": LIST_ALL, "public_access_block": RESTRICT},
            None,
            ["LIST access list"],
            id="restricting only",
        ),
        pytest.param({**OPEN, "acl": LIST_ALL, "public_access_block": IGNORE}, None, [], id="lists ignored"),
        pytest.param(
            {**OPEN, "acl": LIST_ALL, "policy": READ_ALL, "public_access_block": ONLY_NEW},
            None,
            ["LIST access list", "READ policy"],
            id="blocking new ones changes nothing",
        ),
        pytest.param({**OPEN, "acl": LIST_ALL, "policy": READ_ALL}, BLOCK_ALL, [], id="account"),
        pytest.param(
            {**OPEN, "acl": LIST_ALL, "policy": READ_ALL, "public_access_block": IGNORE},
            RESTRICT,
            [],
            id="one switch here, one there",
        ),
        # Ownership.
        pytest.param({"public_access_block": None, "acl": LIST_ALL}, None, [], id="lists do not count"),
        pytest.param(
            {**OPEN, "acl": LIST_ALL, "ownership": "BucketOwnerPreferred"}, None, ["LIST access list"], id="they do"
        ),
        # What was not read, where it matters and where it does not.
        pytest.param({**OPEN, "policy": DENIED, "policy_is_public": DENIED}, None, UNKNOWN, id="policy unread"),
        pytest.param(
            {**OPEN, "policy": DENIED, "policy_is_public": DENIED}, BLOCK_ALL, [], id="policy unread, account block on"
        ),
        pytest.param(
            {**OPEN, "policy": DENIED, "policy_is_public": False}, None, [], id="policy unread, S3 says not public"
        ),
        pytest.param(
            {**OPEN, "policy": DENIED, "policy_is_public": True}, None, UNKNOWN, id="policy unread, S3 says public"
        ),
        pytest.param(
            {**OPEN, "policy": DENIED, "policy_is_public": DENIED, "public_access_block": RESTRICT},
            DENIED,
            [],
            id="own block known",
        ),
        pytest.param({"public_access_block": DENIED}, DENIED, [], id="blocks unread, nothing public"),
        pytest.param(
            {"public_access_block": DENIED, "policy": READ_ALL}, BLOCK_ALL, [], id="own block unread, account's on"
        ),
        pytest.param(
            {"public_access_block": DENIED, "policy": READ_ALL}, None, UNKNOWN, id="own block unread, account's off"
        ),
        pytest.param({**OPEN, "policy": READ_ALL}, DENIED, UNKNOWN, id="account block unread"),
        pytest.param({**OPEN, "acl": DENIED}, None, UNKNOWN, id="list unread"),
        pytest.param({"acl": DENIED, "public_access_block": None}, DENIED, [], id="list unread, but does not count"),
        pytest.param(
            {"acl": LIST_ALL, "public_access_block": None, "ownership": DENIED}, None, UNKNOWN, id="ownership unread"
        ),
        pytest.param({"acl": LIST_ALL, "ownership": DENIED}, None, [], id="ownership unread, lists ignored"),
        pytest.param(
            {"acl": PRIVATE, "public_access_block": None, "ownership": DENIED},
            None,
            [],
            id="ownership unread, list private",
        ),
    ],
)
def test_open_to_everyone(fields: dict[str, Any], whole: Any, expected: list[str]) -> None:
    assert uses(bucket(**fields), account(whole)) == expected


def test_the_account_must_have_been_looked_at() -> None:
    assert uses(bucket(**OPEN, policy=READ_ALL)) == UNKNOWN
    assert uses(bucket(**OPEN)) == []


def test_every_aws_account() -> None:
    found = bucket(**OPEN, acl=granting((AUTHENTICATED_USERS, "READ")))
    [way] = open_to_every_account(found, estate(found, account()), *Use)
    assert (way.use, way.by) == (Use.LIST, "access list")
    assert open_to_every_account(found, estate(found, account(IGNORE)), *Use) == ()


def test_what_only_a_block_holds_back() -> None:
    found = bucket(policy=READ_ALL)
    assert len(asleep(found, estate(found))) == 1
    bare = bucket(policy=READ_ALL, public_access_block=None)
    assert len(asleep(bare, estate(bare, account(RESTRICT)))) == 1
    assert asleep(bare, estate(bare, account())) == ()
    assert asleep(bucket(), estate()) == ()


@pytest.mark.parametrize(
    ("fields", "whole", "expected"),
    [
        pytest.param(
            {"policy": policy(allowing("s3:PutBucketPolicy", principal={"AWS": OTHER}))}, None, 1, id="policy"
        ),
        pytest.param({"policy": policy(allowing("s3:*", principal={"AWS": OTHER}))}, None, 1, id="everything"),
        pytest.param(
            {"policy": policy(allowing("s3:GetObject", "s3:PutObject", principal={"AWS": OTHER}))},
            None,
            0,
            id="data only",
        ),
        pytest.param(
            {"policy": policy(allowing("s3:*", principal={"Service": "sns.amazonaws.com"}))}, None, 0, id="a service"
        ),
        pytest.param({"ownership": None, "acl": granting((OTHER, "FULL_CONTROL"))}, None, 1, id="list"),
        pytest.param({"ownership": None, "acl": granting((OTHER, "READ"))}, None, 0, id="list, reading only"),
        pytest.param({"ownership": None, "acl": granting((LOG_DELIVERY, "FULL_CONTROL"))}, None, 0, id="log delivery"),
        pytest.param({"acl": granting((OTHER, "FULL_CONTROL"))}, None, 0, id="lists do not count"),
        pytest.param({"acl": DENIED}, None, 0, id="list unread, but does not count"),
        pytest.param(
            {"policy": policy(allowing("s3:*", principal={"AWS": OTHER}), allowing("s3:GetObject"))},
            None,
            0,
            id="a public statement beside, restricted: shut for named accounts, too",
        ),
    ],
)
def test_ruled_by_others(fields: dict[str, Any], whole: Any, expected: int) -> None:
    found = bucket(**fields)
    assert len(ruled_by_others(found, estate(found, account(whole)))) == expected


def test_access_points() -> None:
    public = policy(allowing("s3:GetObject", Resource="*"))
    bare = bucket(public_access_block=None)
    around = estate(bare, account())
    assert point_open_to_everyone(point(policy=public), around)
    assert not point_open_to_everyone(point(policy=public, vpc="vpc-1"), around)
    assert not point_open_to_everyone(point(policy=public, block=RESTRICT), around)
    assert not point_open_to_everyone(point(policy=public), estate(bucket(), account()))
    assert not point_open_to_everyone(point(policy=public), estate(bare, account(RESTRICT)))
    assert not point_open_to_everyone(point(), estate())
    with pytest.raises(NotKnown):
        point_open_to_everyone(point(policy=public), estate(account()))


@pytest.mark.parametrize(
    ("own", "whole", "expected"),
    [
        pytest.param(None, None, False, id="off"),
        pytest.param(replace(BLOCK_ALL, block_public_policy=False), None, False, id="the other three on"),
        pytest.param(BLOCK_ALL, None, True, id="on"),
        pytest.param(None, BLOCK_ALL, True, id="account"),
        pytest.param(DENIED, None, True, id="not known"),
        pytest.param(None, DENIED, True, id="account not known"),
    ],
)
def test_whether_a_public_policy_may_be_refused(own: Any, whole: Any, expected: bool) -> None:
    found = bucket(public_access_block=own)
    around = estate(found, account(whole))
    assert policy_may_be_refused(found, around, READ_ALL) is expected
    assert point_policy_may_be_refused(point(block=None), around, READ_ALL) is expected
    assert not policy_may_be_refused(found, around, policy(allowing("s3:*", principal={"AWS": OTHER})))
    assert policy_may_be_refused(found, around, policy(allowing("s3:*", principal={"AWS": "AIDAEXAMPLEDELETED123"})))
