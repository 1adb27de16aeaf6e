"""What can reach what: the exact set of packets that arrive, by which way, or what stops them.

An answer joins all ways: directly, and through load balancers that pass on. Of each way it is known which packets
surely arrive and which may, where something could not be read (`steps.Between`).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from orlop.estate.estate import Estate
from orlop.estate.fact import NotKnown
from orlop.reason.addresses import EVERYTHING, NONE, OUTSIDE, Addresses, cidrs
from orlop.reason.network.explain import ICMP_ECHO, Explainer, Hop, Packet, an_address
from orlop.reason.network.fabric import Fabric, Replaceable
from orlop.reason.network.flows import (
    LAST_PORT,
    NAMED,
    NO_FLOWS,
    Flows,
    both,
    everyone,
    runs_of,
    senders,
    to_ports,
)
from orlop.reason.network.fronts import Fronts
from orlop.reason.network.owners import Owners
from orlop.reason.network.passages import By, Passage
from orlop.reason.network.places import Place
from orlop.reason.network.steps import Between, Filter, Fixed, Kind, Passes, Step, Steps, joined, together
from orlop.reason.network.way import Way
from orlop.reason.network.ways import Ways


@dataclass(frozen=True, slots=True)
class Outside:
    """Addresses of the internet."""

    addresses: Addresses = OUTSIDE


@dataclass(frozen=True, slots=True)
class Premises:
    """Addresses of one's own premises, over private lines."""

    addresses: Addresses


@dataclass(frozen=True, slots=True)
class Inside:
    """Places within the networks of the estate."""

    places: tuple[Place, ...]


Source = Outside | Premises | Inside


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """One way to a place, and what arrives by it: by sender, protocol and port of the place.

    `legs` are the parts of the way: one, or one to each front (load balancer...) and one on from there. `fronts` are
    where those stand, `through` how they pass on.
    """

    place: Place
    legs: tuple[Way, ...]
    passes: Between
    fronts: tuple[Place, ...] = ()
    through: tuple[Passage, ...] = ()

    @property
    def by(self) -> str:
        """In a word, how it comes in."""
        return str(self.through[0].by) if self.through else self.legs[0].by

    @property
    def assumes(self) -> tuple[str, ...]:
        """What is taken for granted."""
        own = (each for leg in self.legs for each in leg.assumes)
        return tuple(dict.fromkeys((*own, *(each for passage in self.through for each in passage.assumes))))


MOST_FRONTS = 3
"""Through how many load balancers, one behind another, a way is followed."""


