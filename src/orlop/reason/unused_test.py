from typing import Any

import pytest
from tests.people import allow, deny, says

from orlop.estate.aws.iam import Use
from orlop.reason.access.clauses import policy
from orlop.reason.access.compare import compare
from orlop.reason.unused import smaller, unused

GONE = frozenset({"sqs", "s3:putobject"})


@pytest.mark.parametrize(
    ("held", "left"),
    [
        ([allow(["s3:GetObject", "s3:PutObject"])], [allow(["s3:GetObject"])]),
        ([allow("s3:*"), allow("SQS:*")], [allow("s3:*")]),
        ([allow("s3:Put*")], [allow("s3:Put*")]),
        ([allow("*")], [allow("*")]),
        ([allow("ec2:*"), deny("sqs:*")], [allow("ec2:*"), deny("sqs:*")]),
        ([allow(["sqs:SendMessage"])], None),
    ],
)
def test_smaller(held: list[dict[str, Any]], left: list[dict[str, Any]] | None) -> None:
    found = smaller(says(*held), GONE)
    assert found == (says(*left) if left else None)
    if found:
        compared = compare([policy(says(*held), "old")], [policy(found, "new")])
        assert not compared.grants
        assert not compared.unsure


def test_what_was_not_used_for_long() -> None:
    uses = (Use("s3", "5"), Use("sqs", "91"), Use("sns", None), Use("s3:PutObject", None))
    assert unused(uses, days_since=int, days=90) == {"sqs", "sns", "s3:putobject"}
