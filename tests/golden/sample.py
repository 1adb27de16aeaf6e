"""A report as a small insurer might get one, with hostile names among it; and one with many findings."""

import json
from dataclasses import replace
from typing import Any

from orlop.estate.change import Irreversible
from orlop.findings.finding import Acceptance, Finding, Proof, State, Subject, finding_id
from orlop.findings.report import Gap, Report, Tally, Target, worst_first
from orlop.findings.ways import Cause, Node, Stage, Way
from orlop.frameworks import cis_aws, cis_debian, fsbp, gdpr, hipaa
from orlop.frameworks.control import Control

ACCOUNT = "111122223333"
HOST = "host:4c6f8b1e9d2a4f0b8e7c5a3d1f2b4c6d"
NOW = "2026-11-24T04:05:06Z"
EARLIER = "2026-10-02T07:30:00Z"

SCRIPT = "<script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\">"
ESCAPES = "\x1b]0;owned\x07\x1b[31mweb\u202egnp.exe\r\n[bold red]markup[/]"
FORMULA = '=HYPERLINK("http://attacker.example","click")'
HOSTILE = (SCRIPT, ESCAPES, FORMULA)

PASSWORD = "hunter2hunter2"
"""A secret that a collector should never have brought up. No format may show it."""


def sample() -> Report:
    """The report of one account and one machine: five rules and more, accepted ones, and blind spots."""
    return Report(
        orlop="0.1.0",
        taken_at=NOW,
        snapshot="20261124-040506-7d1f",
        targets=(
            Target(
                kind="aws",
                id=ACCOUNT,
                label=f"AWS account {ACCOUNT}",
                scope=("eu-west-1", "us-east-1"),
                resources=1204,
                calls=312,
                seconds=8.14,
            ),
            Target(
                kind="host",
                id=HOST,
                label="claims-01 (Debian 12)",
                scope=("root",),
                resources=214,
                calls=1,
                seconds=1.2,
            ),
        ),
        findings=worst_first(_findings()),
        tallies=_TALLIES,
        gaps=_GAPS,
        notes=("No second account was found. To add one: orlop inspect aws://PROFILE",),
        ways=_ways("claims", SCRIPT),
    )


def empty() -> Report:
    """The report of an inspection that saw nothing at all."""
    return replace(sample(), targets=(), findings=(), tallies=(), gaps=(), notes=(), ways=())


def blameless() -> Report:
    """The report of an inspection that found nothing to mend, and saw everything."""
    tallies = tuple(replace(t, passed=t.passed + t.failed + 1, failed=0, accepted=0, not_assessed=0) for t in _TALLIES)
    return replace(sample(), findings=(), tallies=tallies, gaps=(), notes=(), ways=())


def _ways(*buckets: str) -> tuple[Cause, ...]:
    """One cause, and a way over a server and its role to each bucket; only the first is certain."""
    internet = Node(id="internet", name="internet", kind="internet")
    server = Node(id=f"arn:aws:ec2:eu-west-1:{ACCOUNT}:instance/i-0abc", name=ESCAPES, kind="server")
    role = Node(id=f"arn:aws:iam::{ACCOUNT}:role/web", name="web", kind="role")
    comes_in = Stage(
        start=internet,
        end=server,
        by="network",
        says=f"The internet reaches {ESCAPES} (tcp 22), by the internet gateway.",
        evidence=("security group sg-1: sg-1 allows tcp 22 from 0.0.0.0/0",),
        certain=True,
        cut=True,
    )
    takes = replace(comes_in, start=server, end=role, by="role of a server", says="It has the role web.", cut=False)
    ways = [
        Way(cost=8, certain=bucket == buckets[0], stages=(comes_in, takes, _reads(role, bucket, bucket == buckets[0])))
        for bucket in buckets
    ]
    cause = Cause(
        says=comes_in.says,
        mends=("In the security group sg-1, let in only the addresses that need tcp 22.",),
        ends=False,
        also=("Keep strangers away from the load balancer www.",),
        certain=True,
        ways=tuple(ways),
        more=("letters",),
    )
    return (cause,)


