"""Where the data lies: keys, buckets, databases, secrets."""

import json
from dataclasses import dataclass
from typing import Any

from orlop.demo.insurer.places import Places

_BLOCK = {
    "BlockPublicAcls": True,
    "IgnorePublicAcls": True,
    "BlockPublicPolicy": True,
    "RestrictPublicBuckets": True,
}


@dataclass(frozen=True, slots=True)
class Keys:
    """The ids of the keys."""

    claims: str
    backup: str


def plant_keys(home: Any, backup: Any) -> Keys:
    """Make the keys: one that is replaced every year, and one that nobody thought of."""
    claims = home.create_key(Description="Claims")["KeyMetadata"]["KeyId"]
    home.create_alias(AliasName="alias/claims", TargetKeyId=claims)
    copies = backup.create_key(Description="Backups")["KeyMetadata"]["KeyId"]
    backup.create_alias(AliasName="alias/backups", TargetKeyId=copies)
    backup.enable_key_rotation(KeyId=copies)
    return Keys(claims, copies)


def plant_buckets(home: Any, backup: Any) -> None:
    """Make the buckets: most are closed; the one with the claims' documents is not."""
    for name in ("halyard-claims-archive", "halyard-trail", "halyard-web-logs"):
        _closed(home, name)
    _closed(backup, "halyard-backups")
    backup.put_bucket_versioning(Bucket="halyard-backups", VersioningConfiguration={"Status": "Enabled"})
    # The web agency could not show the pictures of damage in the customers' portal, "so we opened it".
    name = "halyard-claims-documents"
    _bucket(home, name)
    home.put_object(Bucket=name, Key="2024/claim-10482/front-left.jpg", Body=b"a picture of a damaged car")
    everyone = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": f"arn:aws:s3:::{name}/*"}
    home.put_bucket_policy(Bucket=name, Policy=_document({"Sid": "Portal", **everyone}))


def plant_databases(rds: Any, places: Places, key: str) -> None:
    """Make the databases: the older one of the claims, and the one of the policies, which was built with care."""
    subnets = [places.subnets[name] for name in ("private-a", "private-b")]
    rds.create_db_subnet_group(
        DBSubnetGroupName="halyard", DBSubnetGroupDescription="Private subnets", SubnetIds=subnets
    )
    shared: dict[str, Any] = {
        "Engine": "postgres",
        "DBInstanceClass": "db.t3.medium",
        "AllocatedStorage": 100,
        "MasterUsername": "halyard",
        "MasterUserPassword": "halyard-demo-0",
        "DBSubnetGroupName": "halyard",
    }
    rds.create_db_instance(
        DBInstanceIdentifier="claims",
        EngineVersion="13.4",
        VpcSecurityGroupIds=[places.groups["claims-db"]],
        PubliclyAccessible=True,
        StorageEncrypted=False,
        DeletionProtection=False,
        BackupRetentionPeriod=1,
        AutoMinorVersionUpgrade=False,
        **shared,
    )
    rds.create_db_instance(
        DBInstanceIdentifier="policies",
        EngineVersion="16.3",
        VpcSecurityGroupIds=[places.groups["policies-db"]],
        PubliclyAccessible=False,
        StorageEncrypted=True,
        KmsKeyId=key,
        DeletionProtection=True,
        BackupRetentionPeriod=14,
        AutoMinorVersionUpgrade=True,
        MultiAZ=True,
        EnableIAMDatabaseAuthentication=True,
        **shared,
    )
    # Handed to the consultant, who had no account of his own.
    rds.create_db_snapshot(DBInstanceIdentifier="claims", DBSnapshotIdentifier="claims-before-migration")
    rds.modify_db_snapshot_attribute(
        DBSnapshotIdentifier="claims-before-migration", AttributeName="restore", ValuesToAdd=["all"]
    )


def plant_cluster(rds: Any, key: str) -> None:
    """Make the cluster for the actuaries' numbers, and a copy of it."""
    rds.create_db_cluster(
        DBClusterIdentifier="figures",
        Engine="aurora-postgresql",
        MasterUsername="halyard",
        MasterUserPassword="halyard-demo-0",
        StorageEncrypted=True,
        KmsKeyId=key,
        DeletionProtection=True,
        DBSubnetGroupName="halyard",
    )
    rds.create_db_cluster_snapshot(DBClusterIdentifier="figures", DBClusterSnapshotIdentifier="figures-2025")


def plant_access_point(control: Any, account: str) -> None:
    """Make the access point by which the archive is read."""
    control.create_access_point(AccountId=account, Name="archive-readers", Bucket="halyard-claims-archive")


def plant_secrets(secrets: Any, key: str) -> None:
    """Make the secrets: passwords that never change."""
    for name in ("claims-db", "policies-db"):
        secrets.create_secret(Name=name, KmsKeyId=key, SecretString='{"password": "halyard-demo-0"}')


def _bucket(s3: Any, name: str) -> None:
    place = {"LocationConstraint": s3.meta.region_name}
    s3.create_bucket(Bucket=name, CreateBucketConfiguration=place)
    sse = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}
    s3.put_bucket_encryption(Bucket=name, ServerSideEncryptionConfiguration={"Rules": [sse]})


def _closed(s3: Any, name: str) -> None:
    """Make a bucket that is closed to strangers, and refuses to be read in clear text."""
    _bucket(s3, name)
    s3.put_public_access_block(Bucket=name, PublicAccessBlockConfiguration=_BLOCK)
    arn = f"arn:aws:s3:::{name}"
    only_tls = {
        "Sid": "OnlyEncrypted",
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": [arn, f"{arn}/*"],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    s3.put_bucket_policy(Bucket=name, Policy=_document(only_tls))


def _document(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": statements})
