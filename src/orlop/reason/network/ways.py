"""The ways that packets can take to a place: over the internet gateway, within a network, over peerings and gateways.

A way is the list of its steps, there and back: an answer that cannot return is no connection. What passes all steps of
some way arrives (`steps`).

Sources: https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Internet_Gateway.html,
https://docs.aws.amazon.com/vpc/latest/peering/invalid-peering-configurations.html (no transit),
https://docs.aws.amazon.com/vpc/latest/tgw/how-transit-gateways-work.html (one table an attachment; zones),
https://docs.aws.amazon.com/vpc/latest/tgw/tgw-nacls.html,
https://docs.aws.amazon.com/vpc/latest/userguide/security-vpc-bpa.html
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from orlop.estate.aws.transit import TransitAttachment
from orlop.estate.aws.vpc import NetworkInterface, Route, Subnet
from orlop.estate.fact import Cause, NotKnown
from orlop.reason.addresses import EVERYTHING, OUTSIDE, Addresses
from orlop.reason.network.fabric import Fabric
from orlop.reason.network.passages import Passage
from orlop.reason.network.places import Place, of_interface
from orlop.reason.network.routes import Entry
from orlop.reason.network.steps import Filter, Fixed, Kind, Passes, Step

MOST_HOPS = 8
"""How many networks and appliances a packet is followed through."""


@dataclass(frozen=True, slots=True)
class Way:
    """One way: its steps in order. `by` says in a word how it comes in; `assumes` what is taken for granted.

    `groups_count`: whether rules that name the sender's security groups mean him on this way.
    """

    steps: tuple[Step, ...]
    by: str
    assumes: tuple[str, ...] = ()
    groups_count: bool = True

    def then(self, *steps: Step) -> "Way":
        """Return the way with more steps at its end."""
        return replace(self, steps=(*self.steps, *steps))

    def joined(self, further: "Way") -> "Way":
        """Return this way and then another one."""
        return Way(
            (*self.steps, *further.steps),
            further.by if self.by == "local" else self.by,
            (*self.assumes, *further.assumes),
            self.groups_count and further.groups_count,
        )


def yes(kind: Kind, subject: str, says: str) -> Fixed:
    """Return a step that is open."""
    return Fixed(kind, subject, Passes.YES, says)


def no(kind: Kind, subject: str, says: str, needs: str = "") -> Fixed:
    """Return a step that is shut; `needs` is what would have to change."""
    return Fixed(kind, subject, Passes.NO, says, needs)


def unread(kind: Kind, subject: str, gap: NotKnown) -> Fixed:
    """Return a step of which nothing is known."""
    return Fixed(kind, subject, Passes.UNKNOWN, f"{gap.source}: {gap.unread.why}")


class Ways:
    """Finds ways through a fabric."""

    def __init__(self, fabric: Fabric) -> None:
        """Work on a fabric."""
        self._fabric = fabric

    def from_internet(self, place: Place, senders: Addresses = OUTSIDE) -> Iterator[Way]:
        """Yield the ways from addresses of the internet to a place; shut ones too, to say what stops them.

        1. The place takes connections, and has a public address of the sender's kind.
        2. No block of public access lies over its network, and a gateway to the internet is attached.
        3. The network ACL and the security groups let the sender in.
        4. The answers go back through the gateway, and the network ACL lets them out.
        """
        subnet = place.subnet
        kinds = Addresses(EVERYTHING.v4 if place.public.v4 else (), EVERYTHING.v6 if place.public.v6 else ())
        first = (Filter(Kind.SENDER, "internet", (senders & kinds if place.public else senders,)),)
        here = Way((*first, *self._state(place), self._public_address(place)), "internet gateway")  # 1
        here = here.then(*self._block(subnet))  # 2
        try:
            gateway = self._fabric.gateway(subnet)
        except NotKnown as gap:
            gateway = None
            if not (guessed := self._gateway_by_route(subnet)):
                yield here.then(unread(Kind.GATEWAY, subnet.vpc, gap), *self._into(place, frozenset()))
                return
        else:
            guessed = gateway.gateway_id if gateway else ""
        if not guessed:
            needs = "an internet gateway attached to the network"
            stop = no(Kind.GATEWAY, subnet.vpc, f"no internet gateway is attached to {subnet.vpc}", needs)
            yield here.then(stop, *self._into(place, frozenset()))
            return
        here = here.then(yes(Kind.GATEWAY, guessed, f"{guessed} is attached to {subnet.vpc}"))
        for inward in self._from_edge(guessed, place):
            for back in self._answers_out(subnet, guessed, MOST_HOPS):
                yield here.joined(inward).then(*self._into(place, frozenset())).joined(back)  # 3, 4

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
        first = Way((Filter(Kind.SENDER, "own premises", (senders,)), *self._state(place)), "private line")
        subnet = place.subnet
        try:
            entries = self._fabric.compiled(self._fabric.table(subnet)).to(senders)
        except NotKnown as gap:
            yield first.then(unread(Kind.ROUTE_BACK, subnet.subnet_id, gap), *self._into(place, frozenset()))
            return
        lines = {e.route.target: e for e in entries if e.route.target.startswith(("vgw-", "tgw-"))}
        for target, entry in lines.items():
            yield from self._over_line(first, place, target, entry, senders)
        if not lines:
            needs = "a route to a VPN gateway or transit gateway for the sender's addresses"
            stop = no(Kind.ROUTE_BACK, subnet.subnet_id, "no route leads back to the sender's premises", needs)
            yield first.then(stop, *self._into(place, frozenset()))

    def _over_line(self, first: Way, place: Place, target: str, entry: Entry, senders: Addresses) -> Iterator[Way]:
        back = (
            Filter(Kind.ROUTE_BACK, self._fabric.table(place.subnet).table_id, (target,)),
            *self._acl(Kind.REPLY_OUT, place.subnet),
        )
        into = self._into(place, frozenset())
        if target.startswith("vgw-"):
            yield first.then(*self._vpn(target, place.subnet), *into, *back)
            return
        lines = [a for a in self._fabric.attachments.values() if a.gateway == target and a.type in _LINES]
        for line in lines:
            table = f"{line.attachment_id} is joined to {target}"
            steps = [yes(Kind.PRIVATE_LINE, line.attachment_id, table)]
            steps += self._transit_route(line, place.addresses, place.vpc)
            for own in self._fabric.attached(target, place.vpc):
                steps += self._transit_route(own, senders, line.resource)
            yield first.then(*steps, *into, *back)
        if not lines:
            yield first.then(self._no_line(target, place.subnet), *into, *back)

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
        for one, other in _by_family(sender, receiver):
            yield from self._between(one, other)

    def _between(self, sender: Place, receiver: Place) -> Iterator[Way]:
        start: tuple[Step, ...] = (Filter(Kind.SENDER, sender.id, (sender.addresses,)), *self._state(receiver))
        crossing = sender.subnet.subnet_id != receiver.subnet.subnet_id
        for out in self._walk(sender.subnet, receiver.subnet, receiver.addresses, answers=False, hops=MOST_HOPS):
            for back in self._walk(receiver.subnet, sender.subnet, sender.addresses, answers=True, hops=MOST_HOPS):
                counts = out.groups_count
                steps = [*start, *self._out_of(sender, receiver, counts=counts), *out.steps]
                steps += self._into(receiver, frozenset(sender.groups) if counts else frozenset(), crossing=crossing)
                steps += back.steps
                if crossing:
                    steps += self._acl(Kind.REPLY_IN, sender.subnet, receiver.addresses)
                yield Way(tuple(steps), out.by, tuple(dict.fromkeys((*out.assumes, *back.assumes))), counts)

    def with_clients_address(self, node: Place, receiver: Place, clients: Addresses) -> Iterator[Way]:
        """Yield the ways from a load balancer that leaves the client's address on what it passes on.

        The receiver's network ACL and security groups see the client; a rule for the load balancer's group means him,
        too. Answers go back by the load balancer, whatever the routes.
        """
        crossing = node.subnet.subnet_id != receiver.subnet.subnet_id
        start: tuple[Step, ...] = (Filter(Kind.SENDER, node.id, (clients,)), *self._state(receiver))
        for out in self._walk(node.subnet, receiver.subnet, receiver.addresses, answers=False, hops=MOST_HOPS):
            routes = tuple(step for step in out.steps if isinstance(step, Fixed))
            steps = [*start, *self._out_of(node, receiver, counts=True), *routes]
            steps += self._into(receiver, frozenset(node.groups), crossing=crossing)
            if crossing:
                steps += self._acl(Kind.REPLY_OUT, receiver.subnet)
            yield Way(tuple(steps), "load balancer", out.assumes, True)

    def over_link(self, passage: Passage, balancer: Place, senders: Addresses) -> Way:
        """Return the way from a private endpoint to the load balancer behind it: no network lies between them.

        The load balancer's security groups are asked only where they see the client's address.
        """
        endpoint, says = passage.address, f"{passage.address} leads to {passage.via}"
        stop = no(Kind.ENDPOINT, endpoint, passage.shut, passage.needs) if passage.shut else None
        start = (Filter(Kind.SENDER, endpoint, (senders,)), stop or yes(Kind.ENDPOINT, endpoint, says))
        into = self._into(balancer, frozenset(), crossing=False)
        if not passage.keeps_client:
            says = "its security groups are not asked for what comes by a private endpoint"
            into = (*into[:-1], yes(Kind.GROUPS_IN, balancer.id, says))
        return Way((*start, *self._state(balancer), *into), str(passage.by), (), False)

    def _state(self, place: Place) -> Iterator[Fixed]:
        """Yield whether a place is up and takes connections at all."""
        if place.deaf:
            yield no(Kind.STATE, place.id, place.deaf)
            return
        if not place.instance:
            return
        try:
            near = self._fabric.interfaces[place.id]
            instance = self._fabric.instance(place.instance, near)
        except NotKnown as gap:
            yield unread(Kind.STATE, place.instance, gap)
            return
        if instance is None:
            return  # of another account: it is up, or its interface would not be in use
        if instance.state != "running":
            yield no(Kind.STATE, place.instance, f"{place.instance} is {instance.state}", "the instance started")
        else:
            yield yes(Kind.STATE, place.instance, f"{place.instance} is running")

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

    def _into(self, place: Place, sender: frozenset[str], *, crossing: bool = True) -> tuple[Step, ...]:
        """Return the steps at the receiver's end: its network ACL if a border is crossed, then its security groups."""
        acl = self._acl(Kind.ACL_IN, place.subnet) if crossing else ()
        if place.listens:
            acl = (*acl, Filter(Kind.LISTENER, place.id, tuple(each for pair in place.listens for each in pair)))
        if place.unfiltered:
            return (*acl, yes(Kind.GROUPS_IN, place.id, "it has no security group, so nothing is kept out"))
        named = frozenset(sender & self._referred(place.groups))
        return (*acl, Filter(Kind.GROUPS_IN, " ".join(place.groups), (named,)))

    def _out_of(self, sender: Place, receiver: Place, *, counts: bool) -> Iterator[Step]:
        if sender.unfiltered or not sender.groups:
            return
        named = frozenset(receiver.groups) if counts else frozenset[str]()
        yield Filter(Kind.GROUPS_OUT, " ".join(sender.groups), (receiver.addresses, named))

    def _referred(self, groups: tuple[str, ...]) -> frozenset[str]:
        """Return the groups that rules of some groups name as senders."""
        found = (self._fabric.groups.get(id) for id in groups)
        return frozenset(r.source.name for group in found if group for r in group.ingress if r.source.kind == "group")

    def _acl(self, kind: Kind, subnet: Subnet, receiver: Addresses | None = None) -> tuple[Step, ...]:
        try:
            acl = self._fabric.acl(subnet)
        except NotKnown as gap:
            return (unread(kind, subnet.subnet_id, gap),)
        return (Filter(kind, acl.acl_id, () if receiver is None else (receiver,)),)

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
        for entry in self._fabric.compiled(table).to(place.addresses):
            target = entry.route.target
            if target == "local" or target.startswith("igw-"):
                yield inward
            else:
                yield inward.joined(self._appliance(entry.route, place.addresses, answers=False))

    def _answers_out(self, subnet: Subnet, gateway: str, hops: int) -> Iterator[Way]:
        """Yield how answers get from a subnet to a gateway: by a route to it, or through an appliance first."""
        try:
            table = self._fabric.table(subnet)
            compiled = self._fabric.compiled(table)
        except NotKnown as gap:
            yield Way((unread(Kind.ROUTE_BACK, subnet.subnet_id, gap),), "").then(*self._acl(Kind.REPLY_OUT, subnet))
            return
        acl = self._acl(Kind.REPLY_OUT, subnet)
        through = {
            e.route.target: e.route
            for e in compiled.entries
            if e.route.kind in _APPLIANCES and e.route.target.startswith(("eni-", "i-", "vpce-")) and hops
        }
        if compiled.towards(gateway) or not through or compiled.uncertain:
            yield Way((Filter(Kind.ROUTE_BACK, table.table_id, (gateway,)), *acl), "")
        for target, route in through.items():
            next_subnet = self._subnet_of(target)
            if next_subnet is None or next_subnet.subnet_id == subnet.subnet_id:
                continue
            first = Way((Filter(Kind.ROUTE_BACK, table.table_id, (target,)), *acl), "")
            passed = first.joined(self._appliance(route, EVERYTHING, answers=True))
            for rest in self._answers_out(next_subnet, gateway, hops - 1):
                yield passed.joined(rest)

    def _walk(self, here: Subnet, goal: Subnet, to: Addresses, *, answers: bool, hops: int) -> Iterator[Way]:
        """Yield how packets get from one subnet to some addresses in another, up to its border.

        `answers`: they answer a connection, so network ACLs are asked for the answers' ports.
        """
        if here.subnet_id == goal.subnet_id:
            yield Way((), "local")
            return
        acl = self._acl(Kind.REPLY_OUT, here) if answers else self._acl(Kind.ACL_OUT, here, to)
        kind = Kind.ROUTE_BACK if answers else Kind.ROUTE
        try:
            table = self._fabric.table(here)
            compiled = self._fabric.compiled(table)
        except NotKnown as gap:
            if here.vpc == goal.vpc:
                yield Way(acl, "local")  # within a network there is always a way
            else:
                yield Way((*acl, unread(kind, here.subnet_id, gap)), "unknown")
            return
        entries = [e for e in compiled.to(to) if e.route.state != "blackhole"]
        if here.vpc == goal.vpc and all(e.route.target == "local" for e in entries):
            yield Way((*acl, yes(kind, table.table_id, "both are in one network")), "local")
            return
        if not entries:
            dead = compiled.to(to)
            says = "its route leads nowhere (blackhole)" if dead else "no route leads there"
            needs = f"a route to {goal.vpc} in {table.table_id}"
            yield Way((*acl, no(kind, table.table_id, says, needs)), "no route")
        for entry in entries:
            for further in self._along(entry, here, goal, to, answers=answers, hops=hops):
                step = yes(kind, table.table_id, f"{entry.range} goes to {entry.route.target}")
                yield Way((*acl, step), "local").joined(further)

    def _along(
        self, entry: Entry, here: Subnet, goal: Subnet, to: Addresses, *, answers: bool, hops: int
    ) -> Iterator[Way]:
        """Yield how packets go on from where a route sends them."""
        route, kind = entry.route, Kind.ROUTE_BACK if answers else Kind.ROUTE
        target = route.target
        if not hops:
            yield Way((no(kind, target, "the way is longer than we follow it"),), "no route")
        elif target == "local":
            ours = here.vpc == goal.vpc
            stop = no(kind, here.subnet_id, f"the address belongs to {here.vpc} here, which is another network")
            yield Way(() if ours else (stop,), "local")
        elif target.startswith("pcx-"):
            yield self._peering(target, here, goal)
        elif target.startswith("tgw-"):
            yield from self._transit(target, here, goal, to, answers=answers, hops=hops)
        elif target.startswith(("eni-", "i-", "vpce-")):
            next_subnet = self._subnet_of(target)
            passed = self._appliance(route, to, answers=answers)
            if next_subnet is None or next_subnet.subnet_id == here.subnet_id:
                yield passed
                return
            for rest in self._walk(next_subnet, goal, to, answers=answers, hops=hops - 1):
                yield passed.joined(rest)
        elif target.startswith(("igw-", "eigw-", "vgw-")) or (target.startswith("nat-") and here.vpc != goal.vpc):
            says = f"{target} leads out of the network, not to {goal.vpc}"
            yield Way((no(kind, target, says, f"a route to {goal.vpc}"),), "no route")
        else:
            says = f"what {target} does with it is not worked out"
            yield Way((Fixed(kind, target, Passes.UNKNOWN, says),), "unknown")

    def _peering(self, id: str, here: Subnet, goal: Subnet) -> Way:
        try:
            found = self._fabric.peering(id, here)
        except NotKnown as gap:
            return Way((unread(Kind.PEERING, id, gap),), "peering")
        if found is None:
            return Way((no(Kind.PEERING, id, f"{id} does not exist any more"),), "peering")
        ends = {found.requester.vpc, found.accepter.vpc}
        if found.state != "active":
            return Way((no(Kind.PEERING, id, f"{id} is {found.state}", "the peering made active"),), "peering")
        if ends != {here.vpc, goal.vpc}:
            says = f"{id} joins {' and '.join(sorted(ends))}; what is beyond cannot be reached through it"
            return Way((no(Kind.PEERING, id, says),), "peering")
        same_region = found.requester.region == found.accepter.region
        return Way((yes(Kind.PEERING, id, f"{id} joins {here.vpc} and {goal.vpc}"),), "peering", (), same_region)

    def _transit(
        self, id: str, here: Subnet, goal: Subnet, to: Addresses, *, answers: bool, hops: int
    ) -> Iterator[Way]:
        """Yield how packets go through a transit gateway: in at one attachment, by its table, out at another."""
        missing: NotKnown | None = None
        try:
            self._fabric.estate.beside(TransitAttachment, here)
        except NotKnown as gap:
            missing = gap
        ours = [a for a in self._fabric.attached(id, here.vpc) if a.state == "available"]
        theirs = [a for a in self._fabric.attached(id, goal.vpc) if a.state == "available"]
        if not ours or not theirs:
            lacking = here.vpc if not ours else goal.vpc
            if missing:
                yield Way((unread(Kind.TRANSIT, id, missing),), "transit gateway")
            else:
                says = f"{lacking} is not attached to {id}"
                yield Way((no(Kind.TRANSIT, id, says, f"{lacking} attached to {id}"),), "transit gateway")
            return
        for one in ours:
            for other in theirs:
                yield from self._across(one, other, here, goal, to, answers=answers, hops=hops)

    def _across(
        self,
        one: TransitAttachment,
        other: TransitAttachment,
        here: Subnet,
        goal: Subnet,
        to: Addresses,
        *,
        answers: bool,
        hops: int,
    ) -> Iterator[Way]:
        steps: list[Step] = []
        try:
            enters = self._attached_in(one, here)
            leaves = self._attached_in(other, goal)
        except NotKnown as gap:
            yield Way((unread(Kind.TRANSIT, one.gateway, gap),), "transit gateway")
            return
        if enters is None or leaves is None:
            where = here if enters is None else goal
            says = f"{one.gateway} is not attached in zone {where.zone} of {where.vpc}"
            yield Way((no(Kind.TRANSIT, one.gateway, says, f"an attachment in {where.zone}"),), "transit gateway")
            return
        if enters.subnet_id != here.subnet_id:
            steps += self._acl(Kind.REPLY_IN, enters, to) if answers else self._acl(Kind.ACL_IN, enters)
        steps += self._transit_route(one, to, goal.vpc)
        counts = self._references(one, other)
        crossed = Way(tuple(steps), "transit gateway", (), counts)
        for rest in self._walk(leaves, goal, to, answers=answers, hops=hops - 1):
            yield crossed.joined(rest)

    def _attached_in(self, attachment: TransitAttachment, subnet: Subnet) -> Subnet | None:
        """Return the subnet in a zone by which a network is attached; None where it is not attached in that zone."""
        found = [self._fabric.subnet(id, attachment) for id in attachment.subnets.value]
        return next((each for each in found if each.zone == subnet.zone), None)

    def _references(self, one: TransitAttachment, other: TransitAttachment) -> bool:
        gateway = self._fabric.transit_gateways.get(one.gateway)
        try:
            return bool(
                gateway and gateway.group_references and one.group_references.value and other.group_references.value
            )
        except NotKnown:
            return False

    def _transit_route(self, attachment: TransitAttachment, to: Addresses, goal: str) -> Iterator[Fixed]:
        """Yield whether the table for what comes from an attachment leads to a network (or line)."""
        id = attachment.table or attachment.gateway
        try:
            table = self._fabric.transit_table(attachment)
            if table is None:
                yield no(Kind.TRANSIT, id, f"{attachment.attachment_id} has no route table", "one associated with it")
                return
            compiled = self._fabric.compiled_transit(table)
        except NotKnown as gap:
            yield unread(Kind.TRANSIT, id, gap)
            return
        entries = compiled.to(to)
        leads = [e for e in entries if e.route.state != "blackhole" and self._leads_to(e.route, goal)]
        if leads:
            yield yes(Kind.TRANSIT, table.table_id, f"{leads[0].range} goes to {goal}")
        elif compiled.unread:
            yield Fixed(Kind.TRANSIT, table.table_id, Passes.UNKNOWN, compiled.unread[0][1].why)
        elif entries and entries[0].route.state == "blackhole":
            yield no(
                Kind.TRANSIT, table.table_id, f"{entries[0].range} leads nowhere (blackhole)", "that route removed"
            )
        else:
            yield no(Kind.TRANSIT, table.table_id, f"no route leads to {goal}", f"a route to {goal}")

    def _leads_to(self, route: Route, goal: str) -> bool:
        attachment = self._fabric.attachments.get(route.target)
        return attachment is not None and attachment.resource == goal and attachment.state == "available"

    def _subnet_of(self, target: str) -> Subnet | None:
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

    def _appliance(self, route: Route, to: Addresses, *, answers: bool) -> Way:
        """Return how packets pass an interface that is no end of the way: it must forward, and let them in and out."""
        target = route.target
        assumes = f"{target} passes it on; what rules it has of its own is not known"
        if route.state == "blackhole":
            return Way((no(Kind.APPLIANCE, target, f"{target} is gone: the route leads nowhere"),), "appliance")
        if target.startswith("vpce-"):
            return Way(
                (yes(Kind.APPLIANCE, target, f"{target} hands it to an appliance"),), "appliance", (assumes,), False
            )
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
        steps: tuple[Step, ...] = tuple(self._state(place))
        if not answers:
            steps += self._into(place, frozenset())
            if place.groups:
                steps += (Filter(Kind.GROUPS_OUT, " ".join(place.groups), (to, frozenset[str]())),)
        return Way((*steps, yes(Kind.APPLIANCE, target, f"{target} passes it on")), "appliance", (assumes,), False)


def _by_family(one: Place, other: Place) -> Iterator[tuple[Place, Place]]:
    """Yield two places seen at their IPv4 addresses, and at their IPv6 addresses, as far as both have some."""
    if one.addresses.v4 and other.addresses.v4:
        yield _seen_at(one, Addresses(v4=one.addresses.v4)), _seen_at(other, Addresses(v4=other.addresses.v4))
    if one.addresses.v6 and other.addresses.v6:
        yield _seen_at(one, Addresses(v6=one.addresses.v6)), _seen_at(other, Addresses(v6=other.addresses.v6))


def _seen_at(place: Place, addresses: Addresses) -> Place:
    return place if place.addresses == addresses else replace(place, addresses=addresses)


_APPLIANCES = ("NetworkInterfaceId", "InstanceId", "GatewayId", "VpcEndpointId", "")
_LINES = ("vpn", "direct-connect-gateway", "connect", "client-vpn")
"""Types of attachments that lead to one's own premises."""