def _reads(role: Node, bucket: str, certain: bool) -> Stage:
    return Stage(
        start=role,
        end=Node(id=f"arn:aws:s3:::{bucket}", name=bucket, kind="bucket"),
        by="access to data",
        says=f"web can read the files in {bucket}.",
        evidence=(f"password={PASSWORD}",),
        certain=certain,
        cut=False,
    )


def many(count: int) -> Report:
    """A report with `count` findings of 50 rules."""
    findings = (_numbered(i) for i in range(count))
    tallies = tuple(
        Tally(
            rule=f"made-up-{n}",
            title=f"Made up {n}",
            asks="Is it?",
            severity="low",
            passed=1000,
            failed=count // 50,
            accepted=0,
            not_assessed=0,
        )
        for n in range(50)
    )
    return replace(sample(), findings=worst_first(findings), tallies=tallies)


def _numbered(i: int) -> Finding:
    severity = ("critical", "high", "medium", "low")[i % 4]
    rule, name = f"made-up-{i % 50}", f"sg-{i:08x}"
    base = _open_ssh(name, f"web {i}", f"arn:aws:ec2:eu-west-1:{ACCOUNT}:security-group/{name}")
    return replace(base, id=finding_id(rule, base.subject.id), rule=rule, title=f"Made up {i % 50}", severity=severity)


def _findings() -> tuple[Finding, ...]:
    return (
        _open_ssh(
            "sg-0a1b2c3d4e5f60718", "office-and-world", f"arn:aws:ec2:eu-west-1:{ACCOUNT}:security-group/sg-0a1b2c3d"
        ),
        _open_ssh(
            "sg-0ffffffffffffffff", SCRIPT, f"arn:aws:ec2:us-east-1:{ACCOUNT}:security-group/sg-0fffffff", "us-east-1"
        ),
        _open_bucket(),
        _database(),
        _admin_without_mfa(ESCAPES),
        _admin_without_mfa("maria"),
        _volume(),
        _root_login(),
        _key(),
        _trail(FORMULA),
    )


def _made(
    rule: str,
    title: str,
    *,
    severity: str,
    subject: Subject,
    asks: str,
    because: str,
    why: str,
    by_hand: str,
    breaks: str,
    controls: tuple[Control, ...],
    **more: Any,
) -> Finding:
    held: dict[str, Any] = {"witness": (), "evidence": (), "first_seen": EARLIER, "last_seen": NOW} | more
    return Finding(
        id=finding_id(rule, subject.id),
        rule=rule,
        title=title,
        asks=asks,
        severity=severity,
        because=because,
        why=why,
        by_hand=by_hand,
        breaks=breaks,
        controls=controls,
        subject=subject,
        **held,
    )


def _entry(cidr: str, port: int, note: str = "") -> dict[str, Any]:
    return {"protocol": "tcp", "from_port": port, "to_port": port, "cidr": cidr, "description": note}


def _open_ssh(id: str, name: str, arn: str, region: str = "eu-west-1") -> Finding:
    office, world = _entry("203.0.113.0/24", 22, "office"), _entry("0.0.0.0/0", 22)
    return _made(
        "ec2-admin-port-open-to-everyone",
        "Login port open to everyone",
        severity="critical",
        subject=Subject(kind="AWS::EC2::SecurityGroup", id=arn, name=name, account=ACCOUNT, region=region),
        asks="May anybody on the internet try to log in to this server?",
        because=f"Port 22 (SSH) of i-0123456789abcdef0 answers to every address on the internet, by group {name}.",
        why="Programs try passwords and known holes on every such port day and night. One weak password is enough "
        "to be in. From there an attacker reads what the server reads.",
        witness=(
            f"{id}: tcp 22-22 from 0.0.0.0/0",
            "internet -> igw-0f -> subnet-0a -> eni-0b (203.0.113.7) -> i-0123456789abcdef0",
        ),
        by_hand=f"aws ec2 revoke-security-group-ingress --group-id {id} --protocol tcp --port 22 --cidr 0.0.0.0/0",
        breaks="Whoever logs in from outside the office range can do so no more.",
        controls=(fsbp("EC2.19"), cis_aws("6.3"), hipaa("164.312(a)(1)"), gdpr("32(1)(b)")),
        evidence=(
            Proof(setting="", source="ec2:DescribeSecurityGroups"),
            Proof(setting="ingress", source="ec2:DescribeSecurityGroupRules", answer=[office, world]),
        ),
        fix={
            "kind": "AWS::EC2::SecurityGroup",
            "target": arn,
            "setting": "ingress",
            "was": [office, world],
            "becomes": [office],
        },
    )


