"""The steps of a way through a network, and what each of them lets pass.

A step is either fixed (there is a route, or there is none) or a filter: a set of packets by sender, protocol and port.
A filter knows the least that surely passes and the most that may, where something could not be read.

Sources: https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html,
https://docs.aws.amazon.com/vpc/latest/userguide/nacl-rules.html (in order, stateless, so answers need a rule, too)
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import reduce

from orlop.estate.aws.security_group import SecurityGroup
from orlop.estate.aws.vpc import AclEntry
from orlop.estate.fact import NotKnown
from orlop.reason.addresses import EVERYTHING, NONE, Addresses, cidr
from orlop.reason.network.doors import Door, doors
from orlop.reason.network.fabric import Fabric
from orlop.reason.network.flows import (
    ALL_FLOWS,
    LAST_PORT,
    NAMED,
    NO_FLOWS,
    Flows,
    Run,
    alike,
    both,
    either,
    from_addresses,
    ordered,
    regardless,
    senders,
    settled,
)


class Kind(StrEnum):
    """What a step is, in words."""

    SENDER = "sender"
    STATE = "state"
    PUBLIC_ADDRESS = "public address"
    BLOCK = "VPC block public access"
    GATEWAY = "internet gateway"
    ROUTE = "route table"
    ROUTE_BACK = "route table, for the answers"
    GROUPS_IN = "security group"
    GROUPS_OUT = "security group, outgoing"
    ACL_IN = "network ACL"
    ACL_OUT = "network ACL, outgoing"
    REPLY_OUT = "network ACL, for the answers"
    REPLY_IN = "network ACL, for the answers coming back"
    PEERING = "peering connection"
    TRANSIT = "transit gateway"
    PRIVATE_LINE = "private line"
    APPLIANCE = "appliance"
    LISTENER = "listener"
    TARGET = "target"
    ENDPOINT = "endpoint"
    NAT = "NAT gateway"
    EDGE = "public endpoint"
    ADMITS = "list of addresses that are let in"


class Passes(StrEnum):
    """Whether a fixed step is open."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Fixed:
    """A step that lets everything pass, or nothing. `says` what is so; `needs` what would have to change."""

    kind: Kind
    subject: str
    passes: Passes
    says: str
    needs: str = ""


@dataclass(frozen=True, slots=True)
class Filter:
    """A step that lets some packets pass. `subject` is an id, or ids joined by a space; `about` depends on the kind.

    - SENDER, ADMITS: the addresses. LISTENER: protocols and ports, one after the other (`"tcp", 80, "tcp", 443`).
    - GROUPS_IN: the groups that a rule may name to mean the sender. GROUPS_OUT: the receiver's addresses and groups.
    - ACL_OUT: the receiver's addresses.
    - REPLY_OUT, REPLY_IN: nothing; or the receiver's addresses, and the ACLs that the answers have left and entered
      before, and that must have let them pass to the same port.
    - ROUTE_BACK: the target through which the answers have to go.
    """

    kind: Kind
    subject: str
    about: tuple[Addresses | frozenset[str] | str | int, ...] = ()


@dataclass(frozen=True, slots=True)
class Translated:
    """A NAT gateway (`subject`), and the steps after it: they see its address instead of the sender's.

    Source: https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-basics.html (TCP, UDP, ICMP)
    """

    kind: Kind
    subject: str
    steps: "tuple[Step, ...]"


Step = Fixed | Filter | Translated


def is_shut(step: Step) -> bool:
    """Whether a step lets nothing pass, whatever is sent."""
    return isinstance(step, Fixed) and step.passes is Passes.NO


@dataclass(frozen=True, slots=True)
class Between:
    """The least that surely passes, the most that may, and why they differ."""

    least: Flows
    most: Flows
    gaps: tuple[str, ...] = ()


def exactly(flows: Flows) -> Between:
    """Return a set that is known."""
    return Between(flows, flows)


def unknown(*gaps: str) -> Between:
    """Return a set of which nothing is known."""
    return Between(NO_FLOWS, ALL_FLOWS, gaps)


OPEN, SHUT = exactly(ALL_FLOWS), exactly(NO_FLOWS)


