"""The findings as OCSF 1.5 events, one a line (JSON Lines), worst first; then one for each thing that was not seen.

A finding that clauses of a framework ask to mend is a Compliance Finding (class 2003); one that no clause asks for is a
Detection Finding (2004). What could not be assessed is a Compliance Finding whose compliance status is Warning: OCSF's
word for "did not yield a result due to missing information". It is never a Pass.

Source: https://schema.ocsf.io/1.5.0/classes/compliance_finding https://schema.ocsf.io/1.5.0/classes/detection_finding
"""

from collections.abc import Iterator
from typing import Any, TextIO

from orlop.findings.finding import Finding, State
from orlop.findings.report import Gap, Report, Tally
from orlop.report import pieces, words
from orlop.report.digest import gap_id

VERSION = "1.5.0"

_COMPLIANCE, _DETECTION = (2003, "Compliance Finding"), (2004, "Detection Finding")
_SEVERITY = {"low": 2, "medium": 3, "high": 4, "critical": 5}
_INFORMATIONAL = 1
_CREATE, _UPDATE, _CLOSE = (1, "Create"), (2, "Update"), (3, "Close")
_STATUS = {
    State.OPEN: (1, "New"),
    State.ACCEPTED: (3, "Suppressed"),
    State.FIXED: (4, "Resolved"),
    State.GONE: (5, "Archived"),
}
_WARNING, _FAIL = (2, "Warning"), (3, "Fail")
_RULE = (1, "Rule")
_AWS_ACCOUNT = (10, "AWS Account")


def write(report: Report, out: TextIO) -> None:
    """Write `report` as JSON Lines of OCSF events."""
    tallies = {tally.rule: tally for tally in report.tallies}
    for event in _events(report, tallies):
        out.write(pieces.text(_filled(event)) + "\n")


def _events(report: Report, tallies: dict[str, Tally]) -> Iterator[dict[str, Any]]:
    for finding in report.findings:
        yield _found(finding, report)
    for gap in report.gaps:
        yield _unseen(gap, report, tallies)


def _found(finding: Finding, report: Report) -> dict[str, Any]:
    about = finding.subject
    event = _event(
        report,
        kind=_COMPLIANCE if finding.controls else _DETECTION,
        activity=_activity(finding),
        severity=(_SEVERITY[finding.severity], finding.severity.capitalize()),
        status=_STATUS[finding.state],
        account=about.account,
        region=about.region,
    )
    event["message"] = finding.because
    event["comment"] = _comment(finding)
    event["metadata"]["event_code"] = finding.rule
    event["finding_info"] = {
        "uid": finding.id,
        "title": finding.title,
        "desc": f"{finding.because} {finding.why}".strip(),
        "types": [finding.rule],
        "analytic": {"uid": finding.rule, "name": finding.title, "type_id": _RULE[0], "type": _RULE[1]},
        "created_time": _millis(finding.first_seen),
        "first_seen_time": _millis(finding.first_seen),
        "last_seen_time": _millis(finding.last_seen),
        "data_sources": sorted({proof.source for proof in finding.evidence}),
    }
    event["resources"] = [_resource(about.id, about.name, about.kind, about.region)]
    event["evidences"] = [
        {"name": proof.source, "data": {proof.setting or "resource": proof.answer}} for proof in finding.evidence
    ]
    event["remediation"] = {"desc": words.remedy(finding)}
    event["unmapped"] = {
        "question": finding.asks,
        "may_break": finding.breaks,
        "witness": list(finding.witness),
        "change": finding.fix,
    }
    if finding.controls:
        standards = sorted({control.framework for control in finding.controls})
        event["compliance"] = {
            "status_id": _FAIL[0],
            "status": _FAIL[1],
            "control": finding.title,
            "desc": finding.asks,
            "standards": standards,
            "requirements": [str(control) for control in finding.controls],
            "checks": [_check(finding.rule, finding.title, finding.asks, finding.severity, _FAIL, standards)],
        }
    return event


