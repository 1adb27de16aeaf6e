"""What a rule is: a question put to every resource of one kind, its answer, and the change that mends a wrong."""

from collections.abc import Callable
from dataclasses import KW_ONLY, dataclass, field
from enum import IntEnum
from inspect import cleandoc
from typing import Any, Generic, TypeVar, get_type_hints

from orlop.estate.change import Change, Irreversible
from orlop.estate.estate import Estate
from orlop.estate.fact import Cause, Unread
from orlop.estate.resource import Resource
from orlop.frameworks.control import Control

R = TypeVar("R", bound=Resource)

Fix = Change | Irreversible


class Severity(IntEnum):
    """How bad it is when the answer is the wrong one."""

    LOW = 1
    MEDIUM = 2
    HIGH = 3
    CRITICAL = 4

    def __str__(self) -> str:
        """Show as a word."""
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class Pass:
    """The estate is as it should be, and why we say so."""

    because: str


@dataclass(frozen=True, slots=True)
class Fail:
    """Something to mend.

    `because` says what is so, in a sentence or two about this very resource, and names it.
    `fix` is the change that mends it, where Orlop can tell one.
    `witness` are the particulars that prove it: the security group rule, the policy statement.
    `severity` replaces the rule's where this case is worse or milder than usual.
    """

    because: str
    fix: Fix | None = None
    _: KW_ONLY
    witness: tuple[str, ...] = ()
    severity: Severity | None = None


@dataclass(frozen=True, slots=True)
class Unknown:
    """We could not tell, and why. Only the engine says this, never a rule."""

    source: str
    unread: Unread

    @property
    def because(self) -> str:
        """What was not read, and why."""
        return f"{self.source}: {self.unread.why}"

    @property
    def crashed(self) -> bool:
        """Whether the rule itself broke down: a fault of Orlop's, to be reported."""
        return self.unread.cause is Cause.MALFORMED and self.source.startswith("orlop:")


Answer = Pass | Fail
Verdict = Answer | Unknown


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule(Generic[R]):
    """A question put to every resource of one kind.

    `asks` is the yes/no question that a person without security training can decide.
    `by_hand` says how to mend it without Orlop; `breaks` what mending it may stop from working.
    """

    asks: str
    severity: Severity
    controls: tuple[Control, ...]
    by_hand: str
    breaks: str
    over: type[R]
    check: Callable[[R, Estate], Answer] = field(repr=False)

    @property
    def id(self) -> str:
        """`service-state`, from the module and the function: said once, in the code."""
        service = self.check.__module__.rpartition(".")[2].rstrip("_")
        return f"{service}-{self.check.__name__}".replace("_", "-")

    @property
    def title(self) -> str:
        """The first sentence of the docstring."""
        return cleandoc(self.check.__doc__ or "").partition(".")[0]

    @property
    def why(self) -> str:
        """The rest of the docstring: what it can lead to, how we know."""
        return " ".join(cleandoc(self.check.__doc__ or "").partition(".")[2].split())

    def __call__(self, resource: R, estate: Estate) -> Answer:
        """Ask the question of one resource. Raises: NotKnown, for an unread fact."""
        return self.check(resource, estate)


AnyRule = Rule[Any]


def rule(
    *,
    asks: str,
    severity: Severity,
    controls: tuple[Control, ...],
    by_hand: str,
    breaks: str,
) -> Callable[[Callable[[R, Estate], Answer]], Rule[R]]:
    """Make a rule of a check. What it is asked of is the type of the check's first argument."""

    def make(check: Callable[[R, Estate], Answer]) -> Rule[R]:
        over = next(iter(get_type_hints(check).values()))
        return Rule(
            asks=asks,
            severity=severity,
            controls=controls,
            by_hand=by_hand,
            breaks=breaks,
            over=over,
            check=check,
        )

    return make