def joined(parts: Iterable[Between]) -> Between:
    """Return what all parts let pass."""
    least, most, gaps = ALL_FLOWS, ALL_FLOWS, dict[str, None]()
    for part in parts:
        known = least is most and part.least is part.most
        most = both(most, part.most)
        least = most if known else both(least, part.least)
        gaps |= dict.fromkeys(part.gaps)
        if not most:
            return SHUT
    return Between(least, most, tuple(gaps) if least is not most else ())


def together(parts: Iterable[Between]) -> Between:
    """Return what any part lets pass."""
    least, most, gaps = NO_FLOWS, NO_FLOWS, dict[str, None]()
    for part in parts:
        known = least is most and part.least is part.most
        most = either(most, part.most)
        least = most if known else either(least, part.least)
        gaps |= dict.fromkeys(part.gaps)
    return Between(least, most, tuple(gaps) if least is not most else ())


_OF_ONE_SENDER = (Kind.SENDER, Kind.GROUPS_OUT, Kind.ACL_OUT, Kind.REPLY_IN)
"""Kinds of steps that are other ones for each sender."""

_READ = (
    *(Kind.GROUPS_IN, Kind.GROUPS_OUT),
    *(Kind.ACL_IN, Kind.ACL_OUT, Kind.REPLY_OUT, Kind.REPLY_IN, Kind.ROUTE_BACK, Kind.NAT),
)
"""Kinds of filters that are worked out of what stands in security groups, ACLs and tables, whose ids they bear."""


