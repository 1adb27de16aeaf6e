"""Looks up findings in the store."""

from orlop.findings.finding import Finding, State
from orlop.findings.report import worst_first
from orlop.operations.settings import Settings
from orlop.store.store import Store

_LIVE = frozenset({State.OPEN, State.ACCEPTED})


def one(ref: str, settings: Settings) -> Finding:
    """Return the finding whose id begins with `ref`. Raises: NotFound, BadInput where several do."""
    with Store(settings.store) as store:
        return store.finding(ref)


def all_of(states: tuple[str, ...], settings: Settings) -> tuple[Finding, ...]:
    """Return the findings in these states (none named: open and accepted), worst first."""
    with Store(settings.store) as store:
        return worst_first(store.findings(states=frozenset(State(state) for state in states) or _LIVE))
