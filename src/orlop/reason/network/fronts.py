"""What stands before others and passes on to them: load balancers, and private endpoints before these (`links`).

A load balancer makes a connection of its own to its targets, from its own address and with its own security groups;
unless it keeps the client's address (network load balancers may), so that the target's security groups must let the
client himself in.

Sources: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-target-groups.html,
https://docs.aws.amazon.com/elasticloadbalancing/latest/network/edit-target-group-attributes.html#client-ip-preservation,
https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-security-groups.html
"""

from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property

from orlop.estate.aws.cloudfront import Distribution
from orlop.estate.aws.elb import ClassicListener, ClassicLoadBalancer
from orlop.estate.aws.elbv2 import Listener, LoadBalancer, Target, TargetGroup
from orlop.estate.aws.vpc import NetworkInterface, VpcEndpoint
from orlop.estate.estate import Estate
from orlop.estate.fact import Cause, Fact, NotKnown
from orlop.reason.network.distributions import Distributions
from orlop.reason.network.fabric import Fabric
from orlop.reason.network.links import Links
from orlop.reason.network.managed import in_subnets
from orlop.reason.network.passages import By, Front, Passage
from orlop.reason.network.places import Place, of_interface


class Fronts:
    """The load balancers of an estate, found by what they pass on to."""

    def __init__(self, fabric: Fabric) -> None:
        """Index them."""
        self._fabric = fabric
        self._estate: Estate = fabric.estate
        self._links = Links(fabric, self._listens)
        self._distributions = Distributions(fabric)

    @cached_property
    def balancers(self) -> dict[str, LoadBalancer]:
        """All load balancers, by ARN; classic ones as application ones, which pass on alike."""
        classic = (_as_application(each) for each in self._estate.each(ClassicLoadBalancer))
        return {each.id: each for each in (*self._estate.each(LoadBalancer), *classic)}

    @cached_property
    def _groups(self) -> dict[str, TargetGroup]:
        return {each.id: each for each in self._estate.each(TargetGroup)}

    @cached_property
    def _passages(self) -> tuple[Passage, ...]:
        found = (p for listener in self._estate.each(Listener) for p in self._of(listener))
        return (*found, *(p for each in self._estate.each(ClassicLoadBalancer) for p in self._of_classic(each)))

    def _of_classic(self, classic: ClassicLoadBalancer) -> Iterator[Passage]:
        balancer = self.balancers[classic.id]
        for said in classic.listeners:
            listener, group = _listener(classic, said), _group(classic, said)
            for instance in classic.instances:
                target = Target(id=instance, port=said.instance_port, zone="", state="")
                yield from self._passage(balancer, listener, "tcp", group, target, "")

    @cached_property
    def _by_target(self) -> dict[str, tuple[Passage, ...]]:
        found: dict[str, list[Passage]] = {}
        for passage in self._passages:
            found.setdefault(passage.target, []).append(passage)
        return {id: tuple(passages) for id, passages in found.items()}

    @cached_property
    def target_ids(self) -> frozenset[str]:
        """The instances, addresses and load balancers that something is passed on to."""
        return frozenset(self._by_target) | self._distributions.target_ids

    def to(self, place: Place) -> Iterator[Passage]:
        """Yield the passages to a place: by its instance, its addresses, or its own ARN."""
        interface = self._fabric.interfaces.get(place.id)
        ids = {place.of.id}
        if interface:
            ids |= {a.private for a in interface.addresses} | set(interface.addresses_v6)
            if place.instance and self._is_first(interface):
                ids.add(place.instance)
        for id in sorted(ids):
            for passage in self._by_target.get(id, ()):
                if not passage.by_address or self._in_one_network(passage, place):
                    yield passage
        if isinstance(place.of, LoadBalancer):
            yield from self._links.to(place.of)
        yield from self._distributions.to(place)

    def _is_first(self, interface: NetworkInterface) -> bool:
        """Whether an interface is its instance's first, to which a load balancer sends."""
        own = self._fabric.of_instance.get(interface.instance, ())
        return not own or own[0] == interface.interface_id

    def _in_one_network(self, passage: Passage, place: Place) -> bool:
        """Whether an address means this place: the network of the load balancer has it, or no other place does."""
        return place.vpc == passage.network or (passage.network, passage.target) not in self._fabric.by_address

    def places(self, front: Front) -> tuple[Place, ...]:
        """Return where a front stands. Raises: NotKnown, where a subnet was not read."""
        if isinstance(front, VpcEndpoint):
            return self._links.places(front, self.balancers)
        if isinstance(front, Distribution):
            return self._distributions.places(front)
        return self._nodes(front)

    def _nodes(self, balancer: LoadBalancer) -> tuple[Place, ...]:
        """Return where a load balancer stands: its interfaces where they were read, else anywhere in its subnets.

        Raises: NotKnown, where a subnet was not read.
        """
        own = [of_interface(i, self._fabric) for i in self._interfaces.get(mark(balancer), ())]
        outside = balancer.scheme == "internet-facing"
        listens = self._listens(balancer)
        if own:
            return tuple(
                replace(
                    place,
                    id=balancer.id,
                    of=balancer,
                    groups=balancer.groups,
                    public=place.public if outside else type(place.public)(),
                    unfiltered=not balancer.groups,
                    deaf="",
                    listens=listens,
                )
                for place in own
            )
        return tuple(replace(place, listens=listens) for place in in_subnets(balancer, self._fabric))

    def links_unread(self, place: Place) -> tuple[str, ...]:
        """Return what could not be read, so that there may be private endpoints before a place that are not known."""
        before = (
            {place.of.id} if isinstance(place.of, LoadBalancer) else {passage.front.id for passage in self.to(place)}
        )
        return tuple(dict.fromkeys(self._links.unread(place, frozenset(before))))

    def is_node(self, interface: NetworkInterface) -> bool:
        """Whether an interface is one at which a load balancer stands."""
        return interface.description.startswith(NODE)

    def _listens(self, balancer: LoadBalancer) -> tuple[tuple[str, int], ...]:
        """Return the protocols and ports on which a load balancer answers; none where its listeners are not known."""
        try:
            self._estate.beside(Listener, balancer)
        except NotKnown:
            return ()
        if isinstance(self._estate.find(balancer.id), ClassicLoadBalancer):
            return tuple(sorted({(p.protocol, p.port) for p in self._passages if p.front.id == balancer.id}))
        own = (listener for listener in self._estate.each(Listener) if listener.load_balancer == balancer.id)
        return tuple(
            sorted({(p, li.port) for li in own if li.port is not None for p in _PACKETS.get(li.protocol, ("tcp",))})
        )

    def all_read(self, balancer: LoadBalancer) -> None:
        """Make sure that it is known where a load balancer leads. Raises: NotKnown."""
        for listener in self._estate.beside(Listener, balancer):
            if listener.load_balancer != balancer.id:
                continue
            _ = listener.rules.value
            for arn, _ in _forwards(listener):
                if arn not in self._groups:
                    self._estate.beside(TargetGroup, balancer)
                else:
                    _ = self._groups[arn].targets.value

    @cached_property
    def _interfaces(self) -> dict[str, list[NetworkInterface]]:
        found: dict[str, list[NetworkInterface]] = {}
        for interface in self._fabric.interfaces.values():
            if self.is_node(interface):
                found.setdefault(interface.description.removeprefix(NODE), []).append(interface)
        return found

    def unread(self, place: Place) -> tuple[str, ...]:
        """Return what could not be read, so that there may be passages to a place that are not known.

        Where nobody asked for load balancers, and nothing speaks of one, that is no gap: see `ignored`.
        """
        if place.edge:
            return ()
        gaps = [f"{gap.source}: {gap.unread.why}" for gap in self._gaps(place) if not self._not_asked(gap)]
        gaps += [
            f"the targets of {group.name}: {group.targets.unread.why}"
            for group in self._groups.values()
            if group.targets.unread and group.load_balancers and group.vpc == place.vpc
        ]
        return tuple(dict.fromkeys(gaps))

    def others(self, place: Place) -> Iterator[str]:
        """Yield in words what else stands in a place's network and may pass on to it, but is not worked out."""
        found: dict[str, str] = {}
        for interface in self._fabric.interfaces.values():
            if interface.vpc == place.vpc and interface.type in _OTHERS:
                found.setdefault(_OTHERS[interface.type], interface.interface_id)
        for what, interface in sorted(found.items()):
            yield f"{what} has an interface in {place.vpc} ({interface}); what it passes on was not looked at"

    def ignored(self, place: Place) -> bool:
        """Whether load balancers of some kind were not asked for: an answer "no" then is about the other ways."""
        return not place.edge and any(self._not_asked(gap) for gap in self._gaps(place))

    def _not_asked(self, gap: NotKnown) -> bool:
        return gap.unread.cause is Cause.NOT_LOOKED_AT and not self.balancers and not self._groups_in_use

    @cached_property
    def _groups_in_use(self) -> bool:
        return any(group.load_balancers for group in self._groups.values())

    def _gaps(self, place: Place) -> list[NotKnown]:
        gaps: list[NotKnown] = []
        for kind in _KINDS:
            try:
                self._estate.beside(kind, place.subnet)
            except NotKnown as gap:
                if kind is not ClassicLoadBalancer or gap.unread.cause is not Cause.NOT_LOOKED_AT:
                    gaps.append(gap)
        return gaps

    def _of(self, listener: Listener) -> Iterator[Passage]:
        balancer = self.balancers.get(listener.load_balancer)
        if balancer is None or listener.port is None:
            return
        for protocol in _PACKETS.get(listener.protocol, ("tcp",)):
            for arn, guarded in _forwards(listener):
                group = self._groups.get(arn)
                if group is None or group.targets.unread:
                    continue
                for target in group.targets.value:
                    yield from self._passage(balancer, listener, protocol, group, target, guarded)

    def _passage(
        self,
        balancer: LoadBalancer,
        listener: Listener,
        protocol: str,
        group: TargetGroup,
        target: Target,
        guarded: str,
    ) -> Iterator[Passage]:
        if target.state == "unused" or group.type == "lambda":
            return
        port = target.port or group.port
        if port is None or listener.port is None:
            return
        assumes = (guarded,) if guarded else ()
        if target.state in ("unhealthy", "draining"):
            assumes = (*assumes, f"{target.id} is {target.state} now: requests go to it only if no other is healthy")
        yield Passage(
            by=By.BALANCER,
            front=balancer,
            address=balancer.address,
            protocol=protocol,
            port=listener.port,
            target=target.id,
            target_port=port,
            via=group.name,
            network=group.vpc or "",
            keeps_client=_keeps_client(balancer, group),
            zonal=_zonal(balancer, group, target),
            perhaps=_not_read(balancer, group),
            by_address=group.type == "ip",
            assumes=assumes,
        )


