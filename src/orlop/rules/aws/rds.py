"""Questions about databases, clusters of them, and their snapshots."""

from orlop.estate.aws.rds import EVERYONE, DBCluster, DBClusterSnapshot, DBInstance, DBSnapshot
from orlop.estate.change import Change, Irreversible, change
from orlop.estate.estate import Estate
from orlop.estate.fact import NotKnown
from orlop.frameworks import cis_aws, fsbp, gdpr, hipaa
from orlop.reason.addresses import WORLD, share
from orlop.reason.network.admission import Admissions
from orlop.reason.network.flows import senders
from orlop.reason.network.managed import places_of
from orlop.reason.network.reach import Answer as Reached
from orlop.reason.network.reach import Asked, Outside, answer
from orlop.reason.network.words import told
from orlop.rules.rule import Answer, Fail, Pass, Severity, rule

DAYS = 7
"""How many days of backups are enough, as FSBP RDS.11 has it."""

_MEMBER = "It belongs to a cluster, which holds this setting for all of its servers."


@rule(
    asks="Does this database have an address on the internet?",
    severity=Severity.HIGH,
    controls=(
        fsbp("RDS.2"),
        cis_aws("2.2.3", edition="5.0"),
        cis_aws("3.2.3"),
        hipaa("164.312(e)(1)"),
        gdpr("32(1)(b)"),
    ),
    by_hand="aws rds modify-db-instance --db-instance-identifier NAME --no-publicly-accessible",
    breaks="Whoever connects from outside AWS without a VPN (a home office, a partner, a reporting tool) no longer "
    "can. AWS takes a few minutes, and open connections from outside break off.",
)
def instance_has_public_address(instance: DBInstance, estate: Estate) -> Answer:
    """Database has a public address.

    A database should be reached by your own servers only. With a public address, nothing but the security groups and
    the password stand between it and everyone who tries passwords on the internet, and one wrong rule is enough.
    """
    if not instance.public:
        return Pass("It has no public address.")
    fix = change(instance, "public", False) if _own_address(instance) else None
    groups = ", ".join(instance.groups)
    witness = (f"PubliclyAccessible is true, {instance.address}:{instance.port}, groups {groups}",)
    said = f"This database ({instance.engine}) has a public address"
    found = _from_outside(instance, estate)
    if found and found.reachable and share(senders(found.flows, "tcp")) >= WORLD:
        because = f"{said}, and the whole internet can connect to its port {instance.port}."
        return Fail(because, fix, witness=(*witness, *told(found)), severity=Severity.CRITICAL)
    today = _today(found, instance) if found else "Whether the internet can connect to it is not known"
    return Fail(f"{said}. {today}. One change to a group or a route would lay it open.", fix, witness=witness)


def _today(found: Reached, instance: DBInstance) -> str:
    if found.reachable:
        return f"Some addresses of the internet can connect to its port {instance.port}"
    if found.reachable is None:
        return f"Whether the internet can connect to it is not known: {'; '.join(found.gaps)}"
    return f"Today nobody there can connect to it: {'; '.join(stop.says for stop in found.stops[:2])}"


def _own_address(instance: DBInstance) -> bool:
    """Whether the setting is the server's own: a cluster of two standbys, which is no Aurora, holds it itself."""
    return instance.cluster is None or instance.engine.startswith("aurora")


def _from_outside(instance: DBInstance, estate: Estate) -> Reached | None:
    """Return what of the internet reaches the database's port, of all places where it may stand the most open one.

    None where that cannot be told: it has no port yet, or its subnets were not read.
    """
    reach = estate.once(Admissions).reach
    try:
        places = tuple(places_of(instance, reach.fabric)) if instance.port else ()
    except NotKnown:
        places = ()
    asked = Asked(protocol="tcp", first=instance.port or 0, last=instance.port or 0)
    found = [answer(reach, Outside(), place, asked) for place in places]
    return min(found, key=lambda each: {True: 0, None: 1, False: 2}[each.reachable], default=None)


_ENCRYPT = (
    "Make a snapshot, copy it with encryption (aws rds copy-db-snapshot --kms-key-id KEY), restore the copy under a "
    "new name, let programs use that one, and delete the old database and its snapshots."
)
_ENCRYPT_BREAKS = (
    "The database stands still, or loses what is written meanwhile, from the snapshot until programs use the copy. Its "
    "address changes unless you give the copy the old name."
)
_WHY_NOT_IN_PLACE = "A database cannot be encrypted where it is: it moves to a copy, and the old one is deleted."


