"""What the ways were looked for without: what could not be read, and what Orlop never reads. There may be more ways."""

from collections.abc import Iterator

from orlop.estate.aws.ebs import EbsRegion, Snapshot
from orlop.estate.aws.ec2 import Instance
from orlop.estate.aws.elbv2 import LoadBalancer, TargetGroup
from orlop.estate.aws.iam import InstanceProfile, Role, User
from orlop.estate.aws.kms import Key
from orlop.estate.aws.lambda_ import Function
from orlop.estate.aws.rds import DBClusterSnapshot, DBSnapshot
from orlop.estate.aws.s3 import Bucket
from orlop.estate.aws.secretsmanager import Secret
from orlop.estate.aws.security_group import SecurityGroup
from orlop.estate.aws.vpc import InternetGateway, NetworkAcl, NetworkInterface, RouteTable, Subnet
from orlop.estate.estate import Estate
from orlop.estate.fact import Cause, NotKnown, Unread
from orlop.reason.access.guards import Guards
from orlop.reason.bucket import Use, open_to_everyone
from orlop.reason.paths.ground import Ground
from orlop.reason.paths.principals import DATA

_PEOPLE = (User, Role, InstanceProfile, Key)
_NETWORK = (NetworkInterface, SecurityGroup, Subnet, RouteTable, NetworkAcl, InternetGateway, LoadBalancer, TargetGroup)
_SEEN = (*DATA, *_PEOPLE, Instance, Function, EbsRegion, *_NETWORK)
"""What of an estate the ways rest on."""

BEYOND = "The network inside is too large to be followed to its end: only the servers nearest to the start were."

NEVER = ("Containers, builds, notebooks, tables of DynamoDB and parameters: what has a role or data there.",)
"""What Orlop does not read."""


def unseen(ground: Ground) -> tuple[str, ...]:
    """Return what was not seen, in sentences; what Orlop never reads comes last. To be asked after the ways."""
    beyond = (BEYOND,) if ground.limited else ()
    return (*dict.fromkeys(_unread(ground.estate)), *beyond, *NEVER)


def _unread(estate: Estate) -> Iterator[str]:
    kinds = {kind.KIND for kind in _SEEN}
    for listing in estate.listings:
        if listing.kind in kinds and listing.unread:
            where = f" in {listing.region}" if listing.region not in ("", "*") else ""
            yield f"{listing.source} of account {listing.account}{where}: {listing.unread.why}."
    guards = Guards(estate)
    if not all(guards.of(account).known for account in {listing.account for listing in estate.listings}):
        yield "Service control policies, which may close a way that is shown here."
    if any(b.encryption.unread and b.encryption.unread.cause is Cause.NOT_LOOKED_AT for b in estate.each(Bucket)):
        yield "By which keys buckets are encrypted: taken to be S3's own, which need no right of their own."


def assure(ground: Ground, account: str) -> None:
    """Make sure that all was read by which a stranger could come in, and followed. Raises: NotKnown."""
    estate = ground.estate
    if ground.limited:
        raise NotKnown("orlop:paths", Unread(Cause.UNSUPPORTED, BEYOND))
    for kind in _SEEN:
        estate.within(kind, account)
    for bucket in estate.within(Bucket, account):
        open_to_everyone(bucket, estate, Use.READ)
    shared = (each for kind in (Snapshot, DBSnapshot, DBClusterSnapshot) for each in estate.within(kind, account))
    told = (
        *(each.shared_with for each in shared),
        *(role.trust for role in estate.within(Role, account)),
        *(secret.policy for secret in estate.within(Secret, account)),
        *(fact for function in estate.within(Function, account) for fact in (function.policy, function.urls)),
    )
    for fact in told:
        _ = fact.value
