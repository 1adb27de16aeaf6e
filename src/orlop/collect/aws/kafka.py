"""Reads Kafka clusters (MSK).

Source: https://docs.aws.amazon.com/msk/latest/developerguide/port-info.html (ports; 100 more for the internet)
"""

from collections.abc import Iterator

from orlop.collect.aws.calls import Answer
from orlop.collect.aws.collector import Later, Reader, collector
from orlop.estate.aws.kafka import Cluster

_PLAIN, _TLS, _SCRAM, _IAM = 9092, 9094, 9096, 9098
_FOR_THE_INTERNET = 100
"""What is added to a port for those who come from the internet; there is none without encryption."""


@collector(Cluster, service="kafka", calls=("ListClustersV2",))
def clusters(aws: Reader) -> Iterator[Later[Cluster]]:
    """List the clusters of a region."""
    for page in aws.pages("ListClustersV2"):
        for item in page["ClusterInfoList"]:
            if aws.wants(item["ClusterArn"]):
                yield _cluster(aws, item)


def _cluster(aws: Reader, item: Answer) -> Later[Cluster]:
    own, nodes = _part(item, "Provisioned"), _part(item, "Provisioned", "BrokerNodeGroupInfo")
    public = _part(nodes, "ConnectivityInfo", "PublicAccess")
    less: list[Answer] = _part(item, "Serverless").get("VpcConfigs", [])
    subnets = [*nodes.get("ClientSubnets", ()), *(subnet for each in less for subnet in each["SubnetIds"])]
    groups = [*nodes.get("SecurityGroups", ()), *(id for each in less for id in each.get("SecurityGroupIds", ()))]
    ports = _ports(own) if own else (_IAM,)
    return lambda: Cluster(
        id=item["ClusterArn"],
        account=aws.account,
        region=aws.region,
        name=item["ClusterName"],
        source="kafka:ListClustersV2",
        address="",
        ports=ports,
        public=public.get("Type") == "SERVICE_PROVIDED_EIPS",
        vpc="",
        subnets=tuple(sorted(set(subnets))),
        groups=tuple(sorted(set(groups))),
        public_ports=tuple(port + _FOR_THE_INTERNET for port in ports if port != _PLAIN),
    )


def _part(item: Answer, *keys: str) -> Answer:
    """Return a part of a part of an answer; empty where it is not there."""
    for key in keys:
        item = item.get(key) or {}
    return item


def _ports(own: Answer) -> tuple[int, ...]:
    sent: str = _part(own, "EncryptionInfo", "EncryptionInTransit").get("ClientBroker", "TLS")
    signs_in = ("ClientAuthentication", "Sasl")
    open: dict[int, bool] = {
        _PLAIN: "PLAINTEXT" in sent,
        _TLS: sent.startswith("TLS"),
        _SCRAM: _part(own, *signs_in, "Scram").get("Enabled", False),
        _IAM: _part(own, *signs_in, "Iam").get("Enabled", False),
    }
    return tuple(port for port, is_open in open.items() if is_open)


ALL = (clusters,)
