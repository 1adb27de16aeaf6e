"""Questions about passwords and keys kept in Secrets Manager."""

from orlop.estate.aws.policy import without
from orlop.estate.aws.secretsmanager import Secret
from orlop.estate.change import change
from orlop.estate.estate import Estate
from orlop.frameworks import cis_aws, fsbp, gdpr, hipaa
from orlop.reason.access.openings import everyone, in_evidence, restorable
from orlop.rules.rule import Answer, Fail, Pass, Severity, rule

_UNUSED = 90
"""Days. Source: https://docs.aws.amazon.com/securityhub/latest/userguide/secretsmanager-controls.html"""


@rule(
    asks="Can a stranger with any AWS account read this secret?",
    severity=Severity.CRITICAL,
    controls=(cis_aws("2.21"), hipaa("164.312(a)(1)"), gdpr("32(1)(b)")),
    by_hand='aws secretsmanager get-resource-policy --secret-id SECRET; name who needs it in the place of "*"; then '
    "aws secretsmanager put-resource-policy --secret-id SECRET --block-public-policy --resource-policy file://POLICY",
    breaks="Whoever reads the secret by just these statements, from another account or without rights of his own, no "
    "longer can.",
)
def secret_open_to_everyone(secret: Secret, estate: Estate) -> Answer:
    """Secret open to everyone.

    Whatever the secret opens, a database or a supplier's service, is open to strangers, too. Close it, then change it.
    """
    policy = secret.policy.value
    found = everyone(policy, owner=secret.account)
    if not policy or not found:
        return Pass(f"No stranger can read {secret.name}.")
    left = without(policy, *(opening.statement for opening in found))
    return Fail(
        f"The policy of the secret {secret.name} lets everyone in.",
        change(secret, "policy", left) if restorable(policy) else None,
        witness=tuple(in_evidence(policy, opening) for opening in found),
    )


@rule(
    asks="Is this password or key never replaced?",
    severity=Severity.MEDIUM,
    controls=(fsbp("SecretsManager.1"), hipaa("164.308(a)(5)(ii)(D)"), gdpr("32(1)(b)")),
    by_hand="Secrets Manager > the secret > Rotation > Edit rotation. For databases AWS offers a ready-made function; "
    "for anything else one must be written, or the secret be replaced by hand from time to time.",
    breaks="A program that keeps the secret for long, instead of asking for it each time, fails after the next "
    "replacement.",
)
def secret_never_replaced(secret: Secret, estate: Estate) -> Answer:
    """Secret is never replaced.

    Who once saw it, a former colleague or a thief of a backup, can use it for ever.
    """
    if kept := _kept_elsewhere(secret):
        return Pass(kept)
    if secret.rotation:
        return Pass(f"{secret.name} is replaced by itself.")
    days = estate.days_since(secret.changed or secret.created)
    return Fail(f"The secret {secret.name} is not replaced by itself. It has been the same for {days} days.")


@rule(
    asks="Has the planned replacement of this password or key not taken place?",
    severity=Severity.MEDIUM,
    controls=(fsbp("SecretsManager.2"), fsbp("SecretsManager.4"), hipaa("164.308(a)(5)(ii)(D)"), gdpr("32(1)(b)")),
    by_hand="Look why the function that replaces it fails (CloudWatch > Log groups > /aws/lambda/ its name), then: "
    "aws secretsmanager rotate-secret --secret-id SECRET",
    breaks="Nothing, once the function works.",
)
def secret_replacement_overdue(secret: Secret, estate: Estate) -> Answer:
    """Replacement of a secret is overdue.

    The function that should replace it fails. It may leave the secret half changed, and the program without one.
    """
    if kept := _kept_elsewhere(secret):
        return Pass(kept)
    rotation = secret.rotation
    if rotation is None:
        return Pass(f"No replacement of {secret.name} is planned.")
    if rotation.next:
        late = estate.days_since(rotation.next)
    elif rotation.every_days:
        late = estate.days_since(rotation.last or secret.created) - rotation.every_days
    else:
        return Pass(f"{secret.name} is replaced by a schedule, and AWS names no day that was missed.")
    if late <= 1:
        return Pass(f"{secret.name} is replaced as planned.")
    return Fail(f"The secret {secret.name} should have been replaced {late} days ago.")


@rule(
    asks="Is there a stored password or key that nobody has used for 90 days?",
    severity=Severity.LOW,
    controls=(fsbp("SecretsManager.3"), hipaa("164.308(a)(3)(ii)(C)"), gdpr("5(1)(e)")),
    by_hand="aws secretsmanager delete-secret --secret-id SECRET --recovery-window-in-days 30 "
    "(within these days: aws secretsmanager restore-secret)",
    breaks="Something that uses the secret only rarely, such as a yearly report, fails.",
)
def secret_unused(secret: Secret, estate: Estate) -> Answer:
    """Secret is not used any more.

    It still opens what it opened, costs money each month, and nobody notices when it leaks.
    """
    if kept := _kept_elsewhere(secret):
        return Pass(kept)
    days = estate.days_since(secret.accessed or secret.created)
    if days <= _UNUSED:
        return Pass(f"{secret.name} was read or made in the last {_UNUSED} days.")
    use = "was last read" if secret.accessed else "was never read since it was made"
    return Fail(f"The secret {secret.name} {use} {days} days ago.")


def _kept_elsewhere(secret: Secret) -> str:
    """Say who else looks after a secret; nothing where you do."""
    if secret.service:
        return f"{secret.name} is kept and replaced by the AWS service {secret.service}."
    if secret.primary_region:
        return f"{secret.name} is a copy of a secret in {secret.primary_region}, and is judged there."
    return ""


ALL = (secret_open_to_everyone, secret_never_replaced, secret_replacement_overdue, secret_unused)
