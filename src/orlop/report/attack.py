"""The ways an attacker would take: for a person at a terminal, and as plain values for JSON."""

from collections.abc import Sequence
from typing import Any, TextIO

from rich.text import Text

from orlop.reason.paths import Path, Step
from orlop.report.terminal import heading, indented, terminal, text


def found(of: str, paths: Sequence[Path], choke_points: Sequence[tuple[Step, int]]) -> dict[str, Any]:
    """Return ways and choke points as plain values."""
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
        "chokePoints": [{**_step(step), "cuts": cut} for step, cut in choke_points],
    }


def _step(step: Step) -> dict[str, Any]:
    return {
        "from": step.start,
        "to": step.end,
        "kind": step.sort,
        "says": step.says,
        "evidence": list(step.evidence),
        "certain": step.surely,
    }


def write_found(of: str, paths: Sequence[Path], choke_points: Sequence[tuple[Step, int]], out: TextIO) -> None:
    """Write the ways, cheapest first, and what cuts most of them."""
    console = terminal(out)
    if not paths:
        indented(console, text("No way was found to anything worth stealing.", "bold green"), 0)
    for path in paths:
        may = "" if path.surely else " (some steps depend on what is not known)"
        console.print()
        indented(console, text(f"From {path.start} to {path.end}{may}", "bold"), 0)
        for number, step in enumerate(path.steps, start=1):
            indented(console, text(step.says), 5, first=Text(f"  {number}. "))
            for evidence in step.evidence:
                indented(console, text(evidence, "dim"), 7)
    if choke_points:
        heading(console, "What cuts most of these ways")
        for step, cut in choke_points[:5]:
            ways = "one way" if cut == 1 else f"{cut} ways"
            indented(console, f"{ways}: {step.says}")
    indented(console, text(f"As seen in {of}.", "dim"), 0)
