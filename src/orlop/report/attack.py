"""The ways an attacker would take: for a person at a terminal, and as plain values for JSON."""

from collections.abc import Sequence
from typing import Any, TextIO

from rich.console import Console
from rich.text import Text

from orlop.findings.ways import Cause, Way
from orlop.reason.paths import Path, Step
from orlop.reason.paths.publishing import Publishing
from orlop.report.pieces import plain
from orlop.report.terminal import heading, indented, terminal, text
from orlop.report.words import listed

_MOST = 6


def found(
    of: str,
    *,
    paths: Sequence[Path],
    causes: Sequence[Cause],
    choke_points: Sequence[tuple[Step, int]],
    publishing: Sequence[Publishing] | None,
    unseen: Sequence[str],
) -> dict[str, Any]:
    """Return ways, causes and choke points as plain values."""
    return {
        "of": of,
        "paths": [
            {
                "from": path.start,
                "to": path.end,
                "cost": path.cost,
                "certain": path.surely,
                "steps": [_step(step) for step in path.steps],
            }
            for path in paths
        ],
        "causes": plain(list(causes)),
        "chokePoints": [{**_step(step), "cuts": cut} for step, cut in choke_points],
        **({} if publishing is None else {"couldMakePublic": plain(list(publishing))}),
        "notSeen": list(unseen),
    }


def _step(step: Step) -> dict[str, Any]:
    return {
        "from": step.start,
        "to": step.end,
        "kind": step.sort,
        "says": step.says,
        "evidence": list(step.evidence),
        "certain": step.surely,
        "mend": step.mend,
    }


def write_found(
    of: str,
    *,
    causes: Sequence[Cause],
    publishing: Sequence[Publishing] | None,
    unseen: Sequence[str],
    out: TextIO,
) -> None:
    """Write the causes, worst first, with what ends them; what could be made public; what was not seen."""
    console = terminal(out)
    if not causes:
        indented(console, text("No way was found to anything worth stealing.", "bold green"), 0)
    for number, cause in enumerate(causes, start=1):
        _cause(console, number, cause)
    if publishing is not None:
        _publishing(console, publishing)
    heading(console, "What was not seen")
    for each in unseen:
        indented(console, text(each, "dim"))
    indented(console, text(f"As seen in {of}.", "dim"), 0)


def _cause(console: Console, number: int, cause: Cause) -> None:
    may = "" if cause.certain else " (hangs on what is not known)"
    console.print()
    indented(console, text(f"{cause.says}{may}", "bold"), 4, first=Text(f"{number}.  ", "bold"))
    for way in cause.ways[:1]:
        _way(console, way)
    others = [way.stages[-1].end.name for way in cause.ways[1:]] + list(cause.more)
    if others:
        indented(console, text(f"In the same way: {listed(tuple(others))}."), 4)
    for mend in cause.mends[:_MOST]:
        indented(console, text(mend, "green"), 10, first=Text("    Mend: "))
    if not cause.ends and cause.mends:
        indented(console, text("That alone leaves another way. It takes this, too:" if cause.also else _MORE), 4)
        for mend in cause.also:
            indented(console, text(mend, "green"), 10, first=Text("    Mend: "))


_MORE = "That alone leaves another way."


def _way(console: Console, way: Way) -> None:
    last = way.stages[-1].end
    indented(console, text(f"From {way.stages[0].start.name} to {last.name}:"), 4)
    for number, stage in enumerate(way.stages, start=1):
        mark = "" if stage.certain else " (not known for certain)"
        indented(console, text(f"{stage.says}{mark}"), 9, first=Text(f"      {number}. "))
        for evidence in stage.evidence:
            indented(console, text(evidence, "dim"), 11)


def _publishing(console: Console, found: Sequence[Publishing]) -> None:
    heading(console, "What this one could make public")
    if not found:
        indented(console, text("Nothing, as far as was read.", "bold green"))
    by: dict[tuple[object, ...], list[Publishing]] = {}
    for each in found:
        by.setdefault((each.id, each.actions, each.opens, each.surely, each.recorded, each.acting_as), []).append(each)
    for group in by.values():
        first = group[0]
        calls = {1: "With one change", 2: "With two changes"}.get(len(first.changes), "With three changes")
        names = listed(tuple(each.name for each in group))
        sure = "" if first.surely else ", unless what was not read stands in the way"
        acting = f", as the role {first.acting_as}" if first.acting_as else ""
        indented(console, text(f"{calls}{acting}{sure}: {first.says} {names}.", "bold"))
        indented(console, text(f"Then anyone could {first.opens}."), 4)
        indented(console, text(f"By {', then '.join(first.actions)}.", "dim"), 4)
        indented(console, text(_NOTICED[first.recorded], "" if first.recorded else "yellow"), 4)


_NOTICED = {
    True: "A trail would record it.",
    False: "No trail would record it: nobody would notice.",
    None: "Whether a trail would record it is not known.",
}
