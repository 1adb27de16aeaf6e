"""The tree of pages that a snapshot is: which resources, in which version. Pure: it is given pages, and gives pages.

A page lists entries in the order of their keys, and is called by the hash of its text. The entries of a page of level
0 are resources, those of the levels above are pages. A page ends after an entry whose hash happens to begin with six
zero bits, so after 64 entries or so, and the ends stay where they are when an entry is added, changed or removed
elsewhere: two snapshots share all pages but those around what differs.

Law: equal entries make equal trees, whatever came before.
Source: the idea is that of Noms' "prolly trees", https://github.com/attic-labs/noms/blob/master/doc/intro.md
"""

import zlib
from bisect import bisect_right
from collections.abc import Callable, Generator, Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import NamedTuple, TypeVar

import msgspec

T = TypeVar("T")

Hash = bytes
FEWEST, MOST = 2, 1024
"""Entries of a page, but for the last of a level: at least two, so that a tree ends; at most so many, for memory."""


class Key(NamedTuple):
    """What a resource is called in a tree. A shared one is seen in several accounts, so its id alone is not enough."""

    kind: str
    account: str
    region: str
    id: str


class Entry(NamedTuple):
    """A key and the hash of its resource; on higher levels, the first key of a page and the hash of that page."""

    key: Key
    hash: Hash


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a tree."""

    level: int
    entries: tuple[Entry, ...]


class Damaged(Exception):
    """A text is not the one that its hash was made of."""


Fetch = Callable[[Iterable[Hash]], Iterable[Page]]
"""Returns the pages of these hashes, in their order."""


def hashed(tag: str, body: bytes) -> Hash:
    """Return the hash of a text. `tag` says what it is, so that texts of different things never pass for each other."""
    return sha256(tag.encode() + b"\n" + body).digest()


def packed(page: Page) -> tuple[Hash, bytes]:
    """Return the hash of a page and its text."""
    plain = _encoder.encode((page.level, page.entries))
    return hashed("page", plain), zlib.compress(plain, 1)


def unpacked(hash: Hash, text: bytes) -> Page:
    """Return the page that `packed` made this of. Raises: Damaged."""
    try:
        plain = zlib.decompress(text)
    except zlib.error as error:
        raise Damaged("a page cannot be read") from error
    if hashed("page", plain) != hash:
        raise Damaged("a page is not as it was written")
    level, entries = _decoder.decode(plain)
    return Page(level, entries)


def cut(items: Iterable[T], hash_of: Callable[[T], Hash]) -> Generator[list[T]]:
    """Cut a level into pages. Always yields one at least, be it empty."""
    page: list[T] = []
    yielded = False
    for item in items:
        page.append(item)
        if (len(page) >= FEWEST and hash_of(item)[0] < 4) or len(page) == MOST:
            yield page
            page, yielded = [], True
    if page or not yielded:
        yield page


def root_of(leaves: Iterable[Entry], put: Callable[[Page], Hash]) -> Hash:
    """Build the levels above the pages of level 0, `put` each page, and return the hash of the one on top."""
    level, entries = 0, list(leaves)
    while len(entries) > 1:
        level += 1
        pages = [Page(level, tuple(part)) for part in cut(entries, lambda entry: entry.hash)]
        entries = [Entry(page.entries[0].key, put(page)) for page in pages]
    return entries[0].hash


def entries(root: Hash, fetch: Fetch) -> Iterator[Entry]:
    """Yield all resources of a tree, in the order of their keys."""
    [top] = fetch([root])
    if top.level == 0:
        yield from top.entries
        return
    hashes = [entry.hash for entry in top.entries]
    for _ in range(top.level - 1):
        hashes = [entry.hash for page in fetch(hashes) for entry in page.entries]
    for page in fetch(hashes):
        yield from page.entries


def looked_up(root: Hash, key: Key, fetch: Fetch) -> Hash | None:
    """Return the hash of one resource, or None where the tree does not have it."""
    hash = root
    while True:
        [page] = fetch([hash])
        at = bisect_right(page.entries, key, key=lambda entry: entry.key) - 1
        if at < 0:
            return None
        found = page.entries[at]
        if page.level == 0:
            return found.hash if found.key == key else None
        hash = found.hash


def differing(old: Hash, new: Hash, fetch: Fetch) -> tuple[tuple[Entry, ...], tuple[Entry, ...]]:
    """Return the entries of `old` that `new` does not have, and the other way round, reading no page that both share.

    1. Begin with the two tops.
    2. From the highest level down: leave out what both have, and replace the pages of that level by what they list.
    3. At the bottom, what is left are resources; leave out what both have.
    """
    was_top, is_top = fetch([old, new])  # 1
    left, right = {(was_top.level, old)}, {(is_top.level, new)}
    for level in range(max(was_top.level, is_top.level), 0, -1):  # 2
        left, right = left - right, right - left
        left, right = _opened(left, level, fetch), _opened(right, level, fetch)
    left, right = left - right, right - left
    was, is_ = _listed(left, fetch), _listed(right, fetch)
    return tuple(sorted(was - is_)), tuple(sorted(is_ - was))  # 3


_Front = set[tuple[int, Hash]]


def _opened(front: _Front, level: int, fetch: Fetch) -> _Front:
    above = [hash for at, hash in front if at == level]
    below = {(level - 1, entry.hash) for page in fetch(above) for entry in page.entries}
    return {(at, hash) for at, hash in front if at != level} | below


def _listed(front: _Front, fetch: Fetch) -> set[Entry]:
    return {entry for page in fetch([hash for _, hash in front]) for entry in page.entries}


def reachable(roots: Iterable[Hash], fetch: Fetch, beside: "Reach | None" = None) -> "Reach":
    """Return all pages and resources that lie below `roots`, but for what lies `beside` them already."""
    shared = beside or Reach(frozenset(), frozenset())
    pages: set[Hash] = set()
    resources: set[Hash] = set()
    front = {*roots} - shared.pages
    while front:
        pages |= front
        below: set[Hash] = set()
        for page in fetch(front):
            (below if page.level else resources).update(entry.hash for entry in page.entries)
        front = below - pages - shared.pages
    return Reach(frozenset(pages), frozenset(resources - shared.resources))


@dataclass(frozen=True, slots=True)
class Reach:
    """Hashes of pages and of resources."""

    pages: frozenset[Hash]
    resources: frozenset[Hash]


_encoder = msgspec.msgpack.Encoder()
_decoder: msgspec.msgpack.Decoder[tuple[int, tuple[Entry, ...]]] = msgspec.msgpack.Decoder(
    tuple[int, tuple[Entry, ...]]
)
