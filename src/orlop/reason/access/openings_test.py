from typing import Any

import pytest
from tests.cases import ACCOUNT

from orlop.estate.aws.policy import Document, document
from orlop.reason.access import openings as access

OTHER = "999988887777"
THIRD = "444455556666"
ANYONE: dict[str, Any] = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*"}
DENY: dict[str, Any] = {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*"}


def policy(*statements: dict[str, Any]) -> Document:
    return document({"Version": "2012-10-17", "Statement": list(statements)})


def when(operator: str, key: str, *values: str) -> dict[str, Any]:
    return {"Condition": {operator: {key: list(values)}}}


def who(*statements: dict[str, Any]) -> list[str]:
    found = access.openings(policy(*statements), owner=ACCOUNT)
    return sorted({f"{opening.reach} {opening.name}".strip() for opening in found})


@pytest.mark.parametrize(
    ("principal", "expected"),
    [
        ("*", ["everyone"]),
        ({"AWS": "*"}, ["everyone"]),
        ({"AWS": ["*", ACCOUNT]}, ["everyone"]),
        ({"AWS": ACCOUNT}, []),
        ({"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, []),
        ({"AWS": f"arn:aws:sts::{ACCOUNT}:assumed-role/r/s"}, []),
        ({"AWS": OTHER}, [f"account {OTHER}"]),
        ({"AWS": f"arn:aws-cn:iam::{OTHER}:user/x"}, [f"account {OTHER}"]),
        (
            {"AWS": [f"arn:aws:iam::{OTHER}:root", f"arn:aws:iam::{THIRD}:role/r"]},
            [f"account {THIRD}", f"account {OTHER}"],
        ),
        ({"AWS": "AROAEXAMPLEDELETED123"}, []),
        (
            {"AWS": "arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E1"},
            ["service cloudfront.amazonaws.com"],
        ),
        ({"Service": "sns.amazonaws.com"}, ["service sns.amazonaws.com"]),
        ({"CanonicalUser": "a" * 64}, [f"account {'a' * 64}"]),
        ({"Federated": "graph.facebook.com"}, ["everyone"]),
        (
            {"Federated": f"arn:aws:iam::{ACCOUNT}:saml-provider/hr"},
            [f"federated arn:aws:iam::{ACCOUNT}:saml-provider/hr"],
        ),
    ],
)
def test_principals(principal: object, expected: list[str]) -> None:
    assert who({**ANYONE, "Principal": principal}) == sorted(expected)


def test_allow_for_all_but_some_lets_in_everyone() -> None:
    statement = {key: value for key, value in ANYONE.items() if key != "Principal"}
    assert who({**statement, "NotPrincipal": {"AWS": OTHER}}) == ["everyone"]


def test_no_policy_lets_in_nobody() -> None:
    assert access.openings(None, owner=ACCOUNT) == ()


def test_the_owners_canonical_id_is_no_outsider() -> None:
    said = policy({**ANYONE, "Principal": {"CanonicalUser": "c" * 64}})
    assert access.openings(said, owner=ACCOUNT, canonical="c" * 64) == ()


CLOSED: list[Any] = []
OPEN = ["everyone"]


@pytest.mark.parametrize(
    ("operator", "key", "values", "expected"),
    [
        # Bound to the own account, an organisation, a network.
        ("StringEquals", "aws:PrincipalAccount", [ACCOUNT], CLOSED),
        ("StringEquals", "AWS:SourceOwner", [ACCOUNT], CLOSED),
        ("StringEquals", "aws:SourceAccount", [ACCOUNT], CLOSED),
        ("StringEquals", "kms:CallerAccount", [ACCOUNT], CLOSED),
        ("StringEquals", "aws:PrincipalAccount", ["${aws:ResourceAccount}"], CLOSED),
        ("StringEquals", "aws:PrincipalOrgID", ["o-abc123"], CLOSED),
        ("StringEquals", "aws:PrincipalOrgID", ["${aws:ResourceOrgID}"], CLOSED),
        ("StringEquals", "aws:SourceOrgID", ["o-abc123"], CLOSED),
        ("ForAnyValue:StringLike", "aws:PrincipalOrgPaths", ["o-abc123/r-x/*"], CLOSED),
        ("StringEquals", "aws:SourceVpc", ["vpc-91237329"], CLOSED),
        ("StringEquals", "aws:SourceVpce", ["vpce-1a2b3c4d", "vpce-5e6f7a8b"], CLOSED),
        ("StringLike", "aws:userid", ["AROAEXAMPLEROLE1234:*"], CLOSED),
        ("StringEquals", "aws:userid", [ACCOUNT], CLOSED),
        ("Bool", "elasticfilesystem:AccessedViaMountTarget", ["true"], CLOSED),
        # https://stranger.example/@insurer.example is an endpoint, too: the protocol must be held to mail (below).
        ("StringLike", "sns:Endpoint", ["*@insurer.example"], OPEN),
        # Bound to other accounts: no longer everyone.
        ("StringEquals", "aws:PrincipalAccount", [ACCOUNT, OTHER], [f"account {OTHER}"]),
        ("ArnLike", "aws:SourceArn", [f"arn:aws:sns:*:{OTHER}:*"], [f"account {OTHER}"]),
        ("Bool", "aws:PrincipalIsAWSService", ["true"], ["service"]),
        # ARNs: the account, or the name of a bucket, must be fixed.
        ("ArnEquals", "aws:SourceArn", ["arn:aws:s3:::claims"], CLOSED),
        ("ArnLike", "aws:SourceArn", ["arn:aws:s3:*:*:claims"], CLOSED),
        ("ArnLike", "aws:SourceArn", ["arn:aws:s3:*:*:claims-*"], OPEN),
        ("ArnLike", "aws:SourceArn", ["arn:aws:s3:::*"], OPEN),
        ("ArnLike", "aws:SourceArn", [f"arn:aws:events:*:{ACCOUNT}:rule/*"], CLOSED),
        ("StringLike", "aws:PrincipalArn", [f"arn:aws:iam::{ACCOUNT}:*"], CLOSED),
        ("StringLike", "aws:PrincipalArn", ["arn:aws:iam::*:role/admin"], OPEN),
        ("StringLike", "aws:PrincipalArn", [f"*{ACCOUNT}*"], OPEN),
        ("StringLike", "aws:PrincipalArn", ["*"], OPEN),
        # One value without a bound is enough for a stranger.
        ("ArnLike", "aws:SourceArn", ["arn:aws:s3:::claims", "arn:aws:s3:::*"], OPEN),
        # Wildcards do not bind.
        ("StringLike", "aws:SourceVpc", ["vpc-*"], OPEN),
        ("StringLike", "aws:PrincipalOrgID", ["*"], OPEN),
        ("StringLike", "aws:PrincipalOrgID", ["o-*"], OPEN),
        ("StringLike", "aws:SourceAccount", ["*"], OPEN),
        ("StringLike", "aws:userid", ["*:*"], OPEN),
        ("StringLike", "sns:Endpoint", ["https://*"], OPEN),
        # Missing keys pass by ...IfExists and ForAllValues.
        ("StringEqualsIfExists", "aws:PrincipalOrgID", ["o-abc123"], OPEN),
        ("IpAddressIfExists", "aws:SourceIp", ["203.0.113.0/24"], OPEN),
        ("ForAllValues:StringLike", "aws:PrincipalOrgPaths", ["o-abc123/*"], OPEN),
        # A key that must only be there, or must be absent, binds nobody.
        ("Null", "aws:SourceArn", ["false"], OPEN),
        ("Null", "aws:PrincipalOrgID", ["true"], OPEN),
        # "All but these" is nearly everyone.
        ("StringNotEquals", "aws:PrincipalAccount", [OTHER], OPEN),
        ("NotIpAddress", "aws:SourceIp", ["203.0.113.0/24"], OPEN),
        # Addresses.
        ("IpAddress", "aws:SourceIp", ["203.0.113.0/24"], CLOSED),
        ("IpAddress", "aws:SourceIp", ["10.0.0.0/8", "2001:db8::/32"], CLOSED),
        ("IpAddress", "aws:SourceIp", ["0.0.0.0/0"], OPEN),
        ("IpAddress", "aws:SourceIp", ["0.0.0.0/1", "128.0.0.0/1"], OPEN),
        ("IpAddress", "aws:SourceIp", ["52.0.0.0/8"], CLOSED),
        ("IpAddress", "aws:SourceIp", ["52.0.0.0/8", "53.0.0.0/8"], OPEN),
        ("IpAddress", "aws:SourceIp", ["::/0"], OPEN),
        ("IpAddress", "aws:SourceIp", ["2600::/16"], OPEN),
        # "If the key values do not match, the condition is false": no address is in what is no range.
        ("IpAddress", "aws:SourceIp", ["nonsense"], CLOSED),
        ("IpAddress", "aws:VpcSourceIp", ["10.0.0.0/16"], OPEN),
        # What the caller chooses himself.
        ("Bool", "aws:SecureTransport", ["true"], OPEN),
        ("Bool", "aws:MultiFactorAuthPresent", ["true"], OPEN),
        ("StringLike", "aws:Referer", ["https://insurer.example/*"], OPEN),
        ("StringEquals", "aws:PrincipalTag/team", ["claims"], OPEN),
        ("StringEquals", "s3:x-amz-acl", ["bucket-owner-full-control"], OPEN),
        ("StringEquals", "kms:ViaService", ["s3.eu-west-1.amazonaws.com"], OPEN),
        ("StringEquals", "lambda:FunctionUrlAuthType", ["AWS_IAM"], OPEN),
        ("StringEquals", "sts:ExternalId", ["secret"], OPEN),
        ("StringEquals", "aws:PrincipalOrgID", ["${aws:PrincipalOrgID}"], OPEN),
        ("DateLessThan", "aws:CurrentTime", ["2020-01-01T00:00:00Z"], OPEN),
    ],
)
def test_conditions_of_an_allow(operator: str, key: str, values: list[str], expected: list[str]) -> None:
    assert who({**ANYONE, **when(operator, key, *values)}) == expected


@pytest.mark.parametrize(
    ("conditions", "expected"),
    [
        pytest.param(
            {"StringEquals": {"kms:ViaService": "s3.eu-west-1.amazonaws.com", "kms:CallerAccount": ACCOUNT}},
            CLOSED,
            id="one of two binds",
        ),
        pytest.param(
            {"StringEqualsIfExists": {"aws:PrincipalOrgID": "o-a1"}, "Null": {"aws:PrincipalOrgID": "false"}},
            CLOSED,
            id="IfExists on a key that must exist",
        ),
        pytest.param(
            {"StringLike": {"sns:Endpoint": "*@insurer.example"}, "StringEquals": {"sns:Protocol": "email"}},
            CLOSED,
            id="mail to us",
        ),
        pytest.param(
            {
                "StringLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/x"},
                "StringEquals": {"aws:PrincipalAccount": "${aws:ResourceAccount}"},
            },
            CLOSED,
            id="a name anywhere, but in our account",
        ),
        pytest.param(
            {"StringEquals": {"aws:PrincipalOrgID": "${aws:ResourceOrgID}"}}, CLOSED, id="our organisation, by variable"
        ),
        pytest.param(
            {"ForAnyValue:StringEquals": {"aws:PrincipalServiceNamesList": ["delivery.logs.amazonaws.com"]}},
            ["service"],
            id="a service, by the list of its names",
        ),
        pytest.param(
            {"StringEquals": {"aws:PrincipalServiceName": "cloudtrail.amazonaws.com"}}, ["service"], id="a service"
        ),
        pytest.param(
            {"StringEquals": {"aws:PrincipalAccount": [OTHER, THIRD], "aws:PrincipalOrgID": "o-a1"}},
            [f"account {THIRD}", f"account {OTHER}"],
            id="accounts, if in the organisation",
        ),
        pytest.param(
            {"StringEquals": {"aws:PrincipalAccount": [OTHER]}, "StringLike": {"aws:SourceAccount": [THIRD]}},
            CLOSED,
            id="two accounts at once are nobody",
        ),
    ],
)
def test_several_conditions(conditions: dict[str, Any], expected: list[str]) -> None:
    assert who({**ANYONE, "Condition": conditions}) == expected


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        pytest.param({"Principal": {"AWS": OTHER}, **when("StringEquals", "aws:PrincipalAccount", THIRD)}, CLOSED),
        pytest.param(
            {"Principal": {"AWS": OTHER}, **when("IpAddress", "aws:SourceIp", "203.0.113.0/24")}, [f"account {OTHER}"]
        ),
        pytest.param(
            {"Principal": {"Service": "sns.amazonaws.com"}, **when("StringEquals", "aws:SourceAccount", ACCOUNT)},
            CLOSED,
        ),
        pytest.param(
            {"Principal": {"Service": "sns.amazonaws.com"}, **when("StringEquals", "aws:SourceAccount", OTHER)},
            [f"account {OTHER}"],
        ),
    ],
)
def test_conditions_on_a_named_principal(statement: dict[str, Any], expected: list[str]) -> None:
    assert who({**ANYONE, **statement}) == expected


