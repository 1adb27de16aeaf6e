"""Questions about what other companies' accounts may use by name. Whoever is everyone is asked about elsewhere."""

from orlop.estate.aws.kms import Key
from orlop.estate.aws.lambda_ import Function
from orlop.estate.aws.policy import Document
from orlop.estate.aws.s3 import Bucket
from orlop.estate.aws.secretsmanager import Secret
from orlop.estate.aws.sns import Topic
from orlop.estate.aws.sqs import Queue
from orlop.estate.estate import Estate
from orlop.estate.fact import Fact
from orlop.frameworks import gdpr, hipaa
from orlop.reason.access.openings import in_evidence
from orlop.reason.sharing import shared, whom
from orlop.rules.rule import Answer, Fail, Pass, Severity, rule

_CONTROLS = (hipaa("164.308(a)(4)(i)"), hipaa("164.308(b)(1)"), gdpr("28(3)"))
_BY_HAND = (
    "Ask whose account it is, and whether it is still needed. If it is yours or a supplier's who needs it, accept this "
    "finding. Else take the statements shown here out of the policy."
)
_BREAKS = "Whoever uses it from the other account no longer can."


def _answer(what: str, policy: Fact[Document | None], account: str, estate: Estate) -> Answer:
    found = shared(policy.value, account, estate)
    if not policy.value or not found:
        return Pass(f"The policy of {what} lets in no other account by name.")
    names = whom(found)
    return Fail(
        f"{names[0].upper()}{names[1:]} may use {what}.",
        witness=tuple(in_evidence(policy.value, opening) for opening in found),
    )


@rule(
    asks="Can another company's AWS account use the files in this bucket?",
    severity=Severity.LOW,
    controls=_CONTROLS,
    by_hand=_BY_HAND,
    breaks=_BREAKS,
)
def bucket_with_another_account(bucket: Bucket, estate: Estate) -> Answer:
    """Bucket shared with another account.

    What you share, the other company can lose. If it is broken into, so are these files.
    """
    return _answer(f"the bucket {bucket.name}", bucket.policy, bucket.account, estate)


@rule(
    asks="Can another company's AWS account use this encryption key?",
    severity=Severity.LOW,
    controls=_CONTROLS,
    by_hand=_BY_HAND,
    breaks=_BREAKS,
)
def key_with_another_account(key: Key, estate: Estate) -> Answer:
    """Key shared with another account.

    Together with a copy of what is encrypted, a snapshot perhaps, the other account can read it.
    """
    return _answer(f"the key {key.name}", key.policy, key.account, estate)


@rule(
    asks="Can another company's AWS account read this password or key?",
    severity=Severity.MEDIUM,
    controls=_CONTROLS,
    by_hand=_BY_HAND,
    breaks=_BREAKS,
)
def secret_with_another_account(secret: Secret, estate: Estate) -> Answer:
    """Secret shared with another account.

    Whatever the secret opens is then open to whoever works, or breaks in, there.
    """
    return _answer(f"the secret {secret.name}", secret.policy, secret.account, estate)


@rule(
    asks="Can another company's AWS account use this queue?",
    severity=Severity.LOW,
    controls=_CONTROLS,
    by_hand=_BY_HAND,
    breaks=_BREAKS,
)
def queue_with_another_account(queue: Queue, estate: Estate) -> Answer:
    """Queue shared with another account.

    It can read what your programs tell each other, or tell them something else, as far as the statement goes.
    """
    return _answer(f"the queue {queue.name}", queue.policy, queue.account, estate)


@rule(
    asks="Can another company's AWS account use this topic?",
    severity=Severity.LOW,
    controls=_CONTROLS,
    by_hand=_BY_HAND,
    breaks=_BREAKS,
)
def topic_with_another_account(topic: Topic, estate: Estate) -> Answer:
    """Topic shared with another account.

    It can listen to your messages or send some, as far as the statement goes.
    """
    return _answer(f"the topic {topic.name}", topic.policy, topic.account, estate)


@rule(
    asks="Can another company's AWS account run this function?",
    severity=Severity.LOW,
    controls=_CONTROLS,
    by_hand=_BY_HAND,
    breaks=_BREAKS,
)
def function_with_another_account(function: Function, estate: Estate) -> Answer:
    """Function shared with another account.

    It runs with your function's rights and at your cost, with whatever input the other account gives.
    """
    return _answer(f"the function {function.name}", function.policy, function.account, estate)


ALL = (
    bucket_with_another_account,
    key_with_another_account,
    secret_with_another_account,
    queue_with_another_account,
    topic_with_another_account,
    function_with_another_account,
)
