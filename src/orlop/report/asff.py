"""The findings in the AWS Security Finding Format: an array for `aws securityhub batch-import-findings`, 100 a call.

Every finding lies in an AWS account here, as Security Hub wants it: what was found on a host is imported into the first
account of the report. What could not be assessed is imported too, as WARNING or NOT_AVAILABLE, never as PASSED.

Source: https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-findings-format-syntax.html and, for the
lengths, https://docs.aws.amazon.com/securityhub/latest/userguide/asff-required-attributes.html
"""

from collections.abc import Iterator
from typing import Any, TextIO

from orlop.errors import BadInput
from orlop.estate.fact import Cause
from orlop.findings.finding import Finding, State
from orlop.findings.report import Gap, Report, Target
from orlop.report import pieces, words
from orlop.report.digest import gap_id
from orlop.report.inert import veiled

_BASE = "Software and Configuration Checks"
_STANDARDS = {
    "fsbp": f"{_BASE}/AWS Security Best Practices",
    "cis-aws-5.0": f"{_BASE}/Industry and Regulatory Standards/CIS AWS Foundations Benchmark",
    "cis-aws-7.0": f"{_BASE}/Industry and Regulatory Standards/CIS AWS Foundations Benchmark",
    "hipaa": f"{_BASE}/Industry and Regulatory Standards/HIPAA Controls (USA)",
}

RESOURCE_TYPES = {
    "AWS::CloudTrail::Trail": "AwsCloudTrailTrail",
    "AWS::EC2::Instance": "AwsEc2Instance",
    "AWS::EC2::NetworkAcl": "AwsEc2NetworkAcl",
    "AWS::EC2::NetworkInterface": "AwsEc2NetworkInterface",
    "AWS::EC2::RouteTable": "AwsEc2RouteTable",
    "AWS::EC2::SecurityGroup": "AwsEc2SecurityGroup",
    "AWS::EC2::Subnet": "AwsEc2Subnet",
    "AWS::EC2::VPC": "AwsEc2Vpc",
    "AWS::EC2::Volume": "AwsEc2Volume",
    "AWS::ElasticLoadBalancingV2::LoadBalancer": "AwsElbv2LoadBalancer",
    "AWS::IAM::Group": "AwsIamGroup",
    "AWS::IAM::ManagedPolicy": "AwsIamPolicy",
    "AWS::IAM::Role": "AwsIamRole",
    "AWS::IAM::User": "AwsIamUser",
    "AWS::KMS::Key": "AwsKmsKey",
    "AWS::Lambda::Function": "AwsLambdaFunction",
    "AWS::RDS::DBCluster": "AwsRdsDbCluster",
    "AWS::RDS::DBClusterSnapshot": "AwsRdsDbClusterSnapshot",
    "AWS::RDS::DBInstance": "AwsRdsDbInstance",
    "AWS::RDS::DBSnapshot": "AwsRdsDbSnapshot",
    "AWS::S3::Bucket": "AwsS3Bucket",
    "AWS::SNS::Topic": "AwsSnsTopic",
    "AWS::SQS::Queue": "AwsSqsQueue",
    "AWS::SecretsManager::Secret": "AwsSecretsManagerSecret",
}
"""Kind of resource -> its name in this format. What Security Hub does not know by name is `Other`."""

# WARNING where something is missing on our side, NOT_AVAILABLE where AWS failed.
_OURS = (Cause.DENIED, Cause.NOT_LOOKED_AT, Cause.UNSUPPORTED)


def write(report: Report, out: TextIO) -> None:
    """Write `report` as a JSON array of findings. Raises: BadInput, for a report without an AWS account."""
    pieces.array(out, _findings(report))
    out.write("\n")


def _findings(report: Report) -> Iterator[dict[str, Any]]:
    accounts = [target for target in report.targets if target.kind == "aws"]
    if not accounts:
        raise BadInput(
            "The AWS Security Finding Format describes what belongs to an AWS account, and this report has none.",
            do="Choose another format: json, ocsf, sarif, csv or html.",
        )
    for finding in report.findings:
        yield _found(finding, report, accounts)
    for gap in report.gaps:
        yield _unseen(gap, report, accounts)


