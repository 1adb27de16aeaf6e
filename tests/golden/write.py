"""Writes the golden files anew, after a look at what changed: `python -m tests.golden.write`."""

import io
from collections.abc import Iterator
from pathlib import Path

from orlop.findings.report import Report
from orlop.report import FORMATS
from orlop.report.terminal_finding import write_finding, write_findings
from tests.golden.sample import sample

HERE = Path(__file__).parent


def written(name: str, report: Report) -> str:
    """What a format makes of a report."""
    out = io.StringIO(newline="")
    FORMATS[name].write(report, out)
    return out.getvalue()


def pages() -> Iterator[tuple[str, str]]:
    """Every golden file: its name, its text."""
    report = sample()
    for name, form in FORMATS.items():
        yield f"report{form.suffix}", written(name, report)
    out = io.StringIO()
    write_findings(report.findings, out)
    yield "findings.txt", out.getvalue()
    for finding in report.findings:
        if finding.rule in ("s3-bucket-open-to-everyone", "rds-database-not-encrypted", "iam-old-access-key"):
            out = io.StringIO()
            write_finding(finding, out)
            yield f"finding-{finding.rule}.txt", out.getvalue()


def main() -> None:
    """Write all of them."""
    for name, text in pages():
        (HERE / name).write_text(text, "utf-8", newline="")


if __name__ == "__main__":
    main()
