"""Reads one AWS account: who it is, which regions are enabled, then all collectors in all of them at once."""

from collections.abc import Iterable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass

from orlop.collect.aws.calls import CallFailed, Calls
from orlop.collect.aws.collector import EVERYWHERE, Collector, Later, Made, Reader
from orlop.collect.pool import Pool
from orlop.collect.progress import Progress
from orlop.errors import CannotReach, NoAccess
from orlop.estate.estate import Listing
from orlop.estate.fact import Cause, Unread
from orlop.estate.resource import Resource

REGIONS = "AWS::EC2::Region"
"""The kind under which the listing of regions is kept."""

_BROKEN = (KeyError, TypeError, ValueError, AttributeError, IndexError)
_MALFORMED = Unread(Cause.MALFORMED, "the answer had another shape than expected")


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """An AWS account that we can read: its id, the principal we are, and the regions to look at."""

    id: str
    partition: str
    principal: str
    regions: tuple[str, ...]
    listing: Listing


@dataclass(frozen=True, slots=True)
class _Run:
    collector: Collector
    region: str
    found: "Future[tuple[list[Later[Made]], Unread | None, str]]"


def identify(calls: Calls, *, regions: tuple[str, ...] = (), home: str = "us-east-1") -> Account:
    """Return which account the credentials open, and its enabled regions (or those of `regions`).

    Raises: NoAccess, CannotReach.
    """
    try:
        [who] = calls.pages("sts", home, "GetCallerIdentity", {})
    except CallFailed as failure:
        raise _no_account(failure) from failure
    account, principal = who["Account"], who["Arn"]
    partition = principal.split(":")[1]
    asked = Listing(kind=REGIONS, account=account, region="", source="ec2:DescribeRegions")
    if not regions:
        try:
            [said] = calls.pages("ec2", home, "DescribeRegions", {})
            named = (region["RegionName"] for region in said["Regions"])
            regions = tuple(sorted(name for name in named if _partition_of(name) == partition))
        except CallFailed as failure:
            regions = (home,)
            asked = Listing(
                kind=REGIONS,
                account=account,
                region="",
                source=failure.source,
                unread=failure.unread,
            )
    return Account(
        id=account,
        partition=partition,
        principal=principal,
        regions=regions,
        listing=asked,
    )


def _partition_of(region: str) -> str:
    """Return the part of AWS that a region belongs to: credentials of one part open nothing in another.

    Source: https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/partitions.html
    """
    return next(
        (part for start, part in (("cn-", "aws-cn"), ("us-gov-", "aws-us-gov")) if region.startswith(start)), "aws"
    )


def read(
    account: Account,
    calls: Calls,
    collectors: Iterable[Collector],
    progress: Progress,
    *,
    threads: int = 32,
) -> tuple[list[Resource], list[Listing]]:
    """Return all that the collectors find in the account, and which of their listings were answered."""
    resources: list[Resource] = []
    listings: list[Listing] = [account.listing]
    with Pool(threads=threads) as pool:
        runs = [_start(c, region, account, calls, pool) for c, region in _scopes(collectors, account)]
        progress.begin(account.id, len(runs))
        for run in runs:
            found, unread, source = run.found.result()
            made, broken = _make(found)
            resources += made
            if broken and not unread:
                unread, source = broken.unread, broken.source or source
            listings += _listings(run, account, unread, source)
            progress.step(account.id)
    progress.end(account.id)
    return resources, listings


def reread(
    account: Account, calls: Calls, collectors: Iterable[Collector], kind: str, id: str, region: str
) -> Resource | None:
    """Read one resource anew. Returns None where it no longer exists. Raises: CallFailed."""
    [collector] = [c for c in collectors if kind in {k.KIND for k in c.kinds}]
    scope = region if collector.scope == "region" else ""
    with Pool(threads=8) as pool:
        reader = _reader(collector, scope, account, calls, pool, only=id)
        found = [each for later in collector.collect(reader) for each in _each(later())]
    return next((r for r in found if r.id == id), None)


def _scopes(collectors: Iterable[Collector], account: Account) -> Iterator[tuple[Collector, str]]:
    for collector in collectors:
        regions = account.regions if collector.scope == "region" else ("",)
        yield from ((collector, region) for region in regions)


def _reader(
    collector: Collector,
    region: str,
    account: Account,
    calls: Calls,
    pool: Pool,
    *,
    only: str | None = None,
) -> Reader:
    return Reader(
        calls,
        pool,
        collector,
        account=account.id,
        region=region,
        partition=account.partition,
        home="us-east-1" if "us-east-1" in account.regions or account.partition == "aws" else account.regions[0],
        regions=account.regions,
        only=only,
    )


def _start(collector: Collector, region: str, account: Account, calls: Calls, pool: Pool) -> _Run:
    reader = _reader(collector, region, account, calls, pool)
    return _Run(collector, region, pool.submit(lambda: _list(collector, reader)))


def _list(collector: Collector, reader: Reader) -> tuple[list[Later[Made]], Unread | None, str]:
    """Return what was listed, up to where it broke off, and why it did."""
    found: list[Later[Made]] = []
    listing = collector.sources[0]
    try:
        found += collector.collect(reader)
    except CallFailed as failure:
        return found, failure.unread, failure.source
    except _BROKEN:
        return found, _MALFORMED, listing
    return found, None, listing


def _make(found: list[Later[Made]]) -> tuple[list[Resource], CallFailed | None]:
    """Return the resources, and the first reason why some could not be made of their answers."""
    made: list[Resource] = []
    broken: CallFailed | None = None
    for later in found:
        try:
            made += _each(later())
        except CallFailed as failure:
            broken = broken or failure
        except _BROKEN:
            broken = broken or CallFailed("", "", _MALFORMED)
    return made, broken


def _each(made: Made) -> tuple[Resource, ...]:
    return made if isinstance(made, tuple) else (made,)


def _listings(run: _Run, account: Account, unread: Unread | None, source: str) -> Iterator[Listing]:
    region = EVERYWHERE if run.collector.scope == EVERYWHERE else run.region
    for kind in run.collector.kinds:
        yield Listing(kind=kind.KIND, account=account.id, region=region, source=source, unread=unread)


def _no_account(failure: CallFailed) -> NoAccess | CannotReach:
    cause = failure.unread.cause
    if cause in (Cause.TIMED_OUT, Cause.FAILED, Cause.THROTTLED):
        return CannotReach(
            f"AWS could not be reached ({failure.unread.why}).",
            do="Check the network, and AWS_ENDPOINT_URL if you set one.",
        )
    return NoAccess(
        f"AWS refused the credentials ({failure.code or failure.unread.why}).",
        means="They are wrong, expired, or belong to a deleted user.",
        do="Sign in again (aws sso login, aws configure), or name a profile: orlop inspect aws://PROFILE",
    )
