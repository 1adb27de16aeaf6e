"""The journal: what was done to others' systems, written down before it is done.

Laws: a change is on disk before the first call that makes it; nothing in the journal is ever altered, only added
to; the last line of a change is its state.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Protocol

import msgspec

from orlop.estate import wire
from orlop.estate.change import Change


class Stage(StrEnum):
    """How far a change has come.

    `begun` without a later line means: killed or cut off in the middle; the live value decides what that means.
    """

    BEGUN = "begun"
    DONE = "done"
    FAILED = "failed"
    UNDONE = "undone"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line. `id` names the change (`c-` and a number), `at` is ISO 8601 in UTC, `by` who said yes.

    `finding` is what it mends, `region` where; `undoes` the id of the change that it takes back; `detail` says what
    went wrong.
    """

    id: str
    at: str
    by: str
    stage: Stage
    change: Change
    account: str
    region: str
    finding: str = ""
    undoes: str = ""
    detail: str = ""


class Rows(Protocol):
    """Where lines are kept: an append-only table whose `append` returns once the row is safe on disk."""

    def append(self, change: str, at: str, stage: str, body: bytes) -> None: ...  # noqa: D102
    def read(self) -> Iterable[bytes]: ...  # noqa: D102


class Journal:
    """The journal over some rows."""

    def __init__(self, rows: Rows) -> None:
        """Keep lines in `rows`."""
        self._rows = rows

    def write(self, entry: Entry, stage: Stage, *, at: str, detail: str = "") -> Entry:
        """Add a line with a new stage of `entry`, and return it."""
        line = replace(entry, stage=stage, at=at, detail=detail)
        self._rows.append(line.id, line.at, line.stage, wire.encode(line))
        return line

    def changes(self) -> dict[str, Entry]:
        """Return the present state of every change, oldest first."""
        return {entry.id: entry for entry in self.lines()}

    def lines(self) -> Iterator[Entry]:
        """Yield every line, oldest first."""
        for body in self._rows.read():
            yield _entry(msgspec.json.decode(body))

    def next_id(self) -> str:
        """Return an id that no change has yet."""
        return f"c-{len(self.changes()) + 1}"


def _entry(raw: dict[str, Any]) -> Entry:
    rest = {key: value for key, value in raw.items() if key not in ("stage", "change")}
    return Entry(stage=Stage(raw["stage"]), change=wire.change_from(raw["change"]), **rest)
