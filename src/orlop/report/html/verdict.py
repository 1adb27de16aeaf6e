"""The first two sentences of the page: how bad it is, in plain words, never better than what was seen allows."""

from orlop.findings.report import Report
from orlop.report.digest import Counts
from orlop.report.words import listed, plural

_NUMBERS = ("No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten", "Eleven", "Twelve")


def verdict(counts: Counts) -> str:
    """Return the verdict: what is most urgent, in one sentence."""
    if counts.critical:
        return f"{_things(counts.critical, 'needs', 'need')} mending today."
    if counts.high:
        return f"Nothing critical. {_things(counts.high, 'needs', 'need')} mending this week."
    if counts.open:
        return f"Nothing urgent. {_things(counts.open, 'could', 'could')} be better."
    if not counts.asked or not counts.passed + counts.accepted:
        return "Nothing could be judged."
    if counts.not_assessed:
        return "Nothing to mend in what we could see."
    return "Nothing to mend."


def lead(counts: Counts, report: Report) -> str:
    """Return what the verdict rests on: how many questions were asked, and how they were answered."""
    if not counts.asked:
        return "No question could be put to anything. That does not mean that all is well."
    where = listed(tuple(target.label for target in report.targets), 3) or "nothing"
    answers = [
        plural(counts.passed, "answer was fine", "answers were fine"),
        plural(counts.open, "calls for mending", "call for mending"),
    ]
    if counts.accepted:
        answers.append(plural(counts.accepted, "was accepted by somebody", "were accepted by somebody"))
    asked = f"Orlop asked {plural(counts.asked, 'question')} of {where}: {listed(tuple(answers))}."
    if not counts.not_assessed:
        return f"{asked} All of them could be answered."
    return (
        f"{asked} {plural(counts.not_assessed, 'question')} could not be answered, because something could not be read."
    )


def _things(count: int, one: str, many: str) -> str:
    number = _NUMBERS[count] if count < len(_NUMBERS) else f"{count:,}"
    return f"{number} {f'thing {one}' if count == 1 else f'things {many}'}"
