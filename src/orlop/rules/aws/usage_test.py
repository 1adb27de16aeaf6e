from typing import Any

import pytest
from tests.cases import ACCOUNT, DENIED, days_ago, verdict
from tests.people import allow, role, says, user

from orlop.estate.aws.iam import LastAccessed, Role, Use, User
from orlop.estate.change import Change
from orlop.estate.fact import Fact, Unread
from orlop.rules.aws import usage
from orlop.rules.rule import Fail, Pass, Unknown

OWN = says(allow(["s3:GetObject", "s3:PutObject"]), allow("sqs:*"))


def accessed(who: User | Role, uses: dict[str, int | None] | Unread) -> LastAccessed:
    """What somebody used, and how many days ago."""
    held = (
        uses
        if isinstance(uses, Unread)
        else tuple(Use(what, None if days is None else days_ago(days)) for what, days in uses.items())
    )
    return LastAccessed(
        id=f"{who.id}/last-accessed",
        account=ACCOUNT,
        region="",
        name=who.name,
        source="iam:GetAccountAuthorizationDetails",
        entity=who.id,
        uses=Fact(held, "iam:GetServiceLastAccessedDetails"),
    )


APP = role("app", own=OWN)
YESTERDAY: dict[str, int | None] = {"s3": 1, "s3:GetObject": 1, "s3:PutObject": 3, "sqs": 2}


@pytest.mark.parametrize(
    ("who", "uses", "expected"),
    [
        pytest.param(APP, YESTERDAY, Pass, id="all used"),
        pytest.param(APP, YESTERDAY | {"sqs": None}, Fail, id="a service that was never used"),
        pytest.param(APP, YESTERDAY | {"sqs": 200}, Fail, id="a service that was used long ago"),
        pytest.param(APP, YESTERDAY | {"s3:PutObject": None}, Fail, id="an action"),
        pytest.param(user("ann", own=OWN), YESTERDAY | {"sqs": None}, Fail, id="a user"),
        pytest.param(user("new", own=OWN, created=5), YESTERDAY | {"sqs": None}, Pass, id="too new to tell"),
        pytest.param(APP, DENIED, Unknown, id="denied"),
    ],
)
def test_permissions_unused(who: User | Role, uses: Any, expected: type) -> None:
    subject = accessed(who, uses)
    assert isinstance(verdict(usage.permissions_unused, subject, who), expected)


def test_the_smaller_policy_is_the_fix() -> None:
    subject = accessed(APP, YESTERDAY | {"sqs": None, "s3:PutObject": None})
    found = verdict(usage.permissions_unused, subject, APP)
    assert isinstance(found, Fail)
    assert "sqs" in found.because
    assert isinstance(found.fix, Change)
    [left] = found.fix.becomes
    assert left.document == says(allow(["s3:GetObject"]))


def test_managed_policies_may_be_others_too() -> None:
    who = role("app", has=("aws/AmazonSQSFullAccess",))
    found = verdict(usage.permissions_unused, accessed(who, {"sqs": None}), who)
    assert isinstance(found, Fail)
    assert found.fix is None
