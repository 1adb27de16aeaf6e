import os
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from sqlalchemy import Connection, inspect, text
from tests.estates import AT, bucket, buckets

from orlop.errors import StoreTrouble
from orlop.estate.estate import Estate
from orlop.store import sqlite, tables
from orlop.store.sqlite import Database
from orlop.store.store import Store

MANY = buckets(*(bucket(f"bucket-{number}") for number in range(1_000)))
ROOT = os.geteuid() == 0


def keep(store: Store, estate: Estate = MANY) -> None:
    store.keep(estate, taken_at=AT, targets=(), why="inspect")


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_nobody_else_may_read_the_store(tmp_path: Path) -> None:
    folder = tmp_path / "share" / "orlop"
    with Store(folder) as store:
        keep(store, buckets())
        assert mode(folder) == 0o700
        assert {path.name: mode(path) for path in folder.iterdir()} == {
            "orlop.db": 0o600,
            "orlop.db-wal": 0o600,
            "orlop.db-shm": 0o600,
            "opening.lock": 0o600,
        }


def test_a_folder_that_was_there_keeps_its_rights_but_the_file_gets_ours(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    (tmp_path / "orlop.db").touch(mode=0o644)
    with Store(tmp_path):
        assert (mode(tmp_path), mode(tmp_path / "orlop.db")) == (0o755, 0o600)


def test_a_commit_is_on_disk_when_it_returns(tmp_path: Path) -> None:
    with Store(tmp_path), closing(Database(tmp_path)) as database, database.reading() as connection:
        asked = {
            name: connection.execute(text(f"PRAGMA {name}")).scalar_one() for name in ("journal_mode", "synchronous")
        }
        assert asked == {"journal_mode": "wal", "synchronous": 2}
        assert connection.execute(text("PRAGMA foreign_keys")).scalar_one() == 1


def test_a_reader_sees_one_state_whatever_is_written_meanwhile(tmp_path: Path) -> None:
    with Store(tmp_path) as store, closing(Database(tmp_path)) as database:
        keep(store, buckets())
        count = text("SELECT count(*) FROM snapshots")
        with database.reading() as connection:
            assert connection.execute(count).scalar_one() == 1
            keep(store, buckets())
            assert connection.execute(count).scalar_one() == 1
        assert len(store.snapshots()) == 2


def test_a_store_can_be_opened_while_another_process_writes(tmp_path: Path) -> None:
    with Store(tmp_path), closing(Database(tmp_path)) as database, database.writing(), Store(tmp_path) as second:
        assert second.snapshots() == ()


def test_nothing_of_a_block_that_fails_is_written(tmp_path: Path) -> None:
    def broken() -> Iterator[object]:
        raise ZeroDivisionError
        yield

    with Store(tmp_path) as store:
        with pytest.raises(ZeroDivisionError):
            store.record(broken(), lambda _: None, at=AT)  # pyright: ignore[reportArgumentType] -- fails before it is read
        keep(store, buckets())
        assert len(store.snapshots()) == 1


def test_a_newer_store_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        keep(store, buckets())
    with closing(Database(tmp_path)) as database:
        tables.prepare(database, (*tables.STEPS, lambda connection: None))
    before = (tmp_path / "orlop.db").read_bytes()
    with pytest.raises(StoreTrouble, match=r"newer Orlop: .* has version 2, this one knows 1.*Update Orlop"):
        Store(tmp_path)
    assert (tmp_path / "orlop.db").read_bytes() == before


def test_an_older_store_is_brought_up_step_by_step(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        keep(store, buckets())
    made: list[int] = []

    def step(number: int) -> tables.Step:
        def run(connection: Connection) -> None:
            made.append(number)
            connection.execute(text(f"CREATE TABLE step_{number} (id INTEGER)"))

        return run

    with closing(Database(tmp_path)) as database:
        tables.prepare(database, (*tables.STEPS, step(2), step(3)))
        tables.prepare(database, (*tables.STEPS, step(2), step(3)))
        assert made == [2, 3]
        with database.reading() as connection:
            assert {"step_2", "step_3", "snapshots"} <= set(inspect(connection).get_table_names())
            assert connection.execute(text("SELECT count(*) FROM snapshots")).scalar_one() == 1


def test_a_step_that_fails_leaves_the_older_store(tmp_path: Path) -> None:
    def step(connection: Connection) -> None:
        connection.execute(text("CREATE TABLE half (id INTEGER)"))
        raise ZeroDivisionError

    with Store(tmp_path), closing(Database(tmp_path)) as database:
        with pytest.raises(ZeroDivisionError):
            tables.prepare(database, (*tables.STEPS, step))
        with database.reading() as connection:
            assert not inspect(connection).has_table("half")
    with Store(tmp_path) as store:
        keep(store, buckets())


def test_a_file_of_something_else_is_left_as_it_is(tmp_path: Path) -> None:
    content = b"not a database, but long enough for one" * 99
    (tmp_path / "orlop.db").write_bytes(content)
    with pytest.raises(StoreTrouble, match=r"damaged .*move .* aside"):
        Store(tmp_path)
    assert (tmp_path / "orlop.db").read_bytes() == content


def test_a_file_that_was_cut_off(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        keep(store)
    whole = (tmp_path / "orlop.db").read_bytes()
    (tmp_path / "orlop.db").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(StoreTrouble, match="damaged"), Store(tmp_path) as store:
        store.estate("latest")
    assert len((tmp_path / "orlop.db").read_bytes()) == len(whole) // 2


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param("UPDATE resources SET body = CAST(replace(body, 't-7', 't-8') AS BLOB)", id="other resource"),
        pytest.param("DELETE FROM resources WHERE id LIKE '%bucket-7'", id="no resource"),
        pytest.param("UPDATE nodes SET body = x'00'", id="another page"),
        pytest.param("DELETE FROM nodes WHERE hash NOT IN (SELECT root FROM snapshots)", id="no page"),
        pytest.param("UPDATE listings SET body = x'5b5d'", id="other listings"),
        pytest.param("UPDATE snapshots SET targets = x'7b'", id="other targets"),
    ],
)
def test_what_was_altered_behind_our_back_is_not_believed(tmp_path: Path, damage: str) -> None:
    with Store(tmp_path) as store:
        keep(store)
    with closing(sqlite3.connect(tmp_path / "orlop.db")) as raw, raw:
        assert raw.execute(damage).rowcount
    with Store(tmp_path) as store, pytest.raises(StoreTrouble, match="damaged"):
        store.estate("latest")


def test_a_folder_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "orlop").touch()
    with pytest.raises(StoreTrouble, match="--store FOLDER"):
        Store(tmp_path / "orlop")


