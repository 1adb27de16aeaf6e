"""What a person writes, and what of the estate it means: `internet`, `i-0abc:5432`, `db-claims`, `10.0.1.5:22/tcp`."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from orlop.estate.aws.rds import DBCluster, DBInstance
from orlop.estate.aws.vpc import NetworkInterface
from orlop.estate.fact import NotKnown
from orlop.reason.addresses import OUTSIDE, Addresses, cidr, cidrs
from orlop.reason.network.managed import names_of, places_of, services
from orlop.reason.network.places import Place, at, of_interface
from orlop.reason.network.reach import Asked, Inside, Outside, Premises, Reach, Source

INTERNET = ("internet", "the internet", "world", "anywhere", "any", "0.0.0.0/0", "::/0")
"""Words for the internet."""


class NoSuch(Exception):
    """Nothing of that name. `near` are names that are like it."""

    def __init__(self, name: str, near: tuple[str, ...] = ()) -> None:
        """Hold the name, and what may have been meant."""
        super().__init__(name)
        self.name, self.near = name, near


@dataclass(frozen=True, slots=True)
class Goal:
    """What is to be reached: the places of that name, and the ports asked about."""

    name: str
    places: tuple[Place, ...]
    asked: Asked


_PORTS = re.compile(r"(?P<name>.+?)(?::(?P<first>\d+)(?:-(?P<last>\d+))?)?(?:/(?P<protocol>tcp|udp|icmp|icmpv6))?")


def goal(text: str, reach: Reach) -> Goal:
    """Return what a text means as the goal of a way: a name, and perhaps `:PORT`, `:FIRST-LAST`, `/PROTOCOL`.

    Raises: NoSuch.
    """
    if whole := tuple(places(text, reach)):
        return Goal(text, whole, Asked())
    found = _PORTS.fullmatch(text)
    name = found["name"].strip("[]") if found else text
    named = tuple(places(name, reach)) if found and name != text else ()
    if not found or not named:
        raise NoSuch(name, _near(name, reach))
    protocol = found["protocol"] or ("tcp" if found["first"] else "")
    if found["first"] is None:
        return Goal(name, named, Asked(protocol=protocol))
    first, last = int(found["first"]), int(found["last"] or found["first"])
    return Goal(name, named, Asked(protocol=protocol, first=first, last=last))


def source(text: str, reach: Reach, premises: Iterable[str] = ()) -> Source:
    """Return what a text means as the start of a way. `premises` are ranges of one's own premises. Raises: NoSuch."""
    if text.lower() in INTERNET:
        return Outside()
    own = cidrs(premises)
    if text.lower() in ("premises", "on-premises", "onprem") and own:
        return Premises(own)
    if addresses := _addresses(text):
        return _from_addresses(text, addresses, own, reach)
    if found := tuple(places(text, reach)):
        return Inside(found)
    raise NoSuch(text, _near(text, reach))


def _from_addresses(text: str, addresses: Addresses, own: Addresses, reach: Reach) -> Source:
    """Return who has some addresses: things of the estate, one's own premises, or somebody on the internet."""
    inside = tuple(_at_addresses(addresses, reach))
    if inside:
        return Inside(inside)
    if addresses & own or not addresses & OUTSIDE:
        return Premises(addresses)
    return Outside(addresses & OUTSIDE)


def _addresses(text: str) -> Addresses | None:
    try:
        return cidr(text.strip("[]"))
    except ValueError:
        return None


def places(text: str, reach: Reach) -> Iterator[Place]:
    """Yield the places that a name means: an id, an ARN, an address, or what somebody called it."""
    if addresses := _addresses(text):
        yield from _at_addresses(addresses, reach)
        return
    seen: set[tuple[object, ...]] = set()
    for place in (*_of_interfaces(text, reach), *_of_services(text, reach)):
        if (key := (place.id, place.subnet.subnet_id, place.listens)) not in seen:
            seen.add(key)
            yield place


def _at_addresses(addresses: Addresses, reach: Reach) -> Iterator[Place]:
    """Yield places that have one of some addresses, seen at those only; also by a public address of theirs."""
    for interface in reach.fabric.interfaces.values():
        private = [
            a.private
            for a in interface.addresses
            if addresses & cidr(a.private) or (a.public and addresses & cidr(a.public))
        ]
        private += [a for a in interface.addresses_v6 if addresses & cidr(a)]
        if private and (place := _place(interface, reach)):
            whole = {a.private for a in interface.addresses} | set(interface.addresses_v6)
            yield place if whole == set(private) else at(place, private[0]) if len(private) == 1 else place


def _place(interface: NetworkInterface, reach: Reach) -> Place | None:
    try:
        return of_interface(interface, reach.fabric)
    except NotKnown:
        return None


def _of_interfaces(text: str, reach: Reach) -> Iterator[Place]:
    fabric = reach.fabric
    for interface in fabric.interfaces.values():
        instance = fabric.instances.get(interface.instance)
        names = {interface.interface_id, interface.id, interface.name, interface.instance, interface.vpc}
        names |= {interface.subnet, *interface.groups}
        if instance:
            names |= {instance.name, instance.id}
        if re.fullmatch(r"\d{12}", text):
            names.add(interface.owner)
        names |= {g.name for id in interface.groups if (g := fabric.groups.get(id)) and not g.is_default}
        if text in names and (place := _place(interface, reach)):
            yield place


def _of_services(text: str, reach: Reach) -> Iterator[Place]:
    estate = reach.fabric.estate
    for balancer in reach.fronts.balancers.values():
        if text in (balancer.id, balancer.name, balancer.address):
            yield from _or_nothing(lambda b=balancer: reach.fronts.places(b))
    for endpoint in reach.fabric.endpoints.values():
        if text in (endpoint.id, endpoint.endpoint_id, endpoint.name):
            yield from _or_nothing(lambda e=endpoint: reach.fronts.places(e))
    for service in services(estate):
        if text in names_of(service):
            yield from _or_nothing(lambda s=service: tuple(places_of(s, reach.fabric)))
    for cluster in estate.each(DBCluster):
        if text in (cluster.id, cluster.name, cluster.address):
            for member in estate.each(DBInstance):
                if member.cluster == cluster.name and text != cluster.name:
                    yield from _or_nothing(lambda d=member: tuple(places_of(d, reach.fabric)))


def _or_nothing(make: Callable[[], tuple[Place, ...]]) -> tuple[Place, ...]:
    try:
        return make()
    except NotKnown:
        return ()


def _near(name: str, reach: Reach) -> tuple[str, ...]:
    """Return names that begin like one."""
    fabric, start = reach.fabric, name[:4].lower()
    known = {i.interface_id for i in fabric.interfaces.values()} | {i.name for i in fabric.instances.values()}
    known |= {i.instance_id for i in fabric.instances.values()}
    known |= {b.name for b in reach.fronts.balancers.values()} | {s.name for s in services(fabric.estate)}
    return tuple(sorted(each for each in known if each.lower().startswith(start)))[:5]
