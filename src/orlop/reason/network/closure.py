"""How far somebody gets who can use each place that he has reached to reach the next.

Breadth first over classes of interfaces (`classes`). A load balancer is no place to go on from: it passes on what its
listeners say, and no more. Pairs of classes are not tried one by one:

1. Who may reach a class is looked up: by the security groups that its rules name, and by the addresses that they admit,
   among the networks from which there is a way at all.
2. A pair is dropped if no route leads there or back, which is found out once for two subnets, or if no port is open at
   both ends, for which a set of the sender's (what he may send to all that he may reach) is met with one of the goal's.
3. Only what is left is walked exactly (`ways`).

Law: 1 and 2 drop only pairs of which 3 would find nothing.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from orlop.estate.aws.vpc import NetworkInterface, Subnet
from orlop.estate.fact import NotKnown
from orlop.reason.addresses import EVERYTHING, NONE, Addresses, Spans, cidrs, union
from orlop.reason.network.classes import Ids, classes, may_be_public
from orlop.reason.network.flows import Flows, everyone, meet
from orlop.reason.network.places import Place
from orlop.reason.network.reach import MOST_FRONTS, Inside, Outside, Reach
from orlop.reason.network.steps import Between, Filter, Kind, joined, together


@dataclass(frozen=True, slots=True)
class Reached:
    """A class that is reached: from which other class (None: from the source itself), and what arrives at `place`."""

    place: Place
    ids: Ids
    by: "Reached | None"
    passes: Between

    @property
    def hops(self) -> int:
        """How many places had to be used before."""
        return 0 if self.by is None else self.by.hops + 1


@dataclass(frozen=True, slots=True, eq=False)
class _Class:
    """A class: one place of it, and the same place with the addresses of all of it, as those who send."""

    place: Place
    senders: Place
    ids: Ids
    public: bool


def closure(reach: Reach) -> tuple[Reached, ...]:
    """Return every class that the internet reaches, at once or over others, the nearest first."""
    everything = tuple(_classes(reach))
    found: dict[_Class, Reached] = {}
    for each in everything:
        passes = together(a.passes for a in reach.arrivals(Outside(), each.place)) if each.public else None
        if passes and passes.least:
            found[each] = Reached(each.place, each.ids, None, passes)
    edges = _Edges(reach, everything)
    frontier: list[_Class] = list(found)
    left: list[_Class] = [each for each in everything if each not in found]
    while frontier and left:
        index = _Index(frontier)
        fresh: dict[_Class, Reached] = {}
        for goal in left:
            for sender in edges.candidates(goal, index):
                if (passes := edges.passes(sender, goal)).least:
                    fresh[goal] = Reached(goal.place, goal.ids, found[sender], passes)
                    break
        found |= fresh
        frontier, left = list(fresh), [goal for goal in left if goal not in fresh]
    return tuple(found.values())


def _classes(reach: Reach) -> Iterator[_Class]:
    for place, interfaces in classes(reach, but=reach.fronts.is_node):
        if not place.deaf:
            public = may_be_public(interfaces[0], reach)
            senders = replace(place, addresses=_addresses(interfaces)) if len(interfaces) > 1 else place
            yield _Class(place, senders, tuple(i.interface_id for i in interfaces), public)


def _addresses(interfaces: Iterable[NetworkInterface]) -> Addresses:
    return cidrs(a for i in interfaces for a in (*(b.private for b in i.addresses), *i.addresses_v6, *i.prefixes))


class _Index:
    """The classes at the frontier: by security group, and by address within each network.

    One address of a class is enough: no range that a rule names holds some of its addresses and not others.
    """

    def __init__(self, frontier: Iterable[_Class]) -> None:
        self.by_group: dict[str, list[_Class]] = {}
        four: dict[str, list[tuple[int, int, _Class]]] = {}
        six: dict[str, list[tuple[int, int, _Class]]] = {}
        for each in frontier:
            for group in each.place.groups:
                self.by_group.setdefault(group, []).append(each)
            four.setdefault(each.place.vpc, []).extend((a, b, each) for a, b in each.place.addresses.v4)
            six.setdefault(each.place.vpc, []).extend((a, b, each) for a, b in each.place.addresses.v6)
        for spans in (*four.values(), *six.values()):
            spans.sort(key=lambda span: span[:2])
        self._four, self._six = four, six

    def by_address(self, vpc: str, admitted: Addresses) -> Iterator[_Class]:
        """Yield the classes in a network that have an admitted address."""
        yield from _held(self._four.get(vpc, []), admitted.v4)
        yield from _held(self._six.get(vpc, []), admitted.v6)


def _held(spans: list[tuple[int, int, _Class]], admitted: Spans) -> Iterator[_Class]:
    if not spans:
        return
    for low, high in admitted:
        at = bisect_left(spans, low, key=lambda span: span[1])
        while at < len(spans) and spans[at][0] <= high:
            yield spans[at][2]
            at += 1


def _nodes(reach: Reach, goal: Place, depth: int = MOST_FRONTS) -> Iterator[Place]:
    """Yield where the load balancers stand that pass on to a place, and those before them."""
    for passage in reach.fronts.to(goal) if depth else ():
        try:
            stands = reach.fronts.places(passage.front)
        except NotKnown:
            continue
        for node in stands:
            yield node
            yield from _nodes(reach, node, depth - 1)


class _Edges:
    """Which class may reach which, and what arrives."""

    def __init__(self, reach: Reach, everything: Iterable[_Class]) -> None:
        self._reach, self._steps, self._ways = reach, reach.steps, reach.ways
        self._in_subnet: dict[str, Addresses] = {}
        self._in_network: dict[str, Addresses] = {}
        self._routed: dict[tuple[str, str], bool] = {}
        self._admitted: dict[tuple[str, ...], tuple[Addresses, frozenset[str]]] = {}
        self._sent: dict[tuple[str, tuple[str, ...], bool], Flows] = {}
        self._taken: dict[tuple[str, tuple[str, ...], frozenset[str]], Flows] = {}
        subnets: dict[str, list[_Class]] = {}
        networks: dict[str, list[_Class]] = {}
        for each in everything:
            subnets.setdefault(each.place.subnet.subnet_id, []).append(each)
            networks.setdefault(each.place.vpc, []).append(each)
        self._before = {each.place.id: nodes for each in everything if (nodes := tuple(_nodes(reach, each.place)))}
        nodes = [node for held in self._before.values() for node in held]
        for held, known in ((subnets, self._in_subnet), (networks, self._in_network)):
            known |= {id: union(each.senders.addresses for each in found) for id, found in held.items()}
        for node in nodes:
            for id, known in ((node.subnet.subnet_id, self._in_subnet), (node.vpc, self._in_network)):
                known[id] = known.get(id, NONE) | node.addresses

    def passes(self, sender: _Class, goal: _Class) -> Between:
        """Return what arrives at one place of a class from all of another: directly, or through load balancers."""
        if goal.place.id in self._before:
            return together(a.passes for a in self._reach.arrivals(Inside((sender.senders,)), goal.place))
        return together(self._steps.along(w.steps) for w in self._ways.between(sender.senders, goal.place))

    def candidates(self, goal: _Class, index: _Index) -> Iterator[_Class]:
        """Yield the classes at the frontier that may reach a class."""
        found: set[_Class] = set()
        for entrance in (goal.place, *self._before.get(goal.place.id, ())):
            tried: set[_Class] = set()
            for sender in self._looked_up(entrance, index):
                if sender not in tried and sender not in found:
                    tried.add(sender)
                    if self._leads(sender.place.subnet, entrance.subnet) and self._is_heard(sender, entrance):
                        found.add(sender)
                        yield sender

    def _looked_up(self, goal: Place, index: _Index) -> Iterator[_Class]:
        admitted, groups = self._admits(goal)
        for group in groups:
            yield from index.by_group.get(group, ())
        for vpc in self._near.get(goal.vpc, (goal.vpc,)):
            yield from index.by_address(vpc, admitted)

    def _admits(self, place: Place) -> tuple[Addresses, frozenset[str]]:
        """Return whose addresses, and which groups, the security groups of a place admit to anything."""
        if place.unfiltered:
            return EVERYTHING, frozenset()
        if place.groups not in self._admitted:
            step = Filter(Kind.GROUPS_IN, " ".join(place.groups), (frozenset[str](),))
            addresses = everyone(self._steps.passes(step).least)
            self._admitted[place.groups] = addresses, self._ways.named(place.groups)
        return self._admitted[place.groups]

    @cached_property
    def _near(self) -> dict[str, tuple[str, ...]]:
        """The networks from which there may be a way to each: itself, its peers, those on a hub with it."""
        fabric = self._reach.fabric
        found: dict[str, set[str]] = {}
        for peering in fabric.peerings.values():
            ends = {peering.requester.vpc, peering.accepter.vpc}
            for vpc in ends:
                found.setdefault(vpc, set()).update(ends)
        hubs: dict[frozenset[str], set[str]] = {}
        for each in fabric.attachments.values():
            hubs.setdefault(self._ways.hubs.joined(each.gateway), set()).add(each.resource)
        for joined_by in hubs.values():
            for vpc in joined_by:
                found.setdefault(vpc, set()).update(joined_by)
        return {vpc: (vpc, *sorted(others - {vpc})) for vpc, others in found.items()}

    def _leads(self, one: Subnet, other: Subnet) -> bool:
        """Whether routes lead from one subnet to the other and back, for any address of theirs."""
        key = (one.subnet_id, other.subnet_id)
        if key not in self._routed:
            ours, theirs = self._in_subnet[one.subnet_id], self._in_subnet[other.subnet_id]
            out = self._ways.may_lead(one, other, theirs, answers=False)
            self._routed[key] = out and self._ways.may_lead(other, one, ours, answers=True)
        return self._routed[key]

    def _is_heard(self, sender: _Class, goal: Place) -> bool:
        """Whether some port is open at both ends; within a subnet, where no ACL stands between, that is not asked."""
        place = sender.place
        if place.subnet.subnet_id == goal.subnet.subnet_id:
            return True
        return meet(self._takes(goal, place.groups), self._sends(place, goal), sender.senders.addresses)

    def _sends(self, sender: Place, goal: Place) -> Flows:
        """Return what a sender may send to any place in his own network; or to any in those near it."""
        own = sender.vpc == goal.vpc
        key = (sender.subnet.subnet_id, sender.groups, own)
        if key not in self._sent:
            others = [vpc for vpc in self._near.get(sender.vpc, ()) if vpc != sender.vpc and vpc in self._in_network]
            to = union(self._in_network[vpc] for vpc in ([sender.vpc] if own else others))
            anybody = replace(goal, addresses=to, groups=tuple(self._ways.named(sender.groups, outgoing=True)))
            self._sent[key] = joined(self._steps.passes(step) for step in self._ways.leaving(sender, anybody)).most
        return self._sent[key]

    def _takes(self, goal: Place, groups: tuple[str, ...]) -> Flows:
        """Return what a place takes from other subnets, from somebody who wears some groups."""
        named = self._admits(goal)[1].intersection(groups)
        key = (goal.subnet.subnet_id, goal.groups, named)
        if key not in self._taken:
            self._taken[key] = joined(self._steps.passes(step) for step in self._ways.entering(goal, named)).most
        return self._taken[key]
