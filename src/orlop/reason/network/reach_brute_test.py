"""Law: a packet is in the answer just if it arrives when walked by hand (`tests.walker`), on small random networks."""

import json
from typing import Any

from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st
from tests.clouds import ANYWHERE, Cloud, entry, permit
from tests.walker import Walker

from orlop.reason.addresses import cidr
from orlop.reason.network.flows import Flows, holds
from orlop.reason.network.names import places
from orlop.reason.network.reach import Inside, Outside, Reach
from orlop.reason.network.steps import together

PLACES = {
    "i-1": ("subnet-1", "10.0.1.5", "2a05:d018:1:1::5"),
    "i-2": ("subnet-2", "10.0.2.6", ""),
    "i-3": ("subnet-1", "10.0.1.7", ""),
    "i-9": ("subnet-9", "10.1.1.9", ""),
}
VPCS = {"subnet-1": "vpc-1", "subnet-2": "vpc-1", "subnet-9": "vpc-2"}
STRANGERS = ("8.8.8.8", "203.0.113.9", "198.51.100.1", "198.51.100.200", "192.168.1.1", "2001:db8:5::1", "2a00::1")
PORTS = (1, 22, 443, 1023, 5432, 5433, 40000)

sources = st.sampled_from(
    [
        *(ANYWHERE, "0.0.0.0/1", "128.0.0.0/1", "203.0.113.0/24", "198.51.100.0/25", "10.0.0.0/8", "10.0.2.0/24"),
        *("10.1.1.9/32", "::/0", "2a00::/12", "sg-1", "sg-2", "sg-9"),
    ]
)
runs = st.sampled_from([None, (22, 22), (0, 65535), (443, 5432), (5433, 5433)])


@st.composite
def rules(draw: st.DrawFn, egress: bool = False) -> dict[str, Any]:
    run = draw(runs)
    source = draw(sources)
    return permit(source, *run, protocol=draw(st.sampled_from(["tcp", "tcp", "udp"]))) if run else permit(source)


@st.composite
def entries(draw: st.DrawFn) -> list[dict[str, Any]]:
    found = [entry(200), entry(200, egress=True), entry(210, cidr="::/0"), entry(210, cidr="::/0", egress=True)]
    for number in range(draw(st.integers(0, 3))):
        source = draw(sources.filter(lambda s: not s.startswith("sg-")))
        run = draw(runs)
        action, egress = draw(st.sampled_from(["allow", "deny"])), draw(st.booleans())
        protocol = draw(st.sampled_from(["6", "17"])) if run else "-1"
        found.append(entry(100 + number, action, source, protocol, run, egress=egress))
    return found if draw(st.integers(0, 4)) else found[4:]


@st.composite
def clouds(draw: st.DrawFn) -> Cloud:
    cloud = Cloud()
    cloud.vpc("vpc-1", "10.0.0.0/16", "2a05:d018:1::/56", gateway=draw(st.integers(0, 5)) > 0)
    cloud.vpc("vpc-2", "10.1.0.0/16", gateway=draw(st.booleans()))
    for subnet, vpc in VPCS.items():
        cloud.subnet(
            subnet, vpc, {"subnet-1": "10.0.1.0/24", "subnet-2": "10.0.2.0/24", "subnet-9": "10.1.1.0/24"}[subnet]
        )
        igw = f"igw-{vpc[-1]}"
        other = "10.1.0.0/16" if vpc == "vpc-1" else "10.0.0.0/16"
        choice = [(ANYWHERE, igw), ("198.51.100.0/24", igw), ("203.0.113.0/24", "blackhole"), ("::/0", igw)]
        choice += [(other, "pcx-1"), ("10.1.1.0/24" if vpc == "vpc-1" else "10.0.1.0/24", "blackhole")]
        if draw(st.integers(0, 4)):
            named = draw(st.lists(st.sampled_from(choice), unique_by=lambda r: r[0], max_size=5))
            cloud.table(f"rtb-{subnet}", vpc, *named, subnets=[subnet])
        if draw(st.booleans()):
            cloud.acl(f"acl-{subnet}", vpc, *draw(entries()), subnets=[subnet])
    cloud.peering("pcx-1", "vpc-1", "vpc-2", draw(st.sampled_from(["active", "active", "deleted"])))
    for group, vpc in (("sg-1", "vpc-1"), ("sg-2", "vpc-1"), ("sg-9", "vpc-2")):
        egress = draw(st.lists(rules(), max_size=2)) if draw(st.booleans()) else None
        cloud.group(group, vpc, *draw(st.lists(rules(), max_size=3)), egress=egress)
    for number, (id, (subnet, ip, v6)) in enumerate(PLACES.items()):
        public = f"52.0.0.{number}" if draw(st.booleans()) else ""
        worn = ["sg-9"] if id == "i-9" else draw(st.sampled_from([["sg-1"], ["sg-2"], ["sg-1", "sg-2"]]))
        cloud.instance(id, subnet, ip, *worn, public=public, state=draw(st.sampled_from(["running"] * 4 + ["stopped"])))
        if v6 and draw(st.booleans()):
            cloud.answers["NetworkInterfaces"][-1]["Ipv6Addresses"] = [{"Ipv6Address": v6}]
    return cloud


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(clouds())
def test_a_packet_is_in_the_answer_just_if_it_arrives(cloud: Cloud) -> None:
    note(json.dumps(cloud.answers))
    walker, reach = Walker(cloud), Reach(cloud.estate())
    for id in PLACES:
        (place,) = places(id, reach)
        flows = _all(reach, Outside(), place)
        for sender in STRANGERS:
            for protocol in ("tcp", "udp"):
                for port in PORTS:
                    arrives = walker.from_internet(place.id, sender, protocol, port)
                    assert holds(flows, cidr(sender), protocol, port) == arrives, (id, sender, protocol, port)
        for other in PLACES:
            if other != id:
                _compare_inside(walker, reach, other, id)


def _compare_inside(walker: Walker, reach: Reach, one: str, other: str) -> None:
    (start,), (end,) = places(one, reach), places(other, reach)
    flows = _all(reach, Inside((start,)), end)
    sender = cidr(PLACES[one][1])
    for protocol in ("tcp", "udp"):
        for port in PORTS:
            arrives = walker.between(start.id, end.id, protocol, port)
            assert holds(flows, sender, protocol, port) == arrives, (one, other, protocol, port)


def _all(reach: Reach, source: Outside | Inside, place: Any) -> Flows:
    whole = together(arrival.passes for arrival in reach.arrivals(source, place))
    assert whole.least == whole.most
    return whole.least
