"""What tables of cases are made with: small estates, and one question put to one resource."""

from orlop.estate.estate import EVERYWHERE, Estate, Listing
from orlop.estate.fact import Cause, Unread
from orlop.estate.resource import Resource
from orlop.estate.wire import KINDS
from orlop.rules.engine import judge
from orlop.rules.rule import AnyRule, Verdict

ACCOUNT = "111122223333"
REGION = "eu-west-1"
DENIED = Unread(Cause.DENIED, "access denied", "service:Permission")


def estate(*resources: Resource, unread: tuple[type[Resource], ...] = ()) -> Estate:
    """An estate of just these resources, all listings answered but those of the kinds `unread`."""
    accounts = {resource.account for resource in resources} or {ACCOUNT}
    denied = {kind.KIND for kind in unread}
    return Estate(
        resources,
        [
            Listing(
                kind=kind,
                account=account,
                region=EVERYWHERE,
                source=f"list:{kind}",
                unread=DENIED if kind in denied else None,
            )
            for kind in KINDS
            for account in accounts
        ],
    )


def verdict(rule: AnyRule, resource: Resource, *beside: Resource, unread: tuple[type[Resource], ...] = ()) -> Verdict:
    """What a rule says of a resource, in an estate of it and those `beside` it."""
    return judge(rule, resource, estate(resource, *beside, unread=unread)).verdict
