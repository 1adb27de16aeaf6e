"""How packets cross transit gateways: in at one attachment, by the table that decides for it, out at another.

A peering with another transit gateway is an attachment, too: the other gateway's table for it decides how to go on.
Rules that name security groups of others count within one transit gateway only, where it and both attachments allow it.
What a table sends to a network on the way goes on by that network's own routes (an appliance in the middle).

Sources: https://docs.aws.amazon.com/vpc/latest/tgw/how-transit-gateways-work.html (one table an attachment; zones),
https://docs.aws.amazon.com/vpc/latest/tgw/tgw-peering.html (static routes in both tables),
https://docs.aws.amazon.com/vpc/latest/tgw/tgw-vpc-attachments.html (security group referencing)
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from orlop.estate.aws.transit import TransitAttachment, TransitGateway
from orlop.estate.aws.vpc import Subnet
from orlop.estate.fact import NotKnown
from orlop.reason.addresses import Addresses
from orlop.reason.network.fabric import Fabric
from orlop.reason.network.routes import Entry
from orlop.reason.network.steps import Fixed, Kind, Passes, Step
from orlop.reason.network.way import Way, no, unread, yes

MOST_HUBS = 4
"""Over how many transit gateways a packet is followed."""

LINES = ("vpn", "direct-connect-gateway", "connect", "client-vpn")
"""Types of attachments that lead to one's own premises."""


@dataclass(frozen=True, slots=True)
class Crossing:
    """The steps over one or more transit gateways, and the attachment where packets come out; None: they do not."""

    steps: tuple[Step, ...]
    out: TransitAttachment | None = None

    def behind(self, *steps: Step) -> "Crossing":
        """Return it with other steps before its own."""
        return replace(self, steps=(*steps, *self.steps))


