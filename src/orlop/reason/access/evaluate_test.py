"""Documented cases of how AWS decides, each with the page of the guide that says so."""

from typing import Any

import pytest

from orlop.estate.aws.policy import document
from orlop.reason.access.clauses import Policy, policy
from orlop.reason.access.evaluate import Outcome, Policies, evaluate
from orlop.reason.access.request import Context, Request, Value, caller

ME, THEM = "111122223333", "444455556666"
ANN = f"arn:aws:iam::{ME}:user/ann"
SESSION = f"arn:aws:sts::{ME}:assumed-role/clerk/ann"
CLERK = f"arn:aws:iam::{ME}:role/office/clerk"
FILE = "arn:aws:s3:::claims/ann/1"
YES, NO, NEVER, MAYBE = (
    Outcome.ALLOWED,
    Outcome.IMPLICITLY_DENIED,
    Outcome.EXPLICITLY_DENIED,
    Outcome.UNKNOWN,
)


def said(*statements: dict[str, Any], version: str = "2012-10-17") -> Policy:
    return policy(document({"Version": version, "Statement": list(statements)}), "a policy")


def allow(action: str = "s3:*", resource: Any = "*", **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def deny(action: str = "s3:*", resource: Any = "*", **more: Any) -> dict[str, Any]:
    return {"Effect": "Deny", "Action": action, "Resource": resource, **more}


def to(*names: str, kind: str = "AWS") -> dict[str, Any]:
    return {"Principal": {kind: list(names)}}


def asked(
    who: str | None = ANN,
    action: str = "s3:GetObject",
    resource: str = FILE,
    owner: str = ME,
    rest_missing: bool = True,
    **keys: Value | None,
) -> Request:
    known = {key.replace("__", ":").replace("_", "-").lower(): held for key, held in keys.items()}
    return Request(
        action=action, caller=caller(who), resource=resource, owner=owner, context=Context(known, rest_missing)
    )


ANY = said(allow())
ON_ROLE: dict[str, Any] = {"action": "sts:AssumeRole", "resource": CLERK}
TRUST: dict[str, Any] = {"Effect": "Allow", "Action": "sts:AssumeRole"}

FEDERATED = f"arn:aws:sts::{ME}:federated-user/ann"
BY_KEY_ONLY = Policies(
    resource=said(allow(Condition={"ArnEquals": {"aws:PrincipalArn": CLERK}}, **to("*"))),
    session=said(allow("s3:Put*")),
    boundaries=(said(allow("ec2:*")),),
)

SAME_ACCOUNT = [
    # reference_policies_evaluation-logic_policy-eval-basics-same-account.html
    (asked(), Policies(identity=(ANY,)), YES),
    (asked(), Policies(), NO),
    (asked(), Policies(identity=(said(allow("s3:Put*")),)), NO),
    (asked(), Policies(identity=(ANY, said(deny()))), NEVER),
    (asked(), Policies(resource=said(allow(**to(ANN)))), YES),
    (asked(), Policies(identity=(ANY,), resource=said(deny(**to("*")))), NEVER),
    (asked(), Policies(resource=said(allow(**to(f"arn:aws:iam::{ME}:root")))), NO),
    (asked(), Policies(resource=said(allow(**to(ME)))), NO),
    (asked(None), Policies(resource=said(allow(**to("*")))), YES),
    (asked(None), Policies(resource=said(allow(**to(ME)))), NO),
    (asked(f"arn:aws:iam::{ME}:root"), Policies(), YES),
    (asked(f"arn:aws:iam::{ME}:root"), Policies(resource=said(deny(**to("*")))), NEVER),
    # access_policies_boundaries.html
    (asked(), Policies(identity=(ANY,), boundaries=(said(allow("ec2:*")),)), NO),
    (asked(), Policies(identity=(ANY,), boundaries=(said(allow("s3:Get*")),)), YES),
    (asked(), Policies(identity=(ANY,), boundaries=(ANY, said(deny()))), NEVER),
    (asked(), Policies(resource=said(allow(**to(ANN))), boundaries=(said(allow("ec2:*")),)), YES),
    (asked(SESSION), Policies(resource=said(allow(**to(CLERK))), boundaries=(said(allow("ec2:*")),)), NO),
    (asked(SESSION), Policies(resource=said(allow(**to(SESSION))), boundaries=(said(allow("ec2:*")),)), YES),
    # access_policies.html#policies_session
    (asked(SESSION), Policies(identity=(ANY,), session=said(allow("s3:Put*"))), NO),
    (asked(SESSION), Policies(resource=said(allow(**to(CLERK))), session=said(allow("s3:Put*"))), NO),
    (asked(SESSION), Policies(resource=said(allow(**to(SESSION))), session=said(allow("s3:Put*"))), YES),
    (asked(SESSION), Policies(resource=said(allow(**to(CLERK)))), YES),
    # reference_policies_elements_notprincipal.html
    (asked(), Policies(identity=(ANY,), resource=said(deny(NotPrincipal={"AWS": [ANN, ME]}))), YES),
    (
        asked(),
        Policies(identity=(ANY,), boundaries=(ANY,), resource=said(deny(NotPrincipal={"AWS": [ANN, ME]}))),
        NEVER,
    ),
    (asked(None), Policies(resource=said(allow(NotPrincipal={"AWS": [ANN]}))), YES),
    # ... its example: "all principals except the user named Bob in AWS account ... are explicitly denied"
    (
        asked(f"arn:aws:iam::{ME}:user/bob"),
        Policies(identity=(ANY,), resource=said(deny(NotPrincipal={"AWS": [ANN, ME]}))),
        NEVER,
    ),
    (asked(), Policies(identity=(ANY,), resource=said(deny(NotPrincipal={"AWS": ME}))), NEVER),
    (asked(f"arn:aws:iam::{ME}:root"), Policies(resource=said(deny(NotPrincipal={"AWS": ME}))), YES),
    (asked(SESSION), Policies(identity=(ANY,), resource=said(deny(NotPrincipal={"AWS": [CLERK, ME]}))), YES),
    (asked(SESSION), Policies(identity=(ANY,), resource=said(deny(NotPrincipal={"AWS": [SESSION, CLERK, ME]}))), YES),
    # reference_policies_elements_principal.html#principal-roles: a wildcard with aws:PrincipalArn is not limited
    (asked(SESSION, aws__PrincipalArn=CLERK), BY_KEY_ONLY, YES),
    (asked(SESSION, aws__PrincipalArn=CLERK + "2"), BY_KEY_ONLY, NO),
    # reference_policies_elements_principal.html#sts-session-principals
    (asked(FEDERATED), Policies(resource=said(allow(**to(FEDERATED))), session=said(allow("s3:Put*"))), YES),
    (asked(FEDERATED), Policies(identity=(ANY,), session=said(allow("s3:Put*"))), NO),
    (asked(FEDERATED), Policies(identity=(ANY,), session=ANY), YES),
    # access_policies_boundaries.html: an account named in the resource's policy only lets its own policies decide
    (asked(), Policies(identity=(ANY,), boundaries=(said(allow("ec2:*")),), resource=said(allow(**to(ME)))), NO),
    (asked(), Policies(boundaries=(said(allow("ec2:*")),), resource=said(allow(**to("*")))), YES),
    (asked(), Policies(resource=said(allow(**to(ANN))), boundaries=(said(deny()),)), NEVER),
    (asked(SESSION), Policies(resource=said(allow(**to(SESSION))), session=said(deny())), NEVER),
    # S3 API, PutBucketPolicy: the owner's root user cannot lock himself out
    (
        asked(f"arn:aws:iam::{ME}:root", "s3:PutBucketPolicy", "arn:aws:s3:::claims"),
        Policies(resource=said(deny(**to("*")))),
        YES,
    ),
    (
        asked(f"arn:aws:iam::{THEM}:root", "s3:PutBucketPolicy", "arn:aws:s3:::claims"),
        Policies(resource=said(deny(**to("*")))),
        NEVER,
    ),
]

ACROSS = [
    # reference_policies_evaluation-logic-cross-account.html
    (asked(owner=THEM), Policies(identity=(ANY,)), NO),
    (asked(owner=THEM), Policies(resource=said(allow(**to(ANN)))), NO),
    (asked(owner=THEM), Policies(identity=(ANY,), resource=said(allow(**to(ANN)))), YES),
    (asked(owner=THEM), Policies(identity=(ANY,), resource=said(allow(**to(ME)))), YES),
    (asked(owner=THEM), Policies(identity=(ANY,), resource=said(allow(**to("*")))), YES),
    (asked(owner=THEM), Policies(resource=said(allow(**to("*")))), NO),
    (asked(owner=""), Policies(identity=(ANY,)), MAYBE),
    (asked(owner=""), Policies(identity=(ANY,), resource=said(allow(**to(ME)))), YES),
    (
        asked("sns.amazonaws.com", owner=THEM),
        Policies(resource=said(allow(**to("sns.amazonaws.com", kind="Service")))),
        YES,
    ),
]

ORGANISATION = [
    # orgs_manage_policies_scps_evaluation.html
    (asked(), Policies(identity=(ANY,), service_control=((ANY,), (said(allow("ec2:*")),))), NO),
    (asked(), Policies(identity=(ANY,), service_control=((ANY,), (said(allow("ec2:*")), ANY))), YES),
    (asked(), Policies(identity=(ANY,), service_control=((ANY,), (ANY, said(deny("s3:Get*"))))), NEVER),
    (asked(), Policies(identity=(ANY,), service_control=((),)), NO),
    (
        asked(f"arn:aws:sts::{ME}:assumed-role/AWSServiceRoleForX/x"),
        Policies(identity=(ANY,), service_control=((said(deny()),),)),
        YES,
    ),
    (asked(None), Policies(resource=said(allow(**to("*"))), service_control=((said(deny()),),)), YES),
    # orgs_manage_policies_rcps.html
    (asked(), Policies(identity=(ANY,), resource_control=((said(deny(**to("*"))),),)), NEVER),
    (asked(None), Policies(resource=said(allow(**to("*"))), resource_control=((said(deny(**to("*"))),),)), NEVER),
    (
        asked(action="ec2:RunInstances", resource="*"),
        Policies(identity=(said(allow("*")),), resource_control=((said(deny("*", **to("*"))),),)),
        YES,
    ),
    # ... "RCPs cannot be used to restrict ... kms:RetireGrant"
    (
        asked(action="kms:RetireGrant", resource="*"),
        Policies(identity=(said(allow("*")),), resource_control=((said(deny("*", **to("*"))),),)),
        YES,
    ),
    # orgs_manage_policies_scps.html: the root user of a member account is limited, services of AWS are not
    (asked(f"arn:aws:iam::{ME}:root"), Policies(service_control=((ANY,), (said(allow("ec2:*")),))), NO),
    (
        asked("sns.amazonaws.com"),
        Policies(resource=said(allow(**to("sns.amazonaws.com", kind="Service"))), service_control=((said(deny()),),)),
        YES,
    ),
    (asked(FEDERATED), Policies(identity=(ANY,), service_control=((said(deny()),),)), NEVER),
    (
        asked(owner=THEM),
        Policies(identity=(ANY,), resource=said(allow(**to(ANN))), service_control=((ANY,), (said(allow("s3:Put*")),))),
        NO,
    ),
    # vpc-endpoints-access.html
    (asked(), Policies(identity=(ANY,), endpoints=(said(deny("s3:Get*", **to(ANN))), said(allow(**to("*"))))), NEVER),
    (asked(None), Policies(resource=said(allow(**to("*"))), endpoints=(said(allow("s3:Put*", **to("*"))),)), NO),
    (asked(), Policies(identity=(ANY,), endpoints=(said(allow("s3:Get*", **to("*"))),)), YES),
    (asked(), Policies(identity=(ANY,), endpoints=(said(allow("s3:Put*", **to("*"))),)), NO),
]

ROLES_AND_KEYS = [
    # id_roles_terms-and-concepts.html; reference_policies_elements_principal.html
    (asked(**ON_ROLE), Policies(identity=(said(allow("sts:*")),)), NO),
    (asked(**ON_ROLE), Policies(resource=said({**TRUST, **to(ANN)})), YES),
    (asked(**ON_ROLE), Policies(resource=said({**TRUST, **to(ME)})), NO),
    (asked(**ON_ROLE), Policies(identity=(said(allow("sts:*")),), resource=said({**TRUST, **to(ME)})), YES),
    (
        asked("ec2.amazonaws.com", **ON_ROLE),
        Policies(resource=said({**TRUST, **to("ec2.amazonaws.com", kind="Service")})),
        YES,
    ),
    # key-policies.html: only the key policy gives the account's policies a say
    (
        asked(action="kms:Decrypt", resource=f"arn:aws:kms:eu-west-1:{ME}:key/1"),
        Policies(identity=(said(allow("kms:*")),)),
        NO,
    ),
    (
        asked(action="kms:Decrypt", resource=f"arn:aws:kms:eu-west-1:{ME}:key/1"),
        Policies(identity=(said(allow("kms:*")),), resource=said(allow("kms:*", **to(ME)))),
        YES,
    ),
    # key-policy-default.html; grants of a key by name need nothing else, those of other accounts do
    (
        asked(action="kms:Decrypt", resource=f"arn:aws:kms:eu-west-1:{ME}:key/1"),
        Policies(resource=said(allow("kms:*", **to(ANN)))),
        YES,
    ),
    (
        asked(action="kms:Decrypt", resource=f"arn:aws:kms:eu-west-1:{THEM}:key/1", owner=THEM),
        Policies(resource=said(allow("kms:*", **to(ANN)))),
        NO,
    ),
    (asked(action="kms:ListKeys", resource="*"), Policies(identity=(said(allow("kms:*")),)), YES),
    # id_session-tags.html: passing tags needs sts:TagSession in the trust policy
    (
        asked(action="sts:TagSession", resource=CLERK),
        Policies(identity=(said(allow("sts:*")),), resource=said({**TRUST, **to(ME)})),
        NO,
    ),
    (
        asked(f"arn:aws:iam::{ME}:saml-provider/desk", "sts:AssumeRoleWithSAML", CLERK),
        Policies(
            resource=said(
                {
                    **TRUST,
                    "Action": "sts:AssumeRoleWithSAML",
                    **to(f"arn:aws:iam::{ME}:saml-provider/desk", kind="Federated"),
                }
            )
        ),
        YES,
    ),
    (asked(SESSION, **ON_ROLE), Policies(resource=said({**TRUST, **to(CLERK)})), YES),
    (
        asked(f"arn:aws:iam::{THEM}:user/x", **ON_ROLE),
        Policies(resource=said({**TRUST, **to(f"arn:aws:iam::{THEM}:user/x")})),
        NO,
    ),
    # id_credentials_temp_request.html: GetCallerIdentity cannot be denied
    (asked(action="sts:GetCallerIdentity", resource="*"), Policies(identity=(said(deny("*")),)), YES),
    (
        asked(action="iam:CreatePolicyVersion", resource="arn:aws:iam::aws:policy/ReadOnlyAccess"),
        Policies(identity=(said(allow("*")),)),
        NO,
    ),
]


def when(operator: str, key: str, *values: Any, effect: str = "Allow") -> Policies:
    statement = {**allow(), "Effect": effect, "Condition": {operator: {key: list(values)}}}
    return Policies(identity=(said(statement), *((ANY,) if effect == "Deny" else ())))


CONDITIONS = [
    # reference_policies_elements_condition_operators.html
    (asked(aws__tag="a"), when("StringEquals", "aws:tag", "a"), YES),
    (asked(aws__tag="A"), when("StringEquals", "aws:tag", "a"), NO),
    (asked(aws__tag="A"), when("StringEqualsIgnoreCase", "aws:tag", "a"), YES),
    (asked(aws__tag="a"), when("StringEquals", "aws:tag", "*"), NO),
    (asked(aws__tag="abc"), when("StringLike", "aws:tag", "a*"), YES),
    (asked(aws__tag="abc"), when("StringLike", "aws:tag", "a?"), NO),
    (asked(), when("StringEquals", "aws:tag", "a"), NO),
    (asked(), when("StringNotEquals", "aws:tag", "a"), YES),
    (asked(aws__tag="a"), when("StringNotEquals", "aws:tag", "a", "b"), NO),
    (asked(), when("StringEqualsIfExists", "aws:tag", "a"), YES),
    (asked(aws__tag="b"), when("StringEqualsIfExists", "aws:tag", "a"), NO),
    (asked(), when("StringNotEquals", "aws:tag", "a", effect="Deny"), NEVER),
    (asked(aws__n="7"), when("NumericLessThanEquals", "aws:n", "7"), YES),
    (asked(aws__n="7"), when("NumericGreaterThan", "aws:n", 7), NO),
    (asked(aws__t="2026-01-01T00:00:00Z"), when("DateLessThan", "aws:t", "2026-06-01T00:00:00Z"), YES),
    (asked(aws__t="1767225600"), when("DateEquals", "aws:t", "2026-01-01T00:00:00Z"), YES),
    (asked(aws__t="2026-02-01T00:00:00+02:00"), when("DateLessThan", "aws:t", "2026-02-01T00:00:00Z"), YES),
    (asked(aws__t="2026-02-01T00:00:00Z"), when("DateGreaterThan", "aws:t", "2026-03"), NO),
    (asked(aws__t="2026-02-01T00:00:00Z"), when("DateGreaterThanEquals", "aws:t", "2026"), YES),
    (asked(aws__t="2026-02-01"), when("DateNotEquals", "aws:t", "2026-02-01T00:00:00Z"), NO),
    (asked(aws__n="7.0"), when("NumericEquals", "aws:n", "7"), YES),
    (asked(aws__n="seven"), when("NumericEquals", "aws:n", "7"), NO),
    (asked(), when("NumericNotEquals", "aws:n", "7"), YES),
    (asked(aws__k="QmluYXJ5"), when("BinaryEquals", "aws:k", "QmluYXJ5"), YES),
    (asked(aws__k="qmluyxj5"), when("BinaryEquals", "aws:k", "QmluYXJ5"), NO),
    (asked(aws__ip="203.0.113.9"), when("IpAddress", "aws:ip", "203.0.113.9"), YES),
    (asked(aws__ip="2001:db8:0:0::9"), when("NotIpAddress", "aws:ip", "2001:DB8::/32"), NO),
    (asked(), when("NotIpAddress", "aws:ip", "203.0.113.0/24"), YES),
    (asked(), when("BoolIfExists", "aws:b", "false"), YES),
    (asked(aws__b="TRUE"), when("bool", "AWS:B", "true"), YES),
    (asked(aws__a="x"), when("Null", "aws:a", "false"), YES),
    (asked(), when("Null", "aws:a", "false"), NO),
    (asked(aws__tag="A"), when("StringNotEqualsIgnoreCase", "aws:tag", "a"), NO),
    (asked(aws__tag="abc"), when("StringNotLike", "aws:tag", "x*", "ab?"), NO),
    (asked(aws__a="arn:aws:s3:::b:c/d"), when("ArnLike", "aws:a", "arn:aws:s3:::b*d"), YES),
    (asked(aws__a=f"arn:aws:sns:eu-west-1:{ME}:x"), when("ArnNotLike", "aws:a", f"arn:aws:s*:*:{ME}:?"), NO),
    (asked(), when("ArnNotEquals", "aws:a", "arn:aws:s3:::b"), YES),
    (asked(aws__b="true"), when("Bool", "aws:b", True), YES),
    (asked(), when("Bool", "aws:b", "false"), NO),
    (asked(aws__ip="203.0.113.9"), when("IpAddress", "aws:ip", "203.0.113.0/24"), YES),
    (asked(aws__ip="2001:db8::9"), when("IpAddress", "aws:ip", "203.0.113.0/24", "2001:db8::/32"), YES),
    (asked(aws__ip="203.0.114.9"), when("NotIpAddress", "aws:ip", "203.0.113.0/24"), YES),
    (asked(aws__a=f"arn:aws:sns:eu-west-1:{ME}:x"), when("ArnLike", "aws:a", f"arn:aws:sns:*:{ME}:*"), YES),
    (asked(aws__a=f"arn:aws:sns:eu-west-1:{ME}:x"), when("ArnEquals", "aws:a", "arn:aws:*:x"), NO),
    (asked(), when("Null", "aws:a", "true"), YES),
    (asked(aws__a="x"), when("Null", "aws:a", "true"), NO),
    # reference_policies_condition-single-vs-multi-valued-context-keys.html
    (asked(aws__k=("a", "b")), when("ForAllValues:StringEquals", "aws:k", "a", "b", "c"), YES),
    (asked(aws__k=("a", "z")), when("ForAllValues:StringEquals", "aws:k", "a", "b"), NO),
    (asked(), when("ForAllValues:StringEquals", "aws:k", "a"), YES),
    (asked(aws__k=()), when("ForAllValues:StringEquals", "aws:k", "a"), YES),
    (asked(aws__k=("a", "z")), when("ForAnyValue:StringEquals", "aws:k", "a", "b"), YES),
    (asked(), when("ForAnyValue:StringEquals", "aws:k", "a"), NO),
    (asked(aws__k=("a", "z")), when("ForAnyValue:StringNotEquals", "aws:k", "a"), YES),
    (asked(aws__k=("a", "z")), when("ForAllValues:StringNotEquals", "aws:k", "a"), NO),
]

TAGGED: dict[str, Any] = {"aws:PrincipalTag/Team": "ann"}
VARIABLES = [
    # reference_policies_variables.html
    (
        asked(aws__username="ann"),
        Policies(identity=(said(allow(resource="arn:aws:s3:::claims/${aws:username}/*")),)),
        YES,
    ),
    (
        asked(aws__username="bob"),
        Policies(identity=(said(allow(resource="arn:aws:s3:::claims/${aws:username}/*")),)),
        NO,
    ),
    (asked(), Policies(identity=(said(allow(resource="arn:aws:s3:::claims/${aws:username}/*")),)), NO),
    (asked(), Policies(identity=(said(allow(resource="arn:aws:s3:::claims/${aws:username, 'ann'}/*")),)), YES),
    (asked(aws__username="*"), Policies(identity=(said(allow(resource="arn:aws:s3:::claims/${aws:username}/*")),)), NO),
    (
        asked(aws__username="ann"),
        Policies(identity=(said(allow(resource="arn:aws:s3:::claims/${aws:username}/*"), version="2008-10-17"),)),
        NO,
    ),
    (
        asked(resource="arn:aws:s3:::a*b"),
        Policies(identity=(said(allow(resource="arn:aws:s3:::a${*}b")),)),
        YES,
    ),
    (asked(resource="arn:aws:s3:::axb"), Policies(identity=(said(allow(resource="arn:aws:s3:::a${*}b")),)), NO),
    (
        asked(),
        Policies(identity=(said({"Effect": "Allow", "Action": "*", "NotResource": "arn:aws:s3:::x/${aws:username}"}),)),
        NO,
    ),
    # a key with several values is no variable; the keys of tags may be variables, in any case
    (asked(aws__k=("a", "b")), Policies(identity=(said(allow(resource="arn:aws:s3:::claims/${aws:k}/*")),)), NO),
    (
        asked(**TAGGED),
        Policies(identity=(said(allow(resource="arn:aws:s3:::claims/${aws:principaltag/team}/*")),)),
        YES,
    ),
    (asked(aws__tag="ann", aws__username="ann"), when("StringEquals", "aws:tag", "${aws:username}"), YES),
    (asked(aws__tag="ann"), when("StringEquals", "aws:tag", "${aws:username, 'ann'}"), YES),
    (asked(aws__tag="ann"), when("StringEquals", "aws:tag", "${aws:username}"), NO),
    (asked(aws__tag="a?"), when("StringLike", "aws:tag", "a${?}"), YES),
    (asked(aws__tag="ab"), when("StringLike", "aws:tag", "a${?}"), NO),
    # reference_policies_elements_action.html, reference_policies_elements_notaction.html
    (asked(action="iam:GetUser", resource="*"), Policies(identity=(said(allow("iam:Get*")),)), YES),
    (asked(action="iam:ListUsers", resource="*"), Policies(identity=(said(allow("i?m:*User*")),)), YES),
    (asked(), Policies(identity=(said({"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}),)), YES),
    (asked(), Policies(identity=(ANY, said({"Effect": "Deny", "NotAction": "s3:Get*", "Resource": "*"}))), YES),
    (
        asked(action="s3:PutObject"),
        Policies(identity=(ANY, said({"Effect": "Deny", "NotAction": "s3:Get*", "Resource": "*"}))),
        NEVER,
    ),
    (
        asked(),
        Policies(identity=(ANY, said({"Effect": "Deny", "Action": "*", "NotResource": "arn:aws:s3:::claims/*"}))),
        YES,
    ),
    # reference_policies_elements_resource.html
    (asked(action="S3:GETOBJECT"), Policies(identity=(said(allow("s3:getobject", "arn:aws:s3:::claims/*")),)), YES),
    (asked(resource="arn:aws:s3:::Claims/1"), Policies(identity=(said(allow(resource="arn:aws:s3:::claims/*")),)), NO),
    (asked(), Policies(identity=(said(allow(resource="arn:aws:s3")),)), YES),
    (asked(resource="arn:aws:s3:::x:y"), Policies(identity=(said(allow(resource="arn:aws:s3:*::y")),)), NO),
    (
        asked(action="sqs:SendMessage", resource=f"arn:aws:sqs:eu-west-1:{ME}:q"),
        Policies(identity=(said(allow("sqs:*", "arn:aws:sqs:*:q")),)),
        YES,
    ),
]

UNKNOWNS = [
    (asked(rest_missing=False), when("StringEquals", "aws:tag", "a"), MAYBE),
    (asked(rest_missing=False), Policies(identity=(ANY, *when("StringEquals", "aws:tag", "a").identity)), YES),
    (asked(rest_missing=False), when("StringEquals", "aws:tag", "a", effect="Deny"), MAYBE),
    (asked(rest_missing=False, owner=THEM), when("StringEquals", "aws:tag", "a"), NO),
]


@pytest.mark.parametrize(
    ("request_", "policies", "outcome"),
    [*SAME_ACCOUNT, *ACROSS, *ORGANISATION, *ROLES_AND_KEYS, *CONDITIONS, *VARIABLES, *UNKNOWNS],
)
def test_decides_as_documented(request_: Request, policies: Policies, outcome: Outcome) -> None:
    assert evaluate(request_, policies).outcome is outcome


def test_says_which_statement_decides() -> None:
    held = said(allow(), deny(Sid="NoReading", action="s3:Get*"))
    decision = evaluate(asked(), Policies(identity=(held,)))
    assert decision.because == ("Statement 2 (NoReading) of a policy denies it.",)


def test_says_what_an_unknown_answer_hangs_on() -> None:
    decision = evaluate(asked(rest_missing=False), when("IpAddress", "aws:SourceIp", "10.0.0.0/8"))
    assert decision.needs == {"aws:sourceip"}
