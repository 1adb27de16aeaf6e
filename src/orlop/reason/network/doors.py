"""What security groups and network ACLs really let in.

A group is judged by the set of addresses that all its rules together admit to a port, not by how a rule is written: two
halves of the internet are the internet, a prefix list is what stands in it, protocol -1 is every port.

Laws: two groups that admit the same have the same doors; a prefix list that could not be read makes an answer unknown,
never smaller, and only where the answer hangs on it.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import reduce
from itertools import pairwise

from orlop.estate.aws.security_group import AccessRule, PrefixList, Source
from orlop.estate.aws.vpc import AclEntry
from orlop.estate.estate import Estate
from orlop.estate.fact import Cause, Fact, NotKnown, Unread
from orlop.estate.resource import Resource
from orlop.reason.addresses import EVERYTHING, NONE, WORLD, Addresses, cidr, cidrs, share, without
from orlop.reason.services import Services

LAST_PORT = 65535

OTHER = "other"
"""Every protocol that no rule names."""

_NAMED = ("tcp", "udp", "icmp", "icmpv6")
_ACL_PROTOCOLS = {"tcp": "6", "udp": "17", "icmp": "1", "icmpv6": "58"}

_Box = tuple[int, int, "Sources"]

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
    boxes: dict[str, list[_Box]] = {}
    for rule in rules:
        boxes.setdefault(rule.protocol, []).append((*ports(rule), sources(rule.source, lists)))
    everywhere = boxes.pop("-1", [])
    rest = tuple(_merged(everywhere))
    protocols = {*boxes, *(_NAMED if rest else ())}
    met = {protocol: tuple(_merged([*boxes.get(protocol, []), *everywhere])) for protocol in protocols}
    unlike = {protocol: runs for protocol, runs in met.items() if protocol in _NAMED or runs != rest}
    return tuple(Door(protocol, *run) for protocol, runs in sorted({**unlike, OTHER: rest}.items()) for run in runs)


def _merged(boxes: list[_Box]) -> Iterator[_Box]:
    """Yield boxes (first, last, sources) anew: in order, each port once, neighbours that are alike as one."""
    if len(boxes) == 1:
        yield from (box for box in boxes if box[2])
        return
    cuts = sorted({*(box[0] for box in boxes), *(box[1] + 1 for box in boxes)})
    run: _Box | None = None
    for first, after in pairwise(cuts):
        let_in = [some for low, high, some in boxes if low <= first and after - 1 <= high]
        together = reduce(Sources.__or__, let_in) if let_in else None
        if run and run[2] == together:
            run = (run[0], after - 1, run[2])
            continue
        if run:
            yield run
        run = (first, after - 1, together) if together else None
    if run:
        yield run


def ports(rule: AccessRule) -> tuple[int, int]:
    """Return the first and last port of a rule, as a `Door` has them."""
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


def open_to_world(rules: Iterable[AccessRule], lists: Lookup, services: Services | None = None) -> tuple[Door, ...]:
    """Return the doors by which the world comes in (`addresses.WORLD`): to any port, or to those of `services`.

    Raises: NotKnown, where there is none but for a prefix list that could not be read.
    """
    found = outer(rules, lists, services)
    world = tuple(door for door in found if door.share >= WORLD)
    for door in found if not world else ():
        for unread in door.sources.unread:
            _ = lists(unread).value  # raises
    return world


def may_be_open(rules: Iterable[AccessRule], lists: Lookup, services: Services | None = None) -> bool:
    """Whether rules let the world in, or may, by a prefix list that could not be read."""
    return any(door.share >= WORLD or door.sources.unread for door in outer(rules, lists, services))


def outer(rules: Iterable[AccessRule], lists: Lookup, services: Services | None) -> tuple[Door, ...]:
    """Return the doors of rules for others than groups, where they lead to one of the services."""
    found = doors((r for r in rules if r.source.kind != "group" and touches(r, services)), lists)
    return tuple(d for d in found if services is None or services.any_in(d.protocol, d.first, d.last))


def touches(rule: AccessRule, services: Services | None) -> bool:
    """Whether a rule concerns the port of any of the services."""
    return services is None or services.any_in(rule.protocol, *ports(rule))


MANY_PORTS = 20_000
"""From how many ports on a rule is meant for no service but opens everything. The widest ranges that services ask for
are those of telephony and video, 10,000 to 16,384 ports."""


def is_broad(rule: AccessRule) -> bool:
    """Whether a rule opens all protocols, or so many ports that it is for no service."""
    return rule.protocol == "-1" or (rule.protocol in ("tcp", "udp") and rule.last - rule.first >= MANY_PORTS)


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


def _lists(estate: Estate) -> dict[tuple[str, str, str], Fact[Addresses]]:
    return {(each.account, each.region, each.list_id): each.entries.map(cidrs) for each in estate.each(PrefixList)}


def prefix_lists(resource: Resource, estate: Estate) -> Lookup:
    """Return how to look up the prefix lists that a resource may name: those of its account and region."""
    known = estate.once(_lists)

    def look(id: str) -> Fact[Addresses]:
        found = known.get((resource.account, resource.region, id))
        return found if found is not None else _not_seen(id, resource, estate)

    return look


def _not_seen(id: str, resource: Resource, estate: Estate) -> Fact[Addresses]:
    try:
        estate.beside(PrefixList, resource)
    except NotKnown as gap:
        return Fact(gap.unread, gap.source)
    why = f"prefix list {id} cannot be seen from this account"
    return Fact(Unread(Cause.NOT_LOOKED_AT, why), "ec2:DescribeManagedPrefixLists")
