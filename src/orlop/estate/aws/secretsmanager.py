"""Secrets that AWS Secrets Manager keeps. Their values are never read."""

from dataclasses import dataclass
from typing import ClassVar

from orlop.estate.aws.policy import Document
from orlop.estate.fact import Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class Rotation:
    """That a secret is replaced by itself: how often (None: as a schedule says), when last, when next (ISO 8601).

    Source: https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_SecretListEntry.html
    """

    every_days: int | None
    schedule: str
    last: str | None
    next: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Secret:
    """One secret. `service` is the AWS service that keeps it (`""`: you do); `rotation` None: it is never replaced.

    `changed` and `accessed` are when (ISO 8601; None: never); `accessed` is to the day. `primary_region` is where a
    secret lives of which this is a copy; `""` for no copy.
    """

    KIND: ClassVar[str] = "AWS::SecretsManager::Secret"

    id: str
    account: str
    region: str
    name: str
    source: str
    service: str
    kms_key: str | None
    created: str
    changed: str | None
    accessed: str | None
    primary_region: str
    rotation: Rotation | None
    policy: Fact[Document | None]


KINDS = (Secret,)
