"""Writes the generated pages anew: `python -m docs.generate`. A test fails while one of them is out of date."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from orlop.operations import rules
from orlop.report import schema

HERE = Path(__file__).parent

PAGES: tuple[tuple[str, Callable[[], str]], ...] = (
    ("schema/report.schema.json", schema.page),
    ("rules/README.md", rules.contents),
    *((f"rules/{subject}.md", partial(rules.subject_page, subject)) for subject in rules.subjects()),
)
"""Path within `docs/` -> what returns its text."""


def main() -> None:
    """Write every page whose text has changed."""
    for path, page in PAGES:
        text, file = page(), HERE / path
        if not file.exists() or file.read_text("utf-8") != text:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, "utf-8")


if __name__ == "__main__":
    main()