GITHUB = "token.actions.githubusercontent.com"


@pytest.mark.parametrize(
    ("provider", "condition", "expected"),
    [
        (f"arn:aws:iam::{ACCOUNT}:oidc-provider/{GITHUB}", when("StringLike", f"{GITHUB}:sub", "repo:acme/*"), 0),
        (f"arn:aws:iam::{ACCOUNT}:oidc-provider/{GITHUB}", when("StringLike", f"{GITHUB}:sub", "repo:acme*"), 1),
        (f"arn:aws:iam::{ACCOUNT}:oidc-provider/{GITHUB}", when("StringLike", f"{GITHUB}:sub", "repo:*"), 1),
        (
            f"arn:aws:iam::{ACCOUNT}:oidc-provider/{GITHUB}",
            when("StringEquals", f"{GITHUB}:aud", "sts.amazonaws.com"),
            1,
        ),
        (
            "cognito-identity.amazonaws.com",
            when("StringEquals", "cognito-identity.amazonaws.com:aud", "eu-west-1:1"),
            0,
        ),
        (
            "cognito-identity.amazonaws.com",
            when("StringEquals", "cognito-identity.amazonaws.com:amr", "authenticated"),
            1,
        ),
        ("accounts.google.com", {}, 1),
    ],
)
def test_web_identities(provider: str, condition: dict[str, Any], expected: int) -> None:
    trust = {"Effect": "Allow", "Action": "sts:AssumeRoleWithWebIdentity", "Principal": {"Federated": provider}}
    assert len(access.openings(policy({**trust, **condition}), owner=ACCOUNT)) == expected


