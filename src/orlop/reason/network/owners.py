"""Whose interfaces those are that AWS runs: a load balancer's or a database's, which is a place of its own.

What answers there is known from the service: a load balancer has its listeners, a database its one port.

Source: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/requester-managed-eni.html
"""

from functools import cached_property

from orlop.estate.aws.rds import DBInstance
from orlop.estate.aws.vpc import NetworkInterface
from orlop.estate.estate import Estate
from orlop.reason.network.fronts import NODE, Fronts, mark

_DATABASE = "RDSNetworkInterface"


class Owners:
    """The services of one estate by their interfaces."""

    def __init__(self, estate: Estate, fronts: Fronts) -> None:
        """Look among an estate's load balancers and databases."""
        self._estate, self._fronts = estate, fronts

    def known(self, interface: NetworkInterface) -> bool:
        """Whether an interface belongs to a service that the estate holds, and so need not be judged by itself."""
        if interface.description.startswith(NODE):
            return interface.description.removeprefix(NODE) in self._balancers
        if interface.description == _DATABASE:
            return any(
                interface.subnet in database.subnets and set(database.groups) == set(interface.groups)
                for database in self._databases.get(interface.groups[0] if interface.groups else "", ())
            )
        return False

    @cached_property
    def _balancers(self) -> frozenset[str]:
        return frozenset(map(mark, self._fronts.balancers.values()))

    @cached_property
    def _databases(self) -> dict[str, list[DBInstance]]:
        found: dict[str, list[DBInstance]] = {}
        for database in self._estate.each(DBInstance):
            for group in database.groups:
                found.setdefault(group, []).append(database)
        return found
