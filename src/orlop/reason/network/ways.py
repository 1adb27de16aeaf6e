"""The ways that packets can take to a place: over the internet gateway, within a network, over peerings and gateways.

A way is the list of its steps, there and back: an answer that cannot return is no connection. What passes all steps of
some way arrives (`steps`).

Sources: https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Internet_Gateway.html,
https://docs.aws.amazon.com/vpc/latest/peering/invalid-peering-configurations.html (no transit),
https://docs.aws.amazon.com/vpc/latest/userguide/vpc-nat-gateway.html (on private ways from its private address),
https://docs.aws.amazon.com/vpc/latest/tgw/tgw-nacls.html,
https://docs.aws.amazon.com/vpc/latest/userguide/security-vpc-bpa.html
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from orlop.estate.aws.transit import TransitAttachment
from orlop.estate.aws.vpc import NatGateway, Subnet
from orlop.estate.fact import Cause, NotKnown
from orlop.reason.addresses import EVERYTHING, NONE, OUTSIDE, Addresses, cidrs
from orlop.reason.network.ends import Ends
from orlop.reason.network.fabric import Fabric
from orlop.reason.network.hubs import LINES, Hubs
from orlop.reason.network.passages import Passage
from orlop.reason.network.places import Edge, Place
from orlop.reason.network.routes import Entry
from orlop.reason.network.steps import Filter, Fixed, Kind, Passes, Step, Translated, is_shut
from orlop.reason.network.walk import MOST_HOPS, Trip, Walk
from orlop.reason.network.way import Way, no, unread, yes

MOST_NATS = 2
"""Through how many NAT gateways, one after another, a packet is followed."""


class Ways:
    """Finds ways through a fabric."""

    def __init__(self, fabric: Fabric) -> None:
        """Work on a fabric."""
        self._fabric = fabric
        self.hubs = Hubs(fabric)
        self._ends = Ends(fabric)
        self._walk = Walk(fabric, self._ends, self.hubs)

    def from_internet(self, place: Place, senders: Addresses = OUTSIDE) -> Iterator[Way]:
        """Yield the ways from addresses of the internet to a place; shut ones too, to say what stops them.

        1. The place takes connections, and has a public address of the sender's kind.
        2. No block of public access lies over its network, and a gateway to the internet is attached.
        3. The network ACL and the security groups let the sender in.
        4. The answers go back through the gateway, and the network ACL lets them out.
        """
        if place.edge:
            yield self._at_edge(place, place.edge, senders)
            return
        subnet = place.subnet
        kinds = Addresses(EVERYTHING.v4 if place.public.v4 else (), EVERYTHING.v6 if place.public.v6 else ())
        first = (Filter(Kind.SENDER, "internet", (senders & kinds if place.public else senders,)),)
        here = Way((*first, *self._ends.state(place), self._public_address(place)), "internet gateway")  # 1
        here = here.then(*self._block(subnet))  # 2
        try:
            gateway = self._fabric.gateway(subnet)
        except NotKnown as gap:
            gateway = None
            if not (guessed := self._gateway_by_route(subnet)):
                yield here.then(unread(Kind.GATEWAY, subnet.vpc, gap), *self._ends.into(place, frozenset()))
                return
        else:
            guessed = gateway.gateway_id if gateway else ""
        if not guessed:
            needs = "an internet gateway attached to the network"
            stop = no(Kind.GATEWAY, subnet.vpc, f"no internet gateway is attached to {subnet.vpc}", needs)
            yield here.then(stop, *self._ends.into(place, frozenset()))
            return
        here = here.then(yes(Kind.GATEWAY, guessed, f"{guessed} is attached to {subnet.vpc}"))
        for inward in self._from_edge(guessed, place):
            for back in self._answers_out(subnet, guessed, MOST_HOPS):
                way = here.joined(inward).then(*self._ends.into(place, frozenset())).joined(back)  # 3, 4
                yield replace(way, steps=_to_one_port(way.steps, place.addresses))

    def _at_edge(self, place: Place, edge: Edge, senders: Addresses) -> Way:
        """Return the way to a public endpoint: nothing lies between."""
        ports = tuple(each for pair in place.listens for each in pair)
        steps = (
            Filter(Kind.SENDER, "internet", (senders,)),
            yes(Kind.EDGE, place.id, "it is open to the internet by itself, whatever networks say"),
            *((Filter(Kind.ADMITS, place.id, (edge.admits,)),) if edge.admits != OUTSIDE else ()),
            *((Filter(Kind.LISTENER, place.id, ports),) if ports else ()),
        )
        return Way(steps, "public endpoint", edge.guards)

    @staticmethod
    def _over_the_internet(place: Place, senders: Addresses) -> Way:
        """Return the way to a public endpoint from within: it would lead over the internet."""
        says = "the way there leads over the internet, which is not worked out from here"
        return Way((Filter(Kind.SENDER, "", (senders,)), Fixed(Kind.EDGE, place.id, Passes.UNKNOWN, says)), "internet")

    def _gateway_by_route(self, subnet: Subnet) -> str:
        """Return the internet gateway to which a route leads: an active route says that it is attached."""
        try:
            table = self._fabric.table(subnet)
        except NotKnown:
            return ""
        active = (r.target for r in table.routes if r.target.startswith("igw-") and r.state == "active")
        return next(active, "")

    def from_premises(self, place: Place, senders: Addresses) -> Iterator[Way]:
        """Yield the ways from one's own premises, over private lines, to a place."""
        if place.edge:
            yield self._over_the_internet(place, senders)
            return
        first = Way((Filter(Kind.SENDER, "own premises", (senders,)), *self._ends.state(place)), "private line")
        subnet = place.subnet
        try:
            entries = self._fabric.compiled(self._fabric.table(subnet)).to(senders)
        except NotKnown as gap:
            yield first.then(unread(Kind.ROUTE_BACK, subnet.subnet_id, gap), *self._ends.into(place, frozenset()))
            return
        lines = {e.route.target: e for e in entries if e.route.target.startswith(("vgw-", "tgw-"))}
        for target, entry in lines.items():
            yield from self._over_line(first, place, target, entry, senders)
        if not lines:
            needs = "a route to a VPN gateway or transit gateway for the sender's addresses"
            stop = no(Kind.ROUTE_BACK, subnet.subnet_id, "no route leads back to the sender's premises", needs)
            yield first.then(stop, *self._ends.into(place, frozenset()))

    def _over_line(self, first: Way, place: Place, target: str, entry: Entry, senders: Addresses) -> Iterator[Way]:
        into = self._ends.into(place, frozenset())
        if target.startswith("vgw-"):
            joined = first.then(*self._vpn(target, place.subnet))
            for inward in self._from_edge(target, place):
                for back in self._answers_out(place.subnet, target, MOST_HOPS):
                    yield joined.joined(inward).then(*into).joined(back)
            return
        table = self._fabric.table(place.subnet).table_id
        back = (Filter(Kind.ROUTE_BACK, table, (target,)), *self._ends.acl(Kind.REPLY_OUT, place.subnet))
        hubs = self.hubs.joined(target)
        lines = [a for a in self._fabric.attachments.values() if a.gateway in hubs and a.type in LINES]
        for line in lines:
            says = f"{line.attachment_id} is joined to {line.gateway}"
            here = first.then(yes(Kind.PRIVATE_LINE, line.attachment_id, says))
            for steps in self._hubs_both_ways(line, target, place, senders):
                yield here.then(*steps, *into, *back)
        if not lines:
            yield first.then(self._no_line(target, place.subnet), *into, *back)

    def _hubs_both_ways(
        self, line: TransitAttachment, gateway: str, place: Place, senders: Addresses
    ) -> Iterator[tuple[Step, ...]]:
        """Yield the steps over transit gateways from a private line to a place, and those of the answers."""
        for there in self.hubs.crossings(line, place.addresses, place.vpc):
            for own in self._fabric.attached(gateway, place.vpc):
                for back in self.hubs.crossings(own, senders, line.resource):
                    outs = {crossing.out.resource for crossing in (there, back) if crossing.out}
                    middle = (
                        Fixed(Kind.TRANSIT, vpc, Passes.UNKNOWN, f"what {vpc} does with it is not worked out")
                        for vpc in sorted(outs - {place.vpc, line.resource})
                    )
                    yield (*there.steps, *back.steps, *middle)

    def _no_line(self, target: str, subnet: Subnet) -> Fixed:
        try:
            self._fabric.estate.beside(TransitAttachment, subnet)
        except NotKnown as gap:
            return unread(Kind.PRIVATE_LINE, target, gap)
        return no(Kind.PRIVATE_LINE, target, f"no VPN or private line is joined to {target}")

    def _vpn(self, gateway: str, subnet: Subnet) -> Iterator[Fixed]:
        try:
            found = self._fabric.vpn_gateway(gateway, subnet)
        except NotKnown as gap:
            yield unread(Kind.PRIVATE_LINE, gateway, gap)
            return
        if found is None or subnet.vpc not in found.vpcs:
            yield no(Kind.PRIVATE_LINE, gateway, f"{gateway} is not attached to {subnet.vpc}")
        else:
            yield yes(Kind.PRIVATE_LINE, gateway, f"{gateway} joins {subnet.vpc} to your own premises")

    def between(self, sender: Place, receiver: Place) -> Iterator[Way]:
        """Yield the ways from one place to another by private addresses; shut ones too.

        1. The sender's security groups and network let the packet out; routes lead to the receiver.
        2. The receiver's network and security groups let it in.
        3. The answers find their way back.

        IPv4 and IPv6 are ways of their own.
        """
        if receiver.edge and not sender.edge:
            yield self._over_the_internet(receiver, sender.addresses)
        for one, other in _by_family(sender, receiver):
            yield from self._between(one, other)

    def _between(self, sender: Place, receiver: Place, nats: int = MOST_NATS) -> Iterator[Way]:
        first: tuple[Step, ...] = (Filter(Kind.SENDER, sender.id, (sender.addresses,)), *self._ends.state(receiver))
        crossing = sender.subnet.subnet_id != receiver.subnet.subnet_id
        trip = Trip(receiver.subnet, receiver.addresses, sender.vpc, answers=False)
        home = Trip(sender.subnet, sender.addresses, receiver.vpc, answers=True)
        for out in self._walk.walk(sender.subnet, trip, MOST_HOPS):
            start = [*first, *self._ends.out_of(sender, receiver, counts=out.groups_count_out), *out.steps]
            if out.nat:
                yield from self._translated(Way(tuple(start), out.by, out.assumes), out.nat, sender, receiver, nats)
                continue
            for back in self._walk.walk(receiver.subnet, home, MOST_HOPS):
                named = frozenset(sender.groups) if out.groups_count else frozenset[str]()
                steps = [*start, *self._ends.into(receiver, named, crossing=crossing and out.enters), *back.steps]
                if crossing and back.enters:
                    steps += self._ends.acl(Kind.REPLY_IN, sender.subnet)
                assumes = tuple(dict.fromkeys((*out.assumes, *back.assumes)))
                yield Way(_to_one_port(steps, receiver.addresses), out.by, assumes, out.groups_count)

    def may_lead(self, here: Subnet, to: Subnet, theirs: Addresses, *, answers: bool) -> bool:
        """Whether routes may lead from one subnet to any of some addresses in another, filters left aside."""
        ways = self._walk.walk(here, Trip(to, theirs, here.vpc, answers=answers), MOST_HOPS)
        return any(not any(is_shut(step) for step in way.steps) for way in ways)

    def leaving(self, sender: Place, receiver: Place) -> tuple[Step, ...]:
        """Return the steps by which all goes out that is sent to another subnet: groups, then the network ACL."""
        out = self._ends.out_of(sender, receiver, counts=True)
        return (*out, *self._ends.acl(Kind.ACL_OUT, sender.subnet, receiver.addresses))

    def entering(self, place: Place, sender: frozenset[str]) -> tuple[Step, ...]:
        """Return the steps by which all comes in from another subnet, of a sender who wears some groups."""
        return self._ends.into(place, sender)

    def named(self, groups: tuple[str, ...], *, outgoing: bool = False) -> frozenset[str]:
        """Return the groups that rules of some groups name as senders (or receivers)."""
        return self._ends.named(groups, outgoing=outgoing)

    def _translated(self, start: Way, id: str, sender: Place, receiver: Place, nats: int) -> Iterator[Way]:
        """Yield how packets go on from a NAT gateway, by its own address, and the answers back from it."""
        try:
            nat = self._nat_place(id)
        except NotKnown:
            yield replace(start, by="NAT gateway")  # its step says that it was not read
            return
        home = Trip(sender.subnet, sender.addresses, nat.vpc, answers=True)
        for on in self._between(nat, receiver, nats - 1) if nats else ():
            for back in self._walk.walk(nat.subnet, home, MOST_HOPS):
                reply = _to_one_port(self._ends.acl(Kind.REPLY_IN, sender.subnet), receiver.addresses)
                crossing = nat.subnet.subnet_id != sender.subnet.subnet_id
                steps = (*start.steps, Translated(Kind.NAT, id, on.steps), *back.steps, *(reply if crossing else ()))
                assumes = (*start.assumes, *on.assumes, *back.assumes)
                yield Way(steps, "NAT gateway", tuple(dict.fromkeys(assumes)), False)

    def _nat_place(self, id: str) -> Place:
        """Return where a NAT gateway stands, as a sender. Raises: NotKnown, where it or its subnet was not read."""
        nat = self._fabric.estate.get(NatGateway, self._fabric.nats[id].id if id in self._fabric.nats else id)
        return Place(
            id=nat.gateway_id,
            of=nat,
            vpc=nat.vpc,
            subnet=self._fabric.subnet(nat.subnet, nat),
            groups=(),
            addresses=cidrs(a.private for a in nat.addresses if a.private),
            public=NONE,
            unfiltered=True,
        )

    def with_clients_address(self, node: Place, receiver: Place, clients: Addresses) -> Iterator[Way]:
        """Yield the ways from a load balancer that leaves the client's address on what it passes on.

        The receiver's network ACL and security groups see the client; a rule for the load balancer's group means him,
        too. Answers go back by the load balancer, whatever the routes.
        """
        crossing = node.subnet.subnet_id != receiver.subnet.subnet_id
        start: tuple[Step, ...] = (Filter(Kind.SENDER, node.id, (clients,)), *self._ends.state(receiver))
        trip = Trip(receiver.subnet, receiver.addresses, node.vpc, answers=False)
        for out in self._walk.walk(node.subnet, trip, MOST_HOPS):
            if out.nat:
                continue
            steps = [*start, *self._ends.out_of(node, receiver, counts=True), *out.steps]
            steps += self._ends.into(receiver, frozenset(node.groups), crossing=crossing and out.enters)
            if crossing:
                steps += self._ends.acl(Kind.REPLY_OUT, receiver.subnet)
            yield Way(tuple(steps), "load balancer", out.assumes, True)

    def over_link(self, passage: Passage, balancer: Place, senders: Addresses) -> Way:
        """Return the way from a private endpoint to the load balancer behind it: no network lies between them.

        The load balancer's security groups are asked only where they see the client's address.
        """
        endpoint, says = passage.address, f"{passage.address} leads to {passage.via}"
        stop = no(Kind.ENDPOINT, endpoint, passage.shut, passage.needs) if passage.shut else None
        start = (Filter(Kind.SENDER, endpoint, (senders,)), stop or yes(Kind.ENDPOINT, endpoint, says))
        into = self._ends.into(balancer, frozenset(), crossing=False)
        if not passage.keeps_client:
            says = "its security groups are not asked for what comes by a private endpoint"
            into = (*into[:-1], yes(Kind.GROUPS_IN, balancer.id, says))
        return Way((*start, *self._ends.state(balancer), *into), str(passage.by), (), False)

    def _public_address(self, place: Place) -> Fixed:
        if place.public:
            return yes(Kind.PUBLIC_ADDRESS, place.id, f"{place.id} has a public address")
        needs = "a public IP address"
        return no(Kind.PUBLIC_ADDRESS, place.id, f"{place.id} has no public address", needs)

    def _block(self, subnet: Subnet) -> Iterator[Fixed]:
        """Yield whether VPC block public access stands in the way. Where nobody asked AWS, it is taken to be off."""
        try:
            mode = self._fabric.settings(subnet).block_public_access.value.mode
        except NotKnown as gap:
            if gap.unread.cause not in (Cause.NOT_LOOKED_AT, Cause.UNSUPPORTED):
                yield unread(Kind.BLOCK, subnet.vpc, gap)
            return
        if mode in ("off", ""):
            return
        try:
            spared = any(e.mode == "allow-bidirectional" for e in self._fabric.excluded(subnet))
        except NotKnown as gap:
            yield unread(Kind.BLOCK, subnet.vpc, gap)
            return
        if not spared:
            says = f"VPC block public access is on ({mode}) in {subnet.region}"
            yield no(Kind.BLOCK, subnet.vpc, says, "the block switched off, or an exclusion for this network")

    def _from_edge(self, gateway: str, place: Place) -> Iterator[Way]:
        """Yield how what comes in at a gateway gets to a place: at once, or through an appliance."""
        inward = Way((), "internet gateway")
        try:
            table = self._fabric.edge_table(gateway, place.subnet)
        except NotKnown:
            table = None  # these tables were not read; the step of the subnet's own table says so
        if table is None:
            yield inward
            return
        entries = self._fabric.compiled(table).to(place.addresses)
        if not entries:
            yield inward.then(no(Kind.ROUTE, table.table_id, "no route leads there from the gateway", "a local route"))
        for entry in entries:
            target = entry.route.target
            if target == "local" or target.startswith("igw-"):
                yield inward
            else:
                yield inward.joined(self._walk.appliance(entry.route, place.addresses, answers=False))

    def _answers_out(self, subnet: Subnet, gateway: str, hops: int) -> Iterator[Way]:
        """Yield how answers get from a subnet to a gateway: by a route to it, or through an appliance first."""
        try:
            table = self._fabric.table(subnet)
            compiled = self._fabric.compiled(table)
        except NotKnown as gap:
            yield Way((unread(Kind.ROUTE_BACK, subnet.subnet_id, gap),), "").then(
                *self._ends.acl(Kind.REPLY_OUT, subnet)
            )
            return
        acl = self._ends.acl(Kind.REPLY_OUT, subnet)
        through = {
            e.route.target: (e.route, subnet_of)
            for e in compiled.entries
            if e.route.kind in _APPLIANCES and e.route.target.startswith(("eni-", "i-", "vpce-")) and hops
            if (subnet_of := self._walk.subnet_of(e.route.target)) and subnet_of.subnet_id != subnet.subnet_id
        }
        if compiled.towards(gateway) or not through or compiled.uncertain:
            yield Way((Filter(Kind.ROUTE_BACK, table.table_id, (gateway,)), *acl), "")
        for target, (route, next_subnet) in through.items():
            first = Way((Filter(Kind.ROUTE_BACK, table.table_id, (target,)), *acl), "")
            passed = first.joined(self._walk.appliance(route, EVERYTHING, answers=True))
            for rest in self._answers_out(next_subnet, gateway, hops - 1):
                yield passed.joined(rest)


