"""The report on a terminal: what was looked at, what was not seen, the five things to do first, the rest in numbers.

Laws: readable with 80 columns and without colour; text from the systems is only ever text, neither markup nor escapes.
"""

from collections.abc import Iterable
from typing import TextIO

from rich.console import Console
from rich.text import Text

from orlop.findings.report import Report, Target
from orlop.report import words
from orlop.report.digest import BlindSpot, Group, blind_spots, counts, first_things, groups, host_names, questions
from orlop.report.inert import inert, veiled

STYLES = {"critical": "bold red", "high": "red", "medium": "yellow", "low": "cyan"}
_MOST_SPOTS = 5
_MOST_QUESTIONS = 3
_MOST_RULES = 10


def write(report: Report, out: TextIO) -> None:
    """Write `report` for a person at a terminal. Where the HTML report lies is one of its notes."""
    console = terminal(out)
    _looked_at(console, report)
    _not_seen(console, report)
    _do_first(console, report)
    _also(console, report)
    _in_numbers(console, report)
    _go_on(console, report)


def terminal(out: TextIO) -> Console:
    """Return a console on `out`: coloured only if it is a terminal, and nothing in the text interpreted."""
    return Console(file=out, markup=False, emoji=False, highlight=False, soft_wrap=False)


def text(words: str, style: str = "") -> Text:
    """Return text that is safe to show, broken within words where a word is wider than the screen."""
    return Text(inert(veiled(words)), style=style, overflow="fold")


def heading(console: Console, title: str) -> None:
    """Print a heading with a line of room above it."""
    console.print()
    console.print(text(title.upper(), "bold"))


def indented(console: Console, said: str | Text, by: int = 2, *, first: Text | None = None) -> None:
    """Print a paragraph, each line `by` columns in; `first`, of at most that width, stands before its first line."""
    said = text(said) if isinstance(said, str) else said
    margin = Text(" " * by)
    for index, line in enumerate(said.wrap(console, max(console.width - by, 10), overflow="fold")):
        line.rstrip()
        before = first if first is not None and index == 0 else margin
        console.print(Text.assemble(before, " " * (by - len(before)), line))


def labelled(console: Console, rows: Iterable[tuple[Text, Text]], width: int, by: int = 2) -> None:
    """Print labels with a paragraph beside each; below it, where the label is wider than `width`."""
    for label, said in rows:
        label = Text.assemble(" " * by, label)
        if len(label) > by + width:
            indented(console, label, 0)
            label = Text("")
        indented(console, said, by + width + 2, first=label)


def _looked_at(console: Console, report: Report) -> None:
    indented(console, text(f"Orlop {report.orlop}, {words.when(report.taken_at)}", "dim"), 0)
    heading(console, "What was looked at")
    for target in report.targets:
        indented(console, Text.assemble(text(target.label, "bold"), text(f": {_extent(target)}")))
    if not report.targets:
        indented(console, "Nothing.")


def _extent(target: Target) -> str:
    scope = ", ".join(target.scope)
    where = scope if target.kind == "aws" else f"as {scope}" if scope else ""
    calls = f"{words.plural(target.calls, 'request')} to AWS" if target.kind == "aws" else ""
    parts = (where, words.plural(target.resources, "thing"), calls, f"{target.seconds:.1f} s")
    return "; ".join(part for part in parts if part)


def _not_seen(console: Console, report: Report) -> None:
    spots = blind_spots(report)
    if not spots:
        return
    heading(console, "What could not be seen")
    if report.not_assessed:
        count = words.plural(report.not_assessed, "question is", "questions are")
        indented(console, f"{count} without an answer. None of them counts as fine.")
    asks, labels = questions(report), host_names(report)
    for spot in spots[:_MOST_SPOTS]:
        _spot(console, spot, asks, labels)
    if len(spots) > _MOST_SPOTS:
        indented(
            console, f"and {words.plural(len(spots) - _MOST_SPOTS, 'more reason')}, all of them in the HTML report"
        )
    for way in dict.fromkeys(words.way_to_see(spot.gap) for spot in spots):
        if way:
            indented(console, text(way, "italic"))


