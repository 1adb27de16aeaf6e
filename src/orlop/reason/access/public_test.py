"""Who is let in: by what a stranger can do, and by what S3 goes by."""

from typing import Any

import pytest

from orlop.estate.aws.policy import document
from orlop.reason.access.clauses import policy
from orlop.reason.access.compare import allowed
from orlop.reason.access.public import public, public_by_s3

ME, THEM = "111122223333", "444455556666"
EVERYONE: dict[str, Any] = {
    "Effect": "Allow",
    "Principal": "*",
    "Action": "s3:GetObject",
    "Resource": "arn:aws:s3:::claims/*",
}


def when(operator: str, key: str, *values: str, **more: Any) -> dict[str, Any]:
    return {**EVERYONE, "Condition": {operator: {key: list(values)}}, **more}


def deny(operator: str, key: str, *values: str) -> dict[str, Any]:
    return when(operator, key, *values, Effect="Deny", Action="*", Resource="*")


OPEN = {
    "everyone": [EVERYONE],
    "half of the internet": [when("IpAddress", "aws:SourceIp", "0.0.0.0/1")],
    "all of it in small ranges": [when("IpAddress", "aws:SourceIp", *(f"{a}.0.0.0/8" for a in range(256)))],
    "all but one office": [when("NotIpAddress", "aws:SourceIp", "203.0.113.0/24")],
    "a referrer": [when("StringLike", "aws:Referer", "https://claims.example/*")],
    "a role of that name anywhere": [when("StringLike", "aws:PrincipalArn", "arn:aws:iam::*:role/x")],
    "encrypted requests": [EVERYONE, deny("Bool", "aws:SecureTransport", "false")],
    "all but one account": [{**EVERYONE, "Principal": None, "NotPrincipal": {"AWS": ME}}],
    "any bucket's events": [when("ArnLike", "aws:SourceArn", "arn:aws:s3:*:*:*")],
    "paths of an organisation, or none": [when("ForAllValues:StringEquals", "aws:PrincipalOrgPaths", "o-a/r/")],
    "organisation if it exists": [when("StringEqualsIfExists", "aws:PrincipalOrgID", "o-a")],
    "a folder by tag": [{**EVERYONE, "Resource": "arn:aws:s3:::claims/${aws:PrincipalTag/team}/*"}],
    "denied to one account only": [EVERYONE, deny("StringEquals", "aws:PrincipalAccount", THEM)],
    "denied to other organisations if any": [EVERYONE, deny("StringNotEqualsIfExists", "aws:Referer", "x")],
}

CLOSED = {
    "own account": [{**EVERYONE, "Principal": {"AWS": ME}}],
    "another account": [{**EVERYONE, "Principal": {"AWS": THEM}}],
    "a service": [{**EVERYONE, "Principal": {"Service": "sns.amazonaws.com"}}],
    "an organisation": [when("StringEquals", "aws:PrincipalOrgID", "o-a")],
    "an office": [when("IpAddress", "aws:SourceIp", "203.0.113.0/24")],
    "an office and home": [when("IpAddress", "aws:SourceIp", "198.51.0.0/16", "2001:db8::/48")],
    "private addresses": [when("IpAddress", "aws:SourceIp", "10.0.0.0/8")],
    "an endpoint": [when("StringEquals", "aws:SourceVpce", "vpce-1")],
    "a network": [when("StringEquals", "aws:SourceVpc", "vpc-1")],
    "own principals": [when("ArnLike", "aws:PrincipalArn", f"arn:aws:iam::{ME}:*")],
    "own resources": [when("ArnLike", "aws:SourceArn", f"arn:aws:sns:*:{ME}:x")],
    "its own account, by variable": [when("StringEquals", "aws:PrincipalAccount", "${aws:ResourceAccount}")],
    "denied outside an organisation": [EVERYONE, deny("StringNotEquals", "aws:PrincipalOrgID", "o-a")],
    "denied outside an office": [EVERYONE, deny("NotIpAddress", "aws:SourceIp", "203.0.113.0/24")],
    "denied outside a network": [EVERYONE, deny("StringNotEqualsIfExists", "aws:SourceVpc", "vpc-1")],
    "paths of an organisation": [when("ForAnyValue:StringLike", "aws:PrincipalOrgPaths", "o-a/r/*")],
    "services of AWS": [when("Bool", "aws:PrincipalIsAWSService", "true")],
    "denied altogether": [EVERYONE, {**EVERYONE, "Effect": "Deny", "Action": "*", "Resource": "*"}],
    "nothing": [],
}


def _policy(statements: list[dict[str, Any]]) -> Any:
    said = [{key: held for key, held in each.items() if held is not None} for each in statements]
    return policy(document({"Version": "2012-10-17", "Statement": said}), "a policy", owner=ME)


@pytest.mark.parametrize("statements", OPEN.values(), ids=OPEN)
def test_sees_who_is_let_in(statements: list[dict[str, Any]]) -> None:
    held = _policy(statements)
    found = public(held, owner=ME)
    assert found.grants
    assert all(allowed(held.clauses, grant.witness) is True for grant in found.grants)


@pytest.mark.parametrize("statements", CLOSED.values(), ids=CLOSED)
def test_sees_that_nobody_is_let_in(statements: list[dict[str, Any]]) -> None:
    found = public(_policy(statements), owner=ME)
    assert not found.grants
    assert not found.unsure


# access-control-block-public-access.html, "The meaning of public" and its examples
BY_S3 = [
    ([EVERYONE], True),
    ([{**EVERYONE, "Principal": {"AWS": THEM}}], False),
    ([when("StringEquals", "aws:SourceVpc", "vpc-91237329")], False),
    ([when("StringLike", "aws:SourceVpc", "vpc-*")], True),
    ([when("IpAddress", "aws:SourceIp", "203.0.113.0/24")], False),
    ([when("IpAddress", "aws:SourceIp", "0.0.0.0/1")], True),
    ([when("StringEquals", "aws:PrincipalOrgID", "o-a")], False),
    ([when("StringEquals", "aws:Referer", "https://claims.example/")], True),
    ([when("ArnLike", "s3:DataAccessPointArn", f"arn:aws:s3:eu-west-1:{ME}:accesspoint/*")], False),
    ([when("StringNotEquals", "aws:SourceVpc", "vpc-91237329")], True),
]


@pytest.mark.parametrize(("statements", "is_public"), BY_S3)
def test_knows_what_s3_calls_public(statements: list[dict[str, Any]], is_public: bool) -> None:
    assert bool(public_by_s3(_policy(statements).document.statements)) is is_public
