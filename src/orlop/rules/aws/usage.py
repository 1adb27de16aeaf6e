"""Questions about what users and roles do with their rights."""

from orlop.estate.aws.iam import Inline, LastAccessed, Role, User
from orlop.estate.change import Change, change
from orlop.estate.estate import Estate
from orlop.frameworks import gdpr, hipaa
from orlop.reason.unused import is_gone, smaller, unused
from orlop.rules.rule import Answer, Fail, Pass, Severity, rule

_DAYS = 90
"""Source: Security Hub IAM.3 and IAM.22 count credentials as unused after as many days."""

_SHOWN = 6


@rule(
    asks="Does this user or role have rights that it has not used for 90 days?",
    severity=Severity.LOW,
    controls=(hipaa("164.308(a)(4)(ii)(C)"), gdpr("25(2)")),
    by_hand="IAM > the user or role > Last Accessed shows what it used. Take the rest out of its policies; keep the "
    "old version of a managed policy until you know that nothing broke.",
    breaks="Something that runs seldom, such as a yearly report, is refused until the right is put back (orlop undo).",
)
def permissions_unused(usage: LastAccessed, estate: Estate) -> Answer:
    """Rights that nobody uses.

    Whoever gets hold of the user or role gets these rights, too. What it never does, it need not be able to do.
    """
    who: User | Role = estate.get(Role if ":role/" in usage.entity else User, usage.entity)
    if estate.days_since(who.created) <= _DAYS:
        return Pass(f"{usage.name} is younger than {_DAYS} days.")
    gone = unused(usage.uses.value, days_since=estate.days_since, days=_DAYS)
    services = sorted(use.what for use in usage.uses.value if ":" not in use.what and use.what.lower() in gone)
    less = tuple(less for each in who.inline.value if (less := _smaller(each, gone)))
    if not services and less == who.inline.value:
        return Pass(f"{usage.name} used all its rights in the last {_DAYS} days, as far as AWS keeps count.")
    named = sorted({a for each in who.inline.value for s in each.document.statements for a in s.actions})
    named = [action for action in named if is_gone(action, gone)]
    shown = services or named
    more = f" and {len(shown) - _SHOWN} more" if len(shown) > _SHOWN else ""
    return Fail(
        f"{usage.name} has rights that it has not used for {_DAYS} days: {', '.join(shown[:_SHOWN])}{more}.",
        _fix(who, less),
        witness=tuple(f"{use.what}: last used {use.last or 'never'}" for use in usage.uses.value if use.what in shown),
    )


def _smaller(held: Inline, gone: frozenset[str]) -> Inline | None:
    left = smaller(held.document, gone)
    return Inline(held.name, left) if left else None


def _fix(who: User | Role, less: tuple[Inline, ...]) -> Change | None:
    """Return the change to the policies inside the user or role; managed ones may be others', too, and stay."""
    return None if less == who.inline.value else change(who, "inline", less)


ALL = (permissions_unused,)
