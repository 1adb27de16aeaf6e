"""What strangers reach that they did not reach before, exactly, and which single change opened it.

A change opened something if taking back that change alone closes it again. Where several changes did it together, each
of them is such a one; where each of several would have done it alone, none is, and those that open it by themselves
are named.

Laws: nothing is called opened that may have been open before, where not all was read then; nor shut, that may still be
open. From new to old, what was opened is what was shut.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from orlop.estate.aws.elbv2 import Listener
from orlop.estate.aws.security_group import PrefixList
from orlop.estate.aws.vpc import NetworkSettings
from orlop.estate.difference import Altered, Appeared, Difference, Unseen, Vanished
from orlop.estate.estate import Estate
from orlop.estate.fact import NotKnown
from orlop.estate.resource import Resource
from orlop.reason.network.admission import Admissions
from orlop.reason.network.explain import Hop, Packet
from orlop.reason.network.exposure import Exposed, harm
from orlop.reason.network.flows import ALL_FLOWS, Flows, both, minus
from orlop.reason.network.names import places
from orlop.reason.network.places import Place, of_interface
from orlop.reason.network.reach import Arrival, Outside, Reach, witnessed
from orlop.reason.network.steps import SHUT, Between, ids_of, together

Change = Altered | Appeared | Vanished

MOST_TRIED = 200
"""How many changes are taken back to see what each of them did; each costs as much as reading the network anew."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """What strangers newly reach at places that are alike. `ids` are all of them, `place` is one.

    `by` are the changes that opened it; `alone` says whether each of them would have opened it by itself. No changes:
    it could not be told. `packet` and `hops` are one way in.
    """

    place: Place
    ids: tuple[str, ...]
    flows: Flows
    by: tuple[Change, ...]
    alone: bool
    packet: Packet
    hops: tuple[Hop, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shut:
    """What strangers no longer reach at places that are alike."""

    place: Place
    ids: tuple[str, ...]
    flows: Flows


@dataclass(frozen=True, slots=True, kw_only=True)
class Turned:
    """What was opened, worst first, what was shut, and the ids of places of which that cannot be told."""

    opened: tuple[Opened, ...]
    shut: tuple[Shut, ...]
    unsure: tuple[str, ...]


NOTHING_TURNED = Turned(opened=(), shut=(), unsure=())


def turned(old: Estate, new: Estate, differences: Iterable[Difference]) -> Turned:
    """Return what became reachable from the internet, and what no longer is, between two estates."""
    changes = tuple(each for each in differences if not isinstance(each, Unseen))
    before, after = _Side(old), _Side(new)
    opened, unsure = _gained(before, after)
    shut, unsure_too = _gained(after, before)
    blame = _Blame(old, new, changes)
    found = [_opened(each, ids, flows, after, blame) for each, ids, flows in opened]
    return Turned(
        opened=tuple(sorted(found, key=lambda each: (-harm(each.flows), each.ids))),
        shut=tuple(Shut(place=each.place, ids=ids, flows=flows) for each, ids, flows in shut),
        unsure=tuple(sorted({*unsure, *unsure_too})),
    )


class _Side:
    """One of the two estates: what strangers reach there, by place."""

    def __init__(self, estate: Estate) -> None:
        self.reach = estate.once(Admissions).reach
        self.exposed = estate.once(Admissions).exposed
        self._by_id = {id: each.passes for each in self.exposed for id in each.ids}

    def passes(self, id: str, place: Place) -> Between:
        """Return what reaches a place: all or nothing, where that could not be told."""
        found = self._by_id.get(id, SHUT)
        interface = self.reach.fabric.interfaces.get(id)
        try:
            here = of_interface(interface, self.reach.fabric) if interface else place
        except NotKnown:
            return Between(found.least, ALL_FLOWS)
        return Between(found.least, ALL_FLOWS) if self.reach.unread(Outside(), here) else found


_Gain = tuple[Exposed, tuple[str, ...], Flows]


def _gained(before: _Side, after: _Side) -> tuple[list[_Gain], list[str]]:
    """Return what is surely reached now and surely was not before; and the ids of which that cannot be told."""
    found: list[_Gain] = []
    unsure: list[str] = []
    for each in after.exposed:
        alike: dict[tuple[tuple[str, object], ...], tuple[Flows, list[str]]] = {}
        for id in each.ids:
            was, is_ = before.passes(id, each.place), after.passes(id, each.place)
            flows = minus(is_.least, was.most)
            if minus(minus(is_.most, was.least), flows):
                unsure.append(id)
            if flows:
                alike.setdefault(tuple(sorted(flows.items())), (flows, []))[1].append(id)
        found += [(each, tuple(ids), flows) for flows, ids in alike.values()]
    return found, unsure


def _opened(each: Exposed, ids: tuple[str, ...], flows: Flows, after: _Side, blame: "_Blame") -> Opened:
    interface = after.reach.fabric.interfaces.get(ids[0])
    place = of_interface(interface, after.reach.fabric) if interface else each.place
    arrivals = [a for a in after.reach.arrivals(Outside(), place) if a.passes.most]
    arrival = next(a for a in arrivals if both(a.passes.least, flows))
    packet, hops = witnessed(after.reach, arrival, both(arrival.passes.least, flows))
    by, alone = blame.of(ids[0], flows, _subjects(place, arrivals))
    return Opened(place=place, ids=ids, flows=flows, by=by, alone=alone, packet=packet, hops=hops)


class _Blame:
    """Tries changes one by one: taken back in the new estate, or made alone in the old one."""

    def __init__(self, old: Estate, new: Estate, changes: Sequence[Change]) -> None:
        self._old, self._new, self._changes = old, new, changes
        self._before = {(r.KIND, r.id): r for r in old.resources}
        self._without: dict[int, Reach] = {}
        self._only: dict[int, Reach] = {}

    def of(self, id: str, flows: Flows, subjects: set[str]) -> tuple[tuple[Change, ...], bool]:
        """Return which changes opened some flows to a place, and whether each of them did it by itself.

        `subjects` are the ids of all that the ways there lead by.
        """
        tried = [number for number, change in enumerate(self._changes) if _bears_on(change, subjects)][:MOST_TRIED]
        undoing = [n for n in tried if not both(_reaches(self._taken_back(n), id).most, flows)]
        if undoing:
            return tuple(self._changes[n] for n in undoing), len(undoing) == 1
        opening = [n for n in tried if not minus(flows, _reaches(self._made_alone(n), id).least)]
        return tuple(self._changes[n] for n in opening), True

    def _taken_back(self, number: int) -> Reach:
        if number not in self._without:
            change = self._changes[number]
            was = self._before.get((change.resource.KIND, change.resource.id))
            self._without[number] = Reach(_with(self._new, change.resource, was))
        return self._without[number]

    def _made_alone(self, number: int) -> Reach:
        if number not in self._only:
            change = self._changes[number]
            is_ = None if isinstance(change, Vanished) else change.resource
            self._only[number] = Reach(_with(self._old, change.resource, is_))
        return self._only[number]


def _with(estate: Estate, about: Resource, instead: Resource | None) -> Estate:
    """Return an estate with one resource as it is to be (None: gone)."""
    return estate.replacing(instead) if instead else estate.replacing(gone=(about.id,))


def _reaches(reach: Reach, id: str) -> Between:
    """Return what reaches a place in another estate; nothing where it is not there."""
    return together(a.passes for place in places(id, reach) for a in reach.arrivals(Outside(), place))


def _bears_on(change: Change, subjects: set[str]) -> bool:
    """Whether a change is about something that a way to a place leads by, or that such a thing may name."""
    about = change.resource
    if isinstance(about, NetworkSettings | PrefixList):
        return True
    return not _names(about).isdisjoint(subjects)


def _names(resource: Resource) -> frozenset[str]:
    """Return how steps name a resource: by its ARN, by the id at its end, by its name; a listener by its balancer."""
    names = {resource.id, resource.id.rpartition("/")[2], resource.id.rpartition(":")[2], resource.name}
    return frozenset(names | ({resource.load_balancer} if isinstance(resource, Listener) else set()))


def _subjects(place: Place, arrivals: Iterable[Arrival]) -> set[str]:
    found = {place.of.id, place.id, place.instance, place.vpc, place.subnet.subnet_id, *place.groups}
    for arrival in arrivals:
        found |= {part for leg in arrival.legs for step in leg.steps for part in ids_of(step)}
        for passage in arrival.through:
            found |= {passage.front.id, passage.target, passage.via}
        for front in arrival.fronts:
            found |= {front.vpc, front.subnet.subnet_id, *front.groups}
    return found - {""}
