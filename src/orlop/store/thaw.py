"""Reads resources that another version of Orlop wrote, without claiming more than that version saw.

Laws: a fact that was not asked for then is unread, not "not set"; a resource that cannot be read makes its listing
unread, so that nothing is concluded from its absence.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from functools import cache
from typing import Any, get_origin, get_type_hints

import msgspec

from orlop.estate import wire
from orlop.estate.estate import Listing
from orlop.estate.fact import Cause, Fact, Unread
from orlop.estate.resource import Resource

_UNREADABLE = (msgspec.DecodeError, KeyError, TypeError, ValueError, RecursionError)
"""What reading a text raises that is not, or not quite, the JSON of a resource."""


@dataclass(frozen=True, slots=True)
class Frozen:
    """A resource as its canonical JSON, and where it belongs."""

    kind: str
    account: str
    region: str
    body: bytes


def thawed(frozen: Iterable[Frozen], listings: Iterable[Listing]) -> tuple[list[Resource], list[Listing]]:
    """Return the resources, and the listings, those of resources that could not be read being unread."""
    resources: list[Resource] = []
    blind: dict[Listing, None] = {}
    for each in frozen:
        resource = thaw(each.kind, each.body)
        if isinstance(resource, Unread):
            blind[
                Listing(kind=each.kind, account=each.account, region=each.region, source="store", unread=resource)
            ] = None
        else:
            resources.append(resource)
    return resources, [*listings, *blind]


def thaw(kind: str, body: bytes) -> Resource | Unread:
    """Return the resource, or why this version cannot read it."""
    if kind not in wire.KINDS:
        return Unread(Cause.UNSUPPORTED, f"this version of Orlop does not know {kind}")
    try:
        return wire.decode(kind, body)
    except _UNREADABLE:
        return _from_elsewhen(kind, body)


def _from_elsewhen(kind: str, body: bytes) -> Resource | Unread:
    """Leave unread what the other version did not write, or wrote in another form."""
    try:
        raw = msgspec.json.decode(body, type=dict[str, Any])
    except _UNREADABLE:
        return Unread(Cause.MALFORMED, f"not a {kind}")
    unread = {fact: _unread(raw) for fact in _facts(kind)}
    for attempt in ({**unread, **raw}, {**unread, **dict(_readable(kind, raw, unread))}):
        try:
            return wire.decode(kind, msgspec.json.encode(attempt))
        except _UNREADABLE as error:
            why = str(error)
    return Unread(Cause.MALFORMED, f"written in a form that this version of Orlop cannot read: {why}")


def _readable(kind: str, raw: dict[str, Any], unread: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield all fields but the facts that cannot be read even where all other facts are unread."""
    for field, value in raw.items():
        if field in unread:
            try:
                wire.decode(kind, msgspec.json.encode({**raw, **unread, field: value}))
            except _UNREADABLE:
                continue
        yield field, value


def _unread(raw: dict[str, Any]) -> dict[str, Any]:
    why = Unread(Cause.NOT_LOOKED_AT, "the Orlop that took this snapshot did not look at it as this one does")
    return {"from": str(raw.get("source", "")), "unread": msgspec.to_builtins(why)}


@cache
def _facts(kind: str) -> tuple[str, ...]:
    hints = get_type_hints(wire.KINDS[kind])
    return tuple(f.name for f in fields(wire.KINDS[kind]) if get_origin(hints[f.name]) is Fact)  # pyright: ignore[reportArgumentType] -- every kind is a dataclass
