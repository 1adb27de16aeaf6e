"""Reads queues."""

from collections.abc import Iterator

from orlop.collect.aws.calls import Answer
from orlop.collect.aws.collector import Later, Reader, collector, part
from orlop.estate.aws.policy import document
from orlop.estate.aws.sqs import SQS_KEY, Queue

_ATTRIBUTES = ("Policy", "KmsMasterKeyId", "SqsManagedSseEnabled")


@collector(Queue, service="sqs", calls=("ListQueues", "GetQueueAttributes"))
def queues(aws: Reader) -> Iterator[Later[Queue]]:
    """List the queues of a region. Without a number of results SQS stops at 1,000 and does not say so.

    Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ListQueues.html
    """
    for page in aws.pages("ListQueues", MaxResults=1000):
        for url in page.get("QueueUrls", []):
            if aws.wants(aws.arn(url.rpartition("/")[2])):
                yield _queue(aws, url)


def _queue(aws: Reader, url: str) -> Later[Queue]:
    name = url.rpartition("/")[2]
    said = aws.later(
        "sqs:GetQueueAttributes",
        lambda: aws.call("GetQueueAttributes", QueueUrl=url, AttributeNames=list(_ATTRIBUTES)).get("Attributes", {}),
    )
    return lambda: Queue(
        id=aws.arn(name),
        account=aws.account,
        region=aws.region,
        name=name,
        source="sqs:ListQueues",
        policy=part(said(), lambda a: document(a["Policy"]) if a.get("Policy") else None),
        encryption=part(said(), _encryption),
    )


def _encryption(attributes: Answer) -> str | None:
    """Return what encrypts the messages. A KMS key goes before SQS's own."""
    if key := attributes.get("KmsMasterKeyId"):
        return key
    return SQS_KEY if attributes.get("SqsManagedSseEnabled") == "true" else None


ALL = (queues,)
