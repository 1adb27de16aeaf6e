"""Reads databases, clusters of them, and their snapshots.

The endpoint of RDS also lists Neptune and DocumentDB, which are services of their own: they are left out. Whether a
database refuses callers without TLS stands in its group of parameters; each group is asked once, and only for the one
parameter. Whom a snapshot is shared with is told by one call for each; that is asked of the newest `MOST` of a region.
Snapshots that AWS makes by itself cannot be shared, so they are not listed.

Source: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_ShareSnapshot.html
"""

from collections.abc import Iterable, Iterator
from typing import Any

from orlop.collect.aws.calls import Answer
from orlop.collect.aws.collector import Later, Reader, collector, part
from orlop.estate.aws.rds import DBCluster, DBClusterSnapshot, DBInstance, DBProxy, DBSnapshot
from orlop.estate.fact import Cause, Fact, Unread

MOST = 1000
"""Of how many snapshots of one region it is asked whom they are shared with."""
_TOO_MANY = Unread(Cause.NOT_LOOKED_AT, f"only the newest {MOST} of a region are asked whom they are shared with")

_FORCES_TLS = {
    "postgres": "rds.force_ssl",
    "aurora-postgresql": "rds.force_ssl",
    "sqlserver": "rds.force_ssl",
    "mysql": "require_secure_transport",
    "aurora-mysql": "require_secure_transport",
    "mariadb": "require_secure_transport",
}
"""Beginning of an engine's name -> the parameter that makes it refuse callers without TLS.

Source: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.SSL.html
"""


def _in_cluster() -> Fact[bool | None]:
    return Fact(None, "rds:DescribeDBInstances")


class _Parameters:
    """The groups of parameters that were asked for, each asked once."""

    def __init__(self, aws: Reader, operation: str, key: str) -> None:
        self._aws, self._operation, self._key = aws, operation, key
        self._asked: dict[tuple[str, str], Later[Fact[bool | None]]] = {}

    def force_tls(self, group: str | None, engine: str) -> Later[Fact[bool | None]]:
        source = f"rds:{self._operation}"
        parameter = next((p for start, p in _FORCES_TLS.items() if engine.startswith(start)), None)
        if group is None or parameter is None:
            return lambda: Fact(Unread(Cause.UNSUPPORTED, f"for {engine} it does not stand in a parameter"), source)
        if (group, parameter) not in self._asked:
            read = self._aws.later(source, lambda: self._read(group, parameter))
            self._asked[group, parameter] = read
        return self._asked[group, parameter]

    def _read(self, group: str, parameter: str) -> bool | None:
        """Return whether it is on. A parameter without a value is off: no engine's own default is on."""
        wanted = [{"Name": "parameter-name", "Values": [parameter]}]
        said = self._aws.call(self._operation, **{self._key: group}, Filters=wanted)
        values = (p.get("ParameterValue") for p in said["Parameters"] if p["ParameterName"] == parameter)
        return next(values, None) in ("1", "ON", "on", "true")


@collector(DBInstance, service="rds", calls=("DescribeDBInstances", "DescribeDBParameters"))
def instances(aws: Reader) -> Iterator[Later[DBInstance]]:
    """List the database servers of a region."""
    parameters = _Parameters(aws, "DescribeDBParameters", "DBParameterGroupName")
    for page in aws.pages("DescribeDBInstances"):
        for item in _ours(page["DBInstances"]):
            if aws.wants(_arn(aws, item)):
                yield _instance(aws, item, parameters)


def _arn(aws: Reader, item: Answer) -> str:
    return item.get("DBInstanceArn") or aws.arn(f"db:{item['DBInstanceIdentifier']}")


