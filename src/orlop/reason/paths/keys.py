"""Who reads what a key of one's own encrypts needs the key, too: `kms:Decrypt` beside the right to the data.

Sources: https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html (permissions),
https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html (permissions for the KMS key)
"""

from orlop.estate.aws.s3 import Bucket
from orlop.estate.aws.secretsmanager import Secret
from orlop.estate.fact import Cause, Unread
from orlop.estate.resource import Resource
from orlop.reason.paths.rights import Granted, Rights


def readable(goal: Resource, rights: Rights, granted: Granted) -> Granted | None:
    """Return the proof that data is read in clear, by one who gets it; None where the key is not for him."""
    found = key_of(goal)
    if isinstance(found, Unread):
        return granted.beside(f"Not read: by which key {goal.name} is encrypted: {found.why}.", surely=False)
    if not found:
        return granted
    key = rights.ground.key(found, goal.region)
    if key is None:
        return granted.beside(f"Not read: the key {found}, which {goal.name} is encrypted with.", surely=False)
    service = "s3" if isinstance(goal, Bucket) else "secretsmanager"
    by = {"kms:viaservice": f"{service}.{goal.region}.amazonaws.com"}
    decrypts = rights.granted([("kms:Decrypt", key.id)], by)
    if decrypts is None:
        return None
    return granted.beside(*decrypts.evidence, surely=decrypts.surely)


def key_of(goal: Resource) -> str | Unread:
    """Return the name of the customer's key that data is encrypted with (a bucket's: by default); `""` for none.

    Where nobody asked, a bucket is taken to use S3's own key, as new ones do; `unseen` says so.
    """
    if isinstance(goal, Bucket):
        answer = goal.encryption.answer
        if isinstance(answer, Unread):
            return "" if answer.cause is Cause.NOT_LOOKED_AT else answer
        named = (answer.kms_key or "") if answer and answer.algorithm.startswith("aws:kms") else ""
    else:
        named = (goal.kms_key or "") if isinstance(goal, Secret) else ""
    return "" if "alias/aws/" in named else named
