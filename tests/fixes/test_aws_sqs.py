import json
from typing import Any

import pytest

from orlop.rules.aws import sqs
from tests.fixes.proof import prove_aws
from tests.servers.emulator import REGION, Emulator


@pytest.fixture
def queue(aws: Emulator) -> str:
    """The URL of a queue `claims` without encryption."""
    client = aws.client("sqs")
    return client.create_queue(QueueName="claims", Attributes={"SqsManagedSseEnabled": "false"})["QueueUrl"]


def let_in(aws: Emulator, queue: str, *more: dict[str, Any]) -> None:
    anyone = {"Sid": "Public", "Effect": "Allow", "Principal": "*", "Action": "sqs:*", "Resource": "*"}
    text = json.dumps({"Version": "2012-10-17", "Statement": [anyone, *more]})
    aws.client("sqs").set_queue_attributes(QueueUrl=queue, Attributes={"Policy": text})


def test_queue_open_to_everyone(aws: Emulator, queue: str) -> None:
    arn = f"arn:aws:sqs:{REGION}:{aws.account}:claims"
    us = {"Effect": "Allow", "Principal": {"AWS": aws.account}, "Action": "sqs:*", "Resource": arn}
    let_in(aws, queue, us)
    prove_aws(aws, sqs.queue_open_to_everyone, "claims")


def test_queue_open_to_everyone_and_to_nobody_else(aws: Emulator, queue: str) -> None:
    let_in(aws, queue)
    prove_aws(aws, sqs.queue_open_to_everyone, "claims")


def test_queue_unencrypted(aws: Emulator, queue: str) -> None:
    prove_aws(aws, sqs.queue_unencrypted, "claims")
