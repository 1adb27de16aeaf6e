"""What strangers reach since the last look, and which change opened it: for a person at a terminal, and for JSON."""

from typing import Any

from rich.console import Console

from orlop.estate.difference import Altered, Appeared, FieldChange, Vanished
from orlop.reason.network.opened import Change, Opened, Shut, Turned
from orlop.reason.network.words import named, packet_line
from orlop.report.diff import change_lines
from orlop.report.reaching import flow_lines, flows, hop
from orlop.report.terminal import heading, indented, text

_COLOURS = {"-": "red", "+": "green", " ": ""}
_MOST_PLACES = 3


def plain(turned: Turned) -> dict[str, Any]:
    """Return what turned as plain values."""
    return {
        "opened": [
            {
                **_place(each),
                "openedBy": [{"change": _kind(change), "resource": change.resource.id} for change in each.by],
                "alone": each.alone,
                "witness": {
                    "from": each.packet.sender,
                    "to": each.packet.receiver,
                    "protocol": each.packet.protocol,
                    "port": each.packet.port,
                },
                "path": [hop(step) for step in each.hops],
            }
            for each in turned.opened
        ],
        "shut": [_place(each) for each in turned.shut],
        "unknown": list(turned.unsure),
    }


def _place(each: Opened | Shut) -> dict[str, Any]:
    return {
        "places": list(each.ids),
        "belongsTo": each.place.of.id,
        "name": each.place.of.name,
        "flows": flows(each.flows),
    }


def _kind(change: Change) -> str:
    return {Altered: "altered", Appeared: "appeared", Vanished: "vanished"}[type(change)]


def write_turned(turned: Turned, console: Console) -> None:
    """Write what strangers newly reach, with the change that opened it, and what they no longer reach."""
    if turned.opened:
        heading(console, "Newly reachable from the internet")
    for each in turned.opened:
        indented(console, text(_who(each), "bold red"))
        for line in flow_lines(each.flows):
            indented(console, line, 4)
        _opened_by(console, each)
        indented(console, text(f"for example {packet_line(each.packet)}", "dim"), 4)
    if turned.shut:
        heading(console, "No longer reachable from the internet")
    for each in turned.shut:
        indented(console, text(_who(each), "bold green"))
        for line in flow_lines(each.flows):
            indented(console, line, 4)
    if turned.unsure:
        shown = ", ".join(turned.unsure[:_MOST_PLACES])
        more = len(turned.unsure) - _MOST_PLACES
        heading(console, "Not known whether it was reachable before")
        indented(console, shown + (f" and {more} more" if more > 0 else ""))


def _who(each: Opened | Shut) -> str:
    more = f" and {len(each.ids) - 1} more like it" if len(each.ids) > 1 else ""
    return f"{named(each.place)}{more}"


def _opened_by(console: Console, each: Opened) -> None:
    if not each.by:
        indented(console, "No single change opened it: several did together.", 4)
        return
    one = len(each.by) == 1
    how = "Opened by" if one else "Each of these would have opened it" if each.alone else "Opened by these together"
    indented(console, f"{how}:", 4)
    for change in each.by:
        about = f"{change.resource.KIND} {change.resource.name or change.resource.id}"
        match change:
            case Appeared():
                indented(console, text(f"+ {about} is new", "green"), 6)
            case Vanished():
                indented(console, text(f"- {about} is gone", "red"), 6)
            case Altered(fields=fields):
                indented(console, text(f"~ {about} changed", "bold"), 6)
                for field in fields:
                    write_field(console, field, 8)


def write_field(console: Console, field: FieldChange, by: int = 4) -> None:
    """Write what differs in a field."""
    indented(console, f"{field.field.replace('_', ' ')}:", by)
    for line in change_lines({"was": field.was, "becomes": field.is_}):
        indented(console, text(str(line), _COLOURS[line.sign]), by + 2)
