"""Findings in the tables, and what becomes of them from one inspection to the next.

            found                     found again               its acceptance ends
    (new) --------> open              fixed, gone ----> open    accepted -----------> open
    open, accepted --------> fixed    the question was asked again, and the answer is good
    open, accepted --------> gone     the resource is no longer there
    open ----accept----> accepted     accepted ----unaccept----> open

Laws: the moment of the first sight is never lost; what was not assessed stays as it was; an acceptance lasts through
its last day, and ends for good when its finding is fixed or gone.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, bindparam, insert, select, update

from orlop.errors import BadInput, NotFound
from orlop.estate import wire
from orlop.findings.finding import Acceptance, Finding, State
from orlop.findings.report import worst_first
from orlop.store import pieces
from orlop.store.tables import findings

OPEN_AND_ACCEPTED = frozenset({State.OPEN, State.ACCEPTED})
"""The states of what is still there."""

Fate = Callable[[Finding], State | None]
"""Says what became of a finding that is not found any more: FIXED, GONE, or None where that was not assessed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """What the store knows of a finding, but for its text."""

    state: State
    first_seen: str
    last_seen: str
    returned: int = 0
    acceptance: Acceptance | None = None


def record(connection: Connection, found: Iterable[Finding], fate: Fate, *, at: str) -> tuple[Finding, ...]:
    """Bring the findings up to what an inspection at `at` found, and return what it found with what is known of it.

    1. Every finding that was found is open, or accepted while an acceptance runs.
    2. Every other that was open or accepted is what `fate` says; where it says nothing, only its acceptance may end.
    """
    before = {row.id: _known(row) for row in connection.execute(select(*_KNOWN))}
    now = {finding.id: (finding, _seen(before.get(finding.id), at)) for finding in found}  # 1
    _insert(connection, [_row(*pair) for id, pair in now.items() if id not in before])
    _update(connection, [_row(*pair) for id, pair in now.items() if id in before])
    unseen = [id for id, known in before.items() if id not in now and known.state in OPEN_AND_ACCEPTED]
    _update(connection, list(_fates(connection, unseen, fate, at)))  # 2
    return tuple(_filled(*pair) for pair in now.values())


def one(connection: Connection, ref: str) -> Finding:
    """Return the finding of this id, or whose id begins so. Raises: NotFound; BadInput, where several do."""
    begins = findings.c.id.startswith(ref.lower(), autoescape=True)
    found = connection.execute(select(findings).where(begins).order_by(findings.c.id).limit(11)).all()
    if not found or not ref:
        raise NotFound(f"There is no finding {ref!r}.", do="orlop inspect lists them with their ids.")
    if len(found) > 1 and found[0].id != ref.lower():
        some = ", ".join(row.id for row in found[:10]) + (", ..." if len(found) > 10 else "")
        raise BadInput(f"The ids of several findings begin with {ref}.", do=f"Give more of one of them: {some}")
    return _finding(found[0])


def of_states(connection: Connection, states: frozenset[State]) -> tuple[Finding, ...]:
    """Return all findings in these states, worst first."""
    rows = connection.execute(select(findings).where(findings.c.state.in_(sorted(states))))
    return worst_first(_finding(row) for row in rows)


def accept(connection: Connection, ref: str, acceptance: Acceptance) -> Finding:
    """Accept a finding, or put another acceptance in place of the present one. Raises: NotFound, BadInput."""
    finding = one(connection, ref)
    if finding.state not in OPEN_AND_ACCEPTED:
        raise BadInput(f"Finding {finding.id} is {finding.state} already: there is nothing to accept.")
    _check(acceptance)
    return _become(connection, finding, State.ACCEPTED, acceptance)


def unaccept(connection: Connection, ref: str) -> Finding:
    """Open an accepted finding again. Raises: NotFound; BadInput, where nobody has accepted it."""
    finding = one(connection, ref)
    if finding.state is not State.ACCEPTED:
        raise BadInput(f"Nobody has accepted finding {finding.id}: it is {finding.state}.")
    return _become(connection, finding, State.OPEN, None)


