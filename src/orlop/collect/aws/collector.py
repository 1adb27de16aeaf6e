"""What a collector is: a few lines that list one kind of resource and ask what else is to be known of each.

A collector runs in the pool. It yields `Later`s: functions that make the resource once its answers are there. They are
called by whoever gathers, never inside the pool, so no thread of the pool ever waits for another. A `Later` may also
make several resources (a tuple), where one call for each parent tells of them; it then lets a `CallFailed` through.

Law: a collector makes only the calls that it declares; those are the permissions that `orlop permissions` prints.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

from orlop.collect.aws.calls import Answer, CallFailed, Calls
from orlop.collect.aws.permissions import permission
from orlop.collect.pool import Pool
from orlop.estate.estate import EVERYWHERE
from orlop.estate.fact import Cause, Fact, Unread
from orlop.estate.resource import Resource

T = TypeVar("T")
W = TypeVar("W")

Later = Callable[[], T]
"""Something that is known once its calls have been answered."""


class Reader:
    """What a collector reads with: one account, one region, one service.

    `account` is the account id, `region` the region (`""` for a global collector), `partition` `aws`,
    `aws-cn` or `aws-us-gov`; `regions` are all that are looked at in this run; `only` is the one id that is wanted,
    None for all.
    """

    def __init__(
        self,
        calls: Calls,
        pool: Pool,
        collector: "Collector",
        *,
        account: str,
        region: str,
        partition: str = "aws",
        home: str = "us-east-1",
        regions: tuple[str, ...] = (),
        only: str | None = None,
    ) -> None:
        """Read for `collector`. Global services are asked in region `home`."""
        self.account, self.region, self.partition = account, region, partition
        self.regions, self.only = regions, only
        self._calls, self._pool, self._collector = calls, pool, collector
        self._home = home

    def wants(self, id: str) -> bool:
        """Whether the resource with this id is to be read: all of them, or just the one that is re-read."""
        return self.only is None or self.only == id

    def arn(self, rest: str, *, service: str = "", region: str | None = None, account: str | None = None) -> str:
        """Return an ARN in this account and region: `arn("instance/i-1")`; either may be given otherwise."""
        service = service or self._collector.service
        region = self.region if region is None else region
        account = self.account if account is None else account
        return f"arn:{self.partition}:{service}:{region}:{account}:{rest}"

    def pages(self, operation: str, *, service: str = "", region: str | None = None, **params: Any) -> Iterator[Answer]:
        """Yield the pages of an answer, for listing. Raises: CallFailed, which the gatherer keeps."""
        service = service or self._collector.service
        if f"{service}:{operation}" not in self._collector.sources:
            raise AssertionError(f"{service}:{operation} is not declared by {self._collector.name}")
        region = region or self.region or self._home
        return self._calls.pages(service, region, operation, params)

    def call(self, operation: str, *, service: str = "", region: str | None = None, **params: Any) -> Answer:
        """Return an answer whole, its pages put together. Raises: CallFailed. For use inside `later`."""
        whole: Answer = {}
        for page in self.pages(operation, service=service, region=region, **params):
            for key, part in page.items():
                if isinstance(part, list) and isinstance(whole.get(key), list):
                    whole[key] = [*whole[key], *part]
                else:
                    whole[key] = part
        return whole

    def later(self, source: str, read: Callable[[], T]) -> Later[Fact[T]]:
        """Run `read` in the pool, and return the fact it will be. `source` is the call it makes.

        A call that fails, and an answer of another shape than expected, become `Unread`.
        """
        return self._pool.submit(lambda: _fact(source, read)).result

    def ask(
        self,
        operation: str,
        pick: Callable[[Answer], T],
        *,
        absent: tuple[str, ...] = (),
        service: str = "",
        region: str | None = None,
        **params: Any,
    ) -> Later[Fact[T | None]]:
        """Make one call in the pool and return the fact that `pick` finds in its answer.

        `absent` are the error codes by which AWS says "not set": they give the answer None.
        """

        def read() -> T | None:
            try:
                return pick(self.call(operation, service=service, region=region, **params))
            except CallFailed as failure:
                if failure.code in absent:
                    return None
                raise

        return self.later(f"{service or self._collector.service}:{operation}", read)


def _fact(source: str, read: Callable[[], T]) -> Fact[T]:
    try:
        return Fact(read(), source)
    except CallFailed as failure:
        return Fact(failure.unread, failure.source)
    except (KeyError, TypeError, ValueError, AttributeError, IndexError) as fault:
        why = f"the answer had another shape than expected ({type(fault).__name__})"
        return Fact(Unread(Cause.MALFORMED, why), source)


def part(whole: Fact[W], pick: Callable[[W], T]) -> Fact[T]:
    """Return the fact that `pick` finds in an answer that tells of several; one of another shape becomes `Unread`."""
    if whole.unread:
        return Fact(whole.unread, whole.source)
    return _fact(whole.source, lambda: pick(whole.value))


Made = Resource | tuple[Resource, ...]
Collect = Callable[[Reader], Iterator[Later[Made]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Collector:
    """One collector: which kinds it lists, by which service and calls, and for which scope a listing answers.

    `calls` are botocore operations of `service`, or `service:Operation` for another service; the first
    is the listing. `scope` is `"region"` (asked in each region), `""` (global: asked once), or
    `EVERYWHERE` (asked once, answers for all regions).
    """

    kinds: tuple[type[Resource], ...]
    service: str
    calls: tuple[str, ...]
    scope: str
    collect: Collect

    @property
    def name(self) -> str:
        """The function's name, for messages."""
        return self.collect.__name__

    @property
    def sources(self) -> tuple[str, ...]:
        """The calls as `service:Operation`."""
        return tuple(call if ":" in call else f"{self.service}:{call}" for call in self.calls)

    @property
    def permissions(self) -> tuple[str, ...]:
        """The IAM actions that reading needs."""
        split = (source.partition(":") for source in self.sources)
        return tuple(permission(service, operation) for service, _, operation in split)


def collector(
    *kinds: type[Resource], service: str, calls: tuple[str, ...], scope: str = "region"
) -> Callable[[Collect], Collector]:
    """Make a collector of a function. See `Collector` for the arguments."""

    def make(collect: Collect) -> Collector:
        return Collector(kinds=kinds, service=service, calls=calls, scope=scope, collect=collect)

    return make


__all__ = ["EVERYWHERE", "Collector", "Later", "Made", "Reader", "collector", "part"]
