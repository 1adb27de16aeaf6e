"""SQLite, and all that is peculiar to it. What replaces it one day replaces this file.

Laws: a transaction is on disk when its block has ended, or nothing of it is; whoever reads sees one state, from the
first statement of a block to the last, whatever is written meanwhile.
"""

import fcntl
import os
import sqlite3
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError

from orlop.errors import StoreTrouble
from orlop.store.tree import Damaged

NAME = "orlop.db"
PATIENCE = 30.0
"""Seconds to wait for another process that is writing just now."""

_EACH_CONNECTION = (
    "PRAGMA foreign_keys = ON",
    # FULL: a commit is on disk when it returns, power cut or not. The journal of changes rests on it; NORMAL could
    # lose the last commits. Source: https://www.sqlite.org/pragma.html#pragma_synchronous
    "PRAGMA synchronous = FULL",
    "PRAGMA cell_size_check = ON",
    "PRAGMA journal_size_limit = 67108864",
)


class Database:
    """One SQLite file, and its transactions."""

    def __init__(self, folder: Path) -> None:
        """Open the file in `folder`; make both if need be, readable by nobody else. Raises: StoreTrouble."""
        self.path = folder / NAME
        self._engine = _engine(self.path)
        try:
            with _told(self.path):
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
                with _alone(folder / "opening.lock"):
                    _make(self.path)
                    with self._engine.connect() as connection:
                        _set_up(_raw(connection))
        except OSError as error:
            self.close()
            raise _not_ours(folder, error) from error
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Close the file."""
        self._engine.dispose()

    @contextmanager
    def reading(self) -> Generator[Connection]:
        """Read within one unchanging state. Raises: StoreTrouble."""
        with _told(self.path), self._engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def writing(self) -> Generator[Connection]:
        """Write all of a block or nothing of it; one writer at a time. Raises: StoreTrouble."""
        writer = self._engine.execution_options(begins="IMMEDIATE")
        with _told(self.path), writer.begin() as connection:
            yield connection


def give_back(connection: Connection) -> None:
    """Return free pages to the file system, at the end of a writing block."""
    raw = _raw(connection)
    [pages] = raw.execute("PRAGMA freelist_count").fetchone()
    for _ in range(pages):  # Python's sqlite3 takes one step of this statement, and a step gives back one page
        raw.execute("PRAGMA incremental_vacuum(1)")


def _raw(connection: Connection) -> sqlite3.Connection:
    raw = connection.connection.driver_connection
    assert isinstance(raw, sqlite3.Connection)  # noqa: S101 -- for the type checker
    return raw


def _engine(path: Path) -> Engine:
    engine = create_engine(URL.create("sqlite", database=str(path)), connect_args={"timeout": PATIENCE})
    event.listen(engine, "connect", _on_connect)
    event.listen(engine, "begin", _on_begin)
    return engine


def _on_connect(connection: sqlite3.Connection, _: Any) -> None:
    connection.isolation_level = None  # transactions begin below, not at sqlite3's own idea of when
    for pragma in _EACH_CONNECTION:
        connection.execute(pragma)


def _on_begin(connection: Connection) -> None:
    connection.exec_driver_sql(f"BEGIN {connection.get_execution_options().get('begins', 'DEFERRED')}")


def _make(path: Path) -> None:
    """Make the file, if it is not there, so that nobody else can read it; SQLite gives its side files the same mode."""
    os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
    if path.stat().st_mode & 0o077:
        path.chmod(0o600)


def _set_up(raw: sqlite3.Connection) -> None:
    """Set what is written into the file; its form must be said before the first table."""
    if not raw.execute("PRAGMA schema_version").fetchone()[0]:
        raw.execute("PRAGMA page_size = 8192")  # a resource has one or two KiB: fewer half-empty pages
        raw.execute("PRAGMA auto_vacuum = INCREMENTAL")
    [mode] = raw.execute("PRAGMA journal_mode = WAL").fetchone()
    if mode != "wal":
        raise StoreTrouble(
            "The folder of Orlop's store lies on a file system that cannot be shared safely (a network drive?).",
            do="Choose a folder on a local disk: --store FOLDER.",
        )


def _not_ours(folder: Path, error: OSError) -> StoreTrouble:
    return StoreTrouble(
        f"Orlop may not use its folder {folder}: {error.strerror or error}.",
        means="Nothing was kept.",
        do="See who owns it (ls -ld) and whether the disk is full (df), or choose another folder: --store FOLDER.",
    )


@contextmanager
def _alone(lock: Path) -> Generator[None]:
    handle = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


@contextmanager
def _told(path: Path) -> Generator[None]:
    """Turn what SQLite or the file system says into what a person can act on."""
    try:
        yield
    except DBAPIError as error:
        if isinstance(error.orig, sqlite3.Error):
            raise trouble(error.orig, path) from error
        raise
    except sqlite3.Error as error:
        raise trouble(error, path) from error
    except Damaged as error:
        raise damaged(path, str(error)) from error
    except msgspec.DecodeError as error:
        raise damaged(path, f"a row cannot be read, {error}") from error


def trouble(error: sqlite3.Error, path: Path) -> StoreTrouble:
    """Return what an error of SQLite means, and what to do."""
    # The low byte is the kind of error, the rest its details. Source: https://www.sqlite.org/rescode.html
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    said = f"{path}: {error}."
    match code:
        case sqlite3.SQLITE_FULL:
            return StoreTrouble(
                f"The disk that holds Orlop's store is full ({path}).",
                means="Nothing of this run was kept; all that was kept before is safe.",
                do="Make room, or choose another folder (--store FOLDER), then run it again.",
            )
        case sqlite3.SQLITE_READONLY | sqlite3.SQLITE_CANTOPEN | sqlite3.SQLITE_PERM | sqlite3.SQLITE_AUTH:
            return StoreTrouble(
                f"Orlop may not write its store: {said}",
                means="Nothing was kept; all that was kept before is safe.",
                do="See who owns the folder (ls -ld), give it to yourself, or choose another: --store FOLDER.",
            )
        case sqlite3.SQLITE_CORRUPT | sqlite3.SQLITE_NOTADB:
            return damaged(path, str(error))
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return StoreTrouble(
                f"Another Orlop has been writing to the store for more than {PATIENCE:.0f} seconds ({path}).",
                means="Nothing of this run was kept.",
                do="Wait until it has ended, then run it again.",
            )
        case sqlite3.SQLITE_IOERR:
            return StoreTrouble(
                f"The disk that holds Orlop's store failed: {said}",
                means="Nothing of this run was kept; what was kept before was not touched.",
                do="See whether the disk is full or failing (df, dmesg), then run it again.",
            )
        case _:
            return StoreTrouble(
                f"Orlop's store did not answer as it should: {said}", do="Run it again; if it stays so, report it."
            )


def damaged(path: Path, how: str) -> StoreTrouble:
    """Return what to say of a store whose file is not as Orlop wrote it."""
    return StoreTrouble(
        f"Orlop's store is damaged ({path}: {how}).",
        means="Orlop leaves it as it is, so that nothing more is lost.",
        do=f"Bring back a copy; or move {path.parent} aside to begin anew, and keep it: "
        f"it holds the journal of changes (`sqlite3 {path.name} .recover` may save it).",
    )
