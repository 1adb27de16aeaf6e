from dataclasses import replace
from typing import Any

import pytest
from tests.buckets import IGNORE, ONLY_NEW, OTHER, RESTRICT, account, allowing, bucket, granting, point, policy
from tests.cases import DENIED, verdict

from orlop.estate.aws.policy import Document
from orlop.estate.aws.s3 import (
    ALL_USERS,
    AUTHENTICATED_USERS,
    BLOCK_ALL,
    AccessLog,
    Bucket,
    ObjectLock,
    PublicAccessBlock,
    Versioning,
)
from orlop.estate.change import Change, Irreversible
from orlop.estate.fact import Unread
from orlop.reason.bucket import LOG_DELIVERY
from orlop.rules.aws import s3
from orlop.rules.rule import AnyRule, Fail, Pass, Severity, Unknown, Verdict

PUBLIC = policy(allowing("s3:GetObject"))
OPEN: dict[str, Any] = {"public_access_block": None, "ownership": None}


def said(rule: AnyRule, found: Bucket, whole: Any = None) -> Verdict:
    return verdict(rule, found, account(whole))


def fix(said: Verdict) -> Change | Irreversible | None:
    assert isinstance(said, Fail), said
    return said.fix


@pytest.mark.parametrize(
    ("block", "expected"),
    [
        pytest.param(BLOCK_ALL, Pass, id="all four on"),
        pytest.param(None, Fail, id="never set"),
        pytest.param(replace(BLOCK_ALL, ignore_public_acls=False), Fail, id="one of four off"),
        pytest.param(DENIED, Unknown, id="denied"),
    ],
)
def test_account_lets_buckets_go_public(block: PublicAccessBlock | Unread | None, expected: type[Verdict]) -> None:
    assert isinstance(verdict(s3.account_lets_buckets_go_public, account(block)), expected)


@pytest.mark.parametrize(
    ("fields", "whole", "expected"),
    [
        pytest.param({}, None, Pass, id="safe"),
        pytest.param({**OPEN, "policy": PUBLIC}, None, Fail, id="public policy"),
        pytest.param(
            {**OPEN, "policy": PUBLIC, "public_access_block": ONLY_NEW}, None, Fail, id="only new ones blocked"
        ),
        pytest.param({**OPEN, "policy": PUBLIC, "public_access_block": RESTRICT}, None, Pass, id="restricted"),
        pytest.param({**OPEN, "policy": PUBLIC}, BLOCK_ALL, Pass, id="account's block"),
        pytest.param(
            {**OPEN, "policy": policy(allowing("s3:PutObject"))}, None, Pass, id="writing is another question"
        ),
        pytest.param({**OPEN, "acl": granting((ALL_USERS, "READ"))}, None, Fail, id="names, by access list"),
        pytest.param({"public_access_block": None, "acl": granting((ALL_USERS, "READ"))}, None, Pass, id="lists off"),
        pytest.param({**OPEN, "policy": DENIED, "policy_is_public": DENIED}, None, Unknown, id="policy denied"),
        pytest.param({**OPEN, "policy": DENIED, "policy_is_public": DENIED}, BLOCK_ALL, Pass, id="denied, but blocked"),
        pytest.param({**OPEN, "policy": PUBLIC}, DENIED, Unknown, id="account's block denied"),
    ],
)
def test_bucket_readable_by_everyone(fields: dict[str, Any], whole: Any, expected: type[Verdict]) -> None:
    assert isinstance(said(s3.bucket_readable_by_everyone, bucket(**fields), whole), expected)


