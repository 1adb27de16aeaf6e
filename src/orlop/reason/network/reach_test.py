"""What reaches what, on small clouds read from an auditor's folder; each case with what AWS documents."""

from collections.abc import Callable, Iterable

import pytest
from tests.clouds import ANYWHERE, Cloud, entry, permit
from tests.reaching import asked, stopped_by

Change = Callable[[Cloud], object]


def web(*rules: dict[str, object], public: str = "52.1.2.3", state: str = "running") -> Cloud:
    """One instance in a subnet with a route to the internet."""
    cloud = Cloud()
    cloud.vpc("vpc-1", "10.0.0.0/16", "2a05:d018:1::/56")
    cloud.subnet("subnet-1", "vpc-1", "10.0.1.0/24", v6="2a05:d018:1:1::/64")
    cloud.subnet("subnet-2", "vpc-1", "10.0.2.0/24", zone="b")
    cloud.table("rtb-1", "vpc-1", (ANYWHERE, "igw-1"), subnets=["subnet-1"])
    cloud.group("sg-1", "vpc-1", *(rules or (permit(ANYWHERE, 22),)))
    cloud.instance("i-1", "subnet-1", "10.0.1.5", "sg-1", public=public, state=state, name="claims-web")
    return cloud


def test_the_internet_reaches_an_open_port_and_no_other() -> None:
    found = asked(web(), "internet", "i-1:22")
    assert found.reachable is True
    assert found.witness
    assert (found.witness.protocol, found.witness.port, found.witness.receiver) == ("tcp", 22, "10.0.1.5")
    assert all(hop.passes for hop in found.path)
    assert stopped_by(asked(web(), "internet", "i-1:23")) == {"security group"}


def test_a_name_an_address_and_an_interface_mean_the_same() -> None:
    for name in ("claims-web", "eni-1", "10.0.1.5", "52.1.2.3", "i-1", "sg-1"):
        assert asked(web(), "internet", f"{name}:22").reachable is True


def drop_gateway(cloud: Cloud) -> None:
    cloud.answers["InternetGateways"].clear()


def no_route(cloud: Cloud) -> None:
    cloud.answers["RouteTables"] = [t for t in cloud.answers["RouteTables"] if t["RouteTableId"] != "rtb-1"]


def half_route(cloud: Cloud) -> None:
    cloud.answers["RouteTables"] = [t for t in cloud.answers["RouteTables"] if t["RouteTableId"] != "rtb-1"]
    cloud.table("rtb-1", "vpc-1", ("198.51.100.0/24", "igw-1"), subnets=["subnet-1"])


def blackhole(cloud: Cloud) -> None:
    half_route(cloud)
    cloud.answers["RouteTables"][-1]["Routes"] = [
        {"DestinationCidrBlock": ANYWHERE, "GatewayId": "igw-1", "State": "blackhole"}
    ]


def acl(*entries: dict[str, object]) -> Change:
    return lambda cloud: cloud.acl("acl-1", "vpc-1", *entries, subnets=["subnet-1"])


def block(mode: str) -> Change:
    options = {"VpcBlockPublicAccessOptions": {"InternetGatewayBlockMode": mode, "ManagedBy": "account"}}
    return lambda cloud: cloud.more.extend([options, {"VpcBlockPublicAccessExclusions": []}])


SHUT: list[tuple[str, Cloud, Change, str]] = [
    ("no public address", web(public=""), lambda cloud: None, "public address"),
    ("stopped", web(state="stopped"), lambda cloud: None, "state"),
    ("no gateway", web(), drop_gateway, "internet gateway"),
    ("no route back", web(), no_route, "route table, for the answers"),
    ("blackhole", web(), blackhole, "route table, for the answers"),
    (
        "ACL denies",
        web(),
        acl(entry(90, "deny", protocol="6", ports=(22, 22)), entry(100), entry(100, egress=True)),
        "network ACL",
    ),
    ("ACL stops answers", web(), acl(entry(100), entry(100, protocol="6", ports=(443, 443), egress=True)), ""),
    ("ACL without answers", web(), acl(entry(100)), "network ACL, for the answers"),
    ("another office only", web(permit("203.0.113.0/24", 22)), half_route, ""),
    ("the whole region is blocked", web(), block("block-bidirectional"), "VPC block public access"),
]


