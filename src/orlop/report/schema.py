"""The JSON Schema of the JSON report, made from the dataclasses themselves, each field described.

Law: every field has a description here; one that is forgotten fails the test beside this file.
"""

import json
from typing import Any, cast

import msgspec

from orlop.findings.report import Report
from orlop.report.digest import Counts
from orlop.report.json import SCHEMA, VERSION

_DIALECT = "https://json-schema.org/draft/2020-12/schema"

DESCRIPTIONS: dict[str, dict[str, str]] = {
    "Report": {
        "$schema": "The name of this schema.",
        "version": "The version of this format. It grows when a field is taken away or gets another meaning.",
        "summary": "The counts of the whole report.",
        "orlop": "The version of Orlop that wrote the report.",
        "taken_at": "When the inspection began: ISO 8601, UTC.",
        "snapshot": "The id of the snapshot in Orlop's store; empty if none was kept.",
        "targets": "What was inspected.",
        "findings": "What to mend, worst first: open findings and accepted ones.",
        "tallies": "How each question was answered: numbers of resources.",
        "gaps": "What could not be seen, and why. Nothing in here counts as passed.",
        "notes": "Hints for the reader.",
        "ways": "The ways from outside to what is worth stealing, by cause, worst first.",
    },
    "Cause": {
        "says": "The step that the ways hang on, in a sentence.",
        "mends": "What to change to end it.",
        "ends": "Whether that puts every goal out of reach; otherwise other ways are left.",
        "also": "What else to change, where other ways are left.",
        "certain": "Whether any of the ways is certain; otherwise they hang on what could not be read.",
        "ways": "The ways, cheapest first; not all of them where there are many.",
        "more": "What else is reached in the same way, by name.",
    },
    "Way": {
        "cost": "What it costs an attacker: 0 nothing, 1 a request, 4 breaking into something; summed over the steps.",
        "certain": "Whether every step is certain.",
        "stages": "The steps, in order.",
    },
    "Stage": {
        "start": "Where the step begins.",
        "end": "Where it leads to.",
        "by": "What kind of step it is, in a few words.",
        "says": "The step, in a sentence.",
        "evidence": "What it rests on: rules, routes, statements, settings.",
        "certain": "Whether it is certain.",
        "cut": "Whether it ends with the cause.",
    },
    "Node": {
        "id": "An ARN, or words: `internet`, `account 111122223333`.",
        "name": "What its owner calls it. Text from the system: escape it.",
        "kind": "A word such as `internet`, `server`, `role`, `bucket`.",
    },
    "Counts": {
        "critical": "Open findings of this severity.",
        "high": "Open findings of this severity.",
        "medium": "Open findings of this severity.",
        "low": "Open findings of this severity.",
        "accepted": "Findings that somebody decided to live with until a day.",
        "passed": "Questions answered well, each counted once for each resource it was put to.",
        "not_assessed": "Questions without an answer, because something could not be read.",
    },
    "Target": {
        "kind": "`aws` or `host`.",
        "id": "The AWS account id, or `host:MACHINE-ID`.",
        "label": "What a person would call it.",
        "scope": "AWS: the regions looked at. Host: who looked, `root` or a user.",
        "resources": "How many things were found there.",
        "calls": "How many requests it took.",
        "seconds": "How long it took, in seconds.",
    },
    "Finding": {
        "id": "Stable: made of rule and resource, the same in every run and on every machine.",
        "rule": "The id of the rule.",
        "title": "The wrong, in a few words.",
        "asks": "The yes/no question for a person to decide.",
        "severity": "`critical`, `high`, `medium` or `low`.",
        "because": "What is so, about this very resource.",
        "why": "What it can lead to.",
        "witness": "The particulars that prove it: a firewall rule, a policy statement, a path.",
        "by_hand": "How to mend it without Orlop.",
        "breaks": "What mending it may stop from working.",
        "controls": "The clauses that ask for it.",
        "subject": "What the finding is about.",
        "evidence": "The facts it rests on, each with the call that told.",
        "fix": "The change with which Orlop mends it: kind, target, setting, was, becomes. Null if there is none.",
        "only_by_hand": "A step that mends it but cannot be undone, and so is left to a person.",
        "state": "Whether it is open, accepted, fixed or gone.",
        "first_seen": "When it was first seen: ISO 8601, UTC.",
        "last_seen": "When it was last seen: ISO 8601, UTC.",
        "returned": "How often it came back after it was fixed or gone.",
        "acceptance": "Who decided to live with it, why, and until when.",
    },
    "Subject": {
        "kind": "The kind of resource: a CloudFormation type such as `AWS::S3::Bucket`, or `Host::...`.",
        "id": "The ARN, or `host:MACHINE-ID...`.",
        "name": "What its owner calls it. Text from the system: escape it.",
        "account": "The AWS account id, or `host:MACHINE-ID`.",
        "region": "The AWS region; empty for what is global to the account, and for hosts.",
    },
    "Proof": {
        "setting": "The field of the resource that was read; empty for its plain fields.",
        "source": "The call that told: `service:Operation`, or a section of the host probe.",
        "answer": "What it answered; secrets hidden.",
    },
    "Control": {
        "framework": "The framework: `fsbp`, `cis-aws-7.0`, `cis-debian-12`, `hipaa`, `gdpr`.",
        "clause": "The clause in it.",
    },
    "Acceptance": {
        "reason": "Why.",
        "owner": "Who decided.",
        "until": "The last day it holds: ISO 8601.",
        "at": "When it was decided: ISO 8601, UTC.",
    },
    "Irreversible": {
        "target": "The id of the resource.",
        "step": "What to do.",
        "why": "Why there is no way back.",
    },
    "Tally": {
        "rule": "The id of the rule.",
        "title": "The wrong it looks for, in a few words.",
        "asks": "Its question.",
        "severity": "How bad it is, as a rule, when the answer is the wrong one.",
        "passed": "Resources that are as they should be.",
        "failed": "Resources with an open finding.",
        "accepted": "Resources with an accepted finding.",
        "not_assessed": "Resources, or whole listings, that could not be judged.",
    },
    "Gap": {
        "source": "The call, or the section of the host probe, that did not answer.",
        "cause": "The kind of reason: denied, throttled, timed out, failed, gone, malformed, unsupported.",
        "why": "The reason in words.",
        "permission": "What would let it be seen, where that is the reason: an IAM action, or `root`.",
        "account": "Where: the AWS account id, or `host:MACHINE-ID`.",
        "region": "Where: the AWS region, or empty.",
        "times": "How many resources it concerns.",
        "example": "One of them.",
        "rules": "The questions that stayed without an answer for it.",
    },
    "State": {},
}
"""Type -> field -> what it holds."""


def schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of the JSON report."""
    # Encoded once, to plain data: msgspec shares parts between the schemas of one run.
    _, parts = msgspec.json.schema_components((Report, Counts), ref_template="#/$defs/{name}")
    parts = cast("dict[str, Any]", json.loads(msgspec.json.encode(parts)))
    for name, described in parts.items():
        described["description"] = described["description"].partition("\n")[0]
        for field, held in described.get("properties", {}).items():
            held["description"] = DESCRIPTIONS[name][field]
    top = parts.pop("Report")
    head = {
        "$schema": {"const": SCHEMA, "description": DESCRIPTIONS["Report"]["$schema"]},
        "version": {"const": VERSION, "description": DESCRIPTIONS["Report"]["version"]},
        "summary": {"$ref": "#/$defs/Counts", "description": DESCRIPTIONS["Report"]["summary"]},
    }
    return {
        "$schema": _DIALECT,
        "$id": SCHEMA,
        "title": "Orlop report",
        "description": "One inspection: what was looked at, what to mend, what could not be seen, what passed.",
        "type": "object",
        "properties": head | top["properties"],
        "required": [*head, *top["required"]],
        "$defs": dict(sorted(parts.items())),
    }


def page() -> str:
    """Return the schema as the text of `docs/schema/report.schema.json`."""
    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"
