"""What is remarked in a policy, after IAM's own list of checks (access-analyzer-reference-policy-checks.html)."""

from typing import Any

import pytest

from orlop.estate.aws.policy import document
from orlop.reason.access.clauses import policy
from orlop.reason.access.lint import remarks

ME = "111122223333"
GITHUB = f"arn:aws:iam::{ME}:oidc-provider/token.actions.githubusercontent.com"


def said(*statements: dict[str, Any], version: str = "2012-10-17") -> list[str]:
    held = policy(document({"Version": version, "Statement": list(statements)}), "a policy")
    return [f"{remark.severity}: {remark.says}" for remark in remarks(held)]


def allow(action: Any = "s3:GetObject", resource: Any = "arn:aws:s3:::b/*", **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def when(operator: str, key: str, *values: str) -> dict[str, Any]:
    return allow(Condition={operator: {key: list(values)}})


def trust(**conditions: Any) -> dict[str, Any]:
    return {
        "Effect": "Allow",
        "Principal": {"Federated": GITHUB},
        "Action": "sts:AssumeRoleWithWebIdentity",
        "Condition": conditions,
    }


SUB = {"token.actions.githubusercontent.com:sub": "repo:acme/x:*"}
FINE = [
    [allow()],
    [allow(["s3:Get*", "s3:ListBucket"], ["arn:aws:s3:::b", "arn:aws:s3:::b/${aws:username, 'x'}/*"])],
    [when("StringEquals", "s3:ExistingObjectTag/team", "claims")],
    [when("StringEquals", "aws:PrincipalTag/team", "${aws:ResourceTag/team}")],
    [when("IpAddress", "aws:SourceIp", "203.0.113.0/24", "2001:db8::/32")],
    [when("ForAnyValue:StringEquals", "aws:TagKeys", "a")],
    [when("Null", "aws:TagKeys", "false")],
    [trust(StringLike=SUB)],
    [allow("sqs:SendMessage", f"arn:aws:sqs:*:{ME}:q")],
]
WRONG = [
    (allow("s3:GetObjekt"), "medium: AWS knows no action"),
    (allow("nosuch:Get"), "no such service"),
    (allow("GetObject"), "high: 'GetObject' is no action"),
    (allow("s*:Get*", "*"), "wildcard in the name of the service"),
    (allow(resource="bucket"), "high: 'bucket' is no ARN"),
    (allow(resource=f"arn:aws:s3:eu-west-1:{ME}:b"), "ARNs of buckets have none"),
    (allow("sqs:SendMessage", "arn:aws:sqs:eu-west-1:1234:q"), "is no account"),
    (allow(resource="arn:aws:s3:::b/${aws:username"), "without its closing brace"),
    (allow(resource="arn:aws:s3:::b/${}"), "has an empty variable"),
    ({"Effect": "Allow", "Action": "s3:GetObject"}, "high: It names no resource"),
    (allow("ec2:DescribeInstances", "arn:aws:ec2:*:*:instance/*"), "cannot be held to a resource"),
    (allow("*", "*"), "high: It allows everything on everything"),
    (allow("iam:Pass*", "*"), "hand any role"),
    ({"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}, "everything but what NotAction lists"),
    (when("StringEqual", "aws:SourceVpc", "vpc-1"), "is no condition operator"),
    (when("StringEquals", "aws:SourceVpc", "vpc-*"), "no wildcards there"),
    (when("StringEquals", "aws:Principal0rgID", "o-a"), "knows no condition key"),
    (when("StringEquals", "s3:nosuch", "x"), "knows no condition key"),
    (when("StringEquals", "aws:SourceIp", "10.0.0.0/8"), "a range of addresses never matches"),
    (when("IpAddress", "aws:SourceIp", "10.0.0.0/40"), "is no range of addresses"),
    (when("NumericLessThan", "s3:max-keys", "${aws:username}"), "takes no variables"),
    (when("NullIfExists", "aws:SourceVpc", "true"), "high: NullIfExists is refused"),
    (when("StringEquals", "aws:TagKeys", "a"), "holds several values"),
    (when("ForAllValues:StringEquals", "aws:TagKeys", "a"), "is missing altogether"),
    (when("DateLessThan", "aws:CurrentTime", "tomorrow"), "is no date"),
    (when("Bool", "aws:SecureTransport", "yes"), "neither true nor false"),
    (trust(), "high: Everybody who signs in at"),
    (trust(StringLike={"token.actions.githubusercontent.com:sub": "repo:acme*"}), "high: Everybody who signs in at"),
    (allow(Principal={"AWS": f"arn:aws:iam::{ME}:role/*"}), "has a wildcard: AWS refuses that"),
    ({"Effect": "Allow", "NotPrincipal": {"AWS": ME}, "Action": "s3:*", "Resource": "*"}, "lets in everyone else"),
]


@pytest.mark.parametrize("statements", FINE)
def test_finds_nothing_wrong(statements: list[dict[str, Any]]) -> None:
    assert said(*statements) == []


@pytest.mark.parametrize(("statement", "remark"), WRONG)
def test_remarks(statement: dict[str, Any], remark: str) -> None:
    assert any(remark in each for each in said(statement)), said(statement)


def test_a_policy_of_2008_takes_variables_for_text() -> None:
    held = allow(resource="arn:aws:s3:::b/${aws:username}/*")
    assert "2008" in said(held, version="2008-10-17")[0]


def test_two_statements_of_one_name() -> None:
    assert "Two statements" in said(allow(Sid="A"), allow("s3:PutObject", Sid="A"))[0]