@pytest.mark.parametrize(("cloud", "change", "by"), [pytest.param(*rest, id=name) for name, *rest in SHUT if rest[-1]])
def test_what_stops_it(cloud: Cloud, change: Change, by: str) -> None:
    change(cloud)
    assert by in stopped_by(asked(cloud, "internet", "i-1:22"))


def test_only_those_get_in_to_whom_the_answers_go_back() -> None:
    cloud = web(permit("203.0.113.0/24", 22), permit("198.51.100.0/25", 22))
    half_route(cloud)
    found = asked(cloud, "internet", "i-1:22")
    assert found.reachable is True
    assert found.witness
    assert found.witness.sender.startswith("198.51.100.")
    assert asked(cloud, "203.0.113.9", "i-1:22").reachable is False


def test_an_acl_is_tried_in_order() -> None:
    cloud = web()
    acl(entry(80, cidr="203.0.113.0/24"), entry(90, "deny"), entry(100), entry(100, egress=True))(cloud)
    assert asked(cloud, "203.0.113.9", "i-1:22").reachable is True
    assert asked(cloud, "198.51.100.1", "i-1:22").reachable is False


def test_ipv6_needs_no_translation_but_a_route() -> None:
    cloud = web(permit("::/0", 443))
    cloud.answers["NetworkInterfaces"][0]["Ipv6Addresses"] = [{"Ipv6Address": "2a05:d018:1:1::5"}]
    assert asked(cloud, "internet", "i-1:443").reachable is False
    cloud.answers["RouteTables"] = [t for t in cloud.answers["RouteTables"] if t["RouteTableId"] != "rtb-1"]
    cloud.table("rtb-1", "vpc-1", ("::/0", "igw-1"), subnets=["subnet-1"])
    found = asked(cloud, "internet", "i-1:443")
    assert found.reachable is True
    assert found.witness
    assert ":" in found.witness.sender


def test_halves_of_the_internet_are_the_internet() -> None:
    whole = asked(web(), "internet", "i-1:22").flows
    halves = asked(web(permit("0.0.0.0/1", 22), permit("128.0.0.0/1", 22)), "internet", "i-1:22").flows
    assert whole == halves


def test_a_rule_that_names_a_group_means_private_addresses_only() -> None:
    cloud = web(permit("sg-2", 5432))
    cloud.group("sg-2", "vpc-1")
    cloud.instance("i-2", "subnet-2", "10.0.2.6", "sg-2")
    assert asked(cloud, "i-2", "i-1:5432").reachable is True
    assert asked(cloud, "sg-2", "i-1:5432").reachable is True
    assert asked(cloud, "i-2", "i-1:22").reachable is False
    assert asked(cloud, "internet", "i-1:5432").reachable is False


def test_what_may_not_leave_does_not_arrive() -> None:
    cloud = web(permit("10.0.0.0/16", 5432))
    cloud.group("sg-2", "vpc-1", egress=[permit(ANYWHERE, 443)])
    cloud.instance("i-2", "subnet-2", "10.0.2.6", "sg-2")
    assert stopped_by(asked(cloud, "i-2", "i-1:5432")) == {"security group, outgoing"}


def test_within_a_subnet_no_acl_counts() -> None:
    cloud = web(permit("10.0.0.0/16", 5432))
    acl(entry(10, "deny"))(cloud)
    cloud.instance("i-2", "subnet-1", "10.0.1.6", "sg-1")
    assert asked(cloud, "i-2", "i-1:5432").reachable is True
    cloud.instance("i-3", "subnet-2", "10.0.2.6", "sg-1")
    assert "network ACL" in stopped_by(asked(cloud, "i-3", "i-1:5432"))


