"""Questions about buckets: who may use them, and what becomes of the files in them."""

from typing import Any

from orlop.estate.aws.policy import Document, Statement, adding, without
from orlop.estate.aws.s3 import BLOCK_ALL, OWNER_ENFORCED, AccessPoint, Bucket, S3Account, Versioning
from orlop.estate.change import Irreversible, change
from orlop.estate.estate import Estate
from orlop.frameworks import cis_aws, fsbp, gdpr, hipaa
from orlop.reason.access.openings import in_evidence
from orlop.reason.access.patterns import Actions, any_covers
from orlop.reason.bucket import (
    LOG_DELIVERY,
    Use,
    Way,
    asleep,
    lists_count,
    open_to_every_account,
    open_to_everyone,
    point_open_to_everyone,
    point_policy_may_be_refused,
    policy_may_be_refused,
    ruled_by_others,
    takes_logs,
)
from orlop.rules.rule import Answer, Fail, Fix, Pass, Severity, rule

_CLOSE = (
    "aws s3api put-public-access-block --bucket BUCKET --public-access-block-configuration "
    "BlockPublicAcls=true,IgnorePublicAcls=true,BlockPublicPolicy=true,RestrictPublicBuckets=true"
)
_CLOSING_BREAKS = (
    "Whoever uses these files without signing in to your account no longer can, and neither can other accounts that "
    "the same policy names. A public web site served straight from this bucket goes dark: put CloudFront before it "
    "first."
)


@rule(
    asks="May any bucket of this account be opened to everyone by a single wrong setting?",
    severity=Severity.HIGH,
    controls=(
        fsbp("S3.1"),
        cis_aws("2.1.4", edition="5.0"),
        cis_aws("3.1.4"),
        hipaa("164.312(a)(1)"),
        gdpr("32(1)(b)"),
    ),
    by_hand="aws s3control put-public-access-block --account-id ACCOUNT --public-access-block-configuration "
    "BlockPublicAcls=true,IgnorePublicAcls=true,BlockPublicPolicy=true,RestrictPublicBuckets=true",
    breaks="A bucket that serves a public web site straight from S3 stops doing so. Put CloudFront before it first.",
)
def account_lets_buckets_go_public(account: S3Account, estate: Estate) -> Answer:
    """Account lets buckets go public.

    AWS has one master switch that keeps all buckets of an account closed, whatever a bucket itself says. With it off,
    one mistake in one bucket publishes its files. Most leaks of stored files began so.
    """
    if account.public_access_block.value == BLOCK_ALL:
        return Pass("The master switch is on: no bucket of this account can be opened to everyone.")
    return Fail(
        "The master switch that keeps all buckets closed to strangers is off or only partly on.",
        change(account, "public_access_block", BLOCK_ALL),
    )


@rule(
    asks="Can a stranger on the internet read the files in this bucket?",
    severity=Severity.CRITICAL,
    controls=(
        fsbp("S3.2"),
        cis_aws("2.1.4", edition="5.0"),
        cis_aws("3.1.4"),
        hipaa("164.312(a)(1)"),
        gdpr("25(2)"),
        gdpr("32(1)(b)"),
    ),
    by_hand=_CLOSE,
    breaks=_CLOSING_BREAKS,
)
def bucket_readable_by_everyone(bucket: Bucket, estate: Estate) -> Answer:
    """Bucket readable by everyone.

    Names of buckets are easily guessed, and programs try them all day long. What can be read will be copied, and under
    most privacy laws it then counts as a breach that you must report. Single files may be shared with everyone by
    access lists of their own; those are not looked at, and the same switch closes them.
    """
    ways = open_to_everyone(bucket, estate, Use.READ, Use.LIST)
    if not ways:
        return Pass(f"No stranger can read the files in {bucket.name} or list their names.")
    severity = None if any(way.use is Use.READ for way in ways) else Severity.HIGH
    return Fail(
        f"Anyone on the internet can {_uses(ways)} in {bucket.name}, without signing in.{_site(bucket)}",
        change(bucket, "public_access_block", BLOCK_ALL),
        witness=_witness(ways),
        severity=severity,
    )


