"""Law: whatever changes one after another, what stands is the same as worked out from scratch."""

from dataclasses import replace

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.clouds import ANYWHERE, Cloud, permit
from tests.random_clouds import random_cloud

from orlop.estate.aws.security_group import SecurityGroup
from orlop.estate.aws.vpc import NetworkAcl, RouteTable
from orlop.estate.estate import Estate
from orlop.reason.network.classes import Ids
from orlop.reason.network.exposure import exposed
from orlop.reason.network.fabric import Replaceable
from orlop.reason.network.names import places
from orlop.reason.network.reach import Inside, Outside, Reach
from orlop.reason.network.standing import Standing
from orlop.reason.network.steps import Between


def replaceable(estate: Estate) -> dict[str, Replaceable]:
    kinds = (SecurityGroup, NetworkAcl, RouteTable)
    return {each.id: each for kind in kinds for each in estate.each(kind)}


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, 10_000), st.data())
def test_what_stands_is_the_same_as_from_scratch(seed: int, data: st.DataObject) -> None:
    estate = random_cloud(seed).estate()
    then = replaceable(random_cloud(seed + 1).estate())
    fresh = [each for id, each in replaceable(estate).items() if id in then and then[id] != each]
    inside = Inside(tuple(places("i-1", Reach(estate))))
    standing = [(source, Standing(Reach(estate), source)) for source in (Outside(), inside)]
    for each in data.draw(st.permutations(fresh)):
        estate = estate.replacing(then[each.id])
        for source, stands in standing:
            before = by_id(stands)
            changed = stands.after(then[each.id])
            assert stands.exposed == exposed(Reach(estate), source)
            after = by_id(stands)
            different = {id for id in before.keys() | after.keys() if before.get(id) != after.get(id)}
            assert {id for difference in changed for id in difference.ids} == different


def by_id(stands: Standing) -> dict[str, Between]:
    return {id: each.passes for each in stands.exposed for id in each.ids}


def small() -> Estate:
    cloud = Cloud()
    cloud.vpc("vpc-1", "10.0.0.0/16")
    cloud.subnet("subnet-1", "vpc-1", "10.0.1.0/24")
    cloud.table("rtb-1", "vpc-1", (ANYWHERE, "igw-1"), subnets=["subnet-1"])
    cloud.table("rtb-2", "vpc-1", (ANYWHERE, "igw-1"))
    for number in (1, 2):
        cloud.group(f"sg-{number}", "vpc-1", permit(ANYWHERE, 22))
        cloud.instance(f"i-{number}", "subnet-1", f"10.0.1.{number + 4}", f"sg-{number}", public=f"52.0.0.{number}")
    return cloud.estate()


def the(estate: Estate, id: str) -> Replaceable:
    return next(each for each in replaceable(estate).values() if each.id.endswith(f"/{id}"))


def changed(stands: Standing, *fresh: Replaceable) -> dict[Ids, tuple[bool, bool]]:
    return {d.ids: (d.before is not None, d.after is not None) for d in stands.after(*fresh)}


def test_a_change_concerns_who_wears_the_group_and_is_undone_by_its_contrary() -> None:
    estate = small()
    stands = Standing(Reach(estate), Outside())
    group = the(estate, "sg-2")
    assert isinstance(group, SecurityGroup)
    assert changed(stands, replace(group, ingress=())) == {("eni-2",): (True, False)}
    assert changed(stands, replace(group, ingress=())) == {}
    assert changed(stands, group) == {("eni-2",): (False, True)}
    assert stands.exposed == exposed(Reach(estate), Outside())


def test_a_subnet_joined_to_another_table_is_seen() -> None:
    estate = small()
    stands = Standing(Reach(estate), Outside())
    one, other = the(estate, "rtb-1"), the(estate, "rtb-2")
    assert isinstance(one, RouteTable)
    assert isinstance(other, RouteTable)
    both = [("eni-1",), ("eni-2",)]
    assert changed(stands, replace(one, subnets=())) == dict.fromkeys(both, (True, False))
    assert changed(stands, replace(other, subnets=("subnet-1",))) == dict.fromkeys(both, (False, True))


def test_what_lies_behind_a_load_balancer_in_another_network_is_seen() -> None:
    cloud = Cloud()
    for number in (1, 2):
        cloud.vpc(f"vpc-{number}", f"10.{number - 1}.0.0/16")
        cloud.subnet(f"subnet-{number}", f"vpc-{number}", f"10.{number - 1}.1.0/24")
        cloud.group(f"sg-{number}", f"vpc-{number}", permit(ANYWHERE, 443))
    cloud.table("rtb-1", "vpc-1", (ANYWHERE, "igw-1"), ("10.1.0.0/16", "pcx-1"), subnets=["subnet-1"])
    cloud.table("rtb-2", "vpc-2", ("10.0.0.0/16", "pcx-1"), subnets=["subnet-2"])
    cloud.peering("pcx-1", "vpc-1", "vpc-2")
    cloud.instance("i-2", "subnet-2", "10.1.1.9", "sg-2")
    arn = cloud.balancer("front", "application", "subnet-1", groups=["sg-1"])
    cloud.listener(arn, "HTTP", 443, cloud.targets("far", "vpc-1", "HTTP", 443, "10.1.1.9", type="ip"))
    estate = cloud.estate()
    stands = Standing(Reach(estate), Outside())
    table = the(estate, "rtb-1")
    assert isinstance(table, RouteTable)
    local = tuple(route for route in table.routes if route.target != "igw-1")
    assert changed(stands, replace(table, routes=local)) == {(arn,): (True, False), ("eni-2",): (True, False)}
    assert stands.exposed == ()


def test_a_range_that_divides_a_class_divides_it() -> None:
    cloud = Cloud()
    cloud.vpc("vpc-1", "10.0.0.0/16")
    cloud.subnet("subnet-1", "vpc-1", "10.0.1.0/24")
    cloud.group("sg-1", "vpc-1", egress=[permit(ANYWHERE)])
    cloud.group("sg-2", "vpc-1", permit(ANYWHERE, 22))
    cloud.instance("i-1", "subnet-1", "10.0.1.5", "sg-1")
    for number in (2, 3):
        cloud.instance(f"i-{number}", "subnet-1", f"10.0.1.{number + 4}", "sg-2")
    estate = cloud.estate()
    inside = Inside(tuple(places("i-1", Reach(estate))))
    stands = Standing(Reach(estate), inside)
    cloud.answers["SecurityGroups"].clear()
    cloud.group("sg-1", "vpc-1", egress=[permit("10.0.1.6/32")])
    one = the(cloud.estate(), "sg-1")
    assert changed(stands, one) == {("eni-3",): (True, False)}
    assert stands.exposed == exposed(Reach(estate.replacing(one)), inside)
    assert changed(stands, the(estate, "sg-1")) == {("eni-3",): (False, True)}
    assert stands.exposed == exposed(Reach(estate), inside)
