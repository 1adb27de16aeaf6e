"""Laws: the closure is what a walker reaches who starts on the internet, and again from each place so reached; and it
is what one finds who tries every interface from every other one, with as many hops."""

import pytest
from benchmarks.reason import listings, network
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.clouds import ANYWHERE, Cloud, permit
from tests.random_clouds import PLACES, STRANGERS, packets, random_cloud
from tests.walker import Walker

from orlop.estate.estate import Estate
from orlop.reason.network.closure import closure
from orlop.reason.network.places import Place, of_interface
from orlop.reason.network.reach import Outside, Reach
from orlop.reason.network.steps import together


def by_walking(walker: Walker) -> dict[str, int]:
    """Return after how many places each instance is reached."""
    places = {id: f"eni-{id.removeprefix('i-')}" for id in PLACES}
    found: dict[str, int] = {
        id: 0
        for id, eni in places.items()
        if any(walker.from_internet(eni, sender, *packet) for sender in STRANGERS for packet in packets())
    }
    hops = 0
    while fresh := {
        id: hops + 1
        for id in PLACES.keys() - found.keys()
        if any(
            walker.between(places[by], places[id], *packet, six=six)
            for by in found
            if found[by] == hops
            for packet in packets()
            for six in (False, True)
        )
    }:
        found |= fresh
        hops += 1
    return found


@pytest.mark.parametrize("batch", range(5))
def test_the_closure_is_what_can_be_walked(batch: int) -> None:
    for seed in range(1000 + batch * 10, 1010 + batch * 10):
        cloud = random_cloud(seed)
        reached = {id: each.hops for each in closure(Reach(cloud.estate())) for id in each.ids}
        told = {id: hops for id in PLACES if (hops := reached.get(f"eni-{id.removeprefix('i-')}")) is not None}
        assert told == by_walking(Walker(cloud)), seed


def brute(estate: Estate) -> dict[str, int]:
    """How many places have to be used before each interface that is reached, by trying all pairs."""
    reach = Reach(estate)
    everything = [of_interface(each, reach.fabric) for each in reach.fabric.interfaces.values()]
    hops = {place.id: 0 for place in everything if together(a.passes for a in reach.arrivals(Outside(), place)).least}
    places = {place.id: place for place in everything}
    frontier = set(hops)
    while frontier:
        left = [place for place in everything if place.id not in hops]
        fresh = {goal.id for goal in left if any(_arrives(reach, places[sender], goal) for sender in frontier)}
        hops |= dict.fromkeys(fresh, max(hops.values()) + 1)
        frontier = fresh
    return hops


def _arrives(reach: Reach, sender: Place, goal: Place) -> bool:
    return bool(together(reach.steps.way(way.steps) for way in reach.ways.between(sender, goal)).least)


def found(estate: Estate) -> dict[str, int]:
    return {id: each.hops for each in closure(Reach(estate)) for id in each.ids}


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, 10_000))
def test_it_is_what_trying_all_pairs_finds(seed: int) -> None:
    estate = Estate(list(network(80, seed, each=10)), listings(), taken_at="2026-01-01T00:00:00Z")
    assert found(estate) == brute(estate)


def chain(*, reference: bool = False, v6: bool = False) -> Cloud:
    """The internet reaches i-1; from there i-2 may be reached, by its address, its group or over IPv6; and so on."""
    cloud = Cloud()
    cloud.vpc("vpc-1", "10.0.0.0/16", "2a05:d018:1::/56")
    cloud.subnet("subnet-1", "vpc-1", "10.0.1.0/24", v6="2a05:d018:1:1::/64")
    cloud.subnet("subnet-2", "vpc-1", "10.0.2.0/24", v6="2a05:d018:1:2::/64")
    cloud.table("rtb-1", "vpc-1", (ANYWHERE, "igw-1"), subnets=["subnet-1"])
    cloud.group("sg-1", "vpc-1", permit(ANYWHERE, 22))
    cloud.group("sg-2", "vpc-1", permit("sg-1" if reference else "2a05:d018:1:1::/64" if v6 else "10.0.1.5/32", 5432))
    cloud.instance("i-1", "subnet-1", "10.0.1.5", "sg-1", public="52.0.0.1")
    if v6:
        cloud.answers["NetworkInterfaces"][-1]["Ipv6Addresses"] = [{"Ipv6Address": "2a05:d018:1:1::5"}]
    cloud.instance("i-2", "subnet-2", "10.0.2.6", "sg-2")
    if v6:
        cloud.answers["NetworkInterfaces"][-1]["Ipv6Addresses"] = [{"Ipv6Address": "2a05:d018:1:2::6"}]
    return cloud


@pytest.mark.parametrize("more", [{}, {"reference": True}, {"v6": True}], ids=["address", "group", "v6"])
def test_a_second_hop_by_address_by_group_and_by_v6(more: dict[str, bool]) -> None:
    assert found(chain(**more).estate()) == {"eni-1": 0, "eni-2": 1}


def test_it_says_from_where_and_what_arrives() -> None:
    second = next(each for each in closure(Reach(chain().estate())) if each.hops)
    assert second.by
    assert (second.by.ids, second.ids) == (("eni-1",), ("eni-2",))
    assert [run[:2] for run in second.passes.least["tcp"]] == [(5432, 5432)]


def test_of_two_alike_only_the_one_that_a_rule_names_is_reached() -> None:
    """They lie in one subnet and wear one group, but the sender's group lets out to one of them only."""
    cloud = chain()
    cloud.instance("i-3", "subnet-2", "10.0.2.7", "sg-2")
    assert found(cloud.estate()) == {"eni-1": 0, "eni-2": 1, "eni-3": 1}
    cloud.answers["SecurityGroups"] = [g for g in cloud.answers["SecurityGroups"] if g["GroupId"] != "sg-1"]
    cloud.group("sg-1", "vpc-1", permit(ANYWHERE, 22), egress=[permit("10.0.2.7/32")])
    assert found(cloud.estate()) == {"eni-1": 0, "eni-3": 1}
