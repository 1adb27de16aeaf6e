"""Transit gateways that are peered, and networks in the middle: what AWS documents, one case each."""

from typing import Any

import pytest
from tests.clouds import ME, REGION, Cloud, joined, permit
from tests.reaching import asked, stopped_by

FAR = "us-east-1"
Routes = tuple[tuple[str, str], ...]


def attach(cloud: Cloud, gateway: str, kind: str, resource: str, id: str, subnet: str = "", **more: Any) -> None:
    link = {"TransitGatewayRouteTableId": f"tgw-rtb-{gateway[-1]}", "State": "associated"}
    item = {"TransitGatewayAttachmentId": id, "TransitGatewayId": gateway, "State": "available"}
    cloud.add(
        "TransitGatewayAttachments",
        **{**item, "ResourceType": kind, "ResourceId": resource, "Association": link, **more},
    )
    if subnet:
        cloud.add("TransitGatewayVpcAttachments", **item, VpcId=resource, SubnetIds=[subnet])


def gateway(cloud: Cloud, id: str, *routes: tuple[str, str]) -> None:
    table = f"tgw-rtb-{id[-1]}"
    cloud.add("TransitGateways", TransitGatewayId=id, State="available", OwnerId=ME, Options={})
    cloud.add("TransitGatewayRouteTables", TransitGatewayRouteTableId=table, TransitGatewayId=id, State="available")
    said = [
        {
            "DestinationCidrBlock": cidr,
            "TransitGatewayAttachments": [{"TransitGatewayAttachmentId": to}] if to else [],
            "Type": "static",
            "State": "active" if to else "blackhole",
        }
        for cidr, to in routes
    ]
    cloud.more.append({"TransitGatewayRouteTableId": table, "Routes": said, "AdditionalRoutesAvailable": False})


def network(number: int, hub: str, *, rule: str = "10.0.0.0/8") -> Cloud:
    """One network on a transit gateway, with an instance."""
    cloud = Cloud()
    cloud.vpc(f"vpc-{number}", f"10.{number}.0.0/16", gateway=False)
    cloud.subnet(f"subnet-{number}", f"vpc-{number}", f"10.{number}.1.0/24")
    cloud.table(f"rtb-{number}", f"vpc-{number}", ("10.0.0.0/8", hub), subnets=[f"subnet-{number}"])
    cloud.group(f"sg-{number}", f"vpc-{number}", permit(rule, 5432))
    cloud.instance(f"i-{number}", f"subnet-{number}", f"10.{number}.1.5", f"sg-{number}")
    return cloud


def near(*, routes: Routes = (("10.1.0.0/16", "att-1"), ("10.2.0.0/16", "att-p")), state: str = "available") -> Cloud:
    cloud = network(1, "tgw-1")
    gateway(cloud, "tgw-1", *routes)
    attach(cloud, "tgw-1", "vpc", "vpc-1", "att-1", "subnet-1")
    attach(cloud, "tgw-1", "peering", "tgw-2", "att-p", State=state)
    return cloud


def far(
    *,
    routes: Routes = (("10.2.0.0/16", "att-2"), ("10.1.0.0/16", "att-p")),
    state: str = "available",
    rule: str = "10.1.0.0/16",
) -> Cloud:
    cloud = network(2, "tgw-2", rule=rule)
    gateway(cloud, "tgw-2", *routes)
    attach(cloud, "tgw-2", "vpc", "vpc-2", "att-2", "subnet-2")
    attach(cloud, "tgw-2", "peering", "tgw-1", "att-p", State=state)
    return cloud


def test_two_regions_joined_by_peered_transit_gateways() -> None:
    both = joined((near(), ME, REGION), (far(), ME, FAR))
    found = asked(both, "i-1", "i-2:5432")
    assert found.reachable is True
    assert found.by == "transit gateway"
    assert sum(hop.kind == "transit gateway" for hop in found.path) == 4
    assert asked(both, "i-1", "i-2:22").reachable is False
    assert asked(both, "i-2", "i-1:5432").reachable is True


@pytest.mark.parametrize(
    ("here", "there"),
    [
        pytest.param(near(routes=(("10.1.0.0/16", "att-1"),)), far(), id="no route there"),
        pytest.param(near(), far(routes=(("10.2.0.0/16", "att-2"),)), id="no route back"),
        pytest.param(near(), far(routes=(("10.1.0.0/16", "att-p"),)), id="the far table knows not its own network"),
        pytest.param(near(routes=(("10.2.0.0/16", "att-p"),)), far(), id="the near table knows not its own network"),
        pytest.param(near(routes=(("10.1.0.0/16", "att-1"), ("10.2.0.0/16", ""))), far(), id="a blackhole"),
        pytest.param(
            near(routes=(("10.1.0.0/16", "att-1"), ("10.2.0.0/16", "att-p"), ("10.2.1.0/24", ""))),
            far(),
            id="a blackhole for a part",
        ),
        pytest.param(near(state="pendingAcceptance"), far(state="pendingAcceptance"), id="not accepted"),
    ],
)
def test_what_stops_it(here: Cloud, there: Cloud) -> None:
    both = joined((here, ME, REGION), (there, ME, FAR))
    assert "transit gateway" in stopped_by(asked(both, "i-1", "i-2:5432"))