@contextmanager
def as_nobody() -> Generator[Path]:
    """A folder in which nobody (who has no rights but those of everyone) may look, while we are nobody."""
    with TemporaryDirectory() as made:
        Path(made).chmod(0o755)
        if ROOT:
            os.seteuid(65534)
        try:
            yield Path(made)
        finally:
            if ROOT:
                os.seteuid(0)


@pytest.mark.skipif(not ROOT, reason="needs to be root, to become nobody")
def test_a_folder_that_is_not_ours() -> None:
    with as_nobody() as folder, pytest.raises(StoreTrouble, match=r"may not use its folder .*Permission denied"):
        Store(folder)


@pytest.mark.skipif(not ROOT, reason="needs to be root, to become nobody")
def test_a_store_that_is_not_ours() -> None:
    with TemporaryDirectory() as made:
        Path(made).chmod(0o755)
        with Store(Path(made)):
            pass
        os.seteuid(65534)
        try:
            with pytest.raises(StoreTrouble, match="Permission denied"):
                Store(Path(made))
        finally:
            os.seteuid(0)


@contextmanager
def small_disk(folder: Path) -> Generator[None]:
    """A disk of one MiB on `folder`."""
    command = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)]
    if subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("needs the right to mount")
    try:
        yield
    finally:
        subprocess.run(["umount", str(folder)], check=True)


@pytest.mark.root
def test_a_full_disk_loses_nothing(tmp_path: Path) -> None:
    few = buckets(bucket("claims"))
    with small_disk(tmp_path):
        with Store(tmp_path) as store:
            keep(store, few)
            with pytest.raises(StoreTrouble, match=r"is full .*is safe.*Make room"):
                keep(store)
            assert [snapshot.id for snapshot in store.snapshots()] == ["s-1"]
        with Store(tmp_path) as store:
            assert store.estate("latest").resources == few.resources
            keep(store, few)


@pytest.mark.root
def test_a_disk_with_no_room_at_all(tmp_path: Path) -> None:
    with small_disk(tmp_path):
        with (tmp_path / "ballast").open("wb", buffering=0) as ballast, pytest.raises(OSError, match="No space"):
            while True:
                ballast.write(bytes(65_536))
        with pytest.raises(StoreTrouble, match=r"full|No space"):
            Store(tmp_path)


LIMITED = """
import resource, signal, sys
from pathlib import Path
from orlop.errors import StoreTrouble
from orlop.store.store import Store

store = Store(Path(sys.argv[1]))
store.journal.append("c-1", "", "begun", b"first")
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000))
try:
    store.journal.append("c-2", "", "begun", bytes(2**20))
except StoreTrouble as trouble:
    print(trouble)
print(store.journal.read())
"""


def test_a_disk_that_fails_to_write(tmp_path: Path) -> None:
    """The kernel refuses to let a file grow: an error of the disk to SQLite, in the middle of a transaction."""
    run = subprocess.run([sys.executable, "-c", LIMITED, str(tmp_path)], capture_output=True, text=True, check=True)
    said, rows = run.stdout.splitlines()
    assert "Nothing of this run was kept" in said and "run it again" in said
    assert rows == "(b'first',)"


def test_another_that_writes_for_too_long(tmp_path: Path) -> None:
    error = sqlite3.OperationalError("database is locked")
    error.sqlite_errorcode = sqlite3.SQLITE_BUSY
    assert "Another Orlop has been writing" in str(sqlite.trouble(error, tmp_path))
