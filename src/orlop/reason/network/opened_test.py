"""What became reachable between two looks at small clouds, and which change is to blame."""

from collections.abc import Callable

import pytest
from tests.clouds import ANYWHERE, Cloud, permit

from orlop.estate.difference import difference
from orlop.reason.addresses import ranges
from orlop.reason.network.admission import Admissions
from orlop.reason.network.flows import NO_FLOWS, both, minus
from orlop.reason.network.opened import Opened, Turned, turned

Change = Callable[[Cloud], object]


def office() -> Cloud:
    """Two servers of one group with public addresses, a private one, and a load balancer; only an office gets in."""
    cloud = Cloud()
    cloud.vpc("vpc-1", "10.0.0.0/16")
    cloud.subnet("subnet-1", "vpc-1", "10.0.1.0/24")
    cloud.subnet("subnet-2", "vpc-1", "10.0.2.0/24")
    cloud.table("rtb-1", "vpc-1", (ANYWHERE, "igw-1"), subnets=["subnet-1"])
    cloud.table("rtb-2", "vpc-1", subnets=["subnet-2"])
    cloud.group("sg-1", "vpc-1", permit("203.0.113.0/24", 22))
    cloud.group("sg-2", "vpc-1", permit(ANYWHERE, 5432))
    cloud.group("sg-lb", "vpc-1", permit("203.0.113.0/24", 443))
    cloud.instance("i-1", "subnet-1", "10.0.1.5", "sg-1", public="52.1.2.3", name="claims-web")
    cloud.instance("i-2", "subnet-1", "10.0.1.6", "sg-1", public="52.1.2.4", name="claims-web-2")
    cloud.instance("i-3", "subnet-2", "10.0.2.5", "sg-2", public="52.1.2.5", name="claims-db")
    return cloud


def compared(*changes: Change, before: tuple[str, ...] = (), after: tuple[str, ...] = ()) -> Turned:
    changed = office()
    for change in changes:
        change(changed)
    old, new = office().estate(without=before), changed.estate(without=after)
    return turned(old, new, difference(old, new))


def widen(cloud: Cloud) -> None:
    group = next(g for g in cloud.answers["SecurityGroups"] if g["GroupId"] == "sg-1")
    group["IpPermissions"].append(permit(ANYWHERE, 3389))


def route(cloud: Cloud) -> None:
    table = next(t for t in cloud.answers["RouteTables"] if t["RouteTableId"] == "rtb-2")
    table["Routes"].append({"DestinationCidrBlock": ANYWHERE, "GatewayId": "igw-1", "State": "active"})


def rename(cloud: Cloud) -> None:
    cloud.answers["Vpcs"][0]["Tags"] = [{"Key": "Name", "Value": "production"}]


def started(cloud: Cloud) -> None:
    cloud.instance("i-9", "subnet-1", "10.0.1.9", "sg-1", public="52.1.2.9", name="new-one")


def close_office(cloud: Cloud) -> None:
    group = next(g for g in cloud.answers["SecurityGroups"] if g["GroupId"] == "sg-1")
    group["IpPermissions"] = [permit("203.0.113.0/25", 22)]


def blamed(opened: Opened) -> set[str]:
    """Return the short ids of the changes that opened something."""
    return {change.resource.id.rpartition("/")[2] for change in opened.by}


def test_nothing_turned_where_nothing_changed() -> None:
    assert compared() == Turned(opened=(), shut=(), unsure=())
    assert compared(rename) == Turned(opened=(), shut=(), unsure=())


def test_the_rule_that_opened_a_port_is_named_and_the_set_is_exact() -> None:
    found = compared(widen, rename)
    [opened] = found.opened
    assert set(opened.ids) == {"eni-1", "eni-2"}
    [(first, last, sent)] = opened.flows["tcp"]
    assert (first, last, ranges(sent)) == (3389, 3389, (ANYWHERE,))
    assert blamed(opened) == {"sg-1"}
    assert opened.alone
    assert (opened.packet.protocol, opened.packet.port) == ("tcp", 3389)
    assert all(hop.passes for hop in opened.hops)
    assert found.shut == ()


