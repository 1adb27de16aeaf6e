from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.estates import bucket, buckets

from orlop.errors import NotFound
from orlop.estate.aws.s3 import BLOCK_ALL
from orlop.estate.estate import Estate
from orlop.findings.report import Target
from orlop.store.retention import Pruned, Retention, outdated
from orlop.store.snapshots import Snapshot
from orlop.store.store import Store

NOW = datetime(2027, 3, 31, 12, tzinfo=UTC)
NONE = Retention(days=0, weeks=0, months=-1)


def text(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def taken(*days_ago: float, target: str = "1") -> list[Snapshot]:
    """Snapshots of a target, the newest first."""
    targets = (Target(kind="aws", id=target, label=""),)
    return [
        Snapshot(id=f"s-{days}", taken_at=text(NOW - timedelta(days=days)), why="inspect", targets=targets, resources=0)
        for days in sorted(days_ago)
    ]


def left(snapshots: list[Snapshot], retention: Retention, now: datetime = NOW) -> list[Snapshot]:
    out = outdated(snapshots, retention, now=text(now))
    return [each for each in snapshots if each not in out]


def days(snapshots: list[Snapshot]) -> list[float]:
    return [float(each.id.removeprefix("s-")) for each in snapshots]


def test_all_of_the_last_days() -> None:
    every_hour = [hours / 24 for hours in range(24 * 30)]
    assert days(left(taken(*every_hour), Retention())) == every_hour


def test_then_one_a_week_the_last_of_it() -> None:
    # NOW is a Wednesday: 31 days ago was a Sunday, the last day of its week and of its month.
    assert days(left(taken(*range(52)), Retention(days=29))) == [*range(30), 31, 38, 45]


def test_then_one_a_month_the_last_of_it() -> None:
    # 31 January, 28 February and so on are the last of their months.
    kept = left(taken(*range(120)), Retention(days=0, weeks=0, months=3))
    assert [each.taken_at[:10] for each in kept] == ["2027-03-31", "2027-02-28", "2027-01-31", "2026-12-31"]


def test_then_none() -> None:
    assert days(left(taken(0, 400, 3000), Retention(days=30, weeks=0, months=24))) == [0, 400]


def test_the_newest_stays_however_old_it_is() -> None:
    assert days(left(taken(9000, 9001), Retention())) == [9000]


def test_one_target_never_pushes_out_another() -> None:
    both = sorted(taken(*range(60)) + taken(50, target="2"), key=lambda each: each.taken_at, reverse=True)
    assert "2" in [target.id for each in left(both, Retention()) for target in each.targets]


retentions = st.builds(Retention, days=st.integers(0, 40), weeks=st.integers(0, 60), months=st.integers(0, 90))
pasts = st.lists(st.integers(0, 4000), max_size=60, unique=True).map(lambda days_ago: taken(*days_ago))


@given(pasts, retentions, st.integers(0, 400))
def test_deleting_on_the_way_is_as_deleting_at_the_end(past: list[Snapshot], retention: Retention, later: int) -> None:
    after = NOW + timedelta(days=later)
    assert left(left(past, retention), retention, after) == left(past, retention, after)


@given(pasts)
def test_something_of_every_month_is_left(past: list[Snapshot]) -> None:
    kept = {each.taken_at[:7] for each in left(past, Retention(months=999))}
    assert kept == {each.taken_at[:7] for each in past}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path) as opened:
        yield opened


def keep(store: Store, *estates: Estate) -> None:
    for number, estate in enumerate(estates):
        store.keep(estate, taken_at=text(NOW + timedelta(hours=number)), targets=(), why="inspect")


def test_what_only_the_deleted_held_is_deleted(store: Store) -> None:
    open_, shut = bucket("claims", public_access_block=None), bucket("claims", public_access_block=BLOCK_ALL)
    rest = [bucket(f"bucket-{number}") for number in range(300)]
    keep(store, buckets(open_, *rest), buckets(shut, *rest))
    pruned = store.prune(NONE, now=text(NOW + timedelta(days=1)))
    assert (pruned.snapshots, pruned.resources) == (1, 1) and pruned.bytes > 0
    assert [each.id for each in store.snapshots()] == ["s-2"]
    assert len(store.estate("latest").resources) == 301
    with pytest.raises(NotFound):
        store.estate("s-1")


def test_nothing_to_delete(store: Store) -> None:
    assert store.prune(NONE, now=text(NOW)) == Pruned()
    keep(store, buckets())
    assert store.prune(NONE, now=text(NOW + timedelta(days=9999))) == Pruned()


def test_a_number_is_never_given_twice(store: Store) -> None:
    late, early = text(NOW), text(NOW - timedelta(days=9))
    assert store.keep(buckets(), taken_at=late, targets=(), why="inspect").id == "s-1"
    assert store.keep(buckets(), taken_at=early, targets=(), why="imported").id == "s-2"
    store.prune(NONE, now=text(NOW))
    assert store.keep(buckets(), taken_at=late, targets=(), why="inspect").id == "s-3"


def test_the_room_is_given_back_to_the_disk(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        keep(store, buckets(*(bucket(f"bucket-{number}") for number in range(2_000))), buckets())
    full = (tmp_path / "orlop.db").stat().st_size
    with Store(tmp_path) as store:
        store.prune(NONE, now=text(NOW + timedelta(days=1)))
    assert (tmp_path / "orlop.db").stat().st_size < full / 10


@settings(max_examples=15)
@given(st.lists(st.lists(st.sampled_from("abcdefgh"), unique=True), min_size=1, max_size=5))
def test_what_is_left_is_whole(tmp_path_factory: pytest.TempPathFactory, past: list[list[str]]) -> None:
    with Store(tmp_path_factory.mktemp("store")) as store:
        keep(store, *(buckets(*map(bucket, names)) for names in past))
        pruned = store.prune(Retention(days=2, weeks=0, months=-1), now=text(NOW + timedelta(days=2, hours=2)))
        assert pruned.snapshots == max(0, min(2, len(past) - 1))
        for snapshot in store.snapshots():
            names = [resource.name for resource in store.estate(snapshot.id).resources]
            assert names == sorted(past[int(snapshot.id[2:]) - 1])