@pytest.mark.parametrize(
    ("deny", "expected"),
    [
        pytest.param(DENY, CLOSED, id="denied to all"),
        pytest.param({**DENY, "Principal": {"AWS": OTHER}}, OPEN, id="denied to one account only"),
        pytest.param({**DENY, "Action": "s3:Put*"}, OPEN, id="another action"),
        pytest.param({**DENY, "Action": "S3:GET*"}, CLOSED, id="actions ignore case"),
        pytest.param({**DENY, "Resource": "arn:aws:s3:::b/private/*"}, OPEN, id="part of the resources"),
        pytest.param({**DENY, "Resource": ["arn:aws:s3:::b", "arn:aws:s3:::b/*"]}, CLOSED, id="just these resources"),
        pytest.param(
            {**DENY, **when("StringNotEquals", "aws:PrincipalOrgID", "o-a1")}, CLOSED, id="all outside the org"
        ),
        pytest.param(
            {**DENY, **when("StringNotEqualsIfExists", "aws:PrincipalOrgID", "o-a1")}, CLOSED, id="org, IfExists"
        ),
        pytest.param(
            {**DENY, **when("ForAnyValue:StringNotLike", "aws:PrincipalOrgPaths", "o-a1/*")},
            OPEN,
            id="misses the anonymous",
        ),
        pytest.param(
            {**DENY, **when("NotIpAddress", "aws:SourceIp", "203.0.113.0/24")}, CLOSED, id="outside the office"
        ),
        pytest.param({**DENY, **when("NotIpAddress", "aws:SourceIp", "0.0.0.0/0")}, OPEN, id="outside the world"),
        pytest.param(
            {**DENY, **when("StringNotEquals", "aws:SourceVpce", "vpce-1")}, CLOSED, id="outside the endpoint"
        ),
        pytest.param({**DENY, **when("StringNotLike", "aws:PrincipalArn", "*")}, OPEN, id="denies nobody"),
        pytest.param(
            {**DENY, **when("ArnNotLike", "aws:PrincipalArn", f"arn:aws:iam::{ACCOUNT}:*")}, CLOSED, id="strangers"
        ),
        pytest.param(
            {**DENY, **when("StringNotEquals", "aws:PrincipalAccount", ACCOUNT, OTHER)},
            [f"account {OTHER}"],
            id="but one",
        ),
        pytest.param({**DENY, **when("Bool", "aws:SecureTransport", "false")}, OPEN, id="plain HTTP only"),
        pytest.param({**DENY, **when("Null", "aws:PrincipalOrgID", "true")}, OPEN, id="any organisation will do"),
        pytest.param(
            {**DENY, **when("Bool", "aws:PrincipalIsAWSService", "false")}, OPEN, id="misses the anonymous, too"
        ),
        pytest.param(
            {**DENY, **when("BoolIfExists", "aws:PrincipalIsAWSService", "false")}, ["service"], id="services"
        ),
        pytest.param(
            {
                **DENY,
                "Condition": {
                    "StringNotEqualsIfExists": {"aws:PrincipalOrgID": "o-a1"},
                    "BoolIfExists": {"aws:PrincipalIsAWSService": "false"},
                },
            },
            ["service"],
            id="identity perimeter",
        ),
        pytest.param(
            {
                **DENY,
                "Condition": {
                    "NotIpAddressIfExists": {"aws:SourceIp": "203.0.113.0/24"},
                    "BoolIfExists": {"aws:ViaAWSService": "false"},
                },
            },
            OPEN,
            id="a stranger may come by way of a service",
        ),
    ],
)
def test_denies(deny: dict[str, Any], expected: list[str]) -> None:
    assert who(ANYONE, deny) == expected
    assert who(deny, ANYONE) == expected


