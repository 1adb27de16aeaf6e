"""Reads classic load balancers."""

from collections.abc import Iterator

from orlop.collect.aws.calls import Answer
from orlop.collect.aws.collector import Later, Reader, collector
from orlop.estate.aws.elb import ClassicListener, ClassicLoadBalancer


@collector(ClassicLoadBalancer, service="elb", calls=("DescribeLoadBalancers",))
def classic(aws: Reader) -> Iterator[Later[ClassicLoadBalancer]]:
    """List the classic load balancers of a region."""
    for page in aws.pages("DescribeLoadBalancers"):
        for item in page["LoadBalancerDescriptions"]:
            yield _balancer(aws, item)


def _balancer(aws: Reader, item: Answer) -> Later[ClassicLoadBalancer]:
    name = item["LoadBalancerName"]
    return lambda: ClassicLoadBalancer(
        id=aws.arn(f"loadbalancer/{name}", service="elasticloadbalancing"),
        account=aws.account,
        region=aws.region,
        name=name,
        source="elb:DescribeLoadBalancers",
        scheme=item.get("Scheme", "internet-facing"),
        address=item.get("DNSName", ""),
        vpc=item.get("VPCId", ""),
        subnets=tuple(sorted(item.get("Subnets", ()))),
        groups=tuple(sorted(item.get("SecurityGroups", ()))),
        listeners=tuple(sorted(_listener(each["Listener"]) for each in item.get("ListenerDescriptions", ()))),
        instances=tuple(sorted(each["InstanceId"] for each in item.get("Instances", ()))),
    )


def _listener(item: Answer) -> ClassicListener:
    return ClassicListener(
        protocol=item["Protocol"],
        port=item["LoadBalancerPort"],
        instance_protocol=item.get("InstanceProtocol", item["Protocol"]),
        instance_port=item["InstancePort"],
    )


ALL = (classic,)
