"""How long snapshots are kept: all of the last days, then one a week, then one a month, then none.

Laws: the newest snapshot is never deleted; deleting on the way deletes no more than deleting at the end; findings and
the journal stay.
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

    Each is counted back from now, and a snapshot stays that any of the three keeps. Weeks and months are counted for
    each set of targets by itself: a daily snapshot of one host never pushes out the monthly one of an account.
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
    moment = datetime.fromisoformat(now)
    seen: set[object] = set()
    out: list[Snapshot] = []
    for place, snapshot in enumerate(taken):
        at = datetime.fromisoformat(snapshot.taken_at)
        whose = frozenset((target.kind, target.id) for target in snapshot.targets)
        week, month = (whose, *at.isocalendar()[:2]), (whose, "month", at.year, at.month)
        wanted = (
            place == 0
            or moment - at <= timedelta(days=retention.days)
            or (week not in seen and moment - at <= timedelta(weeks=retention.weeks))
            or (month not in seen and _months(at, moment) <= retention.months)
        )
        if not wanted:
            out.append(snapshot)
        seen |= {week, month}
    return tuple(out)


def _months(at: datetime, moment: datetime) -> int:
    return (moment.year - at.year) * 12 + moment.month - at.month


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
