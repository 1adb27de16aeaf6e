from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.cases import ACCOUNT, DENIED, estate
from tests.people import ADMIN, READER, allow, aws_policy, deny, group, iam, policy, role, says, trusts, user

from orlop.estate.aws.policy import Document
from orlop.estate.fact import NotKnown
from orlop.reason import identity
from orlop.reason.identity import Power

SELF_SERVICE = says(allow("iam:*AccessKey*", f"arn:aws:iam::{ACCOUNT}:user/${{aws:username}}"))
ALL_BUT_IAM = {"Effect": "Allow", "NotAction": ["iam:*", "organizations:*"], "Resource": "*"}
ALL_BUT_A_BUCKET = {"Effect": "Allow", "Action": "*", "NotResource": "arn:aws:s3:::backups/*"}


@pytest.mark.parametrize(
    ("held", "power"),
    [
        pytest.param(ADMIN, Power.ADMIN, id="everything"),
        pytest.param(says(allow("*:*")), Power.ADMIN, id="everything, the long way"),
        pytest.param(says(allow(["*"], ["*"])), Power.ADMIN, id="lists"),
        pytest.param(says(allow("iam:*")), Power.RIGHTS, id="all of iam"),
        pytest.param(says(allow("IAM:putuserpolicy")), Power.RIGHTS, id="actions ignore case"),
        pytest.param(says(allow("iam:AttachRolePolicy")), Power.RIGHTS, id="one action that leads to all"),
        pytest.param(says(allow("iam:PutRolePolicy", "arn:aws:iam::*:role/*")), Power.RIGHTS, id="of all roles"),
        pytest.param(says(allow("iam:PutRolePolicy", iam("role/app-*"))), Power.LIMITED, id="of some roles"),
        pytest.param(SELF_SERVICE, Power.LIMITED, id="one's own keys"),
        pytest.param(says(ALL_BUT_IAM), Power.STRONG, id="all but iam"),
        pytest.param(says({**ALL_BUT_IAM, "NotAction": "s3:DeleteBucket"}), Power.RIGHTS, id="all but one thing"),
        pytest.param(says(ALL_BUT_A_BUCKET), Power.ADMIN, id="all but one bucket"),
        pytest.param(READER, Power.LIMITED, id="reading"),
        pytest.param(says(allow("*", "arn:aws:s3:::claims/*")), Power.LIMITED, id="everything on one bucket"),
        pytest.param(says(allow("*"), deny("iam:*")), Power.STRONG, id="a deny takes the rights back"),
        pytest.param(says(allow("*"), deny("*")), Power.LIMITED, id="a deny takes all back"),
        pytest.param(
            says(allow("*"), deny("iam:*", Condition={"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}})),
            Power.ADMIN,
            id="a deny with a condition leaves a way",
        ),
        pytest.param(
            says(allow("*"), deny("iam:*", iam("role/break-glass"))),
            Power.ADMIN,
            id="a deny for one role leaves the rest",
        ),
        pytest.param(
            says(allow("iam:AttachRolePolicy", Condition={"ArnEquals": {"iam:PolicyARN": iam("policy/app")}})),
            Power.LIMITED,
            id="may attach one policy only",
        ),
        pytest.param(
            says(allow("iam:PutRolePolicy", Condition={"StringEquals": {"iam:PermissionsBoundary": iam("policy/b")}})),
            Power.LIMITED,
            id="may give rights within a boundary only",
        ),
        pytest.param(
            says(allow("*", Condition={"Bool": {"aws:MultiFactorAuthPresent": "true"}})),
            Power.ADMIN,
            id="with a condition",
        ),
    ],
)
def test_what_a_policy_gives(held: Document, power: Power) -> None:
    assert identity.rights_of(policy("p", held)).power is power


def test_conditions_that_were_not_weighed_are_told() -> None:
    found = identity.rights_of(policy("p", says(allow("*", Condition={"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}}))))
    assert found.only_if == ("aws:SourceIp",)
    assert "aws:SourceIp" in found.in_words


def test_a_user_has_what_his_groups_have() -> None:
    admins = group("admins", has=("aws/AdministratorAccess",))
    found = identity.rights(user(groups=("admins",)), estate(admins))
    assert (found.power, found.by) == (Power.ADMIN, "AdministratorAccess")


def test_rights_add_up_over_policies() -> None:
    beside = policy("rights", says(allow("iam:PutUserPolicy")))
    found = identity.rights(user(has=("aws/PowerUserAccess", "rights")), estate(beside))
    assert found.power is Power.ADMIN


def test_a_deny_in_one_policy_counts_for_all() -> None:
    found = identity.rights(user(has=("aws/AdministratorAccess",), own=says(deny("*"))), estate())
    assert found.power is Power.LIMITED


@pytest.mark.parametrize(
    ("boundary", "power"),
    [
        pytest.param(says(allow("s3:*")), Power.LIMITED, id="narrow"),
        pytest.param(says(allow("*")), Power.ADMIN, id="wide"),
        pytest.param(says(allow("*"), deny("iam:*")), Power.STRONG, id="all but rights"),
    ],
)
def test_a_boundary_limits(boundary: Document, power: Power) -> None:
    who = role(has=("aws/AdministratorAccess",), boundary=iam("policy/boundary"))
    assert identity.rights(who, estate(policy("boundary", boundary))).power is power


def test_a_policy_of_amazons_is_looked_up() -> None:
    held = aws_policy("job-function/SystemAdministrator", says(allow("iam:*")))
    who = role(has=("aws/job-function/SystemAdministrator",))
    assert identity.rights(who, estate(held)).power is Power.RIGHTS


def test_what_was_not_read_is_not_known() -> None:
    for who in (user(own=DENIED), user(has=("gone",)), user(groups=("gone",)), role(boundary=iam("policy/gone"))):
        with pytest.raises(NotKnown):
            identity.rights(who, estate())
        assert not identity.surely_admin(who, estate())


OTHER = "444455556666"
GITHUB = iam("oidc-provider/token.actions.githubusercontent.com")
SUB, AUD = "token.actions.githubusercontent.com:sub", "token.actions.githubusercontent.com:aud"
WEB = "sts:AssumeRoleWithWebIdentity"


@pytest.mark.parametrize(
    ("trust", "strangers"),
    [
        pytest.param(trusts("*"), True, id="anyone"),
        pytest.param(trusts({"AWS": "*"}), True, id="any account"),
        pytest.param(trusts({"AWS": "*"}, {"StringEquals": {"sts:ExternalId": "x"}}), True, id="with an external id"),
        pytest.param(
            trusts({"AWS": "*"}, {"StringEquals": {"aws:PrincipalOrgID": "o-1"}}), False, id="of our organisation"
        ),
        pytest.param(trusts({"AWS": "*"}, {"StringEquals": {"aws:PrincipalAccount": ACCOUNT}}), False, id="our own"),
        pytest.param(trusts({"AWS": OTHER}), False, id="one account"),
        pytest.param(trusts({"AWS": "*"}, action="sts:TagSession"), False, id="not assuming"),
    ],
)
def test_strangers(trust: Document, strangers: bool) -> None:
    assert bool(identity.strangers(role(trust=trust))) is strangers


@pytest.mark.parametrize(
    ("principal", "condition", "found"),
    [
        pytest.param(OTHER, None, (OTHER,), id="another account"),
        pytest.param(f"arn:aws:iam::{OTHER}:role/vendor", None, (OTHER,), id="a role of another account"),
        pytest.param(ACCOUNT, None, (), id="our own account"),
        pytest.param(OTHER, {"StringEquals": {"sts:ExternalId": "x"}}, (), id="with an external id"),
        pytest.param(OTHER, {"StringLike": {"sts:ExternalId": "*"}}, (OTHER,), id="with any external id"),
        pytest.param(OTHER, {"StringNotEquals": {"sts:ExternalId": "x"}}, (OTHER,), id="with all external ids but one"),
        pytest.param(OTHER, {"Bool": {"aws:MultiFactorAuthPresent": "true"}}, (), id="with a second factor"),
        pytest.param(OTHER, {"BoolIfExists": {"aws:MultiFactorAuthPresent": "true"}}, (OTHER,), id="if there is one"),
        pytest.param(OTHER, {"StringEquals": {"aws:PrincipalOrgID": "o-1"}}, (), id="of our organisation"),
    ],
)
def test_other_accounts(principal: str, condition: dict[str, Any] | None, found: tuple[str, ...]) -> None:
    who = role(trust=trusts({"AWS": principal}, condition))
    assert tuple(opening.name for opening in identity.other_accounts(who, estate(who))) == found


@pytest.mark.parametrize(
    ("principal", "condition", "found"),
    [
        pytest.param({"Federated": GITHUB}, None, True, id="nothing asked"),
        pytest.param({"Federated": GITHUB}, {"StringEquals": {AUD: "sts.amazonaws.com"}}, True, id="the audience only"),
        pytest.param({"Federated": GITHUB}, {"StringLike": {SUB: "repo:*"}}, True, id="any repository"),
        pytest.param({"Federated": GITHUB}, {"StringLike": {SUB: "repo:acme/*"}}, False, id="those of one owner"),
        pytest.param({"Federated": iam("saml-provider/office")}, None, False, id="people of one's own SAML sign-in"),
    ],
)
def test_web_identities(principal: Any, condition: dict[str, Any] | None, found: bool) -> None:
    who = role(trust=trusts(principal, condition, action=WEB))
    assert bool(identity.web_identities(who)) is found


@pytest.mark.parametrize(
    ("service", "condition", "found"),
    [
        pytest.param("ec2.amazonaws.com", None, False, id="nothing to bind for instances"),
        pytest.param("lambda.amazonaws.com", None, False, id="nothing to bind for functions"),
        pytest.param("scheduler.amazonaws.com", None, True, id="not bound"),
        pytest.param("scheduler.amazonaws.com", {"StringEquals": {"aws:SourceAccount": ACCOUNT}}, False, id="bound"),
        pytest.param(
            "scheduler.amazonaws.com",
            {"ArnLike": {"aws:SourceArn": f"arn:aws:scheduler:*:{ACCOUNT}:schedule/*"}},
            False,
            id="bound by an ARN",
        ),
    ],
)
def test_unbound_services(service: str, condition: dict[str, Any] | None, found: bool) -> None:
    assert bool(identity.unbound_services(role(trust=trusts({"Service": service}, condition)))) is found


def test_roles_that_aws_keeps_are_not_judged() -> None:
    kept = role(trust=trusts("*"), path="/aws-service-role/x.amazonaws.com/")
    assert identity.strangers(kept) == ()


ACTIONS = st.sampled_from(["*", "iam:*", "iam:PutRolePolicy", "s3:*", "ec2:*", "iam:Attach*", "kms:*", "*:*"])
RESOURCES = st.sampled_from(["*", iam("role/*"), iam("role/app"), "arn:aws:s3:::claims/*"])
CONDITIONS = st.sampled_from([None, {"Bool": {"aws:SecureTransport": "true"}}])


def statements(effect: str) -> st.SearchStrategy[dict[str, Any]]:
    parts = st.tuples(ACTIONS, RESOURCES, CONDITIONS)
    return parts.map(lambda p: {"Effect": effect, "Action": p[0], "Resource": p[1], "Condition": p[2]})


ALLOWS, DENIES = statements("Allow"), statements("Deny")


def power(*statements: dict[str, Any]) -> Power:
    return identity.rights_of(policy("p", says(*statements))).power


@given(st.lists(ALLOWS | DENIES, max_size=4), ALLOWS)
def test_an_allow_more_never_takes_power(some: list[dict[str, Any]], more: dict[str, Any]) -> None:
    assert power(*some, more) >= power(*some)


@given(st.lists(ALLOWS | DENIES, max_size=4), DENIES)
def test_a_deny_more_never_gives_power(some: list[dict[str, Any]], more: dict[str, Any]) -> None:
    assert power(*some, more) <= power(*some)


@given(st.lists(ALLOWS | DENIES, max_size=4).flatmap(lambda some: st.tuples(st.just(some), st.permutations(some))))
def test_the_order_of_statements_says_nothing(both: tuple[list[dict[str, Any]], list[dict[str, Any]]]) -> None:
    some, mixed = both
    assert power(*mixed) == power(*some)