def test_readable_says_how_and_how_bad_it_is() -> None:
    whole = said(s3.bucket_readable_by_everyone, bucket(**OPEN, policy=PUBLIC, website=True))
    assert isinstance(whole, Fail)
    assert whole.severity is None
    assert whole.witness == (
        "policy: statement 1: everyone may use s3:GetObject on arn:aws:s3:::claims, arn:aws:s3:::claims/*",
    )
    assert "read the files in claims, without signing in. It is set up as a web site." in whole.because
    names = said(s3.bucket_readable_by_everyone, bucket(**OPEN, acl=granting((ALL_USERS, "READ")), website=DENIED))
    assert isinstance(names, Fail)
    assert names.severity is Severity.HIGH


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        pytest.param({}, Pass, id="safe"),
        pytest.param({**OPEN, "policy": PUBLIC}, Pass, id="reading is another question"),
        pytest.param({**OPEN, "policy": policy(allowing("s3:Put*"))}, Fail, id="put"),
        pytest.param({**OPEN, "policy": policy(allowing("s3:PutBucketPolicy"))}, Fail, id="policy"),
        pytest.param({**OPEN, "acl": granting((ALL_USERS, "WRITE"))}, Fail, id="access list"),
        pytest.param({**OPEN, "acl": granting((ALL_USERS, "WRITE_ACP"))}, Fail, id="access list of the access list"),
        pytest.param(
            {**OPEN, "acl": granting((ALL_USERS, "WRITE")), "public_access_block": IGNORE}, Pass, id="ignored"
        ),
        pytest.param({**OPEN, "acl": DENIED}, Unknown, id="denied"),
    ],
)
def test_bucket_writable_by_everyone(fields: dict[str, Any], expected: type[Verdict]) -> None:
    assert isinstance(said(s3.bucket_writable_by_everyone, bucket(**fields)), expected)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        pytest.param({}, Pass, id="safe"),
        pytest.param({**OPEN, "acl": granting((AUTHENTICATED_USERS, "READ"))}, Fail, id="every account"),
        pytest.param({**OPEN, "acl": granting((ALL_USERS, "READ"))}, Pass, id="everyone is another question"),
        pytest.param({"acl": granting((AUTHENTICATED_USERS, "READ"))}, Pass, id="lists off"),
        pytest.param({**OPEN, "acl": DENIED}, Unknown, id="denied"),
    ],
)
def test_bucket_open_to_every_aws_account(fields: dict[str, Any], expected: type[Verdict]) -> None:
    assert isinstance(said(s3.bucket_open_to_every_aws_account, bucket(**fields)), expected)


@pytest.mark.parametrize(
    ("own", "whole", "expected"),
    [
        pytest.param(BLOCK_ALL, None, Pass, id="own"),
        pytest.param(BLOCK_ALL, DENIED, Pass, id="own, account's denied"),
        pytest.param(None, BLOCK_ALL, Pass, id="account's"),
        pytest.param(DENIED, BLOCK_ALL, Pass, id="account's, own denied"),
        pytest.param(None, None, Fail, id="none"),
        pytest.param(RESTRICT, IGNORE, Fail, id="both in part"),
        pytest.param(DENIED, None, Unknown, id="own denied"),
        pytest.param(None, DENIED, Unknown, id="account's denied"),
    ],
)
def test_bucket_without_a_block(own: Any, whole: Any, expected: type[Verdict]) -> None:
    assert isinstance(said(s3.bucket_without_a_block, bucket(public_access_block=own), whole), expected)


@pytest.mark.parametrize(
    ("fields", "whole", "expected"),
    [
        pytest.param({}, None, Pass, id="no policy"),
        pytest.param({"policy": PUBLIC}, None, Fail, id="held back by its own block"),
        pytest.param({"policy": PUBLIC, "public_access_block": None}, BLOCK_ALL, Fail, id="held back by the account's"),
        pytest.param({"policy": PUBLIC, "public_access_block": None}, None, Pass, id="really open: another question"),
        pytest.param({"policy": DENIED, "policy_is_public": False}, None, Pass, id="denied, but S3 says not public"),
        pytest.param({"policy": DENIED, "policy_is_public": DENIED}, None, Unknown, id="denied"),
    ],
)
def test_bucket_policy_waiting_to_go_public(fields: dict[str, Any], whole: Any, expected: type[Verdict]) -> None:
    assert isinstance(said(s3.bucket_policy_waiting_to_go_public, bucket(**fields), whole), expected)


