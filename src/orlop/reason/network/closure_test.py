"""Law: the closure is what a walker reaches who starts on the internet, and again from each place so reached."""

import pytest
from tests.random_clouds import PLACES, STRANGERS, packets, random_cloud
from tests.walker import Walker

from orlop.reason.network.closure import closure
from orlop.reason.network.reach import Reach


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
