"""What is shared with accounts that are not ours: neither inspected together with it, nor of the same organisation.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-concepts.html (zone of trust)
"""

from weakref import WeakKeyDictionary

from orlop.estate.aws.policy import Document
from orlop.estate.estate import Estate
from orlop.reason.access.guards import Guards
from orlop.reason.access.openings import Opening, Reach, openings

_AWS_ITSELF = frozenset(
    {
        *("127311923021", "033677994240", "027434742980", "797873946194", "098369216593", "754344448648"),
        *("589379963580", "718504428378", "383597477331", "600734575887", "114774131450", "783225319266"),
        *("582318560864", "985666609251", "054676820928", "156460612806", "652711504416", "635631232127"),
        *("009996457667", "897822967062", "076674570225", "507241528517"),
    }
)
"""The accounts from which load balancers write their logs.

Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html
"""

_guards: WeakKeyDictionary[Estate, Guards] = WeakKeyDictionary()


def guards(estate: Estate) -> Guards:
    """Return what is known of the organisation; worked out once an estate."""
    return _guards.setdefault(estate, Guards(estate))


def ours(estate: Estate) -> frozenset[str]:
    """Return the accounts that were inspected together, and all that are known to be of their organisation."""
    return frozenset(listing.account for listing in estate.listings) | guards(estate).ours


def shared(document: Document | None, account: str, estate: Estate) -> tuple[Opening, ...]:
    """Return what a policy lets in from other accounts and organisations, by name."""
    found = openings(document, owner=account, organisations=guards(estate).organisations)
    known = ours(estate) | _AWS_ITSELF
    return tuple(
        opening
        for opening in found
        if opening.reach is Reach.ORGANISATION
        or (opening.reach is Reach.ACCOUNT and opening.name.isdigit() and opening.name not in known)
    )


def whom(found: tuple[Opening, ...]) -> str:
    """Say with whom: `the AWS accounts 1 and 2`."""
    accounts = sorted({opening.name for opening in found if opening.reach is Reach.ACCOUNT})
    said = [f"the AWS account{'s' if len(accounts) > 1 else ''} {', '.join(accounts)}"] if accounts else []
    said += sorted({f"the organisation {opening.name}" for opening in found if opening.reach is Reach.ORGANISATION})
    return " and ".join(said)
