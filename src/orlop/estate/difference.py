"""What differs between two estates. Pure.

Laws: an estate does not differ from itself; the differences from new to old are those from old to new, turned round;
what was not read on one side is never called altered, appeared or vanished, only unseen.
"""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Any

from orlop.estate import wire
from orlop.estate.estate import Estate
from orlop.estate.fact import Cause, Fact, NotKnown, Unread
from orlop.estate.resource import Resource


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldChange:
    """One field that differs; `was` and `is_` are plain, as JSON has them."""

    field: str
    was: Any
    is_: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Altered:
    """A resource whose fields differ; `resource` is the new one."""

    resource: Resource
    fields: tuple[FieldChange, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Appeared:
    """A resource that was not there: the old estate would have shown it."""

    resource: Resource


@dataclass(frozen=True, slots=True, kw_only=True)
class Vanished:
    """A resource that is no longer there: the new estate would show it."""

    resource: Resource


@dataclass(frozen=True, slots=True, kw_only=True)
class Unseen:
    """What cannot be compared, since one of the two estates does not know it.

    `field` is the name of a field, or `""` for the whole resource; `now` is True where it is the new estate that does
    not know, False where it is the old one; `cause` and `why` are its reason.
    """

    resource: Resource
    field: str
    now: bool
    cause: Cause
    why: str


Difference = Altered | Appeared | Vanished | Unseen


def difference(old: Estate, new: Estate) -> tuple[Difference, ...]:
    """Return what differs, in the order of kind, account, region and id; of one resource, what was altered comes first.

    Facts are compared by what was answered, not by who answered. A fact that neither estate knows does not differ.
    """
    before, after = _keyed(old), _keyed(new)
    return tuple(_differences(before, after, old, new))


_Key = tuple[str, str, str, str]


def _keyed(estate: Estate) -> dict[_Key, Resource]:
    return {(r.KIND, r.account, r.region, r.id): r for r in estate.resources}


def _differences(
    before: dict[_Key, Resource], after: dict[_Key, Resource], old: Estate, new: Estate
) -> Iterator[Difference]:
    for key in sorted(before.keys() | after.keys()):
        was, is_ = before.get(key), after.get(key)
        if was is None and is_ is not None:
            unread = _why_missing(is_, old)
            yield _unseen(is_, "", unread, now=False) if unread else Appeared(resource=is_)
        elif is_ is None and was is not None:
            unread = _why_missing(was, new)
            yield _unseen(was, "", unread, now=True) if unread else Vanished(resource=was)
        elif was is not None and is_ is not None and was is not is_ and was != is_:
            yield from _between(was, is_)


def _why_missing(resource: Resource, estate: Estate) -> Unread | None:
    """Return why an estate does not know this resource; None where it would, if the resource were there."""
    try:
        estate.within(type(resource), resource.account, resource.region)
    except NotKnown as not_known:
        return not_known.unread
    return None


def _between(was: Resource, is_: Resource) -> Iterator[Difference]:
    changes: list[FieldChange] = []
    unseen: list[Unseen] = []
    for name in (f.name for f in fields(is_)):  # pyright: ignore[reportArgumentType] -- every kind is a dataclass
        left, right = _answer(was, name), _answer(is_, name)
        if isinstance(left, Unread) and isinstance(right, Unread):
            continue
        if isinstance(left, Unread):
            unseen.append(_unseen(is_, name, left, now=False))
        elif isinstance(right, Unread):
            unseen.append(_unseen(is_, name, right, now=True))
        elif left != right and name != "source":
            changes.append(FieldChange(field=name, was=wire.plain(left), is_=wire.plain(right)))
    if changes:
        yield Altered(resource=is_, fields=tuple(changes))
    yield from unseen


def _answer(resource: Resource, field: str) -> Any:
    held = getattr(resource, field)
    return held.answer if isinstance(held, Fact) else held  # pyright: ignore[reportUnknownVariableType, reportUnknownMemberType] -- any T


def _unseen(resource: Resource, field: str, unread: Unread, *, now: bool) -> Unseen:
    return Unseen(resource=resource, field=field, now=now, cause=unread.cause, why=unread.why)
