"""What one policy allows that another does not; and the two engines agree."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orlop.estate.aws.policy import document
from orlop.reason.access.clauses import Policy, policy
from orlop.reason.access.compare import allowed, compare
from orlop.reason.access.request import Context, Request, caller

ME = "111122223333"


def said(*statements: dict[str, Any]) -> Policy:
    return policy(document({"Version": "2012-10-17", "Statement": list(statements)}), "a policy")


def allow(action: Any = "s3:*", resource: Any = "arn:aws:s3:::claims/*", **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def deny(**more: Any) -> dict[str, Any]:
    return {**allow("*", "*"), "Effect": "Deny", **more}


def when(operator: str, key: str, *values: str) -> dict[str, Any]:
    return {"Condition": {operator: {key: list(values)}}}


OWN = "arn:aws:s3:::claims/${aws:username}/*"
ROLE = f"arn:aws:iam::{ME}:role/x"

NOTHING_NEW = [
    (said(allow()), said(allow())),
    (said(allow()), said(allow("s3:Get*"))),
    (said(allow("s3:get*")), said(allow("s3:GetObject"))),
    (said(allow(resource="*")), said(allow(resource="arn:aws:s3:::*"))),
    (said(allow(resource="arn:aws:s3:::claims/*")), said(allow(resource=OWN))),
    (said(allow(resource=OWN)), said(allow(resource=OWN))),
    (said(allow("*", "*")), said({"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"})),
    (said(allow()), said(allow(), deny(**when("Bool", "aws:SecureTransport", "false")))),
    (said(allow(), deny(**when("Bool", "a:b", "true"))), said(allow(**when("Bool", "a:b", "false")))),
    (
        said(allow(**when("IpAddress", "aws:SourceIp", "10.0.0.0/8"))),
        said(allow(**when("IpAddress", "aws:SourceIp", "10.1.0.0/16", "10.2.0.0/16"))),
    ),
    (
        said(allow(**when("IpAddress", "aws:SourceIp", "0.0.0.0/1", "128.0.0.0/1", "::/0"))),
        said(allow(**when("IpAddress", "aws:SourceIp", "0.0.0.0/0"))),
    ),
    (said(allow(**when("NumericLessThan", "a:n", "10"))), said(allow(**when("NumericLessThanEquals", "a:n", "9.5")))),
    (said(allow(**when("StringLike", "a:t", "a*"))), said(allow(**when("StringEquals", "a:t", "ab", "a*")))),
    (
        said(allow(**when("ForAnyValue:StringEquals", "a:t", "x", "y"))),
        said(allow(**when("ForAnyValue:StringEquals", "a:t", "x"))),
    ),
    (said(allow(Principal="*")), said(allow(Principal={"AWS": ROLE}))),
    (said(allow(Principal={"AWS": ME})), said(allow(Principal={"AWS": ROLE}))),
    (
        said(allow(Principal="*", **when("ArnLike", "aws:PrincipalArn", f"arn:aws:iam::{ME}:role/*"))),
        said(allow(Principal={"AWS": ROLE})),
    ),
]

NEW = [
    (said(allow("s3:GetObject")), said(allow("s3:Get*"))),
    (said(allow()), said(allow(resource="arn:aws:s3:::claim*"))),
    (said(allow(resource=OWN)), said(allow(resource="arn:aws:s3:::claims/*"))),
    (said(allow("*", "*"), deny(**when("Bool", "aws:SecureTransport", "false"))), said(allow("*", "*"))),
    (said(allow(**when("StringEquals", "a:t", "x"))), said(allow(**when("StringEqualsIfExists", "a:t", "x")))),
    (
        said(allow(**when("ForAnyValue:StringEquals", "a:t", "x"))),
        said(allow(**when("ForAllValues:StringEquals", "a:t", "x"))),
    ),
    (said(allow(**when("NumericLessThan", "a:n", "10"))), said(allow(**when("NumericLessThanEquals", "a:n", "10")))),
    (
        said(allow(**when("IpAddress", "aws:SourceIp", "10.0.0.0/8"))),
        said(allow(**when("IpAddress", "aws:SourceIp", "10.0.0.0/7"))),
    ),
    (said(allow(Principal={"AWS": ROLE})), said(allow(Principal={"AWS": ME}))),
    (said(allow(Principal={"AWS": ME})), said(allow(Principal="*"))),
    (
        said(allow(Principal={"AWS": ROLE})),
        said(allow(Principal="*", **when("ArnLike", "aws:PrincipalArn", f"arn:aws:iam::{ME}:role/*"))),
    ),
    (said({"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}), said(allow("*", "*"))),
    (said(), said(allow())),
]


@pytest.mark.parametrize(("old", "new"), NOTHING_NEW)
def test_sees_that_nothing_is_new(old: Policy, new: Policy) -> None:
    compared = compare([old], [new])
    assert not compared.grants
    assert not compared.unsure


@pytest.mark.parametrize(("old", "new"), NEW)
def test_sees_what_is_new(old: Policy, new: Policy) -> None:
    (grant,) = compare([old], [new]).grants
    assert allowed(new.clauses, grant.witness) is True
    assert allowed(old.clauses, grant.witness) is False


def test_prefers_an_action_that_aws_knows() -> None:
    (grant,) = compare([said(allow("s3:GetObject"))], [said(allow("s3:Get*"))]).grants
    assert grant.witness.action.startswith("s3:Get")
    assert grant.witness.action != "s3:GetObject"


def test_says_unknown_where_it_cannot_tell() -> None:
    many = [allow(resource=f"arn:aws:s3:::*{a}*{b}*{c}*") for a in "abcd" for b in "efgh" for c in "ijkl"]
    compared = compare([said(*many[:32])], [said(*many[32:])])
    assert len(compared.grants) + len(compared.unsure) == 32, "never that there is nothing new"


actions = st.sampled_from(["s3:*", "s3:Get*", "s3:*Object", "s3:GetObject", "iam:*", "*"])
resources = st.sampled_from(
    ["*", "arn:aws:s3:::*", "arn:aws:s3:::a*", "arn:aws:s3:::a", OWN, "arn:aws:s3:::claims/ann/*"]
)
conditions = st.sampled_from(
    [
        {},
        when("StringEquals", "a:t", "x"),
        when("StringLike", "a:t", "x*"),
        when("StringNotEquals", "a:t", "x"),
        when("StringNotEqualsIfExists", "a:t", "xy"),
        when("StringEqualsIfExists", "a:t", "x"),
        when("StringEquals", "a:t", "${aws:username}"),
        when("Null", "a:t", "true"),
        when("IpAddress", "a:ip", "10.0.0.0/8"),
        when("NotIpAddress", "a:ip", "10.1.0.0/16"),
    ]
)


@st.composite
def statements(draw: st.DrawFn) -> dict[str, Any]:
    action = "NotAction" if draw(st.booleans()) else "Action"
    resource = "NotResource" if draw(st.integers(0, 3)) == 0 else "Resource"
    effect = "Deny" if draw(st.integers(0, 2)) == 0 else "Allow"
    return {"Effect": effect, action: draw(actions), resource: draw(resources), **draw(conditions)}


policies = st.lists(statements(), min_size=1, max_size=3).map(lambda parts: said(*parts))
contexts = st.fixed_dictionaries(
    {
        "a:t": st.sampled_from([None, "x", "xy", "z", "ann"]),
        "a:ip": st.sampled_from([None, "10.1.2.3", "10.9.9.9", "192.0.2.1"]),
        "aws:username": st.sampled_from([None, "ann", "z"]),
    }
)


def _request(action: str, resource: str, known: dict[str, Any]) -> Request:
    ann = caller(f"arn:aws:iam::{ME}:user/ann")
    return Request(action=action, caller=ann, resource=resource, context=Context(known))


requests = st.builds(
    _request,
    st.sampled_from(["s3:GetObject", "s3:PutObject", "s3:GetBucketAcl", "iam:CreateUser", "ec2:RunInstances"]),
    st.sampled_from(["arn:aws:s3:::a", "arn:aws:s3:::ab", "arn:aws:s3:::claims/ann/1", "arn:aws:s3:::claims/z/1", "*"]),
    contexts,
)


@settings(max_examples=300)
@given(policies, policies, st.lists(requests, min_size=20, max_size=60))
def test_no_request_shows_what_the_comparison_missed(old: Policy, new: Policy, tried: list[Request]) -> None:
    compared = compare([old], [new])
    fresh = [r for r in tried if allowed(new.clauses, r) is True and allowed(old.clauses, r) is False]
    assert not fresh or compared.grants or compared.unsure
    for grant in compared.grants:
        assert allowed(new.clauses, grant.witness) is True
        assert allowed(old.clauses, grant.witness) is False


def test_a_not_resource_with_a_variable_that_is_missing_says_nothing() -> None:
    all_else = said({"Effect": "Allow", "Action": "s3:GetObject", "NotResource": OWN})
    plain = said(allow("s3:GetObject", "arn:aws:s3:::other/*"))
    [grant] = compare([all_else], [plain]).grants
    assert "aws:username" not in grant.witness.context.known
    assert not compare([said(allow("s3:GetObject", "*"))], [all_else]).grants
    kept = said(allow("s3:GetObject"), {"Effect": "Deny", "Action": "*", "NotResource": OWN})
    assert compare([kept], [said(allow("s3:GetObject"))]).grants