def _policy(*statements: dict[str, Any]) -> dict[str, Any]:
    return {"statements": [], "text": json.dumps({"Version": "2012-10-17", "Statement": list(statements)})}


def _open_bucket() -> Finding:
    arn = "arn:aws:s3:::harbour-claims-2026"
    mine = {"Sid": "own", "Effect": "Allow", "Principal": {"AWS": ACCOUNT}, "Action": "s3:*", "Resource": f"{arn}/*"}
    everyone = {"Sid": "web", "Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": f"{arn}/*"}
    return _made(
        "s3-bucket-open-to-everyone",
        "Bucket open to everyone",
        severity="critical",
        subject=Subject(
            kind="AWS::S3::Bucket", id=arn, name="harbour-claims-2026", account=ACCOUNT, region="eu-west-1"
        ),
        asks="Can a stranger on the internet read the files in this bucket?",
        because="Anyone who knows the name of a file in harbour-claims-2026 can read it.",
        why="Most leaks of stored files began so. Names of files are guessed, listed by search engines, and sold.",
        witness=("statement web: Allow * s3:GetObject", f"Authorization=Basic password={PASSWORD}"),
        by_hand="aws s3api put-bucket-policy --bucket harbour-claims-2026 --policy file://policy.json",
        breaks="A web site that serves these files straight from the bucket stops doing so.",
        controls=(fsbp("S3.2"), hipaa("164.312(a)(1)"), gdpr("32(1)(b)")),
        evidence=(Proof(setting="policy", source="s3:GetBucketPolicy", answer=_policy(mine, everyone)),),
        fix={
            "kind": "AWS::S3::Bucket",
            "target": arn,
            "setting": "policy",
            "was": _policy(mine, everyone),
            "becomes": _policy(mine),
        },
        first_seen=NOW,
    )


def _database() -> Finding:
    arn = f"arn:aws:rds:eu-west-1:{ACCOUNT}:db:policies"
    return _made(
        "rds-database-not-encrypted",
        "Database not encrypted",
        severity="high",
        subject=Subject(kind="AWS::RDS::DBInstance", id=arn, name="policies", account=ACCOUNT, region="eu-west-1"),
        asks="Can the data of this database be read by whoever gets hold of its disk or a copy?",
        because="The database policies is stored without encryption, and so are its 14 snapshots.",
        why="A copied snapshot opens without any key. Encryption is the law for health data in many places.",
        by_hand="Copy a snapshot with --kms-key-id, restore from it, move the clients over, delete the old one.",
        breaks="The database is away while the clients move over.",
        controls=(fsbp("RDS.3"), cis_aws("3.2.1"), hipaa("164.312(a)(2)(iv)"), gdpr("32(1)(a)")),
        evidence=(Proof(setting="encrypted", source="rds:DescribeDBInstances", answer=False),),
        only_by_hand=Irreversible(
            arn,
            "Make an encrypted copy of the database and move over to it.",
            "AWS cannot encrypt a database in place, nor go back once the old one is deleted.",
        ),
    )


def _admin_without_mfa(name: str) -> Finding:
    arn = f"arn:aws:iam::{ACCOUNT}:user/{name}"
    return _made(
        "iam-admin-without-second-factor",
        "Administrator without a second factor",
        severity="high",
        subject=Subject(kind="AWS::IAM::User", id=arn, name=name, account=ACCOUNT, region=""),
        asks="Is a stolen password enough to take over this account?",
        because=f"{name} may do anything, signs in with a password, and has no second factor.",
        why="Passwords are phished, reused and leaked. With a second factor a stolen one is worth nothing.",
        by_hand="Console: IAM, Users, Security credentials, Assign MFA device. Only the person can do it.",
        breaks="Nothing. The person needs the device at each sign-in.",
        controls=(fsbp("IAM.5"), cis_aws("2.10"), hipaa("164.312(d)")),
        evidence=(Proof(setting="mfa", source="iam:ListMFADevices", answer=[]),),
    )


