"""The small words that every report shares: counts, dates, why something was not seen, how to go on."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from types import MappingProxyType

from orlop.estate.fact import Cause
from orlop.findings.finding import Finding, Subject
from orlop.findings.report import Gap

SEVERITIES = ("critical", "high", "medium", "low")
"""Worst first."""

MEANS = {
    "critical": "As things stand, somebody can do great harm with it. Mend it today.",
    "high": "One more mistake, or one stolen password, and it is as bad as critical. Mend it this week.",
    "medium": "It makes an attack easier or its traces fainter. Plan it.",
    "low": "Good housekeeping. When there is time.",
}
"""What each severity asks of the reader."""


def plural(count: int, one: str, many: str = "") -> str:
    """Return the count with its noun: `1 finding`, `1,204 findings`."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def moment(iso: str) -> datetime | None:
    """Return the time that an ISO 8601 text says, in UTC; None for what is no time."""
    try:
        at = datetime.fromisoformat(iso)
    except ValueError:
        return None
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


def when(iso: str) -> str:
    """Return an ISO 8601 time as `24 November 2026, 04:05 UTC`."""
    at = moment(iso)
    return f"{at.day} {at:%B %Y, %H:%M} UTC" if at else iso


def day(iso: str) -> str:
    """Return an ISO 8601 date or time as `24 November 2026`."""
    at = moment(iso)
    return f"{at.day} {at:%B %Y}" if at else iso


def first_sentence(text: str) -> str:
    """Return the first sentence of `text`. A full stop inside a word (`0.0.0.0`, `sshd.conf`) ends none."""
    head, stop, _ = text.partition(". ")
    return head + "." if stop else text


def listed(names: tuple[str, ...], most: int = 6) -> str:
    """Return names in a row, `most` at most, and how many more there are: `a, b and c`, `a, b and 7 more`."""
    shown, more = names[:most], len(names) - most
    last = (f"{more:,} more",) if more > 0 else shown[-1:]
    head = shown if more > 0 else shown[:-1]
    return " and ".join(part for part in (", ".join(head), *last) if part)


def command(finding: Finding) -> str:
    """Return the command to go on with: `orlop fix` where Orlop can mend it, else `orlop show`."""
    return f"orlop {'fix' if finding.fix else 'show'} {finding.id}"


def remedy(finding: Finding) -> str:
    """Return how a finding is mended, for formats that have one field for it."""
    if finding.only_by_hand:
        step = finding.only_by_hand
        return f"{step.step} It cannot be undone: {step.why} {finding.by_hand}".strip()
    offer = f"Orlop can make the change and take it back: {command(finding)}. By hand: " if finding.fix else ""
    return offer + finding.by_hand


def place(account: str, region: str, labels: Mapping[str, str] = MappingProxyType({})) -> str:
    """Return where something lies: `account 111122223333, eu-west-1`, or the name that `labels` has for a host."""
    where = f"account {account}" if account.isdigit() else labels.get(account, account)
    return ", ".join(part for part in (where, region) if part)


def whereabouts(about: Subject, labels: Mapping[str, str] = MappingProxyType({})) -> str:
    """Return a resource's name and where it lies; its id, where it has no name."""
    return f"{about.name or about.id} ({place(about.account, about.region, labels)})"


def places(held: Iterable[tuple[str, str]], labels: Mapping[str, str] = MappingProxyType({}), most: int = 3) -> str:
    """Return several places, each account named once: `account 111122223333, eu-west-1 and us-east-1`."""
    regions: dict[str, list[str]] = {}
    for account, region in held:
        regions.setdefault(account, []).extend([region] if region else [])
    return listed(tuple(place(account, listed(tuple(named), most), labels) for account, named in regions.items()), most)


def obstacle(gap: Gap) -> str:
    """Return why something was not seen, without where: the permission that is missing, or what went wrong."""
    if gap.permission == "root":
        return "Only root may see it"
    if gap.permission:
        return f"Permission missing: {gap.permission}"
    return f"{_CAUSES.get(gap.cause, gap.cause.capitalize())}: {gap.source}"


def way_to_see(gap: Gap) -> str:
    """Return what the reader can do so that it is seen the next time; nothing where nothing can be done."""
    if gap.permission == "root":
        return "Run Orlop as root (sudo orlop inspect)."
    if gap.permission:
        return "Grant this permission to whoever inspects; orlop permissions inspect shows the whole policy."
    return _WAYS.get(gap.cause, "")


_CAUSES: dict[str, str] = {
    Cause.DENIED: "Refused",
    Cause.THROTTLED: "Too many requests for AWS",
    Cause.TIMED_OUT: "No answer in time",
    Cause.FAILED: "Failed",
    Cause.GONE: "Gone while we looked",
    Cause.MALFORMED: "Not understood",
    Cause.UNSUPPORTED: "Not supported there",
    Cause.NOT_LOOKED_AT: "Not looked at",
}

_WAYS: dict[str, str] = {
    Cause.DENIED: "Ask whoever runs this account to allow it.",
    Cause.THROTTLED: "Inspect again when fewer programs talk to this account.",
    Cause.TIMED_OUT: "Inspect again; if it stays so, check the network to this endpoint.",
    Cause.FAILED: "Inspect again.",
    Cause.MALFORMED: "Please report what was not understood: Orlop should.",
    Cause.NOT_LOOKED_AT: "Include it in the inspection.",
}
