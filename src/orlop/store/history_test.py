from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.cases import DENIED
from tests.estates import ALL_BUCKETS, bucket, buckets

from orlop.errors import BadInput, NotFound
from orlop.estate.aws.s3 import BLOCK_ALL, Bucket
from orlop.estate.estate import Estate
from orlop.estate.resource import Resource
from orlop.store.store import Store, Version

OPEN = bucket("claims", public_access_block=None)
SHUT = bucket("claims", public_access_block=BLOCK_ALL)
OTHER = bucket("other")
UNLISTED = replace(ALL_BUCKETS, unread=DENIED)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path) as opened:
        yield opened


def keep(store: Store, *estates: Estate) -> None:
    for number, estate in enumerate(estates, start=1):
        store.keep(estate, taken_at=at(number), targets=(), why="inspect")


def at(number: int) -> str:
    return f"2027-03-{number:02}T09:30:00Z"


def version(number: int, resource: Bucket | None) -> Version:
    return Version(snapshot=f"s-{number}", at=at(number), resource=resource)


def test_only_what_is_new_is_a_version(store: Store) -> None:
    keep(store, buckets(OPEN), buckets(OPEN, OTHER), buckets(SHUT, OTHER), buckets(SHUT))
    assert store.history(OPEN.id) == (version(1, OPEN), version(3, SHUT))


def test_gone_and_back(store: Store) -> None:
    keep(store, buckets(), buckets(OPEN), buckets(OTHER), buckets(), buckets(OPEN))
    assert store.history(OPEN.id) == (version(2, OPEN), version(3, None), version(5, OPEN))


@pytest.mark.parametrize(
    "blind", [pytest.param(buckets(listing=UNLISTED), id="denied"), pytest.param(Estate((), ()), id="not looked for")]
)
def test_what_was_not_listed_is_not_gone(store: Store, blind: Estate) -> None:
    keep(store, buckets(OPEN), blind, buckets(OPEN))
    assert store.history(OPEN.id) == (version(1, OPEN),)


def test_in_the_order_in_which_snapshots_were_taken(store: Store) -> None:
    for number, resource in ((2, SHUT), (1, OPEN)):
        store.keep(buckets(resource), taken_at=at(number), targets=(), why="inspect")
    assert [each.resource for each in store.history(OPEN.id)] == [OPEN, SHUT]


def test_by_name(store: Store) -> None:
    keep(store, buckets(OPEN, OTHER))
    assert store.history("claims") == (version(1, OPEN),)


def test_a_name_that_two_bear(store: Store) -> None:
    keep(store, buckets(OPEN), buckets(replace(OTHER, name="claims")))
    with pytest.raises(BadInput, match=f"2 resources.*{OPEN.id}, {OTHER.id}"):
        store.history("claims")


@pytest.mark.parametrize("wanted", ["nothing", "", "%", "clai"])
def test_what_no_snapshot_has(store: Store, wanted: str) -> None:
    keep(store, buckets(OPEN))
    with pytest.raises(NotFound):
        store.history(wanted)


@settings(max_examples=15)
@given(st.lists(st.sampled_from([None, OPEN, SHUT]), max_size=8))
def test_played_back_it_gives_the_past(tmp_path_factory: pytest.TempPathFactory, past: list[Bucket | None]) -> None:
    past = [OPEN, *past]
    with Store(tmp_path_factory.mktemp("store")) as store:
        keep(store, *(buckets(*([each] if each else [])) for each in past))
        changes = {each.snapshot: each.resource for each in store.history(OPEN.id)}
    played: list[Resource | None] = []
    for number in range(1, len(past) + 1):
        played.append(changes.get(f"s-{number}", played[-1] if played else None))
    assert played == past
