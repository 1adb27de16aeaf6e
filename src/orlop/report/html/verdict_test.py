import pytest

from orlop.report.digest import Counts
from orlop.report.html.verdict import verdict


def counts(critical: int = 0, high: int = 0, low: int = 0, passed: int = 0, not_assessed: int = 0) -> Counts:
    return Counts(critical=critical, high=high, medium=0, low=low, accepted=0, passed=passed, not_assessed=not_assessed)


@pytest.mark.parametrize(
    ("held", "said"),
    [
        (counts(critical=1, high=4), "One thing needs mending today."),
        (counts(critical=3), "Three things need mending today."),
        (counts(critical=1200), "1,200 things need mending today."),
        (counts(high=2), "Nothing critical. Two things need mending this week."),
        (counts(low=1), "Nothing urgent. One thing could be better."),
        (counts(passed=9), "Nothing to mend."),
        (counts(passed=9, not_assessed=1), "Nothing to mend in what we could see."),
        (counts(not_assessed=7), "Nothing could be judged."),
        (counts(), "Nothing could be judged."),
    ],
)
def test_the_verdict_is_never_better_than_what_was_seen(held: Counts, said: str) -> None:
    assert verdict(held) == said
