"""The cheapest way to everything, and what would no longer be reached without one of its causes.

Steps are found only where somebody gets to: what no way leads to is never looked at.
"""

import heapq
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

from orlop.reason.paths.step import Path, Step

After = Callable[[str], Sequence[Step]]
"""Gives the steps that begin at a node."""


class Tree:
    """The cheapest way from any of some sources to each node that they lead to; of equally cheap ones the shortest."""

    def __init__(self, sources: Mapping[str, int], after: After) -> None:
        """Search from `sources`, each with what it costs to be there."""
        self._sources = dict(sources)
        self._after = after
        self._by: dict[str, Step] = {}
        self._into: dict[str, list[Step]] = {}
        self._children: dict[str, list[Step]] = {}
        self._search()

    def _search(self) -> None:
        best = {source: (cost, 0) for source, cost in self._sources.items()}
        queue = [(cost, 0, source) for source, cost in self._sources.items()]
        heapq.heapify(queue)
        done: set[str] = set()
        while queue:
            cost, length, here = heapq.heappop(queue)
            if here in done:
                continue
            done.add(here)
            for step in self._after(here):
                self._into.setdefault(step.end, []).append(step)
                rank = (cost + step.weight, length + 1)
                if step.end not in done and (step.end not in best or rank < best[step.end]):
                    best[step.end] = rank
                    self._by[step.end] = step
                    heapq.heappush(queue, (*rank, step.end))
        for step in self._by.values():
            self._children.setdefault(step.start, []).append(step)

    @property
    def reached(self) -> Iterable[str]:
        """Every node that is reached, but for the sources from which nothing cheaper leads there."""
        return self._by.keys()

    def path(self, node: str) -> Path | None:
        """Return the cheapest way to a node; None where there is none."""
        steps: list[Step] = []
        here = node
        while here in self._by:
            steps.append(self._settled(here))
            here = self._by[here].start
        return Path(tuple(reversed(steps)), self._sources.get(here, 0)) if steps else None

    def _settled(self, node: str) -> Step:
        """Return the step that leads to a node, with its evidence."""
        step = self._by[node]
        if step.later:
            step = self._by[node] = step.settled()
        return step

    def cut(self, cause: str) -> frozenset[str]:
        """Return the nodes that no way leads to any more once a cause is gone.

        Only what hangs on it in the tree can be lost; of that, whatever another step from elsewhere leads to is saved,
        and all that can be reached from there without the cause.
        """
        lost = self._hanging(cause)
        saved = [node for node in lost if any(s.cause != cause and s.start not in lost for s in self._into[node])]
        while saved:
            node = saved.pop()
            if node in lost:
                lost.discard(node)
                saved += [s.end for s in self._after(node) if s.cause != cause and s.end in lost]
        return frozenset(lost)

    def without(self, causes: Collection[str]) -> "Tree":
        """Return the cheapest ways that are left once some causes are gone."""
        return Tree(self._sources, lambda node: [step for step in self._after(node) if step.cause not in causes])

    def _hanging(self, cause: str) -> set[str]:
        found: set[str] = set()
        left = [step.end for step in self._by.values() if step.cause == cause]
        while left:
            node = left.pop()
            if node not in found:
                found.add(node)
                left += [step.end for step in self._children.get(node, ())]
        return found

    def paths(self, nodes: Iterable[str]) -> Iterator[Path]:
        """Yield the cheapest way to each of some nodes that has one."""
        for node in nodes:
            if path := self.path(node):
                yield path