def _instance(aws: Reader, item: Answer, parameters: _Parameters) -> Later[DBInstance]:
    whole = Fact(item, "rds:DescribeDBInstances")
    groups = tuple(g["DBParameterGroupName"] for g in item.get("DBParameterGroups", ()))
    cluster = item.get("DBClusterIdentifier") or None
    subnets: Answer = item.get("DBSubnetGroup") or {}
    endpoint: Answer = item.get("Endpoint") or {}
    forces_tls = _in_cluster if cluster else parameters.force_tls(next(iter(groups), None), item["Engine"])
    return lambda: DBInstance(
        id=_arn(aws, item),
        account=aws.account,
        region=aws.region,
        name=item["DBInstanceIdentifier"],
        source="rds:DescribeDBInstances",
        engine=item["Engine"],
        version=item.get("EngineVersion", ""),
        status=item.get("DBInstanceStatus", "available"),
        address=endpoint.get("Address"),
        port=endpoint.get("Port"),
        cluster=cluster,
        replica_of=item.get("ReadReplicaSourceDBInstanceIdentifier") or None,
        public=item["PubliclyAccessible"],
        encrypted=part(whole, lambda said: said["StorageEncrypted"]),
        key=item.get("KmsKeyId") or None,
        vpc=subnets.get("VpcId"),
        subnets=tuple(sorted(s["SubnetIdentifier"] for s in subnets.get("Subnets", ()))),
        groups=_groups(item),
        backup_days=part(whole, lambda said: said["BackupRetentionPeriod"]),
        deletion_protection=item.get("DeletionProtection", False),
        minor_upgrades=part(whole, lambda said: said["AutoMinorVersionUpgrade"]),
        iam_auth=item.get("IAMDatabaseAuthenticationEnabled", False),
        multi_az=item.get("MultiAZ", False),
        certificate=item.get("CACertificateIdentifier"),
        logs=tuple(sorted(item.get("EnabledCloudwatchLogsExports", ()))),
        parameter_groups=groups,
        pending=_pending(item),
        forces_tls=forces_tls(),
    )


@collector(DBCluster, service="rds", calls=("DescribeDBClusters", "DescribeDBClusterParameters"))
def clusters(aws: Reader) -> Iterator[Later[DBCluster]]:
    """List the clusters of database servers of a region."""
    parameters = _Parameters(aws, "DescribeDBClusterParameters", "DBClusterParameterGroupName")
    for page in aws.pages("DescribeDBClusters"):
        for item in _ours(page["DBClusters"]):
            if aws.wants(item["DBClusterArn"]):
                yield _cluster(aws, item, parameters)


def _cluster(aws: Reader, item: Answer, parameters: _Parameters) -> Later[DBCluster]:
    group = item.get("DBClusterParameterGroup")
    forces_tls = parameters.force_tls(group, item["Engine"])
    return lambda: DBCluster(
        id=item["DBClusterArn"],
        account=aws.account,
        region=aws.region,
        name=item["DBClusterIdentifier"],
        source="rds:DescribeDBClusters",
        engine=item["Engine"],
        version=item.get("EngineVersion", ""),
        status=item["Status"],
        address=item.get("Endpoint"),
        port=item.get("Port"),
        members=tuple(sorted(m["DBInstanceIdentifier"] for m in item.get("DBClusterMembers", ()))),
        public=item.get("PubliclyAccessible", False),
        encrypted=item["StorageEncrypted"],
        key=item.get("KmsKeyId") or None,
        groups=_groups(item),
        backup_days=item["BackupRetentionPeriod"],
        deletion_protection=item.get("DeletionProtection", False),
        minor_upgrades=item.get("AutoMinorVersionUpgrade", False),
        iam_auth=item.get("IAMDatabaseAuthenticationEnabled", False),
        logs=tuple(sorted(item.get("EnabledCloudwatchLogsExports", ()))),
        parameter_group=group,
        pending=_pending(item),
        forces_tls=forces_tls(),
    )


@collector(DBSnapshot, service="rds", calls=("DescribeDBSnapshots", "DescribeDBSnapshotAttributes"))
def snapshots(aws: Reader) -> Iterator[Later[DBSnapshot]]:
    """List the snapshots of servers that people made in a region."""
    pages = aws.pages("DescribeDBSnapshots", SnapshotType="manual")
    items = _newest(item for page in pages for item in _ours(page["DBSnapshots"]))
    for number, item in enumerate(i for i in items if aws.wants(i["DBSnapshotArn"])):
        yield _snapshot(aws, item, ask=number < MOST)


def _snapshot(aws: Reader, item: Answer, *, ask: bool) -> Later[DBSnapshot]:
    def read() -> tuple[str, ...]:
        said = aws.call("DescribeDBSnapshotAttributes", DBSnapshotIdentifier=item["DBSnapshotIdentifier"])
        return _restore(said["DBSnapshotAttributesResult"]["DBSnapshotAttributes"])

    source = "rds:DescribeDBSnapshotAttributes"
    shared = aws.later(source, read) if ask else _unasked(source)
    return lambda: DBSnapshot(
        id=item["DBSnapshotArn"],
        account=aws.account,
        region=aws.region,
        name=item["DBSnapshotIdentifier"],
        source="rds:DescribeDBSnapshots",
        of=item["DBInstanceIdentifier"],
        encrypted=item["Encrypted"],
        made=_time(item),
        shared_with=shared(),
    )