@rule(
    asks="Can a stranger on the internet add, replace or delete files in this bucket?",
    severity=Severity.CRITICAL,
    controls=(
        fsbp("S3.3"),
        cis_aws("2.1.4", edition="5.0"),
        cis_aws("3.1.4"),
        hipaa("164.312(a)(1)"),
        hipaa("164.312(c)(1)"),
        gdpr("32(1)(b)"),
    ),
    by_hand=_CLOSE,
    breaks=_CLOSING_BREAKS,
)
def bucket_writable_by_everyone(bucket: Bucket, estate: Estate) -> Answer:
    """Bucket writable by everyone.

    Strangers can delete your files or hold them to ransom, put malware where your customers download, or store their
    own illegal goods at your cost.
    """
    ways = open_to_everyone(bucket, estate, Use.WRITE, Use.RULE)
    if not ways:
        return Pass(f"No stranger can change anything in {bucket.name}.")
    return Fail(
        f"Anyone on the internet can {_uses(ways)} in {bucket.name}, without signing in.",
        change(bucket, "public_access_block", BLOCK_ALL),
        witness=_witness(ways),
    )


@rule(
    asks="Can everyone who has any AWS account, yours or not, use this bucket?",
    severity=Severity.HIGH,
    controls=(fsbp("S3.2"), fsbp("S3.3"), cis_aws("3.1.4"), hipaa("164.312(a)(1)"), gdpr("32(1)(b)")),
    by_hand=_CLOSE,
    breaks=_CLOSING_BREAKS,
)
def bucket_open_to_every_aws_account(bucket: Bucket, estate: Estate) -> Answer:
    """Bucket open to every AWS account.

    The group "authenticated users" sounds like your own people. It means everyone in the world who has an AWS account,
    and anyone can open one within minutes.
    """
    ways = open_to_every_account(bucket, estate, *Use)
    if not ways:
        return Pass(f"The access list of {bucket.name} gives nothing to the crowd of all AWS accounts.")
    return Fail(
        f"Anyone with an AWS account, of whatever firm, can {_uses(ways)} in {bucket.name}.",
        change(bucket, "public_access_block", BLOCK_ALL),
        witness=_witness(ways),
    )


@rule(
    asks="Could one wrong setting open this bucket to everyone, with nothing to stop it?",
    severity=Severity.MEDIUM,
    controls=(fsbp("S3.8"), cis_aws("2.1.4", edition="5.0"), cis_aws("3.1.4"), hipaa("164.312(a)(1)")),
    by_hand=_CLOSE,
    breaks="Nothing, unless the bucket is meant to be public: then those who use it without signing in no longer can.",
)
def bucket_without_a_block(bucket: Bucket, estate: Estate) -> Answer:
    """Bucket without a block against going public.

    The block is a second lock: with it on, a wrong policy or access list does not publish anything.
    """
    own = bucket.public_access_block
    if own.unread is None and own.value == BLOCK_ALL:
        return Pass(f"The block of {bucket.name} is on.")
    if estate.only(S3Account, bucket.account).public_access_block.value == BLOCK_ALL:
        return Pass("The account's master switch is on and guards this bucket, too.")
    missing = "only partly on" if own.value else "off"
    return Fail(
        f"The block that keeps {bucket.name} closed to strangers is {missing}, and the account's is not wholly on.",
        change(bucket, "public_access_block", BLOCK_ALL),
    )


