"""The account itself: what is asked of it as a whole, such as "is there any trail at all?"."""

from dataclasses import dataclass
from typing import ClassVar

from orlop.estate.fact import Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """One AWS account. `alias` is the name in its sign-in address.

    `has_security_contact`: whether Amazon knows whom to tell about security problems. Who that is, is not kept.
    """

    KIND: ClassVar[str] = "AWS::::Account"

    id: str
    account: str
    region: str
    name: str
    source: str
    alias: Fact[str | None]
    has_security_contact: Fact[bool]


KINDS = (Account,)
