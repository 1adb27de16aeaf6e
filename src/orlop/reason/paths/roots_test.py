"""Searching, cutting and choosing causes, on graphs of our own: by hand, and at random against brute force."""

from hypothesis import given
from hypothesis import strategies as st

from orlop.reason.paths.roots import choke_points, roots
from orlop.reason.paths.search import Tree
from orlop.reason.paths.step import Sort, Step

Edge = tuple[str, str, int, str]
"""From, to, cost, cause."""


def step(edge: Edge) -> Step:
    start, end, cost, cause = edge
    return Step(
        start=start,
        end=end,
        sort=Sort.NETWORK,
        cost=cost,
        says=f"{start} to {end}.",
        cause=cause,
        mend=cause and f"End {cause}.",
    )


def tree(*edges: Edge, sources: str = "s") -> Tree:
    return Tree(dict.fromkeys(sources, 0), lambda node: [step(edge) for edge in edges if edge[0] == node])


def test_the_cheapest_way_is_found_and_of_equal_ones_the_shortest() -> None:
    found = tree(("s", "a", 4, "1"), ("a", "g", 0, "2"), ("s", "b", 1, "3"), ("b", "c", 1, "4"), ("c", "g", 2, "5"))
    path = found.path("g")
    assert path is not None
    assert [each.end for each in path.steps] == ["a", "g"]
    assert path.cost == 4
    assert found.path("s") is None


def test_another_source_costs_what_it_takes_to_be_there() -> None:
    found = Tree(
        {"s": 0, "t": 4}, lambda node: [step((node, "g", 5 if node == "s" else 0, node))] if node in "st" else []
    )
    path = found.path("g")
    assert path is not None
    assert (path.start, path.cost) == ("t", 4)


def test_one_cause_of_several_steps_ends_all_of_them() -> None:
    """Two doors in one security group: neither step alone cuts the way, their common rule does."""
    found = tree(
        ("s", "a", 4, "rule"), ("s", "b", 4, "rule"), ("a", "g", 0, "x"), ("b", "g", 0, "y"), ("a", "h", 0, "z")
    )
    paths = list(found.paths("gh"))
    [root] = roots(found, paths)
    assert (root.step.cause, root.ends, len(root.paths), root.mends) == ("rule", True, 2, ("End rule.",))
    assert [(each.cause, cut) for each, cut in choke_points(found, paths)] == [("rule", 2), ("z", 1)]


def test_where_no_single_cause_ends_it_all_that_must_end_are_named() -> None:
    found = tree(("s", "a", 1, "one"), ("a", "g", 0, "p"), ("s", "b", 4, "two"), ("b", "g", 0, "q"))
    [root] = roots(found, found.paths("g"))
    assert not root.ends
    assert [root.step.cause, *(each.cause for each in root.also)] == ["one", "q"]
    assert found.without({"one", "q"}).path("g") is None


def test_a_step_that_nothing_can_mend_is_no_cause() -> None:
    found = tree(("s", "a", 0, ""), ("a", "g", 0, "real"))
    assert [root.step.cause for root in roots(found, found.paths("g"))] == ["real"]
    bare = tree(("s", "g", 0, ""))
    [root] = roots(bare, bare.paths("g"))
    assert (root.ends, root.mends) == (False, ())


nodes = st.sampled_from("stabcdefg")
graphs = st.lists(st.tuples(nodes, nodes, st.integers(0, 3), st.sampled_from(["", *"123456"])), max_size=25)


def reached(edges: list[Edge], without: str | None) -> set[str]:
    found = {"s", "t"}
    while fresh := {end for start, end, _, cause in edges if start in found and cause != without} - found:
        found |= fresh
    return found


@given(graphs)
def test_what_a_cause_cuts_is_what_is_out_of_reach_without_it(edges: list[Edge]) -> None:
    found = tree(*edges, sources="st")
    for cause in "123456":
        assert found.cut(cause) == reached(edges, None) - reached(edges, cause)


@given(graphs)
def test_each_way_has_one_root_and_a_root_that_ends_it_does(edges: list[Edge]) -> None:
    found = tree(*edges, sources="st")
    paths = list(found.paths("abcdefg"))
    causes = roots(found, paths)
    assert sorted(path.end for root in causes for path in root.paths) == sorted(path.end for path in paths)
    for root in causes:
        left = reached(edges, root.step.cause)
        assert all(path.end not in left for path in root.paths) == root.ends or not root.step.cause


@given(graphs)
def test_no_way_is_cheaper(edges: list[Edge]) -> None:
    found = tree(*edges, sources="st")
    best = {"s": 0, "t": 0}
    for _ in range(10):
        for start, end, cost, _cause in edges:
            if start in best and best[start] + cost < best.get(end, 99):
                best[end] = best[start] + cost
    assert {path.end: path.cost for path in found.paths("abcdefg")} == {n: c for n, c in best.items() if n not in "st"}