def _seen(known: _Known | None, at: str) -> _Known:
    if known is None:
        return _Known(state=State.OPEN, first_seen=at, last_seen=at)
    acceptance = _running(known.acceptance, at)
    return replace(
        known,
        state=State.ACCEPTED if acceptance else State.OPEN,
        last_seen=max(at, known.last_seen),
        returned=known.returned + (known.state not in OPEN_AND_ACCEPTED),
        acceptance=acceptance,
    )


def _fates(connection: Connection, ids: list[str], fate: Fate, at: str) -> Iterator[dict[str, Any]]:
    for batch in pieces.batches(ids):
        for row in connection.execute(select(findings).where(findings.c.id.in_(batch))).all():
            known = _known(row)
            state = fate(_finding(row))
            if state is not None:
                yield _columns(row.id, replace(known, state=state, acceptance=None))
            elif known.acceptance and not _running(known.acceptance, at):
                yield _columns(row.id, replace(known, state=State.OPEN, acceptance=None))


def _running(acceptance: Acceptance | None, at: str) -> Acceptance | None:
    return acceptance if acceptance and at[:10] <= acceptance.until else None


def _check(acceptance: Acceptance) -> None:
    try:
        plain = date.fromisoformat(acceptance.until).isoformat() == acceptance.until
    except ValueError:
        plain = False
    if not plain:
        raise BadInput(f"{acceptance.until!r} is not a day.", do="Write it as YEAR-MONTH-DAY, such as 2027-03-31.")
    if acceptance.until < acceptance.at[:10]:
        raise BadInput(f"{acceptance.until} is past.", do="Give a day that is still to come.")
    if not acceptance.reason.strip() or not acceptance.owner.strip():
        raise BadInput("An acceptance needs a reason and an owner: somebody who answers for it.")


def _become(connection: Connection, finding: Finding, state: State, acceptance: Acceptance | None) -> Finding:
    body = wire.encode(acceptance) if acceptance else None
    _update(connection, [{"of": finding.id, "state": state.value, "acceptance": body}])
    return replace(finding, state=state, acceptance=acceptance)


def _insert(connection: Connection, rows: list[dict[str, Any]]) -> None:
    if rows:
        connection.execute(insert(findings).values(id=bindparam("of")), rows)


def _update(connection: Connection, rows: list[dict[str, Any]]) -> None:
    if rows:
        connection.execute(update(findings).where(findings.c.id == bindparam("of")), rows)


def _row(finding: Finding, known: _Known) -> dict[str, Any]:
    return _columns(finding.id, known) | {"body": wire.encode(finding)}


def _columns(id: str, known: _Known) -> dict[str, Any]:
    return {
        "of": id,
        "state": known.state.value,
        "first_seen": known.first_seen,
        "last_seen": known.last_seen,
        "returned": known.returned,
        "acceptance": wire.encode(known.acceptance) if known.acceptance else None,
    }


def _known(row: Row[Any]) -> _Known:
    return _Known(
        state=State(row.state),
        first_seen=row.first_seen,
        last_seen=row.last_seen,
        returned=row.returned,
        acceptance=_acceptance.decode(row.acceptance) if row.acceptance else None,
    )


def _filled(finding: Finding, known: _Known) -> Finding:
    return replace(
        finding,
        state=known.state,
        first_seen=known.first_seen,
        last_seen=known.last_seen,
        returned=known.returned,
        acceptance=known.acceptance,
    )


def _finding(row: Row[Any]) -> Finding:
    return _filled(_body.decode(row.body), _known(row))


_KNOWN = [column for column in findings.c if column.name != "body"]
_body = msgspec.json.Decoder(Finding)
_acceptance = msgspec.json.Decoder(Acceptance)