class Steps:
    """What each step of a fabric lets pass. Each is worked out once."""

    def __init__(self, fabric: Fabric) -> None:
        """Work on a fabric."""
        self._fabric = fabric
        self._known: dict[Step, Between] = {}
        self._ways: dict[tuple[Step, ...], Between] = {}
        self._shared: dict[tuple[Step, ...], Between] = {}
        self._of: dict[str, set[Step]] = {}
        """The steps that were worked out of a security group, an ACL or a table, by its id."""
        self._with: dict[Step, list[tuple[Step, ...]]] = {}
        """The ways, and parts of them that senders share, in which a step stands."""
        self._doors: dict[tuple[tuple[str, ...], bool], tuple[Door, ...]] = {}
        self._outgoing: dict[str, Between] = {}
        self._acls: dict[tuple[str, bool], Flows] = {}

    def way(self, steps: tuple[Step, ...]) -> Between:
        """Return what passes all steps of a way."""
        if steps not in self._ways:
            self._ways[steps] = self.along(steps)
            self._note(steps)
        return self._ways[steps]

    def along(self, steps: tuple[Step, ...]) -> Between:
        """Return the same, of a way for which nobody will ask again: it is not kept.

        The steps that hang on no sender are joined first, once for all senders; shut ways are not worked out.
        """
        if any(is_shut(step) for step in steps):
            return SHUT
        counting = [step for step in steps if not (isinstance(step, Fixed) and step.passes is Passes.YES)]
        general = tuple(step for step in counting if step.kind not in _OF_ONE_SENDER)
        if general not in self._shared:
            self._shared[general] = joined(self.passes(step) for step in general)
            self._note(general)
        return joined((self._shared[general], *(self.passes(s) for s in counting if s.kind in _OF_ONE_SENDER)))

    def _note(self, steps: tuple[Step, ...]) -> None:
        """Note in which ways each step stands."""
        for step in steps:
            if step.kind in _READ:
                self._with.setdefault(step, []).append(steps)

    def passes(self, step: Step) -> Between:
        """Return what passes a step."""
        if step not in self._known:
            try:
                self._known[step] = self._passes(step)
            except NotKnown as gap:
                self._known[step] = unknown(f"{gap.source}: {gap.unread.why}")
            if step.kind in _READ:
                for id in ids_of(step):
                    self._of.setdefault(id, set()).add(step)
        return self._known[step]

    def forget(self, ids: frozenset[str]) -> None:
        """Forget what was worked out of some security groups, network ACLs or tables: they have changed."""
        for step in {step for id in ids for step in self._of.pop(id, ())}:
            self._known.pop(step, None)
            self._outgoing.pop(step.subject, None)
            for steps in self._with.pop(step, ()):
                self._ways.pop(steps, None)
                self._shared.pop(steps, None)
        self._doors = {key: held for key, held in self._doors.items() if ids.isdisjoint(key[0])}
        self._acls = {key: held for key, held in self._acls.items() if key[0] not in ids}

    def _passes(self, step: Step) -> Between:
        if isinstance(step, Fixed):
            match step.passes:
                case Passes.YES:
                    return OPEN
                case Passes.NO:
                    return SHUT
                case Passes.UNKNOWN:
                    return unknown(step.says)
        if isinstance(step, Translated):
            return _translated(self.way(step.steps))
        match step.kind, step.about:
            case ((Kind.SENDER | Kind.ADMITS), (Addresses() as addresses,)):
                return exactly(from_addresses(addresses))
            case Kind.LISTENER, (*_,):
                return exactly(_listening(step.about))
            case Kind.GROUPS_IN, (frozenset() as honoured,):
                return self._groups_in(step.subject, honoured)
            case Kind.GROUPS_OUT, (Addresses() as receiver, frozenset() as groups):
                return self._groups_out(step.subject, receiver, groups)
            case Kind.ACL_IN, _:
                return exactly(self._acl(step.subject, inbound=True))
            case Kind.ACL_OUT, (Addresses() as receiver,):
                return exactly(_reaching(self._acl(step.subject, inbound=False), receiver))
            case Kind.REPLY_OUT, ():
                return exactly(_answering(self._acl(step.subject, inbound=False)))
            case (
                (Kind.REPLY_OUT | Kind.REPLY_IN),
                (Addresses() as receiver, frozenset() as left, frozenset() as entered),
            ):
                return exactly(_answering(self._replies(step, receiver, left, entered)))
            case Kind.ROUTE_BACK, (str() as target,):
                return self._route_back(step.subject, target)
            case _:
                raise AssertionError(step)

    def _groups_in(self, subject: str, honoured: frozenset[str]) -> Between:
        found = self.doors(tuple(subject.split(" ")), outgoing=False)
        return _between(found, lambda door: EVERYTHING if honoured.intersection(door.sources.groups) else NONE)

    def _groups_out(self, subject: str, receiver: Addresses, groups: frozenset[str]) -> Between:
        found = self.doors(tuple(subject.split(" ")), outgoing=True)
        if any(door.sources.groups for door in found):
            held = _between(found, lambda door: receiver if groups.intersection(door.sources.groups) else NONE)
        else:
            held = self._let_out(subject, found)
        return Between(_reaching(held.least, receiver), _reaching(held.most, receiver), held.gaps)

    def _let_out(self, subject: str, found: tuple[Door, ...]) -> Between:
        """Return whom groups let out to that name none, so that it is the same whoever receives."""
        if subject not in self._outgoing:
            self._outgoing[subject] = _between(found, lambda _: NONE)
        return self._outgoing[subject]

    def doors(self, groups: tuple[str, ...], *, outgoing: bool) -> tuple[Door, ...]:
        """Return what security groups together admit (or let out). Raises: NotKnown, where one was not read."""
        if (groups, outgoing) not in self._doors:
            read = [self._group(id) for id in groups]
            rules = [rule for group in read for rule in (group.egress if outgoing else group.ingress)]
            self._doors[groups, outgoing] = doors(rules, self._fabric.addresses_of_list(read[0])) if read else ()
        return self._doors[groups, outgoing]

    def _group(self, id: str) -> SecurityGroup:
        return self._fabric.group(id)

    def _acl(self, id: str, *, inbound: bool) -> Flows:
        if (id, inbound) not in self._acls:
            acl = self._fabric.acls[id]
            entries = acl.inbound if inbound else acl.outbound
            self._acls[id, inbound] = ordered(as_rule(entry) for entry in entries)
        return self._acls[id, inbound]

    def _replies(self, step: Filter, receiver: Addresses, left: frozenset[str], entered: frozenset[str]) -> Flows:
        """Return the answers by sender (to whom they go) and port that pass a network ACL and those before it."""
        leaves = left | {step.subject} if step.kind is Kind.REPLY_OUT else left
        enters = entered | {step.subject} if step.kind is Kind.REPLY_IN else entered
        out = (self._acl(id, inbound=False) for id in sorted(leaves))
        into = (_reaching(self._acl(id, inbound=True), receiver) for id in sorted(enters))
        return reduce(both, (*out, *into), ALL_FLOWS)

    def _route_back(self, table: str, target: str) -> Between:
        compiled = self._fabric.compiled_by_id(table)
        least = from_addresses(compiled.towards(target) - compiled.uncertain)
        if not compiled.uncertain:
            return exactly(least)
        most = from_addresses(compiled.towards(target) | compiled.uncertain)
        return Between(least, most, tuple(f"{unread.why}" for _, unread in compiled.unread) or ("routes overlap",))


