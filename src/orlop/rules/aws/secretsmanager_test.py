from typing import Any

import pytest
from tests.cases import ACCOUNT, DENIED, REGION, days_ago, unlisted, verdict
from tests.people import says

from orlop.estate.aws.policy import Document
from orlop.estate.aws.secretsmanager import Rotation, Secret
from orlop.estate.change import Change
from orlop.estate.fact import Fact, Unread
from orlop.rules.aws import secretsmanager as rules
from orlop.rules.rule import Fail, Pass, Unknown, Verdict


def secret(
    *,
    policy: Document | Unread | None = None,
    rotation: Rotation | None = None,
    service: str = "",
    primary: str = "",
    age: int = 400,
    read: int | None = 1,
) -> Secret:
    return Secret(
        id=f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:claims-db-AbCdEf",
        account=ACCOUNT,
        region=REGION,
        name="claims-db",
        source="secretsmanager:ListSecrets",
        service=service,
        kms_key=None,
        created=days_ago(age),
        changed=None,
        accessed=None if read is None else days_ago(read),
        primary_region=primary,
        rotation=rotation,
        policy=Fact(policy, "secretsmanager:GetResourcePolicy"),
    )


def reads(principal: Any, **more: Any) -> dict[str, Any]:
    return {
        "Effect": "Allow",
        "Principal": principal,
        "Action": "secretsmanager:GetSecretValue",
        "Resource": "*",
        **more,
    }


ROLE = reads({"AWS": f"arn:aws:iam::{ACCOUNT}:role/claims"})


@pytest.mark.parametrize(
    ("policy", "expected", "left"),
    [
        pytest.param(None, Pass, None, id="no policy"),
        pytest.param(says(ROLE), Pass, None, id="a role of ours"),
        pytest.param(says(reads("*")), Fail, None, id="everyone"),
        pytest.param(says(ROLE, reads("*")), Fail, says(ROLE), id="everyone, and a role that stays"),
        pytest.param(
            says(reads("*", Condition={"StringEquals": {"aws:PrincipalOrgID": "o-1"}})), Pass, None, id="organisation"
        ),
        pytest.param(DENIED, Unknown, None, id="denied"),
    ],
)
def test_secret_open_to_everyone(
    policy: Document | Unread | None, expected: type[Verdict], left: Document | None
) -> None:
    said = verdict(rules.secret_open_to_everyone, secret(policy=policy))
    assert isinstance(said, expected)
    if isinstance(said, Fail):
        assert isinstance(said.fix, Change)
        assert said.fix.becomes == left


def rotation(
    *, every: int | None = 30, schedule: str = "", last: int | None = None, next: int | None = None
) -> Rotation:
    return Rotation(
        every_days=every,
        schedule=schedule,
        last=None if last is None else days_ago(last),
        next=None if next is None else days_ago(next),
    )


@pytest.mark.parametrize(
    ("held", "expected"),
    [
        pytest.param(secret(rotation=rotation()), Pass, id="replaced"),
        pytest.param(secret(), Fail, id="never replaced"),
        pytest.param(secret(service="rds"), Pass, id="kept by a service"),
        pytest.param(secret(primary="us-east-1"), Pass, id="a copy"),
    ],
)
def test_secret_never_replaced(held: Secret, expected: type[Verdict]) -> None:
    assert isinstance(verdict(rules.secret_never_replaced, held), expected)


@pytest.mark.parametrize(
    ("held", "expected"),
    [
        pytest.param(secret(), Pass, id="none planned"),
        pytest.param(secret(rotation=rotation(next=-5)), Pass, id="still to come"),
        pytest.param(secret(rotation=rotation(next=1)), Pass, id="today"),
        pytest.param(secret(rotation=rotation(next=2)), Fail, id="missed"),
        pytest.param(secret(rotation=rotation(last=31)), Pass, id="due today"),
        pytest.param(secret(rotation=rotation(last=32)), Fail, id="too long ago"),
        pytest.param(secret(rotation=rotation()), Fail, id="never yet"),
        pytest.param(secret(rotation=rotation(), age=3), Pass, id="new"),
        pytest.param(secret(rotation=rotation(every=None, schedule="cron(0 8 1 * ? *)")), Pass, id="no day is named"),
        pytest.param(secret(rotation=rotation(next=50), service="rds"), Pass, id="kept by a service"),
    ],
)
def test_secret_replacement_overdue(held: Secret, expected: type[Verdict]) -> None:
    assert isinstance(verdict(rules.secret_replacement_overdue, held), expected)


@pytest.mark.parametrize(
    ("held", "expected"),
    [
        pytest.param(secret(read=90), Pass, id="90 days"),
        pytest.param(secret(read=91), Fail, id="91 days"),
        pytest.param(secret(read=None), Fail, id="never"),
        pytest.param(secret(read=None, age=10), Pass, id="new"),
        pytest.param(secret(read=None, service="rds"), Pass, id="kept by a service"),
        pytest.param(secret(read=None, primary="us-east-1"), Pass, id="a copy for emergencies"),
    ],
)
def test_secret_unused(held: Secret, expected: type[Verdict]) -> None:
    assert isinstance(verdict(rules.secret_unused, held), expected)


def test_secrets_that_were_not_listed() -> None:
    for rule in rules.ALL:
        assert isinstance(unlisted(rule), Unknown)
