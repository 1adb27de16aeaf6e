"""Estates made up for tests: one bucket with some facts known, and anything at all of any kind."""

from collections.abc import Mapping
from dataclasses import fields
from functools import cache
from typing import Any, get_args, get_origin, get_type_hints

from hypothesis import strategies as st

from orlop.estate.aws.s3 import Bucket
from orlop.estate.estate import EVERYWHERE, Estate, Listing
from orlop.estate.fact import Cause, Fact, Unread
from orlop.estate.resource import Resource
from orlop.estate.wire import KINDS
from tests.cases import ACCOUNT, DENIED, REGION

AT = "2027-03-31T09:30:00Z"
_FACTS = [name for name, hint in get_type_hints(Bucket).items() if get_origin(hint) is Fact]

# Left alone, it makes every class that is a mapping; collectors make dictionaries.
st.register_type_strategy(Mapping, lambda hint: st.dictionaries(*map(st.from_type, get_args(hint)), max_size=3))

ALL_BUCKETS = Listing(kind=Bucket.KIND, account=ACCOUNT, region=EVERYWHERE, source="s3:ListBuckets")


def bucket(name: str, **known: object) -> Bucket:
    """A bucket of which only these facts are `known` (an `Unread` says why it is not); all others were denied."""
    plain = {"account": ACCOUNT, "region": REGION, "name": name, "source": "s3:ListBuckets"}
    facts = {fact: Fact(known.get(fact, DENIED), "s3:Get") for fact in _FACTS}
    return Bucket(id=f"arn:aws:s3:::{name}", **plain, **facts)  # pyright: ignore[reportArgumentType] -- any field


def buckets(*resources: Resource, listing: Listing = ALL_BUCKETS, taken_at: str = AT) -> Estate:
    """An estate of these, all buckets having been listed."""
    return Estate(resources, [listing], taken_at=taken_at)


# Composite, so that each is called by its short name: spelt out, a strategy for all kinds fills pages.
@st.composite
def resources(draw: st.DrawFn) -> Resource:
    """Any resource of any kind, with few ids and values, so that two of them often meet."""
    return draw(_of(draw(st.sampled_from(sorted(KINDS)))))


@st.composite
def estates(draw: st.DrawFn) -> Estate:
    """Any estate, some of its listings unread or not asked for."""
    found = draw(st.lists(resources(), max_size=5))
    asked = draw(st.lists(_listings, max_size=5))
    return Estate({key(resource): resource for resource in found}.values(), dict.fromkeys(asked), taken_at=AT)


def key(resource: Resource) -> tuple[str, str, str, str]:
    """What a resource is called: nothing else in its estate is called so."""
    return (resource.KIND, resource.account, resource.region, resource.id)


_unreads = st.builds(Unread, st.sampled_from(Cause), st.text(max_size=5), st.none() | st.just("a:Get"))
_ids = {
    "id": st.sampled_from(["a", "b", "c"]),
    "account": st.sampled_from(["1", "2"]),
    "region": st.sampled_from(["", "r1", "r2"]),
}


_listings = st.builds(
    Listing,
    kind=st.sampled_from(sorted(KINDS)),
    account=_ids["account"],
    region=_ids["region"] | st.just(EVERYWHERE),
    source=st.sampled_from(["a:List", "b:List"]),
    unread=st.none() | _unreads,
)


@st.composite
def _of(draw: st.DrawFn, kind: str) -> Resource:
    return KINDS[kind](**{name: draw(values) for name, values in _fields(kind).items()})


@cache
def _fields(kind: str) -> dict[str, st.SearchStrategy[Any]]:
    hints = get_type_hints(KINDS[kind])
    return {f.name: _ids[f.name] if f.name in _ids else _any(hints[f.name]) for f in fields(KINDS[kind])}  # pyright: ignore[reportArgumentType] -- every kind is a dataclass


def _any(hint: Any) -> st.SearchStrategy[Any]:
    if get_origin(hint) is Fact:
        [held] = get_args(hint)
        return st.builds(Fact, _unreads | st.from_type(held), st.sampled_from(["a:Get", "b:Get"]))
    return st.from_type(hint)