def test_a_policy_that_s3_would_not_take_back_is_left_to_a_person() -> None:
    held = {"policy": PUBLIC, "public_access_block": BLOCK_ALL}
    assert isinstance(fix(said(s3.bucket_policy_waiting_to_go_public, bucket(**held))), Irreversible)
    assert isinstance(fix(said(s3.bucket_reachable_over_plain_http, bucket(**held))), Irreversible)
    loose = {"policy": PUBLIC, "public_access_block": replace(BLOCK_ALL, block_public_policy=False)}
    mended = fix(said(s3.bucket_policy_waiting_to_go_public, bucket(**loose)))
    assert isinstance(mended, Change)
    assert mended.becomes is None


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        pytest.param({}, Pass, id="nobody else"),
        pytest.param({"policy": policy(allowing("s3:*", principal={"AWS": OTHER}))}, Fail, id="everything"),
        pytest.param(
            {"policy": policy(allowing("s3:DeleteBucketPolicy", principal={"AWS": OTHER}))}, Fail, id="policy"
        ),
        pytest.param({"policy": policy(allowing("s3:PutObject", principal={"AWS": OTHER}))}, Pass, id="files only"),
        pytest.param({"ownership": None, "acl": granting((OTHER, "WRITE_ACP"))}, Fail, id="access list"),
        pytest.param({"policy": DENIED}, Unknown, id="denied"),
    ],
)
def test_bucket_ruled_by_other_accounts(fields: dict[str, Any], expected: type[Verdict]) -> None:
    assert isinstance(said(s3.bucket_ruled_by_other_accounts, bucket(**fields)), expected)


@pytest.mark.parametrize(
    ("fields", "expected", "mends"),
    [
        pytest.param({}, Pass, None, id="owner enforced"),
        pytest.param({"ownership": None}, Fail, Change, id="never set"),
        pytest.param({"ownership": "BucketOwnerPreferred"}, Fail, Change, id="preferred"),
        pytest.param({"ownership": None, "acl": granting((OTHER, "READ"))}, Fail, None, id="AWS would refuse"),
        pytest.param({"ownership": None, "acl": granting((LOG_DELIVERY, "FULL_CONTROL"))}, Fail, None, id="CloudFront"),
        pytest.param({"ownership": None, "acl": DENIED}, Fail, None, id="list unread: still in force"),
        pytest.param({"ownership": DENIED}, Unknown, None, id="denied"),
    ],
)
def test_bucket_with_access_lists(fields: dict[str, Any], expected: type[Verdict], mends: type | None) -> None:
    found = said(s3.bucket_with_access_lists, bucket(**fields))
    assert isinstance(found, expected)
    if isinstance(found, Fail):
        assert isinstance(found.fix, mends) if mends else found.fix is None


TLS: dict[str, Any] = {
    "Effect": "Deny",
    "Principal": "*",
    "Action": "s3:*",
    "Resource": ["arn:aws:s3:::claims", "arn:aws:s3:::claims/*"],
    "Condition": {"Bool": {"aws:SecureTransport": "false"}},
}


