"""What an answer of AWS looks like: which call gave it, and its times and bytes as AWS's own library would give them.

All of it comes from botocore's models, so a new collector needs nothing here.
"""

import base64
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from functools import cache
from typing import Any, cast

import botocore.session

from orlop.collect.aws.lean import lean

_PER_KEY = 10
"""What a key of an answer counts for, against one of the things listed under it."""


class Shapes:
    """The answers of some calls (`service:Operation`)."""

    def __init__(self, calls: Iterable[str]) -> None:
        """Look up the models of the calls' services."""
        self._by_key: dict[str, list[str]] = {}
        for call in dict.fromkeys(calls):
            shape = _output(call)
            for key in shape.members if shape else ():
                self._by_key.setdefault(key, []).append(call)

    def calls_of(self, answer: Mapping[str, Any]) -> tuple[str, ...]:
        """Return the calls that an answer may be of, those that it fits equally well; none where it fits no call."""
        possible = {call for key in answer for call in self._by_key.get(key, ())}
        scores = {call: _score(call, answer) for call in sorted(possible)}
        best = max(scores.values(), default=0)
        return tuple(call for call, score in scores.items() if score == best > 0)


def typed(call: str, answer: Mapping[str, Any]) -> dict[str, Any]:
    """Return an answer with times and bytes instead of the texts that stand for them in JSON."""
    shape = _output(call)
    return {
        key: _typed(shape.members[key], held) if shape and key in shape.members else held
        for key, held in answer.items()
    }


def list_keys(call: str) -> tuple[str, ...]:
    """Return the keys of an answer under which it lists things."""
    shape = _output(call)
    return tuple(key for key, member in shape.members.items() if member.type_name == "list") if shape else ()


@cache
def _output(call: str) -> Any:
    service, _, operation = call.partition(":")
    return _model(service).operation_model(operation).output_shape


@cache
def _asked(call: str) -> frozenset[str]:
    """Return what a call can be given."""
    service, _, operation = call.partition(":")
    shape = _model(service).operation_model(operation).input_shape
    return frozenset(shape.members) if shape else frozenset()


@cache
def _model(service: str) -> Any:
    return _session().get_service_model(service)


@cache
def _session() -> Any:
    return lean(botocore.session.Session())


def _score(call: str, answer: Mapping[str, Any]) -> int:
    members, asked = _output(call).members, _asked(call)
    known = [key for key in answer if key in members]
    others = [key for key in answer if key not in members and key not in _WRAPPING and not key.startswith("$")]
    told = sum(1 if key in asked else -1 for key in others)  # somebody wrote down what he asked about
    return sum(_PER_KEY + _fit(members[key], answer[key]) for key in known) + told


_WRAPPING = frozenset({"NextToken", "Marker", "IsTruncated", "ResponseMetadata", "NextMarker"})


def _fit(shape: Any, held: Any) -> int:
    """Return how many keys of the first thing listed belong there, less those that do not; -10 for another kind."""
    kind = shape.type_name
    if kind == "list" and isinstance(held, list):
        items = cast("list[Any]", held)
        return _fit(shape.member, items[0]) if items else 0
    if kind == "structure" and isinstance(held, dict):
        return sum(1 if key in shape.members else -1 for key in cast("dict[str, Any]", held))
    if kind in ("list", "structure"):
        return -_PER_KEY
    return -1 if isinstance(held, list | dict) and kind != "map" else 0


@cache
def _has_typed(shape: Any, within: tuple[str, ...] = ()) -> bool:
    """Whether there is a time or bytes anywhere in it. `within`: the names of what it stands in, as some nest."""
    kind, further = shape.type_name, (*within, shape.name)
    if shape.name in within:
        return False
    match kind:
        case "structure":
            return any(_has_typed(member, further) for member in shape.members.values())
        case "list":
            return _has_typed(shape.member, further)
        case "map":
            return _has_typed(shape.value, further)
        case _:
            return kind in ("timestamp", "blob")


def _typed(shape: Any, held: Any) -> Any:
    kind = shape.type_name
    if not _has_typed(shape):
        return held
    if isinstance(held, dict):
        keys = cast("dict[str, Any]", held)
        if kind == "structure":
            members = shape.members
            return {key: _typed(members[key], each) if key in members else each for key, each in keys.items()}
        return {key: _typed(shape.value, each) for key, each in keys.items()} if kind == "map" else keys
    if isinstance(held, list):
        items = cast("list[Any]", held)
        return [_typed(shape.member, each) for each in items] if kind == "list" else items
    if kind == "timestamp" and isinstance(held, str | int | float):
        return moment(held)
    return _bytes(held) if kind == "blob" and isinstance(held, str) else held


def moment(held: str | float) -> datetime | str | float:
    """Return the time that a text or a number of seconds is; as it stands, where it is none."""
    try:
        if isinstance(held, str):
            time = datetime.fromisoformat(held)
            return time if time.tzinfo else time.replace(tzinfo=UTC)
        return datetime.fromtimestamp(held, UTC)
    except (ValueError, OverflowError, OSError):
        return held


def _bytes(held: str) -> bytes:
    try:
        return base64.b64decode(held, validate=True)
    except ValueError:
        return held.encode()


def texts(held: Any) -> Iterator[str]:
    """Yield all texts in an answer."""
    if isinstance(held, str):
        yield held
    elif isinstance(held, dict | list):
        items = cast("dict[str, Any]", held).values() if isinstance(held, dict) else cast("list[Any]", held)
        for each in items:
            yield from texts(each)