def test_rules_that_name_groups_mean_nobody_beyond_a_peering() -> None:
    there = far(rule="sg-1")
    for cloud in (here := near(), there):
        cloud.answers["TransitGateways"][0]["Options"] = {"SecurityGroupReferencingSupport": "enable"}
        for each in cloud.answers["TransitGatewayVpcAttachments"]:
            each["Options"] = {"SecurityGroupReferencingSupport": "enable"}
    assert asked(joined((here, ME, REGION), (there, ME, FAR)), "i-1", "i-2:5432").reachable is False


def test_a_gateway_of_an_account_that_was_not_read_makes_it_unknown() -> None:
    here = near()
    here.vpc("vpc-2", "10.2.0.0/16", gateway=False)
    here.subnet("subnet-2", "vpc-2", "10.2.1.0/24")
    here.group("sg-2", "vpc-2", permit("10.0.0.0/8", 5432))
    here.instance("i-2", "subnet-2", "10.2.1.5", "sg-2")
    here.table("rtb-2", "vpc-2", ("10.0.0.0/8", "tgw-2"), subnets=["subnet-2"])
    found = asked(here, "i-1", "i-2:5432")
    assert found.reachable is None or "transit gateway" in stopped_by(found)


def test_a_table_that_another_account_knows_is_unknown() -> None:
    here = near()
    for each in here.answers["TransitGatewayAttachments"]:
        del each["Association"]
        each["TransitGatewayOwnerId"] = "999988887777"
    assert asked(joined((here, ME, REGION), (far(), ME, FAR)), "i-1", "i-2:5432").reachable is None


def middle(*, forwards: bool = True, back: bool = True, appliance: str = "eni-fw") -> Cloud:
    """Two networks whose packets go through an appliance in a third one."""
    cloud = network(1, "tgw-1")
    for number in (2, 3):
        other = network(number, "tgw-1")
        for key, items in other.answers.items():
            cloud.answers[key] += items
    cloud.subnet("subnet-4", "vpc-3", "10.3.4.0/24")
    cloud.group("sg-fw", "vpc-3", permit("0.0.0.0/0"))
    cloud.interface("eni-fw", "subnet-4", "10.3.4.9", "sg-fw", SourceDestCheck=not forwards)
    held = next(t for t in cloud.answers["RouteTables"] if t["RouteTableId"] == "rtb-3")
    held["Routes"][-1] = {"DestinationCidrBlock": "10.0.0.0/8", "NetworkInterfaceId": appliance, "State": "active"}
    cloud.table("rtb-4", "vpc-3", *([("10.0.0.0/8", "tgw-1")] if back else []), subnets=["subnet-4"])
    gateway(cloud, "tgw-1", ("10.0.0.0/8", "att-3"))
    gateway(cloud, "tgw-9", ("10.1.0.0/16", "att-1"), ("10.2.0.0/16", "att-2"))
    for number in (1, 2, 3):
        attach(cloud, "tgw-1", "vpc", f"vpc-{number}", f"att-{number}", f"subnet-{number}")
    cloud.answers["TransitGatewayVpcAttachments"][-1]["SubnetIds"] = ["subnet-3", "subnet-4"]
    after = {"TransitGatewayRouteTableId": "tgw-rtb-9", "State": "associated"}
    cloud.answers["TransitGatewayAttachments"][-1]["Association"] = after
    return cloud


def test_an_appliance_in_a_network_in_the_middle() -> None:
    found = asked(middle(), "i-1", "i-2:5432")
    assert found.reachable is True
    assert "eni-fw" in found.assumes[0]
    assert "appliance" in stopped_by(asked(middle(forwards=False), "i-1", "i-2:5432"))
    assert asked(middle(back=False), "i-1", "i-2:5432").reachable is False


def test_a_peering_of_a_network_in_the_middle_leads_no_further() -> None:
    cloud = middle(appliance="pcx-1")
    held = next(t for t in cloud.answers["RouteTables"] if t["RouteTableId"] == "rtb-3")
    held["Routes"][-1] = {"DestinationCidrBlock": "10.0.0.0/8", "VpcPeeringConnectionId": "pcx-1", "State": "active"}
    cloud.peering("pcx-1", "vpc-3", "vpc-2")
    assert "peering connection" in stopped_by(asked(cloud, "i-1", "i-2:5432"))
