"""Questions about keys that encrypt.

Source: https://docs.aws.amazon.com/kms/latest/developerguide/rotate-keys.html (which keys AWS replaces, what it costs)
"""

from orlop.estate.aws.kms import SYMMETRIC, Key
from orlop.estate.aws.policy import Document, without
from orlop.estate.change import change
from orlop.estate.estate import Estate
from orlop.frameworks import cis_aws, fsbp, gdpr, hipaa
from orlop.reason.access.openings import Opening, account_of, everyone, in_evidence, restorable
from orlop.reason.access.patterns import Actions
from orlop.rules.rule import Answer, Fail, Pass, Severity, rule


@rule(
    asks="Is this encryption key never replaced?",
    severity=Severity.LOW,
    controls=(
        fsbp("KMS.4"),
        cis_aws("3.6", edition="5.0"),
        cis_aws("4.6"),
        hipaa("164.312(a)(2)(iv)"),
        gdpr("32(1)(a)"),
    ),
    by_hand="aws kms enable-key-rotation --key-id KEY",
    breaks="Nothing: AWS keeps the old material, so all that was encrypted before can still be read. "
    "The first two replacements each add about a dollar to the key's monthly price.",
)
def key_never_replaced(key: Key, estate: Estate) -> Answer:
    """Key is never replaced.

    The longer one key is used, the more data hangs on it. AWS can make new material every year by itself; the key's
    name and the programs that use it stay the same.
    """
    about = key.particulars.value
    if not about.by_customer:
        return Pass(f"{key.name} belongs to AWS, who replaces it every year.")
    if about.spec != SYMMETRIC or about.origin != "AWS_KMS":
        return Pass(f"{key.name} is of a kind that AWS cannot replace by itself.")
    if about.replica:
        return Pass(f"{key.name} is a copy of a key in another region, and is replaced together with it.")
    if about.state != "Enabled":
        return Pass(f"{key.name} is not in use ({about.state}).")
    if key.rotates.value is not False:
        return Pass(f"{key.name} is replaced by itself, or cannot be.")
    return Fail(f"The key {key.name} is never replaced.", change(key, "rotates", True))


@rule(
    asks="Is this encryption key about to be deleted, and all that was encrypted with it lost?",
    severity=Severity.CRITICAL,
    controls=(fsbp("KMS.3"), hipaa("164.312(c)(1)"), gdpr("32(1)(b)")),
    by_hand="aws kms cancel-key-deletion --key-id KEY; aws kms enable-key --key-id KEY. "
    "If the deletion is meant, accept this finding until that day.",
    breaks="Nothing: the key stays.",
)
def key_about_to_be_deleted(key: Key, estate: Estate) -> Answer:
    """Key is about to be deleted.

    Whatever was encrypted with it, disks, databases, files and their backups, can then never be read again by anyone.
    Somebody planned it; this is the time to ask whether it was meant.
    """
    about = key.particulars.value
    if about.state not in ("PendingDeletion", "PendingReplicaDeletion"):
        return Pass(f"{key.name} is not planned to be deleted.")
    if about.deleted_at is None:
        return Fail(f"The key {key.name} is to be deleted as soon as its copies in other regions are.")
    days = max(0, -estate.days_since(about.deleted_at))
    return Fail(f"The key {key.name} will be deleted in {days} days, on {about.deleted_at[:10]}.")


@rule(
    asks="Can a stranger with any AWS account use this encryption key?",
    severity=Severity.CRITICAL,
    controls=(fsbp("KMS.5"), cis_aws("2.21"), hipaa("164.312(a)(1)"), gdpr("32(1)(a)")),
    by_hand="KMS > Customer managed keys > the key > Key policy > Edit: in the statement shown here, name the accounts "
    'or roles that need the key in the place of "*".',
    breaks="Whoever uses the key by just these statements, from another account or without rights of his own, no "
    "longer can.",
)
def key_open_to_everyone(key: Key, estate: Estate) -> Answer:
    """Key open to everyone.

    Encryption protects nothing where anyone may decrypt. A stranger may also use the key at your cost, or delete it.
    """
    policy = key.policy.value
    found = [opening for opening in everyone(policy, owner=key.account) if not _by_a_service_only(opening)]
    if not policy or not found:
        return Pass(f"No stranger can use {key.name}.")
    left = without(policy, *(opening.statement for opening in found))
    mendable = left and _ruled_by_its_account(left, key.account) and restorable(policy)
    return Fail(
        f"The policy of the key {key.name} lets everyone use it.",
        change(key, "policy", left) if mendable else None,
        witness=tuple(in_evidence(policy, opening) for opening in found),
    )


def _by_a_service_only(opening: Opening) -> bool:
    """Whether the key can be used only by way of an AWS service, which first asks for rights to the thing encrypted.

    Source: https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-via-service
    """
    return any(
        condition.key.lower() == "kms:viaservice"
        and condition.operator.lower() in ("stringequals", "stringlike", "stringequalsignorecase")
        and "*" not in condition.values
        for condition in opening.statement.conditions
    )


def _ruled_by_its_account(policy: Document, account: str) -> bool:
    """Whether the account itself may still do all: a key that nobody may change is lost."""
    return any(
        statement.effect == "Allow"
        and not statement.conditions
        and Actions(statement.actions).hold_all("kms:*")
        and any(account_of(p) == account and p.name.endswith((":root", account)) for p in statement.principals)
        for statement in policy.statements
    )


ALL = (key_never_replaced, key_about_to_be_deleted, key_open_to_everyone)