def _unseen(gap: Gap, report: Report, tallies: dict[str, Tally]) -> dict[str, Any]:
    event = _event(
        report,
        kind=_COMPLIANCE,
        activity=_CREATE,
        severity=(_INFORMATIONAL, "Informational"),
        status=_STATUS[State.OPEN],
        account=gap.account,
        region=gap.region,
    )
    asked = [tallies[rule] for rule in gap.rules if rule in tallies]
    event["message"] = f"{words.obstacle(gap)}. {gap.source}: {gap.why}."
    event["status_detail"] = gap.why
    event["finding_info"] = {
        "uid": gap_id(gap),
        "title": f"Not assessed: {gap.source}",
        "desc": f"{words.plural(gap.times, 'resource')} could not be judged, for example {gap.example}.",
        "types": ["not-assessed"],
        "data_sources": [gap.source],
        "created_time": _millis(report.taken_at),
    }
    event["resources"] = [_resource(gap.example, "", "", gap.region)]
    event["remediation"] = {"desc": words.way_to_see(gap) or gap.why}
    event["compliance"] = {
        "status_id": _WARNING[0],
        "status": _WARNING[1],
        "control": f"{gap.source} can be read",
        "standards": ["orlop"],
        "checks": [_check(t.rule, t.title, t.asks, t.severity, _WARNING, []) for t in asked],
    }
    event["unmapped"] = {"cause": gap.cause, "missing_permission": gap.permission, "times": gap.times}
    return event


def _event(
    report: Report,
    *,
    kind: tuple[int, str],
    activity: tuple[int, str],
    severity: tuple[int, str],
    status: tuple[int, str],
    account: str,
    region: str,
) -> dict[str, Any]:
    """What every event has: its class, times, product, and where it lies."""
    (uid, name), cloud = kind, account.isdigit()
    return {
        "category_uid": 2,
        "category_name": "Findings",
        "class_uid": uid,
        "class_name": name,
        "activity_id": activity[0],
        "activity_name": activity[1],
        "type_uid": uid * 100 + activity[0],
        "type_name": f"{name}: {activity[1]}",
        "time": _millis(report.taken_at) or 0,
        "severity_id": severity[0],
        "severity": severity[1],
        "status_id": status[0],
        "status": status[1],
        "metadata": {
            "version": VERSION,
            "product": {"name": "Orlop", "vendor_name": "Orlop", "version": report.orlop},
            "profiles": ["cloud"] if cloud else [],
        },
        "cloud": {
            "provider": "AWS",
            "region": region,
            "account": {"uid": account, "name": account, "type_id": _AWS_ACCOUNT[0], "type": _AWS_ACCOUNT[1]},
        }
        if cloud
        else {},
    }


def _activity(finding: Finding) -> tuple[int, str]:
    if finding.state in (State.FIXED, State.GONE):
        return _CLOSE
    return _CREATE if finding.first_seen == finding.last_seen else _UPDATE


def _comment(finding: Finding) -> str:
    accepted = finding.acceptance
    return f"Accepted by {accepted.owner} until {accepted.until}: {accepted.reason}" if accepted else ""


def _resource(uid: str, name: str, kind: str, region: str) -> dict[str, Any]:
    partition = uid.split(":")[1] if uid.startswith("arn:") else ""
    return {"uid": uid, "name": name, "type": kind, "region": region, "cloud_partition": partition}


def _check(
    uid: str, name: str, desc: str, severity: str, status: tuple[int, str], standards: list[str]
) -> dict[str, Any]:
    return {
        "uid": uid,
        "name": name,
        "desc": desc,
        "severity_id": _SEVERITY[severity],
        "severity": severity.capitalize(),
        "status_id": status[0],
        "status": status[1],
        "standards": standards,
    }


def _millis(iso: str) -> int | None:
    at = words.moment(iso)
    return int(at.timestamp() * 1000) if at else None


def _filled(event: dict[str, Any]) -> dict[str, Any]:
    """Leave out what is empty, at the two levels where OCSF has attributes that may be missing."""
    return {
        name: {key: part for key, part in value.items() if part not in (None, "", [], {})}  # pyright: ignore[reportUnknownVariableType] -- plain data
        if isinstance(value, dict)
        else value
        for name, value in event.items()
        if value not in (None, "", [], {})
    }
