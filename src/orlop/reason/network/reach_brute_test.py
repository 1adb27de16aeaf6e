"""Law: a packet is in the answer just if it arrives when walked by hand (`tests.walker`), on small random networks."""

import pytest
from tests.random_clouds import PLACES, STRANGERS, packets, random_cloud
from tests.walker import Walker

from orlop.reason.addresses import cidr
from orlop.reason.network.flows import Flows, holds
from orlop.reason.network.names import places
from orlop.reason.network.places import Place
from orlop.reason.network.reach import Inside, Outside, Reach
from orlop.reason.network.steps import together

BATCHES, EACH = 8, 8


@pytest.mark.parametrize("batch", range(BATCHES))
def test_a_packet_is_in_the_answer_just_if_it_arrives(batch: int) -> None:
    for seed in range(batch * EACH, (batch + 1) * EACH):
        cloud = random_cloud(seed)
        walker, reach = Walker(cloud), Reach(cloud.estate())
        found = {id: next(places(id, reach)) for id in PLACES}
        for id, place in found.items():
            flows = _all(reach, Outside(), place)
            for sender in STRANGERS:
                for protocol, port in packets():
                    arrives = walker.from_internet(place.id, sender, protocol, port)
                    assert holds(flows, cidr(sender), protocol, port) == arrives, (seed, sender, id, protocol, port)
            for start in found:
                if start != id:
                    _compare_inside(walker, reach, found[start], place, seed)


def _compare_inside(walker: Walker, reach: Reach, start: Place, end: Place, seed: int) -> None:
    flows = _all(reach, Inside((start,)), end)
    for six, address in enumerate(PLACES[start.instance][1:]):
        for protocol, port in packets() if address else ():
            arrives = walker.between(start.id, end.id, protocol, port, six=bool(six))
            told = holds(flows, cidr(address), protocol, port)
            assert told == arrives, (seed, start.instance, end.instance, address, protocol, port)


def _all(reach: Reach, source: Outside | Inside, place: Place) -> Flows:
    whole = together(arrival.passes for arrival in reach.arrivals(source, place))
    assert whole.least == whole.most
    return whole.least
