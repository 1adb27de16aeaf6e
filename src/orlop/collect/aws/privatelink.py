"""Reads the services that this account offers to others by private endpoints, who may use them, and who does."""

from collections.abc import Iterator

from orlop.collect.aws.calls import Answer
from orlop.collect.aws.collector import Later, Reader, collector
from orlop.collect.aws.ec2 import name_of
from orlop.estate.aws.privatelink import EndpointConnection, EndpointService
from orlop.estate.fact import Fact

_Connections = dict[str, tuple[EndpointConnection, ...]]


@collector(
    EndpointService,
    service="ec2",
    calls=(
        "DescribeVpcEndpointServiceConfigurations",
        "DescribeVpcEndpointServicePermissions",
        "DescribeVpcEndpointConnections",
    ),
)
def services(aws: Reader) -> Iterator[Later[EndpointService]]:
    """List the services; one call more tells of all endpoints that were joined to any of them."""
    connections: Later[Fact[_Connections]] | None = None
    for page in aws.pages("DescribeVpcEndpointServiceConfigurations"):
        for item in page["ServiceConfigurations"]:
            if connections is None:
                connections = aws.later("ec2:DescribeVpcEndpointConnections", lambda: _connections(aws))
            if item.get("ServiceState") != "Deleted" and aws.wants(_arn(aws, item)):
                yield _service(aws, item, connections)


def _arn(aws: Reader, item: Answer) -> str:
    return aws.arn(f"vpc-endpoint-service/{item['ServiceId']}")


def _connections(aws: Reader) -> _Connections:
    found: dict[str, list[EndpointConnection]] = {}
    for item in aws.call("DescribeVpcEndpointConnections")["VpcEndpointConnections"]:
        found.setdefault(item["ServiceId"], []).append(
            EndpointConnection(
                endpoint=item["VpcEndpointId"],
                owner=item.get("VpcEndpointOwner", ""),
                region=item.get("VpcEndpointRegion", ""),
                state=item.get("VpcEndpointState", "").lower(),
            )
        )
    return {service: tuple(sorted(each)) for service, each in found.items()}


def _service(aws: Reader, item: Answer, connections: Later[Fact[_Connections]]) -> Later[EndpointService]:
    id = item["ServiceId"]

    def read() -> tuple[str, ...]:
        said = aws.call("DescribeVpcEndpointServicePermissions", ServiceId=id)
        return tuple(sorted(part["Principal"] for part in said["AllowedPrincipals"]))

    principals = aws.later("ec2:DescribeVpcEndpointServicePermissions", read)
    return lambda: EndpointService(
        id=_arn(aws, item),
        account=aws.account,
        region=aws.region,
        name=name_of(item, id),
        source="ec2:DescribeVpcEndpointServiceConfigurations",
        service_id=id,
        service=item.get("ServiceName", ""),
        state=item.get("ServiceState", "Available"),
        accepts=item.get("AcceptanceRequired", True),
        balancers=tuple(sorted(item.get("NetworkLoadBalancerArns", ()))),
        appliances=tuple(sorted(item.get("GatewayLoadBalancerArns", ()))),
        zones=tuple(sorted(item.get("AvailabilityZones", ()))),
        principals=principals(),
        connections=connections().map(lambda known: known.get(id, ())),
    )


ALL = (services,)
