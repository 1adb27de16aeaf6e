"""Law: what is left unread never turns an answer into another firm one; what cannot matter leaves it as it was.

Each key under which AWS lists something is left out of an auditor's folder in turn, and once more denied.
"""

from collections.abc import Iterator
from dataclasses import fields, replace
from typing import Any

import pytest
from tests.clouds import Cloud
from tests.random_clouds import PLACES, random_cloud

from orlop.estate.estate import Estate
from orlop.estate.fact import Cause, Fact, Unread
from orlop.estate.resource import Resource
from orlop.reason.network.names import places
from orlop.reason.network.reach import Answer, Asked, Inside, Outside, Reach, answer

LISTS = (
    *("Vpcs", "Subnets", "RouteTables", "InternetGateways", "NatGateways", "NetworkAcls", "NetworkInterfaces"),
    *("SecurityGroups", "VpcPeeringConnections", "VpcEndpoints", "PrefixLists", "Reservations", "TransitGateways"),
    *("TransitGatewayAttachments", "TransitGatewayVpcAttachments", "TransitGatewayRouteTables", "VpnGateways"),
    *("LoadBalancers", "LoadBalancerDescriptions", "TargetGroups", "DBInstances"),
)
PARTS = ("Listeners", "TargetHealthDescriptions", "Attributes", "Routes")
"""What is asked of each thing by itself."""

CANNOT_MATTER = ("NatGateways", "VpcEndpoints", "PrefixLists", "VpnGateways", "DBInstances", "SecurityGroupRules")
"""Nothing in these clouds is of these kinds, nor leads over them."""

SEEDS = (5, 28, 44)
PORTS = (Asked(), Asked(protocol="tcp", first=443, last=443), Asked(protocol="tcp", first=5433, last=5433))


_NO_BLOCK: tuple[dict[str, Any], ...] = (
    {"VpcBlockPublicAccessOptions": {"InternetGatewayBlockMode": "off", "ManagedBy": "account"}},
    {"VpcBlockPublicAccessExclusions": []},
)


def without(cloud: Cloud, key: str) -> Cloud:
    made = Cloud()
    made.answers = {name: held for name, held in cloud.answers.items() if name != key}
    made.more = [body for body in (*cloud.more, *_NO_BLOCK) if key not in body]
    return made


def denied(estate: Estate) -> Estate:
    """Return the estate in which whatever was not looked at had been asked for, and was refused."""
    resources: list[Resource] = []
    for each in estate.resources:
        refused: Any = replace(each, **dict(_refused_facts(each)))  # pyright: ignore[reportArgumentType, reportUnknownVariableType] -- every kind is a dataclass
        resources.append(refused)  # pyright: ignore[reportUnknownArgumentType] -- as above
    listings = [replace(each, unread=_refused(each.unread)) for each in estate.listings]
    return Estate(resources, listings, taken_at=estate.taken_at)


def _refused(unread: Unread | None) -> Unread | None:
    if unread is None or unread.cause is not Cause.NOT_LOOKED_AT:
        return unread
    return Unread(Cause.DENIED, "access denied")


def _refused_facts(of: Resource) -> Iterator[tuple[str, Fact[Any]]]:
    for field in fields(of):  # pyright: ignore[reportArgumentType] -- every kind is a dataclass
        held: Any = getattr(of, field.name)
        if isinstance(held, Fact) and held.unread:
            yield field.name, Fact[Any](_refused(held.unread), held.source)


def answers(estate: Estate) -> Iterator[tuple[tuple[str, str, Asked], Answer]]:
    reach = Reach(estate)
    found = {id: place for id in PLACES for place in list(places(id, reach))[:1]}
    for end, place in found.items():
        for start in ("", *(found.keys() - {end})):
            source = Inside((found[start],)) if start else Outside()
            for asked in PORTS:
                yield (start, end, asked), answer(reach, source, place, asked)


@pytest.mark.parametrize("key", (*LISTS, *PARTS))
def test_what_is_unread_never_makes_another_firm_answer(key: str) -> None:
    for seed in SEEDS:
        cloud = random_cloud(seed)
        whole = {about: told.reachable for about, told in answers(without(cloud, "").estate())}
        left_out = without(cloud, key).estate()
        for estate, why in ((left_out, "left out"), (denied(left_out), "denied")):
            for about, told in answers(estate):
                if told.reachable == whole[about]:
                    continue
                assert key not in CANNOT_MATTER, (seed, why, about)
                named = told.gaps or (why == "left out" and told.assumes)
                assert told.reachable is None or (told.reachable is False and named), (seed, why, about, told.by)
