"""Private endpoints: what AWS documents, one case each."""

import pytest
from tests.clouds import ANYWHERE, ME, Cloud, entry, joined, permit
from tests.reaching import asked, stopped_by

SERVICE = "com.amazonaws.vpce.eu-west-1.vpce-svc-1"
OTHER = "444455556666"


def provider(
    *, asks: str = "off", groups: tuple[str, ...] = (), rule: str = "10.1.0.0/16", state: str = "available"
) -> Cloud:
    """A network that offers an instance behind a network load balancer."""
    cloud = Cloud()
    cloud.vpc("vpc-2", "10.1.0.0/16", gateway=False)
    cloud.subnet("subnet-8", "vpc-2", "10.1.8.0/24")
    cloud.subnet("subnet-9", "vpc-2", "10.1.9.0/24")
    cloud.group("sg-lb", "vpc-2", permit("10.0.0.0/16", 443))
    cloud.group("sg-9", "vpc-2", permit(rule, 8443))
    cloud.instance("i-9", "subnet-9", "10.1.9.9", "sg-9")
    arn = cloud.balancer("offer", "network", "subnet-8", groups=groups, scheme="internal")
    cloud.answers["LoadBalancers"][0]["EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic"] = asks
    cloud.listener(arn, "TCP", 443, cloud.targets("tg-1", "vpc-2", "TCP", 8443, "i-9"))
    cloud.add(
        "ServiceConfigurations",
        ServiceId="vpce-svc-1",
        ServiceName=SERVICE,
        ServiceState="Available",
        AcceptanceRequired=True,
        ServiceType=[{"ServiceType": "Interface"}],
        NetworkLoadBalancerArns=[arn],
    )
    cloud.add("VpcEndpointConnections", ServiceId="vpce-svc-1", VpcEndpointId="vpce-1", VpcEndpointOwner=ME)
    cloud.answers["VpcEndpointConnections"][0]["VpcEndpointState"] = state
    return cloud


def consume(cloud: Cloud, *, service: str = SERVICE, rule: str = "sg-1", state: str = "available") -> Cloud:
    """Add a network with an endpoint for the service, and an instance that may use it."""
    cloud.vpc("vpc-1", "10.0.0.0/16", gateway=False)
    cloud.subnet("subnet-1", "vpc-1", "10.0.1.0/24")
    cloud.subnet("subnet-2", "vpc-1", "10.0.2.0/24")
    cloud.group("sg-1", "vpc-1")
    cloud.group("sg-ep", "vpc-1", permit(rule, 443))
    cloud.instance("i-1", "subnet-1", "10.0.1.5", "sg-1")
    cloud.interface("eni-ep", "subnet-2", "10.0.2.7", "sg-ep", InterfaceType="vpc_endpoint", RequesterManaged=True)
    cloud.add(
        "VpcEndpoints",
        VpcEndpointId="vpce-1",
        VpcEndpointType="Interface",
        VpcId="vpc-1",
        ServiceName=service,
        State=state,
        SubnetIds=["subnet-2"],
        Groups=[{"GroupId": "sg-ep", "GroupName": "ep"}],
        NetworkInterfaceIds=["eni-ep"],
        OwnerId=ME,
    )
    return cloud


def test_who_reaches_the_endpoint_reaches_what_is_behind_the_service() -> None:
    found = asked(consume(provider()), "i-1", "i-9:8443")
    assert found.reachable is True
    assert found.by == "private endpoint"
    assert found.entry
    assert (found.entry.receiver, found.entry.port) == ("vpce-1", 443)
    assert {"endpoint", "target", "listener"} <= {str(hop.kind) for hop in found.path}
    assert all(hop.passes for hop in found.path)
    assert asked(consume(provider()), "i-1", "vpce-1:443").reachable is True
    assert asked(consume(provider()), "i-1", "offer:443").reachable is True


@pytest.mark.parametrize(("start", "end"), [("i-1", "i-9:443"), ("i-1", "i-9:22"), ("i-1", "vpce-1:22")])
def test_by_the_listener_s_port_only(start: str, end: str) -> None:
    assert asked(consume(provider()), start, end).reachable is False


def test_the_other_way_round_nothing_is_reached() -> None:
    assert asked(consume(provider(), rule=ANYWHERE), "i-9", "i-1:443").reachable is False
    assert asked(consume(provider(), rule=ANYWHERE), "i-9", "eni-ep:443").reachable is False


