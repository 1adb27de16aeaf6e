"""Whether this reaches that: for a person at a terminal, and as plain values for JSON."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, TextIO

from rich.console import Console
from rich.text import Text

from orlop.reason.addresses import ranges
from orlop.reason.network.explain import Hop, Packet
from orlop.reason.network.exposure import Exposed
from orlop.reason.network.flows import NAMED, OTHER, Flows, port_run
from orlop.reason.network.reach import Answer
from orlop.report.terminal import indented, terminal, text

_MOST_RANGES = 4
_SIGNS = {True: ("ok", "green"), False: ("stop", "bold red"), None: ("?", "yellow")}


def reached(start: str, goal: str, of: str, answers: Sequence[Answer]) -> dict[str, Any]:
    """Return the answers for all places as plain values; the first of them also stands by itself."""
    first = answers[0]
    known = [answer.reachable for answer in answers]
    reachable = True if True in known else None if None in known else False
    return {
        "from": start,
        "to": goal,
        "of": of,
        "verdict": verdict(reachable),
        "reachable": reachable,
        **_answer(first),
        "places": [{"verdict": verdict(a.reachable), "reachable": a.reachable, **_answer(a)} for a in answers],
    }


def verdict(reachable: bool | None) -> str:
    """Return an answer in a word."""
    return {True: "reachable", False: "blocked", None: "unknown"}[reachable]


def _answer(answer: Answer) -> dict[str, Any]:
    return {
        "place": answer.place.id,
        "belongsTo": answer.place.of.id,
        "by": answer.by,
        "flows": flows(answer.flows),
        "witness": _packet(answer.witness) if answer.reachable is not False else None,
        "entry": _packet(answer.entry),
        "path": [hop(each) for each in answer.path],
        "blockedBy": [hop(each) for each in answer.stops],
        "assumptions": list(answer.assumes),
        "unknown": list(answer.gaps),
    }


def flows(held: Flows) -> list[dict[str, Any]]:
    """Return a set of packets as plain values: protocol, ports, and the ranges of senders."""
    order = (*NAMED, *sorted(set(held) - {*NAMED, OTHER}), OTHER)
    return [
        {"protocol": protocol, "ports": port_run(first, last), "from": first, "to": last, "sources": list(ranges(sent))}
        for protocol in order
        for first, last, sent in held.get(protocol, ())
    ]


def _packet(packet: Packet | None) -> dict[str, Any] | None:
    if packet is None:
        return None
    return {"from": packet.sender, "to": packet.receiver, "protocol": packet.protocol, "port": packet.port}


def hop(hop: Hop) -> dict[str, Any]:
    """Return a hop as plain values."""
    return {
        "step": str(hop.kind),
        "subject": hop.subject,
        "passes": hop.passes,
        "says": hop.says,
        **({"needs": hop.needs} if hop.needs else {}),
    }


def exposed(start: str, of: str, found: Sequence[Exposed]) -> dict[str, Any]:
    """Return all that a source can reach as plain values, worst first."""
    return {
        "from": start,
        "of": of,
        "exposed": [
            {
                "place": each.ids[0],
                "places": list(each.ids),
                "belongsTo": each.place.of.id,
                "name": each.place.of.name,
                "verdict": verdict(True if each.surely else None),
                "by": sorted({arrival.by for arrival in each.arrivals}),
                "flows": flows(each.flows),
                "unknown": list(each.passes.gaps),
            }
            for each in found
        ],
    }


def write_exposed(start: str, of: str, found: Sequence[Exposed], out: TextIO) -> None:
    """Write all that a source can reach."""
    console = terminal(out)
    if not found:
        indented(console, text(f"Nothing can be reached from {start}.", "bold green"), 0)
    for each in found:
        may = "" if each.surely else " (not known for certain)"
        what = each.place.of.name if each.place.of.name not in each.ids[0] else ""
        named = f"{each.ids[0]}{f' ({what})' if what else ''}"
        more = f" and {len(each.ids) - 1} more like it" if len(each.ids) > 1 else ""
        by = ", ".join(sorted({arrival.by for arrival in each.arrivals}))
        indented(console, text(f"{named}{more}, by the {by}{may}", "bold"), 0)
        _flows(console, each.flows)
    indented(console, text(f"As seen in {of}.", "dim"), 0)


def write_reached(start: str, goal: str, of: str, answers: Sequence[Answer], out: TextIO) -> None:
    """Write the answers: whole for the first place, in a line for the others that are reached."""
    console = terminal(out)
    first = answers[0]
    _verdict(console, start, goal, first)
    if first.reachable is not False:
        _flows(console, first.flows)
    _way(console, first)
    for assumption in first.assumes:
        indented(console, text(f"Taken for granted: {assumption}.", "dim"))
    for gap in first.gaps:
        indented(console, text(f"Not known: {gap}.", "yellow"))
    if len(answers) > 1:
        _others(console, answers[1:])
    indented(console, text(f"As seen in {of}.", "dim"), 0)


def _verdict(console: Console, start: str, goal: str, answer: Answer) -> None:
    where = answer.place.id if answer.place.id != goal else ""
    beside = f" ({where})" if where else ""
    match answer.reachable:
        case True:
            indented(console, text(f"Yes: {start} can reach {goal}{beside}, by the {answer.by}.", "bold red"), 0)
        case False:
            indented(console, text(f"No: {start} cannot reach {goal}{beside}.", "bold green"), 0)
        case None:
            indented(console, text(f"Not known: whether {start} can reach {goal}{beside}.", "bold yellow"), 0)


def _flows(console: Console, held: Flows) -> None:
    for line in flow_lines(held):
        indented(console, line)


def flow_lines(held: Flows) -> Iterator[str]:
    """Yield each run of ports of a set with who may send there: `tcp, port 22, from 0.0.0.0/0`."""
    for each in flows(held):
        sources: list[str] = each["sources"]
        shown = ", ".join(sources[:_MOST_RANGES])
        more = f" and {len(sources) - _MOST_RANGES} more ranges" if len(sources) > _MOST_RANGES else ""
        ports = "all ports" if each["ports"] == "all" else f"port {each['ports']}"
        what = "any other protocol" if each["protocol"] == OTHER else f"{each['protocol']}, {ports}"
        yield f"{what}, from {shown}{more}"


def _way(console: Console, answer: Answer) -> None:
    if not answer.path:
        if answer.reachable is False:
            indented(console, "There is no way at all.")
        return
    packet = answer.entry or answer.witness
    console.print()
    if packet:
        indented(console, f"A packet from {packet.sender} to {packet.receiver}, {packet.what}:")
    for hop in answer.path:
        sign, style = _SIGNS[hop.passes]
        indented(
            console, text(f"{hop.kind} {hop.subject}: {hop.says}"), 9, first=Text.assemble("    ", text(sign, style))
        )
    needed = [hop.needs for hop in answer.stops if hop.needs]
    if needed:
        indented(console, f"To open it: {'; and '.join(dict.fromkeys(needed))}.")


def _others(console: Console, answers: Iterable[Answer]) -> None:
    console.print()
    for answer in answers:
        said = {True: "reached, too", False: "not reached", None: "not known"}[answer.reachable]
        indented(console, f"{answer.place.id}: {said}")
