"""Why one packet passes a way, or what stops it: for each step the rule, route or entry that decides.

Law: a step passes here just if the packet is in what the step lets pass (`steps`).
"""

import ipaddress
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from orlop.estate.aws.security_group import AccessRule
from orlop.estate.aws.vpc import AclEntry
from orlop.estate.fact import NotKnown
from orlop.reason.addresses import Addresses, cidr
from orlop.reason.network.fabric import Fabric
from orlop.reason.network.flows import holds
from orlop.reason.network.steps import Filter, Fixed, Kind, Passes, Step, Steps, Translated, as_rule

ICMP_ECHO = {"icmp": 8 * 256, "icmpv6": 128 * 256}
"""The "port" of a ping: type x 256 + code."""


@dataclass(frozen=True, slots=True)
class Packet:
    """One packet. Addresses are text; for ICMP `port` is type x 256 + code."""

    sender: str
    protocol: str
    port: int
    receiver: str

    @property
    def what(self) -> str:
        """Its protocol and port in words: `tcp 22`, `ping`."""
        if self.protocol in ICMP_ECHO:
            return "ping" if self.port == ICMP_ECHO[self.protocol] else f"{self.protocol} type {self.port // 256}"
        return f"{self.protocol} {self.port}"


@dataclass(frozen=True, slots=True)
class Hop:
    """One step that a packet takes. `passes` is None where that is not known; `needs` what would have to change."""

    kind: str
    subject: str
    passes: bool | None
    says: str
    needs: str = ""


