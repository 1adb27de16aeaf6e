from typing import Any

import pytest
from tests.cases import ACCOUNT, DENIED, REGION, unlisted, verdict

from orlop.estate.aws.policy import document
from orlop.estate.aws.sns import Subscription, Topic
from orlop.estate.change import Change
from orlop.estate.fact import Cause, Fact, Unread
from orlop.rules.aws import sns
from orlop.rules.rule import Fail, Pass, Unknown, Verdict

ARN = f"arn:aws:sns:{REGION}:{ACCOUNT}:alarms"
OTHER = "999988887777"


def topic(*statements: dict[str, Any], policy: Any = None, key: Any = None) -> Topic:
    held = document({"Statement": list(statements)}) if statements else policy
    return Topic(
        id=ARN,
        account=ACCOUNT,
        region=REGION,
        name="alarms",
        source="sns:ListTopics",
        policy=Fact(held, "sns:GetTopicAttributes"),
        kms_key=Fact(key, "sns:GetTopicAttributes"),
    )


def allow(principal: Any = "*", **rest: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Principal": principal, "Action": "sns:Publish", "Resource": ARN, **rest}


def when(operator: str, key: str, value: str) -> dict[str, Any]:
    return {"Condition": {operator: {key: value}}}


US = allow({"AWS": ACCOUNT})
USUAL = allow(**when("StringEquals", "AWS:SourceOwner", ACCOUNT))
SERVICE = allow({"Service": "cloudwatch.amazonaws.com"})


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        pytest.param(topic(USUAL), Pass, id="as SNS makes one"),
        pytest.param(topic(US), Pass, id="own account"),
        pytest.param(topic(), Pass, id="no policy"),
        pytest.param(topic(allow()), Fail, id="everyone"),
        pytest.param(topic(US, allow(Action="sns:Subscribe")), Fail, id="everyone may listen"),
        pytest.param(topic(allow(**when("ArnLike", "aws:SourceArn", "arn:aws:s3:*:*:claims"))), Pass, id="one bucket"),
        pytest.param(topic(allow(**when("ArnLike", "aws:SourceArn", "arn:aws:s3:*:*:*"))), Fail, id="any bucket"),
        pytest.param(topic(allow(**when("StringEquals", "sns:Protocol", "https"))), Fail, id="any address"),
        pytest.param(topic(allow(**when("StringLike", "sns:Endpoint", "*@insurer.example"))), Fail, id="a web address"),
        pytest.param(
            topic(
                allow(
                    Condition={
                        "StringLike": {"sns:Endpoint": "*@insurer.example"},
                        "StringEquals": {"sns:Protocol": "email"},
                    }
                )
            ),
            Pass,
            id="our mail addresses",
        ),
        pytest.param(topic(SERVICE), Pass, id="a service"),
        pytest.param(topic(policy=DENIED), Unknown, id="denied"),
    ],
)
def test_topic_open_to_everyone(found: Topic, expected: type[Verdict]) -> None:
    assert isinstance(verdict(sns.topic_open_to_everyone, found), expected)


def test_the_other_statements_stay() -> None:
    said = verdict(sns.topic_open_to_everyone, topic(US, allow(Sid="Oops")))
    assert isinstance(said, Fail)
    assert isinstance(said.fix, Change)
    assert said.fix.becomes == document({"Statement": US})
    assert said.witness == (f"statement 2 (Oops): everyone may use sns:Publish on {ARN}",)


def test_a_topic_left_without_statements_gets_the_usual_one() -> None:
    said = verdict(sns.topic_open_to_everyone, topic(allow()))
    assert isinstance(said, Fail)
    assert isinstance(said.fix, Change)
    assert isinstance(verdict(sns.topic_open_to_everyone, topic(policy=said.fix.becomes)), Pass)


def test_a_policy_that_cannot_be_put_back_is_left_to_a_person() -> None:
    said = verdict(sns.topic_open_to_everyone, topic(allow({"AWS": ["*", "AIDAEXAMPLEDELETED123"]})))
    assert isinstance(said, Fail)
    assert said.fix is None


@pytest.mark.parametrize(
    ("found", "expected", "mends"),
    [
        pytest.param(topic(USUAL, key="alias/aws/sns"), Pass, False, id="AWS's key"),
        pytest.param(topic(policy=DENIED, key="mine"), Pass, False, id="own key, policy denied"),
        pytest.param(topic(USUAL), Fail, True, id="not encrypted"),
        pytest.param(topic(US), Fail, True, id="for the own account"),
        pytest.param(topic(USUAL, SERVICE), Fail, False, id="a service publishes: AWS's key would shut it out"),
        pytest.param(topic(USUAL, allow({"AWS": OTHER})), Fail, False, id="another account publishes"),
        pytest.param(topic(policy=DENIED), Fail, False, id="who publishes is not known"),
        pytest.param(topic(USUAL, key=Unread(Cause.DENIED, "denied")), Unknown, False, id="denied"),
    ],
)
def test_topic_unencrypted(found: Topic, expected: type[Verdict], mends: bool) -> None:
    said = verdict(sns.topic_unencrypted, found)
    assert isinstance(said, expected)
    if isinstance(said, Fail):
        assert bool(said.fix) is mends


def subscription(protocol: str) -> Subscription:
    return Subscription(
        id=f"{ARN}:1",
        account=ACCOUNT,
        region=REGION,
        name="1",
        source="sns:ListSubscriptions",
        topic=ARN,
        protocol=protocol,
        host="hook.example",
    )


@pytest.mark.parametrize(
    ("protocol", "expected"), [("https", Pass), ("http", Fail), ("email", Pass), ("sqs", Pass), ("lambda", Pass)]
)
def test_subscription_over_plain_http(protocol: str, expected: type[Verdict]) -> None:
    assert isinstance(verdict(sns.subscription_over_plain_http, subscription(protocol)), expected)


def test_subscriptions_that_were_not_listed() -> None:
    assert isinstance(unlisted(sns.subscription_over_plain_http), Unknown)