def test_each_of_several_denies_counts() -> None:
    strangers = {**DENY, **when("StringNotEquals", "aws:PrincipalAccount", ACCOUNT, OTHER)}
    assert who(ANYONE, {**DENY, "Action": "s3:Put*"}, strangers, {**DENY, "Action": "s3:Put*"}) == [f"account {OTHER}"]
    assert who(ANYONE, strangers, {**DENY, "Principal": {"AWS": OTHER}}, {**DENY, "Action": "s3:Put*"}) == CLOSED


def test_a_statement_about_nothing_opens_nothing() -> None:
    rest = {key: value for key, value in ANYONE.items() if key not in ("Action", "Resource")}
    assert who({**rest, "NotAction": "*", "Resource": "*"}) == CLOSED
    assert who({**rest, "Action": "*", "NotResource": "*"}) == CLOSED


@pytest.mark.parametrize(
    ("named", "expected"),
    [
        pytest.param({"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, CLOSED, id="all but us"),
        pytest.param({"AWS": [ACCOUNT, f"arn:aws:iam::{OTHER}:role/r"]}, [f"account {OTHER}"], id="all but us and one"),
        pytest.param({"AWS": "*"}, OPEN, id="nobody"),
    ],
)
def test_deny_for_all_but_some(named: dict[str, Any], expected: list[str]) -> None:
    deny = {key: value for key, value in DENY.items() if key != "Principal"}
    assert who(ANYONE, {**deny, "NotPrincipal": named}) == expected


@pytest.mark.parametrize(
    ("deny", "expected"),
    [
        (DENY, CLOSED),
        ({**DENY, "Principal": {"AWS": OTHER}}, CLOSED),
        ({**DENY, "Principal": {"AWS": f"arn:aws:iam::{OTHER}:user/x"}}, [f"account {OTHER}"]),
        ({**DENY, **when("StringNotEquals", "aws:PrincipalAccount", ACCOUNT)}, CLOSED),
        ({**DENY, **when("StringEquals", "aws:PrincipalAccount", OTHER)}, CLOSED),
        ({**DENY, **when("StringNotEquals", "aws:PrincipalOrgID", "o-a1")}, [f"account {OTHER}"]),
        ({**DENY, **when("Bool", "aws:PrincipalIsAWSService", "false")}, CLOSED),
    ],
)
def test_denies_to_a_named_account(deny: dict[str, Any], expected: list[str]) -> None:
    assert who({**ANYONE, "Principal": {"AWS": OTHER}}, deny) == expected


def test_a_deny_takes_back_only_its_actions_and_resources() -> None:
    both = ["arn:aws:s3:::b", "arn:aws:s3:::b/*"]
    said = policy({**ANYONE, "Action": "s3:*", "Resource": both}, {**DENY, "Action": "s3:Get*", "Resource": both[1]})

    def may(action: str, resource: str) -> bool:
        return bool(access.everyone(said, owner=ACCOUNT, action=action, resource=resource))

    assert not may("s3:GetObject", "arn:aws:s3:::b/x")
    assert may("s3:PutObject", "arn:aws:s3:::b/x")
    assert may("s3:GetBucketAcl", "arn:aws:s3:::b")
    assert not may("sqs:SendMessage", "arn:aws:s3:::b")


@pytest.mark.parametrize(
    ("statement", "action", "expected"),
    [
        ({"Action": "*"}, "s3:GetObject", True),
        ({"Action": ["s3:List*", "S3:get?bject"]}, "s3:GetObject", True),
        ({"Action": "s3:Put*"}, "s3:GetObject", False),
        ({"Action": "s3:GetObject"}, "s3:Get*", True),
    ],
)
def test_actions(statement: dict[str, Any], action: str, expected: bool) -> None:
    assert bool(access.everyone(policy({**ANYONE, **statement}), owner=ACCOUNT, action=action)) is expected


def test_all_actions_but_some() -> None:
    statement = {key: value for key, value in ANYONE.items() if key != "Action"}
    said = policy({**statement, "NotAction": "s3:Delete*"})
    assert access.everyone(said, owner=ACCOUNT, action="s3:GetObject")
    assert not access.everyone(said, owner=ACCOUNT, action="s3:DeleteObject")
    assert "everything but s3:Delete*" in access.in_words(access.everyone(said, owner=ACCOUNT)[0])


def test_all_resources_but_some() -> None:
    statement = {key: value for key, value in ANYONE.items() if key != "Resource"}
    said = policy({**statement, "NotResource": "arn:aws:s3:::b/private/*"})
    assert access.everyone(said, owner=ACCOUNT, resource="arn:aws:s3:::b/x")
    assert not access.everyone(said, owner=ACCOUNT, resource="arn:aws:s3:::b/private/x")


def test_other_accounts_by_name() -> None:
    said = policy(ANYONE, {**ANYONE, "Principal": {"AWS": [OTHER, ACCOUNT, f"arn:aws:iam::{OTHER}:role/r", THIRD]}})
    assert access.accounts(said, owner=ACCOUNT) == (THIRD, OTHER)


def test_words_and_evidence() -> None:
    said = policy(DENY | {"Action": "s3:Put*"}, {**ANYONE, "Sid": "Shop"})
    [opening] = access.everyone(said, owner=ACCOUNT)
    assert access.in_words(opening) == "everyone may use s3:GetObject on arn:aws:s3:::b/*"
    assert access.in_evidence(said, opening) == "statement 2 (Shop): everyone may use s3:GetObject on arn:aws:s3:::b/*"


def test_a_policy_that_names_somebody_deleted_cannot_be_put_back() -> None:
    assert access.restorable(None)
    assert access.restorable(policy(ANYONE))
    assert not access.restorable(policy({**ANYONE, "Principal": {"AWS": "AROAEXAMPLEDELETED123"}}))


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (when("StringEquals", "aws:PrincipalOrgID", "o-ours12345"), CLOSED),
        (when("StringEquals", "aws:PrincipalOrgID", "o-theirs1234"), ["organisation o-theirs1234"]),
        (when("StringEquals", "aws:PrincipalOrgID", "o-theirs1234", "o-ours12345"), ["organisation o-theirs1234"]),
        (when("ForAnyValue:StringLike", "aws:PrincipalOrgPaths", "o-theirs1234/*"), ["organisation o-theirs1234"]),
        (when("StringLike", "aws:PrincipalOrgID", "o-*"), OPEN),
    ],
)
def test_outside_the_organisation(condition: dict[str, Any], expected: list[str]) -> None:
    said = policy({**ANYONE, **condition})
    found = access.openings(said, owner=ACCOUNT, organisations=frozenset({"o-ours12345"}))
    assert sorted({f"{opening.reach} {opening.name}".strip() for opening in found}) == expected
    assert not [o for o in access.openings(said, owner=ACCOUNT) if o.reach is access.Reach.ORGANISATION], "not known"
