"""What has changed between two looks at an estate, what strangers reach since, and which change opened it."""

from dataclasses import dataclass

from orlop.errors import NotFound
from orlop.estate.difference import Difference, difference
from orlop.estate.estate import Estate
from orlop.findings.report import Target
from orlop.operations.estates import look
from orlop.operations.settings import Settings
from orlop.reason.network.opened import NOTHING_TURNED, Turned, turned
from orlop.store.store import Snapshot, Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One of the two: the id of a snapshot or the text of a target, when it was looked at (ISO 8601), and what at."""

    id: str
    taken_at: str
    targets: tuple[Target, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """Two looks, the older first: what is different in the newer, and what that means for strangers."""

    old: Side
    new: Side
    differences: tuple[Difference, ...]
    turned: Turned


def compare(settings: Settings, old: str | None = None, new: str = "latest") -> Compared:
    """Compare two snapshots or targets; without `old`, the snapshot before `new` that looked at the same targets.

    Raises: NotFound, BadInput, NoAccess, CannotReach.
    """
    old = old or _before(new, settings).id
    before, was = _side(old, settings)
    after, is_ = _side(new, settings)
    found = _kept_differences(before, after, settings) if was is None and is_ is None else None
    if found == ():
        return Compared(old=before, new=after, differences=(), turned=NOTHING_TURNED)
    one, other = was or _estate(before, settings), is_ or _estate(after, settings)
    found = difference(one, other) if found is None else found
    return Compared(old=before, new=after, differences=found, turned=turned(one, other, found))


def _kept_differences(before: Side, after: Side, settings: Settings) -> tuple[Difference, ...]:
    """Compare two snapshots by what they do not share: what neither changed is not read."""
    with Store(settings.store) as store:
        return store.difference(before.id, after.id)


def _estate(side: Side, settings: Settings) -> Estate:
    with Store(settings.store) as store:
        return store.estate(side.id)


def _side(ref: str, settings: Settings) -> tuple[Side, Estate | None]:
    """Return one of the two; of a snapshot only what it is, since it may not be needed whole."""
    if "://" in ref:
        looked = look(ref, settings)
        return Side(id=ref, taken_at=looked.estate.taken_at, targets=looked.targets), looked.estate
    with Store(settings.store) as store:
        found = store.snapshot(ref)
        return Side(id=found.id, taken_at=found.taken_at, targets=found.targets), None


def _before(ref: str, settings: Settings) -> Snapshot:
    """Return the newest snapshot before another one that looked at the same targets."""
    with Store(settings.store) as store:
        after, kept = store.snapshot(ref), store.snapshots()
    same = {target.id for target in after.targets}
    earlier = kept[kept.index(after) + 1 :]
    found = next((one for one in earlier if {target.id for target in one.targets} == same), None)
    if found is None:
        raise NotFound(
            f"There is no earlier snapshot of the same targets as {after.id}.",
            do="Name two: orlop diff OLD NEW; orlop snapshots lists all of them.",
        )
    return found
