"""The rows of the journal of changes (`fix.journal.Rows`).

Laws: a row is on disk when `append` has returned; no row is ever altered or deleted (the database itself refuses).
"""

from sqlalchemy import insert, select

from orlop.store.sqlite import Database
from orlop.store.tables import journal


class JournalRows:
    """Rows in the table `journal`."""

    def __init__(self, database: Database) -> None:
        """Keep rows in `database`."""
        self._database = database

    def append(self, change: str, at: str, stage: str, body: bytes) -> None:
        """Add a row. Raises: StoreTrouble, and then nothing was added."""
        with self._database.writing() as connection:
            connection.execute(insert(journal), {"change": change, "at": at, "stage": stage, "body": body})

    def read(self) -> tuple[bytes, ...]:
        """Return the bodies of all rows, oldest first. Raises: StoreTrouble."""
        with self._database.reading() as connection:
            return tuple(connection.execute(select(journal.c.body).order_by(journal.c.number)).scalars())