class Explainer:
    """Explains ways through one fabric."""

    def __init__(self, fabric: Fabric, steps: Steps) -> None:
        """Explain what `steps` works out."""
        self._fabric, self._steps = fabric, steps

    def hops(self, way: Iterable[Step], packet: Packet) -> tuple[Hop, ...]:
        """Return each step of a way, for one packet; after a NAT gateway it comes from that gateway's address."""
        return tuple(hop for step in way for hop in self._hops(step, packet))

    def _hops(self, step: Step, packet: Packet) -> Iterator[Hop]:
        if not isinstance(step, Translated):
            yield self.hop(step, packet)
            return
        start = next((s.about[0] for s in step.steps if isinstance(s, Filter) and s.kind is Kind.SENDER), None)
        own = an_address(start) if isinstance(start, Addresses) else None
        fits = packet.protocol in ("tcp", "udp", "icmp")
        says = f"it sends on from its own address {own}" if fits else "it passes on TCP, UDP and ICMP only"
        yield Hop(step.kind, step.subject, fits, says)
        yield from self.hops(step.steps, replace(packet, sender=own or packet.sender))

    def hop(self, step: Fixed | Filter, packet: Packet) -> Hop:
        """Return one step for a packet."""
        if isinstance(step, Fixed):
            passes = {Passes.YES: True, Passes.NO: False, Passes.UNKNOWN: None}[step.passes]
            return Hop(step.kind, step.subject, passes, step.says, step.needs)
        held, here = self._steps.passes(step), cidr(packet.sender)
        if holds(held.least, here, packet.protocol, packet.port):
            passes = True
        else:
            passes = None if holds(held.most, here, packet.protocol, packet.port) else False
        if passes is None:
            return Hop(step.kind, step.subject, None, "; ".join(held.gaps) or "not known")
        says, needs = self._said(step, packet, passes)
        return Hop(step.kind, step.subject, passes, says, "" if passes else needs)

    def _said(self, step: Filter, packet: Packet, passes: bool) -> tuple[str, str]:
        match step.kind, step.about:
            case Kind.SENDER, _:
                return f"from {packet.sender}", "another sender"
            case Kind.ADMITS, _:
                says = f"it lets {packet.sender} in" if passes else f"{packet.sender} is not among those it lets in"
                return says, f"{packet.sender} let in at {step.subject}"
            case Kind.LISTENER, (*_,):
                pairs = zip(step.about[::2], step.about[1::2], strict=True)
                listens = ", ".join(f"{protocol} {port}" for protocol, port in pairs)
                return f"it answers on {listens}{'' if passes else ' only'}", f"something that answers on {packet.what}"
            case Kind.GROUPS_IN, (frozenset() as honoured,):
                return self._by_rule(step.subject, packet, cidr(packet.sender), honoured, passes, outgoing=False)
            case Kind.GROUPS_OUT, (Addresses() as receiver, frozenset() as groups):
                return self._by_rule(step.subject, packet, receiver, groups, passes, outgoing=True)
            case Kind.ACL_IN, _:
                return self._by_entry(step.subject, packet, cidr(packet.sender), inbound=True)
            case Kind.ACL_OUT, (Addresses() as receiver,):
                return self._by_entry(step.subject, packet, receiver, inbound=False)
            case ((Kind.REPLY_OUT | Kind.REPLY_IN), _):
                inbound = step.kind is Kind.REPLY_IN
                says = f"answers {'come back' if inbound else 'go out'}" if passes else "it stops the answers"
                return says, f"an entry in {step.subject} for the answers (ports 1024-65535)"
            case Kind.ROUTE_BACK, (str() as target,):
                return self._by_route(step.subject, packet, target, passes)
            case _:
                return "", ""

    def _by_rule(
        self, subject: str, packet: Packet, at: Addresses, named: frozenset[str], passes: bool, *, outgoing: bool
    ) -> tuple[str, str]:
        other = packet.receiver if outgoing else packet.sender
        for id in subject.split(" "):
            group = self._fabric.groups.get(id)
            for rule in (group.egress if outgoing else group.ingress) if group else ():
                if passes and self._admits(rule, packet, at, named, id):
                    return f"{id} allows {rule}", ""
        way = "out to" if outgoing else "in from"
        needs = f"a rule in {' or '.join(subject.split(' '))} for {packet.what} {way} {other}"
        return f"no rule lets {packet.what} {way} {other}", needs

    def _admits(self, rule: AccessRule, packet: Packet, at: Addresses, named: frozenset[str], group: str) -> bool:
        if rule.protocol not in ("-1", packet.protocol) or not _on_port(rule, packet):
            return False
        if rule.source.kind == "group":
            return rule.source.name in named
        if rule.source.kind == "cidr":
            return bool(cidr(rule.source.name) & at)
        try:
            listed = self._fabric.addresses_of_list(self._fabric.group(group))(rule.source.name).value
        except NotKnown:
            return False
        return bool(listed & at)

    def _by_entry(self, id: str, packet: Packet, at: Addresses, *, inbound: bool) -> tuple[str, str]:
        other = packet.sender if inbound else packet.receiver
        acl = self._fabric.acls[id]
        entries = acl.inbound if inbound else acl.outbound
        entry = next((e for e in entries if _matches(e, packet, at)), None)
        way = "in from" if inbound else "out to"
        needs = f"an entry in {id} that lets {packet.what} {way} {other}"
        if entry is None or entry.number >= _LAST_ENTRY:
            return f"no entry of {id} lets {packet.what} {way} {other}", needs
        return f"entry {entry.number} of {id} {entry.action}s {packet.what} {way} {entry.cidr}", needs

    def _by_route(self, table: str, packet: Packet, target: str, passes: bool) -> tuple[str, str]:
        entries = self._fabric.compiled_by_id(table).to(cidr(packet.sender))
        if passes and entries:
            return f"answers go back by the route {entries[0].range} to {target}", ""
        where = f"answers would go to {entries[0].route.target}" if entries else "no route leads back to the sender"
        return f"{where}, not to {target}" if entries else where, f"a route to {target} in {table}"


def _on_port(rule: AccessRule, packet: Packet) -> bool:
    if rule.protocol == "-1" or rule.protocol not in ("tcp", "udp", "icmp", "icmpv6") or rule.first < 0:
        return True
    if rule.protocol in ("tcp", "udp"):
        return rule.first <= packet.port <= rule.last
    return packet.port // 256 == rule.first and rule.last in (-1, packet.port % 256)


def _matches(entry: AclEntry, packet: Packet, at: Addresses) -> bool:
    protocol, first, last, addresses, _ = as_rule(entry)
    return protocol in ("-1", packet.protocol) and first <= packet.port <= last and bool(addresses & at)


_LAST_ENTRY = 32767
"""From this number on it is AWS's own last entry, which denies the rest."""


_EXAMPLES = ("198.51.100.7", "203.0.113.7", "2001:db8::7")


def an_address(addresses: Addresses) -> str | None:
    """Return an address of a set, of those for examples if it has them, else of its widest stretch. None for none."""
    for example in _EXAMPLES:
        if cidr(example) & addresses:
            return example
    for spans, make in ((addresses.v4, ipaddress.IPv4Address), (addresses.v6, ipaddress.IPv6Address)):
        if spans:
            first, last = max(spans, key=lambda span: span[1] - span[0])
            return str(make(min(first + 1, last) if last - first > 1 else first))
    return None
