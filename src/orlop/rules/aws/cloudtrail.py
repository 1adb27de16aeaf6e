"""Questions about the record of who did what in an account."""

from orlop.estate.aws.account import Account
from orlop.estate.aws.cloudtrail import Events, Reach, Trail
from orlop.estate.change import change
from orlop.estate.estate import Estate
from orlop.frameworks import cis_aws, fsbp, gdpr, hipaa
from orlop.rules.rule import Answer, Fail, Pass, Severity, rule

_WHOLE = Events(reads=True, writes=True)
_EVERYWHERE = Reach(all_regions=True, global_services=True)


@rule(
    asks="Can somebody act in this account without leaving a record that you keep?",
    severity=Severity.HIGH,
    controls=(
        fsbp("CloudTrail.1"),
        cis_aws("3.1", edition="5.0"),
        cis_aws("4.1"),
        hipaa("164.312(b)"),
        hipaa("164.308(a)(1)(ii)(D)"),
        gdpr("33(5)"),
    ),
    by_hand="CloudTrail > Trails > Create trail: for all regions, management events read and write, into a bucket of "
    "its own. Or: aws cloudtrail create-trail --name all --s3-bucket-name BUCKET --is-multi-region-trail "
    "--enable-log-file-validation; aws cloudtrail start-logging --name all",
    breaks="Nothing. The first trail costs nothing but its storage, some cents a month in a small account.",
)
def account_not_recorded(account: Account, estate: Estate) -> Answer:
    """What is done in the account is not recorded.

    After a break-in nobody can tell what was taken, changed or left behind. AWS itself keeps 90 days of it, without a
    seal, and no longer.
    """
    trails = sorted(estate.within(Trail, account.account), key=_unread)
    for trail in trails:
        if trail.reach.all_regions and trail.logging.value and trail.events.value == _WHOLE:
            return Pass(f"The trail {trail.name} records what is done, in all regions.")
    if not trails:
        return Fail(f"Account {account.name} has no trail: nothing that is done in it is recorded for you.")
    return Fail(
        f"No trail of account {account.name} records everything, in all regions.",
        witness=tuple(f"{trail.name}: {_lacks(trail)}" for trail in trails),
    )


@rule(
    asks="Is this record of what is done in the account switched off?",
    severity=Severity.HIGH,
    controls=(fsbp("CloudTrail.1"), hipaa("164.312(b)"), gdpr("33(5)")),
    by_hand="aws cloudtrail start-logging --name TRAIL (in the region of the trail)",
    breaks="Nothing.",
)
def trail_switched_off(trail: Trail, estate: Estate) -> Answer:
    """Trail is switched off.

    It looks as if everything were recorded, and nothing is. Intruders switch it off first.
    """
    if trail.owner != trail.account:
        return Pass(_elsewhere(trail))
    if trail.logging.value:
        return Pass(f"The trail {trail.name} records.")
    return Fail(f"The trail {trail.name} exists, but does not record.", change(trail, "logging", True))


@rule(
    asks="Can somebody act unrecorded just by going to another AWS region?",
    severity=Severity.MEDIUM,
    controls=(
        fsbp("CloudTrail.1"),
        cis_aws("3.1", edition="5.0"),
        cis_aws("4.1"),
        hipaa("164.312(b)"),
    ),
    by_hand="aws cloudtrail update-trail --name TRAIL --is-multi-region-trail --include-global-service-events",
    breaks="Nothing. The trail's bucket gets somewhat more records.",
)
def trail_sees_one_region(trail: Trail, estate: Estate) -> Answer:
    """Trail sees one region only.

    Intruders work in regions that you never look at: they start servers there at your cost, or copy your data out.
    """
    if trail.reach.all_regions:
        return Pass(f"The trail {trail.name} sees all regions.")
    if trail.owner != trail.account:
        return Pass(_elsewhere(trail))
    wide = [other for other in sorted(estate.within(Trail, trail.account), key=_unread) if other.reach.all_regions]
    if any(other.logging.value for other in wide):
        return Pass(f"{trail.name} sees one region, but another trail sees all of them.")
    return Fail(
        f"The trail {trail.name} sees {trail.region} only, and no other trail sees the rest.",
        change(trail, "reach", _EVERYWHERE),
    )


@rule(
    asks="Could an intruder alter or remove this record without anybody noticing?",
    severity=Severity.MEDIUM,
    controls=(
        fsbp("CloudTrail.4"),
        cis_aws("3.2", edition="5.0"),
        cis_aws("4.2"),
        hipaa("164.312(c)(2)"),
        gdpr("32(1)(b)"),
    ),
    by_hand="aws cloudtrail update-trail --name TRAIL --enable-log-file-validation",
    breaks="Nothing. AWS adds a small signed file every hour.",
)
def trail_without_seal(trail: Trail, estate: Estate) -> Answer:
    """Trail is not sealed.

    Intruders clear away their tracks. With validation on, AWS signs the record every hour, so a gap or a change shows.
    """
    if trail.validation:
        return Pass(f"The record of {trail.name} is signed every hour.")
    if trail.owner != trail.account:
        return Pass(_elsewhere(trail))
    return Fail(f"The record of the trail {trail.name} is not signed.", change(trail, "validation", True))


@rule(
    asks="Can anybody who may read the bucket read this record, without a key of yours?",
    severity=Severity.LOW,
    controls=(
        fsbp("CloudTrail.2"),
        cis_aws("3.5", edition="5.0"),
        cis_aws("4.5"),
        hipaa("164.312(a)(2)(iv)"),
        gdpr("32(1)(a)"),
    ),
    by_hand="Make a key whose policy lets CloudTrail encrypt with it (KMS > Create key), then: "
    "aws cloudtrail update-trail --name TRAIL --kms-key-id KEY",
    breaks="Programs that read the record need the right to decrypt with the key, too.",
)
def trail_not_encrypted_with_own_key(trail: Trail, estate: Estate) -> Answer:
    """Trail is not encrypted with a key of yours.

    The record tells an intruder how the account works. AWS encrypts it in any case; with a key of yours, who reads it
    needs two rights and leaves a second trace.
    """
    if trail.kms_key:
        return Pass(f"The record of {trail.name} is encrypted with a key of yours.")
    if trail.owner != trail.account:
        return Pass(_elsewhere(trail))
    return Fail(f"The record of the trail {trail.name} is encrypted with AWS's own key only.")


def _unread(trail: Trail) -> bool:
    """Sort what was not read to the end: it may turn out not to matter."""
    return trail.logging.unread is not None or trail.events.unread is not None


def _lacks(trail: Trail) -> str:
    if not trail.reach.all_regions:
        return f"sees {trail.region} only"
    if not trail.logging.value:
        return "is switched off"
    events = trail.events.value
    return "leaves out what only reads" if events.writes else "leaves out what makes changes"


def _elsewhere(trail: Trail) -> str:
    return f"{trail.name} is kept by account {trail.owner} for the whole organisation, and is judged there."


ALL = (
    account_not_recorded,
    trail_switched_off,
    trail_sees_one_region,
    trail_without_seal,
    trail_not_encrypted_with_own_key,
)
