from dataclasses import fields, replace
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

import pytest
from tests.cases import DENIED, estate
from tests.networks import group, interface, placed

from orlop.estate.aws.elbv2 import LoadBalancer
from orlop.estate.aws.lambda_ import Function
from orlop.estate.aws.rds import DBCluster, DBInstance
from orlop.estate.aws.vpc import NetworkInterface
from orlop.estate.fact import Fact, NotKnown
from orlop.estate.resource import Resource
from orlop.reason.network import placement

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
    ("about", "deaf"),
    [
        pytest.param(interface(), False, id="an interface"),
        pytest.param(interface(public="", type="lambda", managed=True), True, id="a function's interface"),
        pytest.param(naming(DBInstance), False, id="a database"),
        pytest.param(naming(LoadBalancer), False, id="a load balancer"),
        pytest.param(naming(Function), True, id="a function without an interface now"),
    ],
)
def test_what_takes_no_connections(about: Resource, deaf: bool) -> None:
    within = estate(group(), about)
    [user] = placement.users(group(), within)
    assert user.deaf is deaf
    assert placement.using(group(), within) == (() if deaf else (user,))


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
