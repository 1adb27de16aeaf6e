from typing import Any

import pytest
from tests.cases import ACCOUNT, DENIED, verdict
from tests.people import iam, role, trusts

from orlop.estate.aws.iam import Role
from orlop.rules.aws import iam_role as rules
from orlop.rules.rule import Fail, Pass, Severity, Unknown, Verdict

OTHER = "444455556666"
WEB = "sts:AssumeRoleWithWebIdentity"
ADMIN = ("aws/AdministratorAccess",)


def web(host: str, condition: dict[str, Any] | None = None) -> Role:
    return role(trust=trusts({"Federated": iam(f"oidc-provider/{host}")}, condition, action=WEB))


@pytest.mark.parametrize(
    ("who", "expected"),
    [
        pytest.param(role(trust=trusts({"AWS": "*"})), Fail, id="anyone"),
        pytest.param(role(trust=trusts({"AWS": ACCOUNT})), Pass, id="our own account"),
        pytest.param(
            role(trust=trusts({"AWS": "*"}, {"StringEquals": {"aws:PrincipalOrgID": "o-1"}})),
            Pass,
            id="our organisation",
        ),
        pytest.param(role(trust=DENIED, path="/aws-service-role/x.amazonaws.com/"), Pass, id="AWS's own, so moot"),
        pytest.param(role(trust=DENIED), Unknown, id="malformed"),
    ],
)
def test_open_to_everyone(who: Role, expected: type[Verdict]) -> None:
    assert isinstance(verdict(rules.open_to_everyone, who), expected)


def test_open_to_everyone_says_what_strangers_may_do() -> None:
    said = verdict(rules.open_to_everyone, role(trust=trusts("*"), has=ADMIN))
    assert "everything in this account" in said.because


@pytest.mark.parametrize(
    ("who", "expected", "severity"),
    [
        pytest.param(role(trust=trusts({"AWS": OTHER})), Fail, None, id="another account"),
        pytest.param(role(trust=trusts({"AWS": OTHER}), has=ADMIN), Fail, Severity.HIGH, id="as an administrator"),
        pytest.param(role(trust=trusts({"AWS": OTHER}), own=DENIED), Fail, None, id="rights not read: trusted anyway"),
        pytest.param(
            role(trust=trusts({"AWS": OTHER}, {"StringEquals": {"sts:ExternalId": "x"}})), Pass, None, id="external id"
        ),
        pytest.param(role(), Pass, None, id="a service"),
        pytest.param(role(trust=DENIED), Unknown, None, id="malformed"),
    ],
)
def test_trusts_another_account(who: Role, expected: type[Verdict], severity: Severity | None) -> None:
    said = verdict(rules.trusts_another_account, who)
    assert isinstance(said, expected)
    assert getattr(said, "severity", None) is severity


BOUND = {"StringEquals": {"aws:SourceAccount": ACCOUNT}}
GITHUB = "token.actions.githubusercontent.com"
OURS = {"StringLike": {f"{GITHUB}:sub": "repo:acme/site:*"}}


@pytest.mark.parametrize(
    ("who", "expected", "severity"),
    [
        pytest.param(web(GITHUB), Fail, None, id="all of GitHub"),
        pytest.param(web("oidc.eks.eu-west-1.amazonaws.com/id/1A"), Fail, Severity.HIGH, id="all of one's own cluster"),
        pytest.param(web(GITHUB, OURS), Pass, None, id="one repository"),
        pytest.param(role(), Pass, None, id="no web sign-in"),
        pytest.param(role(trust=DENIED), Unknown, None, id="malformed"),
    ],
)
def test_trusts_all_of_a_web_identity(who: Role, expected: type[Verdict], severity: Severity | None) -> None:
    said = verdict(rules.trusts_all_of_a_web_identity, who)
    assert isinstance(said, expected)
    assert getattr(said, "severity", None) is severity


@pytest.mark.parametrize(
    ("who", "expected"),
    [
        pytest.param(role(trust=trusts({"Service": "scheduler.amazonaws.com"})), Fail, id="not bound"),
        pytest.param(
            role(trust=trusts({"Service": "scheduler.amazonaws.com"}, BOUND)),
            Pass,
            id="bound",
        ),
        pytest.param(role(trust=trusts({"Service": "ec2.amazonaws.com"})), Pass, id="instances: nothing to bind"),
        pytest.param(role(trust=trusts({"Service": "lambda.amazonaws.com"})), Pass, id="functions: nothing to bind"),
        pytest.param(role(trust=DENIED), Unknown, id="malformed"),
    ],
)
def test_trusts_service_for_anyone(who: Role, expected: type[Verdict]) -> None:
    assert isinstance(verdict(rules.trusts_service_for_anyone, who), expected)