@pytest.mark.parametrize(
    ("held", "expected"),
    [
        pytest.param(policy(TLS), Pass, id="denied"),
        pytest.param(policy({**TLS, "Action": "*", "Resource": "*"}), Pass, id="denied, all the wider"),
        pytest.param(policy({**TLS, "Principal": {"AWS": "*"}}), Pass, id="the other way to write everyone"),
        pytest.param(
            policy({**TLS, "Condition": {"BoolIfExists": {"aws:secureTransport": False}}}), Pass, id="IfExists"
        ),
        pytest.param(
            policy(
                {**TLS, "Resource": "arn:aws:s3:::claims"},
                {**TLS, "Resource": "arn:aws:s3:::claims/*"},
            ),
            Pass,
            id="in two statements",
        ),
        pytest.param(None, Fail, id="no policy"),
        pytest.param(policy(allowing("s3:GetObject", principal={"AWS": OTHER})), Fail, id="nothing about it"),
        pytest.param(policy({**TLS, "Resource": "arn:aws:s3:::claims"}), Fail, id="not the files"),
        pytest.param(policy({**TLS, "Action": "s3:GetObject"}), Fail, id="reading only"),
        pytest.param(policy({**TLS, "Principal": {"AWS": OTHER}}), Fail, id="for one account only"),
        pytest.param(policy({**TLS, "Condition": {"Bool": {"aws:SecureTransport": "true"}}}), Fail, id="the wrong way"),
        pytest.param(
            policy({**TLS, "Condition": {**TLS["Condition"], "StringEquals": {"aws:PrincipalOrgID": "o-a1"}}}),
            Fail,
            id="under another condition, too",
        ),
        pytest.param(
            policy(allowing("s3:GetObject", Condition={"Bool": {"aws:SecureTransport": "true"}})),
            Fail,
            id="allowed with TLS is not denied without",
        ),
        pytest.param(DENIED, Unknown, id="denied to us"),
    ],
)
def test_bucket_reachable_over_plain_http(held: Document | Unread | None, expected: type[Verdict]) -> None:
    assert isinstance(said(s3.bucket_reachable_over_plain_http, bucket(policy=held)), expected)


def test_refusing_plain_http_leaves_the_other_statements() -> None:
    held = policy(allowing("s3:GetObject", principal={"AWS": OTHER}))
    mended = fix(said(s3.bucket_reachable_over_plain_http, bucket(policy=held)))
    assert isinstance(mended, Change)
    assert mended.becomes.statements[:-1] == held.statements
    assert isinstance(said(s3.bucket_reachable_over_plain_http, bucket(policy=mended.becomes)), Pass)


@pytest.mark.parametrize(
    ("status", "mfa", "expected", "mends"),
    [
        pytest.param("Enabled", False, Pass, None, id="on"),
        pytest.param("Suspended", False, Fail, Change, id="suspended"),
        pytest.param("Suspended", True, Fail, Irreversible, id="suspended, needs the second factor"),
        pytest.param("", False, Fail, Irreversible, id="never: no way back to never"),
        pytest.param(None, False, Unknown, None, id="denied"),
    ],
)
def test_bucket_without_versions(status: str | None, mfa: bool, expected: type[Verdict], mends: type | None) -> None:
    held = DENIED if status is None else Versioning(status=status, mfa_delete=mfa)
    found = said(s3.bucket_without_versions, bucket(versioning=held))
    assert isinstance(found, expected)
    if mends:
        assert isinstance(fix(found), mends)


LOG = AccessLog(bucket="claims", prefix="")


@pytest.mark.parametrize(
    ("own", "of_another", "expected"),
    [
        pytest.param(AccessLog(bucket="logs", prefix=""), DENIED, Pass, id="logged"),
        pytest.param(None, None, Fail, id="not logged"),
        pytest.param(None, LOG, Pass, id="the place for logs"),
        pytest.param(None, AccessLog(bucket="logs", prefix=""), Fail, id="another place for logs"),
        pytest.param(None, DENIED, Unknown, id="perhaps the place for logs"),
        pytest.param(DENIED, None, Unknown, id="denied"),
    ],
)
def test_bucket_without_access_log(own: Any, of_another: Any, expected: type[Verdict]) -> None:
    another = replace(bucket(logging=of_another), id="arn:aws:s3:::other", name="other")
    assert isinstance(verdict(s3.bucket_without_access_log, bucket(logging=own), another), expected)


