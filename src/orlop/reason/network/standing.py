"""What a source reaches, kept true while single security groups, ACLs and route tables change.

Each class of interfaces is entered under the ids of all that stands in its ways, open ones and shut ones. So a change
costs what the classes cost that it may concern, not what the estate costs.

Law: after any changes the answer is the same as from scratch.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from orlop.estate.aws.transit import TransitTable
from orlop.estate.aws.vpc import NetworkAcl, RouteTable
from orlop.reason.addresses import cidrs
from orlop.reason.network.classes import Ids, borders
from orlop.reason.network.exposure import Exposed, goals, opened, worst_first
from orlop.reason.network.fabric import Replaceable
from orlop.reason.network.places import Place
from orlop.reason.network.reach import Arrival, Reach, Source
from orlop.reason.network.steps import ids_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """Interfaces (or a service), and what arrived there before and after a change; None for nothing."""

    ids: Ids
    before: Exposed | None
    after: Exposed | None


class Standing:
    """All that a source reaches in an estate of which single parts change."""

    def __init__(self, reach: Reach, source: Source) -> None:
        """Work out all of it once."""
        self._reach, self._source = reach, source
        self._begin()

    def _begin(self) -> None:
        self._places: dict[Ids, list[Place]] = goals(self._reach, self._source)
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
        if any(self._divides(each) for each in fresh):
            before = tuple(self._found.values())
            for each in fresh:
                self._reach.put(each)
            self._begin()
            return differences(before, self._found.values())
        concerned = {ids for each in fresh for ids in self._concerned(each)}
        before = [self._found[ids] for ids in concerned if ids in self._found]
        for each in fresh:
            self._reach.put(each)
        return differences(before, [found for ids in concerned if (found := self._work_out(ids))])

    def _divides(self, fresh: Replaceable) -> bool:
        """Whether a change may divide a class, or make one of two: a range begins or ends within a subnet, or did."""
        known = self._reach.fabric.known(fresh)
        moved = {*borders(fresh)} ^ {*(borders(known) if known else ())}
        subnets = [cidrs(subnet.cidrs) for subnet in self._reach.fabric.subnets.values()] if moved else []
        spans = [span for held in subnets for span in (*held.v4, *held.v6)]
        return any(first < border <= last for border in moved for first, last in spans)

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
    for step in {step for arrival in arrivals for leg in arrival.legs for step in leg.steps}:
        yield from ids_of(step)


def differences(before: Iterable[Exposed], after: Iterable[Exposed]) -> tuple[Difference, ...]:
    """Return where something else arrives than before; classes that were divided otherwise are divided both ways."""
    then = {id: each for each in before for id in each.ids}
    now = {id: each for each in after for id in each.ids}
    found: dict[tuple[Ids, Ids], list[str]] = {}
    for id in sorted(then.keys() | now.keys()):
        one, other = then.get(id), now.get(id)
        if (one and one.passes) != (other and other.passes):
            found.setdefault((one.ids if one else (), other.ids if other else ()), []).append(id)
    return tuple(Difference(ids=tuple(ids), before=then.get(ids[0]), after=now.get(ids[0])) for ids in found.values())