class Reach:
    """Answers for one estate. What was worked out once is kept."""

    def __init__(self, estate: Estate) -> None:
        """Work on an estate."""
        self.fabric = Fabric(estate)
        self.steps = Steps(self.fabric)
        self.ways = Ways(self.fabric)
        self.fronts = Fronts(self.fabric)
        self.owners = Owners(estate, self.fronts)

    def put(self, fresh: Replaceable) -> None:
        """Go on with a group, an ACL or a table as it is now: what was worked out of the rest is kept."""
        self.steps.forget(frozenset({self.fabric.put(fresh)}))

    @cached_property
    def explainer(self) -> Explainer:
        """Explains the ways."""
        return Explainer(self.fabric, self.steps)

    @cached_property
    def cloudfront(self) -> Addresses:
        """The addresses from which CloudFront asks origins, as far as they were read."""
        lists = self.fabric.lists.values()
        named = [each for each in lists if each.owner == "AWS" and each.name.replace("ipv6.", "") == CLOUDFRONT]
        return cidrs(entry for each in named if not each.entries.unread for entry in each.entries.value)

    def arrivals(self, source: Source, place: Place, depth: int = MOST_FRONTS) -> Iterator[Arrival]:
        """Yield each way from a source to a place, shut ones too."""
        for way in self._direct(source, place):
            yield Arrival(place=place, legs=(way,), passes=self.steps.way(way.steps))
        if depth:
            for passage in self.fronts.to(place):
                yield from self._through(source, place, passage, depth)

    def _direct(self, source: Source, place: Place) -> Iterator[Way]:
        match source:
            case Outside(addresses):
                yield from self.ways.from_internet(place, addresses)
            case Premises(addresses):
                yield from self.ways.from_premises(place, addresses)
            case Inside(places):
                for sender in places:
                    if sender.id != place.id:
                        yield from self.ways.between(sender, place)

    def _through(self, source: Source, place: Place, passage: Passage, depth: int) -> Iterator[Arrival]:
        """Yield the ways through one passage of a load balancer.

        1. Who reaches the listener, at each place where the load balancer stands.
        2. What goes on from there to the target: from the load balancer's address, or from the client's.
        3. Together: these clients reach the target's port.
        """
        try:
            stands = self.fronts.places(passage.front)
        except NotKnown:
            return
        for node in stands:
            elsewhere = passage.zonal and node.subnet.zone != place.subnet.zone
            if elsewhere and not passage.perhaps:
                continue
            doubt = (Fixed(Kind.TARGET, passage.via, Passes.UNKNOWN, passage.perhaps),) if elsewhere else ()
            for arrival in self.arrivals(source, node, depth - 1):  # 1
                yield from self._joined(arrival, passage.after(arrival.through), place, doubt)

    def _joined(self, arrival: Arrival, passage: Passage, place: Place, doubt: tuple[Fixed, ...]) -> Iterator[Arrival]:
        clients = self._clients(arrival, passage)
        for way in self._onward(arrival.place, place, passage, clients.most):  # 2
            on = way.then(*doubt)
            yield Arrival(  # 3
                place=place,
                legs=(*arrival.legs[:-1], self._at_listener(arrival.legs[-1], passage), on),
                passes=self._carried(clients, on, passage),
                fronts=(*arrival.fronts, arrival.place),
                through=(*arrival.through, passage),
            )

    @staticmethod
    def _at_listener(way: Way, passage: Passage) -> Way:
        listener = Filter(Kind.LISTENER, passage.front.id, (passage.protocol, passage.port))
        return way.then(listener)

    def _clients(self, arrival: Arrival, passage: Passage) -> Between:
        """Return who reaches the listener, whatever the port of the target: for all ports alike."""
        least = senders(arrival.passes.least, passage.protocol, passage.port, passage.port)
        most = senders(arrival.passes.most, passage.protocol, passage.port, passage.port)
        target = (passage.protocol, passage.target_port, passage.target_port)
        same = arrival.passes.least is arrival.passes.most
        held = to_ports(*target, least)
        return Between(held, held if same else to_ports(*target, most), arrival.passes.gaps)

    def _onward(self, node: Place, place: Place, passage: Passage, clients: Flows) -> Iterator[Way]:
        senders = everyone(clients) if passage.keeps_client else node.addresses
        if passage.by is By.DISTRIBUTION:
            yield from self._from_cloudfront(place)
        elif passage.by is By.LINK:
            yield self.ways.over_link(passage, place, senders)
        elif passage.keeps_client:
            yield from self.ways.with_clients_address(node, place, senders)
        else:
            yield from self.ways.between(node, place)

    def _from_cloudfront(self, place: Place) -> Iterator[Way]:
        """Yield the ways from CloudFront to an origin: over the internet, from addresses of its own."""
        known = self.cloudfront
        says = f"the addresses of CloudFront (prefix list {CLOUDFRONT}) were not read"
        gap = () if known else (Fixed(Kind.SENDER, "CloudFront", Passes.UNKNOWN, says),)
        for way in self.ways.from_internet(place, known or OUTSIDE):
            yield way.then(*gap)

    def _carried(self, clients: Between, on: Way, passage: Passage) -> Between:
        """Return which clients' packets are carried on to the target."""
        onward = self.steps.way(on.steps)
        if passage.keeps_client:
            return joined((clients, onward))
        target = (passage.protocol, passage.target_port, passage.target_port)
        least = to_ports(*target) if senders(onward.least, *target) else NO_FLOWS
        most = to_ports(*target) if senders(onward.most, *target) else NO_FLOWS
        return joined((clients, Between(least, least if least == most else most, onward.gaps)))

    def summed(self, arrivals: Iterable[Arrival]) -> Between:
        """Return what arrives by any of some ways."""
        return together(arrival.passes for arrival in arrivals)

    def unread(self, source: Source, place: Place) -> tuple[str, ...]:
        """Return what could not be read, so that further ways from a source to a place may exist."""
        if isinstance(source, Outside):
            return self.fronts.unread(place)
        if isinstance(source, Inside) and not source.places:
            return ()
        return (*self.fronts.unread(place), *self.fronts.links_unread(place))


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A protocol and ports that are asked about; `""`: any."""

    protocol: str = ""
    first: int = 0
    last: int = LAST_PORT

    def part(self, flows: Flows) -> Flows:
        """Return the part of a set that is asked about."""
        if not self.protocol:
            if (self.first, self.last) == (0, LAST_PORT):
                return flows
            only: Flows = dict.fromkeys(NAMED[:2], ((self.first, self.last, EVERYTHING),))
            return both(flows, only)
        return both(flows, to_ports(self.protocol, self.first, self.last))


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What is known of one place: `reachable` is None where it is not known.

    `flows` is what arrives (where not known: what may). `witness` is a packet of it with its way: hops of each leg. Of
    a place that is not reachable, the way is that of a packet which was tried, and `stops` are the hops that stop it.
    """

    place: Place
    reachable: bool | None
    flows: Flows
    by: str
    witness: Packet | None
    entry: Packet | None
    path: tuple[Hop, ...]
    stops: tuple[Hop, ...]
    assumes: tuple[str, ...]
    gaps: tuple[str, ...]


