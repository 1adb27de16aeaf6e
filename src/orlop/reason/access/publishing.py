"""What makes something public, one row each: the call, what it opens, and what stands guard over it until then.

A row with an empty action opens nothing new: what is open already shows once its guards are gone. `applies` says
whether it can be done to a resource at all (AWS shares nothing encrypted with everyone), and is not done already; a
guard says whether it stands. Both raise `NotKnown` where that was not read.

Sources: https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html,
https://docs.aws.amazon.com/ebs/latest/userguide/ebs-modifying-snapshot-permissions.html (encrypted snapshots),
https://docs.aws.amazon.com/ebs/latest/userguide/block-public-access-snapshots.html,
https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/block-public-access-to-amis.html,
https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_ShareSnapshot.html,
https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from orlop.estate.aws.ebs import EbsRegion, Image, Snapshot
from orlop.estate.aws.iam import Role
from orlop.estate.aws.kms import Key
from orlop.estate.aws.lambda_ import Function
from orlop.estate.aws.rds import DBClusterSnapshot, DBSnapshot
from orlop.estate.aws.s3 import OWNER_ENFORCED, Bucket, PublicAccessBlock, S3Account
from orlop.estate.aws.secretsmanager import Secret
from orlop.estate.aws.sns import Topic
from orlop.estate.aws.sqs import Queue
from orlop.estate.estate import Estate
from orlop.estate.resource import Resource
from orlop.reason.access.openings import everyone
from orlop.reason.bucket import Use, asleep, open_to_everyone

Asks = Callable[[Any, Estate], bool]


@dataclass(frozen=True, slots=True)
class Guard:
    """What must be taken away first, and by which call. `here`: of the resource itself, not of account or region."""

    action: str
    says: str
    stands: Asks
    here: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One call. `says` follows "can" and precedes the resource's name; `opens` is what anyone then can do with it."""

    id: str
    action: str
    over: type[Resource]
    says: str
    opens: str
    applies: Asks
    guards: tuple[Guard, ...] = ()


def _block(switch: Callable[[PublicAccessBlock], bool]) -> tuple[Guard, Guard]:
    def own(bucket: Bucket, estate: Estate) -> bool:
        held = bucket.public_access_block.value
        return bool(held and switch(held))

    def whole(bucket: Bucket, estate: Estate) -> bool:
        held = estate.only(S3Account, bucket.account).public_access_block.value
        return bool(held and switch(held))

    return (
        Guard("s3:PutBucketPublicAccessBlock", "take off the bucket's block of public access", own, here=True),
        Guard("s3:PutAccountPublicAccessBlock", "take off the account's block of public access", whole),
    )


_AGAINST_POLICY = _block(lambda block: block.block_public_policy or block.restrict_public_buckets)
_AGAINST_LIST = _block(lambda block: block.block_public_acls or block.ignore_public_acls)
_RESTRICTING = _block(lambda block: block.restrict_public_buckets)


def _lists_off(bucket: Bucket, estate: Estate) -> bool:
    return bucket.ownership.value == OWNER_ENFORCED


_ENFORCED = Guard("s3:PutBucketOwnershipControls", "let access lists count in the bucket", _lists_off, here=True)


def _region(of: Resource, estate: Estate) -> EbsRegion:
    return next(each for each in estate.beside(EbsRegion, of))


def _snapshots_blocked(snapshot: Snapshot, estate: Estate) -> bool:
    return _region(snapshot, estate).snapshot_block.value != "unblocked"


def _images_blocked(image: Image, estate: Estate) -> bool:
    return _region(image, estate).image_block.value != "unblocked"


def _files_closed(bucket: Bucket, estate: Estate) -> bool:
    return not open_to_everyone(bucket, estate, Use.READ)


def _names_closed(bucket: Bucket, estate: Estate) -> bool:
    return not open_to_everyone(bucket, estate, Use.LIST)


def _asleep(bucket: Bucket, estate: Estate) -> bool:
    return bool(asleep(bucket, estate))


def _unshared(shared: Snapshot | DBSnapshot | DBClusterSnapshot, estate: Estate) -> bool:
    return not shared.encrypted and "all" not in shared.shared_with.value


