"""Interfaces that no sender and no rule can tell apart, taken as one class.

They lie in one subnet, wear the same groups, are equally public, and no range that a rule, an entry or a route names
divides their addresses.

Law: what holds for one of a class holds for all of it.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterator

from orlop.estate.aws.security_group import PrefixList, SecurityGroup
from orlop.estate.aws.transit import TransitTable
from orlop.estate.aws.vpc import NetworkAcl, NetworkInterface, RouteTable
from orlop.estate.fact import NotKnown
from orlop.reason.addresses import cidr
from orlop.reason.network.fabric import Fabric, Replaceable
from orlop.reason.network.places import Place, of_interface
from orlop.reason.network.reach import Reach

Ids = tuple[str, ...]
"""The ids of all that are in one class."""


def classes(
    reach: Reach, *, public: bool = False, but: Callable[[NetworkInterface], bool] = lambda each: False
) -> Iterator[tuple[Place, tuple[NetworkInterface, ...]]]:
    """Yield one place of each class, and all of its interfaces.

    If `public`, only those that strangers may reach; none of those that `but` names.
    """
    found: dict[tuple[object, ...], list[NetworkInterface]] = {}
    key = _keys(reach)
    for interface in reach.fabric.interfaces.values():
        if (not public or may_be_public(interface, reach)) and not but(interface):
            found.setdefault(key(interface), []).append(interface)
    for interfaces in found.values():
        try:
            yield of_interface(interfaces[0], reach.fabric), tuple(interfaces)
        except NotKnown:
            continue


def may_be_public(interface: NetworkInterface, reach: Reach) -> bool:
    """Whether strangers may reach an interface: it has a public address, or a load balancer passes on to it."""
    if interface.addresses_v6 or any(a.public for a in interface.addresses) or _told(interface, reach.fabric):
        return True
    return _is_target(interface, reach.fronts.target_ids)


def _told(interface: NetworkInterface, fabric: Fabric) -> bool:
    """Whether the instance tells of a public address, which its interface may have."""
    instance = fabric.instances.get(interface.instance)
    return bool(instance and instance.public_addresses)


def _keys(reach: Reach) -> Callable[[NetworkInterface], tuple[object, ...]]:
    fabric, targets = reach.fabric, reach.fronts.target_ids
    stretch = _stretches(fabric)

    def key(interface: NetworkInterface) -> tuple[object, ...]:
        instance = fabric.instances.get(interface.instance)
        return (
            interface.subnet,
            interface.groups,
            any(a.public for a in interface.addresses),
            _told(interface, fabric),
            tuple(stretch(a.private) for a in interface.addresses),
            tuple(map(stretch, (*interface.addresses_v6, *interface.prefixes))),
            interface.status,
            interface.type,
            instance.state if instance else interface.instance and "?",
            interface.interface_id if _is_target(interface, targets) else "",
        )

    return key


def _is_target(interface: NetworkInterface, targets: frozenset[str]) -> bool:
    """Whether a load balancer passes on to it: then it is a class of its own."""
    return bool(targets) and (interface.instance in targets or any(a.private in targets for a in interface.addresses))


def _stretches(fabric: Fabric) -> Callable[[str], tuple[int, int]]:
    """Return how to find out between which two borders of ranges an address lies (a range: where it begins and ends).

    Two addresses between the same borders are in the same ranges of all that are named anywhere.
    """
    at = all_borders(fabric)

    def stretch(text: str) -> tuple[int, int]:
        held = cidr(text)
        ((first, last),) = held.v4 or held.v6
        return bisect_right(at, first), bisect_right(at, last)

    return stretch


def all_borders(fabric: Fabric) -> list[int]:
    """Return where the ranges begin, and end, that anything names, in order."""
    named = (fabric.groups, fabric.acls, fabric.tables, fabric.transit_tables, fabric.lists)
    return sorted({border for kind in named for each in kind.values() for border in borders(each)})


def borders(of: Replaceable | PrefixList) -> Iterator[int]:
    """Yield where the ranges begin, and end, that something names."""
    for text in _ranges(of):
        named = cidr(text)
        for first, last in (*named.v4, *named.v6):
            yield from (first, last + 1)


def _ranges(of: Replaceable | PrefixList) -> Iterator[str]:
    match of:
        case SecurityGroup():
            yield from (rule.source.name for rule in (*of.ingress, *of.egress) if rule.source.kind == "cidr")
        case NetworkAcl():
            yield from (entry.cidr for entry in (*of.inbound, *of.outbound))
        case RouteTable():
            yield from (route.destination for route in of.routes if "/" in route.destination)
        case TransitTable():
            routes = () if of.routes.unread else of.routes.value
            yield from (route.destination for route in routes if "/" in route.destination)
        case PrefixList():
            yield from () if of.entries.unread else of.entries.value