def _to_one_port(steps: Iterable[Step], receiver: Addresses) -> tuple[Step, ...]:
    """Return steps whose network ACLs for the answers all mean the same port of the sender's."""
    out: list[Step] = []
    asked: dict[Kind, list[str]] = {Kind.REPLY_OUT: [], Kind.REPLY_IN: []}
    for step in steps:
        if isinstance(step, Filter) and step.kind in asked:
            before = [frozenset(ids) for ids in asked.values()]
            asked[step.kind].append(step.subject)
            step = (
                Filter(step.kind, step.subject, (receiver, *before))
                if any(before) or step.kind is Kind.REPLY_IN
                else step
            )
        out.append(step)
    return tuple(out)


def _by_family(one: Place, other: Place) -> Iterator[tuple[Place, Place]]:
    """Yield two places seen at their IPv4 addresses, and at their IPv6 addresses, as far as both have some."""
    if one.addresses.v4 and other.addresses.v4:
        yield _seen_at(one, Addresses(v4=one.addresses.v4)), _seen_at(other, Addresses(v4=other.addresses.v4))
    if one.addresses.v6 and other.addresses.v6:
        yield _seen_at(one, Addresses(v6=one.addresses.v6)), _seen_at(other, Addresses(v6=other.addresses.v6))


def _seen_at(place: Place, addresses: Addresses) -> Place:
    return place if place.addresses == addresses else replace(place, addresses=addresses)


_APPLIANCES = ("NetworkInterfaceId", "InstanceId", "GatewayId", "VpcEndpointId", "")