def ids_of(step: Step) -> Iterator[str]:
    """Yield the ids of the groups, ACLs, tables... that a step was worked out of."""
    if isinstance(step, Translated):
        yield step.subject
        for inner in step.steps:
            yield from ids_of(inner)
        return
    yield from step.subject.split(" ")
    if isinstance(step, Filter) and step.kind in (Kind.REPLY_OUT, Kind.REPLY_IN):
        yield from (id for held in step.about if isinstance(held, frozenset) for id in held)


def _translated(after: Between) -> Between:
    """Return what goes into a NAT gateway, of what goes on after it: whoever sends."""
    least = both(_THROUGH_NAT, regardless(after.least))
    same = after.least is after.most
    return Between(least, least if same else both(_THROUGH_NAT, regardless(after.most)), after.gaps)


_THROUGH_NAT: Flows = dict.fromkeys(("tcp", "udp", "icmp"), ((0, LAST_PORT, EVERYTHING),))


def _between(found: Iterable[Door], by_group: Callable[[Door], Addresses]) -> Between:
    least: dict[str, list[tuple[int, int, Addresses]]] = {}
    most: dict[str, list[tuple[int, int, Addresses]]] = {}
    gaps: dict[str, None] = {}
    for door in found:
        surely = door.sources.addresses | by_group(door)
        least.setdefault(door.protocol, []).append((door.first, door.last, surely))
        perhaps = EVERYTHING if door.sources.unread else surely
        most.setdefault(door.protocol, []).append((door.first, door.last, perhaps))
        gaps |= dict.fromkeys(f"prefix list {id} could not be read" for id in door.sources.unread)
    sure = settled(least)
    return Between(sure, settled(most), tuple(gaps)) if gaps else exactly(sure)


def _listening(about: tuple[object, ...]) -> Flows:
    ports: dict[str, list[Run]] = {}
    for protocol, port in zip(about[::2], about[1::2], strict=True):
        if isinstance(protocol, str) and isinstance(port, int):
            ports.setdefault(protocol, []).append((port, port, EVERYTHING))
    return settled({protocol: sorted(runs, key=lambda run: run[0]) for protocol, runs in ports.items()})


def _reaching(flows: Flows, receiver: Addresses) -> Flows:
    """Return the ports that are open towards a receiver, of a set whose addresses are those of receivers."""
    if (whom := alike(flows)) is not None:
        return ALL_FLOWS if whom & receiver else NO_FLOWS
    return regardless(settled({p: ((a, b, s) for a, b, s in runs if s & receiver) for p, runs in flows.items()}))


def _answering(flows: Flows) -> Flows:
    """Return to whom answers can go: a client may have chosen any port for them."""
    return settled({p: ((0, LAST_PORT, senders(flows, p, 1 if p in _WITH_PORTS else 0)),) for p in (*NAMED, *flows)})


_WITH_PORTS = ("tcp", "udp")

_NUMBERS = {"6": "tcp", "17": "udp", "1": "icmp", "58": "icmpv6"}


def as_rule(entry: AclEntry) -> tuple[str, int, int, Addresses, bool]:
    """Return an entry as protocol, ports, addresses, and whether it allows."""
    protocol = _NUMBERS.get(entry.protocol, entry.protocol)
    first, last = entry.first, entry.last
    if protocol in ("icmp", "icmpv6") and first >= 0:
        first, last = first * 256 + max(last, 0), first * 256 + (last if last >= 0 else 255)
    elif first < 0 or protocol not in NAMED:
        first, last = 0, LAST_PORT
    return protocol, first, last, cidr(entry.cidr), entry.action == "allow"