@rule(
    asks="Would this bucket be public at once if somebody turned its block off?",
    severity=Severity.LOW,
    controls=(fsbp("S3.2"), hipaa("164.312(a)(1)"), gdpr("25(2)")),
    by_hand="Open the bucket in the S3 console, Permissions, Bucket policy, and delete the statements shown here. "
    "Or: aws s3api put-bucket-policy --bucket BUCKET --policy file://WITHOUT-THEM.json",
    breaks="Nothing for strangers: the block keeps them out already. Programs of your own account that rely on just "
    "these statements lose access.",
)
def bucket_policy_waiting_to_go_public(bucket: Bucket, estate: Estate) -> Answer:
    """Bucket policy that only a block holds back.

    The policy lets everyone in, and only the block stands in the way. Blocks get turned off in haste, for a test or
    another bucket. Meanwhile the public statement also shuts out the other accounts that the policy names.
    """
    found = asleep(bucket, estate)
    policy = bucket.policy.value if found else None
    if not policy:
        return Pass(f"No statement in the policy of {bucket.name} waits for its block to go away.")
    return Fail(
        f"The policy of {bucket.name} lets everyone in; only the block against it keeps strangers out.",
        _rewritten(bucket, estate, without(policy, *(opening.statement for opening in found))),
        witness=tuple(in_evidence(policy, opening) for opening in found),
    )


@rule(
    asks="May another AWS account change who can use this bucket, or take its protection away?",
    severity=Severity.HIGH,
    controls=(fsbp("S3.6"), hipaa("164.308(a)(4)(i)"), gdpr("32(1)(b)")),
    by_hand="In the S3 console, open the bucket, Permissions. Leave the other account what it needs, such as reading "
    "and writing files (s3:GetObject, s3:PutObject), and take all else out of the policy or access list.",
    breaks="Whatever the other account does with these rights: ask its owner before.",
)
def bucket_ruled_by_other_accounts(bucket: Bucket, estate: Estate) -> Answer:
    """Bucket ruled by other accounts.

    Who may change the rules of a bucket owns it: he can publish it, delete it, or lock you out. Sharing files needs
    none of these rights.
    """
    ways = ruled_by_others(bucket, estate)
    if not ways:
        return Pass(f"Only your own account rules {bucket.name}.")
    return Fail(f"Another AWS account can change who may use {bucket.name}.", witness=_witness(ways))


@rule(
    asks="Can single files in this bucket be shared behind the back of the bucket's policy?",
    severity=Severity.MEDIUM,
    controls=(fsbp("S3.12"), hipaa("164.308(a)(4)(i)")),
    by_hand="aws s3api put-bucket-ownership-controls --bucket BUCKET "
    "--ownership-controls 'Rules=[{ObjectOwnership=BucketOwnerEnforced}]' "
    "(first move what the bucket's access list grants to others into the bucket policy; AWS refuses otherwise)",
    breaks="Files that were shared one by one are no longer shared. Programs that upload a file together with an "
    "access list get an error. CloudFront's older log delivery needs access lists.",
)
def bucket_with_access_lists(bucket: Bucket, estate: Estate) -> Answer:
    """Bucket with access lists in force.

    Each file can then carry an access list of its own that the policy does not show, and whoever uploads a file from
    another account keeps it. AWS has advised against them since 2023.
    """
    if not lists_count(bucket):
        return Pass(f"Access lists count for nothing in {bucket.name}: its policy alone decides.")
    because = f"Every file in {bucket.name} may have an access list of its own, and nobody sees them all in one place."
    if bucket.acl.unread is not None:
        return Fail(because)
    acl = bucket.acl.value
    others = [grant for grant in acl.grants if grant.grantee != acl.owner]
    if any(grant.grantee == LOG_DELIVERY for grant in others):
        because += " CloudFront delivers its logs here by one."
    if others:
        return Fail(because, witness=tuple(f"{grant.permission} to {grant.grantee}" for grant in others))
    return Fail(because, change(bucket, "ownership", OWNER_ENFORCED))


