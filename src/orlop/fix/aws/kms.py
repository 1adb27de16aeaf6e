"""Writes settings of keys."""

from orlop.estate.aws.kms import Key
from orlop.estate.change import Change
from orlop.fix.writer import Aws, writes


@writes(Key, "rotates", "kms:EnableKeyRotation", "kms:DisableKeyRotation")
def key_rotates(aws: Aws, change: Change) -> None:
    """Have a key replaced by itself every year, or not."""
    aws.call("kms", "EnableKeyRotation" if change.becomes else "DisableKeyRotation", KeyId=change.target)


@writes(Key, "policy", "kms:PutKeyPolicy")
def key_policy(aws: Aws, change: Change) -> None:
    """Set the policy of a key to the very text. AWS refuses one by which the writer could not change it again."""
    aws.call("kms", "PutKeyPolicy", KeyId=change.target, PolicyName="default", Policy=change.becomes.text)


ALL = (key_rotates, key_policy)
