"""What was kept: lists, exports and prunes snapshots, and tells what one resource looked like over time."""

from pathlib import Path

from orlop.operations.settings import Settings
from orlop.store.retention import Retention
from orlop.store.store import Pruned, Snapshot, Store, Version


def kept(settings: Settings) -> tuple[Snapshot, ...]:
    """Return all snapshots, newest first."""
    with Store(settings.store) as store:
        return store.snapshots()


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
