from dataclasses import replace
from typing import Any

import pytest
from tests.cases import ACCOUNT, DENIED, REGION, unlisted, verdict
from tests.networks import CUT_OFF, ONLINE

from orlop.estate.aws.rds import EVERYONE, DBCluster, DBClusterSnapshot, DBInstance, DBSnapshot
from orlop.estate.aws.security_group import AccessRule, SecurityGroup, Source
from orlop.estate.change import Change, Irreversible
from orlop.estate.fact import Fact
from orlop.estate.resource import Resource
from orlop.rules.aws import rds
from orlop.rules.rule import AnyRule, Fail, Pass, Severity, Unknown, Verdict

OTHER = "999988887777"


def instance(*, tls: Any = True, **settings: Any) -> DBInstance:
    """A database that is as it should be, but for `settings`."""
    good = DBInstance(
        id=f"arn:aws:rds:{REGION}:{ACCOUNT}:db:claims",
        account=ACCOUNT,
        region=REGION,
        name="claims",
        source="rds:DescribeDBInstances",
        engine="postgres",
        version="16.3",
        status="available",
        address="claims.abc.eu-west-1.rds.amazonaws.com",
        port=5432,
        cluster=None,
        replica_of=None,
        public=False,
        encrypted=Fact(True, "rds:DescribeDBInstances"),
        key=None,
        vpc="vpc-1",
        subnets=("subnet-1",),
        groups=("sg-1",),
        backup_days=Fact(7, "rds:DescribeDBInstances"),
        deletion_protection=True,
        minor_upgrades=Fact(True, "rds:DescribeDBInstances"),
        iam_auth=False,
        multi_az=False,
        certificate="rds-ca-rsa2048-g1",
        logs=(),
        parameter_groups=("claims",),
        pending=(),
        forces_tls=Fact(tls, "rds:DescribeDBParameters"),
    )
    facts = ("encrypted", "backup_days", "minor_upgrades")
    told = {name: Fact(settings.pop(name), "rds:DescribeDBInstances") for name in facts if name in settings}
    return replace(good, **settings, **told)


def cluster(*, tls: Any = True, **settings: Any) -> DBCluster:
    """A cluster that is as it should be, but for `settings`."""
    good = DBCluster(
        id=f"arn:aws:rds:{REGION}:{ACCOUNT}:cluster:claims",
        account=ACCOUNT,
        region=REGION,
        name="claims",
        source="rds:DescribeDBClusters",
        engine="aurora-postgresql",
        version="16.3",
        status="available",
        address="claims.cluster-abc.eu-west-1.rds.amazonaws.com",
        port=5432,
        members=("claims-1",),
        public=False,
        encrypted=True,
        key=None,
        groups=("sg-1",),
        backup_days=7,
        deletion_protection=True,
        minor_upgrades=True,
        iam_auth=False,
        logs=(),
        parameter_group="claims",
        pending=(),
        forces_tls=Fact(tls, "rds:DescribeDBClusterParameters"),
    )
    return replace(good, **settings)


def snapshot(shared: Any = (), *, encrypted: bool = False) -> DBSnapshot:
    return DBSnapshot(
        id=f"arn:aws:rds:{REGION}:{ACCOUNT}:snapshot:before",
        account=ACCOUNT,
        region=REGION,
        name="before",
        source="rds:DescribeDBSnapshots",
        of="claims",
        encrypted=encrypted,
        made="2026-01-01T00:00:00+00:00",
        shared_with=Fact(shared, "rds:DescribeDBSnapshotAttributes"),
    )


def cluster_snapshot(shared: Any = (), *, encrypted: bool = False) -> DBClusterSnapshot:
    return DBClusterSnapshot(
        id=f"arn:aws:rds:{REGION}:{ACCOUNT}:cluster-snapshot:before",
        account=ACCOUNT,
        region=REGION,
        name="before",
        source="rds:DescribeDBClusterSnapshots",
        of="claims",
        encrypted=encrypted,
        made="2026-01-01T00:00:00+00:00",
        shared_with=Fact(shared, "rds:DescribeDBClusterSnapshotAttributes"),
    )


