"""Where the insurer's systems stand, and who may reach them from where."""

from dataclasses import dataclass

HOME = "eu-west-1"
"""Where the systems run."""

BACKUP = "eu-central-1"
"""Where copies lie."""

IDLE = ("eu-north-1", "eu-west-2", "eu-west-3", "us-east-2", "us-west-1", "us-west-2")
"""Regions that somebody cleared of the networks that AWS puts there. The others were forgotten."""

OFFICE = "203.0.113.0/24"
"""The office's addresses (RFC 5737: nobody has them)."""

PARTNER = "444455556666"
"""A partner's account."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """What the network offers to what runs in it: ids of subnets and of security groups by their names."""

    vpc: str
    subnets: dict[str, str]
    groups: dict[str, str]
