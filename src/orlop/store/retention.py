"""How long snapshots are kept: all of the last days, then one a week, then one a month, then none.

Laws: the newest snapshot is never deleted; deleting twice deletes no more than once; findings and the journal stay.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete

from orlop.store import pieces, tree
from orlop.store.snapshots import Kept, Snapshot, all_kept
from orlop.store.tables import listings, nodes, resources, snapshots


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """What is kept: every snapshot for `days`, the last of each week for `weeks`, the last of each month for `months`.

    Each is counted back from now. The weeks and months are counted for each set of targets by itself, so that a daily
    snapshot of one host never pushes out the monthly one of an account. Seven years is what an auditor may ask for.
    """

    days: int = 30
    weeks: int = 53
    months: int = 84


@dataclass(frozen=True, slots=True, kw_only=True)
class Pruned:
    """What was deleted: `snapshots`, `resources` (versions of them), `bytes` of text."""

    snapshots: int = 0
    resources: int = 0
    bytes: int = 0


def prune(connection: Connection, retention: Retention, *, now: str) -> Pruned:
    """Delete the snapshots that are out of date at `now`, and what only they held."""
    all_of_them = all_kept(connection)
    out = {s.id for s in outdated((kept.snapshot for kept in all_of_them), retention, now=now)}
    doomed = [kept for kept in all_of_them if kept.snapshot.id in out]
    if not doomed:
        return Pruned()
    left = [kept for kept in all_of_them if kept.snapshot.id not in out]
    numbers = [int(kept.snapshot.id.removeprefix("s-")) for kept in doomed]
    for batch in pieces.batches(numbers):
        connection.execute(delete(snapshots).where(snapshots.c.number.in_(batch)))
    return _swept(connection, doomed, left)


def outdated(taken: Iterable[Snapshot], retention: Retention, *, now: str) -> tuple[Snapshot, ...]:
    """Return those of the snapshots (newest first) that are to be deleted. Pure."""
    held: set[object] = set()
    out: list[Snapshot] = []
    for place, snapshot in enumerate(taken):
        span = _span(datetime.fromisoformat(snapshot.taken_at), datetime.fromisoformat(now), retention)
        whose = frozenset((target.kind, target.id) for target in snapshot.targets)
        if place and (span is None or (span and (whose, span) in held)):
            out.append(snapshot)
        held.add((whose, span))
    return tuple(out)


def _span(at: datetime, now: datetime, retention: Retention) -> tuple[object, ...] | None:
    """Return the span of time of which one snapshot is kept; `()` where all are, None where none is."""
    if now - at <= timedelta(days=retention.days):
        return ()
    if now - at <= timedelta(weeks=retention.weeks):
        return ("week", *at.isocalendar()[:2])
    if (now.year - at.year) * 12 + now.month - at.month <= retention.months:
        return ("month", at.year, at.month)
    return None


def _swept(connection: Connection, doomed: list[Kept], left: list[Kept]) -> Pruned:
    fetch = pieces.Fetcher(connection)
    alive = tree.reachable({kept.root for kept in left}, fetch)
    dead = tree.reachable({kept.root for kept in doomed}, fetch, beside=alive)
    asked = {kept.listings for kept in doomed} - {kept.listings for kept in left}
    size = (
        pieces.remove(connection, resources, dead.resources)
        + pieces.remove(connection, nodes, dead.pages)
        + pieces.remove(connection, listings, asked)
    )
    return Pruned(snapshots=len(doomed), resources=len(dead.resources), bytes=size)