def group(*rules: AccessRule, id: str = "sg-1") -> SecurityGroup:
    return SecurityGroup(
        id=f"arn:aws:ec2:{REGION}:{ACCOUNT}:security-group/{id}",
        account=ACCOUNT,
        region=REGION,
        name="database",
        source="ec2:DescribeSecurityGroups",
        group_id=id,
        owner=ACCOUNT,
        vpc="vpc-1",
        description="",
        ingress=rules,
        egress=(),
        tags=(),
        rule_ids=Fact((), "ec2:DescribeSecurityGroupRules"),
    )


def tcp(first: int, last: int, cidr: str) -> AccessRule:
    return AccessRule(protocol="tcp", first=first, last=last, source=Source(kind="cidr", name=cidr))


MEMBER = {"cluster": "claims", "engine": "aurora-postgresql"}
STANDBYS = {"cluster": "claims", "engine": "postgres"}


@pytest.mark.parametrize(
    ("rule", "found", "expected"),
    [
        pytest.param(rds.instance_has_public_address, instance(), Pass, id="address: private"),
        pytest.param(rds.instance_has_public_address, instance(public=True), Fail, id="address: public"),
        pytest.param(
            rds.instance_has_public_address, instance(public=True, port=None), Fail, id="address: no port yet"
        ),
        pytest.param(rds.instance_not_encrypted, instance(), Pass, id="encrypted"),
        pytest.param(rds.instance_not_encrypted, instance(encrypted=False), Fail, id="not encrypted"),
        pytest.param(rds.instance_not_encrypted, instance(encrypted=False, **MEMBER), Pass, id="of a cluster"),
        pytest.param(rds.cluster_not_encrypted, cluster(), Pass, id="cluster: encrypted"),
        pytest.param(rds.cluster_not_encrypted, cluster(encrypted=False), Fail, id="cluster: not encrypted"),
        pytest.param(rds.instance_backups_off_or_short, instance(), Pass, id="backups: seven days"),
        pytest.param(rds.instance_backups_off_or_short, instance(backup_days=6), Fail, id="backups: six days"),
        pytest.param(rds.instance_backups_off_or_short, instance(backup_days=0), Fail, id="backups: off"),
        pytest.param(
            rds.instance_backups_off_or_short, instance(backup_days=1, **MEMBER), Pass, id="backups: cluster's"
        ),
        pytest.param(
            rds.instance_backups_off_or_short, instance(backup_days=0, replica_of="main"), Pass, id="backups: a replica"
        ),
        pytest.param(rds.cluster_backups_short, cluster(), Pass, id="cluster: seven days"),
        pytest.param(rds.cluster_backups_short, cluster(backup_days=1), Fail, id="cluster: one day"),
        pytest.param(rds.instance_without_deletion_protection, instance(), Pass, id="protected"),
        pytest.param(
            rds.instance_without_deletion_protection, instance(deletion_protection=False), Fail, id="not protected"
        ),
        pytest.param(
            rds.instance_without_deletion_protection,
            instance(deletion_protection=False, **MEMBER),
            Pass,
            id="protected by its cluster, which another question is about",
        ),
        pytest.param(rds.cluster_without_deletion_protection, cluster(), Pass, id="cluster: protected"),
        pytest.param(
            rds.cluster_without_deletion_protection,
            cluster(deletion_protection=False),
            Fail,
            id="cluster: not protected",
        ),
        pytest.param(rds.instance_without_minor_upgrades, instance(), Pass, id="updates: on"),
        pytest.param(rds.instance_without_minor_upgrades, instance(minor_upgrades=False), Fail, id="updates: off"),
        pytest.param(
            rds.instance_without_minor_upgrades,
            instance(minor_upgrades=False, **MEMBER),
            Fail,
            id="updates: own, in Aurora",
        ),
        pytest.param(rds.instance_accepts_unencrypted_connections, instance(), Pass, id="TLS: forced"),
        pytest.param(rds.instance_accepts_unencrypted_connections, instance(tls=False), Fail, id="TLS: not forced"),
        pytest.param(
            rds.instance_accepts_unencrypted_connections, instance(tls=None, **MEMBER), Pass, id="TLS: the cluster's"
        ),
        pytest.param(rds.instance_accepts_unencrypted_connections, instance(tls=DENIED), Unknown, id="TLS: denied"),
        pytest.param(rds.cluster_accepts_unencrypted_connections, cluster(), Pass, id="cluster TLS: forced"),
        pytest.param(
            rds.cluster_accepts_unencrypted_connections, cluster(tls=False), Fail, id="cluster TLS: not forced"
        ),
        pytest.param(
            rds.cluster_accepts_unencrypted_connections, cluster(tls=DENIED), Unknown, id="cluster TLS: denied"
        ),
        pytest.param(rds.snapshot_open_to_everyone, snapshot(), Pass, id="snapshot: private"),
        pytest.param(rds.snapshot_open_to_everyone, snapshot((OTHER,)), Pass, id="snapshot: one account"),
        pytest.param(rds.snapshot_open_to_everyone, snapshot((OTHER, EVERYONE)), Fail, id="snapshot: public"),
        pytest.param(
            rds.snapshot_open_to_everyone, snapshot(DENIED, encrypted=True), Pass, id="snapshot: list is moot"
        ),
        pytest.param(rds.snapshot_open_to_everyone, snapshot(DENIED), Unknown, id="snapshot: denied"),
        pytest.param(rds.cluster_snapshot_open_to_everyone, cluster_snapshot(), Pass, id="cluster snapshot: private"),
        pytest.param(
            rds.cluster_snapshot_open_to_everyone, cluster_snapshot((EVERYONE,)), Fail, id="cluster snapshot: public"
        ),
        pytest.param(
            rds.cluster_snapshot_open_to_everyone, cluster_snapshot(DENIED, encrypted=True), Pass, id="its list is moot"
        ),
        pytest.param(
            rds.cluster_snapshot_open_to_everyone, cluster_snapshot(DENIED), Unknown, id="cluster snapshot: denied"
        ),
    ],
)
def test_databases(rule: AnyRule, found: Resource, expected: type[Verdict]) -> None:
    assert isinstance(verdict(rule, found), expected)


