"""Everything that a source can reach, worst first.

A way is worked out once for each class of interfaces (`classes`), so a hundred thousand cost what their classes cost.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

from orlop.estate.aws.vpc import NetworkInterface
from orlop.estate.fact import NotKnown
from orlop.reason.addresses import share
from orlop.reason.network.classes import Ids, classes
from orlop.reason.network.flows import Flows, everyone, runs_of
from orlop.reason.network.managed import places_of, services
from orlop.reason.network.places import Place
from orlop.reason.network.reach import Arrival, Inside, Outside, Reach, Source
from orlop.reason.network.steps import Between, together


@dataclass(frozen=True, slots=True, kw_only=True)
class Exposed:
    """What arrives at places of one class. `ids` are all of them; `arrivals` the open ways to `place`, one of them."""

    place: Place
    ids: Ids
    passes: Between
    arrivals: tuple[Arrival, ...]

    @property
    def surely(self) -> bool:
        """Whether something arrives for certain; otherwise something may, where not all could be read."""
        return bool(self.passes.least)

    @property
    def flows(self) -> Flows:
        """What arrives, or may."""
        return self.passes.least or self.passes.most


def exposed(
    reach: Reach,
    source: Source,
    *,
    among: Callable[[Place], bool] | None = None,
    where: Mapping[Ids, list[Place]] | None = None,
) -> tuple[Exposed, ...]:
    """Return all that a source can reach, or may, worst first.

    `where` are the places to try (None: all, `goals`); `among` says of one of them whether it need be tried.
    """
    found = (
        _of(ids, reach, source, (place for place in places if among is None or among(place)))
        for ids, places in (goals(reach, source) if where is None else where).items()
    )
    return worst_first(each for each in found if each)


def _of(ids: Ids, reach: Reach, source: Source, places: Iterable[Place]) -> Exposed | None:
    return opened(ids, (arrival for place in places for arrival in reach.arrivals(source, place)))


def opened(ids: Ids, arrivals: Iterable[Arrival]) -> Exposed | None:
    """Return what arrives at the places of a class; None for nothing."""
    some = tuple(a for a in arrivals if a.passes.most)
    if not some:
        return None
    return Exposed(place=some[-1].place, ids=ids, passes=together(a.passes for a in some), arrivals=some)


def worst_first(found: Iterable[Exposed]) -> tuple[Exposed, ...]:
    """Put them in order."""
    return tuple(sorted(found, key=lambda each: (not each.surely, -harm(each.flows), each.ids)))


def goals(reach: Reach, source: Source) -> dict[Ids, list[Place]]:
    """Return where one looks whether a source arrives: the place of each class, and those of services."""
    found: dict[Ids, list[Place]] = {}
    own = frozenset(place.id for place in source.places) if isinstance(source, Inside) else frozenset[str]()

    def left_out(interface: NetworkInterface) -> bool:
        """Whether an interface is the sender's own, or a service's, which is a place of its own."""
        return interface.interface_id in own or reach.owners.known(interface)

    for place, interfaces in classes(reach, public=isinstance(source, Outside), but=left_out):
        found.setdefault(tuple(sorted(i.interface_id for i in interfaces)), []).append(place)
    for place, ids in _services(reach):
        found.setdefault(ids, []).append(place)
    return found


def _services(reach: Reach) -> Iterator[tuple[Place, Ids]]:
    estate = reach.fabric.estate
    for balancer in reach.fronts.balancers.values():
        for place in _or_nothing(reach.fronts.places, balancer):
            yield place, (balancer.id,)
    for service in services(estate):
        for place in _or_nothing(lambda s: tuple(places_of(s, reach.fabric)), service):
            yield place, (service.id,)


S = TypeVar("S")


def _or_nothing(make: Callable[[S], tuple[Place, ...]], of: S) -> tuple[Place, ...]:
    try:
        return make(of)
    except NotKnown:
        return ()


_GRAVE = {
    "tcp": (22, 3389, 5432, 3306, 1433, 1521, 27017, 6379, 9200, 445, 23, 21, 5900, 2375, 5985),
    "udp": (161, 389),
}
"""Ports behind which harm is done: remote control and databases."""


def harm(flows: Flows) -> float:
    """Return how grave it is, to put the worst first: who can come, and to what."""
    wide = share(everyone(flows))
    grave = sum(
        share(held)
        for protocol, ports in _GRAVE.items()
        for low, high, held in runs_of(flows, protocol)
        for port in ports
        if low <= port <= high
    )
    return wide + 2 * grave
