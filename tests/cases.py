"""What tables of cases are made with: small estates, and one question put to one resource."""

from datetime import datetime, timedelta

from orlop.estate.estate import EVERYWHERE, Estate, Listing
from orlop.estate.fact import Cause, Unread
from orlop.estate.resource import Resource
from orlop.estate.wire import KINDS
from orlop.rules.engine import ask, judge
from orlop.rules.rule import AnyRule, Verdict

NOW = "2026-07-01T12:00:00+00:00"
"""When small estates were inspected; `days_ago` counts from here."""
ACCOUNT = "111122223333"
REGION = "eu-west-1"
DENIED = Unread(Cause.DENIED, "access denied", "service:Permission")

GIVEN: set[tuple[str, type[Verdict]]] = set()
"""Which verdicts the tables have shown of which rule (its id), for the law that each rule has a row of each kind."""


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
        taken_at=NOW,
    )


def days_ago(days: int) -> str:
    """The moment so many days before `NOW`, as the estate keeps times."""
    return (datetime.fromisoformat(NOW) - timedelta(days=days)).isoformat()


def verdict(rule: AnyRule, resource: Resource, *beside: Resource, unread: tuple[type[Resource], ...] = ()) -> Verdict:
    """What a rule says of a resource, in an estate of it and those `beside` it."""
    return verdict_within(rule, resource, estate(resource, *beside, unread=unread))


def verdict_within(rule: AnyRule, resource: Resource, found: Estate) -> Verdict:
    """What a rule says of a resource of an estate."""
    said = judge(rule, resource, found).verdict
    GIVEN.add((rule.id, type(said)))
    return said


def unlisted(rule: AnyRule) -> Verdict:
    """What a rule says where the listing of its own kind was refused: all that can go wrong with plain fields."""
    [judgement] = ask([rule], estate(unread=(rule.over,)))
    GIVEN.add((rule.id, type(judgement.verdict)))
    return judgement.verdict
