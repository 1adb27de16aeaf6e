"""Questions about the account as a whole."""

from orlop.estate.aws.account import Account
from orlop.estate.aws.iam import AccessAnalyzer
from orlop.estate.estate import Estate
from orlop.frameworks import cis_aws, fsbp, gdpr, hipaa
from orlop.rules.rule import Answer, Fail, Pass, Severity, rule


@rule(
    asks="Would Amazon not know whom to warn about a break-in in this account?",
    severity=Severity.MEDIUM,
    controls=(
        fsbp("Account.1"),
        cis_aws("1.2", edition="5.0"),
        cis_aws("2.3"),
        hipaa("164.308(a)(6)(ii)"),
        gdpr("33(1)"),
    ),
    by_hand="Your name, top right > Account > Alternate contacts > Security: give a mailbox that several people read. "
    "Or: aws account put-alternate-contact --alternate-contact-type SECURITY --name NAME --title TITLE "
    "--email-address ADDRESS --phone-number NUMBER",
    breaks="Nothing.",
)
def no_security_contact(account: Account, estate: Estate) -> Answer:
    """Account without a security contact.

    Amazon finds stolen keys on the internet and servers that attack others, and writes to this address. Without it the
    warning goes to the mailbox that gets the bills.
    """
    if account.has_security_contact.value:
        return Pass(f"Amazon knows whom to tell about security problems of account {account.name}.")
    return Fail(f"Account {account.name} names nobody whom Amazon should tell about security problems.")


_OUTSIDE = ("ACCOUNT", "ORGANIZATION")
"""The kinds of analyzer that look for access from outside."""


@rule(
    asks="Is AWS's own free watch for things opened to strangers switched off?",
    severity=Severity.LOW,
    controls=(
        cis_aws("1.19", edition="5.0"),
        cis_aws("2.18"),
        hipaa("164.308(a)(1)(ii)(D)"),
        gdpr("32(1)(d)"),
    ),
    by_hand="In each region: aws accessanalyzer create-analyzer --analyzer-name all --type ACCOUNT --region REGION. "
    "If one for the whole organisation runs in another account, accept this finding.",
    breaks="Nothing, and it costs nothing.",
)
def access_analyzer_off(account: Account, estate: Estate) -> Answer:
    """Access Analyzer is off.

    It tells, all day long, when somebody opens a bucket, a key or a role to another account or to everyone.
    """
    off = sorted(
        here.region
        for here in estate.within(AccessAnalyzer, account.account)
        if not any(analyzer.active and analyzer.kind in _OUTSIDE for analyzer in here.analyzers.value)
    )
    if not off:
        return Pass("Access Analyzer watches every region.")
    where = f"in {off[0]}" if len(off) == 1 else f"in {len(off)} regions"
    return Fail(f"Access Analyzer is off {where} of account {account.name}.", witness=tuple(off))


ALL = (no_security_contact, access_analyzer_off)
