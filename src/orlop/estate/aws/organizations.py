"""The organisation that an account is in, and the policies by which it limits its accounts.

Source: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies.html
"""

from dataclasses import dataclass
from typing import ClassVar

from orlop.estate.aws.policy import Document
from orlop.estate.fact import Fact


@dataclass(frozen=True, slots=True)
class Membership:
    """An organisation's id (`o-...`), and the account that rules it."""

    organisation: str
    management: str


@dataclass(frozen=True, slots=True)
class Node:
    """A root, an organisational unit or an account: its id, and that of what it lies in (`""` for a root)."""

    id: str
    within: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Guard:
    """A policy that limits accounts: what their users may do, or, `of_resources`, what may be done to their things.

    `targets` are the nodes that it is attached to.
    """

    id: str
    name: str
    of_resources: bool
    document: Document
    targets: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Organisation:
    """What one account knows of its organisation: which it is (None: it is in none), its accounts, its guard rails.

    Only the management account, and those to which it delegated that, may read `nodes` and `guards`.
    """

    KIND: ClassVar[str] = "AWS::Organizations::Organization"

    id: str
    account: str
    region: str
    name: str
    source: str
    membership: Fact[Membership | None]
    nodes: Fact[tuple[Node, ...]]
    guards: Fact[tuple[Guard, ...]]


KINDS = (Organisation,)
