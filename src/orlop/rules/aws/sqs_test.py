from typing import Any

import pytest
from tests.cases import ACCOUNT, DENIED, REGION, verdict

from orlop.estate.aws.policy import document
from orlop.estate.aws.sqs import SQS_KEY, Queue
from orlop.estate.change import Change
from orlop.estate.fact import Fact
from orlop.rules.aws import sqs
from orlop.rules.rule import Fail, Pass, Unknown, Verdict

ARN = f"arn:aws:sqs:{REGION}:{ACCOUNT}:claims"


def queue(*statements: dict[str, Any], policy: Any = None, encryption: Any = SQS_KEY) -> Queue:
    held = document({"Statement": list(statements)}) if statements else policy
    return Queue(
        id=ARN,
        account=ACCOUNT,
        region=REGION,
        name="claims",
        source="sqs:ListQueues",
        policy=Fact(held, "sqs:GetQueueAttributes"),
        encryption=Fact(encryption, "sqs:GetQueueAttributes"),
    )


def allow(principal: Any = "*", **rest: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Principal": principal, "Action": "sqs:*", "Resource": ARN, **rest}


US = allow({"AWS": f"arn:aws:iam::{ACCOUNT}:root"})
FROM_TOPIC = allow(Condition={"ArnEquals": {"aws:SourceArn": f"arn:aws:sns:{REGION}:{ACCOUNT}:alarms"}})
FROM_ANY_TOPIC = allow(Condition={"ArnLike": {"aws:SourceArn": "arn:aws:sns:*:*:*"}})


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        pytest.param(queue(), Pass, id="no policy"),
        pytest.param(queue(US, FROM_TOPIC), Pass, id="ourselves and one topic of ours"),
        pytest.param(queue(allow({"Service": "sns.amazonaws.com"})), Pass, id="a service"),
        pytest.param(queue(allow()), Fail, id="everyone"),
        pytest.param(queue(FROM_ANY_TOPIC), Fail, id="any topic in the world"),
        pytest.param(queue(allow(), {**allow(), "Effect": "Deny"}), Pass, id="denied again"),
        pytest.param(queue(policy=DENIED), Unknown, id="denied to us"),
    ],
)
def test_queue_open_to_everyone(found: Queue, expected: type[Verdict]) -> None:
    assert isinstance(verdict(sqs.queue_open_to_everyone, found), expected)


@pytest.mark.parametrize(
    ("found", "left"),
    [
        pytest.param(queue(US, allow()), document({"Statement": [US]}), id="the others stay"),
        pytest.param(queue(allow()), None, id="nothing left is no policy"),
    ],
)
def test_the_public_statement_goes(found: Queue, left: object) -> None:
    said = verdict(sqs.queue_open_to_everyone, found)
    assert isinstance(said, Fail)
    assert isinstance(said.fix, Change)
    assert said.fix.becomes == left


@pytest.mark.parametrize(
    ("encryption", "expected"), [(SQS_KEY, Pass), ("alias/mine", Pass), (None, Fail), (DENIED, Unknown)]
)
def test_queue_unencrypted(encryption: Any, expected: type[Verdict]) -> None:
    assert isinstance(verdict(sqs.queue_unencrypted, queue(encryption=encryption)), expected)
