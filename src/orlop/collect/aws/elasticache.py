"""Reads caches. In which subnets one may stand, its group of subnets tells: one call for all of a region."""

from collections.abc import Iterator

from orlop.collect.aws.calls import Answer
from orlop.collect.aws.collector import Later, Reader, collector
from orlop.estate.aws.elasticache import CacheCluster


@collector(CacheCluster, service="elasticache", calls=("DescribeCacheClusters", "DescribeCacheSubnetGroups"))
def clusters(aws: Reader) -> Iterator[Later[CacheCluster]]:
    """List the clusters of a region."""
    groups: dict[str, Answer] | None = None
    for page in aws.pages("DescribeCacheClusters", ShowCacheNodeInfo=True):
        for item in page["CacheClusters"]:
            groups = _groups(aws) if groups is None else groups
            if aws.wants(_arn(aws, item)):
                yield _cluster(aws, item, groups.get(item.get("CacheSubnetGroupName", ""), {}))


def _arn(aws: Reader, item: Answer) -> str:
    return item.get("ARN") or aws.arn(f"cluster:{item['CacheClusterId']}")


def _groups(aws: Reader) -> dict[str, Answer]:
    found = aws.call("DescribeCacheSubnetGroups")["CacheSubnetGroups"]
    return {group["CacheSubnetGroupName"]: group for group in found}


def _cluster(aws: Reader, item: Answer, group: Answer) -> Later[CacheCluster]:
    nodes: list[Answer] = [node.get("Endpoint") or {} for node in item.get("CacheNodes", ())]
    endpoint: Answer = item.get("ConfigurationEndpoint") or (nodes[0] if nodes else {})
    usual = 11211 if item.get("Engine") == "memcached" else 6379
    return lambda: CacheCluster(
        id=_arn(aws, item),
        account=aws.account,
        region=aws.region,
        name=item["CacheClusterId"],
        source="elasticache:DescribeCacheClusters",
        engine=item.get("Engine", ""),
        address=endpoint.get("Address", ""),
        ports=(endpoint.get("Port", usual),),
        public=False,
        vpc=group.get("VpcId", ""),
        subnets=tuple(sorted(s["SubnetIdentifier"] for s in group.get("Subnets", ()))),
        groups=tuple(sorted(g["SecurityGroupId"] for g in item.get("SecurityGroups", ()))),
    )


ALL = (clusters,)
