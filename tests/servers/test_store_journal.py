from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, delete, update
from sqlalchemy.exc import IntegrityError

from orlop.estate.aws.s3 import BLOCK_ALL
from orlop.estate.change import change
from orlop.fix.journal import Entry, Journal, Stage
from orlop.store.retention import Retention
from orlop.store.store import Store
from orlop.store.tables import journal
from tests.estates import bucket

AT = "2027-03-31T09:30:00Z"
ENTRY = Entry(
    id="c-1",
    at=AT,
    by="ada",
    stage=Stage.BEGUN,
    change=change(bucket("claims", public_access_block=None), "public_access_block", BLOCK_ALL),
    account="1",
    region="r1",
)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path) as opened:
        yield opened


def test_rows_come_back_in_order(store: Store) -> None:
    for number in range(3):
        store.journal.append(f"c-{number}", AT, "begun", b"row %d" % number)
    assert store.journal.read() == (b"row 0", b"row 1", b"row 2")


def test_a_change_in_the_journal_is_the_change(store: Store, tmp_path: Path) -> None:
    Journal(store.journal).write(ENTRY, Stage.BEGUN, at=AT)
    with Store(tmp_path) as another:
        assert list(Journal(another.journal).lines()) == [ENTRY]


@pytest.mark.parametrize(
    "wrong",
    [pytest.param(update(journal).values(stage="done"), id="alter"), pytest.param(delete(journal), id="delete")],
)
def test_nobody_alters_the_journal(store: Store, tmp_path: Path, wrong: object) -> None:
    store.journal.append("c-1", AT, "begun", b"row")
    engine = create_engine(f"sqlite:///{tmp_path}/orlop.db")
    with pytest.raises(IntegrityError, match="only ever added to"), engine.begin() as connection:
        connection.execute(wrong)  # pyright: ignore[reportArgumentType, reportCallIssue, reportUnknownMemberType] -- either
    engine.dispose()
    assert store.journal.read() == (b"row",)


def test_the_journal_outlives_the_snapshots(store: Store) -> None:
    store.journal.append("c-1", AT, "begun", b"row")
    store.prune(Retention(days=0, weeks=0, months=0), now=AT)
    assert store.journal.read() == (b"row",)
