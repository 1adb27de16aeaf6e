from typing import Any

import pytest
from tests.answers import Answers, Said, seen
from tests.cases import ACCOUNT, REGION

from orlop.collect.aws import rds
from orlop.estate.aws.rds import DBCluster, DBClusterSnapshot, DBInstance, DBSnapshot
from orlop.estate.fact import Cause


def instance(name: str = "claims", **more: Any) -> dict[str, Any]:
    plain: dict[str, Any] = {
        "DBInstanceArn": f"arn:aws:rds:{REGION}:{ACCOUNT}:db:{name}",
        "DBInstanceIdentifier": name,
        "DBInstanceStatus": "available",
        "Engine": "postgres",
        "EngineVersion": "16.3",
        "Endpoint": {"Address": "claims.example", "Port": 5432},
        "PubliclyAccessible": True,
        "StorageEncrypted": False,
        "DBSubnetGroup": {"VpcId": "vpc-1", "Subnets": [{"SubnetIdentifier": "subnet-1"}]},
        "VpcSecurityGroups": [{"VpcSecurityGroupId": "sg-2"}, {"VpcSecurityGroupId": "sg-1"}],
        "BackupRetentionPeriod": 1,
        "DeletionProtection": False,
        "AutoMinorVersionUpgrade": True,
        "DBParameterGroups": [{"DBParameterGroupName": "ours"}],
        "PendingModifiedValues": {},
    }
    return {**plain, **more}


def cluster(**more: Any) -> dict[str, Any]:
    plain: dict[str, Any] = {
        "DBClusterArn": f"arn:aws:rds:{REGION}:{ACCOUNT}:cluster:claims",
        "DBClusterIdentifier": "claims",
        "Status": "available",
        "Engine": "aurora-mysql",
        "StorageEncrypted": True,
        "BackupRetentionPeriod": 7,
        "DBClusterMembers": [{"DBInstanceIdentifier": "claims-1"}],
        "DBClusterParameterGroup": "ours",
    }
    return {**plain, **more}


def parameter(name: str, value: str | None) -> Said:
    return {"Parameters": [{"ParameterName": name, **({} if value is None else {"ParameterValue": value})}]}


def read(*items: dict[str, Any], parameters: Said = "AccessDenied") -> list[DBInstance]:
    said: dict[str, Said] = {"rds:DescribeDBInstances": {"DBInstances": items}, "rds:DescribeDBParameters": parameters}
    return list(seen([rds.instances], Answers(said)).each(DBInstance))


def test_a_database() -> None:
    [found] = read(instance(PendingModifiedValues={"DBInstanceClass": "db.m5.large", "ProcessorFeatures": None}))
    assert (found.address, found.port, found.public) == ("claims.example", 5432, True)
    assert found.encrypted.value is False
    assert (found.vpc, found.subnets, found.groups) == ("vpc-1", ("subnet-1",), ("sg-1", "sg-2"))
    assert (found.backup_days.value, found.deletion_protection, found.minor_upgrades.value) == (1, False, True)
    assert found.pending == ("DBInstanceClass",)
    assert found.forces_tls.unread


def test_a_database_that_is_being_made_has_no_address_yet() -> None:
    item = instance(DBInstanceStatus="creating", DBSubnetGroup=None)
    del item["Endpoint"]
    [found] = read(item)
    assert (found.address, found.port, found.vpc) == (None, None, None)


def test_other_services_that_answer_here_are_left_out() -> None:
    assert [found.engine for found in read(instance(Engine="neptune"), instance(Engine="docdb"), instance())] == [
        "postgres"
    ]


@pytest.mark.parametrize(
    ("engine", "parameters", "expected"),
    [
        ("postgres", parameter("rds.force_ssl", "1"), True),
        ("postgres", parameter("rds.force_ssl", "0"), False),
        ("sqlserver-se", parameter("rds.force_ssl", "1"), True),
        ("mysql", parameter("require_secure_transport", "ON"), True),
        ("mysql", parameter("require_secure_transport", "1"), True),
        ("mariadb", parameter("require_secure_transport", None), False),
        ("postgres", {"Parameters": []}, False),
    ],
)
def test_whether_a_database_forces_tls(engine: str, parameters: Said, expected: bool) -> None:
    [found] = read(instance(Engine=engine), parameters=parameters)
    assert found.forces_tls.value is expected


def test_of_an_engine_without_such_a_parameter_it_is_not_known() -> None:
    [found] = read(instance(Engine="oracle-ee"))
    assert found.forces_tls.unread
    assert found.forces_tls.unread.cause is Cause.UNSUPPORTED


def test_a_member_of_a_cluster_leaves_it_to_the_cluster() -> None:
    [found] = read(instance(Engine="aurora-mysql", DBClusterIdentifier="claims"))
    assert found.cluster == "claims"
    assert found.forces_tls.value is None


def test_a_group_of_parameters_is_asked_once_and_for_one_parameter() -> None:
    asked: list[dict[str, Any]] = []

    def answer(params: dict[str, Any]) -> dict[str, Any]:
        asked.append(params)
        return {"Parameters": []}

    read(instance("a"), instance("b"), parameters=answer)
    assert asked == [
        {"DBParameterGroupName": "ours", "Filters": [{"Name": "parameter-name", "Values": ["rds.force_ssl"]}]}
    ]


def test_a_cluster() -> None:
    said = {
        "rds:DescribeDBClusters": {"DBClusters": [cluster(), cluster(Engine="docdb")]},
        "rds:DescribeDBClusterParameters": parameter("require_secure_transport", "ON"),
    }
    [found] = seen([rds.clusters], Answers(said)).each(DBCluster)
    assert (found.members, found.backup_days, found.encrypted, found.public) == (("claims-1",), 7, True, False)
    assert found.forces_tls.value is True


def test_a_snapshot_and_with_whom_it_is_shared() -> None:
    item = {
        "DBSnapshotArn": f"arn:aws:rds:{REGION}:{ACCOUNT}:snapshot:before",
        "DBSnapshotIdentifier": "before",
        "DBInstanceIdentifier": "claims",
        "Engine": "postgres",
        "Encrypted": False,
    }
    attributes = [
        {"AttributeName": "copy", "AttributeValues": ["x"]},
        {"AttributeName": "restore", "AttributeValues": ["all", "999988887777"]},
    ]
    answers = Answers(
        {
            "rds:DescribeDBSnapshots": {"DBSnapshots": [item]},
            "rds:DescribeDBSnapshotAttributes": {"DBSnapshotAttributesResult": {"DBSnapshotAttributes": attributes}},
        }
    )
    [found] = seen([rds.snapshots], answers).each(DBSnapshot)
    assert found.shared_with.value == ("999988887777", "all")
    assert found.made == ""
    assert answers.asked[0][2] == {"SnapshotType": "manual"}


def test_a_snapshot_of_a_cluster_of_which_the_list_was_refused() -> None:
    item = {
        "DBClusterSnapshotArn": f"arn:aws:rds:{REGION}:{ACCOUNT}:cluster-snapshot:before",
        "DBClusterSnapshotIdentifier": "before",
        "DBClusterIdentifier": "claims",
        "Engine": "aurora-mysql",
        "StorageEncrypted": False,
    }
    said: dict[str, Said] = {"rds:DescribeDBClusterSnapshots": {"DBClusterSnapshots": [item]}}
    [found] = seen([rds.cluster_snapshots], Answers(said)).each(DBClusterSnapshot)
    assert found.shared_with.unread
