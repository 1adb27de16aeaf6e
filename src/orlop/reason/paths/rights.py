"""What one user or role may do, asked once, and made a step of: the one maker of steps that rest on policies."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from orlop.reason.access.authority import Principal, Right
from orlop.reason.access.clauses import names_action
from orlop.reason.access.evaluate import Outcome
from orlop.reason.access.patterns import meets
from orlop.reason.paths.ground import Ground
from orlop.reason.paths.step import Sort, Step

_WHATEVER = re.compile(r"\$\{[^}]*\}")
"""A policy variable, which may stand for anything."""

Asked = tuple[str, str]
"""An action, and the ARN (or a pattern) of what it is done to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Granted:
    """That all of some actions are allowed, or may be: by which statements, and the proof in words, one an action.

    `alone` is the resource whose own policy grants the first of them alone, `""` where the caller's policies do.
    """

    surely: bool
    evidence: tuple[str, ...]
    by: str
    alone: str = ""

    def beside(self, *more: str, surely: bool = True) -> "Granted":
        """Return this with more to be said, and perhaps less sure."""
        return replace(self, evidence=(*self.evidence, *more), surely=self.surely and surely)


class Rights:
    """The rights of one user or role."""

    def __init__(self, principal: Principal, ground: Ground) -> None:
        """Ask about this one."""
        self.principal = principal
        self.ground = ground
        self._held = ground.authority.held_by(principal)
        self._patterns: dict[str, tuple[str, ...]] = {}
        self._asked: dict[tuple[str, str, tuple[tuple[str, object], ...]], Right] = {}

    def names(self, action: str) -> bool:
        """Whether any Allow that was read speaks of an action: else nobody need be asked about each resource.

        A policy that was not read may grant anything: that is one unsure step to every right, not one to each thing.
        """
        clauses = (clause for each in self._held.identity for clause in each.clauses)
        return any(clause.allows and names_action(clause, action) for clause in clauses)

    def touches(self, action: str, resource: str) -> bool:
        """Whether an Allow that was read may speak of an action on a resource (a pattern): quick, never too few."""
        if action not in self._patterns:
            named = [c for each in self._held.identity for c in each.clauses if c.allows and names_action(c, action)]
            whole = any(not c.statement.resources for c in named)
            patterns = (_WHATEVER.sub("*", pattern) for c in named for pattern in c.statement.resources)
            self._patterns[action] = ("*",) if whole else tuple(dict.fromkeys(patterns))
        return any(pattern == "*" or meets(pattern, resource) for pattern in self._patterns[action])

    def may(self, action: str, resource: str, known: Mapping[str, str] = {}) -> Right:
        """Return whether an action is allowed."""
        key = (action, resource, tuple(known.items()))
        if key not in self._asked:
            self._asked[key] = self.ground.authority.may(self.principal, action, resource, known)
        return self._asked[key]

    def granted(self, asked: Iterable[Asked], known: Mapping[str, str] = {}) -> Granted | None:
        """Return the proof that all of some actions are allowed, or may be; None where one is not."""
        rights: list[tuple[Asked, Right]] = []
        for action, resource in asked:
            right = self.may(action, resource, known)
            if not counts(right):
                return None
            rights.append(((action, resource), right))
        return Granted(
            surely=all(right.decision.outcome is Outcome.ALLOWED for _, right in rights),
            evidence=tuple(f"{action} on {right.resource}: {_why(right)}" for (action, _), right in rights),
            by=_statements(rights[0][1]) or rights[0][0][0],
            alone=self._alone(*rights[0]),
        )

    def _alone(self, asked: Asked, right: Right) -> str:
        own = {policy.name for policy in self._held.identity}
        by = [clause.of for clause in right.decision.clauses if clause.allows]
        return asked[1].removesuffix("/*") if by and not own.intersection(by) else ""

    def step(self, end: str, sort: Sort, cost: int, does: str, granted: Granted) -> Step:
        """Return the step that these rights make. `does` follows "can"."""
        name = self.principal.name
        return Step(
            start=self.principal.id,
            end=end,
            sort=sort,
            cost=cost,
            says=f"{name} can {does}.",
            evidence=granted.evidence,
            surely=granted.surely,
            cause=f"policy of {granted.alone}" if granted.alone else f"rights of {self.principal.id}: {granted.by}",
            mend=f"Narrow {granted.by.replace(', ', ' or ')}, so that {name} cannot {does}.",
        )


def counts(right: Right) -> bool:
    """Whether a right makes a step: something grants it, though it may hang on what is not known."""
    return right.granted and right.decision.outcome in (Outcome.ALLOWED, Outcome.UNKNOWN)


def _why(right: Right) -> str:
    return " ".join(right.decision.because)


def _statements(right: Right) -> str:
    return ", ".join(str(clause) for clause in right.decision.clauses if clause.allows)
