"""The findings as SARIF 2.1.0, in the part of it that code scanning services show.

A cloud resource has no file. Each gets a stable path of its own (`aws/ACCOUNT/REGION/KIND/NAME`) as physical location,
which code scanning wants, and its true id as logical location. What could not be assessed is a notification of the run:
it is no result, and it is not left out.

Source: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html and
https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning
"""

from collections.abc import Iterator
from typing import Any, TextIO
from urllib.parse import quote

from orlop.findings.finding import Finding, State, Subject
from orlop.findings.report import Gap, Report
from orlop.report import pieces, words

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"

_LEVEL = {"critical": "error", "high": "error", "medium": "warning", "low": "note"}
_SCORE = {"critical": "9.5", "high": "8.0", "medium": "5.5", "low": "2.0"}
"""What code scanning sorts by: over 9.0 critical, 7.0 to 8.9 high, 4.0 to 6.9 medium, below low."""


def write(report: Report, out: TextIO) -> None:
    """Write `report` as one SARIF log with one run."""
    firsts: dict[str, Finding] = {}
    for finding in report.findings:
        firsts.setdefault(finding.rule, finding)
    order = {rule: index for index, rule in enumerate(firsts)}
    out.write(f'{{"$schema":"{SCHEMA}","version":"2.1.0","runs":[{{"tool":{{"driver":{{"name":"Orlop",')
    out.write(f'"semanticVersion":{pieces.text(report.orlop)},"rules":')
    pieces.array(out, (_rule(finding) for finding in firsts.values()))
    out.write(f'}}}},\n"invocations":[{pieces.text(_invocation(report))}],\n"results":')
    pieces.array(out, (_result(finding, order[finding.rule]) for finding in report.findings))
    out.write("}]}\n")


def _rule(finding: Finding) -> dict[str, Any]:
    mending = f"By hand: {finding.by_hand}" if finding.by_hand else ""
    risk = f"What mending it may break: {finding.breaks}" if finding.breaks else ""
    return {
        "id": finding.rule,
        "name": "".join(part.capitalize() for part in finding.rule.split("-")),
        "shortDescription": {"text": finding.title},
        "fullDescription": {"text": finding.why or finding.asks},
        "help": {"text": "\n\n".join(part for part in (finding.asks, finding.why, mending, risk) if part)},
        "defaultConfiguration": {"level": _LEVEL[finding.severity]},
        "properties": {
            "security-severity": _SCORE[finding.severity],
            "precision": "high",
            "tags": ["security", *map(str, finding.controls)][:20],
        },
    }


def _result(finding: Finding, index: int) -> dict[str, Any]:
    held: dict[str, Any] = {
        "ruleId": finding.rule,
        "ruleIndex": index,
        "level": _LEVEL[finding.severity],
        "message": {"text": _message(f"{finding.because} {words.command(finding)}")},
        "locations": [
            {
                "physicalLocation": {"artifactLocation": {"uri": path(finding.subject)}, "region": {"startLine": 1}},
                "logicalLocations": [
                    {
                        "name": finding.subject.name or finding.subject.id,
                        "fullyQualifiedName": finding.subject.id,
                        "kind": finding.subject.kind,
                    }
                ],
            }
        ],
        "partialFingerprints": {"orlopFinding/v1": finding.id, "primaryLocationLineHash": f"{finding.id}:1"},
        "properties": {"severity": finding.severity, "state": finding.state, "question": finding.asks},
    }
    if finding.acceptance:
        why = f"{finding.acceptance.reason} ({finding.acceptance.owner}, until {finding.acceptance.until})"
        held["suppressions"] = [{"kind": "external", "status": "accepted", "justification": why}]
    if finding.state in (State.FIXED, State.GONE):
        held["baselineState"] = "absent"
    return held


def _invocation(report: Report) -> dict[str, Any]:
    started = {"startTimeUtc": report.taken_at} if words.moment(report.taken_at) else {}
    return started | {
        "executionSuccessful": True,
        "toolExecutionNotifications": [_notification(gap) for gap in report.gaps],
    }


def _notification(gap: Gap) -> dict[str, Any]:
    text = f"Not assessed. {words.obstacle(gap)}. {gap.source}: {gap.why} ({words.plural(gap.times, 'resource')})."
    return {
        "level": "warning",
        "message": {"text": _message(text)},
        "properties": {"where": words.place(gap.account, gap.region), "rules": list(gap.rules), "example": gap.example},
    }


def path(about: Subject) -> str:
    """Return a relative URI that stands for a resource: the same in every run, and made of plain segments."""
    name = about.id.split(":", 5)[-1] if about.id.startswith("arn:") else about.id
    return "/".join(_segments(about, name))


def _segments(about: Subject, name: str) -> Iterator[str]:
    yield "aws" if about.account.isdigit() else "host"
    for part in (about.account, about.region or "global", about.kind.replace("::", "."), name):
        plain = quote(part, safe="", errors="backslashreplace")
        yield plain if plain.strip(".") else f"_{plain}"


def _message(text: str) -> str:
    """Return `text` with what SARIF would take for a link or a placeholder escaped (sections 3.11.5 and 3.11.6)."""
    if "](" in text:
        text = text.replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]")
    return text.replace("{", "{{").replace("}", "}}") if "{" in text or "}" in text else text