def _spot(console: Console, spot: BlindSpot, asks: dict[str, str], labels: dict[str, str]) -> None:
    gap = spot.gap
    where = f" ({words.places(spot.places, labels)})"
    why = "" if gap.permission else f": {gap.why}"
    indented(console, Text.assemble(text(words.obstacle(gap), "bold"), text(where + why)))
    for rule in spot.rules[:_MOST_QUESTIONS]:
        indented(console, asks.get(rule, rule), 6, first=Text("    ?"))
    more = len(spot.rules) - _MOST_QUESTIONS
    if more > 0:
        indented(console, f"and {words.plural(more, 'more question')}", 6, first=Text("    ?"))


def _do_first(console: Console, report: Report) -> None:
    things = first_things(report)
    if not things:
        heading(console, "Nothing to do")
        indented(console, _no_findings(report))
        return
    number = {1: "The one thing", 2: "The two things", 3: "The three things", 4: "The four things"}
    heading(console, f"{number.get(len(things), 'The five things')} to do first")
    labels = host_names(report)
    for index, thing in enumerate(things, 1):
        _thing(console, index, thing, labels)


def _no_findings(report: Report) -> str:
    if not counts(report).asked:
        return "No question could be put: nothing was found to put it to. That does not mean that all is well."
    if report.not_assessed:
        return "Of the questions that could be answered, none found anything to mend."
    return "Every question was answered, and none found anything to mend."


def _thing(console: Console, index: int, thing: Group, labels: dict[str, str]) -> None:
    finding, about, more = thing.first, thing.first.subject, len(thing.findings) - 1
    console.print()
    severity = text(f"{finding.severity.upper()} ", STYLES[thing.severity])
    indented(console, Text.assemble(severity, text(finding.asks, "bold")), 5, first=Text(f"  {index}."))
    rows = [(text("Where"), text(words.whereabouts(about, labels))), (text("So it is"), text(finding.because))]
    if finding.why:
        rows.append((text("Leads to"), text(words.first_sentence(finding.why))))
    if more:
        rows.append((text("And"), text(f"{more:,} more like it")))
    rows.append((text("Go on"), text(words.command(finding), "green")))
    labelled(console, rows, 8, by=5)


def _also(console: Console, report: Report) -> None:
    """One line for each further rule that found something."""
    first = {thing.rule for thing in first_things(report)}
    rest = [group for group in groups(report.open) if group.rule not in first]
    if not rest:
        return
    heading(console, "Also found")
    rows = (
        (text(f"{g.severity} {len(g.findings):,}", STYLES[g.severity]), text(f"{g.first.title} ({g.first.id})"))
        for g in rest[:_MOST_RULES]
    )
    labelled(console, rows, 12)
    if len(rest) > _MOST_RULES:
        indented(console, f"and {words.plural(len(rest) - _MOST_RULES, 'more kind')}, all of them in the HTML report")


def _in_numbers(console: Console, report: Report) -> None:
    heading(console, "In numbers")
    held = counts(report)
    to_mend = Text(", ").join(
        text(f"{getattr(held, severity):,} {severity}", STYLES[severity] if getattr(held, severity) else "dim")
        for severity in words.SEVERITIES
    )
    rows = [
        (text("To mend"), to_mend),
        (text("Accepted"), text(f"{held.accepted:,}")),
        (text("Fine"), text(f"{held.passed:,}")),
        (text("Not assessed"), text(f"{held.not_assessed:,}", "bold" if held.not_assessed else "")),
    ]
    labelled(console, rows, 12)


def _go_on(console: Console, report: Report) -> None:
    console.print()
    if report.open:
        indented(console, "The whole story of one finding: orlop show ID", 0)
    for note in report.notes:
        indented(console, note, 0)
