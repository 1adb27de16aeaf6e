"""How far somebody gets who can use each place that he has reached to reach the next.

Breadth first over classes of interfaces (`exposure`). Whom a class lets in is looked up, not tried: by the security
groups that its rules name, and by the addresses that they admit, among the interfaces of the networks from which there
is a way at all. Only what is found so is walked exactly (`ways`).
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from orlop.estate.aws.vpc import NetworkInterface
from orlop.estate.fact import NotKnown
from orlop.reason.addresses import NONE, Addresses, Spans, cidrs, common, united
from orlop.reason.network.flows import everyone
from orlop.reason.network.places import Place, of_interface
from orlop.reason.network.reach import Outside, Reach
from orlop.reason.network.steps import Between, Filter, Kind, together

Id = int


@dataclass(frozen=True, slots=True)
class Reached:
    """A class that is reached: from which other class (None: from the source itself), and what arrives."""

    place: Place
    ids: tuple[str, ...]
    by: "Reached | None"
    passes: Between

    @property
    def hops(self) -> int:
        """How many places had to be used before."""
        return 0 if self.by is None else self.by.hops + 1


@dataclass(frozen=True, slots=True)
class _Class:
    place: Place
    ids: tuple[str, ...]


def closure(reach: Reach) -> tuple[Reached, ...]:
    """Return every class that the internet reaches, at once or over others, the nearest first."""
    classes = tuple(_classes(reach))
    found: dict[Id, Reached] = {}
    for number, each in enumerate(classes):
        passes = together(a.passes for a in reach.arrivals(Outside(), each.place))
        if passes.least:
            found[number] = Reached(each.place, each.ids, None, passes)
    frontier: list[Id] = list(found)
    left: list[Id] = [number for number in range(len(classes)) if number not in found]
    while frontier and left:
        index = _Index(reach, classes, frontier)
        fresh: dict[Id, Reached] = {}
        for number in left:
            if (by := _first(reach, classes[number], index, classes)) is not None:
                origin, passes = by
                fresh[number] = Reached(classes[number].place, classes[number].ids, found[origin], passes)
        found |= fresh
        frontier, left = list(fresh), [number for number in left if number not in fresh]
    return tuple(found.values())


def _classes(reach: Reach) -> Iterator[_Class]:
    """Yield the classes, each with the addresses of all of its interfaces."""
    groups: dict[tuple[object, ...], list[NetworkInterface]] = {}
    for interface in reach.fabric.interfaces.values():
        public = any(a.public for a in interface.addresses)
        instance = reach.fabric.instances.get(interface.instance)
        state = instance.state if instance else ""
        key = (interface.subnet, interface.groups, public, interface.type, interface.status, state)
        groups.setdefault(key, []).append(interface)
    for interfaces in groups.values():
        try:
            place = of_interface(interfaces[0], reach.fabric)
        except NotKnown:
            continue
        if len(interfaces) > 1:
            place = _whole(place, interfaces)
        if not place.deaf:
            yield _Class(place, tuple(i.interface_id for i in interfaces))


def _whole(place: Place, interfaces: Iterable[NetworkInterface]) -> Place:
    listed = list(interfaces)
    every = cidrs((*(a.private for i in listed for a in i.addresses), *(a for i in listed for a in i.addresses_v6)))
    return replace(place, addresses=every)


class _Index:
    """The classes at the frontier: by security group, and by address within each network."""

    def __init__(self, reach: Reach, classes: tuple[_Class, ...], frontier: Iterable[Id]) -> None:
        self.by_group: dict[str, list[Id]] = {}
        spans: dict[str, list[tuple[int, int, Id]]] = {}
        for number in frontier:
            place = classes[number].place
            for group in place.groups:
                self.by_group.setdefault(group, []).append(number)
            spans.setdefault(place.vpc, []).extend((a, b, number) for a, b in place.addresses.v4)
        self._spans = {vpc: sorted(found) for vpc, found in spans.items()}
        self._cover: Mapping[str, Spans] = {v: united((a, b) for a, b, _ in f) for v, f in self._spans.items()}
        self._near: dict[str, tuple[str, ...]] = {}
        self._reach = reach

    def near(self, vpc: str) -> tuple[str, ...]:
        """Return the networks from which there may be a way to one: itself, its peers, those on a hub with it."""
        if vpc not in self._near:
            fabric = self._reach.fabric
            peers = {
                other
                for peering in fabric.peerings.values()
                for one, other in (
                    (peering.requester.vpc, peering.accepter.vpc),
                    (peering.accepter.vpc, peering.requester.vpc),
                )
                if one == vpc
            }
            own = {a.gateway for a in fabric.attachments.values() if a.resource == vpc}
            hubs = {hub for gateway in own for hub in self._reach.ways.hubs.joined(gateway)}
            peers |= {a.resource for a in fabric.attachments.values() if a.gateway in hubs}
            self._near[vpc] = tuple(v for v in dict.fromkeys((vpc, *sorted(peers))) if v in self._spans)
        return self._near[vpc]

    def by_address(self, vpc: str, admitted: Spans) -> Iterator[Id]:
        """Yield the classes in a network that have an admitted address."""
        spans = self._spans[vpc]
        for low, high in common(admitted, self._cover[vpc]):
            at = bisect_left(spans, low, key=lambda span: span[1])
            while at < len(spans) and spans[at][0] <= high:
                yield spans[at][2]
                at += 1


def _first(reach: Reach, goal: _Class, index: _Index, classes: tuple[_Class, ...]) -> tuple[Id, Between] | None:
    """Return the first class at the frontier from which a class is reached, and what arrives."""
    tried: set[Id] = set()
    for number in _candidates(reach, goal, index):
        if number in tried:
            continue
        tried.add(number)
        passes = together(reach.steps.way(w.steps) for w in reach.ways.between(classes[number].place, goal.place))
        if passes.least:
            return number, passes
    return None


def _candidates(reach: Reach, goal: _Class, index: _Index) -> Iterator[Id]:
    admitted, groups = _admitted(reach, goal.place)
    for group in groups:
        yield from index.by_group.get(group, ())
    for vpc in index.near(goal.place.vpc):
        yield from index.by_address(vpc, admitted.v4)


def _admitted(reach: Reach, place: Place) -> tuple[Addresses, frozenset[str]]:
    """Return whose addresses, and which groups, the security groups of a place admit to anything."""
    if place.unfiltered:
        return cidrs(("0.0.0.0/0",)), frozenset()
    step = Filter(Kind.GROUPS_IN, " ".join(place.groups), (frozenset[str](),))
    known = everyone(reach.steps.passes(step).least)
    found = (reach.fabric.groups.get(id) for id in place.groups)
    named = {r.source.name for group in found if group for r in group.ingress if r.source.kind == "group"}
    return known or NONE, frozenset(named)
