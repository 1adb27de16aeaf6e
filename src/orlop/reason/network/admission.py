"""Whom some rules of a security group really let in from the internet: to which places, by which way.

A rule is to answer for packets that come to the group under the sender's own address: directly, or through a load
balancer that keeps it. What a load balancer sends on under its own address is its own matter.

Law: what is admitted here arrives (`reach`), and a group without these rules would not admit it by them.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cached_property

from orlop.estate.aws.elbv2 import LoadBalancer
from orlop.estate.aws.security_group import AccessRule, SecurityGroup
from orlop.estate.aws.vpc import NetworkInterface
from orlop.estate.estate import Estate
from orlop.estate.fact import Cause, NotKnown, Unread
from orlop.reason.addresses import EVERYTHING, WORLD, Addresses, share
from orlop.reason.network.doors import doors
from orlop.reason.network.exposure import Exposed, exposed
from orlop.reason.network.flows import Flows, Run, senders, settled
from orlop.reason.network.places import of_interface
from orlop.reason.network.reach import Arrival, Asked, Outside, Reach
from orlop.reason.network.reach import answer as asked_of
from orlop.reason.network.steps import Between, joined, together
from orlop.reason.services import Services


class Admissions:
    """What strangers reach in one estate, by the security groups of what they reach. Kept, once worked out."""

    def __init__(self, estate: Estate) -> None:
        """Look into an estate."""
        self.reach = Reach(estate)

    @cached_property
    def exposed(self) -> tuple[Exposed, ...]:
        """All that strangers reach, or may, worst first."""
        return exposed(self.reach, Outside())

    def by(self, group: SecurityGroup, rules: Iterable[AccessRule]) -> tuple[Exposed, ...]:
        """Return what strangers reach because of some rules of a group; `passes` is what these rules let in."""
        let_in = _let_in(rules, self.reach, group)
        found: list[Exposed] = []
        for each in self._by_group.get(group.group_id, ()):
            arrivals = tuple(
                replace(arrival, passes=part)
                for arrival in each.arrivals
                if _own_address(arrival) and (part := joined((arrival.passes, let_in))).most
            )
            if arrivals:
                found.append(replace(each, passes=together(a.passes for a in arrivals), arrivals=arrivals))
        return tuple(found)

    @cached_property
    def _by_group(self) -> dict[str, list[Exposed]]:
        found: dict[str, list[Exposed]] = {}
        for each in self.exposed:
            for group in each.place.groups:
                found.setdefault(group, []).append(each)
        return found

    def of(self, id: str) -> list[Exposed]:
        """Return what strangers reach, or may, of an instance (`i-...`), an interface, or a service by its ARN.

        Raises: NotKnown, where there is nothing such but a way in may have been overlooked.
        """
        found = self._by_id.get(id, [])
        if not found:
            fabric = self.reach.fabric
            self._seen(
                fabric.interfaces[each] for each in fabric.of_instance.get(id, (id,)) if each in fabric.interfaces
            )
        return found

    @cached_property
    def by_subnet(self) -> dict[str, list[Exposed]]:
        """What strangers reach, or may, by subnet."""
        found: dict[str, list[Exposed]] = {}
        for each in self.exposed:
            found.setdefault(each.place.subnet.subnet_id, []).append(each)
        return found

    @cached_property
    def _by_id(self) -> dict[str, list[Exposed]]:
        found: dict[str, list[Exposed]] = {}
        for each in self.exposed:
            for id in each.ids:
                interface = self.reach.fabric.interfaces.get(id)
                owner = interface.instance if interface and interface.instance else ""
                for key in {id, owner} - {""}:
                    found.setdefault(key, []).append(each)
        return found

    def through(self, balancer: LoadBalancer) -> Iterator[tuple[Exposed, Arrival]]:
        """Yield what strangers reach, or may, through a load balancer, with each way that ends with it."""
        for each in self.exposed:
            for arrival in each.arrivals:
                if arrival.through and arrival.through[-1].front.id == balancer.id:
                    yield each, arrival

    def by_own_groups(self, of: Exposed, arrival: Arrival) -> bool:
        """Whether the groups of a place itself let in by address what arrives, so that they are to answer for it."""
        groups = (self.reach.fabric.groups.get(id) for id in of.place.groups)
        return _own_address(arrival) and any(
            joined((arrival.passes, _let_in(group.ingress, self.reach, group))).least for group in groups if group
        )

    def all_seen(self, group: SecurityGroup) -> None:
        """Make sure that no way in can have been overlooked: what uses a group was placed, what stands before it read.

        Raises: NotKnown.
        """
        self._seen(self.reach.fabric.members.get(group.group_id, ()))

    def _seen(self, interfaces: Iterable[NetworkInterface]) -> None:
        for interface in interfaces:
            place = of_interface(interface, self.reach.fabric)
            if gaps := self.reach.unread(Outside(), place):
                raise NotKnown("load balancers", Unread(Cause.NOT_LOOKED_AT, "; ".join(gaps)))

    def stopped(self, group: SecurityGroup) -> tuple[str, ...]:
        """Return in words what keeps strangers from what uses a group, each reason once."""
        said: dict[str, None] = {}
        for interface in self.reach.fabric.members.get(group.group_id, ()):
            place = of_interface(interface, self.reach.fabric)
            found = asked_of(self.reach, Outside(), place, Asked())
            said |= dict.fromkeys(stop.says for stop in found.stops[:1])
        return tuple(said)


def _own_address(arrival: Arrival) -> bool:
    """Whether packets come under the sender's own address."""
    return not arrival.through or arrival.through[-1].keeps_client


def _let_in(rules: Iterable[AccessRule], reach: Reach, group: SecurityGroup) -> Between:
    """Return what rules let in from addresses."""
    least: dict[str, list[Run]] = {}
    most: dict[str, list[Run]] = {}
    lists: dict[str, None] = {}
    for door in doors((r for r in rules if r.source.kind != "group"), reach.fabric.addresses_of_list(group)):
        surely, perhaps = door.sources.addresses, _perhaps(door.sources.addresses, door.sources.unread)
        least.setdefault(door.protocol, []).append((door.first, door.last, surely))
        most.setdefault(door.protocol, []).append((door.first, door.last, perhaps))
        lists |= dict.fromkeys(door.sources.unread)
    return Between(settled(least), settled(most), tuple(f"prefix list {id} could not be read" for id in lists))


def _perhaps(addresses: Addresses, unread: tuple[str, ...]) -> Addresses:
    return EVERYTHING if unread else addresses


def not_known(found: Iterable[Exposed]) -> NotKnown:
    """Return why it is not known whether something is reached."""
    gaps = dict.fromkeys(gap for each in found for gap in each.passes.gaps)
    why = "whether it can be reached was not found out: " + "; ".join(gaps)
    return NotKnown("the way from the internet", Unread(Cause.NOT_LOOKED_AT, why))


def of_the_world(flows: Flows, services: Services) -> Flows:
    """Return the part of a set that leads to services, where the world (`addresses.WORLD`) may send it."""
    runs: dict[str, list[Run]] = {}
    for each in sorted(services, key=lambda service: service.port):
        if share(sent := senders(flows, each.protocol, each.port, each.port)) >= WORLD:
            runs.setdefault(each.protocol, []).append((each.port, each.port, sent))
    return settled(runs)