def two(*, state: str = "active", there: bool = True, back: bool = True) -> Cloud:
    """Two networks with a peering."""
    cloud = web(permit("10.1.0.0/16", 5432))
    cloud.vpc("vpc-2", "10.1.0.0/16", gateway=False)
    cloud.subnet("subnet-9", "vpc-2", "10.1.1.0/24")
    cloud.peering("pcx-1", "vpc-1", "vpc-2", state)
    cloud.table("rtb-9", "vpc-2", *([("10.0.0.0/16", "pcx-1")] if there else []), subnets=["subnet-9"])
    no_route(cloud)
    cloud.table("rtb-1", "vpc-1", *([("10.1.0.0/16", "pcx-1")] if back else []), subnets=["subnet-1"])
    cloud.group("sg-9", "vpc-2")
    cloud.instance("i-9", "subnet-9", "10.1.1.9", "sg-9")
    return cloud


def test_a_peering_needs_routes_on_both_sides() -> None:
    assert asked(two(), "i-9", "i-1:5432").reachable is True
    assert asked(two(there=False), "i-9", "i-1:5432").reachable is False
    assert asked(two(back=False), "i-9", "i-1:5432").reachable is False
    assert "peering connection" in stopped_by(asked(two(state="pending-acceptance"), "i-9", "i-1:5432"))


def test_a_peering_leads_no_further() -> None:
    cloud = two()
    cloud.vpc("vpc-3", "10.2.0.0/16", gateway=False)
    cloud.subnet("subnet-7", "vpc-3", "10.2.1.0/24")
    cloud.peering("pcx-2", "vpc-2", "vpc-3")
    cloud.table("rtb-7", "vpc-3", ("10.0.0.0/8", "pcx-2"), subnets=["subnet-7"])
    cloud.group("sg-7", "vpc-3")
    cloud.instance("i-7", "subnet-7", "10.2.1.7", "sg-7")
    cloud.answers["SecurityGroups"][0]["IpPermissions"] = [permit("10.0.0.0/8", 5432)]
    assert asked(cloud, "i-7", "i-1:5432").reachable is False


def hub(
    *, table: Iterable[tuple[str, str]] = (("10.0.0.0/16", "att-1"), ("10.1.0.0/16", "att-2")), zones: str = "subnet-9"
) -> Cloud:
    """Two networks on a transit gateway."""
    cloud = two()
    for number, (id, to) in enumerate((("rtb-9", "10.0.0.0/16"), ("rtb-1", "10.1.0.0/16"))):
        held = next(t for t in cloud.answers["RouteTables"] if t["RouteTableId"] == id)
        held["Routes"] = [r for r in held["Routes"] if r.get("GatewayId") == "local"]
        held["Routes"].append({"DestinationCidrBlock": to, "TransitGatewayId": "tgw-1", "State": "active"})
        vpc, subnet = (("vpc-2", zones), ("vpc-1", "subnet-1"))[number]
        attachment = f"att-{vpc[-1]}"
        cloud.add(
            "TransitGatewayAttachments",
            TransitGatewayAttachmentId=attachment,
            TransitGatewayId="tgw-1",
            ResourceType="vpc",
            ResourceId=vpc,
            State="available",
            Association={"TransitGatewayRouteTableId": "tgw-rtb-1", "State": "associated"},
        )
        cloud.add(
            "TransitGatewayVpcAttachments",
            TransitGatewayAttachmentId=attachment,
            TransitGatewayId="tgw-1",
            VpcId=vpc,
            SubnetIds=[subnet],
            State="available",
        )
    cloud.add("TransitGateways", TransitGatewayId="tgw-1", State="available", OwnerId="111122223333", Options={})
    cloud.add(
        "TransitGatewayRouteTables", TransitGatewayRouteTableId="tgw-rtb-1", TransitGatewayId="tgw-1", State="available"
    )
    routes = [
        {
            "DestinationCidrBlock": cidr,
            "TransitGatewayAttachments": [{"TransitGatewayAttachmentId": to}],
            "Type": "static",
            "State": "active",
        }
        for cidr, to in table
    ]
    cloud.more.append({"TransitGatewayRouteTableId": "tgw-rtb-1", "Routes": routes, "AdditionalRoutesAvailable": False})
    return cloud


