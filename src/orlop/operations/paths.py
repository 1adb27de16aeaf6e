"""The ways an attacker would take, why they exist, and the changes that end most of them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path as File
from typing import Any, TextIO

from orlop.errors import NotFound
from orlop.findings.ways import Cause, told
from orlop.operations.estates import Looked, look
from orlop.operations.publish import written
from orlop.operations.settings import Settings
from orlop.reason.paths import ANYONE, INTERNET, Path, Paths, Step, admin_of
from orlop.reason.paths.publishing import Publishing, publishing
from orlop.reason.paths.step import account_node
from orlop.reason.paths.unseen import unseen
from orlop.report import attack, picture


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The cheapest way to each goal, cheapest first; their causes, worst first; and what cuts most of them.

    `publishing` is what the one who begins could make public, None unless the ways begin at a user or role. `unseen`
    are sentences about what was not read.
    """

    paths: tuple[Path, ...]
    causes: tuple[Cause, ...]
    choke_points: tuple[tuple[Step, int], ...]
    publishing: tuple[Publishing, ...] | None
    unseen: tuple[str, ...]
    of: Looked


def paths(settings: Settings, *, target: str | None, start: str | None, goal: str | None) -> Found:
    """Return the ways from outside, from all `people`, or from `start`, to everything worth stealing, or to `goal`.

    `start` and `goal` are ARNs, ids or names. Raises: NotFound.
    """
    looked = look(target, settings)
    found = looked.estate.once(Paths)
    sources = _sources(start, found)
    goals = None if goal is None else _goals(goal, found)
    ways = found.worst(sources, goals)
    who = found.ground.principals.get(next(iter(sources))) if start and len(sources) == 1 else None
    return Found(
        paths=ways,
        causes=told(found.roots(sources, ways), found),
        choke_points=found.choke_points(sources, ways),
        publishing=publishing(found.acting(who), found.ground) if who and goal is None else None,
        unseen=unseen(found.ground),
        of=looked,
    )


def _sources(start: str | None, found: Paths) -> Mapping[str, int]:
    if start is None:
        return found.outside
    if start.lower() == "people":
        return found.people
    return {_node(start, found): 0}


def _goals(goal: str, found: Paths) -> tuple[str, ...]:
    if goal.lower() in ("admin", "administrator"):
        return tuple(admin_of(account) for account in found.ground.accounts)
    return (_node(goal, found),)


def _node(name: str, found: Paths) -> str:
    """Return the node that a name means. Raises: NotFound."""
    if name.lower() in ("internet", "anyone"):
        return INTERNET if name.lower() == "internet" else ANYONE
    if name.isdigit() and len(name) == 12:
        return account_node(name)
    name = name.rstrip("*").rstrip("/") if name.startswith("arn:") else name
    if name in found.crown_jewels or name in found.outside or found.ground.find(name):
        return name
    meant = [
        r.id
        for r in found.ground.estate.resources
        if name in (r.name, r.id.rpartition("/")[2], r.id.rpartition(":")[2])
    ]
    known = [id for id in meant if id in found.crown_jewels or id in found.ground.principals]
    if meant:
        return (known or meant)[0]
    raise NotFound(
        f"Nothing here is called {name!r}.",
        do="Give an ARN, an id, a name, internet, people, or an account's number.",
    )


def publish(found: Found, *, form: str, output: File | None, to: TextIO) -> None:
    """Write what was found as `table`, `json` or `svg`, into `output` or to `to`. Raises: BadInput."""
    with written(output, to) as out:
        if form == "svg":
            out.write(picture.whole(found.causes))
        elif form == "json":
            json.dump(_plain(found), out, indent=2, ensure_ascii=False)
            out.write("\n")
        else:
            attack.write_found(
                found.of.of, causes=found.causes, publishing=found.publishing, unseen=found.unseen, out=out
            )


def _plain(found: Found) -> dict[str, Any]:
    return attack.found(
        found.of.of,
        paths=found.paths,
        causes=found.causes,
        choke_points=found.choke_points,
        publishing=found.publishing,
        unseen=found.unseen,
    )
