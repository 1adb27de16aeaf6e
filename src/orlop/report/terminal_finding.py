"""One finding on a terminal: the whole story, from the question to the way back."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TextIO

from rich.console import Console
from rich.text import Text

from orlop.findings.finding import Finding, State
from orlop.report import words
from orlop.report.diff import change_lines, in_a_row, setting_words
from orlop.report.terminal import STYLES, heading, indented, labelled, terminal, text

_SIGNS = {"-": "red", "+": "green", " ": "dim"}
_MOST_ANSWER = 400


def write_finding(finding: Finding, out: TextIO) -> None:
    """Write the whole story of `finding`: question, what is so, evidence, what it leads to, how to mend it."""
    console = terminal(out)
    severity = text(f"{finding.severity.upper()} ", STYLES[finding.severity])
    indented(console, Text.assemble(severity, text(finding.title, "bold")), 0)
    indented(console, finding.asks, 0)
    console.print()
    labelled(console, _particulars(finding), 12, by=0)
    heading(console, "What is so")
    indented(console, finding.because)
    for line in finding.witness:
        indented(console, line, 4, first=Text("  *"))
    if finding.why:
        heading(console, "What it can lead to")
        indented(console, finding.why)
    _mending(console, finding)
    _evidence(console, finding)
    if finding.controls:
        heading(console, "Who asks for it")
        indented(console, ", ".join(map(str, finding.controls)))


def write_findings(findings: Iterable[Finding], out: TextIO) -> None:
    """Write each finding in a line or two, in the order given, and how many there are."""
    console, findings = terminal(out), tuple(findings)
    for finding in findings:
        severity = text(f"{finding.severity:<8}", STYLES[finding.severity])
        state = "" if finding.state is State.OPEN else f" [{finding.state}]"
        # Each part by itself: "...a password: claims-01" would look like a secret.
        said = Text.assemble(text(f"{finding.title}{state}"), ": ", text(words.whereabouts(finding.subject)))
        indented(console, said, 22, first=Text.assemble(text(finding.id), "  ", severity))
    if not findings:
        indented(console, "No finding.", 0)
        return
    console.print()
    indented(console, f"{words.plural(len(findings), 'finding')}. The whole story of one: orlop show ID", 0)


def _particulars(finding: Finding) -> Iterator[tuple[Text, Text]]:
    about = finding.subject
    yield text("Finding"), text(finding.id)
    yield text("About"), text(" ".join(part for part in (about.kind, about.name) if part))
    yield text("Its id"), text(about.id)
    yield text("Where"), text(words.place(about.account, about.region))
    yield text("Rule"), text(finding.rule)
    yield text("State"), text(_state(finding))
    if finding.first_seen:
        yield text("First seen"), text(words.when(finding.first_seen))
        yield text("Last seen"), text(words.when(finding.last_seen))


def _state(finding: Finding) -> str:
    accepted = finding.acceptance
    if finding.state is State.ACCEPTED and accepted:
        return f"accepted by {accepted.owner} until {words.day(accepted.until)}: {accepted.reason}"
    return finding.state


def _mending(console: Console, finding: Finding) -> None:
    if finding.fix:
        heading(console, "What Orlop would change")
        diff(console, finding.fix)
    if finding.only_by_hand:
        heading(console, "What to do, with no way back")
        indented(console, finding.only_by_hand.step)
        indented(console, finding.only_by_hand.why)
    if finding.breaks:
        heading(console, "What it may break")
        indented(console, finding.breaks)
    if finding.by_hand:
        heading(console, "By hand")
        for line in finding.by_hand.splitlines():
            indented(console, line)
    if finding.fix and finding.state in (State.OPEN, State.ACCEPTED):
        heading(console, "Go on")
        rows = [
            (text(words.command(finding), "green"), text("shows this change again, asks, makes it, looks again")),
            (text("orlop undo", "green"), text("puts it back")),
        ]
        labelled(console, rows, 20)


def diff(console: Console, fix: Mapping[str, Any]) -> None:
    """Print a change: which setting of what, and each line that differs."""
    indented(console, f"{setting_words(fix)} of {fix['target']}:")
    for line in change_lines(fix):
        indented(console, text(str(line), _SIGNS[line.sign]), 4)


def _evidence(console: Console, finding: Finding) -> None:
    if not finding.evidence:
        return
    heading(console, "How we know")
    rows: list[tuple[Text, Text]] = []
    for proof in finding.evidence:
        said = in_a_row(proof.answer, proof.setting) if proof.setting else "told of it"
        said = said if len(said) <= _MOST_ANSWER else f"{said[:_MOST_ANSWER]}..."
        rows.append((text(proof.source), text(f"{proof.setting.replace('_', ' ')}: {said}" if proof.setting else said)))
    labelled(console, rows, 32)
