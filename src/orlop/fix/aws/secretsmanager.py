"""Writes settings of secrets, never their values."""

from orlop.estate.aws.secretsmanager import Secret
from orlop.estate.change import Change
from orlop.fix.writer import Aws, writes


@writes(Secret, "policy", "secretsmanager:PutResourcePolicy", "secretsmanager:DeleteResourcePolicy")
def secret_policy(aws: Aws, change: Change) -> None:
    """Set the policy of a secret to the very text, or take it away."""
    if change.becomes is None:
        aws.call("secretsmanager", "DeleteResourcePolicy", SecretId=change.target)
    else:
        aws.call("secretsmanager", "PutResourcePolicy", SecretId=change.target, ResourcePolicy=change.becomes.text)


ALL = (secret_policy,)
