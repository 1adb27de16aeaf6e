"""Topics and who is subscribed to them, as AWS describes them."""

from dataclasses import dataclass
from typing import ClassVar

from orlop.estate.aws.policy import Document
from orlop.estate.fact import Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """One SNS topic. `kms_key` is the id, ARN or alias of the key that encrypts its messages; None: not encrypted."""

    KIND: ClassVar[str] = "AWS::SNS::Topic"

    id: str
    account: str
    region: str
    name: str
    source: str
    policy: Fact[Document | None]
    kms_key: Fact[str | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """One confirmed subscription to a topic. `protocol` is `https`, `http`, `email`, `sqs`, `lambda`...

    `host` is the machine that an `http` or `https` endpoint names, else `""`: whole endpoints hold people's addresses
    and passwords, and are not kept.
    """

    KIND: ClassVar[str] = "AWS::SNS::Subscription"

    id: str
    account: str
    region: str
    name: str
    source: str
    topic: str
    protocol: str
    host: str


KINDS = (Topic, Subscription)