@pytest.mark.parametrize(
    "rule",
    [
        rds.instance_has_public_address,
        rds.instance_not_encrypted,
        rds.instance_backups_off_or_short,
        rds.instance_without_deletion_protection,
        rds.instance_without_minor_upgrades,
        rds.cluster_not_encrypted,
        rds.cluster_backups_short,
        rds.cluster_without_deletion_protection,
    ],
    ids=lambda rule: rule.id,
)
def test_a_listing_that_was_refused_is_no_pass(rule: AnyRule) -> None:
    assert isinstance(unlisted(rule), Unknown)


OPEN_5432 = group(tcp(5432, 5432, "0.0.0.0/0"))


@pytest.mark.parametrize(
    ("groups", "severity"),
    [
        pytest.param([], None, id="no group was read"),
        pytest.param([group()], None, id="nobody"),
        pytest.param([group(tcp(5432, 5432, "203.0.113.0/24"))], None, id="an office"),
        pytest.param([group(tcp(22, 22, "0.0.0.0/0"))], None, id="another port"),
        pytest.param([group(tcp(5432, 5432, "0.0.0.0/0"), id="sg-2")], None, id="a group of another database"),
        pytest.param([group(tcp(5432, 5432, "0.0.0.0/0"))], Severity.CRITICAL, id="the world"),
        pytest.param([group(tcp(1, 65535, "::/0"))], Severity.CRITICAL, id="the world, by IPv6 and all ports"),
        pytest.param(
            [group(tcp(5432, 5432, "0.0.0.0/1"), tcp(5432, 5432, "128.0.0.0/1"))], Severity.CRITICAL, id="two halves"
        ),
        pytest.param(
            [group(AccessRule(protocol="-1", source=Source(kind="list", name="pl-1")))], None, id="an unread list"
        ),
    ],
)
def test_a_public_address_is_worse_where_the_groups_let_the_world_in(
    groups: list[SecurityGroup], severity: Severity | None
) -> None:
    said = verdict(rds.instance_has_public_address, instance(public=True), *groups, *ONLINE)
    assert isinstance(said, Fail)
    assert said.severity is severity
    assert (said.witness[-1] == "network ACL, for the answers acl-1: answers go out") is bool(severity)


