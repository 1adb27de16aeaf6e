"""What the steps are found with: an estate, its policies and its networks, each made ready once."""

from bisect import bisect
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cached_property, reduce

from orlop.estate.aws.ec2 import Instance
from orlop.estate.aws.iam import InstanceProfile, Role, User
from orlop.estate.aws.kms import Key
from orlop.estate.aws.rds import DBInstance
from orlop.estate.estate import Estate
from orlop.estate.fact import NotKnown
from orlop.estate.resource import Resource
from orlop.reason.access.authority import Authority, Principal
from orlop.reason.addresses import EVERYTHING, Addresses, cidrs
from orlop.reason.network.admission import Admissions
from orlop.reason.network.classes import Ids, all_borders
from orlop.reason.network.exposure import Exposed, exposed, goals
from orlop.reason.network.flows import everyone
from orlop.reason.network.places import Place, of_interface
from orlop.reason.network.reach import Inside, Reach
from orlop.reason.network.steps import Filter, Kind

MOST_PAIRS = 40_000
"""How many pairs of places are tried to follow the network inside; the nearest first. A thousand take 0.2 s."""


class Ground:
    """One estate. What was made ready once is kept."""

    def __init__(self, estate: Estate) -> None:
        """Work on an estate."""
        self.estate = estate
        self.authority = Authority(estate)
        self.limited = False
        """Whether the network inside has more servers than are followed."""
        self._pairs = 0
        self._exposed: dict[object, tuple[Exposed, ...]] = {}
        self._admitted: dict[tuple[str, ...], tuple[Addresses, frozenset[str]]] = {}

    @cached_property
    def reach(self) -> Reach:
        """Its networks."""
        return self.estate.once(Admissions).reach

    @cached_property
    def accounts(self) -> frozenset[str]:
        """The accounts that were read."""
        return frozenset(listing.account for listing in self.estate.listings)

    @cached_property
    def _by_id(self) -> dict[str, Resource]:
        return {resource.id: resource for resource in self.estate.resources}

    def find(self, id: str) -> Resource | None:
        """Return a resource."""
        return self._by_id.get(id)

    def name(self, id: str) -> str:
        """Return what a person calls it."""
        found = self.find(id)
        return found.name if found else id.rpartition(":")[2].rpartition("/")[2]

    @cached_property
    def roles(self) -> tuple[Role, ...]:
        """The roles that are not AWS's own."""
        return tuple(role for role in self.estate.each(Role) if not role.kept_by_aws)

    @cached_property
    def users(self) -> tuple[User, ...]:
        """The users."""
        return tuple(self.estate.each(User))

    @cached_property
    def principals(self) -> dict[str, Principal]:
        """Users and roles, by ARN."""
        return {each.id: each for each in (*self.users, *self.roles)}

    @cached_property
    def running(self) -> tuple[Instance, ...]:
        """The servers that run."""
        return tuple(each for each in self.estate.each(Instance) if each.state == "running")

    @cached_property
    def profiles(self) -> dict[str, InstanceProfile]:
        """Instance profiles, by ARN."""
        return {profile.id: profile for profile in self.estate.each(InstanceProfile)}

    def role_of(self, instance: Instance) -> Role | None:
        """Return the role of a server, where it has one that was read."""
        profile = self.profiles.get(instance.profile or "")
        found = self.principals.get(profile.role) if profile and profile.role else None
        return found if isinstance(found, Role) else None

    @cached_property
    def _keys(self) -> dict[tuple[str, str], Key]:
        found: dict[tuple[str, str], Key] = {}
        for key in self.estate.each(Key):
            for name in (key.id, key.id.rpartition("/")[2], *key.aliases):
                found[(key.region if not name.startswith("arn:") else "", name)] = key
        return found

    def key(self, named: str, region: str) -> Key | None:
        """Return the key that an id, an ARN or an alias means in a region, if it was read."""
        return self._keys.get(("", named)) or self._keys.get((region, named.partition(":key/")[2] or named))

    def struck(self, interface: str) -> str:
        """Return what an interface belongs to that can be broken into: a server, or a database. `""` for neither."""
        held = self.reach.fabric.interfaces.get(interface)
        if held is None:
            return interface if isinstance(self.find(interface), DBInstance) else ""
        instance = self.reach.fabric.instances.get(held.instance)
        return instance.id if instance and instance.state == "running" else ""

    def near(self, instance: Instance) -> tuple[Exposed, ...]:
        """Return what a server reaches over the network, itself included, as one like it would.

        Servers that no rule tells apart as senders share the answer.
        """
        places = tuple(replace(place, id=f"like {place.id}") for place in self._places(instance))
        key = frozenset(self._kind(place) for place in places)
        if key not in self._exposed and self._pairs >= MOST_PAIRS:
            self.limited = True
            return ()
        if key not in self._exposed:
            self._exposed[key] = self._reached(places) if places else ()
        return self._exposed[key]

    def _reached(self, places: tuple[Place, ...]) -> tuple[Exposed, ...]:
        groups = frozenset(group for place in places for group in place.groups)
        own = reduce(Addresses.__or__, (place.addresses for place in places))
        fronted = self.reach.fronts.target_ids

        def may_let_in(place: Place) -> bool:
            admitted, named = self._admits(place)
            may = bool(named & groups or admitted & own)
            may = may or (bool(fronted) and (place.instance in fronted or bool(place.addresses & self._fronted)))
            self._pairs += may
            return may

        return exposed(self.reach, Inside(places), among=may_let_in, where=self._goals)

    @cached_property
    def _goals(self) -> dict[Ids, list[Place]]:
        return goals(self.reach, Inside(()))

    @cached_property
    def _fronted(self) -> Addresses:
        """Return the addresses that load balancers pass on to."""
        return cidrs(id for id in self.reach.fronts.target_ids if id.replace(".", "").isdigit() or ":" in id)

    def _admits(self, place: Place) -> tuple[Addresses, frozenset[str]]:
        """Return whose addresses, and which groups, the security groups of a place may admit to anything."""
        if place.unfiltered:
            return EVERYTHING, frozenset()
        if place.groups not in self._admitted:
            step = Filter(Kind.GROUPS_IN, " ".join(place.groups), (frozenset[str](),))
            found = (self.reach.fabric.groups.get(id) for id in place.groups)
            named = {r.source.name for group in found if group for r in group.ingress if r.source.kind == "group"}
            self._admitted[place.groups] = (everyone(self.reach.steps.passes(step).most), frozenset(named))
        return self._admitted[place.groups]

    def _places(self, instance: Instance) -> Iterator[Place]:
        fabric = self.reach.fabric
        for id in fabric.of_instance.get(instance.instance_id, ()):
            try:
                yield of_interface(fabric.interfaces[id], fabric)
            except NotKnown:
                continue

    def _kind(self, place: Place) -> tuple[object, ...]:
        """Return what rules see of a sender.

        Its subnet, which of its groups any rule names, what its groups let out, and between which borders its addresses
        lie.
        """
        four = tuple(bisect(self._borders, low) for low, _ in place.addresses.v4)
        six = tuple(bisect(self._borders, low) for low, _ in place.addresses.v6)
        named = self._named.intersection(place.groups)
        return (place.subnet.id, named, self._lets_out(place.groups), bool(place.public), place.forwards, four, six)

    def _lets_out(self, groups: tuple[str, ...]) -> tuple[object, ...]:
        """Return what groups let out together, alike for those that do the same; of those not read, their ids."""
        found = [(id, self.reach.fabric.groups.get(id)) for id in groups]
        unread = (id for id, group in found if group is None)
        return (*sorted({rule.key for _, group in found if group for rule in group.egress}), *unread)

    @cached_property
    def _named(self) -> frozenset[str]:
        """The groups that a rule of any group names as senders."""
        rules = (rule for group in self.reach.fabric.groups.values() for rule in group.ingress)
        return frozenset(rule.source.name for rule in rules if rule.source.kind == "group")

    @cached_property
    def _borders(self) -> list[int]:
        return all_borders(self.reach.fabric)


def one_of(texts: Iterable[str]) -> tuple[str, ...]:
    """Return texts, each once, in order."""
    return tuple(dict.fromkeys(texts))
