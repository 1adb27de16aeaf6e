"""Who can do this to that, and what can this one do?"""

from dataclasses import dataclass

from orlop.errors import BadInput, NotFound
from orlop.operations.estates import Looked, look
from orlop.operations.settings import Settings
from orlop.reason.access import catalogue
from orlop.reason.access.authority import Authority, Right
from orlop.reason.outsiders import Outsiders, outsiders


@dataclass(frozen=True, slots=True, kw_only=True)
class WhoCan:
    """Who may do an action to a resource: principals, the sure ones first, and what lets strangers in."""

    action: str
    resource: str
    rights: tuple[Right, ...]
    strangers: Outsiders
    of: Looked


def who_can(action: str, resource: str, settings: Settings, *, target: str | None) -> WhoCan:
    """Return who may do an action to a resource (an ARN; patterns are allowed). Raises: BadInput, NotFound."""
    _check(action)
    looked = look(target, settings)
    authority = Authority(looked.estate)
    return WhoCan(
        action=catalogue.spelled(action),
        resource=resource,
        rights=authority.who_may(action, resource),
        strangers=outsiders(authority, looked.estate, action, resource),
        of=looked,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Can:
    """Whether one principal may do an action to a resource."""

    right: Right
    action: str
    of: Looked


def can(who: str, action: str, resource: str, settings: Settings, *, target: str | None) -> Can:
    """Return whether a user or role (its ARN or name) may do an action to a resource. Raises: BadInput, NotFound."""
    _check(action)
    looked = look(target, settings)
    authority = Authority(looked.estate)
    principal = authority.principal(who)
    if principal is None:
        raise NotFound(f"There is no user or role {who!r} here.", do="Give its name or its ARN.")
    return Can(right=authority.may(principal, action, resource), action=catalogue.spelled(action), of=looked)


def _check(action: str) -> None:
    if ":" not in action:
        raise BadInput(f"{action!r} is no action.", do="Write service:Action, as in s3:GetObject.")
