"""The report as JSON. A contract: `schema.py` describes it, `docs/schema/report.schema.json` publishes that.

The fields are those of `Report`, beside `$schema` and `version` (of this format) and `summary` (the counts).
Within a version fields are added, never taken away nor given another meaning.
"""

from dataclasses import fields
from typing import TextIO

from orlop.findings.report import Report
from orlop.report import pieces
from orlop.report.digest import counts

SCHEMA = "urn:orlop:report:1"
VERSION = 1


def write(report: Report, out: TextIO) -> None:
    """Write `report` as one JSON object, one finding a line."""
    out.write(f'{{"$schema":"{SCHEMA}","version":{VERSION},\n"summary":{pieces.text(counts(report))}')
    for field in fields(report):
        value = getattr(report, field.name)
        out.write(f',\n"{field.name}":')
        if isinstance(value, tuple):
            pieces.array(out, value)  # pyright: ignore[reportUnknownArgumentType] -- a tuple of any of the report's parts
        else:
            out.write(pieces.text(value))
    out.write("}\n")