def _image_unshared(image: Image, estate: Estate) -> bool:
    made_of = [each for each in estate.beside(Snapshot, image) if each.id.rpartition("/")[2] in image.snapshots]
    return not image.public and not any(snapshot.encrypted for snapshot in made_of)


_WithPolicy = Key | Queue | Topic | Secret | Function


def _policy_closed(held: _WithPolicy, estate: Estate) -> bool:
    return not everyone(held.policy.value, owner=held.account)


def _trust_closed(role: Role, estate: Estate) -> bool:
    return not role.kept_by_aws and not everyone(role.trust.value, owner=role.account)


def _no_address(function: Function, estate: Estate) -> bool:
    return not any(url.sign_in == "NONE" for url in function.urls.value)


def _always(of: Resource, estate: Estate) -> bool:
    return True


_POLICY = "give everyone a place in the policy of"

ROWS: tuple[Row, ...] = (
    Row(
        id="bucket-policy",
        action="s3:PutBucketPolicy",
        over=Bucket,
        says=_POLICY,
        opens="read its files",
        applies=_files_closed,
        guards=_AGAINST_POLICY,
    ),
    Row(
        id="bucket-block",
        action="",
        over=Bucket,
        says="take the last guard off",
        opens="use what its policy opens to everyone already",
        applies=_asleep,
        guards=_RESTRICTING,
    ),
    Row(
        id="bucket-list",
        action="s3:PutBucketAcl",
        over=Bucket,
        says="give everyone a place in the access list of",
        opens="list the names of its files, or add files",
        applies=_names_closed,
        guards=(*_AGAINST_LIST, _ENFORCED),
    ),
    Row(
        id="snapshot",
        action="ec2:ModifySnapshotAttribute",
        over=Snapshot,
        says="share with everyone",
        opens="copy the disk",
        applies=_unshared,
        guards=(
            Guard("ec2:DisableSnapshotBlockPublicAccess", "take off the region's block of sharing", _snapshots_blocked),
        ),
    ),
    Row(
        id="image",
        action="ec2:ModifyImageAttribute",
        over=Image,
        says="share with everyone",
        opens="start a server from it and read its disk",
        applies=_image_unshared,
        guards=(Guard("ec2:DisableImageBlockPublicAccess", "take off the region's block of sharing", _images_blocked),),
    ),
    Row(
        id="database-snapshot",
        action="rds:ModifyDBSnapshotAttribute",
        over=DBSnapshot,
        says="share with everyone",
        opens="copy the database",
        applies=_unshared,
    ),
    Row(
        id="cluster-snapshot",
        action="rds:ModifyDBClusterSnapshotAttribute",
        over=DBClusterSnapshot,
        says="share with everyone",
        opens="copy the database",
        applies=_unshared,
    ),
    Row(
        id="secret",
        action="secretsmanager:PutResourcePolicy",
        over=Secret,
        says=_POLICY,
        opens="read the secret, if its key lets them",
        applies=_policy_closed,
    ),
    Row(
        id="key",
        action="kms:PutKeyPolicy",
        over=Key,
        says=_POLICY,
        opens="use the key; they still need what it has encrypted",
        applies=_policy_closed,
    ),
    Row(
        id="role",
        action="iam:UpdateAssumeRolePolicy",
        over=Role,
        says="let everyone take on",
        opens="act with all of its rights",
        applies=_trust_closed,
    ),
    Row(
        id="function",
        action="lambda:AddPermission",
        over=Function,
        says="let everyone run",
        opens="run it with what they send it",
        applies=_policy_closed,
    ),
    Row(
        id="function-address",
        action="lambda:CreateFunctionUrlConfig",
        over=Function,
        says="give a web address to",
        opens="call it from the internet, without signing in",
        applies=_no_address,
        guards=(Guard("lambda:AddPermission", "let everyone call the function's web address", _always, here=True),),
    ),
    Row(
        id="queue",
        action="sqs:SetQueueAttributes",
        over=Queue,
        says=_POLICY,
        opens="read and send its messages",
        applies=_policy_closed,
    ),
    Row(
        id="topic",
        action="sns:SetTopicAttributes",
        over=Topic,
        says=_POLICY,
        opens="listen to its messages, and send some",
        applies=_policy_closed,
    ),
)
"""All calls of that kind. Databases are asked of the network (`reason.paths.publishing`)."""
