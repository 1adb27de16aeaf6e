from typing import Any

import pytest
from tests.cases import ACCOUNT, DENIED, REGION, unlisted, verdict

from orlop.estate.aws.privatelink import EndpointConnection, EndpointService
from orlop.estate.fact import Fact
from orlop.rules.aws import privatelink
from orlop.rules.rule import Fail, Pass, Unknown, Verdict

CALL = "ec2:DescribeVpcEndpointServicePermissions"
PARTNER = EndpointConnection(endpoint="vpce-1", owner="444455556666", region=REGION, state="available")


def service(
    principals: Any, *, accepts: bool = False, connections: tuple[EndpointConnection, ...] = ()
) -> EndpointService:
    return EndpointService(
        id=f"arn:aws:ec2:{REGION}:{ACCOUNT}:vpc-endpoint-service/vpce-svc-1",
        account=ACCOUNT,
        region=REGION,
        name="claims",
        source="ec2:DescribeVpcEndpointServiceConfigurations",
        service_id="vpce-svc-1",
        service=f"com.amazonaws.vpce.{REGION}.vpce-svc-1",
        state="available",
        accepts=accepts,
        balancers=(),
        appliances=(),
        zones=(),
        principals=Fact(principals, CALL),
        connections=Fact(connections, "ec2:DescribeVpcEndpointConnections"),
    )


@pytest.mark.parametrize(
    ("about", "expected"),
    [
        pytest.param(service(("*",)), Fail, id="everyone"),
        pytest.param(service(("*",), accepts=True), Pass, id="everyone may ask, and is let in by hand"),
        pytest.param(service(("arn:aws:iam::444455556666:root",)), Pass, id="an account that is named"),
        pytest.param(service(()), Pass, id="nobody but the own account"),
        pytest.param(service(DENIED), Unknown, id="denied"),
        pytest.param(service(DENIED, accepts=True), Pass, id="denied, and it does not matter"),
    ],
)
def test_service_open_to_everyone(about: EndpointService, expected: type[Verdict]) -> None:
    assert isinstance(verdict(privatelink.service_open_to_everyone, about), expected)
    assert isinstance(unlisted(privatelink.service_open_to_everyone), Unknown)


def test_it_says_how_many_are_joined() -> None:
    said = verdict(privatelink.service_open_to_everyone, service(("*",), connections=(PARTNER,)))
    assert isinstance(said, Fail)
    assert said.because.endswith("Now 1 other account is joined to it.")
