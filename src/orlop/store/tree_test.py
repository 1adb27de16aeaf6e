from collections.abc import Iterable, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orlop.store.tree import (
    MOST,
    Damaged,
    Entry,
    Hash,
    Key,
    Page,
    cut,
    differing,
    entries,
    hashed,
    looked_up,
    packed,
    reachable,
    root_of,
    unpacked,
)


class Pages:
    """Pages in a dictionary, counting how often one is fetched."""

    def __init__(self) -> None:
        self.texts: dict[Hash, bytes] = {}
        self.fetched = 0

    def put(self, page: Page) -> Hash:
        hash, text = packed(page)
        self.texts[hash] = text
        return hash

    def fetch(self, hashes: Iterable[Hash]) -> Iterator[Page]:
        for hash in hashes:
            self.fetched += 1
            yield unpacked(hash, self.texts[hash])

    def tree(self, held: dict[str, int]) -> Hash:
        """The tree of these ids and versions."""
        found = [Entry(key(id), hashed("x", b"%b %d" % (id.encode(), held[id]))) for id in sorted(held)]
        leaves = (Page(0, tuple(part)) for part in cut(found, lambda entry: entry.hash))
        return root_of(
            [Entry(page.entries[0].key if page.entries else key(""), self.put(page)) for page in leaves], self.put
        )


def key(id: str) -> Key:
    return Key("kind", "1", "r1", id)


def many(count: int) -> dict[str, int]:
    return {f"i-{number:05}": 0 for number in range(count)}


def read(found: Iterable[Entry]) -> dict[str, Hash]:
    return {entry.key.id: entry.hash for entry in found}


held = st.dictionaries(st.integers(0, 400).map(str), st.integers(0, 2), max_size=400)


@given(held)
def test_what_was_put_in_comes_out_in_order(versions: dict[str, int]) -> None:
    pages = Pages()
    found = list(entries(pages.tree(versions), pages.fetch))
    assert [entry.key.id for entry in found] == sorted(versions)


@given(held, held)
def test_what_differs(old: dict[str, int], new: dict[str, int]) -> None:
    pages = Pages()
    left, right = differing(pages.tree(old), pages.tree(new), pages.fetch)
    assert set(read(left)) == {id for id in old if old[id] != new.get(id)}
    assert set(read(right)) == {id for id in new if new[id] != old.get(id)}


@given(held, st.integers(0, 400).map(str))
def test_what_is_looked_up(versions: dict[str, int], id: str) -> None:
    pages = Pages()
    root = pages.tree(versions)
    assert looked_up(root, key(id), pages.fetch) == read(entries(root, pages.fetch)).get(id)


@given(held, held, held)
def test_what_only_one_tree_reaches(one: dict[str, int], other: dict[str, int], third: dict[str, int]) -> None:
    pages = Pages()
    kept, doomed = [pages.tree(one), pages.tree(other)], pages.tree(third)
    before = [read(entries(root, pages.fetch)) for root in kept]
    only_there = set(read(entries(doomed, pages.fetch)).values()) - {hash for each in before for hash in each.values()}
    dead = reachable([doomed], pages.fetch, beside=reachable(kept, pages.fetch))
    assert dead.resources == only_there
    for hash in dead.pages:
        del pages.texts[hash]
    assert [read(entries(root, pages.fetch)) for root in kept] == before
    assert doomed in kept or doomed in dead.pages


def test_one_alteration_among_many_costs_a_few_pages() -> None:
    pages = Pages()
    old = many(10_000)
    before = pages.tree(old)
    count = len(pages.texts)
    after = pages.tree(old | {"i-05000": 1})
    assert len(pages.texts) - count <= 6
    pages.fetched = 0
    left, right = differing(before, after, pages.fetch)
    assert (len(left), len(right)) == (1, 1) and pages.fetched <= 12


def test_one_more_among_many_costs_a_few_pages() -> None:
    pages = Pages()
    old = many(10_000)
    pages.tree(old)
    count = len(pages.texts)
    pages.tree(old | {"i-05000-and-a-half": 0})
    assert len(pages.texts) - count <= 6


def test_a_page_has_an_end_even_where_no_hash_makes_one() -> None:
    never = [Entry(key(str(number)), b"\xff" * 32) for number in range(MOST + 1)]
    assert [len(part) for part in cut(never, lambda entry: entry.hash)] == [MOST, 1]


def test_a_tree_ends_even_where_every_hash_ends_a_page() -> None:
    pages = Pages()
    always = [Entry(key(f"{number:03}"), b"\x00" * 32) for number in range(100)]

    def put(page: Page) -> Hash:
        hash = b"\x00" + pages.put(page)[1:]
        pages.texts[hash] = packed(page)[1]
        return hash

    assert root_of(always, put) in pages.texts


@pytest.mark.parametrize(
    "text", [pytest.param(b"", id="nothing"), pytest.param(packed(Page(1, ()))[1], id="another page")]
)
def test_a_page_that_was_altered_is_not_believed(text: bytes) -> None:
    hash, _ = packed(Page(0, ()))
    with pytest.raises(Damaged):
        unpacked(hash, text)