def test_a_transit_gateway_needs_its_own_routes_both_ways() -> None:
    assert asked(hub(), "i-9", "i-1:5432").reachable is True
    assert "transit gateway" in stopped_by(asked(hub(table=[("10.0.0.0/16", "att-1")]), "i-9", "i-1:5432"))
    assert "transit gateway" in stopped_by(asked(hub(table=[("10.1.0.0/16", "att-2")]), "i-9", "i-1:5432"))


def test_a_transit_gateway_serves_the_zones_it_is_attached_in() -> None:
    cloud = hub(zones="subnet-8")
    cloud.subnet("subnet-8", "vpc-2", "10.1.8.0/24", zone="c")
    assert "transit gateway" in stopped_by(asked(cloud, "i-9", "i-1:5432"))


def test_where_a_gateway_stands_in_the_very_subnet_its_acl_is_asked_on_the_way_in_only() -> None:
    """https://docs.aws.amazon.com/vpc/latest/tgw/tgw-nacls.html (same subnet)"""
    cloud = hub()
    shut = [entry(10, "deny", "10.1.1.9/32"), entry(100), entry(100, egress=True)]
    cloud.acl("acl-9", "vpc-2", *shut, subnets=["subnet-9"])
    assert "network ACL" in stopped_by(asked(cloud, "i-9", "i-1:5432"))
    cloud = hub()
    cloud.acl("acl-1", "vpc-1", entry(10, "deny", "10.1.0.0/16"), *shut[1:], subnets=["subnet-1"])
    assert asked(cloud, "i-9", "i-1:5432").reachable is True


def test_a_gateway_lets_out_in_the_zone_that_it_was_entered_in() -> None:
    """https://docs.aws.amazon.com/vpc/latest/tgw/transit-gateway-appliance-scenario.html (the originating zone)"""
    cloud = hub()
    cloud.answers["TransitGatewayVpcAttachments"][1]["SubnetIds"] = ["subnet-2", "subnet-7"]
    cloud.subnet("subnet-7", "vpc-1", "10.0.7.0/24")
    cloud.acl("acl-7", "vpc-1", entry(100), entry(10, "deny", egress=True), subnets=["subnet-7"])
    assert "network ACL, outgoing" in stopped_by(asked(cloud, "i-9", "i-1:5432"))
    cloud.answers["NetworkAcls"][-1]["Associations"] = [{"SubnetId": "subnet-2", "NetworkAclId": "acl-7"}]
    assert asked(cloud, "i-9", "i-1:5432").reachable is True


def test_over_a_gateway_only_rules_for_what_comes_in_may_name_groups() -> None:
    """https://docs.aws.amazon.com/vpc/latest/tgw/tgw-vpc-attachments.html (security group referencing)"""
    cloud = hub()
    for item in (*cloud.answers["TransitGateways"], *cloud.answers["TransitGatewayVpcAttachments"]):
        item["Options"] = {"SecurityGroupReferencingSupport": "enable"}
    cloud.answers["SecurityGroups"][0]["IpPermissions"] = [permit("sg-9", 5432)]
    assert asked(cloud, "i-9", "i-1:5432").reachable is True
    cloud.answers["SecurityGroups"][1]["IpPermissionsEgress"] = [permit("sg-1", 5432)]
    assert stopped_by(asked(cloud, "i-9", "i-1:5432")) == {"security group, outgoing"}


def test_answers_must_pass_every_acl_to_the_same_port() -> None:
    cloud = web(permit("10.0.0.0/16", 5432))
    cloud.group("sg-2", "vpc-1")
    cloud.instance("i-2", "subnet-2", "10.0.2.6", "sg-2")
    acl(entry(100), entry(100, protocol="6", ports=(1024, 65535), egress=True))(cloud)
    assert asked(cloud, "i-2", "i-1:5432").reachable is True
    in_only = entry(100, protocol="6", ports=(443, 443))
    cloud.acl("acl-2", "vpc-1", in_only, entry(100, egress=True), subnets=["subnet-2"])
    assert stopped_by(asked(cloud, "i-2", "i-1:5432")) == {"network ACL, for the answers coming back"}