def _found(finding: Finding, report: Report, accounts: list[Target]) -> dict[str, Any]:
    about, accepted = finding.subject, finding.acceptance
    severity = {"Label": finding.severity.upper(), "Original": finding.severity}
    types = sorted({_STANDARDS[c.framework] for c in finding.controls if c.framework in _STANDARDS}) or [_BASE]
    held = _place(about.account, about.region, accounts) | {
        "Id": f"orlop/{about.account}/{finding.id}",
        "GeneratorId": f"orlop/{finding.rule}",
        "Types": types,
        "FirstObservedAt": finding.first_seen or report.taken_at,
        "LastObservedAt": finding.last_seen or report.taken_at,
        "CreatedAt": finding.first_seen or report.taken_at,
        "UpdatedAt": report.taken_at,
        "Severity": severity,
        "FindingProviderFields": {"Severity": severity, "Types": types},
        "Title": _cut(f"{finding.title} ({about.name or about.id})", 256),
        "Description": _cut(f"{finding.because} {finding.why}", 1024),
        "Remediation": {"Recommendation": {"Text": _cut(words.remedy(finding), 512)}},
        "Resources": [_resource(about.kind, about.id, about.account, about.region, accounts)],
        "Compliance": {"Status": "FAILED", "RelatedRequirements": [_cut(str(c), 64) for c in finding.controls][:32]},
        "RecordState": "ACTIVE" if finding.state in (State.OPEN, State.ACCEPTED) else "ARCHIVED",
        "ProductFields": _fields(
            question=finding.asks,
            may_break=finding.breaks,
            command=words.command(finding),
            witness="; ".join(finding.witness),
        ),
        "Workflow": {"Status": "SUPPRESSED" if accepted else "NEW"},
    }
    if accepted:
        text = f"Accepted until {accepted.until}: {accepted.reason}"
        held["Note"] = {"Text": _cut(text, 512), "UpdatedBy": _cut(accepted.owner, 512), "UpdatedAt": accepted.at}
    return _head(report) | held


def _unseen(gap: Gap, report: Report, accounts: list[Target]) -> dict[str, Any]:
    severity = {"Label": "INFORMATIONAL"}
    return (
        _head(report)
        | _place(gap.account, gap.region, accounts)
        | {
            "Id": f"orlop/{gap.account}/not-assessed/{gap_id(gap)}",
            "GeneratorId": _cut(f"orlop/not-assessed/{gap.source}", 512),
            "Types": [_BASE],
            "CreatedAt": report.taken_at,
            "UpdatedAt": report.taken_at,
            "Severity": severity,
            "FindingProviderFields": {"Severity": severity, "Types": [_BASE]},
            "Title": _cut(f"Not assessed: {gap.source}", 256),
            "Description": _cut(
                f"{words.obstacle(gap)}. {gap.why}. {words.plural(gap.times, 'resource')}, for example {gap.example}.",
                1024,
            ),
            "Remediation": {"Recommendation": {"Text": _cut(words.way_to_see(gap) or gap.why, 512)}},
            "Resources": [_resource("", gap.account, gap.account, gap.region, accounts)],
            "Compliance": {"Status": "WARNING" if gap.cause in _OURS else "NOT_AVAILABLE"},
            "RecordState": "ACTIVE",
            "ProductFields": _fields(questions=", ".join(gap.rules), missing_permission=gap.permission or ""),
        }
    )


def _head(report: Report) -> dict[str, Any]:
    return {
        "SchemaVersion": "2018-10-08",
        "ProductName": "Orlop",
        "CompanyName": "Orlop",
        "GeneratorDetails": {"Name": "Orlop", "Description": f"Orlop {report.orlop}"},
    }


def _place(account: str, region: str, accounts: list[Target]) -> dict[str, Any]:
    """Where Security Hub takes the finding in: its own account and Region, or the first of the report."""
    home = next((target for target in accounts if target.id == account), accounts[0])
    region = region if account.isdigit() and region else next(iter(home.scope), "us-east-1")
    arn = f"arn:{_partition(region)}:securityhub:{region}:{home.id}:product/{home.id}/default"
    return {"ProductArn": arn, "AwsAccountId": home.id, "Region": region}


def _resource(kind: str, id: str, account: str, region: str, accounts: list[Target]) -> dict[str, Any]:
    where = _place(account, region, accounts)
    held = {"Partition": _partition(where["Region"]), "Region": where["Region"]}
    named = RESOURCE_TYPES.get(kind)
    if named is None and account.isdigit() and (kind == "AWS::::Account" or not kind.startswith("AWS::")):
        return held | {"Type": "AwsAccount", "Id": f"AWS::::Account:{account}"}
    if named is None:
        held["Details"] = {"Other": {"kind": _cut(kind or "account", 1023)}}
    return held | {"Type": named or "Other", "Id": _cut(id, 512)}


def _partition(region: str) -> str:
    if region.startswith("cn-"):
        return "aws-cn"
    return "aws-us-gov" if region.startswith("us-gov-") else "aws"


def _fields(**held: str) -> dict[str, str]:
    return {f"orlop/{name}": _cut(value, 2048) for name, value in held.items() if value.strip()}


def _cut(text: str, most: int) -> str:
    """Return `text` in at most `most` characters. Secrets are hidden before the cut, which could break their shape."""
    text = veiled(text).strip() or "-"
    return text if len(text) <= most else text[: most - 1] + "\u2026"
