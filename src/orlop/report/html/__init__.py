"""The report as one HTML file for people: no network, no script, for screen, paper and screen reader.

Laws: text from the systems is escaped, inert and veiled, wherever it stands; the page forbids itself everything but its
own style; of each rule only the first findings are shown, so that a report of 10,000 findings still opens at once.
"""

from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from hashlib import sha256
from importlib.resources import files
from itertools import islice
from typing import Any, TextIO, cast

from jinja2 import DictLoader, Environment, StrictUndefined, Template
from markupsafe import Markup

from orlop.findings.finding import Finding, State
from orlop.findings.report import Report
from orlop.report import digest, picture, words
from orlop.report.diff import Line, change_lines, in_a_row, setting_words
from orlop.report.html.verdict import lead, verdict
from orlop.report.inert import inert, veiled

FEW = 20
"""How many findings of one rule are shown."""

MOST_WAYS = 12
"""How many causes of ways are drawn."""

_MOST_LINES = 40
_MOST_ANSWER = 300


def write(report: Report, out: TextIO) -> None:
    """Write `report` as one HTML file."""
    template, style = _parts()
    held = digest.counts(report)
    pieces = template.stream(
        report=report,
        style=Markup(style),  # noqa: S704 -- our own style sheet; its hash stands in the policy of the page
        style_hash=b64encode(sha256(style.encode()).digest()).decode(),
        counts=held,
        verdict=verdict(held),
        lead=lead(held, report),
        first=digest.first_things(report),
        groups=list(_by_severity(digest.groups(report.open))),
        accepted=[finding for finding in report.findings if finding.state is State.ACCEPTED],
        spots=digest.blind_spots(report),
        asks=digest.questions(report),
        names=digest.host_names(report),
    )
    pieces.enable_buffering(64)
    for piece in pieces:
        out.write(piece)


@cache
def _parts() -> tuple[Template, str]:
    """Read template and style from the package."""
    here = files(__name__)
    environment = Environment(
        loader=DictLoader({"report": here.joinpath("report.html.j2").read_text("utf-8")}),
        autoescape=True,
        finalize=_shown,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    cast("dict[str, Any]", environment.globals).update(
        words=words, few=FEW, most_ways=MOST_WAYS, picture=picture.drawn, MEANS=words.MEANS, SEVERITIES=words.SEVERITIES
    )
    cast("dict[str, Any]", environment.filters).update(diff=_diff, setting=setting_words, answer=_answer, few=_few)
    return environment.get_template("report"), here.joinpath("style.css").read_text("utf-8") + picture.style()


def _shown(value: object) -> object:
    """Make every text that is put into the page harmless. What is markup already was made so in here."""
    if isinstance(value, Markup):
        return value
    return inert(veiled(value)) if isinstance(value, str) else value


def _by_severity(groups: Iterable[digest.Group]) -> Iterator[tuple[str, list[digest.Group]]]:
    held = list(groups)
    for severity in words.SEVERITIES:
        if those := [group for group in held if group.severity == severity]:
            yield severity, those


def _few(findings: Iterable[Finding]) -> list[Finding]:
    return list(islice(findings, FEW))


def _diff(fix: Mapping[str, Any]) -> tuple[Line, ...]:
    lines = change_lines(fix)
    more = len(lines) - _MOST_LINES
    return (*lines[:_MOST_LINES], Line(" ", f"... and {more} more lines")) if more > 0 else lines


def _answer(answer: object, setting: str) -> str:
    said = in_a_row(answer, setting)
    return said if len(said) <= _MOST_ANSWER else f"{said[:_MOST_ANSWER]}..."
