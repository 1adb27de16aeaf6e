"""Questions to small clouds: what reaches what, and what stops it."""

from collections.abc import Iterable

from orlop.estate.estate import Estate
from orlop.reason.network.names import goal, source
from orlop.reason.network.reach import Answer, Reach, answer
from tests.clouds import Cloud


def asked(
    of: Cloud | Estate, start: str, end: str, *, without: Iterable[str] = (), premises: Iterable[str] = ()
) -> Answer:
    """Return the answer for the place of that name that is reached best."""
    reach = Reach(of.estate(without=without) if isinstance(of, Cloud) else of)
    target = goal(end, reach)
    found = [answer(reach, source(start, reach, premises), place, target.asked) for place in target.places]
    return min(found, key=lambda each: {True: 0, None: 1, False: 2}[each.reachable])


def stopped_by(found: Answer) -> set[str]:
    """Return the kinds of steps that stop it."""
    assert found.reachable is False
    return {str(hop.kind) for hop in found.stops}
