"""Everything that a source can reach, worst first.

Interfaces that lie in one subnet, wear the same groups and are equally public are one class: a way is worked out once
for each class, so a hundred thousand interfaces cost what their classes cost.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from orlop.estate.aws.vpc import NetworkInterface
from orlop.estate.fact import NotKnown
from orlop.reason.addresses import share
from orlop.reason.network.flows import Flows, everyone, runs_of
from orlop.reason.network.managed import places_of, services
from orlop.reason.network.places import Place, of_interface
from orlop.reason.network.reach import Arrival, Outside, Reach, Source
from orlop.reason.network.steps import Between, together

ClassKey = tuple[object, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Exposed:
    """What arrives at places of one class. `ids` are all of them; `arrivals` the open ways to `place`, one of them."""

    place: Place
    ids: tuple[str, ...]
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


def exposed(reach: Reach, source: Source, *, wearing: str = "") -> tuple[Exposed, ...]:
    """Return all that a source can reach, or may, worst first; of interfaces only those `wearing` a security group."""
    found: dict[tuple[str, ...], Exposed] = {}
    for place, ids in _classes(reach, wearing, public=isinstance(source, Outside)):
        arrivals = tuple(a for a in reach.arrivals(source, place) if a.passes.most)
        if arrivals:
            before = found[ids].arrivals if ids in found else ()
            arrivals = (*before, *arrivals)
            found[ids] = Exposed(place=place, ids=ids, passes=together(a.passes for a in arrivals), arrivals=arrivals)
    return tuple(sorted(found.values(), key=lambda each: (not each.surely, -harm(each.flows), each.ids)))


def _classes(reach: Reach, wearing: str = "", *, public: bool = False) -> Iterator[tuple[Place, tuple[str, ...]]]:
    """Yield one place of each class, and the ids of all; if `public`, only of those that strangers may reach."""
    groups: dict[ClassKey, list[NetworkInterface]] = {}
    targets = reach.fronts.target_ids
    fabric = reach.fabric
    for interface in fabric.members.get(wearing, ()) if wearing else fabric.interfaces.values():
        if not public or _may_be_public(interface, reach) or _is_target(interface, targets):
            groups.setdefault(_key(interface, reach, targets), []).append(interface)
    for interfaces in groups.values():
        try:
            place = of_interface(interfaces[0], reach.fabric)
        except NotKnown:
            continue
        yield place, tuple(sorted(i.interface_id for i in interfaces))
    yield from _services(reach)


def _key(interface: NetworkInterface, reach: Reach, targets: frozenset[str]) -> ClassKey:
    instance = reach.fabric.instances.get(interface.instance)
    public = any(a.public for a in interface.addresses)
    alone = interface.interface_id if _is_target(interface, targets) else ""
    return (
        interface.subnet,
        interface.groups,
        public,
        bool(interface.addresses_v6),
        interface.status,
        interface.type,
        instance.state if instance else interface.instance and "?",
        alone,
    )


def _may_be_public(interface: NetworkInterface, reach: Reach) -> bool:
    if interface.addresses_v6 or any(a.public for a in interface.addresses):
        return True
    instance = reach.fabric.instances.get(interface.instance)
    return bool(instance and instance.public_addresses)


def _is_target(interface: NetworkInterface, targets: frozenset[str]) -> bool:
    """Whether a load balancer passes on to it: then it is a class of its own."""
    return bool(targets) and (interface.instance in targets or any(a.private in targets for a in interface.addresses))


def _services(reach: Reach) -> Iterator[tuple[Place, tuple[str, ...]]]:
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
