"""What a writer is: the one function that sets one setting of one kind of resource, and the hand it writes with.

A writer is told what the setting is now and what it becomes, and does no more than that: whether the change may be
made, the journal, the reading back and the undoing are the business of `engine`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from orlop.estate.change import Change
from orlop.estate.resource import Resource


class Aws(Protocol):
    """A hand in one AWS account and region."""

    account: str
    region: str

    def call(self, service: str, operation: str, **params: Any) -> dict[str, Any]:
        """Make one call, e.g. `call("s3", "PutPublicAccessBlock", Bucket=...)`.

        Raises: FixRefused, with AWS's error code in `code`.
        """
        ...


class Shell(Protocol):
    """A hand on one host: a POSIX shell there."""

    def run(self, script: str, *, stdin: bytes = b"") -> str:
        """Run a script and return what it printed. Raises: FixRefused, with what it complained of."""
        ...


H = TypeVar("H", Aws, Shell)


@dataclass(frozen=True, slots=True)
class Writer(Generic[H]):
    """Writes one setting. `calls` are `service:Operation`, or `root` for a host."""

    kind: str
    setting: str
    calls: tuple[str, ...]
    write: Callable[[H, Change], None]


AnyWriter = Writer[Any]


def writes(kind: type[Resource], setting: str, *calls: str) -> Callable[[Callable[[Aws, Change], None]], Writer[Aws]]:
    """Make a function the writer of a setting of an AWS resource. `calls` are what it may call."""

    def make(write: Callable[[Aws, Change], None]) -> Writer[Aws]:
        return Writer(kind.KIND, setting, calls, write)

    return make


def writes_host(kind: type[Resource], setting: str) -> Callable[[Callable[[Shell, Change], None]], Writer[Shell]]:
    """Make a function the writer of a setting of a host; it needs root there."""

    def make(write: Callable[[Shell, Change], None]) -> Writer[Shell]:
        return Writer(kind.KIND, setting, ("root",), write)

    return make
