import pytest
from tests.answers import Answers, Said, seen
from tests.cases import ACCOUNT, REGION

from orlop.collect.aws import sqs
from orlop.estate.aws.sqs import SQS_KEY, Queue
from orlop.estate.fact import Cause

URL = f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/claims"


def queue(said: Said) -> Queue:
    answers = Answers({"sqs:ListQueues": {"QueueUrls": [URL]}, "sqs:GetQueueAttributes": said})
    [found] = seen([sqs.queues], answers).each(Queue)
    return found


@pytest.mark.parametrize(
    ("attributes", "expected"),
    [
        ({"SqsManagedSseEnabled": "true"}, SQS_KEY),
        ({"SqsManagedSseEnabled": "false"}, None),
        ({"SqsManagedSseEnabled": "false", "KmsMasterKeyId": "alias/mine"}, "alias/mine"),
        ({}, None),
    ],
)
def test_encryption(attributes: dict[str, str], expected: str | None) -> None:
    found = queue({"Attributes": attributes})
    assert (found.id, found.name) == (f"arn:aws:sqs:{REGION}:{ACCOUNT}:claims", "claims")
    assert found.encryption.value == expected
    assert found.policy.value is None


def test_policy() -> None:
    text = '{"Statement":{"Effect":"Allow","Principal":"*","Action":"sqs:*","Resource":"*"}}'
    policy = queue({"Attributes": {"Policy": text}}).policy.value
    assert policy
    assert policy.text == text


def test_denied_and_malformed() -> None:
    assert queue("AccessDenied").encryption.unread
    broken = queue({"Attributes": {"Policy": "{"}})
    assert broken.policy.unread
    assert broken.policy.unread.cause is Cause.MALFORMED
    assert broken.encryption.value is None


def test_an_account_without_queues() -> None:
    assert list(seen([sqs.queues], Answers({"sqs:ListQueues": {}})).each(Queue)) == []
