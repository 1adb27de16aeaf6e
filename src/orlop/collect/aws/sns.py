"""Reads topics and the subscriptions to them."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from orlop.collect.aws.calls import Answer
from orlop.collect.aws.collector import Later, Reader, collector, part
from orlop.estate.aws.policy import document
from orlop.estate.aws.sns import Subscription, Topic


@collector(Topic, service="sns", calls=("ListTopics", "GetTopicAttributes"))
def topics(aws: Reader) -> Iterator[Later[Topic]]:
    """List the topics of a region."""
    for page in aws.pages("ListTopics"):
        for item in page.get("Topics", []):
            if aws.wants(item["TopicArn"]):
                yield _topic(aws, item["TopicArn"])


def _topic(aws: Reader, arn: str) -> Later[Topic]:
    source = "sns:GetTopicAttributes"
    said = aws.later(source, lambda: aws.call("GetTopicAttributes", TopicArn=arn)["Attributes"])
    return lambda: Topic(
        id=arn,
        account=aws.account,
        region=aws.region,
        name=arn.rpartition(":")[2],
        source="sns:ListTopics",
        policy=part(said(), lambda a: document(a["Policy"]) if a.get("Policy") else None),
        kms_key=part(said(), lambda a: a.get("KmsMasterKeyId") or None),
    )


@collector(Subscription, service="sns", calls=("ListSubscriptions",))
def subscriptions(aws: Reader) -> Iterator[Later[Subscription]]:
    """List the confirmed subscriptions of a region; one that is pending or deleted has no ARN, and gets nothing."""
    for page in aws.pages("ListSubscriptions"):
        for item in page.get("Subscriptions", []):
            arn = item["SubscriptionArn"]
            if arn.startswith("arn:") and aws.wants(arn):
                yield _subscription(aws, item)


def _subscription(aws: Reader, item: Answer) -> Later[Subscription]:
    endpoint: str = item["Endpoint"] if item["Protocol"] in ("http", "https") else ""
    return lambda: Subscription(
        id=item["SubscriptionArn"],
        account=aws.account,
        region=aws.region,
        name=item["SubscriptionArn"].rpartition(":")[2],
        source="sns:ListSubscriptions",
        topic=item["TopicArn"],
        protocol=item["Protocol"],
        host=urlsplit(endpoint).hostname or "",
    )


ALL = (topics, subscriptions)
