"""Carries out one change, or takes up one that was cut off.

Laws: nothing is written unless the live value is what was seen; a change is journaled before the first call; afterwards
the live value is read back and must be what was wanted; whatever happens, the journal says so.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields, is_dataclass
from typing import Any, cast

from orlop.errors import FixRefused, Moved, NotSettled, OrlopError
from orlop.estate.change import Change
from orlop.fix.journal import Entry, Journal, Stage
from orlop.fix.writer import AnyWriter

Now = Callable[[], str]
"""The time, ISO 8601 in UTC."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """Where a change is made: how to read the setting there, the hand to write with, how to wait.

    `read` reads the live value of the change's setting; `wait` is called between two looks at a value that has not
    settled yet (systems such as IAM show a change only after some seconds), `patience` times at most.
    """

    read: Callable[[], Any]
    hand: Any
    wait: Callable[[], None]
    patience: int = 10


def carry_out(
    entry: Entry, site: Site, *, writers: Iterable[AnyWriter], journal: Journal, now: Now, halfway: bool = False
) -> Entry:
    """Make the change of `entry`, and return its last line in the journal.

    1. Find the one writer of the setting.
    2. Read the live value; refuse if it is no longer what was seen. With `halfway` (the undoing of a change that was
       cut off) it may also stand anywhere between the two.
    3. Write into the journal that the change begins.
    4. Write the setting.
    5. Read it back until it is what was wanted.
    6. Write into the journal that it is done.

    Raises: Moved, NotSettled, FixRefused. After NotSettled the journal holds a begun change, for `resume`.
    """
    change = entry.change
    writer = writer_of(change, writers)  # 1
    live = site.read()  # 2
    if live != change.was and not (halfway and between(change, live)):
        raise _moved(change, live)
    begun = journal.write(entry, Stage.BEGUN, at=now())  # 3
    return _finish(begun, site, writer, journal, now)  # 4 to 6


def resume(entry: Entry, site: Site, *, writers: Iterable[AnyWriter], journal: Journal, now: Now) -> Entry:
    """Take up a change that was begun and cut off: finish it from wherever it stands.

    Raises: Moved, where the live value is neither what was, nor what was wanted, nor something between.
    """
    change = entry.change
    writer = writer_of(change, writers)
    live = site.read()
    if live == change.becomes:
        return journal.write(entry, Stage.DONE, at=now(), detail="it had been made before the cut")
    if not between(change, live):
        raise _moved(change, live)
    return _finish(entry, site, writer, journal, now)


def between(change: Change, live: Any) -> bool:
    """Whether `live` is what a change leaves that was cut off: what was, what was wanted, or some entries of both."""
    return _lies_between(change.was, change.becomes, live)


def _lies_between(was: Any, becomes: Any, live: Any) -> bool:
    if live in (was, becomes):
        return True
    old, new, now = _parts(was), _parts(becomes), _parts(live)
    if old is None or new is None or now is None:
        return False
    if isinstance(live, tuple):
        return all(part in old or part in new or _half_written(part, old, new) for part in now)
    return len(old) == len(new) == len(now) and all(map(_lies_between, old, new, now))


def _half_written(part: Any, old: tuple[Any, ...], new: tuple[Any, ...]) -> bool:
    """Whether an entry lies between what it was and what it becomes. Its `key` tells that it is the same entry.

    Entries without a key come and go whole: one that is half an old and half a new one is somebody else's.
    """
    key = getattr(part, "key", None)
    if key is None:
        return False
    was, becomes = ([each for each in side if getattr(each, "key", None) == key] for side in (old, new))
    return any(_lies_between(one, other, part) for one in was for other in becomes)


def _parts(value: Any) -> tuple[Any, ...] | None:
    """Return what a value is made of, that may have been written one after the other; None for one that is whole."""
    if isinstance(value, tuple):
        return cast("tuple[Any, ...]", value)
    if is_dataclass(value):
        return tuple(getattr(value, each.name) for each in fields(value))
    return None


def writer_of(change: Change, writers: Iterable[AnyWriter]) -> AnyWriter:
    """Return the one writer of a change's setting. Raises: FixRefused."""
    for writer in writers:
        if (writer.kind, writer.setting) == (change.kind, change.setting):
            return writer
    raise FixRefused(f"Orlop cannot set {change.setting} of {change.kind}.", do="Make the change by hand.")


def _finish(entry: Entry, site: Site, writer: AnyWriter, journal: Journal, now: Now) -> Entry:
    change = entry.change
    live = site.read()
    try:
        writer.write(
            site.hand,
            Change(change.kind, change.target, change.setting, was=live, becomes=change.becomes),
        )
    except OrlopError as error:
        if site.read() == change.was:
            journal.write(entry, Stage.FAILED, at=now(), detail=f"nothing changed: {error.happened}")
        raise
    live = _settled(site, change.becomes)
    if live != change.becomes:
        raise NotSettled(
            f"{change.setting} of {change.target} was written, but does not show the new value yet.",
            do="Look at it in a minute, then: orlop fix --resume (to finish) or orlop undo (to put it back).",
        )
    return journal.write(entry, Stage.DONE, at=now())


def _settled(site: Site, wanted: Any) -> Any:
    live = site.read()
    for _ in range(site.patience):
        if live == wanted:
            break
        site.wait()
        live = site.read()
    return live


def _moved(change: Change, live: Any) -> Moved:
    return Moved(
        f"{change.setting} of {change.target} is no longer what Orlop saw: somebody changed it since.",
        means="Nothing was changed.",
        do="Inspect again (orlop inspect), then decide anew.",
    )
