"""Questions about topics and their subscriptions."""

from orlop.estate.aws.policy import Document, document, without
from orlop.estate.aws.sns import Subscription, Topic
from orlop.estate.change import change
from orlop.estate.estate import Estate
from orlop.frameworks import cis_aws, fsbp, gdpr, hipaa
from orlop.reason.access.openings import account_of, everyone, in_evidence, restorable
from orlop.rules.rule import Answer, Fail, Pass, Severity, rule

OWN_KEY = "alias/aws/sns"
"""The key that AWS keeps for SNS in every account."""


@rule(
    asks="Can a stranger on the internet listen to the messages of this topic, or send false ones?",
    severity=Severity.HIGH,
    controls=(fsbp("SNS.4"), cis_aws("2.21"), hipaa("164.312(a)(1)"), gdpr("32(1)(b)")),
    by_hand="Open the topic in the SNS console, Edit, Access policy, and delete the statements shown here, or name in "
    "them who may: aws sns set-topic-attributes --topic-arn TOPIC --attribute-name Policy --attribute-value "
    "file://POLICY.json",
    breaks="Whoever uses the topic by just these statements, from another account or a program without one, no longer "
    "can.",
)
def topic_open_to_everyone(topic: Topic, estate: Estate) -> Answer:
    """Topic open to everyone.

    Whoever may subscribe gets a copy of every message. Whoever may publish can trigger all that listens: alarms,
    programs, mails to your customers in your name.
    """
    policy = topic.policy.value
    found = everyone(policy, owner=topic.account)
    if not policy or not found:
        return Pass(f"The policy of {topic.name} lets in no stranger.")
    left = without(policy, *(opening.statement for opening in found))
    return Fail(
        f"The policy of the topic {topic.name} lets everyone in.",
        change(topic, "policy", left or _usual(topic)) if restorable(policy) else None,
        witness=tuple(in_evidence(policy, opening) for opening in found),
    )


@rule(
    asks="Are the messages of this topic stored unencrypted?",
    severity=Severity.LOW,
    controls=(fsbp("SNS.1"), hipaa("164.312(a)(2)(iv)"), gdpr("32(1)(a)")),
    by_hand="Make a key of your own whose policy lets the services that publish use it, then: aws sns "
    "set-topic-attributes --topic-arn TOPIC --attribute-name KmsMasterKeyId --attribute-value KEY",
    breaks="AWS services that publish by themselves (CloudWatch alarms, S3, EventBridge and others) cannot publish to "
    "a topic that is encrypted with AWS's own key, and neither can other accounts. If any does, use a key of your own.",
)
def topic_unencrypted(topic: Topic, estate: Estate) -> Answer:
    """Topic unencrypted.

    SNS keeps messages on disk until they are delivered. Encrypted, they can be read only by who may use the key.

    Source: <https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html>
    """
    if topic.kms_key.value:
        return Pass(f"The messages of {topic.name} are encrypted.")
    because = f"SNS keeps the messages of {topic.name} unencrypted until they are delivered."
    if topic.policy.unread is not None or _others_publish(topic):
        return Fail(f"{because} Others than your account publish to it, or may, so it needs a key of your own.")
    return Fail(because, change(topic, "kms_key", OWN_KEY))


@rule(
    asks="Are messages sent to this subscriber in a form that anyone on the way can read?",
    severity=Severity.MEDIUM,
    controls=(hipaa("164.312(e)(1)"), hipaa("164.312(e)(2)(ii)"), gdpr("32(1)(a)")),
    by_hand="Give the receiver an https:// address, subscribe that (aws sns subscribe --protocol https ...), confirm "
    "it, and remove the old one: aws sns unsubscribe --subscription-arn SUBSCRIPTION",
    breaks="The receiver must answer at an https:// address with a certificate that is known and valid.",
)
def subscription_over_plain_http(subscription: Subscription, estate: Estate) -> Answer:
    """Subscription over plain HTTP.

    Every message of the topic goes over the internet unencrypted. Anyone on the way can read and change it.
    """
    if subscription.protocol != "http":
        return Pass(f"Messages go out by {subscription.protocol}, not by plain HTTP.")
    topic = subscription.topic.rpartition(":")[2]
    return Fail(f"The messages of {topic} are sent to {subscription.host} over plain HTTP.")


def _others_publish(topic: Topic) -> bool:
    """Whether the policy names a service or another account: they could not use AWS's own key."""
    policy = topic.policy.value
    named = [p for s in policy.statements if s.effect == "Allow" for p in s.principals] if policy else []
    return any(p.kind != "AWS" or account_of(p) not in (topic.account, None) for p in named)


def _usual(topic: Topic) -> Document:
    """Return the policy that SNS gives a new topic: its own account may all. A topic cannot be without one.

    Source: https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-use-cases.html
    """
    actions = (
        *("GetTopicAttributes", "SetTopicAttributes", "AddPermission", "RemovePermission", "DeleteTopic", "Subscribe"),
        *("ListSubscriptionsByTopic", "Publish"),
    )
    return document(
        {
            "Version": "2008-10-17",
            "Id": "__default_policy_ID",
            "Statement": [
                {
                    "Sid": "__default_statement_ID",
                    "Effect": "Allow",
                    "Principal": {"AWS": "*"},
                    "Action": [f"SNS:{action}" for action in actions],
                    "Resource": topic.id,
                    "Condition": {"StringEquals": {"AWS:SourceOwner": topic.account}},
                }
            ],
        }
    )


ALL = (topic_open_to_everyone, topic_unencrypted, subscription_over_plain_http)
