"""Reads Kubernetes clusters: one call for each.

Source: https://docs.aws.amazon.com/eks/latest/userguide/cluster-endpoint.html (public and private access)
"""

from collections.abc import Iterator

from orlop.collect.aws.calls import Answer
from orlop.collect.aws.collector import Later, Reader, collector
from orlop.estate.aws.eks import Cluster


@collector(Cluster, service="eks", calls=("ListClusters", "DescribeCluster"))
def clusters(aws: Reader) -> Iterator[Later[Cluster]]:
    """List the clusters of a region."""
    for page in aws.pages("ListClusters"):
        for name in page["clusters"]:
            if aws.wants(aws.arn(f"cluster/{name}")):
                yield _cluster(aws, name)


def _cluster(aws: Reader, name: str) -> Later[Cluster]:
    item: Answer = aws.call("DescribeCluster", name=name)["cluster"]
    network: Answer = item.get("resourcesVpcConfig") or {}
    groups = {*network.get("securityGroupIds", ()), network.get("clusterSecurityGroupId", "")} - {""}
    return lambda: Cluster(
        id=item.get("arn") or aws.arn(f"cluster/{name}"),
        account=aws.account,
        region=aws.region,
        name=name,
        source="eks:DescribeCluster",
        address=item.get("endpoint", "").removeprefix("https://"),
        ports=(443,),
        public=network.get("endpointPublicAccess", True),
        vpc=network.get("vpcId", ""),
        subnets=tuple(sorted(network.get("subnetIds", ()))),
        groups=tuple(sorted(groups)),
        private=network.get("endpointPrivateAccess", False),
        admits=tuple(sorted(network.get("publicAccessCidrs") or ("0.0.0.0/0",))),
    )


ALL = (clusters,)
