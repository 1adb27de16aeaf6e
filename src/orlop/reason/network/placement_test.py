from dataclasses import fields, replace
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

import pytest
from tests.cases import DENIED, estate
from tests.networks import group, instance, interface, placed

from orlop.estate.aws.elbv2 import LoadBalancer
from orlop.estate.aws.lambda_ import Function
from orlop.estate.aws.rds import DBCluster, DBInstance
from orlop.estate.aws.vpc import NetworkInterface
from orlop.estate.fact import Fact, NotKnown
from orlop.estate.resource import Resource
from orlop.reason.network import placement
from orlop.reason.network.placement import Standing

R = TypeVar("R", bound=Resource)


def naming(kind: type[R], **given: Any) -> R:
    """Something that names the group `sg-1`, the rest empty or unread."""
    hints = get_type_hints(kind)
    empty = {str: "", bool: False, int: 0, tuple: ()}
    plain: dict[str, Any] = {
        f.name: Fact(DENIED, "a:Get") if get_origin(hints[f.name]) is Fact else _empty(hints[f.name], empty)
        for f in fields(kind)  # pyright: ignore[reportArgumentType] -- every kind is a dataclass
    }
    return kind(**{**plain, **placed("thing", "thing-1", "a:List"), "groups": ("sg-1",), **given})


def _empty(hint: Any, empty: dict[type, Any]) -> Any:
    return None if type(None) in get_args(hint) else empty.get(get_origin(hint) or hint)


@pytest.mark.parametrize(
    ("about", "expected"),
    [
        pytest.param(interface(), Standing.PUBLIC, id="public v4"),
        pytest.param(interface(public="", addresses_v6=("2a05:d018::1",)), Standing.PUBLIC, id="v6"),
        pytest.param(interface(public="", instance="i-1"), Standing.PUBLIC, id="its instance tells"),
        pytest.param(interface(public="", managed=True), Standing.FRONT, id="a service rules it"),
        pytest.param(interface(public="", type="network_load_balancer"), Standing.FRONT, id="a load balancer"),
        pytest.param(interface(public=""), Standing.PRIVATE, id="private"),
        pytest.param(interface(public="", type="lambda", managed=True), Standing.DEAF, id="a function"),
        pytest.param(naming(DBInstance, public=True), Standing.PUBLIC, id="a public database"),
        pytest.param(naming(DBInstance), Standing.PRIVATE, id="a database"),
        pytest.param(naming(DBCluster, public=True), Standing.PUBLIC, id="a public cluster"),
        pytest.param(naming(LoadBalancer, scheme="internet-facing"), Standing.PUBLIC, id="a public load balancer"),
        pytest.param(naming(LoadBalancer, scheme="internal"), Standing.FRONT, id="an internal load balancer"),
        pytest.param(naming(Function), Standing.DEAF, id="a function without an interface now"),
    ],
)
def test_how_near_the_internet(about: Resource, expected: Standing) -> None:
    [user] = placement.users(group(), estate(group(), about, instance()))
    assert user.standing is expected


def test_who_uses_a_group() -> None:
    about = group()
    assert placement.users(about, estate(about, interface("sg-2"))) == ()
    assert len(placement.users(about, estate(about, interface("sg-1", "sg-2"), naming(DBInstance)))) == 2
    elsewhere = replace(interface(), region="us-east-1")
    assert placement.users(about, estate(about, elsewhere)) == ()


@pytest.mark.parametrize("kind", [NetworkInterface, DBInstance, DBCluster, LoadBalancer, Function])
def test_nothing_is_called_unused_while_something_is_unread(kind: type[Resource]) -> None:
    about = group()
    with pytest.raises(NotKnown):
        placement.users(about, estate(about, unread=(kind,)))
    assert placement.users(about, estate(about, interface(), unread=(kind,)))
    assert placement.may_be_used(about, estate(about, unread=(kind,)))
    assert not placement.may_be_used(about, estate(about))
