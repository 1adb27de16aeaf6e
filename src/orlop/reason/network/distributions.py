"""CloudFront: anyone reaches a distribution, and it asks its origins from addresses of its own.

An origin is a load balancer or an instance of the estate if its name is that one's own; other names are not looked up.
Whoever lets in CloudFront's addresses lets in what any distribution passes on, not just his own.

Sources: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/LocationsOfEdgeServers.html,
https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/restrict-access-to-load-balancer.html
"""

import re
from collections.abc import Iterator
from functools import cached_property

from orlop.estate.aws.cloudfront import Distribution, Origin
from orlop.estate.aws.elbv2 import LoadBalancer
from orlop.reason.network.fabric import Fabric
from orlop.reason.network.managed import places_of
from orlop.reason.network.passages import By, Passage
from orlop.reason.network.places import Place

_OF_INSTANCE = re.compile(r"ec2-(\d+)-(\d+)-(\d+)-(\d+)\..*amazonaws\.com(\.cn)?")


class Distributions:
    """The distributions of an estate, found by what they pass on to."""

    def __init__(self, fabric: Fabric) -> None:
        """Index them."""
        self._fabric = fabric

    @cached_property
    def _by_origin(self) -> dict[str, list[tuple[Distribution, Origin]]]:
        found: dict[str, list[tuple[Distribution, Origin]]] = {}
        for each in self._fabric.estate.each(Distribution):
            for origin in each.origins if each.enabled else ():
                found.setdefault(_plain(origin.name), []).append((each, origin))
        return found

    def to(self, place: Place) -> Iterator[Passage]:
        """Yield the passages to a load balancer, or to an interface by its public address."""
        for name in sorted(self._names(place)):
            for distribution, origin in self._by_origin.get(name, ()):
                yield from _passages(distribution, origin, name)

    @cached_property
    def target_ids(self) -> frozenset[str]:
        """The private addresses of interfaces that something is passed on to."""
        known = self._fabric.by_address
        found = (known["", name] for name in self._by_origin if ("", name) in known)
        return frozenset(a.private for interface in found for a in interface.addresses if a.public in self._by_origin)

    def _names(self, place: Place) -> set[str]:
        if isinstance(place.of, LoadBalancer):
            return {_plain(place.of.address)} - {""}
        interface = self._fabric.interfaces.get(place.id)
        return {address.public for address in interface.addresses if address.public} if interface else set()

    def places(self, distribution: Distribution) -> tuple[Place, ...]:
        """Return where a distribution stands: outside of all networks."""
        return tuple(places_of(distribution, self._fabric))


def _plain(name: str) -> str:
    """Return the name by which an origin is known here: an address for a name that AWS makes of one."""
    name = name.lower().removeprefix("dualstack.")
    found = _OF_INSTANCE.fullmatch(name)
    return ".".join(found.groups()[:4]) if found else name


def _passages(distribution: Distribution, origin: Origin, target: str) -> Iterator[Passage]:
    guard = "its web ACL lets the request pass" if distribution.firewall else ""
    for port, target_port in ((80, origin.plain), (443, origin.tls)):
        if target_port is not None:
            yield Passage(
                by=By.DISTRIBUTION,
                front=distribution,
                address=distribution.address,
                protocol="tcp",
                port=port,
                target=target,
                target_port=target_port,
                via=origin.name,
                network="",
                keeps_client=False,
                zonal=False,
                assumes=(f"{distribution.name} passes the request on{f', and {guard}' if guard else ''}",),
            )
