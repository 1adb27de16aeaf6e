"""Decides to live with a finding, until a day."""

from datetime import date, datetime

from orlop.errors import BadInput
from orlop.findings.finding import Acceptance, Finding
from orlop.operations.settings import Settings
from orlop.store.store import Store

AT_MOST_DAYS = 366
"""An acceptance ends within a year: what was right then is looked at again."""


def accept(ref: str, settings: Settings, *, reason: str, owner: str, until: str) -> Finding:
    """Accept a finding for `reason` until the day `until` (ISO 8601), by `owner`. Raises: BadInput, NotFound."""
    at = settings.now()
    days = (_day(until) - datetime.fromisoformat(at).date()).days
    if not 0 < days <= AT_MOST_DAYS:
        raise BadInput("The end date must lie ahead, at most a year.", do="For example: --until 2027-03-31")
    if not reason.strip() or not owner.strip():
        raise BadInput("An acceptance needs a reason and an owner: somebody who answers for it.")
    with Store(settings.store) as store:
        return store.accept(ref, Acceptance(reason=reason.strip(), owner=owner.strip(), until=until, at=at))


def withdraw(ref: str, settings: Settings) -> Finding:
    """Take an acceptance back. Raises: NotFound."""
    with Store(settings.store) as store:
        return store.unaccept(ref)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise BadInput(f"{text!r} is not a date.", do="Write it as YEAR-MONTH-DAY, such as 2027-03-31.") from error