def answer(reach: Reach, source: Source, place: Place, asked: Asked) -> Answer:
    """Return whether, how and with what a source reaches a place."""
    arrivals = list(reach.arrivals(source, place))
    least = [(a, f) for a in arrivals if (f := asked.part(a.passes.least))]
    most = [(a, f) for a in arrivals if (f := asked.part(a.passes.most))]
    if least:
        whole = together(Between(f, f) for _, f in least).least
        best, flows = max(least, key=lambda found: _breadth(found[1]))
        return _told(reach, best, flows, True, whole, asked)
    if most:
        whole = together(Between(f, f) for _, f in most).least
        best, flows = max(most, key=lambda found: _breadth(found[1]))
        return _told(reach, best, flows, None, whole, asked)
    return _stopped(reach, source, place, arrivals, asked, reach.unread(source, place))


def proof(reach: Reach, arrivals: Iterable[Arrival]) -> tuple[Hop, ...]:
    """Return why a packet passes by the widest of some ways that are open, or may be: hop by hop."""
    held = [(arrival, arrival.passes.least or arrival.passes.most) for arrival in arrivals]
    best, flows = max(held, key=lambda each: _breadth(each[1]))
    return _path(reach, best, _packet(flows, best.place, Asked()))[0]


def _breadth(flows: Flows) -> int:
    return sum(last - first for runs in flows.values() for first, last, _ in runs)


def witnessed(reach: Reach, arrival: Arrival, flows: Flows) -> tuple[Packet, tuple[Hop, ...]]:
    """Return a packet of what arrives by one way, as the sender sends it, and the hops that it takes."""
    packet = _packet(flows, arrival.place, Asked())
    path, entry = _path(reach, arrival, packet)
    return entry or packet, path


def _told(reach: Reach, best: Arrival, flows: Flows, reachable: bool | None, whole: Flows, asked: Asked) -> Answer:
    packet = _packet(flows, best.place, asked)
    path, entry = _path(reach, best, packet)
    return Answer(
        place=best.place,
        reachable=reachable,
        flows=whole,
        by=best.by,
        witness=packet,
        entry=entry,
        path=path,
        stops=(),
        assumes=(*best.assumes, *_shared(reach, whole)),
        gaps=best.passes.gaps if reachable is None else (),
    )


def _stopped(
    reach: Reach, source: Source, place: Place, arrivals: list[Arrival], asked: Asked, unread: tuple[str, ...]
) -> Answer:
    """Say what stops a packet: on the way that is stopped least."""
    tried: list[tuple[tuple[Hop, ...], tuple[Hop, ...], Arrival, Packet]] = []
    for arrival in arrivals:
        packet = _tried(reach, source, arrival, asked)
        path, _ = _path(reach, arrival, packet)
        tried.append((tuple(hop for hop in path if hop.passes is not True), path, arrival, packet))
    if not tried:
        return Answer(
            place=place,
            reachable=None if unread else False,
            flows=NO_FLOWS,
            by="",
            witness=None,
            entry=None,
            path=(),
            stops=(),
            assumes=(),
            gaps=unread,
        )
    stops, path, arrival, packet = min(tried, key=lambda each: len(each[0]))
    beside: tuple[str, ...] = ()
    if not isinstance(source, Premises):
        beside = (*((_NO_FRONTS,) if reach.fronts.ignored(place) else ()), *reach.fronts.others(place))
    return Answer(
        place=place,
        reachable=None if unread else False,
        flows=NO_FLOWS,
        by=arrival.by,
        witness=packet,
        entry=None,
        path=path,
        stops=stops,
        assumes=(*arrival.assumes, *beside),
        gaps=unread,
    )


_NO_FRONTS = "load balancers were not looked at; one of them may pass on to it"

CLOUDFRONT = "com.amazonaws.global.cloudfront.origin-facing"
"""The name of AWS's list of the addresses from which CloudFront asks origins; that for IPv6 has `ipv6.` in it.

Source: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/LocationsOfEdgeServers.html
"""

_SHARED = (
    "the senders are addresses of CloudFront: anyone can send from there, by a distribution of his own that names it"
)


def _shared(reach: Reach, flows: Flows) -> tuple[str, ...]:
    """Say so where nobody gets in but from addresses that CloudFront lends to everyone."""
    sent, lent = everyone(flows), reach.cloudfront
    return (_SHARED,) if sent and lent and not sent - lent else ()


