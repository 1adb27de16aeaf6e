from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.estates import AT, bucket, buckets, estates, key

from orlop.errors import BadInput, NotFound
from orlop.estate.aws.s3 import BLOCK_ALL
from orlop.estate.difference import difference
from orlop.estate.estate import Estate
from orlop.estate.fact import Cause, Unread
from orlop.findings.report import Target
from orlop.store.store import Store

LATER = "2027-04-01T09:30:00Z"
ACCOUNT = Target(
    kind="aws", id="111122223333", label="AWS account", scope=("eu-west-1",), resources=2, calls=9, seconds=1.5
)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "orlop") as opened:
        yield opened


def ordered(estate: Estate) -> tuple[object, ...]:
    """All of an estate, in one order."""
    return (
        sorted(estate.resources, key=key),
        sorted(estate.listings, key=lambda each: (each.kind, each.account, each.region, each.source)),
        estate.taken_at,
    )


def keep(store: Store, estate: Estate, taken_at: str = AT, why: str = "inspect") -> str:
    return store.keep(estate, taken_at=taken_at, targets=(), why=why).id


# Each example brings an estate of its own; what earlier ones left in the store is as good as any other past.
EACH_ITS_OWN = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
in_one_store = settings(max_examples=50, suppress_health_check=EACH_ITS_OWN)


@in_one_store
@given(estates())
def test_what_is_kept_comes_back_equal(store: Store, estate: Estate) -> None:
    assert ordered(store.estate(keep(store, estate))) == ordered(estate)


@in_one_store
@given(estates(), estates())
def test_what_differs_is_found_without_reading_all(store: Store, old: Estate, new: Estate) -> None:
    assert store.difference(keep(store, old), keep(store, new)) == difference(old, new)


def test_a_snapshot_says_what_it_is_of(store: Store) -> None:
    kept = store.keep(buckets(bucket("a"), bucket("b")), taken_at=AT, targets=(ACCOUNT,), why="after c-3")
    assert (kept.id, kept.taken_at, kept.why, kept.targets, kept.resources) == ("s-1", AT, "after c-3", (ACCOUNT,), 2)
    assert store.snapshot("s-1") == kept
    assert store.snapshots() == (kept,)


def test_snapshots_are_in_the_order_in_which_they_were_taken(store: Store) -> None:
    keep(store, buckets(), LATER)
    keep(store, buckets(), AT, "imported claims.orlop")
    keep(store, buckets(), LATER)
    assert [each.id for each in store.snapshots()] == ["s-3", "s-1", "s-2"]


@pytest.mark.parametrize(
    ("ref", "id"),
    [
        pytest.param("s-1", "s-1", id="id"),
        pytest.param("2", "s-2", id="number alone"),
        pytest.param("latest", "s-3", id="latest"),
        pytest.param("latest~0", "s-3", id="latest itself"),
        pytest.param("latest~2", "s-1", id="the second before"),
    ],
)
def test_a_reference(store: Store, ref: str, id: str) -> None:
    for _ in range(3):
        keep(store, buckets())
    assert store.snapshot(ref).id == id


@pytest.mark.parametrize("ref", ["", "s-9", "0", "latest~3", "latest~", "s-", "9" * 30, "newest", "%", "s-1\n"])
def test_a_reference_to_nothing(store: Store, ref: str) -> None:
    for _ in range(3):
        keep(store, buckets())
    with pytest.raises(NotFound, match="orlop snapshots"):
        store.estate(ref)


@pytest.mark.parametrize(
    "taken_at", ["", "2027-03-31", "2027-03-31T09:30:00", "2027-13-31T09:30:00Z", "2027-03-31T09:30:00.5Z"]
)
def test_a_time_that_would_not_sort_is_refused(store: Store, taken_at: str) -> None:
    with pytest.raises(BadInput):
        keep(store, buckets(), taken_at)
    assert store.snapshots() == ()


def test_a_resource_seen_from_two_accounts_is_two(store: Store) -> None:
    ours = bucket("shared")
    theirs = replace(ours, account="444455556666", versioning=ours.versioning)
    back = store.estate(keep(store, buckets(ours, theirs)))
    assert sorted(back.resources, key=key) == [ours, theirs]


@given(name=st.text(), other=st.text())
@in_one_store
def test_names_are_only_data(store: Store, name: str, other: str) -> None:
    estate = buckets(replace(bucket("claims"), name=name), replace(bucket("other"), name=other))
    assert ordered(store.estate(keep(store, estate))) == ordered(estate)


def test_a_lone_surrogate_loses_no_snapshot(store: Store) -> None:
    odd = replace(bucket("claims", policy_is_public=Unread(Cause.FAILED, "\ud800")), id="a\udcffb", name="\ud800")
    [back] = store.estate(keep(store, buckets(odd))).resources
    assert (back.id, back.name) == ("a?b", "?")


def test_twenty_snapshots_of_an_unchanged_estate_cost_less_than_a_five_hundredth(tmp_path: Path) -> None:
    estate = buckets(*(bucket(f"bucket-{number}", public_access_block=BLOCK_ALL) for number in range(1_000)))
    with Store(tmp_path) as store:
        keep(store, estate)
    once = (tmp_path / "orlop.db").stat().st_size
    with Store(tmp_path) as store:
        for _ in range(20):
            keep(store, estate)
    assert (tmp_path / "orlop.db").stat().st_size - once < once / 500