@rule(
    asks="Is what is stored in this database readable to whoever gets hold of its disks or backups?",
    severity=Severity.MEDIUM,
    controls=(
        fsbp("RDS.3"),
        cis_aws("2.2.1", edition="5.0"),
        cis_aws("3.2.1"),
        hipaa("164.312(a)(2)(iv)"),
        gdpr("32(1)(a)"),
    ),
    by_hand=_ENCRYPT,
    breaks=_ENCRYPT_BREAKS,
)
def instance_not_encrypted(instance: DBInstance, estate: Estate) -> Answer:
    """Database not encrypted.

    Whoever copies the disks or a snapshot of an unencrypted database reads all of it, without a password. Only an
    unencrypted snapshot can be made public by mistake.
    """
    if instance.cluster:
        return Pass(_MEMBER)
    if instance.encrypted.value:
        return Pass("The database and its backups are encrypted.")
    return Fail(
        f"This database ({instance.engine}) and its backups are stored unencrypted.",
        Irreversible(instance.id, "Move the database to an encrypted copy.", _WHY_NOT_IN_PLACE),
        witness=("StorageEncrypted is false",),
    )


@rule(
    asks="Is what is stored in this database cluster readable to whoever gets hold of its disks or backups?",
    severity=Severity.MEDIUM,
    controls=(fsbp("RDS.27"), hipaa("164.312(a)(2)(iv)"), gdpr("32(1)(a)")),
    by_hand=_ENCRYPT.replace("copy-db-snapshot", "copy-db-cluster-snapshot"),
    breaks=_ENCRYPT_BREAKS,
)
def cluster_not_encrypted(cluster: DBCluster, estate: Estate) -> Answer:
    """Database cluster not encrypted.

    Whoever copies the disks or a snapshot of an unencrypted cluster reads all of it, without a password. Only an
    unencrypted snapshot can be made public by mistake.
    """
    if cluster.encrypted:
        return Pass("The cluster and its backups are encrypted.")
    return Fail(
        f"This database cluster ({cluster.engine}) and its backups are stored unencrypted.",
        Irreversible(cluster.id, "Move the cluster to an encrypted copy.", _WHY_NOT_IN_PLACE),
        witness=("StorageEncrypted is false",),
    )


@rule(
    asks="Would data be lost for good if a mistake in this database is noticed only after some days?",
    severity=Severity.MEDIUM,
    controls=(fsbp("RDS.11"), hipaa("164.308(a)(7)(ii)(A)"), gdpr("32(1)(c)")),
    by_hand="aws rds modify-db-instance --db-instance-identifier NAME --backup-retention-period 7 --apply-immediately",
    breaks="Where backups were off, the database halts for some seconds to minutes while the first one begins. "
    "More days cost a little more storage. Undoing to fewer days deletes the backups that are older than that.",
)
def instance_backups_off_or_short(instance: DBInstance, estate: Estate) -> Answer:
    """Database backups off or short.

    AWS can bring a database back to any second of the last days. A wrong command, a faulty program or extortion
    software is often noticed only days later: by then the good copy must still exist.
    """
    if instance.cluster:
        return Pass(_MEMBER)
    if instance.replica_of:
        return Pass("It is a copy of another database, which is the one to keep backups of.")
    days = instance.backup_days.value
    if days >= DAYS:
        return Pass(f"It can be brought back to any second of the last {days} days.")
    if days == 0:
        return Fail("Automatic backups are off.", _longer_backups(instance), severity=Severity.HIGH)
    return Fail(f"Automatic backups reach back {_days(days)} only.", _longer_backups(instance))


def _longer_backups(instance: DBInstance) -> Change | None:
    """Return the change. From none to some, AWS would also make at once what waits for maintenance: then by hand."""
    if instance.backup_days.value == 0 and instance.pending:
        return None
    return change(instance, "backup_days", DAYS)


def _days(days: int) -> str:
    return "one day" if days == 1 else f"{days} days"


