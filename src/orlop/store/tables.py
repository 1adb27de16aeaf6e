"""The tables, and how an older store becomes a present one.

Laws: a step that has been released is never altered, only followed by another; a step is made whole or not at all.
"""

from collections.abc import Callable

from sqlalchemy import (
    DDL,
    Column,
    Connection,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    event,
    insert,
    inspect,
    select,
    update,
)

from orlop.errors import StoreTrouble
from orlop.store.sqlite import Database

METADATA = MetaData()

schema = Table("schema", METADATA, Column("version", Integer, primary_key=True))
"""One row: how many of the steps this store has been through."""

resources = Table(
    "resources",
    METADATA,
    Column("hash", LargeBinary, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("account", Text, nullable=False),
    Column("region", Text, nullable=False),
    Column("id", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Index("resources_id", "id"),
    Index("resources_name", "name"),
)
"""Every version of every resource, once. `body` is its canonical JSON."""

nodes = Table(
    "nodes",
    METADATA,
    Column("hash", LargeBinary, primary_key=True),
    Column("body", LargeBinary, nullable=False),
)
"""The pages that say which resources a snapshot is made of. See `tree`."""

listings = Table(
    "listings",
    METADATA,
    Column("hash", LargeBinary, primary_key=True),
    Column("body", LargeBinary, nullable=False),
)
"""What was asked for in a snapshot, answered or not: one text for all listings of a snapshot."""

snapshots = Table(
    "snapshots",
    METADATA,
    Column("number", Integer, primary_key=True),
    Column("taken_at", Text, nullable=False),
    Column("why", Text, nullable=False),
    Column("targets", LargeBinary, nullable=False),
    Column("resources", Integer, nullable=False),
    Column("root", LargeBinary, ForeignKey(nodes.c.hash), nullable=False, index=True),
    Column("listings", LargeBinary, ForeignKey(listings.c.hash), nullable=False, index=True),
    sqlite_autoincrement=True,  # a number is never given twice, even after the newest was deleted
)

findings = Table(
    "findings",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("state", Text, nullable=False, index=True),
    Column("first_seen", Text, nullable=False),
    Column("last_seen", Text, nullable=False),
    Column("returned", Integer, nullable=False),
    Column("acceptance", LargeBinary),
    Column("body", LargeBinary, nullable=False),
)
"""`body` is the finding as the rules gave it when it was last seen; the rest is what the store knows of it."""

journal = Table(
    "journal",
    METADATA,
    Column("number", Integer, primary_key=True),
    Column("change", Text, nullable=False),
    Column("at", Text, nullable=False),
    Column("stage", Text, nullable=False),
    Column("body", LargeBinary, nullable=False),
    sqlite_autoincrement=True,
)
for verb in ("UPDATE", "DELETE"):
    never = DDL(
        f"CREATE TRIGGER journal_no_{verb.lower()} BEFORE {verb} ON journal "
        "BEGIN SELECT RAISE(ABORT, 'the journal is only ever added to'); END"
    )
    event.listen(journal, "after_create", never.execute_if(dialect="sqlite"))

Step = Callable[[Connection], None]


def _first(connection: Connection) -> None:
    METADATA.create_all(connection)


STEPS: tuple[Step, ...] = (_first,)
"""From nothing to the present store, one step a version."""


def prepare(database: Database, steps: tuple[Step, ...] = STEPS) -> None:
    """Bring the tables to the present version. Raises: StoreTrouble, where a newer Orlop has made them."""
    with database.reading() as connection:
        version = _version(connection)
    if version == len(steps):
        return
    with database.writing() as connection:
        version = _version(connection)  # again: another process may have been here since
        if version > len(steps):
            raise StoreTrouble(
                f"The store was written by a newer Orlop: {database.path} has version {version}, "
                f"this one knows {len(steps)}.",
                means="It was not touched.",
                do="Update Orlop, or choose another folder: --store FOLDER.",
            )
        for step in steps[version:]:
            step(connection)
        connection.execute(update(schema) if version else insert(schema), {"version": len(steps)})


def _version(connection: Connection) -> int:
    if not inspect(connection).has_table(schema.name):
        return 0
    return connection.execute(select(schema.c.version)).scalar_one()
