"""What uses a security group, and how near that is to the internet.

Interfaces tell who uses a group; databases, load balancers and functions that name one count, too, since their
interfaces come and go.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from weakref import WeakKeyDictionary

from orlop.estate.aws.ec2 import Instance
from orlop.estate.aws.elbv2 import LoadBalancer
from orlop.estate.aws.lambda_ import Function
from orlop.estate.aws.rds import DBCluster, DBInstance
from orlop.estate.aws.security_group import SecurityGroup
from orlop.estate.aws.vpc import NetworkInterface
from orlop.estate.estate import Estate
from orlop.estate.fact import NotKnown
from orlop.estate.resource import Resource


class Standing(StrEnum):
    """How near something is to the internet, seen without routes and network ACLs."""

    PUBLIC = "has a public address"
    FRONT = "is run by a service of AWS that may stand before others"
    PRIVATE = "has no public address"
    DEAF = "takes no connections"


@dataclass(frozen=True, slots=True)
class User:
    """Something that uses a security group: its id, in words what it is, and how near the internet it is."""

    id: str
    what: str
    standing: Standing


_NAMING = (DBInstance, DBCluster, LoadBalancer, Function)
"""Kinds of resources that name security groups for interfaces which AWS makes and removes for them."""


class _Index:
    """What is looked up often, by account, region and id."""

    def __init__(self, estate: Estate) -> None:
        self.instances = {_key(each, each.instance_id): each for each in estate.each(Instance)}
        self.users: dict[tuple[str, str, str], list[User]] = {}
        for interface in estate.each(NetworkInterface):
            self._add(interface, interface.groups, "network interface", self._standing(interface))
        for name, resource, groups, where in _named(estate):
            self._add(resource, groups, name, where)

    def _add(self, resource: Resource, groups: tuple[str, ...], what: str, where: Standing) -> None:
        for group in groups:
            self.users.setdefault(_key(resource, group), []).append(User(resource.id, what, where))

    def _standing(self, interface: NetworkInterface) -> Standing:
        if interface.type == "lambda":
            return Standing.DEAF
        if interface.addresses_v6 or any(address.public for address in interface.addresses):
            return Standing.PUBLIC
        instance = self.instances.get(_key(interface, interface.instance))
        if instance and instance.public_addresses and len(instance.interfaces) == 1:
            return Standing.PUBLIC
        front = interface.managed or interface.type not in ("interface", "efa", "efa-only", "trunk", "branch")
        return Standing.FRONT if front else Standing.PRIVATE


def _key(resource: Resource, id: str) -> tuple[str, str, str]:
    return (resource.account, resource.region, id)


def _named(estate: Estate) -> Iterator[tuple[str, Resource, tuple[str, ...], Standing]]:
    for kind in (DBInstance, DBCluster):
        for database in estate.each(kind):
            yield "database", database, database.groups, Standing.PUBLIC if database.public else Standing.PRIVATE
    for balancer in estate.each(LoadBalancer):
        outside = balancer.scheme == "internet-facing"
        yield "load balancer", balancer, balancer.groups, Standing.PUBLIC if outside else Standing.FRONT
    for function in estate.each(Function):
        yield "function", function, function.groups, Standing.DEAF


_indexes: WeakKeyDictionary[Estate, _Index] = WeakKeyDictionary()


def _index(estate: Estate) -> _Index:
    if estate not in _indexes:
        _indexes[estate] = _Index(estate)
    return _indexes[estate]


def users(group: SecurityGroup, estate: Estate) -> tuple[User, ...]:
    """Return what uses a group.

    Raises: NotKnown, where nothing does so far, but something that could was not read.
    """
    found = tuple(_index(estate).users.get(_key(group, group.group_id), ()))
    for kind in (NetworkInterface, *_NAMING) if not found else ():
        estate.beside(kind, group)
    return found


def may_be_used(group: SecurityGroup, estate: Estate) -> bool:
    """Whether anything uses a group, or may, since not all was read. To choose words, never a verdict."""
    try:
        return bool(users(group, estate))
    except NotKnown:
        return True
