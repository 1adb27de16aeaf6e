"""Private endpoints (PrivateLink): who reaches an endpoint in his own network gets on to somebody else's load balancer.

One way only: the network that offers the service reaches nothing by it. The load balancer's security groups see the
client's own address, if they are asked at all; its targets see the load balancer. An endpoint lets through while it is
`available`. What AWS itself offers by such endpoints is no way into the estate.

Sources: https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-share-your-services.html,
https://docs.aws.amazon.com/vpc/latest/privatelink/create-endpoint-service.html (zones; acceptance),
https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-security-groups.html#security-group-considerations
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cached_property

from orlop.estate.aws.elbv2 import LoadBalancer
from orlop.estate.aws.privatelink import EndpointService
from orlop.estate.aws.vpc import VpcEndpoint
from orlop.estate.fact import NotKnown
from orlop.reason.addresses import NONE, cidrs
from orlop.reason.network.fabric import Fabric
from orlop.reason.network.passages import By, Passage
from orlop.reason.network.places import Place, of_interface

Ports = tuple[tuple[str, int], ...]
"""Protocols and ports."""

_OPEN = ("available", "")
_PRIVATE = "com.amazonaws.vpce."
"""The names of services that are not AWS's own begin so."""


class Links:
    """The private endpoints of an estate that lead to load balancers of the estate."""

    def __init__(self, fabric: Fabric, listens: Callable[[LoadBalancer], Ports]) -> None:
        """Index them. `listens` tells on what a load balancer answers."""
        self._fabric, self._listens = fabric, listens

    @cached_property
    def _services(self) -> dict[str, EndpointService]:
        return {each.service: each for each in self._fabric.estate.each(EndpointService)}

    @cached_property
    def _endpoints(self) -> dict[str, list[VpcEndpoint]]:
        found: dict[str, list[VpcEndpoint]] = {}
        for endpoint in self._fabric.endpoints.values():
            if endpoint.type == "Interface":
                found.setdefault(endpoint.service, []).append(endpoint)
        return found

    def to(self, balancer: LoadBalancer) -> Iterator[Passage]:
        """Yield the passages to a load balancer."""
        for service in self._services.values():
            if balancer.id in service.balancers:
                for endpoint in self._endpoints.get(service.service, ()):
                    yield from self._passages(service, endpoint, balancer)

    def _passages(self, service: EndpointService, endpoint: VpcEndpoint, balancer: LoadBalancer) -> Iterator[Passage]:
        state = _state(service, endpoint)
        for protocol, port in self._listens(balancer):
            yield Passage(
                by=By.LINK,
                front=endpoint,
                address=endpoint.endpoint_id,
                protocol=protocol,
                port=port,
                target=balancer.id,
                target_port=port,
                via=service.name,
                network="",
                keeps_client=balancer.filters_links and bool(balancer.groups),
                zonal=(service.account, service.region) == (endpoint.account, endpoint.region),
                shut="" if state in _OPEN else f"{endpoint.endpoint_id} is {state} at {service.service_id}",
                needs="the endpoint let in by the service's owner",
            )

    def places(self, endpoint: VpcEndpoint, balancers: dict[str, LoadBalancer]) -> tuple[Place, ...]:
        """Return where an endpoint stands: its interfaces where they were read, else anywhere in its subnets.

        Raises: NotKnown, where a subnet was not read.
        """
        service = self._services.get(endpoint.service)
        behind = [balancers[id] for id in service.balancers if id in balancers] if service else []
        listens = tuple(sorted({pair for balancer in behind for pair in self._listens(balancer)}))
        known = [self._fabric.interfaces[id] for id in endpoint.interfaces if id in self._fabric.interfaces]
        stands = [of_interface(interface, self._fabric) for interface in known] or list(self._anywhere(endpoint))
        return tuple(replace(place, of=endpoint, groups=endpoint.groups, listens=listens) for place in stands)

    def _anywhere(self, endpoint: VpcEndpoint) -> Iterator[Place]:
        for id in endpoint.subnets:
            subnet = self._fabric.subnet(id, endpoint)
            yield Place(
                id=endpoint.endpoint_id,
                of=endpoint,
                vpc=endpoint.vpc,
                subnet=subnet,
                groups=endpoint.groups,
                addresses=cidrs(subnet.cidrs),
                public=NONE,
            )

    def unread(self, place: Place, balancers: frozenset[str]) -> Iterator[str]:
        """Yield what could not be read, so that there may be endpoints that lead to any of some load balancers."""
        accounts = {listing.account for listing in self._fabric.estate.listings}
        for service in self._services.values():
            for joined in () if service.connections.unread else service.connections.value:
                lost = joined.endpoint not in self._fabric.endpoints and joined.owner in accounts
                if lost and joined.state in _OPEN and balancers.intersection(service.balancers):
                    yield f"endpoint {joined.endpoint} of account {joined.owner} was not read in this inspection"
        strange = any(name.startswith(_PRIVATE) and name not in self._services for name in self._endpoints)
        if strange and balancers:
            try:
                self._fabric.estate.beside(EndpointService, place.subnet)
            except NotKnown as gap:
                yield f"{gap.source}: {gap.unread.why}"


def _state(service: EndpointService, endpoint: VpcEndpoint) -> str:
    """Return the state of an endpoint: what the owner of the service says counts."""
    joined = () if service.connections.unread else service.connections.value
    return next((each.state for each in joined if each.endpoint == endpoint.endpoint_id), endpoint.state)
