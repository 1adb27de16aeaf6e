import pytest

from orlop.estate.estate import Estate
from orlop.estate.fact import NotKnown


@pytest.mark.parametrize(
    ("moment", "days"),
    [
        pytest.param("2026-07-01T11:59:59Z", 0, id="a moment ago"),
        pytest.param("2026-06-30T12:00:00Z", 1, id="a day to the second"),
        pytest.param("2026-06-30T14:00:00+02:00", 1, id="another time zone"),
        pytest.param("2025-07-01", 365, id="a day without a time is UTC midnight"),
        pytest.param("2026-07-03T12:00:00Z", -2, id="still to come"),
    ],
)
def test_days_since(moment: str, days: int) -> None:
    assert Estate((), (), taken_at="2026-07-01T12:00:00Z").days_since(moment) == days


@pytest.mark.parametrize(("taken_at", "moment"), [("", "2026-07-01"), ("2026-07-01", ""), ("2026-07-01", "yesterday")])
def test_days_since_needs_both_times(taken_at: str, moment: str) -> None:
    with pytest.raises(NotKnown):
        Estate((), (), taken_at=taken_at).days_since(moment)
