"""What does one policy allow that another does not?

Law: every answer carries a request that the evaluator confirmed: the new policy allows it, the old one does not. Where
there may be one but none could be confirmed, the answer says that it is unknown.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from orlop.reason.access.boxes import Region, minus, shared
from orlop.reason.access.clauses import Clause, Policy, naming, speaks_of
from orlop.reason.access.languages import TooIntricate
from orlop.reason.access.request import Request
from orlop.reason.access.space import Space
from orlop.reason.access.truth import Truth, every, opposite, some

_SOMEWHERE = "123456789012"
"""The account in which a caller is of whom nothing else is known: the one of AWS's own examples."""


@dataclass(frozen=True, slots=True)
class Grant:
    """A request that a clause newly allows."""

    clause: Clause
    witness: Request


@dataclass(frozen=True, slots=True)
class Comparison:
    """What is newly allowed, at most once a clause; and the clauses of which that is unknown."""

    grants: tuple[Grant, ...]
    unsure: tuple[Clause, ...] = ()


def compare(old: Sequence[Policy], new: Sequence[Policy]) -> Comparison:
    """Return what the policies `new` together allow that `old` together do not."""
    before = [clause for policy in old for clause in policy.clauses]
    after = [clause for policy in new for clause in policy.clauses]
    allows = [clause for clause in after if clause.allows]
    try:
        space = Space([*before, *after], accounts=[_SOMEWHERE])
        denied = space.boxes(clause for clause in after if not clause.allows)
        allowed_before = space.boxes(clause for clause in before if clause.allows)
        denied_before = space.boxes(clause for clause in before if not clause.allows)
    except TooIntricate:
        return Comparison((), tuple(allows))
    grants: list[Grant] = []
    unsure: list[Clause] = []
    for clause in allows:
        try:
            fresh = _fresh(space.boxes([clause]), denied, allowed_before, denied_before)
        except TooIntricate:
            unsure.append(clause)
            continue
        witness = _confirmed(space, fresh, clause, before, after)
        if witness:
            grants.append(Grant(clause, witness))
        elif fresh or not space.exact:
            unsure.append(clause)
    return Comparison(tuple(grants), tuple(unsure))


def _fresh(allowed: Region, denied: Region, allowed_before: Region, denied_before: Region) -> Region:
    now = minus(allowed, denied)
    return [*minus(now, allowed_before), *shared(now, denied_before)]


def _confirmed(
    space: Space, region: Region, clause: Clause, before: Sequence[Clause], after: Sequence[Clause]
) -> Request | None:
    def holds(request: Request) -> bool:
        mine = speaks_of(clause, request) is True and allowed(after, request) is True
        return mine and allowed(before, request) is False

    return space.witness(region, holds)


def allowed(clauses: Sequence[Clause], request: Request) -> Truth:
    """Whether clauses together, taken for all policies there are, allow a request."""
    spoken = [(clause, _speaks(clause, request)) for clause in clauses]
    allows = some(truth for clause, truth in spoken if clause.allows)
    return every((allows, opposite(some(truth for clause, truth in spoken if not clause.allows))))


def _speaks(clause: Clause, request: Request) -> Truth:
    said = clause.statement
    if (said.principals or said.not_principals) and naming(clause, request.caller) is None:
        return False
    return speaks_of(clause, request)
