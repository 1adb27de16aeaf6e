"""Wildcards of policies: `*` is any text, `?` one character. Actions ignore case, names of resources do not.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache


def covers(pattern: str, other: str) -> bool:
    """Whether everything that matches `other` matches `pattern`, too. `s3:*` covers `s3:Get*`."""
    return _met(pattern, other, both=False)


def meets(pattern: str, other: str) -> bool:
    """Whether some text matches both patterns. `s3:Get*` meets `s3:*Object`, but not `s3:Put*`."""
    return _met(pattern, other, both=True)


@dataclass(frozen=True, slots=True)
class Actions:
    """The actions that a statement speaks of: those that match one of `patterns`, or all others if `negated`."""

    patterns: tuple[str, ...]
    negated: bool = False

    def include(self, action: str) -> bool:
        """Whether the set holds `action`, or for a pattern (`s3:Get*`) some action that matches it."""
        wanted = action.lower()
        if self.negated:
            return not any(covers(pattern.lower(), wanted) for pattern in self.patterns)
        return any(meets(pattern.lower(), wanted) for pattern in self.patterns)

    def hold_all(self, action: str) -> bool:
        """Whether the set holds every action that matches the pattern `action`."""
        wanted = action.lower()
        if self.negated:
            return not any(meets(pattern.lower(), wanted) for pattern in self.patterns)
        return any(covers(pattern.lower(), wanted) for pattern in self.patterns)

    def meet(self, others: "Actions") -> bool:
        """Whether some action can be in both sets."""
        if not others.negated:
            return any(self.include(pattern) for pattern in others.patterns)
        return self.negated or any(others.include(pattern) for pattern in self.patterns)

    def hold(self, others: "Actions") -> bool:
        """Whether every action of `others` is in this set, as far as single patterns tell."""
        if not others.negated:
            return all(self.hold_all(pattern) for pattern in others.patterns)
        if not self.negated:
            return "*" in self.patterns
        return all(any(covers(o.lower(), p.lower()) for o in others.patterns) for p in self.patterns)


def any_covers(patterns: Iterable[str], other: str) -> bool:
    """Whether one of `patterns` covers `other`."""
    return any(covers(pattern, other) for pattern in patterns)


@lru_cache(maxsize=65536)
def _met(a: str, b: str, *, both: bool) -> bool:
    """Walk two patterns side by side; with `both`, the wildcards of `b` may give way, too."""
    reached = {(0, 0)}
    todo = [(0, 0)]
    while todo:
        i, j = todo.pop()
        for step in _steps(a, i, b, j, both=both) - reached:
            reached.add(step)
            todo.append(step)
    return (len(a), len(b)) in reached


def _steps(a: str, i: int, b: str, j: int, *, both: bool) -> set[tuple[int, int]]:
    steps: set[tuple[int, int]] = set()
    x, y = a[i : i + 1], b[j : j + 1]
    if x == "*":
        steps |= {(i + 1, j)} | ({(i, j + 1)} if y else set())
    if both and y == "*":
        steps |= {(i, j + 1)} | ({(i + 1, j)} if x else set())
    alike = x == y and x != "*"
    one = (x == "?" and y != "*") or (both and y == "?" and x != "*")
    if x and y and (alike or one):
        steps.add((i + 1, j + 1))
    return steps