class Hubs:
    """The transit gateways of a fabric."""

    def __init__(self, fabric: Fabric) -> None:
        """Work on a fabric."""
        self._fabric = fabric

    def crossings(
        self, start: TransitAttachment, to: Addresses, goal: str, hubs: int = MOST_HUBS
    ) -> Iterator[Crossing]:
        """Yield how what comes from an attachment goes on to some addresses of a network (or line); shut ways, too."""
        id = start.table or start.gateway
        try:
            table = self._fabric.transit_table(start)
            if table is None:
                says = f"{start.attachment_id} has no route table"
                yield Crossing((no(Kind.TRANSIT, id, says, "one associated with it"),))
                return
            compiled = self._fabric.compiled_transit(table)
        except NotKnown as gap:
            yield Crossing((unread(Kind.TRANSIT, id, gap),))
            return
        entries = compiled.to(to)
        live = [(e, out) for e in entries if (out := self._leads(start.gateway, e))]
        straight = [(e, out) for e, out in live if out.resource == goal]
        if straight:
            entry, out = straight[0]
            yield Crossing((yes(Kind.TRANSIT, table.table_id, f"{entry.range} goes to {goal}"),), out)
            return
        found = [each for e, out in live for each in self._further(table.table_id, e, out, to, goal, hubs)]
        found += [self._strange(table.table_id, e) for e in entries if self._is_strange(start.gateway, e)]
        if compiled.unread:
            found.append(Crossing((Fixed(Kind.TRANSIT, table.table_id, Passes.UNKNOWN, compiled.unread[0][1].why),)))
        yield from found or (Crossing((self._nowhere(table.table_id, entries, goal),)),)

    def _nowhere(self, table: str, entries: tuple[Entry, ...], goal: str) -> Fixed:
        if entries and entries[0].route.state == "blackhole":
            return no(Kind.TRANSIT, table, f"{entries[0].range} leads nowhere (blackhole)", "that route removed")
        return no(Kind.TRANSIT, table, f"no route leads to {goal}", f"a route to {goal}")

    def _is_strange(self, gateway: str, entry: Entry) -> bool:
        known = (gateway, entry.route.target) in self._fabric.attachments
        return entry.route.state != "blackhole" and bool(entry.route.target) and not known

    @staticmethod
    def _strange(table: str, entry: Entry) -> Crossing:
        says = f"{entry.range} goes to {entry.route.target}, which was not read in this inspection"
        return Crossing((Fixed(Kind.TRANSIT, table, Passes.UNKNOWN, says),))

    def _leads(self, gateway: str, entry: Entry) -> TransitAttachment | None:
        """Return the attachment to which a route leads; None where it drops."""
        found = self._fabric.attachments.get((gateway, entry.route.target))
        open = found is not None and found.state == "available" and entry.route.state != "blackhole"
        return found if open else None

    def _further(
        self, table: str, entry: Entry, out: TransitAttachment, to: Addresses, goal: str, hubs: int
    ) -> Iterator[Crossing]:
        step = yes(Kind.TRANSIT, table, f"{entry.range} goes to {out.resource}")
        if out.type == "vpc":
            yield Crossing((step,), out)
        elif out.type == "peering":
            for crossing in self._peer(out, to, goal, hubs):
                yield crossing.behind(step)

    def _peer(self, out: TransitAttachment, to: Addresses, goal: str, hubs: int) -> Iterator[Crossing]:
        """Yield how a packet goes on at the other transit gateway of a peering."""
        there = out.resource
        if not hubs:
            yield Crossing((no(Kind.TRANSIT, there, "the way is longer than we follow it"),))
            return
        ends = [
            a
            for a in self._fabric.attached(there, out.gateway)
            if a.type == "peering" and (out.twin in ("", a.attachment_id) or a.attachment_id == out.attachment_id)
        ]
        if not ends:
            yield Crossing((self._no_end(out),))
        for end in ends:
            if end.state != "available":
                yield Crossing((no(Kind.TRANSIT, end.attachment_id, f"{end.attachment_id} is {end.state}"),))
            else:
                yield from self.crossings(end, to, goal, hubs - 1)

    def _no_end(self, out: TransitAttachment) -> Fixed:
        gateway = self._fabric.transit_gateways.get(out.resource)
        if gateway is None:
            says = f"{out.resource}, with which {out.gateway} is peered, was not read in this inspection"
            return Fixed(Kind.TRANSIT, out.resource, Passes.UNKNOWN, says)
        try:
            self._fabric.estate.beside(TransitAttachment, gateway)
        except NotKnown as gap:
            return unread(Kind.TRANSIT, out.resource, gap)
        return no(Kind.TRANSIT, out.resource, f"{out.resource} has no peering with {out.gateway}")

    def joined(self, gateway: str) -> frozenset[str]:
        """Return a transit gateway and all that are peered with it, over others, too."""
        found, fresh = {gateway}, [gateway]
        while fresh:
            near = self._peers.get(fresh.pop(), frozenset()) - found
            fresh += near
            found |= near
        return frozenset(found)

    @cached_property
    def _peers(self) -> dict[str, frozenset[str]]:
        found: dict[str, set[str]] = {}
        for each in self._fabric.attachments.values():
            if each.type == "peering":
                found.setdefault(each.gateway, set()).add(each.resource)
                found.setdefault(each.resource, set()).add(each.gateway)
        return {gateway: frozenset(peers) for gateway, peers in found.items()}

    def doors(self, attachment: TransitAttachment) -> dict[str, Subnet]:
        """Return the subnets by which a network is attached, by zone. Raises: NotKnown."""
        found = [self._fabric.subnet(id, attachment) for id in attachment.subnets.value]
        return {each.zone: each for each in reversed(found)}

    def references(self, one: TransitAttachment, other: TransitAttachment) -> Iterator[Way]:
        """Yield a way on which rules may name groups, or one on which not; unread: both, the first one unsure."""
        off = Way((), "transit gateway", groups_count=False)
        if one.gateway != other.gateway:
            yield off
            return
        gateway = self._fabric.transit_gateways.get(one.gateway)
        try:
            if gateway is None:
                self._fabric.estate.beside(TransitGateway, one)
            on = gateway and gateway.group_references and one.group_references.value and other.group_references.value
            yield replace(off, groups_count=True) if on else off
        except NotKnown as gap:
            yield replace(off, steps=(unread(Kind.TRANSIT, one.gateway, gap),), groups_count=True)
            yield off
