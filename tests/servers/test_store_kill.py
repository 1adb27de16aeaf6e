"""The store between processes: killed at any moment, and read while another writes."""

import os
import random
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Generator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from orlop.estate.estate import Estate
from orlop.store import pieces, tree
from orlop.store.retention import Retention
from orlop.store.snapshots import all_kept
from orlop.store.sqlite import Database
from orlop.store.store import Store
from tests.estates import bucket, buckets, key

HALF = [bucket(f"bucket-{number:03}") for number in range(75)]


def generation(number: int) -> Estate:
    """An estate half of whose resources say which generation they are of; the others are the same in all."""
    new = [replace(each, name=f"generation {number}") for each in HALF]
    return buckets(*HALF, *(replace(each, id=f"{each.id}-new") for each in new), taken_at=taken_at(number))


def taken_at(number: int) -> str:
    return f"2027-03-31T{number // 3600:02}:{number // 60 % 60:02}:{number % 60:02}Z"


def number_of(taken_at: str) -> int:
    hours, minutes, seconds = taken_at[11:19].split(":")
    return int(hours) * 3600 + int(minutes) * 60 + int(seconds)


@contextmanager
def process(does: str, *args: object) -> Generator["subprocess.Popen[str]"]:
    """This file in a process of its own, doing one of the things below; it tells us by its output where it is."""
    command = [sys.executable, "-W", "error", "-m", "tests.servers.test_store_kill", does, *map(str, args)]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(("src", "."))}
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
    ) as started:
        try:
            yield started
        finally:
            started.kill()


def said(by: "subprocess.Popen[str]") -> list[int]:
    """The number in the next line that a process prints; nothing at its end."""
    assert by.stdout
    return [int(word) for word in by.stdout.readline().split()]


# What the processes do.


def write(folder: str, first: str, die: str, after: str) -> None:
    """Keep one generation after the other, each with a row in the journal; delete all but the newest now and then.

    Prints the number of a generation when it is on disk. Dies at a moment that nobody chose: at the call of a function
    (of Python's or of C's) with the number `after`, or so many microseconds after the store was opened.
    """
    if die == "call":
        sys.setprofile(_dying_at(int(after)))
    with Store(Path(folder)) as store:
        if die == "microsecond":
            # SIGALRM, where nobody waits for it, ends a process as SIGKILL does: at once, wherever it is.
            signal.setitimer(signal.ITIMER_REAL, int(after) / 1e6)
        for number in range(int(first), int(first) + 1_000):
            store.journal.append(f"c-{number}", "", "begun", b"%d" % number)
            store.keep(generation(number), taken_at=taken_at(number), targets=(), why="inspect")
            print(number, flush=True)
            if number % 3 == 0:
                store.prune(Retention(days=0, weeks=0, months=-1), now=taken_at(number))


def _dying_at(last: int) -> Callable[..., None]:
    calls = 0

    def count(*_: object) -> None:
        nonlocal calls
        calls += 1
        if calls == last:
            os.kill(os.getpid(), signal.SIGKILL)

    return count


def read(folder: str) -> None:
    """Read the newest snapshot again and again. Prints the number of its generation, having seen that it is whole."""
    with Store(Path(folder)) as store:
        for _ in range(10_000):
            estate = store.estate("latest")
            number = number_of(estate.taken_at)
            assert whole(estate, number)
            print(number, flush=True)


def begin(folder: str, number: str) -> None:
    """Wait for a line, then open the store, which nobody has opened before, and keep one generation."""
    input()
    with Store(Path(folder)) as store:
        store.journal.append(f"c-{number}", "", "begun", number.encode())
        store.keep(generation(int(number)), taken_at=taken_at(int(number)), targets=(), why="inspect")


# What is then so.


def whole(estate: Estate, number: int) -> bool:
    wanted = generation(number)
    return sorted(estate.resources, key=key) == sorted(wanted.resources, key=key) and estate.listings == wanted.listings


def check(folder: Path, told: list[int]) -> int:
    """Check that the store is as it should be after a process died that had told of these generations.

    Returns the newest generation.
    """
    with Store(folder) as store:
        kept = [number_of(snapshot.taken_at) for snapshot in store.snapshots()]
        assert all(whole(store.estate(snapshot.id), number_of(snapshot.taken_at)) for snapshot in store.snapshots())
        rows = [int(row) for row in store.journal.read()]
    assert not told or (kept and kept[0] >= told[-1]), "what it told of is there"
    assert set(told) <= set(rows) and rows == sorted(rows)
    assert kept[:1] <= rows[-1:], "no snapshot without the row that was written before it"
    with closing(sqlite3.connect(folder / "orlop.db")) as raw:
        assert raw.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert raw.execute("PRAGMA foreign_key_check").fetchall() == []
        [(pages, resources)] = raw.execute("SELECT (SELECT count(*) FROM nodes), (SELECT count(*) FROM resources)")
    assert (pages, resources) == held(folder), "nothing is left of what was cut off"
    return max([*rows, *kept], default=0)


def held(folder: Path) -> tuple[int, int]:
    """How many pages and resources the snapshots hold."""
    with closing(Database(folder)) as database, database.reading() as connection:
        roots = [kept.root for kept in all_kept(connection)]
        reach = tree.reachable(roots, pieces.Fetcher(connection))
    return len(reach.pages), len(reach.resources)


@pytest.mark.parametrize(
    ("die", "most"),
    [pytest.param("call", 200_000, id="at a call"), pytest.param("microsecond", 400_000, id="at a time")],
)
def test_killed_at_any_moment(tmp_path: Path, die: str, most: int) -> None:
    chance = random.Random(die)
    newest = 0
    for _ in range(8):
        with process("write", tmp_path, newest + 1, die, chance.randrange(1, most)) as writer:
            told = [number for numbers in iter(lambda: said(writer), []) for number in numbers]
            assert writer.wait() == -(signal.SIGKILL if die == "call" else signal.SIGALRM)
        newest = check(tmp_path, told)
    assert newest, "it lived long enough to write, at least once"


def test_a_reader_sees_only_whole_snapshots(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        store.keep(generation(0), taken_at=taken_at(0), targets=(), why="inspect")
    with process("write", tmp_path, 1, "never", 0) as writer, process("read", tmp_path) as reader:
        seen: list[int] = []
        while len(set(seen)) < 5:
            numbers = said(reader)
            assert numbers, "the reader saw half a snapshot"
            seen += numbers
        assert seen == sorted(seen)
        assert writer.poll() is None


def test_many_begin_at_once(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "orlop"
    with ExitStack() as stack:
        many = [stack.enter_context(process("begin", folder, number)) for number in range(1, 5)]
        for each in many:
            assert each.stdin
            print(file=each.stdin, flush=True)
        assert [each.wait() for each in many] == [0, 0, 0, 0]
    with Store(folder) as store:
        assert sorted(number_of(snapshot.taken_at) for snapshot in store.snapshots()) == [1, 2, 3, 4]
        assert sorted(store.journal.read()) == [b"1", b"2", b"3", b"4"]


if __name__ == "__main__":
    {"write": write, "read": read, "begin": begin}[sys.argv[1]](*sys.argv[2:])
