from typing import Any

import msgspec
import pytest
from tests.cases import ACCOUNT, REGION
from tests.estates import ALL_BUCKETS, bucket

from orlop.estate import wire
from orlop.estate.aws.s3 import BLOCK_ALL, Bucket
from orlop.estate.estate import Estate, Listing
from orlop.estate.fact import Cause, NotKnown, Unread
from orlop.store.thaw import Frozen, thaw, thawed

NOW = bucket("claims", public_access_block=BLOCK_ALL, website=False)


def then(**other: Any) -> bytes:
    """The bucket as another version wrote it: with other fields, and without those that are `...` here."""
    raw: dict[str, Any] = wire.plain(NOW) | other
    return msgspec.json.encode({field: value for field, value in raw.items() if value is not ...})


def test_the_present_form() -> None:
    assert thaw(Bucket.KIND, wire.encode(NOW)) == NOW


def test_a_fact_that_was_not_asked_for_then_is_unread() -> None:
    found = thaw(Bucket.KIND, then(website=...))
    assert isinstance(found, Bucket)
    assert found.website.unread and found.website.unread.cause is Cause.NOT_LOOKED_AT
    assert found.public_access_block == NOW.public_access_block


@pytest.mark.parametrize(
    "other",
    [{"is": 7, "from": "x"}, {"is": {}}, {}, 7, None, [], {"from": "x", "unread": {"cause": "new", "why": "x"}}],
)
def test_a_fact_in_a_form_that_is_not_known_is_unread(other: object) -> None:
    found = thaw(Bucket.KIND, then(public_access_block=other))
    assert isinstance(found, Bucket) and found.public_access_block.unread
    assert found.website == NOW.website


def test_a_field_that_is_no_more_is_left_out() -> None:
    assert thaw(Bucket.KIND, then(colour="red")) == NOW


@pytest.mark.parametrize(
    ("kind", "body", "cause"),
    [
        pytest.param("AWS::Future::Thing", b"{}", Cause.UNSUPPORTED, id="unknown kind"),
        pytest.param(Bucket.KIND, then(name=...), Cause.MALFORMED, id="no name"),
        pytest.param(Bucket.KIND, then(region=7), Cause.MALFORMED, id="a region that is a number"),
        pytest.param(Bucket.KIND, b"[]", Cause.MALFORMED, id="a list"),
        pytest.param(Bucket.KIND, b"{", Cause.MALFORMED, id="no JSON"),
        pytest.param(Bucket.KIND, b"[" * 100_000, Cause.MALFORMED, id="too deep"),
    ],
)
def test_what_cannot_be_read(kind: str, body: bytes, cause: Cause) -> None:
    found = thaw(kind, body)
    assert isinstance(found, Unread) and found.cause is cause


def test_nothing_is_concluded_from_the_absence_of_what_could_not_be_read() -> None:
    frozen = [Frozen(Bucket.KIND, ACCOUNT, REGION, body) for body in (wire.encode(NOW), then(name=...), then(name=...))]
    found, listings = thawed(frozen, [ALL_BUCKETS])
    assert found == [NOW]
    assert [listing.region for listing in listings] == ["*", REGION]
    with pytest.raises(NotKnown):
        Estate(found, listings).within(Bucket, ACCOUNT)
    elsewhere = Estate(found, [*listings, Listing(kind=Bucket.KIND, account="2", region="", source="s3:ListBuckets")])
    assert elsewhere.within(Bucket, "2", "") == ()
