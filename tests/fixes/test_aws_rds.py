from typing import Any

import pytest

from orlop.rules.aws import rds
from tests.fixes.proof import prove_aws
from tests.servers.emulator import Emulator

LOGIN = {"MasterUsername": "claims", "MasterUserPassword": "not-a-real-one"}
AUDITOR = "444455556666"


def database(aws: Emulator, **settings: Any) -> Any:
    """A database `claims` with these settings, and the client that made it."""
    client = aws.client("rds")
    client.create_db_instance(
        DBInstanceIdentifier="claims",
        DBInstanceClass="db.t3.micro",
        Engine="postgres",
        AllocatedStorage=20,
        **LOGIN,
        **{"PubliclyAccessible": False, **settings},
    )
    return client


def cluster(aws: Emulator, **settings: Any) -> Any:
    """A cluster `claims` with these settings, and the client that made it."""
    client = aws.client("rds")
    client.create_db_cluster(DBClusterIdentifier="claims", Engine="aurora-postgresql", **LOGIN, **settings)
    return client


def test_instance_has_public_address(aws: Emulator) -> None:
    database(aws, PubliclyAccessible=True)
    prove_aws(aws, rds.instance_has_public_address, "claims")


@pytest.mark.parametrize("days", [0, 1])
def test_instance_backups_off_or_short(aws: Emulator, days: int) -> None:
    database(aws, BackupRetentionPeriod=days)
    prove_aws(aws, rds.instance_backups_off_or_short, "claims")


def test_instance_without_deletion_protection(aws: Emulator) -> None:
    database(aws)
    prove_aws(aws, rds.instance_without_deletion_protection, "claims")


def test_instance_without_minor_upgrades(aws: Emulator) -> None:
    database(aws, AutoMinorVersionUpgrade=False)
    prove_aws(aws, rds.instance_without_minor_upgrades, "claims")


def test_cluster_backups_short(aws: Emulator) -> None:
    cluster(aws, BackupRetentionPeriod=1)
    prove_aws(aws, rds.cluster_backups_short, "claims")


def test_cluster_without_deletion_protection(aws: Emulator) -> None:
    cluster(aws)
    prove_aws(aws, rds.cluster_without_deletion_protection, "claims")


def test_snapshot_open_to_everyone(aws: Emulator) -> None:
    client = database(aws)
    client.create_db_snapshot(DBInstanceIdentifier="claims", DBSnapshotIdentifier="before-move")
    client.modify_db_snapshot_attribute(
        DBSnapshotIdentifier="before-move", AttributeName="restore", ValuesToAdd=["all", AUDITOR]
    )
    prove_aws(aws, rds.snapshot_open_to_everyone, "before-move")


def test_cluster_snapshot_open_to_everyone(aws: Emulator) -> None:
    client = cluster(aws)
    client.create_db_cluster_snapshot(DBClusterIdentifier="claims", DBClusterSnapshotIdentifier="before-move")
    client.modify_db_cluster_snapshot_attribute(
        DBClusterSnapshotIdentifier="before-move", AttributeName="restore", ValuesToAdd=["all", AUDITOR]
    )
    prove_aws(aws, rds.cluster_snapshot_open_to_everyone, "before-move")
