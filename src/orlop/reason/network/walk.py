"""How packets get from one subnet to another: by routes, over peerings and transit gateways, through appliances.

Sources: https://docs.aws.amazon.com/vpc/latest/peering/invalid-peering-configurations.html (no transit),
https://docs.aws.amazon.com/vpc/latest/userguide/vpc-nat-gateway.html (on private ways from its private address),
https://docs.aws.amazon.com/vpc/latest/tgw/tgw-nacls.html
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from orlop.estate.aws.transit import TransitAttachment
from orlop.estate.aws.vpc import NetworkInterface, Route, Subnet
from orlop.estate.fact import NotKnown
from orlop.reason.addresses import Addresses
from orlop.reason.network.ends import Ends
from orlop.reason.network.fabric import Fabric
from orlop.reason.network.hubs import Hubs
from orlop.reason.network.places import of_interface
from orlop.reason.network.routes import Entry
from orlop.reason.network.steps import Filter, Fixed, Kind, Passes, Step
from orlop.reason.network.way import Way, no, unread, yes

MOST_HOPS = 8
"""How many networks and appliances a packet is followed through."""


@dataclass(frozen=True, slots=True)
class Trip:
    """Where packets go: to some addresses in a subnet. `answers`: they answer a connection, so network ACLs are asked
    for the answers' ports. `origin` is the network where they come from.
    """

    goal: Subnet
    to: Addresses
    origin: str
    answers: bool

    @property
    def kind(self) -> Kind:
        """What a route is called on it."""
        return Kind.ROUTE_BACK if self.answers else Kind.ROUTE


class Walk:
    """Walks through a fabric."""

    def __init__(self, fabric: Fabric, ends: Ends, hubs: Hubs) -> None:
        """Work on a fabric."""
        self._fabric, self._ends, self.hubs = fabric, ends, hubs

    def walk(self, here: Subnet, trip: Trip, hops: int) -> Iterator[Way]:
        """Yield how packets get from a subnet to the border of that where they go, or into a NAT gateway on the way."""
        goal, kind = trip.goal, trip.kind
        if here.subnet_id == goal.subnet_id:
            yield Way((), "local")
            return
        acl = self._ends.acl(Kind.REPLY_OUT, here) if trip.answers else self._ends.acl(Kind.ACL_OUT, here, trip.to)
        try:
            table = self._fabric.table(here)
            compiled = self._fabric.compiled(table)
        except NotKnown as gap:
            if here.vpc == goal.vpc:
                yield Way(acl, "local")  # within a network there is always a way
            else:
                yield Way((*acl, unread(kind, here.subnet_id, gap)), "unknown")
            return
        entries = [e for e in compiled.to(trip.to) if e.route.state != "blackhole"]
        if here.vpc == goal.vpc and all(e.route.target == "local" for e in entries):
            yield Way((*acl, yes(kind, table.table_id, "both are in one network")), "local")
            return
        if not entries:
            dead = compiled.to(trip.to)
            says = "its route leads nowhere (blackhole)" if dead else "no route leads there"
            needs = f"a route to {goal.vpc} in {table.table_id}"
            yield Way((*acl, no(kind, table.table_id, says, needs)), "no route")
        for entry in entries:
            for further in self._along(entry, here, trip, hops):
                step = yes(kind, table.table_id, f"{entry.range} goes to {entry.route.target}")
                yield Way((*acl, step), "local").joined(further)

    def _along(self, entry: Entry, here: Subnet, trip: Trip, hops: int) -> Iterator[Way]:
        """Yield how packets go on from where a route sends them."""
        route, goal, kind = entry.route, trip.goal, trip.kind
        target = route.target
        if not hops:
            yield Way((no(kind, target, "the way is longer than we follow it"),), "no route")
        elif target == "local":
            ours = here.vpc == goal.vpc
            stop = no(kind, here.subnet_id, f"the address belongs to {here.vpc} here, which is another network")
            yield Way(() if ours else (stop,), "local")
        elif target.startswith("pcx-"):
            yield self._peering(target, here, trip)
        elif target.startswith("tgw-"):
            yield from self._transit(target, here, trip, hops)
        elif target.startswith("nat-"):
            yield self._into_nat(target, here, trip)
        elif target.startswith(("eni-", "i-", "vpce-")):
            next_subnet = self.subnet_of(target)
            passed = self.appliance(route, trip.to, answers=trip.answers)
            if next_subnet is None or next_subnet.subnet_id == here.subnet_id:
                yield passed
                return
            for rest in self.walk(next_subnet, trip, hops - 1):
                yield passed.joined(rest)
        elif target.startswith(("igw-", "eigw-", "vgw-")):
            says = f"{target} leads out of the network, not to {goal.vpc}"
            yield Way((no(kind, target, says, f"a route to {goal.vpc}"),), "no route")
        else:
            says = f"what {target} does with it is not worked out"
            yield Way((Fixed(kind, target, Passes.UNKNOWN, says),), "unknown")

    def _into_nat(self, id: str, here: Subnet, trip: Trip) -> Way:
        """Return how packets get into a NAT gateway, if it does more with them than to send them to the internet."""
        if trip.answers:
            return Way((no(Kind.NAT, id, f"{id} passes on no answers to what it did not ask"),), "NAT gateway")
        try:
            nat = self._fabric.nat(id, here)
            if nat is None or nat.state != "available":
                says = f"{id} is {nat.state if nat else 'gone'}"
                return Way((no(Kind.NAT, id, says, "a NAT gateway that works"),), "NAT gateway")
            subnet = self._fabric.subnet(nat.subnet, nat)
            routes = self._fabric.compiled(self._fabric.table(subnet)).to(trip.to)
        except NotKnown as gap:
            return Way((unread(Kind.NAT, id, gap),), "NAT gateway", nat=id)
        if all(e.route.target.startswith("igw-") for e in routes):
            says = f"{id} leads to the internet, not to {trip.goal.vpc}"
            return Way((no(Kind.NAT, id, says, f"a route to {trip.goal.vpc}"),), "no route")
        acl = self._ends.acl(Kind.ACL_IN, subnet) if subnet.subnet_id != here.subnet_id else ()
        return Way((*acl, yes(Kind.NAT, id, f"{id} takes it in")), "NAT gateway", (), False, nat=id)

    def _peering(self, id: str, here: Subnet, trip: Trip) -> Way:
        try:
            found = self._fabric.peering(id, here)
        except NotKnown as gap:
            return Way((unread(Kind.PEERING, id, gap),), "peering")
        if found is None:
            return Way((no(Kind.PEERING, id, f"{id} does not exist any more"),), "peering")
        ends = {found.requester.vpc, found.accepter.vpc}
        if found.state != "active":
            return Way((no(Kind.PEERING, id, f"{id} is {found.state}", "the peering made active"),), "peering")
        if ends != {here.vpc, trip.goal.vpc} or trip.origin != here.vpc:
            says = f"{id} joins {' and '.join(sorted(ends))}; what is beyond cannot be reached through it"
            return Way((no(Kind.PEERING, id, says),), "peering")
        same_region = found.requester.region == found.accepter.region
        return Way((yes(Kind.PEERING, id, f"{id} joins {here.vpc} and {trip.goal.vpc}"),), "peering", (), same_region)

    def _transit(self, id: str, here: Subnet, trip: Trip, hops: int) -> Iterator[Way]:
        """Yield how packets go over transit gateways, out at the network where they go or at one on the way."""
        ours = [a for a in self._fabric.attached(id, here.vpc) if a.state == "available"]
        if not ours:
            yield Way((self._not_attached(id, here.vpc, here),), "transit gateway")
        for one in ours:
            try:
                enters = self.hubs.doors(one).get(here.zone)
            except NotKnown as gap:
                yield Way((unread(Kind.TRANSIT, id, gap),), "transit gateway")
                continue
            if enters is None:
                yield Way((self._no_zone(id, here),), "transit gateway")
                continue
            first = self._ends.acl(Kind.REPLY_IN if trip.answers else Kind.ACL_IN, enters)
            for crossing in self.hubs.crossings(one, trip.to, trip.goal.vpc):
                over = Way((*first, *crossing.steps), "transit gateway")
                if crossing.out is None:
                    yield over
                    continue
                yield from self._out_at(crossing.out, one, over, here, trip, hops)

    def _out_at(
        self, out: TransitAttachment, one: TransitAttachment, over: Way, here: Subnet, trip: Trip, hops: int
    ) -> Iterator[Way]:
        """Yield how packets go on in the network where they leave a transit gateway: in the zone they come from, if it
        is attached there.

        Where the network ends in the very subnet of the attachment, its ACL is asked on the way in to the gateway, for
        both directions, and not at all on the way out of it.
        """
        arrived = out.resource == trip.goal.vpc
        try:
            exits = self.hubs.doors(out)
        except NotKnown as gap:
            yield over.then(unread(Kind.TRANSIT, out.gateway, gap))
            return
        leaves = exits.get(here.zone) or exits.get(trip.goal.zone) or next(iter(exits.values()), None)
        if leaves is None:
            yield over.then(self._no_zone(out.gateway, trip.goal))
            return
        crossed = replace(over, groups_count_out=False, enters=leaves.subnet_id != trip.goal.subnet_id)
        none = (Way((), "", groups_count=False),)
        for referred in none if trip.answers or not arrived else self.hubs.references(one, out):
            for rest in self.walk(leaves, trip, hops - 1):
                yield crossed.joined(referred).joined(rest)

    def _not_attached(self, gateway: str, vpc: str, near: Subnet) -> Fixed:
        try:
            self._fabric.estate.beside(TransitAttachment, near)
        except NotKnown as gap:
            return unread(Kind.TRANSIT, gateway, gap)
        return no(Kind.TRANSIT, gateway, f"{vpc} is not attached to {gateway}", f"{vpc} attached to {gateway}")

    @staticmethod
    def _no_zone(gateway: str, subnet: Subnet) -> Fixed:
        says = f"{gateway} is not attached in zone {subnet.zone} of {subnet.vpc}"
        return no(Kind.TRANSIT, gateway, says, f"an attachment in {subnet.zone}")

    def _handed_over(self, target: str) -> Fixed:
        """Return whether the endpoint of a gateway load balancer, or of a network firewall, takes packets."""
        endpoint = self._fabric.endpoints.get(target)
        if endpoint and endpoint.state not in ("available", ""):
            needs = "an endpoint that is available"
            return no(Kind.APPLIANCE, target, f"{target} is {endpoint.state}", needs)
        return yes(Kind.APPLIANCE, target, f"{target} hands it to an appliance")

    def subnet_of(self, target: str) -> Subnet | None:
        """Return the subnet of an interface, an instance or an endpoint that a route names; None where not read."""
        interface = self._interface_of(target)
        return self._fabric.subnets.get(interface.subnet) if interface else None

    def _interface_of(self, target: str) -> NetworkInterface | None:
        if target.startswith("eni-"):
            return self._fabric.interfaces.get(target)
        if target.startswith("i-"):
            return next((i for i in self._fabric.interfaces.values() if i.instance == target), None)
        endpoint = self._fabric.endpoints.get(target)
        ids = endpoint.interfaces if endpoint else ()
        return next((self._fabric.interfaces[id] for id in ids if id in self._fabric.interfaces), None)

    def appliance(self, route: Route, to: Addresses, *, answers: bool) -> Way:
        """Return how packets pass an interface that is no end of the way: it must forward, and let them in and out."""
        target = route.target
        assumes = f"{target} passes it on; what rules it has of its own is not known"
        if route.state == "blackhole":
            return Way((no(Kind.APPLIANCE, target, f"{target} is gone: the route leads nowhere"),), "appliance")
        if target.startswith("vpce-"):
            return Way((self._handed_over(target),), "appliance", (assumes,), False)
        interface = self._interface_of(target)
        if interface is None:
            says = f"{target} was not read in this inspection"
            return Way((Fixed(Kind.APPLIANCE, target, Passes.UNKNOWN, says),), "appliance", (), False)
        if not interface.forwards:
            says = f"{target} drops what is not for itself (source/destination check)"
            stop = no(Kind.APPLIANCE, target, says, "its source/destination check off")
            return Way((stop,), "appliance", (), False)
        try:
            place = of_interface(interface, self._fabric)
        except NotKnown as gap:
            return Way((unread(Kind.APPLIANCE, target, gap),), "appliance", (), False)
        steps: tuple[Step, ...] = tuple(self._ends.state(place))
        if not answers:
            steps += self._ends.into(place, frozenset())
            if place.groups:
                steps += (Filter(Kind.GROUPS_OUT, " ".join(place.groups), (to, frozenset[str]())),)
        return Way((*steps, yes(Kind.APPLIANCE, target, f"{target} passes it on")), "appliance", (assumes,), False)
