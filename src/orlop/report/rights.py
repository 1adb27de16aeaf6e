"""Who can do what: for a person at a terminal, and as plain values for JSON."""

from collections.abc import Sequence
from typing import Any, TextIO

from rich.text import Text

from orlop.reason.access.authority import Right
from orlop.reason.access.evaluate import Outcome
from orlop.reason.outsiders import Outsiders
from orlop.report.policies import witness
from orlop.report.terminal import indented, terminal, text

_WORDS = {
    Outcome.ALLOWED: ("yes", "bold red"),
    Outcome.UNKNOWN: ("it depends", "yellow"),
    Outcome.EXPLICITLY_DENIED: ("no", "bold green"),
    Outcome.IMPLICITLY_DENIED: ("no", "bold green"),
}


def right(held: Right) -> dict[str, Any]:
    """Return what one principal may do as plain values."""
    return {
        "principal": held.principal.id,
        "resource": held.resource,
        "decision": held.decision.outcome,
        "because": list(held.decision.because),
        **({"needs": sorted(held.decision.needs)} if held.decision.needs else {}),
        **({"assumes": list(held.assumes)} if held.assumes else {}),
    }


def who_can(action: str, resource: str, of: str, rights: Sequence[Right], strangers: Outsiders) -> dict[str, Any]:
    """Return who may do an action as plain values."""
    return {
        "action": action,
        "resource": resource,
        "of": of,
        "principals": [right(each) for each in rights],
        "public": True if strangers.sure else None if strangers.unread else False,
        "unknown": list(strangers.unread),
        "strangers": [
            {"statement": str(grant.clause), "witness": witness(grant.witness)} for grant in strangers.grants
        ],
        "otherWays": list(strangers.ways),
        "heldBack": list(strangers.held_back),
        "assumes": list(strangers.assumes),
    }


def write_who_can(
    action: str, resource: str, of: str, rights: Sequence[Right], strangers: Outsiders, out: TextIO
) -> None:
    """Write who may do an action."""
    console = terminal(out)
    if strangers.sure:
        indented(console, text(f"Anyone in the world can {action} on {resource}.", "bold red"), 0)
        for way in (*(f"By {grant.clause}." for grant in strangers.grants), *strangers.ways):
            indented(console, way)
    elif not rights and not strangers.unread:
        indented(console, text(f"Nobody here can {action} on {resource}.", "bold green"), 0)
    for gap in strangers.unread:
        indented(console, text(gap, "yellow"), 0)
    for closed in strangers.held_back:
        indented(console, text(closed, "dim"), 0)
    for each in rights:
        word, style = _WORDS[each.decision.outcome]
        indented(console, Text.assemble(text(each.principal.id, "bold"), ": ", text(word, style)), 0)
        for reason in each.decision.because:
            indented(console, reason)
    for taken in dict.fromkeys((*(taken for each in rights for taken in each.assumes), *strangers.assumes)):
        indented(console, text(taken, "dim"), 0)
    indented(console, text(f"As seen in {of}.", "dim"), 0)


def write_can(action: str, of: str, held: Right, out: TextIO) -> None:
    """Write whether one principal may do an action."""
    console = terminal(out)
    word, style = _WORDS[held.decision.outcome]
    said = Text.assemble(
        text(word[0].upper() + word[1:], style), text(f": {held.principal.name}, {action}, {held.resource}")
    )
    indented(console, said, 0)
    for reason in held.decision.because:
        indented(console, reason)
    for taken in held.assumes:
        indented(console, text(taken, "dim"), 0)
    indented(console, text(f"As seen in {of}.", "dim"), 0)
