"""One resource through all snapshots."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy import ColumnElement, Connection, select

from orlop.errors import BadInput, NotFound
from orlop.estate import wire
from orlop.estate.estate import Estate
from orlop.estate.fact import NotKnown, Unread
from orlop.estate.resource import Resource
from orlop.store import pieces, snapshots, tree
from orlop.store.tables import resources
from orlop.store.thaw import thaw


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """What a resource was from one snapshot on; `at` is when that was taken. `resource` is None where it was gone."""

    snapshot: str
    at: str
    resource: Resource | None


def history(connection: Connection, wanted: str) -> tuple[Version, ...]:
    """Return the versions of a resource, oldest first; `wanted` is its id, or its name where only one bears it.

    A snapshot that did not look for the resource, or was not allowed to, adds nothing.

    Raises: NotFound; BadInput, where several bear the name; Damaged.
    """
    keys = _keys(connection, wanted)
    return tuple(_versions(connection, keys))


def _versions(connection: Connection, keys: Iterable[tree.Key]) -> Iterator[Version]:
    looking = _Looking(connection)
    last: tree.Entry | None = None
    for kept in reversed(snapshots.all_kept(connection)):
        here = looking.entry(kept.root, keys)
        if here is None:
            if last and looking.complete(kept.listings, last.key):
                last = None
                yield Version(snapshot=kept.snapshot.id, at=kept.snapshot.taken_at, resource=None)
        elif last is None or here.hash != last.hash:
            last = here
            [found] = pieces.frozen(connection, [here])
            resource = thaw(found.kind, found.body)
            if not isinstance(resource, Unread):
                yield Version(snapshot=kept.snapshot.id, at=kept.snapshot.taken_at, resource=resource)


class _Looking:
    """Looks into many snapshots, reading only once what they share."""

    def __init__(self, connection: Connection) -> None:
        fetch = pieces.Fetcher(connection)

        @lru_cache(maxsize=1024)
        def page(hash: tree.Hash) -> tree.Page:
            [found] = fetch([hash])
            return found

        @lru_cache(maxsize=64)
        def asked(hash: tree.Hash) -> Estate:
            return Estate((), snapshots.listed(connection, hash))

        self._page, self._asked = page, asked

    def entry(self, root: tree.Hash, keys: Iterable[tree.Key]) -> tree.Entry | None:
        """Return the first of `keys` that a snapshot has."""
        for key in keys:
            hash = tree.looked_up(root, key, lambda hashes: map(self._page, hashes))
            if hash is not None:
                return tree.Entry(key, hash)
        return None

    def complete(self, listings: tree.Hash, key: tree.Key) -> bool:
        """Whether a snapshot that does not have `key` would have it if it existed."""
        kind = wire.KINDS.get(key.kind)
        if kind is None:
            return False
        try:
            self._asked(listings).within(kind, key.account, key.region)
        except NotKnown:
            return False
        return True


def _keys(connection: Connection, wanted: str) -> tuple[tree.Key, ...]:
    if found := _known(connection, resources.c.id == wanted):
        return found
    named = _known(connection, resources.c.name == wanted)
    ids = sorted({key.id for key in named})
    if len(ids) > 1:
        some = ", ".join(ids[:10]) + (", ..." if len(ids) > 10 else "")
        raise BadInput(f"{len(ids)} resources are called {wanted!r}.", do=f"Give the id of one: {some}")
    if not ids:
        raise NotFound(f"No snapshot has a resource {wanted!r}.", do="Give its id (an ARN), or its exact name.")
    return _known(connection, resources.c.id == ids[0])


def _known(connection: Connection, where: ColumnElement[bool]) -> tuple[tree.Key, ...]:
    columns = (resources.c.kind, resources.c.account, resources.c.region, resources.c.id)
    rows = connection.execute(select(*columns).where(where).distinct().order_by(*columns))
    return tuple(tree.Key(*row) for row in rows)