@rule(
    asks="May files of this bucket travel over the network in a form that anyone on the way can read?",
    severity=Severity.MEDIUM,
    controls=(
        fsbp("S3.5"),
        cis_aws("2.1.1", edition="5.0"),
        cis_aws("3.1.1"),
        hipaa("164.312(e)(1)"),
        hipaa("164.312(e)(2)(ii)"),
        gdpr("32(1)(a)"),
    ),
    by_hand="Add this statement to the bucket's policy (S3 console, Permissions, Bucket policy): "
    '{"Sid": "DenyPlainHttp", "Effect": "Deny", "Principal": "*", "Action": "s3:*", '
    '"Resource": ["arn:aws:s3:::BUCKET", "arn:aws:s3:::BUCKET/*"], '
    '"Condition": {"Bool": {"aws:SecureTransport": "false"}}}',
    breaks="Programs that use http:// instead of https:// get an error; today's AWS tools all use https://. A web site "
    "served straight from the bucket's website address goes dark, since that address has no https://.",
)
def bucket_reachable_over_plain_http(bucket: Bucket, estate: Estate) -> Answer:
    """Bucket reachable over plain HTTP.

    S3 answers unencrypted requests unless the bucket's policy forbids them. On such a request anyone between can read
    the file, and change it.
    """
    policy = bucket.policy.value
    if policy and all(_denied_without_tls(policy, what) for what in (bucket.id, f"{bucket.id}/*")):
        return Pass(f"The policy of {bucket.name} refuses unencrypted requests.")
    return Fail(
        f"The policy of {bucket.name} does not refuse unencrypted requests.{_site(bucket)}",
        _rewritten(bucket, estate, adding(policy, _tls_only(bucket))),
    )


@rule(
    asks="If somebody overwrites or deletes files in this bucket, are they lost for good?",
    severity=Severity.LOW,
    controls=(
        fsbp("S3.14"),
        hipaa("164.308(a)(7)(ii)(A)"),
        hipaa("164.312(c)(1)"),
        gdpr("32(1)(c)"),
    ),
    by_hand="aws s3api put-bucket-versioning --bucket BUCKET --versioning-configuration Status=Enabled "
    "(and a lifecycle rule that deletes old versions after some time, to keep the cost down)",
    breaks="Nothing stops working. Old versions are kept and cost storage until a lifecycle rule deletes them, so what "
    "you delete is not gone at once: mind that where you must erase somebody's data.",
)
def bucket_without_versions(bucket: Bucket, estate: Estate) -> Answer:
    """Bucket without versions.

    With versions, an overwritten or deleted file can be fetched back: after a mistake, a faulty program, or ransomware.
    """
    versioning = bucket.versioning.value
    if versioning.status == "Enabled":
        return Pass(f"Old versions of the files in {bucket.name} are kept.")
    if versioning.status == "Suspended" and not versioning.mfa_delete:
        return Fail(
            f"Keeping old versions was turned off for {bucket.name}: what is overwritten or deleted now is lost.",
            change(bucket, "versioning", Versioning(status="Enabled", mfa_delete=False)),
        )
    return Fail(
        f"{bucket.name} keeps no old versions: what is overwritten or deleted is lost.",
        Irreversible(
            bucket.id,
            "Turn versioning on for this bucket.",
            "A bucket that once kept versions can only be suspended, never made as if it had not.",
        ),
    )


