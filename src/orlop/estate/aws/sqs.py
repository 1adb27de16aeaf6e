"""Queues, as AWS describes them."""

from dataclasses import dataclass
from typing import ClassVar

from orlop.estate.aws.policy import Document
from orlop.estate.fact import Fact

SQS_KEY = "SSE-SQS"
"""The encryption by a key that SQS itself keeps: free, and nobody needs a permission for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """One SQS queue. `encryption` is `SSE-SQS`, the id, ARN or alias of a KMS key, or None: not encrypted."""

    KIND: ClassVar[str] = "AWS::SQS::Queue"

    id: str
    account: str
    region: str
    name: str
    source: str
    policy: Fact[Document | None]
    encryption: Fact[str | None]


KINDS = (Queue,)