def _volume() -> Finding:
    id = f"arn:aws:ec2:eu-west-1:{ACCOUNT}:account"
    return _made(
        "ec2-disks-not-encrypted-by-default",
        "Disks not encrypted by default",
        severity="medium",
        subject=Subject(kind="Orlop::EC2::Region", id=id, name="eu-west-1", account=ACCOUNT, region="eu-west-1"),
        asks="Will the next disk be written without encryption if nobody thinks of it?",
        because="In eu-west-1, new disks are encrypted only if somebody asks for it.",
        why="Disks are forgotten, copied and shared. Encrypted ones are of no use to a stranger.",
        by_hand="aws ec2 enable-ebs-encryption-by-default --region eu-west-1",
        breaks="Nothing that runs today. Very old instance types cannot start from encrypted disks.",
        controls=(fsbp("EC2.7"), cis_aws("6.1.1"), gdpr("32(1)(a)")),
        evidence=(Proof(setting="encrypt_new", source="ec2:GetEbsEncryptionByDefault", answer=False),),
        fix={"kind": "Orlop::EC2::Region", "target": id, "setting": "encrypt_new", "was": False, "becomes": True},
    )


def _root_login() -> Finding:
    id = f"{HOST}:sshd"
    was = {"permit_root_login": "yes", "password_authentication": "yes", "max_auth_tries": 6}
    return _made(
        "ssh-root-may-log-in-with-a-password",
        "Root may log in with a password",
        severity="medium",
        subject=Subject(kind="Host::Sshd", id=id, name="claims-01", account=HOST, region=""),
        asks="May the all-powerful user of this machine log in over the network with just a password?",
        because="sshd of claims-01 lets root log in with a password.",
        why="It is the one name every attacker knows. Logging in as oneself and using sudo leaves a name in the log.",
        by_hand="echo 'PermitRootLogin prohibit-password' > /etc/ssh/sshd_config.d/10-root.conf; systemctl reload ssh",
        breaks="Scripts that log in as root with a password. Those with a key go on working.",
        controls=(cis_debian("5.1.20"), hipaa("164.312(d)")),
        evidence=(Proof(setting="settings", source="probe:sshd -T", answer=was),),
        fix={
            "kind": "Host::Sshd",
            "target": id,
            "setting": "settings",
            "was": was,
            "becomes": was | {"permit_root_login": "prohibit-password"},
        },
    )


def _key() -> Finding:
    arn = f"arn:aws:iam::{ACCOUNT}:user/backup"
    return _made(
        "iam-old-access-key",
        "Old access key",
        severity="medium",
        subject=Subject(kind="AWS::IAM::User", id=arn, name="backup", account=ACCOUNT, region=""),
        asks="Could somebody who left long ago still hold a working key?",
        because="The key AKIAIOSFODNN7EXAMPLE of backup is 412 days old.",
        why="Keys are copied into scripts, laptops and chats. The older one is, the more places know it.",
        by_hand="aws iam create-access-key --user-name backup; move the programs over; aws iam delete-access-key",
        breaks="Programs that still use the old key.",
        controls=(fsbp("IAM.3"), cis_aws("2.12")),
        evidence=(Proof(setting="access_keys", source="iam:ListAccessKeys", answer=[{"age_days": 412}]),),
        state=State.ACCEPTED,
        acceptance=Acceptance(
            reason="The backup appliance cannot change its key before the new firmware.",
            owner="m.keller",
            until="2027-01-31",
            at=EARLIER,
        ),
    )