def behind(
    kind: str, *, keeps: str = "", lb_groups: Iterable[str] = ("sg-lb",), rule: dict[str, object] | None = None
) -> Cloud:
    """A private instance behind a load balancer that the internet reaches."""
    cloud = web(rule or permit("sg-lb", 8080), public="")
    no_route(cloud)
    cloud.table("rtb-2", "vpc-1", (ANYWHERE, "igw-1"), subnets=["subnet-2"])
    cloud.subnet("subnet-3", "vpc-1", "10.0.3.0/24")
    cloud.answers["RouteTables"][-1]["Associations"].append({"SubnetId": "subnet-3", "Main": False})
    cloud.group("sg-lb", "vpc-1", permit(ANYWHERE, 443))
    arn = cloud.balancer("front", kind, "subnet-2", "subnet-3", groups=lb_groups)
    protocol = "HTTPS" if kind == "application" else "TCP"
    attributes = {"preserve_client_ip__enabled": keeps} if keeps else {}
    group = cloud.targets("tg-1", "vpc-1", "HTTP" if kind == "application" else "TCP", 8080, "i-1", **attributes)
    cloud.listener(arn, protocol, 443, group)
    return cloud


def test_a_private_instance_behind_a_load_balancer_is_reached_through_it() -> None:
    found = asked(behind("application"), "internet", "i-1:8080")
    assert found.reachable is True
    assert found.by == "load balancer"
    assert found.entry
    assert found.entry.port == 443
    assert asked(behind("application"), "internet", "i-1:443").reachable is False


def test_the_load_balancer_must_be_let_in_by_its_target() -> None:
    assert asked(behind("application", rule=permit("10.9.0.0/16", 8080)), "internet", "i-1:8080").reachable is False
    assert asked(behind("application", rule=permit("10.0.0.0/16", 8080)), "internet", "i-1:8080").reachable is True


def test_where_the_clients_address_is_kept_the_target_must_let_the_client_in() -> None:
    by_network = permit("10.0.0.0/16", 8080)
    assert asked(behind("network", lb_groups=(), rule=by_network), "internet", "i-1:8080").reachable is False
    assert asked(behind("network", lb_groups=(), rule=permit(ANYWHERE, 8080)), "internet", "i-1:8080").reachable is True
    assert (
        asked(behind("network", lb_groups=(), rule=by_network, keeps="false"), "internet", "i-1:8080").reachable is True
    )
    assert asked(behind("network"), "internet", "i-1:8080").reachable is True


@pytest.mark.parametrize(("kind", "groups"), [("application", ["sg-lb"]), ("network", ["sg-lb"])])
def test_zones_are_crossed_only_if_the_target_group_lets_it(kind: str, groups: list[str]) -> None:
    """https://docs.aws.amazon.com/elasticloadbalancing/latest/application/disable-cross-zone.html"""
    for said in ("true", "false"):
        cloud = behind(kind, lb_groups=groups)
        balancer = cloud.answers["LoadBalancers"][0]
        balancer["AvailabilityZones"] = [{"SubnetId": "subnet-2"}]  # in zone b; the target is in zone a
        attributes = next(m for m in cloud.more if "Attributes" in m and "TargetGroupArn" in m)
        attributes["Attributes"] = [{"Key": "load_balancing.cross_zone.enabled", "Value": said}]
        assert asked(cloud, "internet", "i-1:8080").reachable is (said == "true")


def test_a_listener_that_only_answers_by_itself_lets_nobody_through() -> None:
    cloud = behind("application")
    cloud.more = [m for m in cloud.more if "Listeners" not in m and "Rules" not in m]
    cloud.listener(cloud.answers["LoadBalancers"][0]["LoadBalancerArn"], "HTTPS", 443)
    assert asked(cloud, "internet", "i-1:8080").reachable is False
    assert asked(cloud, "internet", "front:443").reachable is True


