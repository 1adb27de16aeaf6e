from tests.answers import Answers, seen
from tests.cases import ACCOUNT, REGION

from orlop.collect.aws import sns
from orlop.estate.aws.sns import Subscription, Topic
from orlop.estate.fact import Cause

ARN = f"arn:aws:sns:{REGION}:{ACCOUNT}:alarms"
POLICY = '{"Statement":[{"Effect":"Allow","Principal":"*","Action":"sns:Publish","Resource":"*"}]}'


def topic(attributes: dict[str, str] | str) -> Topic:
    said = attributes if isinstance(attributes, str) else {"Attributes": attributes}
    answers = Answers({"sns:ListTopics": {"Topics": [{"TopicArn": ARN}]}, "sns:GetTopicAttributes": said})
    [found] = seen([sns.topics], answers).each(Topic)
    return found


def test_a_topic() -> None:
    found = topic({"Policy": POLICY, "KmsMasterKeyId": "alias/aws/sns"})
    assert (found.name, found.region, found.kms_key.value) == ("alarms", REGION, "alias/aws/sns")
    policy = found.policy.value
    assert policy
    assert policy.text == POLICY


def test_a_topic_without_encryption() -> None:
    assert topic({"Policy": POLICY}).kms_key.value is None


def test_a_topic_that_does_not_answer() -> None:
    found = topic("AuthorizationError")
    assert found.policy.unread
    assert found.kms_key.unread


def test_a_malformed_policy_hides_nothing_else() -> None:
    found = topic({"Policy": "{", "KmsMasterKeyId": "k"})
    assert found.policy.unread
    assert found.policy.unread.cause is Cause.MALFORMED
    assert found.kms_key.value == "k"


def test_of_an_endpoint_only_the_host_is_kept() -> None:
    def line(id: str, protocol: str, endpoint: str) -> dict[str, str]:
        return {"SubscriptionArn": id, "TopicArn": ARN, "Protocol": protocol, "Endpoint": endpoint, "Owner": ACCOUNT}

    listed = [
        line(f"{ARN}:1", "http", "http://user:secret@hook.example:8080/in?token=secret"),
        line(f"{ARN}:2", "email", "someone@insurer.example"),
        line("PendingConfirmation", "http", "http://not.yet.example"),
        line("Deleted", "http", "http://no.more.example"),
    ]
    found = seen([sns.subscriptions], Answers({"sns:ListSubscriptions": {"Subscriptions": listed}}))
    kept = {s.name: (s.protocol, s.host, s.topic) for s in found.each(Subscription)}
    assert kept == {"1": ("http", "hook.example", ARN), "2": ("email", "", ARN)}