def _trail(name: str) -> Finding:
    arn = f"arn:aws:cloudtrail:eu-west-1:{ACCOUNT}:trail/{name}"
    return _made(
        "cloudtrail-logs-can-be-altered-unnoticed",
        "Logs can be altered unnoticed",
        severity="low",
        subject=Subject(kind="AWS::CloudTrail::Trail", id=arn, name=name, account=ACCOUNT, region="eu-west-1"),
        asks="Could an intruder wipe the traces from the log without anybody noticing?",
        because="The trail signs no digests: a changed log file looks like a true one.",
        why="",
        by_hand="aws cloudtrail update-trail --name TRAIL --enable-log-file-validation",
        breaks="Nothing.",
        controls=(),
        evidence=(Proof(setting="validation", source="cloudtrail:DescribeTrails", answer=False),),
        fix={"kind": "AWS::CloudTrail::Trail", "target": arn, "setting": "validation", "was": False, "becomes": True},
    )


def _tally(rule: str, title: str, asks: str, severity: str, *counts: int) -> Tally:
    passed, failed, accepted, not_assessed = counts
    return Tally(
        rule=rule,
        title=title,
        asks=asks,
        severity=severity,
        passed=passed,
        failed=failed,
        accepted=accepted,
        not_assessed=not_assessed,
    )


def _counted(finding: Finding, passed: int, failed: int, accepted: int, not_assessed: int) -> Tally:
    held = (passed, failed, accepted, not_assessed)
    return _tally(finding.rule, finding.title, finding.asks, finding.severity, *held)


_TALLIES = (
    _counted(_open_ssh("sg", "", "arn"), 17, 2, 0, 0),
    _counted(_open_bucket(), 40, 1, 0, 3),
    _counted(_database(), 4, 1, 0, 0),
    _counted(_admin_without_mfa("x"), 9, 2, 0, 0),
    _counted(_volume(), 1, 1, 0, 0),
    _counted(_root_login(), 0, 1, 0, 0),
    _counted(_key(), 12, 0, 1, 0),
    _counted(_trail("x"), 0, 1, 0, 0),
    _tally(
        "kms-key-open-to-everyone",
        "Key open to everyone",
        "May strangers decrypt with this key?",
        "critical",
        *(0, 0, 0, 22),
    ),
    _tally(
        "iam-root-has-a-key",
        "Root has an access key",
        "Is there a key that can do everything and cannot be limited?",
        "critical",
        *(1, 0, 0, 0),
    ),
    _tally(
        "listeners-open-port-without-use",
        "Open port that nothing uses",
        "Is a door of this machine open although nobody goes through it?",
        "low",
        *(6, 0, 0, 1),
    ),
)


def _gap(source: str, cause: str, why: str, permission: str | None, region: str, times: int, *rules: str) -> Gap:
    return Gap(
        source=source,
        cause=cause,
        why=why,
        permission=permission,
        account=ACCOUNT if ":" in source and not source.startswith("probe") else HOST,
        region=region,
        times=times,
        example=f"arn:aws:s3:::{SCRIPT}" if source.startswith("s3") else f"{source} in {region}",
        rules=rules,
    )


_GAPS = (
    _gap(
        "s3:GetBucketPolicy",
        "denied",
        "access denied",
        "s3:GetBucketPolicy",
        "eu-west-1",
        3,
        "s3-bucket-open-to-everyone",
    ),
    _gap(
        "kms:GetKeyPolicy", "denied", "access denied", "kms:GetKeyPolicy", "eu-west-1", 20, "kms-key-open-to-everyone"
    ),
    _gap("kms:GetKeyPolicy", "denied", "access denied", "kms:GetKeyPolicy", "us-east-1", 2, "kms-key-open-to-everyone"),
    _gap("elbv2:DescribeListeners", "timed out", "no answer within 30 seconds", None, "us-east-1", 1),
    _gap(
        "probe:ss",
        "denied",
        "names of processes of others are hidden",
        "root",
        "",
        1,
        "listeners-open-port-without-use",
    ),
)


def named(name: str) -> Report:
    """The sample with one finding, about a resource of that name."""
    arn = f"arn:aws:ec2:eu-west-1:{ACCOUNT}:security-group/{name}"
    return replace(sample(), findings=(_open_ssh("sg-0a", name, arn),), ways=_ways(name))
