import json
from typing import Any

import pytest

from orlop.rules.aws import sns
from tests.fixes.proof import prove_aws
from tests.servers.emulator import Emulator


@pytest.fixture
def topic(aws: Emulator) -> str:
    """The ARN of a topic `alarms` as SNS makes one."""
    return aws.client("sns").create_topic(Name="alarms")["TopicArn"]


def let_in(aws: Emulator, topic: str, *more: dict[str, Any]) -> None:
    anyone = {"Sid": "Public", "Effect": "Allow", "Principal": "*", "Action": "sns:Subscribe", "Resource": topic}
    text = json.dumps({"Version": "2012-10-17", "Statement": [anyone, *more]})
    aws.client("sns").set_topic_attributes(TopicArn=topic, AttributeName="Policy", AttributeValue=text)


def test_topic_open_to_everyone(aws: Emulator, topic: str) -> None:
    us = {"Effect": "Allow", "Principal": {"AWS": aws.account}, "Action": "sns:Publish", "Resource": topic}
    let_in(aws, topic, us)
    prove_aws(aws, sns.topic_open_to_everyone, "alarms")


def test_topic_open_to_everyone_and_to_nobody_else(aws: Emulator, topic: str) -> None:
    let_in(aws, topic)
    prove_aws(aws, sns.topic_open_to_everyone, "alarms")


def test_topic_unencrypted(aws: Emulator, topic: str) -> None:
    prove_aws(aws, sns.topic_unencrypted, "alarms")
