"""Pages and resources in the tables, called by their hashes.

Law: what is handed out has been checked against its hash.
"""

from collections.abc import Collection, Generator, Iterable, Iterator, Sequence
from itertools import islice
from typing import TypeVar

from sqlalchemy import Connection, Table, delete, func, insert, select

from orlop.store import tree
from orlop.store.tables import nodes, resources
from orlop.store.thaw import Frozen

T = TypeVar("T")

BATCH = 500
"""Hashes in one query."""


class Fetcher:
    """Fetches the pages of trees through one connection."""

    def __init__(self, connection: Connection) -> None:
        """Read through `connection`."""
        self._connection = connection

    def __call__(self, hashes: Iterable[tree.Hash]) -> Iterator[tree.Page]:
        """Yield the pages of these hashes, in their order. Raises: Damaged."""
        for batch in batches(hashes):
            found = _bodies(self._connection, nodes, batch)
            for hash in batch:
                if hash not in found:
                    raise tree.Damaged("a page is missing")
                yield tree.unpacked(hash, found[hash])


def put_page(connection: Connection, page: tree.Page) -> tree.Hash:
    """Keep a page, and return its hash."""
    [(hash, _)] = put_pages(connection, [page])
    return hash


def put_pages(connection: Connection, pages: Iterable[tree.Page]) -> list[tuple[tree.Hash, bool]]:
    """Keep pages. Return the hash of each, and whether it is a new one."""
    texts = [tree.packed(page) for page in pages]
    new = missing(connection, nodes, [hash for hash, _ in texts])
    if new:
        rows = [{"hash": hash, "body": text} for hash, text in texts if hash in new]
        connection.execute(insert(nodes), rows)
    return [(hash, hash in new) for hash, _ in texts]


def hash_of(kind: str, body: bytes) -> tree.Hash:
    """Return the hash of a resource."""
    return tree.hashed(kind, body)


def frozen(connection: Connection, entries: Iterable[tree.Entry]) -> Iterator[Frozen]:
    """Yield the resources of these entries, in their order. Raises: Damaged."""
    for batch in batches(entries):
        found = _bodies(connection, resources, [entry.hash for entry in batch])
        for key, hash in batch:
            body = found.get(hash)
            if body is None or hash_of(key.kind, body) != hash:
                raise tree.Damaged(f"{key.id} is missing or not as it was written")
            yield Frozen(key.kind, key.account, key.region, body)


def missing(connection: Connection, table: Table, hashes: Collection[tree.Hash]) -> set[tree.Hash]:
    """Return those of these hashes that `table` does not have."""
    wanted = set(hashes)
    for batch in batches(hashes):
        wanted -= set(connection.execute(select(table.c.hash).where(table.c.hash.in_(batch))).scalars())
    return wanted


def remove(connection: Connection, table: Table, hashes: Iterable[tree.Hash]) -> int:
    """Delete what these hashes call. Return how many bytes that was."""
    size = 0
    for batch in batches(hashes):
        these = table.c.hash.in_(batch)
        size += connection.execute(select(func.sum(func.length(table.c.body))).where(these)).scalar_one() or 0
        connection.execute(delete(table).where(these))
    return size


def _bodies(connection: Connection, table: Table, hashes: Sequence[tree.Hash]) -> dict[tree.Hash, bytes]:
    rows = connection.execute(select(table.c.hash, table.c.body).where(table.c.hash.in_(hashes)))
    return {row.hash: row.body for row in rows}


def batches(items: Iterable[T], size: int = BATCH) -> Generator[Sequence[T]]:
    """Yield items in lists of at most `size`."""
    left = iter(items)
    while batch := list(islice(left, size)):
        yield batch
