"""Reads data warehouses. In which subnets one may stand, its group of subnets tells: one call for all of a region."""

from collections.abc import Iterator

from orlop.collect.aws.calls import Answer
from orlop.collect.aws.collector import Later, Reader, collector
from orlop.estate.aws.redshift import Cluster


@collector(Cluster, service="redshift", calls=("DescribeClusters", "DescribeClusterSubnetGroups"))
def clusters(aws: Reader) -> Iterator[Later[Cluster]]:
    """List the clusters of a region."""
    subnets: dict[str, tuple[str, ...]] | None = None
    for page in aws.pages("DescribeClusters"):
        for item in page["Clusters"]:
            subnets = _subnets(aws) if subnets is None else subnets
            if aws.wants(_arn(aws, item)):
                yield _cluster(aws, item, subnets.get(item.get("ClusterSubnetGroupName", ""), ()))


def _arn(aws: Reader, item: Answer) -> str:
    return aws.arn(f"cluster:{item['ClusterIdentifier']}")


def _subnets(aws: Reader) -> dict[str, tuple[str, ...]]:
    groups = aws.call("DescribeClusterSubnetGroups")["ClusterSubnetGroups"]
    return {g["ClusterSubnetGroupName"]: tuple(sorted(s["SubnetIdentifier"] for s in g["Subnets"])) for g in groups}


def _cluster(aws: Reader, item: Answer, subnets: tuple[str, ...]) -> Later[Cluster]:
    endpoint: Answer = item.get("Endpoint") or {}
    return lambda: Cluster(
        id=_arn(aws, item),
        account=aws.account,
        region=aws.region,
        name=item["ClusterIdentifier"],
        source="redshift:DescribeClusters",
        address=endpoint.get("Address", ""),
        ports=(endpoint.get("Port", 5439),),
        public=item["PubliclyAccessible"],
        vpc=item.get("VpcId", ""),
        subnets=subnets,
        groups=tuple(sorted(g["VpcSecurityGroupId"] for g in item.get("VpcSecurityGroups", ()))),
        encrypted=item["Encrypted"],
    )


ALL = (clusters,)
