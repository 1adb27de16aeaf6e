"""What stands at both ends of every way: the state of a place, its network's ACL, its security groups."""

from collections.abc import Iterator

from orlop.estate.aws.vpc import Subnet
from orlop.estate.fact import NotKnown
from orlop.reason.addresses import Addresses
from orlop.reason.network.fabric import Fabric
from orlop.reason.network.places import Place
from orlop.reason.network.steps import Filter, Fixed, Kind, Step
from orlop.reason.network.way import no, unread, yes


class Ends:
    """The ends of ways through a fabric."""

    def __init__(self, fabric: Fabric) -> None:
        """Work on a fabric."""
        self._fabric = fabric

    def state(self, place: Place) -> Iterator[Fixed]:
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

    def into(self, place: Place, sender: frozenset[str], *, crossing: bool = True) -> tuple[Step, ...]:
        """Return the steps at the receiver's end: its network ACL if a border is crossed, then its security groups."""
        acl = self.acl(Kind.ACL_IN, place.subnet) if crossing else ()
        if place.listens:
            acl = (*acl, Filter(Kind.LISTENER, place.id, tuple(each for pair in place.listens for each in pair)))
        if place.unfiltered:
            return (*acl, yes(Kind.GROUPS_IN, place.id, "it has no security group, so nothing is kept out"))
        named = frozenset(sender & self.named(place.groups))
        return (*acl, Filter(Kind.GROUPS_IN, " ".join(place.groups), (named,)))

    def out_of(self, sender: Place, receiver: Place, *, counts: bool) -> Iterator[Step]:
        """Yield the sender's security groups; `counts`: their rules may name the receiver's."""
        if sender.unfiltered or not sender.groups:
            return
        named = frozenset(receiver.groups) if counts else frozenset[str]()
        yield Filter(Kind.GROUPS_OUT, " ".join(sender.groups), (receiver.addresses, named))

    def named(self, groups: tuple[str, ...], *, outgoing: bool = False) -> frozenset[str]:
        """Return the groups that rules of some groups name as senders (or receivers)."""
        found = [group for id in groups if (group := self._fabric.groups.get(id))]
        rules = (rule for group in found for rule in (group.egress if outgoing else group.ingress))
        return frozenset(rule.source.name for rule in rules if rule.source.kind == "group")

    def acl(self, kind: Kind, subnet: Subnet, receiver: Addresses | None = None) -> tuple[Step, ...]:
        """Return the network ACL of a subnet, as a step of some kind; towards a receiver for what goes out."""
        try:
            acl = self._fabric.acl(subnet)
        except NotKnown as gap:
            return (unread(kind, subnet.subnet_id, gap),)
        return (Filter(kind, acl.acl_id, () if receiver is None else (receiver,)),)
