"""Writes settings of topics."""

from orlop.estate.aws.sns import Topic
from orlop.estate.change import Change
from orlop.fix.writer import Aws, writes


@writes(Topic, "policy", "sns:SetTopicAttributes")
def topic_policy(aws: Aws, change: Change) -> None:
    """Set the policy of a topic to the very text. A topic is never without one."""
    _set(aws, change, "Policy", change.becomes.text)


@writes(Topic, "kms_key", "sns:SetTopicAttributes")
def topic_key(aws: Aws, change: Change) -> None:
    """Set the key that encrypts a topic's messages; no key turns encryption off."""
    _set(aws, change, "KmsMasterKeyId", change.becomes or "")


def _set(aws: Aws, change: Change, name: str, value: str) -> None:
    aws.call("sns", "SetTopicAttributes", TopicArn=change.target, AttributeName=name, AttributeValue=value)


ALL = (topic_policy, topic_key)
