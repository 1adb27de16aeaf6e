"""The ways an attacker would take, as plain data for every format: by cause, each with what ends it."""

from collections.abc import Iterable
from dataclasses import dataclass

from orlop.reason.paths import Path, Paths, Root, Step

FEW = 12
"""How many ways of one cause are told whole; of the others only where they end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """One thing on a way. `kind` is a word such as `internet`, `role`, `bucket`; `name` what people call it."""

    id: str
    name: str
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """One step of a way. `by` says in a word what it is, `says` in a sentence; `cut`: it ends with the cause."""

    start: Node
    end: Node
    by: str
    says: str
    evidence: tuple[str, ...]
    certain: bool
    cut: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One way, from its first step to its goal."""

    cost: int
    certain: bool
    stages: tuple[Stage, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """One cause and the ways that hang on it, cheapest first.

    `mends` say what to change. `ends`: that puts every goal out of reach; else other ways are left, and `also` says
    what else to change. `ways` are some, `more` the names of what else is reached.
    """

    says: str
    mends: tuple[str, ...]
    ends: bool
    also: tuple[str, ...]
    certain: bool
    ways: tuple[Way, ...]
    more: tuple[str, ...]


def told(roots: Iterable[Root], paths: Paths) -> tuple[Cause, ...]:
    """Return the causes as plain data."""
    return tuple(_cause(root, paths) for root in roots)


def _cause(root: Root, paths: Paths) -> Cause:
    shown = [path for path in root.paths if not path.over_admin][:FEW] or list(root.paths[:1])
    ends = {path.end for path in shown}
    return Cause(
        says=root.step.says,
        mends=root.mends,
        ends=root.ends,
        also=tuple(dict.fromkeys(step.mend for step in root.also if step.mend)),
        certain=root.surely,
        ways=tuple(way(path, paths, root.step.cause) for path in shown),
        more=tuple(paths.name(path.end) for path in root.paths if path.end not in ends),
    )


def way(path: Path, paths: Paths, cause: str = "") -> Way:
    """Return one way as plain data."""
    stages = tuple(_stage(step, paths, cause) for step in path.steps)
    return Way(cost=path.cost, certain=path.surely, stages=stages)


def _stage(step: Step, paths: Paths, cause: str) -> Stage:
    return Stage(
        start=_node(step.start, paths),
        end=_node(step.end, paths),
        by=str(step.sort),
        says=step.says,
        evidence=step.evidence,
        certain=step.surely,
        cut=bool(cause) and step.cause == cause,
    )


def _node(id: str, paths: Paths) -> Node:
    return Node(id=id, name=paths.name(id), kind=paths.kind(id))
