"""Trails: the record of who did what in an account."""

from dataclasses import dataclass
from typing import ClassVar

from orlop.estate.fact import Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """How far a trail sees: all regions or its own, and services that belong to no region (IAM, sign-in)."""

    all_regions: bool
    global_services: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Events:
    """Which management events (everything done to the account, not the data in it) a trail records."""

    reads: bool
    writes: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Trail:
    """One trail, in the region where it is kept.

    `owner` is the account it belongs to: for the trail of an organisation, seen from one of its accounts, another one.
    """

    KIND: ClassVar[str] = "AWS::CloudTrail::Trail"

    id: str
    account: str
    region: str
    name: str
    source: str
    owner: str
    reach: Reach
    validation: bool
    kms_key: str | None
    bucket: str
    logging: Fact[bool]
    events: Fact[Events]


KINDS = (Trail,)
