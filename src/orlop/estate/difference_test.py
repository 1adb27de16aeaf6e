from dataclasses import replace
from typing import Any

from hypothesis import given, settings
from tests.cases import ACCOUNT, DENIED
from tests.estates import ALL_BUCKETS, bucket, buckets, estates, key

from orlop.estate import wire
from orlop.estate.aws.s3 import BLOCK_ALL
from orlop.estate.difference import Altered, Appeared, FieldChange, Unseen, Vanished, difference
from orlop.estate.estate import EVERYWHERE, Estate, Listing
from orlop.estate.fact import Cause, Fact, Unread
from orlop.estate.resource import Resource

UNLISTED = replace(ALL_BUCKETS, unread=DENIED)
OPEN = bucket("claims", public_access_block=None)
SHUT = bucket("claims", public_access_block=BLOCK_ALL)
DARK = bucket("claims", public_access_block=DENIED)


def test_an_altered_field() -> None:
    assert difference(buckets(OPEN), buckets(SHUT)) == (
        Altered(
            resource=SHUT,
            fields=(FieldChange(field="public_access_block", was=None, is_=wire.plain(BLOCK_ALL)),),
        ),
    )


def test_an_altered_plain_field() -> None:
    renamed = replace(OPEN, name="other")
    assert difference(buckets(OPEN), buckets(renamed)) == (
        Altered(resource=renamed, fields=(FieldChange(field="name", was="claims", is_="other"),)),
    )


def test_who_answered_does_not_matter() -> None:
    other_call = replace(OPEN, source="s3:Other", public_access_block=Fact(None, "s3:Other"))
    assert difference(buckets(OPEN), buckets(other_call)) == ()


def test_unread_on_one_side_is_unseen() -> None:
    now = Unseen(resource=DARK, field="public_access_block", now=True, cause=Cause.DENIED, why=DENIED.why)
    before = Unseen(resource=OPEN, field="public_access_block", now=False, cause=Cause.DENIED, why=DENIED.why)
    assert difference(buckets(OPEN), buckets(DARK)) == (now,)
    assert difference(buckets(DARK), buckets(OPEN)) == (before,)


def test_unread_on_both_sides_is_nothing() -> None:
    otherwise = bucket("claims", public_access_block=Unread(Cause.THROTTLED, "slow down"))
    assert difference(buckets(DARK), buckets(otherwise)) == ()


def test_one_field_altered_beside_one_unseen() -> None:
    was = bucket("claims", public_access_block=None, versioning="Enabled")
    is_ = bucket("claims", public_access_block=BLOCK_ALL)
    altered, unseen = difference(buckets(was), buckets(is_))
    assert isinstance(altered, Altered) and [change.field for change in altered.fields] == ["public_access_block"]
    assert isinstance(unseen, Unseen) and unseen.field == "versioning"


def test_appeared_and_vanished() -> None:
    assert difference(buckets(), buckets(OPEN)) == (Appeared(resource=OPEN),)
    assert difference(buckets(OPEN), buckets()) == (Vanished(resource=OPEN),)


def test_not_listed_is_neither_appeared_nor_vanished() -> None:
    now = Unseen(resource=OPEN, field="", now=True, cause=Cause.DENIED, why=DENIED.why)
    assert difference(buckets(OPEN), buckets(listing=UNLISTED)) == (now,)
    assert difference(buckets(listing=UNLISTED), buckets(OPEN)) == (replace(now, now=False),)


def test_not_looked_for_is_neither_appeared_nor_vanished() -> None:
    [unseen] = difference(buckets(OPEN), Estate((), ()))
    assert isinstance(unseen, Unseen) and unseen.cause is Cause.NOT_LOOKED_AT
    assert unseen.why == f"not looked for in {ACCOUNT} {OPEN.region}"


def test_the_order_does_not_hang_on_the_order_of_what_was_read() -> None:
    many = [bucket(name) for name in ("c", "a", "b")]
    found = difference(buckets(), buckets(*many))
    assert found == difference(buckets(), buckets(*reversed(many)))
    assert [each.resource.name for each in found] == ["a", "b", "c"]


@settings(max_examples=50)
@given(estates())
def test_an_estate_does_not_differ_from_itself(estate: Estate) -> None:
    again = Estate([wire.decode(r.KIND, wire.encode(r)) for r in estate.resources], estate.listings)
    assert difference(estate, again) == ()


@settings(max_examples=50)
@given(estates(), estates())
def test_turned_round(old: Estate, new: Estate) -> None:
    assert {_said(each, turned=True) for each in difference(old, new)} == {_said(each) for each in difference(new, old)}


@settings(max_examples=50)
@given(estates(), estates())
def test_applied_to_the_old_estate_it_gives_the_new_one(old: Estate, new: Estate) -> None:
    old, new = _read_to_the_end(old), _read_to_the_end(new)
    applied = {key(resource): _answers(resource) for resource in old.resources}
    for each in difference(old, new):
        match each:
            case Appeared(resource=resource):
                applied[key(resource)] = _answers(resource)
            case Vanished(resource=resource):
                del applied[key(resource)]
            case Altered(resource=resource, fields=changes):
                applied[key(resource)].update({change.field: change.is_ for change in changes})
            case Unseen(resource=resource, field=field):
                applied[key(resource)][field] = UNREAD if each.now else _answers(resource)[field]
    assert applied == {key(resource): _answers(resource) for resource in new.resources}


UNREAD = "unread"


def _answers(resource: Resource) -> dict[str, Any]:
    """The fields of a resource, but for who answered."""
    plain: dict[str, Any] = wire.plain(resource)
    held = {field: getattr(resource, field) for field in plain if field != "source"}
    return {
        field: plain[field] if not isinstance(fact, Fact) else UNREAD if fact.unread else plain[field]["is"]
        for field, fact in held.items()
    }


def _read_to_the_end(estate: Estate) -> Estate:
    listings = [
        Listing(kind=kind, account=account, region=EVERYWHERE, source="a:List")
        for kind in wire.KINDS
        for account in ("1", "2")
    ]
    return Estate(estate.resources, listings)


def _said(each: Any, *, turned: bool = False) -> bytes:
    match each:
        case Altered(resource=resource, fields=changes):
            pairs = [(c.field, c.was, c.is_) for c in changes]
            said = [(field, is_, was) if turned else (field, was, is_) for field, was, is_ in pairs]
        case Unseen(resource=resource, field=field, now=now, cause=cause, why=why):
            said = [field, now != turned, cause, why]
        case Appeared(resource=resource):
            said = ["vanished" if turned else "appeared"]
        case Vanished(resource=resource):
            said = ["appeared" if turned else "vanished"]
        case _:
            raise AssertionError(each)
    return wire.encode((key(resource), said))
