"""The ways an attacker would take, and the one change that cuts most of them."""

from dataclasses import dataclass

from orlop.errors import NotFound
from orlop.operations.estates import Looked, look
from orlop.operations.settings import Settings
from orlop.reason.paths import ANYONE, INTERNET, Path, Paths, Step


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The cheapest way to each goal, cheapest first; and the steps whose end cuts most ways, with how many."""

    paths: tuple[Path, ...]
    choke_points: tuple[tuple[Step, int], ...]
    of: Looked


def paths(settings: Settings, *, target: str | None, start: str | None, goal: str | None) -> Found:
    """Return the ways from outside, or from `start`, to everything worth stealing, or to `goal`.

    `start` and `goal` are ARNs, ids or names. Raises: NotFound.
    """
    looked = look(target, settings)
    found = Paths(looked.estate)
    sources = found.outside() if start is None else (_named(start, looked, found),)
    goals = None if goal is None else _goals(goal, looked, found)
    ways = found.worst(sources, goals)
    return Found(paths=ways, choke_points=found.choke_points(ways), of=looked)


def _goals(goal: str, looked: Looked, found: Paths) -> tuple[str, ...]:
    if goal.lower() in ("admin", "administrator"):
        return tuple({step.end for step in found.steps if step.end.startswith("every right")}) or (goal,)
    return (_named(goal, looked, found),)


def _named(name: str, looked: Looked, found: Paths) -> str:
    """Return the node that a name means."""
    if name.lower() in ("internet", "anyone"):
        return INTERNET if name.lower() == "internet" else ANYONE
    if name.isdigit() and len(name) == 12:
        return f"account {name}"
    name = name.rstrip("*").rstrip("/") if name.startswith("arn:") else name
    known = {step.start for step in found.steps} | {step.end for step in found.steps} | found.crown_jewels
    if name in known:
        return name
    resources = [
        r for r in looked.estate.resources if name in (r.id, r.name, r.id.rpartition("/")[2], r.id.rpartition(":")[2])
    ]
    for resource in resources:
        if resource.id in known:
            return resource.id
    if resources:
        return resources[0].id
    raise NotFound(
        f"Nothing here is called {name!r}.", do="Give an ARN, an id, a name, internet, or an account's number."
    )
