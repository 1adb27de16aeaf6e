"""Databases and their snapshots, as RDS describes them. Neptune and DocumentDB, which answer here too, are left out."""

from dataclasses import dataclass
from typing import ClassVar

from orlop.estate.fact import Fact

EVERYONE = "all"
"""Stands in a list of those with whom something is shared, and means everyone with an AWS account."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DBInstance:
    """One database server.

    `cluster` is the name of the cluster that it belongs to, `replica_of` that of the server it copies; `groups` are ids
    of VPC security groups, `subnets` of subnets; `backup_days` 0 means no backups; `pending` names the settings that
    wait for the next maintenance window. `forces_tls` is None where the cluster holds it.
    """

    KIND: ClassVar[str] = "AWS::RDS::DBInstance"

    id: str
    account: str
    region: str
    name: str
    source: str
    engine: str
    version: str
    status: str
    address: str | None
    port: int | None
    cluster: str | None
    replica_of: str | None
    public: bool
    encrypted: Fact[bool]
    key: str | None
    vpc: str | None
    subnets: tuple[str, ...]
    groups: tuple[str, ...]
    backup_days: Fact[int]
    deletion_protection: bool
    minor_upgrades: Fact[bool]
    iam_auth: bool
    multi_az: bool
    certificate: str | None
    logs: tuple[str, ...]
    parameter_groups: tuple[str, ...]
    pending: tuple[str, ...]
    forces_tls: Fact[bool | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class DBCluster:
    """One cluster of database servers. Fields as those of `DBInstance`."""

    KIND: ClassVar[str] = "AWS::RDS::DBCluster"

    id: str
    account: str
    region: str
    name: str
    source: str
    engine: str
    version: str
    status: str
    address: str | None
    port: int | None
    members: tuple[str, ...]
    public: bool
    encrypted: bool
    key: str | None
    groups: tuple[str, ...]
    backup_days: int
    deletion_protection: bool
    minor_upgrades: bool
    iam_auth: bool
    logs: tuple[str, ...]
    parameter_group: str | None
    pending: tuple[str, ...]
    forces_tls: Fact[bool | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class DBSnapshot:
    """One snapshot of a server, made by hand. `shared_with` are account ids and `EVERYONE`, sorted."""

    KIND: ClassVar[str] = "AWS::RDS::DBSnapshot"

    id: str
    account: str
    region: str
    name: str
    source: str
    of: str
    encrypted: bool
    made: str
    shared_with: Fact[tuple[str, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class DBClusterSnapshot:
    """One snapshot of a cluster, made by hand. `shared_with` are account ids and `EVERYONE`, sorted."""

    KIND: ClassVar[str] = "AWS::RDS::DBClusterSnapshot"

    id: str
    account: str
    region: str
    name: str
    source: str
    of: str
    encrypted: bool
    made: str
    shared_with: Fact[tuple[str, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class DBProxy:
    """What stands before databases and keeps connections to them. None is ever public."""

    KIND: ClassVar[str] = "AWS::RDS::DBProxy"

    id: str
    account: str
    region: str
    name: str
    source: str
    address: str
    ports: tuple[int, ...]
    public: bool
    vpc: str
    subnets: tuple[str, ...]
    groups: tuple[str, ...]
    forces_tls: bool


KINDS = (DBInstance, DBCluster, DBSnapshot, DBClusterSnapshot, DBProxy)