def test_the_endpoint_s_security_group_must_let_the_consumer_in() -> None:
    assert "security group" in stopped_by(asked(consume(provider(), rule="10.9.0.0/16"), "i-1", "i-9:8443"))


def test_the_endpoint_s_network_acl_counts() -> None:
    cloud = consume(provider())
    shut = entry(10, "deny", protocol="6", ports=(443, 443))
    cloud.acl("acl-2", "vpc-1", shut, entry(20), entry(20, egress=True), subnets=["subnet-2"])
    assert "network ACL" in stopped_by(asked(cloud, "i-1", "i-9:8443"))


def test_targets_see_the_load_balancer_and_never_the_client() -> None:
    assert asked(consume(provider(rule="10.0.1.5/32")), "i-1", "i-9:8443").reachable is False
    assert asked(consume(provider(rule="10.1.8.0/24")), "i-1", "i-9:8443").reachable is True
    by_group = provider(rule="sg-lb", groups=("sg-lb",))
    assert asked(consume(by_group), "i-1", "i-9:8443").reachable is True


@pytest.mark.parametrize(
    ("asks", "let_in", "expected"),
    [
        pytest.param("on", "10.0.0.0/16", True, id="they let the client's network in"),
        pytest.param("on", "10.0.2.7/32", False, id="the endpoint's own address means nothing"),
        pytest.param("on", "10.9.0.0/16", False, id="they keep the client out"),
        pytest.param("off", "10.9.0.0/16", True, id="they are not asked"),
    ],
)
def test_the_load_balancer_s_security_groups(asks: str, let_in: str, expected: bool) -> None:
    cloud = provider(asks=asks, groups=("sg-lb",))
    next(g for g in cloud.answers["SecurityGroups"] if g["GroupId"] == "sg-lb")["IpPermissions"] = [permit(let_in, 443)]
    assert asked(consume(cloud), "i-1", "i-9:8443").reachable is expected


@pytest.mark.parametrize("state", ["pendingAcceptance", "rejected", "failed", "deleting"])
def test_an_endpoint_that_was_not_let_in_leads_nowhere(state: str) -> None:
    assert "endpoint" in stopped_by(asked(consume(provider(state=state), state=state), "i-1", "i-9:8443"))


def test_a_service_of_aws_is_no_way_into_the_estate() -> None:
    cloud = consume(provider(), service="com.amazonaws.eu-west-1.s3")
    assert asked(cloud, "i-1", "i-9:8443").reachable is False
    assert asked(cloud, "i-1", "vpce-1:443").reachable is True


def test_two_accounts() -> None:
    there = provider()
    there.answers["VpcEndpointConnections"][0]["VpcEndpointOwner"] = OTHER
    both = joined((there, ME, "eu-west-1"), (consume(Cloud()), OTHER, "eu-west-1"))
    assert asked(both, "i-1", "i-9:8443").reachable is True


def test_services_that_were_not_read_may_be_behind_an_endpoint() -> None:
    found = asked(consume(provider()), "i-1", "i-9:8443", without=["ServiceConfigurations"])
    assert found.reachable is None
    assert found.gaps
    everywhere = consume(provider(), service="com.amazonaws.eu-west-1.s3")
    assert asked(everywhere, "i-1", "i-9:8443", without=["ServiceConfigurations"]).reachable is False


def test_an_endpoint_that_was_not_read_may_lead_there() -> None:
    found = asked(consume(provider()), "i-1", "i-9:8443", without=["VpcEndpoints"])
    assert found.reachable is None
    assert "vpce-1" in found.gaps[0]


def test_the_internet_comes_in_by_no_endpoint_itself_but_by_what_stands_before_it() -> None:
    assert asked(consume(provider()), "internet", "i-9:8443").reachable is False
    cloud = consume(provider(), rule="sg-front")
    cloud.add("InternetGateways", InternetGatewayId="igw-1", Attachments=[{"VpcId": "vpc-1", "State": "available"}])
    cloud.table("rtb-2", "vpc-1", (ANYWHERE, "igw-1"), subnets=["subnet-1"])
    cloud.group("sg-front", "vpc-1", permit(ANYWHERE, 80))
    front = cloud.balancer("front", "application", "subnet-1", groups=["sg-front"])
    cloud.listener(front, "HTTP", 80, cloud.targets("tg-ep", "vpc-1", "HTTPS", 443, "10.0.2.7", type="ip"))
    found = asked(cloud, "internet", "i-9:8443")
    assert found.reachable is True
    assert found.by == "load balancer"
    assert all(hop.passes for hop in found.path)