@pytest.mark.parametrize(
    ("groups", "network", "words"),
    [
        pytest.param([group()], ONLINE, "Today nobody there can connect to it: no rule lets tcp 5432", id="no rule"),
        pytest.param([OPEN_5432], CUT_OFF, "nobody there can connect to it: no internet gateway", id="no way"),
        pytest.param([OPEN_5432], (), "Whether the internet can connect to it is not known", id="nothing read"),
        pytest.param([group(tcp(5432, 5432, "203.0.113.0/24"))], ONLINE, "Some addresses", id="an office"),
    ],
)
def test_the_words_say_who_can_connect_today(
    groups: list[SecurityGroup], network: tuple[Resource, ...], words: str
) -> None:
    said = verdict(rds.instance_has_public_address, instance(public=True), *groups, *network)
    assert isinstance(said, Fail)
    assert words in said.because
    assert said.severity is None


def test_a_public_address_fails_also_where_groups_could_not_be_read() -> None:
    said = verdict(rds.instance_has_public_address, instance(public=True), unread=(SecurityGroup,))
    assert isinstance(said, Fail)


@pytest.mark.parametrize("rule", [rds.instance_has_public_address, rds.instance_without_minor_upgrades])
@pytest.mark.parametrize(("settings", "offered"), [({}, True), (MEMBER, True), (STANDBYS, False)])
def test_what_a_cluster_of_standbys_holds_is_not_changed_at_a_server(
    rule: AnyRule, settings: dict[str, Any], offered: bool
) -> None:
    said = verdict(rule, instance(public=True, minor_upgrades=False, **settings))
    assert isinstance(said, Fail)
    assert isinstance(said.fix, Change) is offered


@pytest.mark.parametrize(
    ("days", "pending", "offered"), [(0, (), True), (0, ("DBInstanceClass",), False), (1, ("DBInstanceClass",), True)]
)
def test_what_waits_for_maintenance_is_not_set_off_by_turning_backups_on(
    days: int, pending: tuple[str, ...], offered: bool
) -> None:
    said = verdict(rds.instance_backups_off_or_short, instance(backup_days=days, pending=pending))
    assert isinstance(said, Fail)
    assert isinstance(said.fix, Change) is offered
    assert said.severity is (Severity.HIGH if days == 0 else None)


def test_what_waits_for_maintenance_is_not_set_off_at_a_cluster() -> None:
    said = verdict(rds.cluster_backups_short, cluster(backup_days=1, pending=("EngineVersion",)))
    assert isinstance(said, Fail)
    assert said.fix is None


def test_encrypting_is_left_to_a_person() -> None:
    for said in (
        verdict(rds.instance_not_encrypted, instance(encrypted=False)),
        verdict(rds.cluster_not_encrypted, cluster(encrypted=False)),
    ):
        assert isinstance(said, Fail)
        assert isinstance(said.fix, Irreversible)


def test_only_everyone_is_taken_off_the_list() -> None:
    said = verdict(rds.snapshot_open_to_everyone, snapshot((OTHER, EVERYONE)))
    assert isinstance(said, Fail)
    assert isinstance(said.fix, Change)
    assert said.fix.becomes == (OTHER,)