_USUAL = (("tcp", 443), ("tcp", 22), ("tcp", 80), ("tcp", 3389), ("tcp", 5432), ("tcp", 3306))


def _packet(flows: Flows, place: Place, asked: Asked) -> Packet:
    """Return a packet of a set that is not empty: to a port that a reader knows, if there is one."""
    for protocol, port in _USUAL:
        held = next((s for low, high, s in runs_of(flows, protocol) if low <= port <= high), NONE)
        if sender := an_address(held):
            return Packet(sender, protocol, port, _receiver(place, sender))
    for protocol in (*NAMED, *flows):
        for low, high, held in runs_of(flows, protocol):
            echo = ICMP_ECHO.get(protocol, low)
            if sender := an_address(held):
                return Packet(sender, protocol, echo if low <= echo <= high else low, _receiver(place, sender))
    raise AssertionError("an empty set has no packet")


def _receiver(place: Place, sender: str) -> str:
    six = ":" in sender
    kind = Addresses(() if six else place.addresses.v4, place.addresses.v6 if six else ())
    return an_address(kind) or an_address(place.addresses) or ""


def _tried(reach: Reach, source: Source, arrival: Arrival, asked: Asked) -> Packet:
    """Return a packet to try on a way that is shut: to the port asked about, else one that the place takes."""
    start = next((s for s in arrival.legs[0].steps if isinstance(s, Filter) and s.kind is Kind.SENDER), None)
    allowed = start.about[0] if start else NONE
    here = allowed if isinstance(allowed, Addresses) else NONE
    protocol, port = asked.protocol or "tcp", asked.first
    if not asked.protocol and (asked.first, asked.last) == (0, LAST_PORT):
        protocol, port = _offered(reach, arrival)
    if asked.protocol in ICMP_ECHO:
        port = ICMP_ECHO[asked.protocol]
    inner = _likely(reach, arrival, here, protocol, port)
    sender = an_address(inner) or an_address(here) or "0.0.0.0"  # noqa: S104 -- nobody sends from nowhere
    return Packet(sender, protocol, port, _receiver(arrival.place, sender))


def _offered(reach: Reach, arrival: Arrival) -> tuple[str, int]:
    """Return a protocol and port that the last step's security groups let anybody in to."""
    for step in reversed(arrival.legs[-1].steps):
        if step.kind is Kind.GROUPS_IN:
            flows = reach.steps.passes(step).most
            for protocol, port in _USUAL:
                if senders(flows, protocol, port, port):
                    return protocol, port
            for protocol in ("tcp", "udp"):
                for low, _, held in runs_of(flows, protocol):
                    if held:
                        return protocol, low
    return "tcp", 443


def _likely(reach: Reach, arrival: Arrival, here: Addresses, protocol: str, port: int) -> Addresses:
    """Return the senders that get furthest: whom as many steps as possible let pass."""
    left = here
    for step in (step for leg in arrival.legs for step in leg.steps):
        narrower = left & senders(reach.steps.passes(step).most, protocol, port, port)
        left = narrower or left
    return left


def _path(reach: Reach, arrival: Arrival, packet: Packet) -> tuple[tuple[Hop, ...], Packet | None]:
    """Return the hops of all legs, and the packet that the sender really sends where a load balancer stands between."""
    explainer = reach.explainer
    if not arrival.through:
        return explainer.hops(arrival.legs[0].steps, packet), None
    first = arrival.through[0]
    receivers = [*(_receiver(front, packet.sender) for front in arrival.fronts), packet.receiver]
    now = Packet(packet.sender, first.protocol, first.port, receivers[0])
    entry = replace(now, receiver=first.address)
    hops = list(explainer.hops(arrival.legs[0].steps, now))
    for passage, leg, receiver in zip(arrival.through, arrival.legs[1:], receivers[1:], strict=True):
        says = f"it passes on to {passage.target} port {passage.target_port}"
        hops.append(Hop(Kind.TARGET, passage.via, True, says))
        now = _forwarded(leg.steps, now, passage, receiver)
        hops += explainer.hops(leg.steps, now)
    return tuple(hops), entry


def _forwarded(steps: Iterable[Step], packet: Packet, passage: Passage, receiver: str) -> Packet:
    """Return the packet as a front sends it on."""
    start = next((s.about[0] for s in steps if isinstance(s, Filter) and s.kind is Kind.SENDER), NONE)
    own = an_address(start) if isinstance(start, Addresses) and not passage.keeps_client else packet.sender
    return Packet(own or packet.sender, passage.protocol, passage.target_port, receiver)