@collector(
    DBClusterSnapshot, service="rds", calls=("DescribeDBClusterSnapshots", "DescribeDBClusterSnapshotAttributes")
)
def cluster_snapshots(aws: Reader) -> Iterator[Later[DBClusterSnapshot]]:
    """List the snapshots of clusters that people made in a region."""
    pages = aws.pages("DescribeDBClusterSnapshots", SnapshotType="manual")
    items = _newest(item for page in pages for item in _ours(page["DBClusterSnapshots"]))
    for number, item in enumerate(i for i in items if aws.wants(i["DBClusterSnapshotArn"])):
        yield _cluster_snapshot(aws, item, ask=number < MOST)


def _cluster_snapshot(aws: Reader, item: Answer, *, ask: bool) -> Later[DBClusterSnapshot]:
    name = item["DBClusterSnapshotIdentifier"]

    def read() -> tuple[str, ...]:
        said = aws.call("DescribeDBClusterSnapshotAttributes", DBClusterSnapshotIdentifier=name)
        return _restore(said["DBClusterSnapshotAttributesResult"]["DBClusterSnapshotAttributes"])

    source = "rds:DescribeDBClusterSnapshotAttributes"
    shared = aws.later(source, read) if ask else _unasked(source)
    return lambda: DBClusterSnapshot(
        id=item["DBClusterSnapshotArn"],
        account=aws.account,
        region=aws.region,
        name=name,
        source="rds:DescribeDBClusterSnapshots",
        of=item["DBClusterIdentifier"],
        encrypted=item["StorageEncrypted"],
        made=_time(item),
        shared_with=shared(),
    )


_PROXY_PORTS = {"MYSQL": 3306, "POSTGRESQL": 5432, "SQLSERVER": 1433}
"""Source: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-proxy-connecting.html"""


@collector(DBProxy, service="rds", calls=("DescribeDBProxies",))
def proxies(aws: Reader) -> Iterator[Later[DBProxy]]:
    """List what stands before databases in a region."""
    for page in aws.pages("DescribeDBProxies"):
        for item in page["DBProxies"]:
            if aws.wants(item["DBProxyArn"]):
                yield _proxy(aws, item)


def _proxy(aws: Reader, item: Answer) -> Later[DBProxy]:
    port = _PROXY_PORTS.get(item.get("EngineFamily", ""))
    return lambda: DBProxy(
        id=item["DBProxyArn"],
        account=aws.account,
        region=aws.region,
        name=item["DBProxyName"],
        source="rds:DescribeDBProxies",
        address=item.get("Endpoint", ""),
        ports=(port,) if port else (),
        public=False,
        vpc=item.get("VpcId", ""),
        subnets=tuple(sorted(item.get("VpcSubnetIds", ()))),
        groups=tuple(sorted(item.get("VpcSecurityGroupIds", ()))),
        forces_tls=item.get("RequireTLS", False),
    )


def _ours(items: Iterable[Answer]) -> Iterator[Answer]:
    return (item for item in items if not item["Engine"].startswith(("neptune", "docdb")))


def _groups(item: Answer) -> tuple[str, ...]:
    return tuple(sorted(g["VpcSecurityGroupId"] for g in item.get("VpcSecurityGroups", ())))


def _pending(item: Answer) -> tuple[str, ...]:
    """Return the names of settings that wait; AWS may tell of one that it is None or empty."""
    waiting: Answer = item.get("PendingModifiedValues") or {}
    return tuple(sorted(key for key, value in waiting.items() if value not in (None, {})))


def _restore(attributes: Iterable[Answer]) -> tuple[str, ...]:
    return tuple(sorted(v for a in attributes if a["AttributeName"] == "restore" for v in a["AttributeValues"]))


def _newest(items: Iterable[Answer]) -> list[Answer]:
    return sorted(items, key=_time, reverse=True)


def _time(item: Answer) -> str:
    """Return when a snapshot was made; `""` for one that is being made."""
    value: Any = item.get("SnapshotCreateTime") or ""
    return value if isinstance(value, str) else value.isoformat()


def _unasked(source: str) -> Later[Fact[tuple[str, ...]]]:
    return lambda: Fact(_TOO_MANY, source)


ALL = (instances, clusters, snapshots, cluster_snapshots, proxies)