_KINDS = (LoadBalancer, Listener, TargetGroup, ClassicLoadBalancer)

_OTHERS = {
    "global_accelerator_managed": "Global Accelerator",
    "api_gateway_managed": "API Gateway",
}
"""Types of interfaces -> the service that they belong to.

Source: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_NetworkInterface.html
"""

_PACKETS = {
    "UDP": ("udp",),
    "TCP_UDP": ("tcp", "udp"),
    "QUIC": ("udp",),
    "TCP_QUIC": ("tcp", "udp"),
    "GENEVE": (),
}
"""Protocols of listeners -> those of packets; all others are TCP."""


_NO: Fact[bool | None] = Fact(None, "elb:DescribeLoadBalancers")


def _as_application(classic: ClassicLoadBalancer) -> LoadBalancer:
    return LoadBalancer(
        id=classic.id,
        account=classic.account,
        region=classic.region,
        name=classic.name,
        source=classic.source,
        type="application",
        scheme=classic.scheme,
        address=classic.address,
        vpc=classic.vpc,
        subnets=classic.subnets,
        groups=classic.groups,
        access_logs=_NO,
        deletion_protection=_NO,
        drop_invalid_headers=_NO,
        desync=Fact(None, classic.source),
        across_zones=_NO,
    )


def _listener(classic: ClassicLoadBalancer, said: ClassicListener) -> Listener:
    return Listener(
        id=f"{classic.id}/{said.port}",
        account=classic.account,
        region=classic.region,
        name=f"{classic.name}:{said.port}",
        source=classic.source,
        load_balancer=classic.id,
        scheme=classic.scheme,
        protocol=said.protocol,
        port=said.port,
        tls_policy=None,
        certificates=(),
        actions=(),
        protocols=Fact((), classic.source),
        rules=Fact((), classic.source),
    )


