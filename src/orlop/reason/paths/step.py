"""Steps of a way, and ways: what leads from one thing to another, why, and what would end it.

A node is the id of a resource, or one of the names that are made here: the internet, anyone with an account, another
account, a sign-in, every right in an account, the secrets that lie in something.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from enum import StrEnum

INTERNET = "internet"
ANYONE = "anyone with an AWS account"

_UNSURE = 1000
FREE, EASY, BREAK_IN = 0, 1, 4
"""What a step costs an attacker: nothing, a request, or breaking into something that listens."""


def account_node(account: str) -> str:
    """Return the node "somebody in this other account"."""
    return f"account {account}"


def sign_in_node(provider: str) -> str:
    """Return the node "somebody who signs in there"."""
    return f"sign-in {provider}"


def admin_of(account: str) -> str:
    """Return the node "every right in this account"."""
    return f"every right in account {account}"


def secrets_in(id: str) -> str:
    """Return the node "the secrets that lie open in this server's start-up script, or this function's settings"."""
    return f"{_SECRETS}{id}"


def leaking(node: str) -> str:
    """Return what it is in which such secrets lie; `""` for any other node."""
    return node.removeprefix(_SECRETS) if node.startswith(_SECRETS) else ""


_SECRETS = "secrets in "


class Sort(StrEnum):
    """What a step is."""

    NETWORK = "network"
    ROLE_OF_SERVER = "role of a server"
    ROLE_OF_FUNCTION = "role of a function"
    PUBLIC = "open to everyone"
    TRUST = "taking on a role"
    ESCALATION = "winning rights"
    ACCESS = "access to data"
    SHELL = "a shell by AWS's own means"
    ADMIN = "every right"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step from one thing to another: `says` is a sentence, `evidence` what it rests on.

    `surely` is False where it hangs on what is not known. `cause` names what makes it possible: all steps of one cause
    end with it (`""`: nothing can be mended here); `mend` says in plain words how. `later` looks up evidence that costs
    time: most steps are on no way that anybody looks at.
    """

    start: str
    end: str
    sort: Sort
    cost: int
    says: str
    evidence: tuple[str, ...] = ()
    surely: bool = True
    cause: str = ""
    mend: str = ""
    later: Callable[[], tuple[str, ...]] | None = field(default=None, compare=False, repr=False)

    def settled(self) -> "Step":
        """Return this step with its evidence looked up, where that was put off."""
        return replace(self, evidence=self.later(), later=None) if self.later else self

    @property
    def weight(self) -> int:
        """What it costs in a search: a way that is certain is taken before any that is not."""
        return self.cost + (0 if self.surely else _UNSURE)


@dataclass(frozen=True, slots=True)
class Path:
    """A way: its steps in order. `entry` is what it costs to be at its start: in others' accounts, to break in."""

    steps: tuple[Step, ...]
    entry: int = 0

    @property
    def cost(self) -> int:
        """What it costs."""
        return self.entry + sum(step.cost for step in self.steps)

    @property
    def start(self) -> str:
        """Where it begins."""
        return self.steps[0].start

    @property
    def end(self) -> str:
        """Where it ends."""
        return self.steps[-1].end

    @property
    def surely(self) -> bool:
        """Whether every step is certain."""
        return all(step.surely for step in self.steps)

    @property
    def over_admin(self) -> bool:
        """Whether it goes on from every right in an account: then it is one of many of that kind."""
        return any(step.sort is Sort.ADMIN for step in self.steps[:-1])
