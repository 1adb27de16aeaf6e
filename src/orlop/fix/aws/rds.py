"""Writes settings of databases, clusters and snapshots.

When a change takes effect: the address, deletion protection and small updates at once, whatever else waits for
maintenance; days of backups at once, too, but between none and some only where AWS is told to apply immediately. That
would also apply all that waits: the rules offer no such change then.

Source: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_ModifyInstance.Settings.html
"""

from typing import Any

from orlop.estate.aws.rds import DBCluster, DBClusterSnapshot, DBInstance, DBSnapshot
from orlop.estate.change import Change
from orlop.fix.writer import Aws, writes


@writes(DBInstance, "public", "rds:ModifyDBInstance")
def instance_address(aws: Aws, change: Change) -> None:
    """Give a database a public address, or take it away. Takes minutes; the database goes on."""
    _instance(aws, change, PubliclyAccessible=change.becomes)


@writes(DBInstance, "backup_days", "rds:ModifyDBInstance")
def instance_backups(aws: Aws, change: Change) -> None:
    """Set how many days of backups are kept. From none to some, or back, the database halts for seconds to minutes."""
    switched = (change.was == 0) != (change.becomes == 0)
    _instance(aws, change, BackupRetentionPeriod=change.becomes, ApplyImmediately=switched)


@writes(DBInstance, "deletion_protection", "rds:ModifyDBInstance")
def instance_deletion_protection(aws: Aws, change: Change) -> None:
    """Protect a database from deletion, or not."""
    _instance(aws, change, DeletionProtection=change.becomes)


@writes(DBInstance, "minor_upgrades", "rds:ModifyDBInstance")
def instance_minor_upgrades(aws: Aws, change: Change) -> None:
    """Have small updates installed in the maintenance window, or not."""
    _instance(aws, change, AutoMinorVersionUpgrade=change.becomes)


@writes(DBCluster, "backup_days", "rds:ModifyDBCluster")
def cluster_backups(aws: Aws, change: Change) -> None:
    """Set how many days of backups are kept."""
    _cluster(aws, change, BackupRetentionPeriod=change.becomes, ApplyImmediately=True)


@writes(DBCluster, "deletion_protection", "rds:ModifyDBCluster")
def cluster_deletion_protection(aws: Aws, change: Change) -> None:
    """Protect a cluster from deletion, or not."""
    _cluster(aws, change, DeletionProtection=change.becomes)


@writes(DBSnapshot, "shared_with", "rds:ModifyDBSnapshotAttribute")
def snapshot_sharing(aws: Aws, change: Change) -> None:
    """Share a snapshot with those that are new on the list, and with those no longer that are gone from it."""
    aws.call("rds", "ModifyDBSnapshotAttribute", DBSnapshotIdentifier=_name(change), **_restore(change))


@writes(DBClusterSnapshot, "shared_with", "rds:ModifyDBClusterSnapshotAttribute")
def cluster_snapshot_sharing(aws: Aws, change: Change) -> None:
    """Share a snapshot with those that are new on the list, and with those no longer that are gone from it."""
    aws.call("rds", "ModifyDBClusterSnapshotAttribute", DBClusterSnapshotIdentifier=_name(change), **_restore(change))


def _instance(aws: Aws, change: Change, **settings: Any) -> None:
    aws.call("rds", "ModifyDBInstance", DBInstanceIdentifier=_name(change), **settings)


def _cluster(aws: Aws, change: Change, **settings: Any) -> None:
    aws.call("rds", "ModifyDBCluster", DBClusterIdentifier=_name(change), **settings)


def _restore(change: Change) -> dict[str, Any]:
    was, becomes = set(change.was), set(change.becomes)
    lists = {"ValuesToAdd": sorted(becomes - was), "ValuesToRemove": sorted(was - becomes)}
    return {"AttributeName": "restore", **{key: names for key, names in lists.items() if names}}


def _name(change: Change) -> str:
    """Return the name that ends an ARN: `arn:aws:rds:REGION:ACCOUNT:db:NAME`."""
    return change.target.split(":", 6)[6]


ALL = (
    instance_address,
    instance_backups,
    instance_deletion_protection,
    instance_minor_upgrades,
    cluster_backups,
    cluster_deletion_protection,
    snapshot_sharing,
    cluster_snapshot_sharing,
)