def _group(classic: ClassicLoadBalancer, said: ClassicListener) -> TargetGroup:
    return TargetGroup(
        id=f"{classic.id}/instances/{said.instance_port}",
        account=classic.account,
        region=classic.region,
        name=f"instances of {classic.name}",
        source=classic.source,
        type="instance",
        protocol=said.instance_protocol,
        port=said.instance_port,
        vpc=classic.vpc,
        load_balancers=(classic.id,),
        targets=Fact((), classic.source),
        keeps_client=_NO,
        across_zones=_NO,
    )


NODE = "ELB "
"""How AWS begins the description of a load balancer's interface."""


def mark(balancer: LoadBalancer) -> str:
    """Return how a load balancer's interfaces are marked: `app/claims/50dc6c495c0c9188`."""
    return balancer.id.partition(":loadbalancer/")[2]


def _forwards(listener: Listener) -> Iterator[tuple[str, str]]:
    """Yield the target groups that a listener passes on to, each once, and what guards them in words."""
    seen: set[str] = set()
    rules = () if listener.rules.unread else listener.rules.value
    cases = [(f"only requests whose {' and '.join(rule.when)}", rule.actions) for rule in rules]
    for when, actions in [("", listener.actions), *cases]:
        checked = any(action.type.startswith("authenticate") for action in actions)
        guard = "callers must sign in at the load balancer first" if checked else ""
        for action in actions:
            for arn, weight in action.forward.groups if action.forward else ():
                if weight != 0 and arn not in seen:
                    seen.add(arn)
                    yield arn, "; ".join(filter(None, (when, guard)))


def _zonal(balancer: LoadBalancer, group: TargetGroup, target: Target) -> bool:
    """Whether what comes in in one zone does not go on to a target in another."""
    if target.zone == "all":
        return False
    own = None if group.across_zones.unread else group.across_zones.value
    general = None if balancer.across_zones.unread else balancer.across_zones.value
    usual = balancer.type == "application"
    return not (own if own is not None else usual or general)


def _not_read(balancer: LoadBalancer, group: TargetGroup) -> str:
    """Return why it is not known whether a load balancer goes on to other zones; `""` where it is."""
    own, general = group.across_zones, balancer.across_zones
    if balancer.type == "application" or (not own.unread and own.value is not None):
        return ""
    unread = own.unread or general.unread
    return f"whether {balancer.name} goes on to other zones was not read: {unread.why}" if unread else ""


def _keeps_client(balancer: LoadBalancer, group: TargetGroup) -> bool:
    """Return whether targets see the client's address."""
    if balancer.type == "application" or group.type == "alb":
        return group.type == "alb" and balancer.type == "network"
    usual = group.type == "instance" or group.protocol in ("UDP", "TCP_UDP")
    if group.keeps_client.unread:
        return usual
    said = group.keeps_client.value
    return usual if said is None else said
