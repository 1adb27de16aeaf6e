"""Ways through NAT gateways and appliances within networks: what AWS documents, one case each."""

import pytest
from tests.clouds import ME, Cloud, entry, permit
from tests.reaching import asked, stopped_by


def nat(*, kind: str = "private", onward: bool = True, rule: str = "10.0.9.9/32", state: str = "available") -> Cloud:
    """A network whose instances reach another one by a NAT gateway and a peering."""
    cloud = Cloud()
    cloud.vpc("vpc-1", "10.0.0.0/16")
    cloud.subnet("subnet-1", "vpc-1", "10.0.1.0/24")
    cloud.subnet("subnet-9", "vpc-1", "10.0.9.0/24")
    cloud.table("rtb-1", "vpc-1", ("10.1.0.0/16", "nat-1"), subnets=["subnet-1"])
    cloud.table("rtb-9", "vpc-1", ("10.1.0.0/16", "pcx-1" if onward else "igw-1"), subnets=["subnet-9"])
    cloud.group("sg-1", "vpc-1", permit("10.0.0.0/8"))
    cloud.instance("i-1", "subnet-1", "10.0.1.5", "sg-1")
    cloud.interface("eni-nat", "subnet-9", "10.0.9.9", InterfaceType="nat_gateway")
    address = {"PrivateIp": "10.0.9.9", "NetworkInterfaceId": "eni-nat", "IsPrimary": True}
    cloud.add(
        "NatGateways",
        NatGatewayId="nat-1",
        VpcId="vpc-1",
        SubnetId="subnet-9",
        State=state,
        ConnectivityType=kind,
        NatGatewayAddresses=[address | ({"PublicIp": "52.9.9.9"} if kind == "public" else {})],
    )
    cloud.vpc("vpc-2", "10.1.0.0/16", gateway=False)
    cloud.subnet("subnet-2", "vpc-2", "10.1.1.0/24")
    cloud.table("rtb-2", "vpc-2", ("10.0.9.0/24", "pcx-1"), subnets=["subnet-2"])
    cloud.group("sg-2", "vpc-2", permit(rule, 5432), permit(rule, None))
    cloud.peering("pcx-1", "vpc-1", "vpc-2")
    cloud.instance("i-2", "subnet-2", "10.1.1.5", "sg-2")
    return cloud


@pytest.mark.parametrize("kind", ["private", "public"])
def test_others_see_the_nat_gateway_s_private_address(kind: str) -> None:
    found = asked(nat(kind=kind), "i-1", "i-2:5432")
    assert found.reachable is True
    assert found.by == "NAT gateway"
    assert any(hop.kind == "NAT gateway" and "10.0.9.9" in hop.says for hop in found.path)
    assert all(hop.passes for hop in found.path)
    assert "security group" in stopped_by(asked(nat(kind=kind, rule="10.0.1.0/24"), "i-1", "i-2:5432"))


def test_nobody_comes_in_by_a_nat_gateway() -> None:
    assert asked(nat(), "i-2", "i-1:5432").reachable is False
    assert asked(nat(), "i-2", "eni-nat:5432").reachable is False


def test_it_passes_on_tcp_udp_and_icmp_only() -> None:
    found = asked(nat(), "i-1", "i-2")
    assert set(found.flows) == {"tcp", "udp", "icmp"}


def test_where_it_leads_to_the_internet_only_other_networks_are_not_reached() -> None:
    assert "NAT gateway" in stopped_by(asked(nat(onward=False), "i-1", "i-2:5432"))


def test_one_that_failed_passes_nothing() -> None:
    assert "NAT gateway" in stopped_by(asked(nat(state="failed"), "i-1", "i-2:5432"))


def test_nothing_is_known_of_one_that_was_not_read() -> None:
    assert asked(nat(), "i-1", "i-2:5432", without=["NatGateways"]).reachable is None


def test_network_acls_count_on_both_sides_of_it() -> None:
    for subnet, entries in (
        ("subnet-9", [entry(10, "deny", "10.0.1.0/24"), entry(20), entry(20, egress=True)]),
        ("subnet-9", [entry(10, "deny", "10.1.0.0/16", egress=True), entry(20), entry(20, egress=True)]),
        ("subnet-9", [entry(10, "deny", "10.1.0.0/16"), entry(20), entry(20, egress=True)]),
        ("subnet-1", [entry(10, "deny", "10.0.9.0/24"), entry(20), entry(20, egress=True)]),
        ("subnet-2", [entry(10, "deny", "10.0.9.0/24"), entry(20), entry(20, egress=True)]),
    ):
        cloud = nat()
        cloud.acl("acl-x", "vpc-2" if subnet == "subnet-2" else "vpc-1", *entries, subnets=[subnet])
        assert asked(cloud, "i-1", "i-2:5432").reachable is (subnet == "subnet-1"), entries


def within(target: str, *, forwards: bool = True, state: str = "available") -> Cloud:
    """One network in which a route for a whole subnet leads through something in the middle."""
    cloud = Cloud()
    cloud.vpc("vpc-1", "10.0.0.0/16")
    for number in (1, 2, 9):
        cloud.subnet(f"subnet-{number}", "vpc-1", f"10.0.{number}.0/24")
    cloud.table("rtb-1", "vpc-1", subnets=["subnet-1"])
    cloud.table("rtb-2", "vpc-1", subnets=["subnet-2"])
    key = "GatewayId" if target.startswith("vpce-") else "NetworkInterfaceId"
    for table, there in (("rtb-1", "10.0.2.0/24"), ("rtb-2", "10.0.1.0/24")):
        held = next(t for t in cloud.answers["RouteTables"] if t["RouteTableId"] == table)
        held["Routes"].append({"DestinationCidrBlock": there, key: target, "State": "active"})
    cloud.group("sg-1", "vpc-1", permit("10.0.0.0/16", 5432))
    cloud.instance("i-1", "subnet-1", "10.0.1.5", "sg-1")
    cloud.instance("i-2", "subnet-2", "10.0.2.5", "sg-1")
    cloud.group("sg-fw", "vpc-1", permit("0.0.0.0/0"))
    cloud.interface("eni-fw", "subnet-9", "10.0.9.9", "sg-fw", SourceDestCheck=not forwards)
    cloud.interface("eni-gw", "subnet-9", "10.0.9.8", InterfaceType="gateway_load_balancer_endpoint")
    cloud.add(
        "VpcEndpoints",
        VpcEndpointId="vpce-1",
        VpcEndpointType="GatewayLoadBalancer",
        VpcId="vpc-1",
        ServiceName="com.amazonaws.vpce.eu-west-1.vpce-svc-9",
        State=state,
        SubnetIds=["subnet-9"],
        NetworkInterfaceIds=["eni-gw"],
        OwnerId=ME,
    )
    return cloud


def test_a_route_for_a_whole_subnet_goes_before_the_local_one() -> None:
    for target in ("eni-fw", "vpce-1"):
        found = asked(within(target), "i-1", "i-2:5432")
        assert found.reachable is True
        assert target in found.assumes[0]
        assert any(hop.kind == "appliance" and hop.subject == target for hop in found.path)


def test_an_interface_that_does_not_forward_stops_it() -> None:
    assert "appliance" in stopped_by(asked(within("eni-fw", forwards=False), "i-1", "i-2:5432"))


def test_an_endpoint_that_is_not_available_stops_it() -> None:
    assert "appliance" in stopped_by(asked(within("vpce-1", state="failed"), "i-1", "i-2:5432"))


def test_what_only_passes_packets_on_is_no_goal() -> None:
    assert asked(within("vpce-1"), "i-1", "eni-gw").reachable is False
