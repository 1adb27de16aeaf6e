"""Many ways, few causes: which one change ends most of them.

A cause is a root of a way if the goal is out of reach without it. The roots are chosen greedily: first the one whose
end cuts most ways, then the one that cuts most of what is left. A way that no single change cuts goes with the cause
of its first step, and what else must change is found by ending one cause after another until nothing is left.
"""

import heapq
from collections.abc import Iterable
from dataclasses import dataclass, replace

from orlop.reason.paths.search import Tree
from orlop.reason.paths.step import Path, Sort, Step

_EASE = {
    Sort.PUBLIC: 0,
    Sort.TRUST: 1,
    Sort.ESCALATION: 2,
    Sort.ADMIN: 2,
    Sort.NETWORK: 3,
    Sort.ACCESS: 4,
    Sort.SHELL: 4,
    Sort.ROLE_OF_SERVER: 5,
    Sort.ROLE_OF_FUNCTION: 5,
}
"""What is mended with least harm comes first where two causes cut the same ways."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Root:
    """One cause and the ways that end with it, cheapest first. `step` is where it shows: on the cheapest of them.

    `ends`: whether its end alone puts all of their goals out of reach. Otherwise other ways are left, and `also` is
    where their causes show, as far as they were followed.
    """

    step: Step
    paths: tuple[Path, ...]
    ends: bool
    also: tuple[Step, ...] = ()

    @property
    def surely(self) -> bool:
        """Whether any of its ways is certain."""
        return any(path.surely for path in self.paths)

    @property
    def mends(self) -> tuple[str, ...]:
        """What to do, in plain words: each change of this cause once."""
        steps = (step for path in self.paths for step in path.steps if step.cause == self.step.cause)
        return tuple(dict.fromkeys(step.mend for step in steps if step.mend))


def roots(tree: Tree, paths: Iterable[Path]) -> tuple[Root, ...]:
    """Return the causes of some ways of a tree, worst first."""
    by_end = {path.end: path for path in paths}
    shown = _causes(by_end.values())
    cuts = {cause: tree.cut(cause) & by_end.keys() for cause in shown}
    found: list[Root] = []
    left = set(by_end)
    for cause in _greedy(cuts, shown, by_end):
        gone = cuts[cause] & left
        found.append(_root(cause, [by_end[end] for end in gone], ends=True))
        left -= gone
    others: dict[str, list[Path]] = {}
    for end in left:
        first = next((step.cause for step in by_end[end].steps if step.cause), "")
        others.setdefault(first, []).append(by_end[end])
    for cause, held in others.items():
        root = _root(cause, held, ends=False)
        found.append(replace(root, also=_also(tree, root)) if cause else root)
    return tuple(sorted(found, key=_badness))


def choke_points(tree: Tree, paths: Iterable[Path]) -> tuple[tuple[Step, int], ...]:
    """Return where each cause shows, and how many ways its end cuts for good, the most first."""
    by_end = {path.end: path for path in paths}
    shown = _causes(by_end.values())
    counted = [(step, len(tree.cut(cause) & by_end.keys())) for cause, step in shown.items()]
    found = [(step, cut) for step, cut in counted if cut]
    return tuple(sorted(found, key=lambda each: (-each[1], _EASE[each[0].sort], each[0].cost, each[0].cause)))


def _causes(paths: Iterable[Path]) -> dict[str, Step]:
    """Return the causes that lie on some ways, each with the step where it shows first."""
    found: dict[str, Step] = {}
    for path in sorted(paths, key=_rank):
        for step in path.steps:
            if step.cause:
                found.setdefault(step.cause, step)
    return found


def _greedy(cuts: dict[str, frozenset[str]], shown: dict[str, Step], by_end: dict[str, Path]) -> Iterable[str]:
    """Yield causes, each of which cuts most of what those before it leave.

    What a cause cuts of the rest only shrinks, so one that is still the best when it is counted anew is the best.
    """
    left = set(by_end)

    def rank(cause: str) -> tuple[int, int, str]:
        return (-len(cuts[cause] & left), _EASE[shown[cause].sort], cause)

    queue = [rank(cause) for cause in cuts]
    heapq.heapify(queue)
    while queue:
        *_, cause = heapq.heappop(queue)
        now = rank(cause)
        if queue and now > queue[0]:
            heapq.heappush(queue, now)
        elif now[0]:
            yield cause
            left -= cuts[cause]


def _root(cause: str, paths: list[Path], *, ends: bool) -> Root:
    held = tuple(sorted(paths, key=_rank))
    step = next((s for path in held for s in path.steps if s.cause == cause), held[0].steps[0])
    return Root(step=step, paths=held, ends=ends)


MOST_ALSO = 4
"""How many further causes are followed."""


def _also(tree: Tree, root: Root) -> tuple[Step, ...]:
    """Return what else must end: each time, of the cheapest way that is left, what is mended with least harm."""
    gone = {root.step.cause}
    found: list[Step] = []
    while len(found) < MOST_ALSO:
        rest = tree.without(gone)
        left = min(rest.paths(path.end for path in root.paths), key=_rank, default=None)
        causes = [step for step in left.steps if step.cause] if left else []
        if not causes:
            break
        worst = min(causes, key=lambda step: (_EASE[step.sort], step.cause))
        found.append(worst)
        gone.add(worst.cause)
    return tuple(found)


def _rank(path: Path) -> tuple[bool, int, int, str]:
    return (not path.surely, path.cost, len(path.steps), path.end)


def _badness(root: Root) -> tuple[object, ...]:
    return (not root.surely, root.paths[0].cost, -len(root.paths), root.step.cause)