@rule(
    asks="Would data be lost for good if a mistake in this database cluster is noticed only after some days?",
    severity=Severity.MEDIUM,
    controls=(fsbp("RDS.50"), hipaa("164.308(a)(7)(ii)(A)"), gdpr("32(1)(c)")),
    by_hand="aws rds modify-db-cluster --db-cluster-identifier NAME --backup-retention-period 7 --apply-immediately",
    breaks="Nothing stops. More days cost a little more storage. Undoing to fewer days deletes the backups that are "
    "older than that.",
)
def cluster_backups_short(cluster: DBCluster, estate: Estate) -> Answer:
    """Database cluster backups short.

    AWS can bring a cluster back to any second of the last days. A wrong command, a faulty program or extortion software
    is often noticed only days later: by then the good copy must still exist.
    """
    if cluster.backup_days >= DAYS:
        return Pass(f"It can be brought back to any second of the last {cluster.backup_days} days.")
    return Fail(
        f"Automatic backups reach back {_days(cluster.backup_days)} only.",
        change(cluster, "backup_days", DAYS) if not cluster.pending else None,
    )


@rule(
    asks="Can this database be deleted by a single command?",
    severity=Severity.LOW,
    controls=(fsbp("RDS.8"), hipaa("164.312(c)(1)"), gdpr("32(1)(b)")),
    by_hand="aws rds modify-db-instance --db-instance-identifier NAME --deletion-protection",
    breaks="Scripts that delete the database stop with an error until the protection is taken off.",
)
def instance_without_deletion_protection(instance: DBInstance, estate: Estate) -> Answer:
    """Database not protected from deletion.

    With the protection on, deleting takes two deliberate steps instead of one slip, and a script that runs wild stops.
    """
    if instance.cluster:
        return Pass(_MEMBER)
    if instance.deletion_protection:
        return Pass("It cannot be deleted before somebody takes the protection off.")
    return Fail(
        "One command, or one wrong click, deletes this database.", change(instance, "deletion_protection", True)
    )


@rule(
    asks="Can this database cluster be deleted by a single command?",
    severity=Severity.MEDIUM,
    controls=(fsbp("RDS.7"), hipaa("164.312(c)(1)"), gdpr("32(1)(b)")),
    by_hand="aws rds modify-db-cluster --db-cluster-identifier NAME --deletion-protection",
    breaks="Scripts that delete the cluster stop with an error until the protection is taken off.",
)
def cluster_without_deletion_protection(cluster: DBCluster, estate: Estate) -> Answer:
    """Database cluster not protected from deletion.

    With the protection on, deleting takes two deliberate steps instead of one slip, and a script that runs wild stops.
    """
    if cluster.deletion_protection:
        return Pass("It cannot be deleted before somebody takes the protection off.")
    return Fail(
        "One command, or one wrong click, deletes this database cluster.",
        change(cluster, "deletion_protection", True),
    )


@rule(
    asks="Does this database miss security updates unless somebody installs them?",
    severity=Severity.MEDIUM,
    controls=(
        fsbp("RDS.13"),
        cis_aws("2.2.2", edition="5.0"),
        cis_aws("3.2.2"),
        hipaa("164.308(a)(1)(ii)(B)"),
        gdpr("32(1)(b)"),
    ),
    by_hand="aws rds modify-db-instance --db-instance-identifier NAME --auto-minor-version-upgrade",
    breaks="When an update is due, the database restarts in its maintenance window, for some minutes at most. Small "
    "versions (16.3 to 16.4, say) keep to what programs rely on.",
)
def instance_without_minor_upgrades(instance: DBInstance, estate: Estate) -> Answer:
    """Database not updated by itself.

    Small versions of database software close known holes. With automatic updates off, holes that are public knowledge
    stay open until somebody remembers.
    """
    if instance.minor_upgrades.value:
        return Pass("Small updates are installed by themselves, in the maintenance window.")
    return Fail(
        f"Small updates of this database ({instance.engine} {instance.version}) are not installed by themselves.",
        change(instance, "minor_upgrades", True) if _own_address(instance) else None,
    )


_FORCE_TLS = (
    "In a parameter group of your own (the default one cannot be changed), set rds.force_ssl to 1 (PostgreSQL, SQL "
    "Server) or require_secure_transport to ON (MySQL, MariaDB): aws rds modify-db-parameter-group (for a cluster: "
    "modify-db-cluster-parameter-group). Give the group to the database, and restart it where AWS says so."
)
_FORCE_TLS_BREAKS = (
    "Programs that connect without encryption are refused. Current drivers encrypt when told to (sslmode=require, "
    "--ssl-mode=REQUIRED). Change those first."
)


