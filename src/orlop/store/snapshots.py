"""Snapshots in the tables: keeping one, finding it, and bringing it back.

Laws: what is kept comes back equal, but for the order of resources and listings; what an earlier snapshot holds
already is not written again; a snapshot is there whole or not at all.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import msgspec
from sqlalchemy import ColumnElement, Connection, insert, select

from orlop.errors import BadInput, NotFound
from orlop.estate import wire
from orlop.estate.estate import Estate, Listing
from orlop.findings.report import Target
from orlop.store import pieces, tree
from orlop.store.moment import is_moment
from orlop.store.tables import listings, resources, snapshots
from orlop.store.thaw import Frozen, thawed


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """One inspection that was kept. `id` is `s-` and a number, `resources` how many there are in it.

    `taken_at` is ISO 8601 in UTC, to the second; `why` says what made it: `inspect`, `after c-3`, `imported FILE`.
    """

    id: str
    taken_at: str
    why: str
    targets: tuple[Target, ...]
    resources: int


@dataclass(frozen=True, slots=True)
class Kept:
    """A snapshot, and the hashes of its tree and of its listings."""

    snapshot: Snapshot
    root: tree.Hash
    listings: tree.Hash


def keep(connection: Connection, estate: Estate, *, taken_at: str, targets: tuple[Target, ...], why: str) -> Snapshot:
    """Keep an estate.

    1. Write each resource as JSON, in the order of the keys, a few pages full at a time.
    2. Keep the resources of a page, and the page, only where no earlier snapshot has that very page.
    3. Build the tree above, keep the listings, and write the one row that makes it a snapshot.
    """
    if not is_moment(taken_at):
        raise BadInput(f"{taken_at!r} is not a time such as 2027-03-31T09:30:00Z.")
    leaves: list[tree.Entry] = []
    count = 0
    for parts in pieces.batches(tree.cut(_written(estate), lambda item: item.entry.hash), 8):  # 1
        pages = [tree.Page(0, tuple(item.entry for item in part)) for part in parts]
        put = pieces.put_pages(connection, pages)  # 2
        _put_resources(connection, [item for part, (_, new) in zip(parts, put, strict=True) if new for item in part])
        count += sum(map(len, parts))
        leaves += [
            tree.Entry(page.entries[0].key if page.entries else _NOTHING, hash)
            for page, (hash, _) in zip(pages, put, strict=True)
        ]
    row = {  # 3
        "taken_at": taken_at,
        "why": why,
        "targets": wire.encode(targets),
        "resources": count,
        "root": tree.root_of(leaves, lambda page: pieces.put_page(connection, page)),
        "listings": _put_listings(connection, estate),
    }
    number = connection.execute(insert(snapshots).returning(snapshots.c.number), row).scalar_one()
    return Snapshot(id=f"s-{number}", taken_at=taken_at, why=why, targets=targets, resources=count)


def all_kept(connection: Connection, where: ColumnElement[bool] | None = None) -> tuple[Kept, ...]:
    """Return all snapshots, newest first: by the time they were taken at, then by their number."""
    query = select(snapshots).order_by(snapshots.c.taken_at.desc(), snapshots.c.number.desc())
    rows = connection.execute(query if where is None else query.where(where))
    return tuple(
        Kept(
            Snapshot(
                id=f"s-{row.number}",
                taken_at=row.taken_at,
                why=row.why,
                targets=_targets.decode(row.targets),
                resources=row.resources,
            ),
            row.root,
            row.listings,
        )
        for row in rows
    )


def kept(connection: Connection, ref: str) -> Kept:
    """Return the snapshot that `ref` names: `s-7` or `7`, `latest`, `latest~2` (the second before it).

    Raises: NotFound.
    """
    if number := re.fullmatch(r"(?:s-)?(\d{1,18})", ref):
        found = all_kept(connection, snapshots.c.number == int(number[1]))
    elif back := re.fullmatch(r"latest(?:~(\d{1,18}))?", ref):
        found = all_kept(connection)[int(back[1] or 0) :]
    else:
        found = ()
    if not found:
        raise NotFound(f"There is no snapshot {ref}.", do="orlop snapshots lists all of them.")
    return found[0]


def estate(connection: Connection, which: Kept) -> Estate:
    """Bring an estate back. Raises: Damaged."""
    found, asked = thawed(frozen(connection, which), listed(connection, which.listings))
    return Estate(found, asked, taken_at=which.snapshot.taken_at)


def estates_that_differ(connection: Connection, old: Kept, new: Kept) -> tuple[Estate, Estate]:
    """Bring back two estates, without the resources that are the same in both. Raises: Damaged."""
    left, right = tree.differing(old.root, new.root, pieces.Fetcher(connection))
    was = thawed(pieces.frozen(connection, left), listed(connection, old.listings))
    is_ = thawed(pieces.frozen(connection, right), listed(connection, new.listings))
    return Estate(*was, taken_at=old.snapshot.taken_at), Estate(*is_, taken_at=new.snapshot.taken_at)


def frozen(connection: Connection, which: Kept) -> Iterator[Frozen]:
    """Yield the resources of a snapshot as they are kept. Raises: Damaged."""
    yield from pieces.frozen(connection, tree.entries(which.root, pieces.Fetcher(connection)))


def listed(connection: Connection, hash: tree.Hash) -> tuple[Listing, ...]:
    """Return what was asked for in a snapshot. Raises: Damaged."""
    body = connection.execute(select(listings.c.body).where(listings.c.hash == hash)).scalar_one_or_none()
    if body is None or tree.hashed("listings", body) != hash:
        raise tree.Damaged("what was asked for is missing or not as it was written")
    return _listings.decode(body)


@dataclass(frozen=True, slots=True)
class _Written:
    entry: tree.Entry
    name: str
    body: bytes


def _written(estate: Estate) -> Iterator[_Written]:
    keyed = {tree.Key(r.KIND, *map(wire.encodable, (r.account, r.region, r.id))): r for r in estate.resources}
    for key in sorted(keyed):
        body = wire.encode(keyed[key])
        name = wire.encodable(keyed[key].name)
        yield _Written(tree.Entry(key, pieces.hash_of(key.kind, body)), name, body)


def _put_resources(connection: Connection, written: list[_Written]) -> None:
    new = pieces.missing(connection, resources, [item.entry.hash for item in written])
    rows = [
        {**item.entry.key._asdict(), "hash": item.entry.hash, "name": item.name, "body": item.body}
        for item in written
        if item.entry.hash in new
    ]
    if rows:
        connection.execute(insert(resources), rows)


def _put_listings(connection: Connection, estate: Estate) -> tree.Hash:
    body = msgspec.json.encode(
        sorted(estate.listings, key=lambda each: (each.kind, each.account, each.region, each.source))
    )
    hash = tree.hashed("listings", body)
    if pieces.missing(connection, listings, [hash]):
        connection.execute(insert(listings), {"hash": hash, "body": body})
    return hash


_NOTHING = tree.Key("", "", "", "")
_targets = msgspec.json.Decoder(tuple[Target, ...])
_listings = msgspec.json.Decoder(tuple[Listing, ...])
