from collections.abc import Callable
from typing import Any

import pytest
from tests.buckets import bucket
from tests.cases import ACCOUNT, DENIED, REGION, days_ago, verdict
from tests.people import allow, says

from orlop.estate.aws.kms import Key, KeyParticulars
from orlop.estate.aws.lambda_ import Function
from orlop.estate.aws.organizations import Membership, Node, Organisation
from orlop.estate.aws.policy import Document
from orlop.estate.aws.secretsmanager import Secret
from orlop.estate.aws.sns import Topic
from orlop.estate.aws.sqs import Queue
from orlop.estate.fact import Fact, Unread
from orlop.estate.resource import Resource
from orlop.rules.aws import sharing
from orlop.rules.rule import AnyRule, Fail, Pass, Unknown

OTHER, BALANCERS = "444455556666", "156460612806"
Held = Document | Unread | None


def _of(service: str, id: str, source: str) -> dict[str, Any]:
    about = {"account": ACCOUNT, "region": REGION, "name": "claims", "source": source}
    return {"id": f"arn:aws:{service}:{REGION}:{ACCOUNT}:{id}", **about}


def key(held: Held) -> Key:
    about = KeyParticulars(
        by_customer=True,
        state="Enabled",
        spec="SYMMETRIC_DEFAULT",
        usage="ENCRYPT_DECRYPT",
        origin="AWS_KMS",
        replica=False,
        created=days_ago(9),
        deleted_at=None,
    )
    return Key(
        **_of("kms", "key/1", "kms:ListKeys"),
        aliases=(),
        particulars=Fact(about, "kms:DescribeKey"),
        rotates=Fact(True, "kms:GetKeyRotationStatus"),
        policy=Fact(held, "kms:GetKeyPolicy"),
    )


def secret(held: Held) -> Secret:
    return Secret(
        **_of("secretsmanager", "secret:claims-AbCdEf", "secretsmanager:ListSecrets"),
        service="",
        kms_key=None,
        created=days_ago(9),
        changed=None,
        accessed=None,
        primary_region="",
        rotation=None,
        policy=Fact(held, "secretsmanager:GetResourcePolicy"),
    )


def function(held: Held) -> Function:
    return Function(
        **_of("lambda", "function:claims", "lambda:ListFunctions"),
        runtime="python3.13",
        role=f"arn:aws:iam::{ACCOUNT}:role/intake",
        vpc=None,
        subnets=(),
        groups=(),
        tracing=False,
        variables=Fact((), "lambda:ListFunctions"),
        policy=Fact(held, "lambda:GetPolicy"),
        urls=Fact((), "lambda:ListFunctionUrlConfigs"),
    )


def queue(held: Held) -> Queue:
    attributes = "sqs:GetQueueAttributes"
    return Queue(
        **_of("sqs", "claims", "sqs:ListQueues"), policy=Fact(held, attributes), encryption=Fact(None, attributes)
    )


def topic(held: Held) -> Topic:
    attributes = "sns:GetTopicAttributes"
    return Topic(
        **_of("sns", "claims", "sns:ListTopics"), policy=Fact(held, attributes), kms_key=Fact(None, attributes)
    )


def files(held: Held) -> Resource:
    return bucket(policy=held)


KINDS: list[tuple[AnyRule, Callable[[Held], Resource]]] = [
    (sharing.bucket_with_another_account, files),
    (sharing.key_with_another_account, key),
    (sharing.secret_with_another_account, secret),
    (sharing.queue_with_another_account, queue),
    (sharing.topic_with_another_account, topic),
    (sharing.function_with_another_account, function),
]


def to(principal: Any, **more: Any) -> Document:
    return says(allow("*", Principal=principal, **more))


def of(organisation: str) -> Document:
    return to("*", Condition={"StringEquals": {"aws:PrincipalOrgID": organisation}})


ORGANISATION = Organisation(
    id=f"arn:aws:organizations::{ACCOUNT}:organization",
    account=ACCOUNT,
    region="",
    name=ACCOUNT,
    source="organizations:DescribeOrganization",
    membership=Fact(Membership("o-ours12345", ACCOUNT), "organizations:DescribeOrganization"),
    nodes=Fact((Node("r-1"), Node(ACCOUNT, "r-1"), Node(OTHER, "r-1")), "organizations:ListRoots"),
    guards=Fact((), "organizations:ListPolicies"),
)


@pytest.mark.parametrize(("rule", "made"), KINDS, ids=lambda each: getattr(each, "id", ""))
@pytest.mark.parametrize(
    ("held", "expected"),
    [
        pytest.param(None, Pass, id="no policy"),
        pytest.param(to({"AWS": ACCOUNT}), Pass, id="ourselves"),
        pytest.param(to({"AWS": OTHER}), Fail, id="another account"),
        pytest.param(to({"AWS": f"arn:aws:iam::{OTHER}:role/app"}), Fail, id="a role there"),
        pytest.param(to("*", Condition={"StringEquals": {"aws:PrincipalAccount": OTHER}}), Fail, id="by a condition"),
        pytest.param(to({"AWS": BALANCERS}), Pass, id="AWS's load balancers"),
        pytest.param(to("*"), Pass, id="everyone is another question"),
        pytest.param(DENIED, Unknown, id="denied"),
    ],
)
def test_sharing(rule: AnyRule, made: Callable[[Held], Resource], held: Held, expected: type) -> None:
    assert isinstance(verdict(rule, made(held)), expected)


@pytest.mark.parametrize(
    ("held", "expected"),
    [
        pytest.param(to({"AWS": OTHER}), Pass, id="an account of our organisation"),
        pytest.param(to({"AWS": "999988887777"}), Fail, id="one outside"),
        pytest.param(
            to("*", Condition={"StringEquals": {"aws:PrincipalOrgID": "o-ours12345"}}), Pass, id="all of ours"
        ),
        pytest.param(to("*", Condition={"StringEquals": {"aws:PrincipalOrgID": "o-theirs1234"}}), Fail, id="another's"),
    ],
)
def test_outside_the_organisation(held: Document, expected: type) -> None:
    assert isinstance(verdict(sharing.queue_with_another_account, queue(held), ORGANISATION), expected)


def test_says_with_whom() -> None:
    found = verdict(sharing.queue_with_another_account, queue(to({"AWS": [OTHER, "999988887777"]})))
    assert isinstance(found, Fail)
    assert found.because == "The AWS accounts 444455556666, 999988887777 may use the queue claims."
