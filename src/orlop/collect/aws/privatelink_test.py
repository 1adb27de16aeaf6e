from tests.answers import Answers, seen
from tests.cases import ACCOUNT, REGION
from tests.servers.emulator import Emulator

from orlop.collect.aws import privatelink
from orlop.collect.aws.account import identify, read
from orlop.collect.progress import Silent
from orlop.estate.aws.privatelink import EndpointConnection, EndpointService

BALANCER = f"arn:aws:elasticloadbalancing:{REGION}:{ACCOUNT}:loadbalancer/net/offer/1"
SERVICE = {
    "ServiceId": "vpce-svc-1",
    "ServiceName": f"com.amazonaws.vpce.{REGION}.vpce-svc-1",
    "ServiceState": "Available",
    "AcceptanceRequired": False,
    "NetworkLoadBalancerArns": [BALANCER],
    "AvailabilityZones": [f"{REGION}b", f"{REGION}a"],
    "Tags": [{"Key": "Name", "Value": "claims"}],
}
CONNECTION = {
    "ServiceId": "vpce-svc-1",
    "VpcEndpointId": "vpce-1",
    "VpcEndpointOwner": "999988887777",
    "VpcEndpointState": "pendingAcceptance",
}


def test_a_service_with_those_who_may_use_it_and_those_who_do() -> None:
    answers = Answers(
        {
            "ec2:DescribeVpcEndpointServiceConfigurations": {"ServiceConfigurations": [SERVICE]},
            "ec2:DescribeVpcEndpointServicePermissions": {"AllowedPrincipals": [{"Principal": "*"}]},
            "ec2:DescribeVpcEndpointConnections": {"VpcEndpointConnections": [CONNECTION]},
        }
    )
    [found] = seen([privatelink.services], answers).each(EndpointService)
    assert (found.service, found.name, found.accepts) == (SERVICE["ServiceName"], "claims", False)
    assert (found.balancers, found.appliances) == ((BALANCER,), ())
    assert found.principals.value == ("*",)
    [joined] = found.connections.value
    assert joined == EndpointConnection(endpoint="vpce-1", owner="999988887777", region="", state="pendingacceptance")


def test_what_was_refused_is_unread_and_what_is_gone_is_left_out() -> None:
    gone = {**SERVICE, "ServiceId": "vpce-svc-2", "ServiceState": "Deleted"}
    said = {"ServiceConfigurations": [SERVICE, gone]}
    [found] = seen([privatelink.services], Answers({privatelink.services.sources[0]: said})).each(EndpointService)
    assert found.principals.unread
    assert found.connections.unread


def test_on_the_emulator(aws: Emulator) -> None:
    ec2, elb = aws.client("ec2"), aws.client("elbv2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.1.0/24")["Subnet"]["SubnetId"]
    made = elb.create_load_balancer(Name="offer", Type="network", Scheme="internal", Subnets=[subnet])
    arn = made["LoadBalancers"][0]["LoadBalancerArn"]
    offered = ec2.create_vpc_endpoint_service_configuration(NetworkLoadBalancerArns=[arn], AcceptanceRequired=True)
    id = offered["ServiceConfiguration"]["ServiceId"]
    ec2.modify_vpc_endpoint_service_permissions(ServiceId=id, AddAllowedPrincipals=["arn:aws:iam::999988887777:root"])
    account = identify(aws.live(), regions=("eu-west-1",))
    resources, listings = read(account, aws.live(), [privatelink.services], Silent())
    [found] = [each for each in resources if isinstance(each, EndpointService)]
    assert (found.service_id, found.accepts, found.balancers) == (id, True, (arn,))
    assert found.principals.value == ("arn:aws:iam::999988887777:root",)
    assert found.connections.unread  # the emulator does not know this call
    assert [listing.unread for listing in listings if listing.kind == EndpointService.KIND] == [None]
