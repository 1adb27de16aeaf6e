"""What the ways were looked for without: what could not be read, and what Orlop never reads. There may be more ways."""

from collections.abc import Iterator

from orlop.estate.aws.ec2 import Instance
from orlop.estate.aws.iam import InstanceProfile, Role, User
from orlop.estate.aws.kms import Key
from orlop.estate.aws.lambda_ import Function
from orlop.estate.aws.security_group import SecurityGroup
from orlop.estate.aws.vpc import NetworkInterface
from orlop.estate.estate import Estate
from orlop.reason.paths.principals import DATA

SEEN = (*DATA, User, Role, InstanceProfile, Instance, Function, Key, NetworkInterface, SecurityGroup)
"""What of an estate the ways rest on."""

NEVER = (
    "Service control policies, which may close a way that is shown here.",
    "Containers, builds, notebooks, tables of DynamoDB and parameters: what has a role or data there.",
)
"""What Orlop does not read."""


def unseen(estate: Estate) -> tuple[str, ...]:
    """Return what was not seen, in sentences; what Orlop never reads comes last."""
    return (*dict.fromkeys(_unread(estate)), *NEVER)


def _unread(estate: Estate) -> Iterator[str]:
    kinds = {kind.KIND for kind in SEEN}
    for listing in estate.listings:
        if listing.kind in kinds and listing.unread:
            where = f" in {listing.region}" if listing.region not in ("", "*") else ""
            yield f"{listing.source} of account {listing.account}{where}: {listing.unread.why}."