@rule(
    asks="If files leak from this bucket, would you have no record of who fetched them?",
    severity=Severity.LOW,
    controls=(fsbp("S3.9"), hipaa("164.312(b)"), gdpr("33(5)")),
    by_hand="Choose a bucket for logs in the same region and let S3 write to it (policy: Service "
    "logging.s3.amazonaws.com, s3:PutObject). Then: aws s3api put-bucket-logging --bucket BUCKET "
    '--bucket-logging-status \'{"LoggingEnabled":{"TargetBucket":"LOGS","TargetPrefix":"BUCKET/"}}\'',
    breaks="Nothing. The logs cost storage.",
)
def bucket_without_access_log(bucket: Bucket, estate: Estate) -> Answer:
    """Bucket without a log of who used it.

    After a leak the first question is what was taken and by whom. Without a record you must assume: everything.
    CloudTrail's record of data events answers it as well, at a higher price; that is not looked at here.
    """
    if bucket.logging.value:
        return Pass(f"Requests to {bucket.name} are logged in {bucket.logging.value.bucket}.")
    if takes_logs(bucket, estate):
        return Pass(f"{bucket.name} is where other buckets' logs go: logging it, too, would have no end.")
    return Fail(f"Nobody keeps a record of the requests to {bucket.name}.")


@rule(
    asks="Can whoever steals one password or key destroy all versions of these files for good?",
    severity=Severity.LOW,
    controls=(fsbp("S3.20"), cis_aws("2.1.2", edition="5.0"), cis_aws("3.1.2"), hipaa("164.312(c)(1)")),
    by_hand="Only the root user can, with its second factor: aws s3api put-bucket-versioning --bucket BUCKET "
    "--versioning-configuration Status=Enabled,MFADelete=Enabled --mfa 'SERIAL CODE'",
    breaks="Deleting old versions then needs the root user's second factor each time, and lifecycle rules cannot be "
    "used on this bucket any more.",
)
def bucket_deletable_without_second_factor(bucket: Bucket, estate: Estate) -> Answer:
    """Bucket whose versions can be deleted without a second factor.

    Ransomware deletes the old versions first. MFA delete asks for the root user's second factor before any version
    goes. An object lock with a default period does better, and does not need the root user.
    """
    versioning = bucket.versioning.value
    if versioning.mfa_delete:
        return Pass(f"Deleting versions in {bucket.name} needs a second factor.")
    if versioning.status != "Enabled":
        return Pass(f"{bucket.name} keeps no versions that could be deleted; whether it should is another question.")
    lock = bucket.object_lock
    if lock.unread is None and lock.value and lock.value.mode:
        return Pass(f"An object lock keeps new versions in {bucket.name} from being deleted.")
    if bucket.lifecycle_rules.value:
        return Pass(f"Lifecycle rules delete versions in {bucket.name}, and AWS does not allow both.")
    if lock.value and lock.value.mode:
        return Pass(f"An object lock keeps new versions in {bucket.name} from being deleted.")
    return Fail(
        f"One stolen key with the right to delete is enough to destroy all versions in {bucket.name}.",
        Irreversible(bucket.id, "Turn MFA delete on.", "Only the root user may, and only it may turn it off again."),
    )


@rule(
    asks="Can a stranger on the internet use this access point to get at the files behind it?",
    severity=Severity.CRITICAL,
    controls=(fsbp("S3.2"), fsbp("S3.19"), hipaa("164.312(a)(1)"), gdpr("32(1)(b)")),
    by_hand="aws s3control put-access-point-policy --account-id ACCOUNT --name NAME --policy file://WITHOUT-THEM.json",
    breaks="Whoever uses the access point without belonging to your account no longer can.",
)
def access_point_open_to_everyone(point: AccessPoint, estate: Estate) -> Answer:
    """Access point open to everyone.

    An access point is a second door to a bucket, with a policy of its own. Once the bucket leaves the decision to its
    access points, as most do, this policy alone keeps strangers out.
    """
    found = point_open_to_everyone(point, estate)
    policy = point.policy.value if found else None
    if not policy:
        return Pass(f"No stranger can use the access point {point.name}.")
    left = without(policy, *(opening.statement for opening in found))
    return Fail(
        f"The policy of the access point {point.name} lets everyone in, and no block stands before it.",
        None if point_policy_may_be_refused(point, estate, policy) else change(point, "policy", left),
        witness=tuple(in_evidence(policy, opening) for opening in found),
    )


