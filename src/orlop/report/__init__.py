"""What Orlop found, written out: one format a file. Every format is a function of a `Report` and a stream."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import TextIO

from orlop.findings.report import Report

Write = Callable[[Report, TextIO], None]


@dataclass(frozen=True, slots=True)
class Format:
    """One way to write a report: its name, the function that does it, its media type, the suffix of its files."""

    name: str
    write: Write
    media_type: str
    suffix: str


def _later(module: str) -> Write:
    """Return the `write` of a module of this folder, imported when first used: no command's start pays for it."""

    def write(report: Report, out: TextIO) -> None:
        import_module(f"{__name__}.{module}").write(report, out)

    return write


_ALL = (
    Format("table", _later("terminal"), "text/plain", ".txt"),
    Format("html", _later("html"), "text/html", ".html"),
    Format("json", _later("json"), "application/json", ".json"),
    Format("csv", _later("csv"), "text/csv", ".csv"),
    Format("ocsf", _later("ocsf"), "application/x-ndjson", ".ocsf.jsonl"),
    Format("asff", _later("asff"), "application/json", ".asff.json"),
    Format("sarif", _later("sarif"), "application/sarif+json", ".sarif"),
)

FORMATS: Mapping[str, Format] = {format.name: format for format in _ALL}
"""Every format by its name."""
