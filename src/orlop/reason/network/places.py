"""What can be reached, and what can send: interfaces, services in subnets (`managed`), and public endpoints."""

from dataclasses import dataclass, replace

from orlop.estate.aws.vpc import NetworkInterface, Subnet
from orlop.estate.fact import Fact
from orlop.estate.resource import Resource
from orlop.reason.addresses import NONE, OUTSIDE, Addresses, cidr, cidrs
from orlop.reason.network.fabric import Fabric


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """A public endpoint that AWS runs, outside of all networks: whom it `admits`, and in words what guards it."""

    admits: Addresses = OUTSIDE
    guards: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One place in one subnet. `id` is what a person knows it by: `eni-...`, or the ARN of a service.

    `of` is what it belongs to (an instance, a database, a load balancer; else the interface). `public` are the private
    IPv4 addresses that have a public one, and all IPv6 addresses. `unfiltered`: no security group, so everything comes
    in. `deaf` says in words why it never takes a connection, `""` where it may. `listens` are the protocols and ports
    that it answers on, where that is known; none: not known. `edge` is set where it stands in no network.
    """

    id: str
    of: Resource
    vpc: str
    subnet: Subnet
    groups: tuple[str, ...]
    addresses: Addresses
    public: Addresses
    unfiltered: bool = False
    deaf: str = ""
    listens: tuple[tuple[str, int], ...] = ()
    instance: str = ""
    forwards: bool = False
    edge: Edge | None = None


_DEAF = {
    "lambda": "functions take no connections",
    "nat_gateway": "a NAT gateway lets nobody in",
    "transit_gateway": "it belongs to a transit gateway",
    "gateway_load_balancer_endpoint": "it only passes packets on",
    "gateway_load_balancer": "it only passes packets on",
}
"""Types of interfaces that take no connection of their own."""


def of_interface(interface: NetworkInterface, fabric: Fabric) -> Place:
    """Return the place of an interface. Raises: NotKnown, where its subnet was not read."""
    four = cidrs((*(a.private for a in interface.addresses), *(p for p in interface.prefixes if ":" not in p)))
    six = cidrs((*interface.addresses_v6, *(p for p in interface.prefixes if ":" in p)))
    instance = fabric.instances.get(interface.instance)
    public = [a.private for a in interface.addresses if a.public]
    if not public and instance and len(instance.interfaces) < 2 and any("." in a for a in instance.public_addresses):
        public = [a.private for a in interface.addresses[:1]]  # the instance tells what its only interface does not
    deaf = _DEAF.get(interface.type, "")
    if interface.status in ("available", "detaching"):
        deaf = "it is attached to nothing"
    return Place(
        id=interface.interface_id,
        of=instance or interface,
        vpc=interface.vpc,
        subnet=fabric.subnet(interface.subnet, interface),
        groups=interface.groups,
        addresses=four | six,
        public=cidrs(public) | six,
        unfiltered=not interface.groups,
        deaf=deaf,
        instance=interface.instance,
        forwards=interface.forwards,
    )


def at(place: Place, address: str) -> Place:
    """Return a place seen at one of its addresses only."""
    here = cidr(address)
    return replace(place, addresses=here, public=place.public & here)


def at_edge(of: Resource, edge: Edge, listens: tuple[tuple[str, int], ...] = (("tcp", 443),)) -> Place:
    """Return the place of a public endpoint: in a subnet without id, and without addresses of its own."""
    nowhere = Subnet(
        id="",
        account=of.account,
        region=of.region,
        name="",
        source=of.source,
        subnet_id="",
        owner=of.account,
        vpc="",
        zone="",
        cidrs=(),
        public_addresses=Fact(False, of.source),
        empty=False,
    )
    return Place(
        id=of.id, of=of, vpc="", subnet=nowhere, groups=(), addresses=NONE, public=NONE, listens=listens, edge=edge
    )
