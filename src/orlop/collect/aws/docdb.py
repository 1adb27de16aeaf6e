"""Reads document and graph databases (DocumentDB, Neptune). The endpoint of RDS tells of them."""

from collections.abc import Iterator

from orlop.collect.aws.calls import Answer
from orlop.collect.aws.collector import Later, Reader, collector
from orlop.estate.aws.docdb import DocumentInstance, GraphInstance

_KINDS: tuple[tuple[str, type[DocumentInstance] | type[GraphInstance], int], ...] = (
    ("docdb", DocumentInstance, 27017),
    ("neptune", GraphInstance, 8182),
)
"""How the engine's name begins, the kind, and its usual port."""


@collector(DocumentInstance, GraphInstance, service="rds", calls=("DescribeDBInstances",))
def instances(aws: Reader) -> Iterator[Later[DocumentInstance | GraphInstance]]:
    """List the servers of a region."""
    for page in aws.pages("DescribeDBInstances"):
        for item in page["DBInstances"]:
            for engine, kind, port in _KINDS:
                if item["Engine"].startswith(engine) and aws.wants(_arn(aws, item)):
                    yield _instance(aws, item, kind, port)


def _arn(aws: Reader, item: Answer) -> str:
    return item.get("DBInstanceArn") or aws.arn(f"db:{item['DBInstanceIdentifier']}")


def _instance(
    aws: Reader, item: Answer, kind: type[DocumentInstance] | type[GraphInstance], port: int
) -> Later[DocumentInstance | GraphInstance]:
    subnets: Answer = item.get("DBSubnetGroup") or {}
    endpoint: Answer = item.get("Endpoint") or {}
    return lambda: kind(
        id=_arn(aws, item),
        account=aws.account,
        region=aws.region,
        name=item["DBInstanceIdentifier"],
        source="rds:DescribeDBInstances",
        cluster=item.get("DBClusterIdentifier", ""),
        address=endpoint.get("Address", ""),
        ports=(endpoint.get("Port") or port,),
        public=item.get("PubliclyAccessible", False) and kind is GraphInstance,
        vpc=subnets.get("VpcId", ""),
        subnets=tuple(sorted(s["SubnetIdentifier"] for s in subnets.get("Subnets", ()))),
        groups=tuple(sorted(g["VpcSecurityGroupId"] for g in item.get("VpcSecurityGroups", ()))),
    )


ALL = (instances,)
