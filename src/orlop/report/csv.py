"""The findings as CSV (RFC 4180, UTF-8): one row a finding, then one a question that could not be answered.

Laws: no cell is a formula for a spreadsheet; a cell is one line.
Source: https://owasp.org/www-community/attacks/CSV_Injection
"""

import csv
from collections.abc import Iterator
from typing import TextIO

from orlop.findings.finding import Finding
from orlop.findings.report import Report, Tally
from orlop.report import words
from orlop.report.diff import was_and_becomes
from orlop.report.inert import inert, veiled

COLUMNS = (
    "id",
    "severity",
    "state",
    "rule",
    "title",
    "question",
    "because",
    "witness",
    "can_lead_to",
    "kind",
    "resource",
    "name",
    "account",
    "region",
    "setting",
    "was",
    "becomes",
    "by_hand",
    "may_break",
    "command",
    "controls",
    "first_seen",
    "last_seen",
    "accepted_reason",
    "accepted_by",
    "accepted_until",
    "missing_permission",
)
NOT_ASSESSED = "not assessed"

# The last four are full-width forms of the first four, which some spreadsheets take for them.
_FORMULA = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def write(report: Report, out: TextIO) -> None:
    """Write `report` as CSV with a header row."""
    rows: csv.DictWriter[str] = csv.DictWriter(out, COLUMNS, restval="", lineterminator="\r\n")
    rows.writeheader()
    for finding in report.findings:
        rows.writerow(_tame(_row(finding)))
    for row in _blanks(report):
        rows.writerow(_tame(row))


def _row(finding: Finding) -> dict[str, str]:
    setting, was, becomes = was_and_becomes(finding)
    accepted = finding.acceptance
    return {
        "id": finding.id,
        "severity": finding.severity,
        "state": finding.state,
        "rule": finding.rule,
        "title": finding.title,
        "question": finding.asks,
        "because": finding.because,
        "witness": "; ".join(finding.witness),
        "can_lead_to": finding.why,
        "kind": finding.subject.kind,
        "resource": finding.subject.id,
        "name": finding.subject.name,
        "account": finding.subject.account,
        "region": finding.subject.region,
        "setting": setting,
        "was": was,
        "becomes": becomes,
        "by_hand": words.remedy(finding) if finding.only_by_hand else finding.by_hand,
        "may_break": finding.breaks,
        "command": words.command(finding),
        "controls": "; ".join(map(str, finding.controls)),
        "first_seen": finding.first_seen,
        "last_seen": finding.last_seen,
        "accepted_reason": accepted.reason if accepted else "",
        "accepted_by": accepted.owner if accepted else "",
        "accepted_until": accepted.until if accepted else "",
    }


def _blanks(report: Report) -> Iterator[dict[str, str]]:
    """One row for each question that a gap left open; one for a gap that left none open."""
    tallies = {tally.rule: tally for tally in report.tallies}
    for gap in report.gaps:
        for rule in gap.rules or ("",):
            tally: Tally | None = tallies.get(rule)
            yield {
                "severity": tally.severity if tally else "",
                "state": NOT_ASSESSED,
                "rule": rule,
                "title": tally.title if tally else "",
                "question": tally.asks if tally else "",
                "because": f"{words.obstacle(gap)}. {gap.source}: {gap.why} ({words.plural(gap.times, 'resource')})",
                "resource": gap.example,
                "account": gap.account,
                "region": gap.region,
                "missing_permission": gap.permission or "",
            }


def _tame(row: dict[str, str]) -> dict[str, str]:
    return {column: _cell(value) for column, value in row.items()}


def _cell(value: str) -> str:
    shown = inert(veiled(value))
    return f"'{shown}" if shown.lstrip().startswith(_FORMULA) else shown
