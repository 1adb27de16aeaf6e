from datetime import UTC, datetime
from typing import Any

from tests.answers import Answers, seen
from tests.cases import ACCOUNT, REGION

from orlop.collect.aws import secretsmanager
from orlop.estate.aws.secretsmanager import Rotation, Secret

DAY = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
ISO = "2026-01-02T03:04:05+00:00"
PLAIN: dict[str, Any] = {
    "ARN": f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:db-1",
    "Name": "db",
    "CreatedDate": DAY,
}


def secret(*, policy: Any = None, **more: Any) -> Secret:
    said = {"ResourcePolicy": policy} if policy else {}
    answers = Answers(
        {
            "secretsmanager:ListSecrets": {"SecretList": [{**PLAIN, **more}]},
            "secretsmanager:GetResourcePolicy": "AccessDenied" if policy == "AccessDenied" else said,
        }
    )
    [found] = seen([secretsmanager.secrets], answers).each(Secret)
    return found


def test_a_plain_secret() -> None:
    found = secret()
    assert (found.name, found.created, found.accessed, found.rotation, found.policy.value) == (
        "db",
        ISO,
        None,
        None,
        None,
    )


def test_a_secret_that_is_replaced() -> None:
    found = secret(
        RotationEnabled=True,
        RotationRules={"AutomaticallyAfterDays": 30},
        LastRotatedDate=DAY,
        NextRotationDate=DAY,
        LastAccessedDate=DAY,
        OwningService="rds",
    )
    assert found.rotation == Rotation(every_days=30, schedule="", last=ISO, next=ISO)
    assert (found.service, found.accessed) == ("rds", ISO)


def test_rotation_that_was_switched_off_is_none() -> None:
    assert secret(RotationEnabled=False, RotationRules={"AutomaticallyAfterDays": 30}).rotation is None


def test_a_copy_knows_where_it_comes_from() -> None:
    assert secret(PrimaryRegion="us-east-1").primary_region == "us-east-1"
    assert secret(PrimaryRegion=REGION).primary_region == ""


def test_policies() -> None:
    assert secret(policy='{"Statement":[]}').policy.value
    assert secret(policy="{").policy.unread
    assert secret(policy="AccessDenied").policy.unread