def test_a_route_opens_what_a_group_left_ajar() -> None:
    found = compared(route, rename)
    assert blamed(found.opened[0]) == {"rtb-2"}
    assert found.opened[0].ids == ("eni-3",)
    assert set(found.opened[0].flows) == {"tcp"}


def test_a_new_server_is_its_own_cause() -> None:
    found = compared(started)
    [opened] = found.opened
    assert opened.ids == ("eni-9",)
    assert blamed(opened) == {"eni-9"}


def test_changes_that_opened_it_together_are_both_named() -> None:
    def ajar(cloud: Cloud) -> None:
        group = next(g for g in cloud.answers["SecurityGroups"] if g["GroupId"] == "sg-2")
        group["IpPermissions"] = [permit(ANYWHERE, 6379)]

    found = compared(route, ajar)
    [opened] = [each for each in found.opened if each.ids == ("eni-3",)]
    assert blamed(opened) == {"rtb-2", "sg-2"}
    assert not opened.alone


def test_of_changes_that_would_each_have_done_it_all_are_named() -> None:
    def second_group(cloud: Cloud) -> None:
        cloud.group("sg-9", "vpc-1", permit(ANYWHERE, 3389))
        for interface in cloud.answers["NetworkInterfaces"][:1]:
            interface["Groups"].append({"GroupId": "sg-9", "GroupName": "sg-9"})

    found = compared(widen, second_group)
    opened = next(each for each in found.opened if "eni-1" in each.ids)
    assert opened.alone
    assert "sg-1" in blamed(opened)


def test_what_was_shut_is_exact() -> None:
    [shut] = compared(close_office).shut
    [(first, last, sent)] = shut.flows["tcp"]
    assert (first, last, ranges(sent)) == (22, 22, ("203.0.113.128/25",))


@pytest.mark.parametrize("kind", ["SecurityGroups", "Subnets"])
def test_what_may_have_been_open_before_is_not_called_opened(kind: str) -> None:
    found = compared(widen, before=(kind,))
    assert found.opened == ()
    assert set(found.unsure) >= {"eni-1", "eni-2"}


@pytest.mark.parametrize("kind", ["RouteTables", "NetworkAcls"])
def test_what_surely_was_shut_before_is_called_opened(kind: str) -> None:
    [opened] = compared(widen, before=(kind,)).opened
    assert blamed(opened) == {"sg-1"}


def test_what_may_be_open_now_is_not_known() -> None:
    found = compared(widen, after=("RouteTables",))
    assert found.opened == ()
    assert set(found.unsure) >= {"eni-1", "eni-2"}


def test_from_new_to_old_what_was_opened_is_what_was_shut() -> None:
    changed = office()
    for change in (widen, route, close_office):
        change(changed)
    old, new = office().estate(), changed.estate()
    there, back = turned(old, new, difference(old, new)), turned(new, old, difference(new, old))
    assert {(e.ids, tuple(sorted(e.flows.items()))) for e in there.opened} == {
        (e.ids, tuple(sorted(e.flows.items()))) for e in back.shut
    }
    assert {e.ids for e in there.shut} == {e.ids for e in back.opened}


@pytest.mark.parametrize("change", [widen, route, close_office, started])
def test_before_and_what_was_opened_less_what_was_shut_is_after(change: Change) -> None:
    changed = office()
    change(changed)
    old, new = office().estate(), changed.estate()
    found = turned(old, new, difference(old, new))
    before = {id: each.flows for each in old.once(Admissions).exposed for id in each.ids}
    after = {id: each.flows for each in new.once(Admissions).exposed for id in each.ids}
    for id in {*before, *after}:
        was, is_ = before.get(id, NO_FLOWS), after.get(id, NO_FLOWS)
        opened = next((e.flows for e in found.opened if id in e.ids), NO_FLOWS)
        shut = next((e.flows for e in found.shut if id in e.ids), NO_FLOWS)
        assert minus(is_, was) == opened
        assert minus(was, is_) == shut
        assert not both(opened, shut)
