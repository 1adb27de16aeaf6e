import io
from collections.abc import Callable

import pytest
from tests.golden import sample

from orlop.findings.report import Report
from orlop.report import terminal
from orlop.report.terminal_finding import write_finding


def shown(report: Report) -> str:
    out = io.StringIO()
    terminal.write(report, out)
    return out.getvalue()


@pytest.mark.parametrize("make", [sample.sample, sample.blameless, sample.empty, lambda: sample.many(500)])
def test_no_line_is_wider_than_80_columns_and_none_ends_in_blanks(make: Callable[[], Report]) -> None:
    report = make()
    out = io.StringIO()
    terminal.write(report, out)
    for finding in report.findings[:50]:
        write_finding(finding, out)
    for line in out.getvalue().splitlines():
        assert len(line) <= 80
        assert line == line.rstrip()


def test_a_name_is_neither_markup_nor_an_escape() -> None:
    text = shown(sample.sample())
    assert "[bold red]markup[/]" in text
    assert "\x1b" not in text and "\u202e" not in text and "\x07" not in text


def test_five_things_come_first_with_their_commands() -> None:
    report = sample.sample()
    text = shown(report)
    assert "THE FIVE THINGS TO DO FIRST" in text
    assert f"orlop fix {report.findings[0].id}" in text
    assert "orlop show" in text  # the one that Orlop cannot mend


def test_what_was_not_seen_comes_with_its_questions_and_is_never_fine() -> None:
    text = shown(sample.sample())
    assert "Permission missing: kms:GetKeyPolicy" in text
    assert "May strangers decrypt with this key?" in text
    assert "None of them counts as fine." in text


def test_nothing_found_is_not_said_where_nothing_was_asked() -> None:
    assert "That does not mean" in shown(sample.empty())
    assert "Every question was answered" in shown(sample.blameless())


def test_many_findings_still_fit_on_a_few_screens() -> None:
    assert len(shown(sample.many(5000)).splitlines()) < 120


def test_on_a_terminal_there_is_colour() -> None:
    out = _Terminal()
    terminal.write(sample.sample(), out)
    assert "\x1b[" in out.getvalue()


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True
