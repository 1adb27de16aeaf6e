"""A request: who wants to do what to what, and what else AWS knows of it.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/intro-structure.html (the request context)
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache

from orlop.reason.access.truth import Depends

Value = str | tuple[str, ...]
"""What a condition key holds: one text, or several."""


class Sort(StrEnum):
    """What kind of caller it is."""

    ANYONE = "someone who does not say who he is"
    ROOT = "root user"
    USER = "user"
    ROLE = "role"
    SESSION = "session of a role"
    FEDERATED_USER = "federated user"
    SERVICE = "service of AWS"
    PROVIDER = "user of a sign-in"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Who asks. `arn` is as AWS writes it (a service: its name; `""`: anonymous); `role` the ARN's last part."""

    sort: Sort
    arn: str = ""
    account: str = ""
    role: str = ""

    @property
    def service_linked(self) -> bool:
        """Whether it is a role that AWS itself keeps for one of its services, to which no SCP or RCP applies.

        Source: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html
        """
        return self.role.startswith("AWSServiceRoleFor")


NOBODY_KNOWN = Caller(sort=Sort.ANYONE)
"""A caller who does not sign his request."""

_ANONYMOUS = ("", "*", "anonymous")
_SHAPES = (
    (Sort.ROOT, re.compile(r"arn:[^:]*:iam::(\d{12}):root()")),
    (Sort.USER, re.compile(r"arn:[^:]*:iam::(\d{12}):user/()(?:.+)")),
    (Sort.ROLE, re.compile(r"arn:[^:]*:iam::(\d{12}):role/(?:.*/)?([^/]+)")),
    (Sort.SESSION, re.compile(r"arn:[^:]*:sts::(\d{12}):assumed-role/([^/]+)/(?:.+)")),
    (Sort.FEDERATED_USER, re.compile(r"arn:[^:]*:sts::(\d{12}):federated-user/()(?:.+)")),
    (Sort.PROVIDER, re.compile(r"arn:[^:]*:iam::(\d{12}):(?:saml|oidc)-provider/()(?:.+)")),
)


@lru_cache(maxsize=65536)
def caller(arn: str | None) -> Caller:
    """Return who a principal is, by its ARN, the name of a service or a sign-in; None or `*`: anonymous.

    A bare account id stands for its root user.
    """
    if arn is None or arn in _ANONYMOUS:
        return NOBODY_KNOWN
    if re.fullmatch(r"\d{12}", arn):
        return Caller(sort=Sort.ROOT, arn=f"arn:aws:iam::{arn}:root", account=arn)
    for sort, shape in _SHAPES:
        if found := shape.fullmatch(arn):
            return Caller(sort=sort, arn=arn, account=found[1], role=found[2])
    if arn.startswith("arn:"):
        parts = arn.split(":", 5)
        return Caller(sort=Sort.OTHER, arn=arn, account=parts[4] if len(parts) == 6 else "")
    is_service = re.fullmatch(r"[\w.-]+\.amazonaws\.com(\.cn)?|[\w.-]+\.(?:aws|amazon)\.[\w.-]+", arn)
    return Caller(sort=Sort.SERVICE if is_service else Sort.PROVIDER, arn=arn)


@dataclass(frozen=True, slots=True)
class Context:
    """What AWS knows of a request: condition keys in lower case. None says that a key is surely missing.

    `rest_missing` says that whatever is not named is missing, too; otherwise it is not known.
    """

    known: Mapping[str, Value | None] = field(default_factory=dict[str, "Value | None"])
    rest_missing: bool = True

    def get(self, key: str) -> Value | Depends | None:
        """Return what a key (lower case) holds; None where it is missing or empty; or that it is not known."""
        if key in self.known:
            return self.known[key] or None if self.known[key] == () else self.known[key]
        return None if self.rest_missing else Depends(frozenset({key}))


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request. `action` is `s3:GetObject`; `owner` the account of the resource, `""` where it is not known."""

    action: str
    caller: Caller
    resource: str
    owner: str = ""
    context: Context = Context()

    @property
    def service(self) -> str:
        """The service that is asked, in lower case."""
        return self.action.partition(":")[0].lower()
