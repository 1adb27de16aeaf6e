"""What was kept: lists, compares, exports and prunes snapshots, and tells what one resource looked like over time."""

from dataclasses import dataclass
from pathlib import Path

from orlop.errors import NotFound
from orlop.estate.difference import Difference
from orlop.operations.settings import Settings
from orlop.store.retention import Retention
from orlop.store.store import Pruned, Snapshot, Store, Version


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """Two snapshots, the older first, and what is different in the newer."""

    old: Snapshot
    new: Snapshot
    differences: tuple[Difference, ...]


def kept(settings: Settings) -> tuple[Snapshot, ...]:
    """Return all snapshots, newest first."""
    with Store(settings.store) as store:
        return store.snapshots()


def compare(settings: Settings, old: str | None = None, new: str = "latest") -> Compared:
    """Compare two snapshots; without `old`, the one before `new` that looked at the same targets. Raises: NotFound."""
    with Store(settings.store) as store:
        after = store.snapshot(new)
        before = store.snapshot(old) if old else _before(after, store.snapshots())
        return Compared(old=before, new=after, differences=store.difference(before.id, after.id))


def _before(after: Snapshot, kept: tuple[Snapshot, ...]) -> Snapshot:
    """Return the newest snapshot before `after` that looked at the same targets."""
    same = {target.id for target in after.targets}
    earlier = kept[kept.index(after) + 1 :]
    found = next((one for one in earlier if {target.id for target in one.targets} == same), None)
    if found is None:
        raise NotFound(
            f"There is no earlier snapshot of the same targets as {after.id}.",
            do="Name two: orlop diff OLD NEW; orlop snapshots lists all of them.",
        )
    return found


def history(resource: str, settings: Settings) -> tuple[Version, ...]:
    """Return what a resource (its id, or its name where only one has it) looked like, oldest first.

    Raises: NotFound.
    """
    with Store(settings.store) as store:
        return store.history(resource)


def export(ref: str, path: Path, settings: Settings) -> Snapshot:
    """Write a snapshot to a file of its own. Raises: NotFound, BadInput."""
    with Store(settings.store) as store:
        return store.export(ref, path)


def prune(retention: Retention, settings: Settings) -> Pruned:
    """Delete the snapshots that the retention does not keep."""
    with Store(settings.store) as store:
        return store.prune(retention, now=settings.now())
