"""Writes a report where it is wanted, and the HTML page for people beside the store."""

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TextIO

from orlop.errors import BadInput, StoreTrouble
from orlop.findings.report import Report
from orlop.operations.settings import Settings
from orlop.report import FORMATS

PAGE = "report.html"


def publish(report: Report, settings: Settings, *, form: str, output: Path | None, to: TextIO, keep: bool) -> None:
    """Write `report` as `form` into `output` or to `to`; and, if `keep`, the page into the store's folder.

    Raises: BadInput, where `output` cannot be written.
    """
    if keep:
        page = _page(report, settings)
        report = replace(report, notes=(*report.notes, f"The whole report, for a browser: {page}"))
    with written(output, to) as out:
        FORMATS[form].write(report, out)


@contextmanager
def written(output: Path | None, to: TextIO) -> Generator[TextIO]:
    """Open `output` to be written, or give `to`. Raises: BadInput, where it cannot be written."""
    if output is None:
        yield to
        return
    try:
        with output.open("w", encoding="utf-8") as file:
            yield file
    except OSError as error:
        raise BadInput(
            f"{output} cannot be written ({error.strerror}).", do="Choose another place with --output."
        ) from error


def _page(report: Report, settings: Settings) -> Path:
    """Write the page whole or not at all: a reader never sees half of it."""
    page, draft = settings.store / PAGE, settings.store / f".{PAGE}"
    try:
        draft.touch(mode=0o600)
        with draft.open("w", encoding="utf-8") as file:
            FORMATS["html"].write(report, file)
        draft.replace(page)
    except OSError as error:
        raise StoreTrouble(
            f"{page} cannot be written ({error.strerror}).", do="Free some space, or use --store DIR."
        ) from error
    return page
