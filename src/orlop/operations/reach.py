"""Can this reach that, by which way, and what would have to change?"""

from collections.abc import Iterable
from dataclasses import dataclass

from orlop.errors import BadInput, NotFound
from orlop.operations.estates import Looked, look
from orlop.operations.settings import Settings
from orlop.reason.network.names import NoSuch, goal, source
from orlop.reason.network.reach import Answer, Reach, answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """The answers for all places that a name means, those that are reached first. `of` says what was looked at."""

    start: str
    goal: str
    answers: tuple[Answer, ...]
    of: Looked

    @property
    def reachable(self) -> bool | None:
        """Whether any place is reached; None where that is not known."""
        known = [each.reachable for each in self.answers]
        return True if True in known else None if None in known else False


def ask(start: str, end: str, settings: Settings, *, target: str | None, premises: Iterable[str] = ()) -> Reached:
    """Return whether `start` reaches `end` in what a target holds (None: the latest snapshot).

    Raises: NotFound, BadInput.
    """
    looked = look(target, settings)
    reach = Reach(looked.estate)
    try:
        begins = source(start, reach, premises)
        ends = goal(end, reach)
    except NoSuch as missing:
        near = f" Did you mean {' or '.join(missing.near)}?" if missing.near else ""
        raise NotFound(
            f"Nothing here is called {missing.name!r}.{near}",
            do="Use an id (i-..., eni-..., sg-...), an ARN, an address, a name, or the word internet.",
        ) from missing
    except ValueError as error:
        raise BadInput(f"That is no range of addresses: {error}.") from error
    answers = [answer(reach, begins, place, ends.asked) for place in ends.places]
    order = {True: 0, None: 1, False: 2}
    return Reached(
        start=start, goal=end, answers=tuple(sorted(answers, key=lambda each: order[each.reachable])), of=looked
    )