@rule(
    asks="Could one wrong setting open this access point to everyone, with nothing to stop it?",
    severity=Severity.MEDIUM,
    controls=(fsbp("S3.19"), hipaa("164.312(a)(1)")),
    by_hand="The block of an access point cannot be changed. Make a new one (aws s3control create-access-point, "
    "without changing its block settings), let the programs use it, and delete the old one.",
    breaks="Programs must use the new access point's name.",
)
def access_point_without_a_block(point: AccessPoint, estate: Estate) -> Answer:
    """Access point without a block against going public.

    The block is set when an access point is made, and is on unless somebody turned it off.
    """
    if point.vpc:
        return Pass(f"The access point {point.name} can be reached from one network only.")
    own = point.public_access_block
    if own.unread is None and own.value == BLOCK_ALL:
        return Pass(f"The block of the access point {point.name} is on.")
    if estate.only(S3Account, point.account).public_access_block.value == BLOCK_ALL:
        return Pass("The account's master switch is on and guards this access point, too.")
    missing = "only partly on" if own.value else "off"
    return Fail(
        f"The block that keeps the access point {point.name} closed to strangers is {missing}.",
        Irreversible(
            point.id,
            "Make a new access point with its block on, and delete this one.",
            "AWS cannot change the block of an access point, and a deleted one does not come back with its policy.",
        ),
    )


def _rewritten(bucket: Bucket, estate: Estate, becomes: Document | None) -> Fix:
    """Return the change to another policy; a step by hand where S3 would refuse the new text, or the old one back."""
    was = bucket.policy.value
    if any(policy_may_be_refused(bucket, estate, policy) for policy in (was, becomes)):
        return Irreversible(
            bucket.id,
            "Change the bucket's policy by hand, as shown.",
            "S3 would not take the present policy back: it lets everyone in, or names somebody who was deleted.",
        )
    return change(bucket, "policy", becomes)


def _uses(ways: tuple[Way, ...]) -> str:
    """Say what can be done, each once: `read the files and list the names of the files`."""
    return " and ".join(dict.fromkeys(way.use.value for way in ways))


def _witness(ways: tuple[Way, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(f"{way.by}: {way.witness}" for way in ways))


def _site(bucket: Bucket) -> str:
    """Return a hint where a bucket is set up as a web site. It changes no verdict, so it need not be known."""
    website = bucket.website
    return " It is set up as a web site." if website.unread is None and website.value else ""


def _denied_without_tls(policy: Document, resource: str) -> bool:
    return any(_refuses_plain_http(s) and any_covers(s.resources, resource) for s in policy.statements)


def _refuses_plain_http(statement: Statement) -> bool:
    """Whether a statement denies everyone everything that comes unencrypted, under no other condition."""
    if statement.effect != "Deny" or not Actions(statement.actions).hold_all("s3:*"):
        return False
    if not any(principal.kind == "AWS" and principal.name == "*" for principal in statement.principals):
        return False
    said = {(c.operator.lower(), c.key.lower(), c.values) for c in statement.conditions}
    return len(said) == 1 and said <= {
        (operator, "aws:securetransport", ("false",)) for operator in ("bool", "boolifexists", "stringequals")
    }


def _tls_only(bucket: Bucket) -> dict[str, Any]:
    return {
        "Sid": "DenyPlainHttp",
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": [bucket.id, f"{bucket.id}/*"],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }


ALL = (
    account_lets_buckets_go_public,
    bucket_readable_by_everyone,
    bucket_writable_by_everyone,
    bucket_open_to_every_aws_account,
    bucket_without_a_block,
    bucket_policy_waiting_to_go_public,
    bucket_ruled_by_other_accounts,
    bucket_with_access_lists,
    bucket_reachable_over_plain_http,
    bucket_without_versions,
    bucket_without_access_log,
    bucket_deletable_without_second_factor,
    access_point_open_to_everyone,
    access_point_without_a_block,
)
