"""Writes settings of queues."""

from orlop.estate.aws.sqs import SQS_KEY, Queue
from orlop.estate.change import Change
from orlop.fix.writer import Aws, writes


@writes(Queue, "policy", "sqs:GetQueueUrl", "sqs:SetQueueAttributes")
def queue_policy(aws: Aws, change: Change) -> None:
    """Set the policy of a queue to the very text; an empty one takes it away."""
    _set(aws, change, {"Policy": change.becomes.text if change.becomes else ""})


@writes(Queue, "encryption", "sqs:GetQueueUrl", "sqs:SetQueueAttributes")
def queue_encryption(aws: Aws, change: Change) -> None:
    """Set what encrypts a queue's messages: a KMS key or SQS's own (never both at once), or nothing."""
    attributes: dict[str, str] = {}
    if change.was not in (None, SQS_KEY):
        attributes["KmsMasterKeyId"] = ""
    if change.becomes in (None, SQS_KEY):
        attributes["SqsManagedSseEnabled"] = "true" if change.becomes else "false"
    else:
        attributes["KmsMasterKeyId"] = change.becomes
    _set(aws, change, attributes)


def _set(aws: Aws, change: Change, attributes: dict[str, str]) -> None:
    name = change.target.rpartition(":")[2]
    queue = aws.call("sqs", "GetQueueUrl", QueueName=name, QueueOwnerAWSAccountId=aws.account)
    aws.call("sqs", "SetQueueAttributes", QueueUrl=queue["QueueUrl"], Attributes=attributes)


ALL = (queue_policy, queue_encryption)
