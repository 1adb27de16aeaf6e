"""A fact: one thing we asked of the estate, with its answer or the reason there is none.

Laws: an unread fact never turns into a pass or a fail; `None` always means "the system answered: not set".
"""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Generic, NoReturn, TypeVar

T = TypeVar("T")
U = TypeVar("U")


class Cause(StrEnum):
    """Why something could not be read."""

    DENIED = "denied"
    THROTTLED = "throttled"
    TIMED_OUT = "timed out"
    FAILED = "failed"
    GONE = "gone"
    MALFORMED = "malformed"
    UNSUPPORTED = "unsupported"
    NOT_LOOKED_AT = "not looked at"


@dataclass(frozen=True, slots=True)
class Unread:
    """Why a fact has no answer.

    `permission` is what would have to be granted to read it (an IAM action such as
    `s3:GetBucketPolicy`, or `root`), where that is the reason.
    """

    cause: Cause
    why: str
    permission: str | None = None


class NotKnown(Exception):
    """A rule asked for something unread. The engine answers "not assessed", never "fine"."""

    def __init__(self, source: str, unread: Unread) -> None:
        """Say which call (`source`, e.g. `s3:GetBucketPolicy`) did not answer, and why."""
        self.source, self.unread = source, unread
        super().__init__(f"{source}: {unread.why}")


_witness: ContextVar["list[Fact[Any]] | None"] = ContextVar("witness", default=None)


@contextmanager
def witnessed() -> Generator["list[Fact[Any]]"]:
    """Collect every fact that is asked for within the block, in order: the evidence of a verdict."""
    seen: list[Fact[Any]] = []
    token = _witness.set(seen)
    try:
        yield seen
    finally:
        _witness.reset(token)


class Fact(Generic[T]):
    """An answer and the call it came from, e.g. `Fact(None, "s3:GetBucketPolicy")`.

    A plain class, not a dataclass: msgspec then carries it with one pair of hooks.
    """

    __slots__ = ("answer", "source")

    def __init__(self, answer: T | Unread, source: str) -> None:
        """Hold what `source` (`service:Operation`, or a section of the host probe) answered."""
        self.answer = answer
        self.source = source

    @property
    def value(self) -> T:
        """The answer, or raise `NotKnown`."""
        if (seen := _witness.get()) is not None:
            seen.append(self)
        if isinstance(self.answer, Unread):
            raise NotKnown(self.source, self.answer)
        return self.answer

    @property
    def unread(self) -> Unread | None:
        """Why there is no answer, or None where there is one. For reports; a rule uses `value`."""
        return self.answer if isinstance(self.answer, Unread) else None

    def map(self, change: Callable[[T], U]) -> "Fact[U]":
        """Return the same fact with its answer changed by `change`; unread stays unread."""
        if isinstance(self.answer, Unread):
            return Fact(self.answer, self.source)
        return Fact(change(self.answer), self.source)

    def __bool__(self) -> NoReturn:
        """Refuse `if fact:`, which would read an unread fact as true."""
        raise TypeError("ask for .value: a fact may be unread")

    def __repr__(self) -> str:
        """Show answer and source, for test output."""
        return f"Fact({self.answer!r}, {self.source!r})"

    # Hidden from the type checkers, so that they refuse `fact == value` (forgotten `.value`).
    if not TYPE_CHECKING:

        def __eq__(self, other: object) -> bool:
            """Compare answer and source."""
            return isinstance(other, Fact) and self.answer == other.answer and self.source == other.source

        __hash__ = None