@rule(
    asks="Does this database also answer to programs that talk to it without encryption?",
    severity=Severity.MEDIUM,
    controls=(
        fsbp("RDS.38"),
        fsbp("RDS.39"),
        fsbp("RDS.41"),
        fsbp("RDS.44"),
        hipaa("164.312(e)(2)(ii)"),
        gdpr("32(1)(a)"),
    ),
    by_hand=_FORCE_TLS,
    breaks=_FORCE_TLS_BREAKS,
)
def instance_accepts_unencrypted_connections(instance: DBInstance, estate: Estate) -> Answer:
    """Database accepts unencrypted connections.

    A program may talk to it in a form that anyone on the way can read and change, passwords and records included, and
    nobody notices. When the database insists on encryption, such a program fails at once and gets mended.
    """
    if instance.cluster:
        return Pass(_MEMBER)
    if instance.forces_tls.value:
        return Pass("It refuses connections without encryption.")
    return Fail(f"This database ({instance.engine}) leaves it to each program whether to encrypt.")


@rule(
    asks="Does this database cluster also answer to programs that talk to it without encryption?",
    severity=Severity.MEDIUM,
    controls=(hipaa("164.312(e)(2)(ii)"), gdpr("32(1)(a)")),
    by_hand=_FORCE_TLS,
    breaks=_FORCE_TLS_BREAKS,
)
def cluster_accepts_unencrypted_connections(cluster: DBCluster, estate: Estate) -> Answer:
    """Database cluster accepts unencrypted connections.

    A program may talk to it in a form that anyone on the way can read and change, passwords and records included, and
    nobody notices. When the cluster insists on encryption, such a program fails at once and gets mended.
    """
    if cluster.forces_tls.value:
        return Pass("It refuses connections without encryption.")
    return Fail(f"This database cluster ({cluster.engine}) leaves it to each program whether to encrypt.")


_PUBLIC_BREAKS = "People outside who use this snapshot lose it. Copies that they made already stay theirs."


@rule(
    asks="Can anyone in the world copy this database snapshot and read what is in it?",
    severity=Severity.CRITICAL,
    controls=(fsbp("RDS.1"), hipaa("164.312(a)(1)"), gdpr("32(1)(b)"), gdpr("25(2)")),
    by_hand="aws rds modify-db-snapshot-attribute --db-snapshot-identifier NAME --attribute-name restore "
    "--values-to-remove all",
    breaks=_PUBLIC_BREAKS,
)
def snapshot_open_to_everyone(snapshot: DBSnapshot, estate: Estate) -> Answer:
    """Database snapshot open to everyone.

    Anyone with an AWS account, which is anyone, can restore a public snapshot under a password of their own and read
    the whole database. Strangers search for public snapshots all the time. What was public should be taken as read.
    """
    return _snapshot(snapshot)


@rule(
    asks="Can anyone in the world copy this snapshot of a database cluster and read what is in it?",
    severity=Severity.CRITICAL,
    controls=(fsbp("RDS.1"), hipaa("164.312(a)(1)"), gdpr("32(1)(b)"), gdpr("25(2)")),
    by_hand="aws rds modify-db-cluster-snapshot-attribute --db-cluster-snapshot-identifier NAME "
    "--attribute-name restore --values-to-remove all",
    breaks=_PUBLIC_BREAKS,
)
def cluster_snapshot_open_to_everyone(snapshot: DBClusterSnapshot, estate: Estate) -> Answer:
    """Snapshot of a database cluster open to everyone.

    Anyone with an AWS account, which is anyone, can restore a public snapshot under a password of their own and read
    the whole database. Strangers search for public snapshots all the time. What was public should be taken as read.
    """
    return _snapshot(snapshot)


def _snapshot(snapshot: DBSnapshot | DBClusterSnapshot) -> Answer:
    if snapshot.encrypted:
        return Pass("It is encrypted, and AWS does not let encrypted snapshots go public.")
    shared = snapshot.shared_with.value
    if EVERYONE not in shared:
        return Pass("It is not open to everyone.")
    return Fail(
        f"Everyone can restore this snapshot of {snapshot.of} (made {snapshot.made[:10]}) and read all that is in it.",
        change(snapshot, "shared_with", tuple(name for name in shared if name != EVERYONE)),
        witness=("restore: all",),
    )


ALL = (
    instance_has_public_address,
    instance_not_encrypted,
    instance_backups_off_or_short,
    instance_without_deletion_protection,
    instance_without_minor_upgrades,
    instance_accepts_unencrypted_connections,
    cluster_not_encrypted,
    cluster_backups_short,
    cluster_without_deletion_protection,
    cluster_accepts_unencrypted_connections,
    snapshot_open_to_everyone,
    cluster_snapshot_open_to_everyone,
)
