"""What a source reaches, kept true while single security groups, ACLs and route tables change.

Each class of interfaces is entered under the ids of all that stands in its ways, open ones and shut ones. So a change
costs what the classes cost that it may concern, not what the estate costs.

Law: after any changes the answer is the same as from scratch.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from orlop.estate.aws.transit import TransitTable
from orlop.estate.aws.vpc import NetworkAcl, RouteTable
from orlop.reason.network.exposure import Exposed, Ids, classes, opened, worst_first
from orlop.reason.network.fabric import Replaceable
from orlop.reason.network.places import Place
from orlop.reason.network.reach import Arrival, Reach, Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A class of interfaces, and what arrived there before and after a change; None for nothing."""

    ids: Ids
    before: Exposed | None
    after: Exposed | None


class Standing:
    """All that a source reaches in an estate of which single parts change."""

    def __init__(self, reach: Reach, source: Source) -> None:
        """Work out all of it once."""
        self._reach, self._source = reach, source
        self._places: dict[Ids, list[Place]] = classes(reach, source)
        self._found: dict[Ids, Exposed] = {}
        self._naming: dict[str, set[Ids]] = {}
        self._within: dict[str, set[Ids]] = {}
        for ids, places in self._places.items():
            for place in places:
                self._within.setdefault(place.vpc, set()).add(ids)
            self._work_out(ids)

    @property
    def exposed(self) -> tuple[Exposed, ...]:
        """All of it, worst first."""
        return worst_first(self._found.values())

    def after(self, *fresh: Replaceable) -> tuple[Difference, ...]:
        """Take in what has changed, all at once, and return what is different now."""
        concerned = dict.fromkeys(ids for each in fresh for ids in sorted(self._concerned(each)))
        for each in fresh:
            self._reach.put(each)
        found = [(ids, self._found.get(ids), self._work_out(ids)) for ids in concerned]
        return tuple(
            Difference(ids=ids, before=before, after=after)
            for ids, before, after in found
            if (before and before.passes) != (after and after.passes)
        )

    def _concerned(self, fresh: Replaceable) -> Iterable[Ids]:
        """Return the classes whose ways may change: those that meet it, and the whole network of a table or an ACL.

        Of a network because a subnet may be joined to another table, and a table may lead to where no way led.
        """
        match fresh:
            case NetworkAcl(acl_id=id, vpc=vpc) | RouteTable(table_id=id, vpc=vpc):
                return self._naming.get(id, set()) | self._within.get(vpc, set())
            case TransitTable(table_id=id):
                return self._naming.get(id, set())
            case _:
                return self._naming.get(fresh.group_id, set())

    def _work_out(self, ids: Ids) -> Exposed | None:
        arrivals = [a for place in self._places[ids] for a in self._reach.arrivals(self._source, place)]
        for met in _met(arrivals):
            self._naming.setdefault(met, set()).add(ids)
        if (found := opened(ids, arrivals)) is not None:
            self._found[ids] = found
        else:
            self._found.pop(ids, None)
        return found


def _met(arrivals: Iterable[Arrival]) -> Iterator[str]:
    """Yield the ids of what stands in the ways."""
    for step in {step.subject for arrival in arrivals for leg in arrival.legs for step in leg.steps}:
        yield from step.split(" ")
