"""Questions about queues."""

from orlop.estate.aws.policy import without
from orlop.estate.aws.sqs import SQS_KEY, Queue
from orlop.estate.change import change
from orlop.estate.estate import Estate
from orlop.frameworks import cis_aws, fsbp, gdpr, hipaa
from orlop.reason.access.openings import everyone, in_evidence, restorable
from orlop.rules.rule import Answer, Fail, Pass, Severity, rule


@rule(
    asks="Can a stranger on the internet read the messages in this queue, or put false ones in?",
    severity=Severity.HIGH,
    controls=(fsbp("SQS.3"), cis_aws("2.21"), hipaa("164.312(a)(1)"), gdpr("32(1)(b)")),
    by_hand="Open the queue in the SQS console, Edit, Access policy, and delete the statements shown here, or name in "
    "them who may: aws sqs set-queue-attributes --queue-url QUEUE --attributes file://POLICY.json",
    breaks="Whoever uses the queue by just these statements, from another account or a program without one, no longer "
    "can.",
)
def queue_open_to_everyone(queue: Queue, estate: Estate) -> Answer:
    """Queue open to everyone.

    A stranger can read messages and take them away before your programs see them, or feed your programs what he likes.
    """
    policy = queue.policy.value
    found = everyone(policy, owner=queue.account)
    if not policy or not found:
        return Pass(f"The policy of {queue.name} lets in no stranger.")
    left = without(policy, *(opening.statement for opening in found))
    return Fail(
        f"The policy of the queue {queue.name} lets everyone in.",
        change(queue, "policy", left) if restorable(policy) else None,
        witness=tuple(in_evidence(policy, opening) for opening in found),
    )


@rule(
    asks="Are the messages in this queue stored unencrypted?",
    severity=Severity.MEDIUM,
    controls=(fsbp("SQS.1"), hipaa("164.312(a)(2)(iv)"), gdpr("32(1)(a)")),
    by_hand="aws sqs set-queue-attributes --queue-url QUEUE --attributes SqsManagedSseEnabled=true",
    breaks="Nothing that signs its requests and uses https://. Requests without a signature, or over http://, are "
    "refused.",
)
def queue_unencrypted(queue: Queue, estate: Estate) -> Answer:
    """Queue unencrypted.

    Messages wait on disk, for days perhaps. SQS encrypts new queues by itself and at no cost since 2022; for older ones
    it must be turned on.

    Source: <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-server-side-encryption.html>
    """
    if queue.encryption.value:
        return Pass(f"The messages in {queue.name} are encrypted.")
    return Fail(
        f"The messages in the queue {queue.name} are stored unencrypted.",
        change(queue, "encryption", SQS_KEY),
    )


ALL = (queue_open_to_everyone, queue_unencrypted)