def test_an_internal_load_balancer_is_not_reached_from_the_internet() -> None:
    cloud = behind("application")
    cloud.answers["LoadBalancers"][0]["Scheme"] = "internal"
    assert asked(cloud, "internet", "i-1:8080").reachable is False


def test_a_classic_load_balancer_passes_on_to_its_instances() -> None:
    cloud = web(permit("sg-lb", 8080), public="")
    no_route(cloud)
    cloud.table("rtb-2", "vpc-1", (ANYWHERE, "igw-1"), subnets=["subnet-2"])
    cloud.group("sg-lb", "vpc-1", permit(ANYWHERE, 80))
    listener = {"Protocol": "HTTP", "LoadBalancerPort": 80, "InstanceProtocol": "HTTP", "InstancePort": 8080}
    cloud.add(
        "LoadBalancerDescriptions",
        LoadBalancerName="old",
        Scheme="internet-facing",
        VPCId="vpc-1",
        Subnets=["subnet-2"],
        SecurityGroups=["sg-lb"],
        Instances=[{"InstanceId": "i-1"}],
        ListenerDescriptions=[{"Listener": listener}],
    )
    assert asked(cloud, "internet", "i-1:8080").reachable is True
    assert asked(cloud, "internet", "old:80").reachable is True
    assert asked(cloud, "internet", "old:81").reachable is False
    assert asked(cloud, "internet", "i-1:80").reachable is False


UNREAD = [
    ("NetworkAcls", None),
    ("SecurityGroups", None),
    ("RouteTables", None),
    ("Reservations", None),
    ("VpcPeeringConnections", True),
    ("TransitGatewayAttachments", True),
    ("VpnGateways", True),
]


@pytest.mark.parametrize(("key", "expected"), UNREAD)
def test_what_could_not_be_read_makes_it_unknown_where_it_matters(key: str, expected: bool | None) -> None:
    found = asked(web(), "internet", "i-1:22", without=[key])
    assert found.reachable is expected
    assert found.gaps or expected is not None


@pytest.mark.parametrize("key", ["NetworkAcls", "SecurityGroups", "RouteTables"])
def test_what_could_not_be_read_changes_nothing_where_it_does_not_matter(key: str) -> None:
    assert asked(web(public=""), "internet", "i-1:22", without=[key, "LoadBalancers"]).reachable is not True
    assert asked(web(public=""), "internet", "i-1:22", without=[key]).reachable is False


def test_unread_load_balancers_may_stand_before_a_private_place() -> None:
    assert asked(behind("application"), "internet", "i-1:22", without=["TargetGroups"]).reachable is None
    everything = ["LoadBalancers", "LoadBalancerDescriptions", "TargetGroups"]
    found = asked(web(public=""), "internet", "i-1:22", without=everything)
    assert found.reachable is False
    assert "load balancers" in found.assumes[0]


def test_one_s_own_premises_come_in_by_a_vpn_gateway() -> None:
    cloud = web(permit("192.168.0.0/16", 22), public="")
    cloud.add(
        "VpnGateways", VpnGatewayId="vgw-1", State="available", VpcAttachments=[{"VpcId": "vpc-1", "State": "attached"}]
    )
    no_route(cloud)
    cloud.table("rtb-1", "vpc-1", ("192.168.0.0/16", "vgw-1"), subnets=["subnet-1"])
    assert asked(cloud, "192.168.1.1", "i-1:22").reachable is True
    assert asked(cloud, "192.168.1.1", "i-1:23").reachable is False
    assert asked(web(permit("192.168.0.0/16", 22)), "192.168.1.1", "i-1:22").reachable is False


def test_whether_zones_are_crossed_is_not_known_where_nobody_read_it() -> None:
    cloud = behind("network", keeps="false", lb_groups=(), rule=permit("10.0.0.0/16", 8080))
    cloud.answers["LoadBalancers"][0]["AvailabilityZones"] = [{"SubnetId": "subnet-2"}]
    found = asked(cloud, "internet", "i-1:8080")
    assert found.reachable is None
    assert any("goes on to other zones was not read" in gap for gap in found.gaps)
