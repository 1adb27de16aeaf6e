"""What security groups really let in, and what uses them.

A group is judged by the set of addresses that all its rules together admit to a port, not by how a rule is written: two
halves of the internet are the internet, a prefix list is what stands in it, protocol -1 is every port.

Laws: two groups that admit the same have the same doors; a prefix list that could not be read makes an answer unknown,
never smaller, and only where the answer hangs on it.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import reduce
from itertools import pairwise
from weakref import WeakKeyDictionary

from orlop.estate.aws.ec2 import Instance
from orlop.estate.aws.security_group import AccessRule, PrefixList, SecurityGroup, Source
from orlop.estate.aws.vpc import AclEntry, NetworkInterface
from orlop.estate.estate import Estate
from orlop.estate.fact import Cause, Fact, NotKnown, Unread
from orlop.estate.resource import Resource
from orlop.reason.addresses import EVERYTHING, NONE, WORLD, Addresses, cidr, cidrs, share, without
from orlop.reason.services import Service

LAST_PORT = 65535

OTHER = "other"
"""Every protocol that no rule names."""

_NAMED = ("tcp", "udp", "icmp", "icmpv6")
_ACL_PROTOCOLS = {"tcp": "6", "udp": "17", "icmp": "1", "icmpv6": "58"}

Lookup = Callable[[str], Fact[Addresses]]
"""Which addresses stand in the prefix list with this id."""


@dataclass(frozen=True, slots=True)
class Sources:
    """Who is let in: addresses, groups (their members' private addresses), and lists that could not be read."""

    addresses: Addresses = NONE
    groups: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()

    def __or__(self, other: "Sources") -> "Sources":
        """Return both together."""
        return Sources(
            self.addresses | other.addresses,
            tuple(sorted({*self.groups, *other.groups})),
            tuple(sorted({*self.unread, *other.unread})),
        )

    def __bool__(self) -> bool:
        """Whether anybody may be let in."""
        return bool(self.addresses or self.groups or self.unread)


@dataclass(frozen=True, slots=True)
class Door:
    """A run of ports of one protocol that admits the same sources. For ICMP a "port" is type x 256 + code."""

    protocol: str
    first: int
    last: int
    sources: Sources

    @property
    def share(self) -> float:
        """Which part of the internet comes in here, 0 to 1."""
        return share(self.sources.addresses)


def doors(rules: Iterable[AccessRule], lists: Lookup) -> tuple[Door, ...]:
    """Return what `rules` admit together: sorted, each port of each protocol at most once."""
    rules = tuple(rules)
    numbered = sorted({rule.protocol for rule in rules} - {*_NAMED, "-1"})
    met = {protocol: tuple(_doors_of(protocol, rules, lists)) for protocol in (*_NAMED, *numbered, OTHER)}
    rest = [replace(door, protocol="") for door in met[OTHER]]
    same = [p for p in numbered if [replace(door, protocol="") for door in met[p]] == rest]
    return tuple(door for protocol, found in met.items() if protocol not in same for door in found)


def _doors_of(protocol: str, rules: tuple[AccessRule, ...], lists: Lookup) -> Iterator[Door]:
    boxes = [(*_ports(rule), sources(rule.source, lists)) for rule in rules if rule.protocol in ("-1", protocol)]
    cuts = sorted({0, LAST_PORT + 1, *(box[0] for box in boxes), *(box[1] + 1 for box in boxes)})
    open_door: Door | None = None
    for first, after in pairwise(cuts):
        let_in = Sources()
        for low, high, some in boxes:
            if low <= first and after - 1 <= high:
                let_in |= some
        if open_door and open_door.sources == let_in:
            open_door = replace(open_door, last=after - 1)
            continue
        if open_door:
            yield open_door
        open_door = Door(protocol, first, after - 1, let_in) if let_in else None
    if open_door:
        yield open_door


def _ports(rule: AccessRule) -> tuple[int, int]:
    if rule.protocol in ("tcp", "udp"):
        return rule.first, rule.last
    if rule.protocol not in ("icmp", "icmpv6") or rule.first < 0:
        return 0, LAST_PORT
    if rule.last < 0:
        return rule.first * 256, rule.first * 256 + 255
    return rule.first * 256 + rule.last, rule.first * 256 + rule.last


def sources(source: Source, lists: Lookup) -> Sources:
    """Return whom a rule's source stands for."""
    if source.kind == "cidr":
        return Sources(addresses=cidr(source.name))
    if source.kind == "group":
        return Sources(groups=(source.name,))
    listed = lists(source.name)
    return Sources(unread=(source.name,)) if listed.unread else Sources(addresses=listed.value)


def open_to_world(rules: Iterable[AccessRule], lists: Lookup) -> tuple[Door, ...]:
    """Return the doors by which the world comes in (`addresses.WORLD`).

    Raises: NotKnown, where there is none but for a prefix list that could not be read.
    """
    found = doors((rule for rule in rules if rule.source.kind != "group"), lists)
    world = _to_world(found)
    for door in found if not world else ():
        for unread in door.sources.unread:
            _ = lists(unread).value  # raises
    return world


def _to_world(found: Iterable[Door]) -> tuple[Door, ...]:
    return tuple(door for door in found if door.share >= WORLD)


MANY_PORTS = 20_000
"""From how many ports on a rule is meant for no service but opens everything. The widest ranges that services ask for
are those of telephony and video, 10,000 to 16,384 ports."""


def is_broad(rule: AccessRule) -> bool:
    """Whether a rule opens all protocols, or so many ports that it is for no service."""
    return rule.protocol == "-1" or (rule.protocol in ("tcp", "udp") and rule.last - rule.first >= MANY_PORTS)


def on(rules: Iterable[AccessRule], services: Iterable[Service]) -> tuple[AccessRule, ...]:
    """Return the parts of `rules` that concern the ports of `services`."""
    rules = tuple(rules)
    return tuple(
        replace(rule, protocol=service.protocol, first=service.port, last=service.port)
        for service in services
        for rule in rules
        if _covers(rule, service.protocol, service.port, service.port)
    )


def _covers(rule: AccessRule, protocol: str, first: int, last: int) -> bool:
    low, high = _ports(rule)
    return rule.protocol in ("-1", protocol) and low <= first and last <= high


MOST_PIECES = 4
"""Into how many rules a rule may be cut around the ports that are closed. Beyond that it goes as a whole."""


def closed(
    rules: tuple[AccessRule, ...],
    lists: Lookup,
    *,
    which: Callable[[AccessRule], bool],
    services: tuple[Service, ...] = (),
) -> tuple[AccessRule, ...]:
    """Return the rules that are left when the world is kept out of `services` (none given: of everything).

    1. Of the rules that `which` names, the widest source of each open door goes, until no door is open to the world.
    2. A rule that opened other ports, too, stays for those.

    What is narrower than the world, an office beside it, stays as it is.
    """
    left = [rule for rule in rules if which(rule)]
    gone: list[AccessRule] = []
    while world := _to_world(doors(on(left, services) if services else left, lists)):  # 1
        door = world[0]
        here = [rule for rule in left if _lets_into(rule, door)]
        most = max(_share(rule, lists) for rule in here)
        out = [rule for rule in here if _share(rule, lists) == most]
        gone += out
        left = [rule for rule in left if rule not in out]
    kept = [rule for rule in rules if rule not in gone]
    keys = {rule.key for rule in kept}
    pieces = {piece.key: piece for rule in gone for piece in _pieces(rule, services)}  # 2
    return tuple(sorted([*kept, *(piece for key, piece in pieces.items() if key not in keys)]))


def _lets_into(rule: AccessRule, door: Door) -> bool:
    protocol = "-1" if door.protocol == OTHER else door.protocol
    return _covers(rule, protocol, door.first, door.first)  # every port of a door has the same sources


def _share(rule: AccessRule, lists: Lookup) -> float:
    return share(sources(rule.source, lists).addresses)


def _pieces(rule: AccessRule, services: tuple[Service, ...]) -> list[AccessRule]:
    if not services or rule.protocol not in ("tcp", "udp"):
        return []
    ports = tuple(sorted((s.port, s.port) for s in services if s.protocol == rule.protocol))
    runs = without(((rule.first, rule.last),), ports)
    return [replace(rule, first=low, last=high) for low, high in runs] if len(runs) <= MOST_PIECES else []


def crossing(entries: Iterable[AclEntry], protocol: str, port: int) -> Addresses:
    """Return which addresses a network ACL lets through to a port: the first entry that matches decides."""
    return reduce(Addresses.__or__, (some for _, some in let_through(entries, protocol, port)), NONE)


def let_through(entries: Iterable[AclEntry], protocol: str, port: int) -> Iterator[tuple[AclEntry, Addresses]]:
    """Yield each entry that lets anything through to a port, with just what no earlier entry decided."""
    undecided = EVERYTHING
    for entry in entries:
        if not _matches(entry, protocol, port):
            continue
        decides = undecided & cidr(entry.cidr)
        if entry.action == "allow" and decides:
            yield entry, decides
        undecided -= decides


def _matches(entry: AclEntry, protocol: str, port: int) -> bool:
    if entry.protocol == "-1":
        return True
    return entry.protocol in (protocol, _ACL_PROTOCOLS[protocol]) and (
        entry.first < 0 or entry.first <= port <= entry.last
    )


def covers(outer: Addresses, inner: Iterable[str]) -> bool:
    """Whether `outer` holds all addresses of the ranges `inner`, or all of one family (v4, v6), and at least one."""
    whole = cidrs(inner)
    return bool(whole.v4 and not without(whole.v4, outer.v4)) or bool(whole.v6 and not without(whole.v6, outer.v6))


class Standing(StrEnum):
    """How near an interface is to the internet, seen without routes and network ACLs."""

    PUBLIC = "has a public address"
    FRONT = "belongs to a service of AWS that may stand before others"
    PRIVATE = "has no public address"


class _Index:
    """What is looked up often, by account, region and id."""

    def __init__(self, estate: Estate) -> None:
        self.lists = {_key(each, each.list_id): each for each in estate.each(PrefixList)}
        self.instances = {_key(each, each.instance_id): each for each in estate.each(Instance)}
        self.users: dict[tuple[str, str, str], list[NetworkInterface]] = {}
        for interface in estate.each(NetworkInterface):
            for group in interface.groups:
                self.users.setdefault(_key(interface, group), []).append(interface)


def _key(resource: Resource, id: str) -> tuple[str, str, str]:
    return (resource.account, resource.region, id)


_indexes: WeakKeyDictionary[Estate, _Index] = WeakKeyDictionary()


def _index(estate: Estate) -> _Index:
    if estate not in _indexes:
        _indexes[estate] = _Index(estate)
    return _indexes[estate]


def prefix_lists(resource: Resource, estate: Estate) -> Lookup:
    """Return how to look up the prefix lists that a resource may name: those of its account and region."""

    def look(id: str) -> Fact[Addresses]:
        try:
            estate.beside(PrefixList, resource)
        except NotKnown as gap:
            return Fact(gap.unread, gap.source)
        found = _index(estate).lists.get(_key(resource, id))
        if found is None:
            why = f"prefix list {id} cannot be seen from this account"
            return Fact(Unread(Cause.NOT_LOOKED_AT, why), "ec2:DescribeManagedPrefixLists")
        if found.entries.unread:
            return Fact(found.entries.unread, found.entries.source)
        return Fact(cidrs(found.entries.value), found.entries.source)

    return look


def users(group: SecurityGroup, estate: Estate) -> tuple[NetworkInterface, ...]:
    """Return the interfaces that use a group. Raises: NotKnown, where they were not all read."""
    estate.beside(NetworkInterface, group)
    return tuple(_index(estate).users.get(_key(group, group.group_id), ()))


def may_be_used(group: SecurityGroup, estate: Estate) -> bool:
    """Whether anything uses a group, or may: the interfaces were not all read. To choose words, never a verdict."""
    try:
        return bool(users(group, estate))
    except NotKnown:
        return True


def standing(interface: NetworkInterface, estate: Estate) -> Standing:
    """Return how near an interface is to the internet."""
    instance = _index(estate).instances.get(_key(interface, interface.instance))
    if interface.addresses_v6 or any(address.public for address in interface.addresses):
        return Standing.PUBLIC
    if instance and instance.public_addresses and len(instance.interfaces) == 1:
        return Standing.PUBLIC
    front = interface.managed or interface.type not in ("interface", "efa", "efa-only", "trunk", "branch")
    return Standing.FRONT if front else Standing.PRIVATE
