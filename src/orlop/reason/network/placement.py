"""What uses a security group.

Interfaces tell who uses a group; databases, load balancers and functions that name one count, too, since their
interfaces come and go.
"""

from dataclasses import dataclass

from orlop.estate.aws.elbv2 import LoadBalancer
from orlop.estate.aws.lambda_ import Function
from orlop.estate.aws.rds import DBCluster, DBInstance
from orlop.estate.aws.security_group import SecurityGroup
from orlop.estate.aws.vpc import NetworkInterface
from orlop.estate.estate import Estate
from orlop.estate.fact import NotKnown
from orlop.estate.resource import Resource


@dataclass(frozen=True, slots=True)
class User:
    """Something that uses a security group: its id, in words what it is, and whether it takes connections at all."""

    id: str
    what: str
    deaf: bool = False


_NAMING: dict[type[DBInstance | DBCluster | LoadBalancer | Function], str] = {
    DBInstance: "database",
    DBCluster: "database",
    LoadBalancer: "load balancer",
    Function: "function",
}
"""Kinds of resources that name security groups for interfaces which AWS makes and removes for them."""


class _Index:
    """Who uses what, by account, region and group."""

    def __init__(self, estate: Estate) -> None:
        self.users: dict[tuple[str, str, str], list[User]] = {}
        for interface in estate.each(NetworkInterface):
            self._add(interface, interface.groups, "network interface", deaf=interface.type == "lambda")
        for kind, what in _NAMING.items():
            for resource in estate.each(kind):
                self._add(resource, resource.groups, what, deaf=kind is Function)

    def _add(self, resource: Resource, groups: tuple[str, ...], what: str, *, deaf: bool) -> None:
        for group in groups:
            self.users.setdefault(_key(resource, group), []).append(User(resource.id, what, deaf))


def _key(resource: Resource, id: str) -> tuple[str, str, str]:
    return (resource.account, resource.region, id)


def users(group: SecurityGroup, estate: Estate) -> tuple[User, ...]:
    """Return what uses a group.

    Raises: NotKnown, where nothing does so far, but something that could was not read.
    """
    found = tuple(estate.once(_Index).users.get(_key(group, group.group_id), ()))
    for kind in (NetworkInterface, *_NAMING) if not found else ():
        estate.beside(kind, group)
    return found


def using(group: SecurityGroup, estate: Estate) -> tuple[User, ...]:
    """Return what uses a group and takes connections. Raises: NotKnown, as `users`."""
    return tuple(user for user in users(group, estate) if not user.deaf)


def may_be_used(group: SecurityGroup, estate: Estate) -> bool:
    """Whether anything uses a group, or may, since not all was read. To choose words, never a verdict."""
    try:
        return bool(users(group, estate))
    except NotKnown:
        return True
