"""What is different between two snapshots, and what one resource looked like over time, for a person at a terminal."""

from collections.abc import Sequence
from typing import TextIO, assert_never

from rich.console import Console

from orlop.estate import wire
from orlop.estate.difference import Altered, Appeared, Difference, FieldChange, Unseen, Vanished
from orlop.estate.resource import Resource, facts
from orlop.reason.network.opened import Turned
from orlop.report import words
from orlop.report.diff import in_a_row
from orlop.report.terminal import heading, indented, terminal, text
from orlop.report.turning import write_field, write_turned


def plain(differences: Sequence[Difference]) -> list[dict[str, object]]:
    """Return differences as plain values, each with its kind: `altered`, `appeared`, `vanished`, `unseen`."""
    return [{"kind": type(one).__name__.lower(), **wire.plain(one)} for one in differences]


def write_differences(before: str, after: str, differences: Sequence[Difference], turned: Turned, out: TextIO) -> None:
    """Write what changed between the times `before` and `after`: for strangers, then all, then what was not seen."""
    console = terminal(out)
    indented(console, f"From {words.when(before)} to {words.when(after)}", 0)
    write_turned(turned, console)
    seen = [one for one in differences if not isinstance(one, Unseen)]
    unseen = [one for one in differences if isinstance(one, Unseen)]
    if not seen:
        console.print()
        indented(console, "Nothing that was seen both times has changed.", 0)
    for one in seen:
        _difference(console, one)
    if unseen:
        heading(console, "Not comparable: not read both times")
        for one in unseen:
            which = "now" if one.now else "then"
            indented(console, f"{_named(one.resource)} {_words(one.field)}: not read {which} ({one.why})".strip())


def write_history(versions: Sequence[tuple[str, str, Resource | None]], out: TextIO) -> None:
    """Write the versions of one resource, each a time, a snapshot and the resource (None: gone), oldest first."""
    console = terminal(out)
    last: Resource | None = None
    for at, snapshot, resource in versions:
        heading(console, f"{words.when(at)} ({snapshot})")
        if resource is None:
            indented(console, "gone")
        elif last is None:
            _whole(console, resource)
        else:
            for field in _altered(last, resource):
                write_field(console, field)
        last = resource


def _difference(console: Console, one: Altered | Appeared | Vanished) -> None:
    console.print()
    match one:
        case Appeared():
            console.print(text(f"+ {_named(one.resource)} is new", "green"))
        case Vanished():
            console.print(text(f"- {_named(one.resource)} is gone", "red"))
        case Altered():
            console.print(text(f"~ {_named(one.resource)} changed", "bold"))
            for field in one.fields:
                write_field(console, field)
        case _:
            assert_never(one)


def _whole(console: Console, resource: Resource) -> None:
    indented(console, _named(resource))
    for name, fact in facts(resource):
        said = f"not read ({fact.unread.why})" if fact.unread else in_a_row(wire.plain(fact.answer), name)
        indented(console, f"{_words(name)}: {said}", 4)


def _altered(was: Resource, is_: Resource) -> list[FieldChange]:
    """Return the fields that differ, `not read` for an answer that there is not."""
    old, new = _plain(was), _plain(is_)
    return [FieldChange(field=name, was=old[name], is_=new[name]) for name in new if old.get(name) != new[name]]


def _plain(resource: Resource) -> dict[str, object]:
    return {name: "not read" if fact.unread else wire.plain(fact.answer) for name, fact in facts(resource)}


def _named(resource: Resource) -> str:
    name = f"{resource.name} " if resource.name else ""
    return f"{resource.KIND} {name}({resource.id})"


def _words(name: str) -> str:
    return name.replace("_", " ")