def test_the_place_for_logs_is_known_by_the_buckets_that_were_read() -> None:
    log = replace(bucket(logging=LOG), id="arn:aws:s3:::a", name="a")
    denied = replace(bucket(logging=DENIED), id="arn:aws:s3:::b", name="b")
    assert isinstance(verdict(s3.bucket_without_access_log, bucket(), denied, log), Pass)
    assert isinstance(verdict(s3.bucket_without_access_log, bucket(), unread=(Bucket,)), Unknown)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        pytest.param({}, Pass, id="on"),
        pytest.param({"versioning": Versioning(status="Enabled", mfa_delete=False)}, Fail, id="off"),
        pytest.param({"versioning": Versioning(status="", mfa_delete=False)}, Pass, id="no versions"),
        pytest.param(
            {"versioning": Versioning(status="Enabled", mfa_delete=False), "lifecycle_rules": 1}, Pass, id="lifecycle"
        ),
        pytest.param(
            {
                "versioning": Versioning(status="Enabled", mfa_delete=False),
                "lifecycle_rules": DENIED,
                "object_lock": ObjectLock(mode="COMPLIANCE", days=30),
            },
            Pass,
            id="object lock",
        ),
        pytest.param(
            {
                "versioning": Versioning(status="Enabled", mfa_delete=False),
                "object_lock": ObjectLock(mode=None, days=None),
            },
            Fail,
            id="object lock without a default",
        ),
        pytest.param(
            {"versioning": Versioning(status="Enabled", mfa_delete=False), "lifecycle_rules": DENIED},
            Unknown,
            id="lifecycle denied",
        ),
        pytest.param(
            {"versioning": Versioning(status="Enabled", mfa_delete=False), "object_lock": DENIED},
            Unknown,
            id="lock denied",
        ),
        pytest.param({"versioning": DENIED}, Unknown, id="denied"),
    ],
)
def test_bucket_deletable_without_second_factor(fields: dict[str, Any], expected: type[Verdict]) -> None:
    assert isinstance(said(s3.bucket_deletable_without_second_factor, bucket(**fields)), expected)


@pytest.mark.parametrize(
    ("fields", "own", "whole", "expected"),
    [
        pytest.param({}, None, None, Pass, id="no policy"),
        pytest.param({"policy": PUBLIC}, None, None, Fail, id="public"),
        pytest.param({"policy": PUBLIC, "vpc": "vpc-1"}, None, None, Pass, id="one network only"),
        pytest.param({"policy": PUBLIC, "block": RESTRICT}, None, None, Pass, id="its block"),
        pytest.param({"policy": PUBLIC}, RESTRICT, None, Pass, id="the bucket's block"),
        pytest.param({"policy": PUBLIC}, None, RESTRICT, Pass, id="the account's block"),
        pytest.param({"policy": DENIED}, None, RESTRICT, Pass, id="denied, but blocked"),
        pytest.param({"policy": DENIED}, None, None, Unknown, id="denied"),
    ],
)
def test_access_point_open_to_everyone(fields: dict[str, Any], own: Any, whole: Any, expected: type[Verdict]) -> None:
    around = (bucket(public_access_block=own), account(whole))
    assert isinstance(verdict(s3.access_point_open_to_everyone, point(**fields), *around), expected)


def test_of_an_access_point_whose_bucket_is_elsewhere_we_know_too_little() -> None:
    assert isinstance(verdict(s3.access_point_open_to_everyone, point(policy=PUBLIC), account()), Unknown)


@pytest.mark.parametrize(
    ("fields", "whole", "expected"),
    [
        pytest.param({"block": BLOCK_ALL}, DENIED, Pass, id="on"),
        pytest.param({"vpc": "vpc-1"}, None, Pass, id="one network only"),
        pytest.param({}, BLOCK_ALL, Pass, id="account's"),
        pytest.param({"block": DENIED}, BLOCK_ALL, Pass, id="account's, own denied"),
        pytest.param({"block": RESTRICT}, None, Fail, id="in part"),
        pytest.param({}, None, Fail, id="off"),
        pytest.param({"block": DENIED}, None, Unknown, id="denied"),
    ],
)
def test_access_point_without_a_block(fields: dict[str, Any], whole: Any, expected: type[Verdict]) -> None:
    assert isinstance(verdict(s3.access_point_without_a_block, point(**fields), account(whole)), expected)


def test_every_answer_names_the_bucket() -> None:
    open_to_all = bucket(**OPEN, policy=policy(allowing("s3:*")), acl=granting((AUTHENTICATED_USERS, "READ")))
    for rule in s3.ALL:
        if rule.over is Bucket and isinstance(found := said(rule, open_to_all), Fail):
            assert "claims" in found.because, rule.id
