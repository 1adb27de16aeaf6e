"""Times as the estate keeps them."""

from datetime import UTC, datetime


def iso(moment: datetime) -> str:
    """Return a time of an AWS answer as ISO 8601 in UTC."""
    return moment.astimezone(UTC).isoformat()


def iso_or_blank(moment: datetime | None) -> str:
    """Return a time, or `""` where an answer that was not AWS's own leaves it out."""
    return iso(moment) if moment else ""


def iso_or_none(moment: datetime | None) -> str | None:
    """Return a time, or None where AWS says none."""
    return iso(moment) if moment else None
