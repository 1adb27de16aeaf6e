from dataclasses import replace

from orlop.estate.aws.s3 import BLOCK_ALL, PublicAccessBlock, S3Account
from orlop.estate.estate import Estate, Listing
from orlop.estate.fact import Cause, Fact, Unread
from orlop.findings.finding import State, finding_id
from orlop.findings.review import fate, review
from orlop.rules.aws import s3

RULE = s3.account_lets_buckets_go_public
DENIED = Unread(Cause.DENIED, "access denied", "s3:GetAccountPublicAccessBlock")
SOURCE = "s3control:GetPublicAccessBlock"


def account(id: str, block: PublicAccessBlock | Unread | None) -> S3Account:
    return S3Account(
        id=f"arn:aws:s3::{id}:account",
        account=id,
        region="",
        name=id,
        source=SOURCE,
        public_access_block=Fact(block, SOURCE),
    )


def listing(id: str, unread: Unread | None = None) -> Listing:
    return Listing(kind=S3Account.KIND, account=id, region="", source=SOURCE, unread=unread)


THREE = Estate(
    [account("1", BLOCK_ALL), account("2", None), account("3", DENIED)], [listing("1"), listing("2"), listing("3")]
)


def test_every_answer_is_counted_once() -> None:
    [tally] = review([RULE], THREE).tallies
    assert (tally.passed, tally.failed, tally.not_assessed) == (1, 1, 1)


def test_a_finding_has_the_same_id_in_every_run() -> None:
    [first], [second] = review([RULE], THREE).findings, review([RULE], THREE).findings
    assert first.id == second.id == finding_id(RULE.id, "arn:aws:s3::2:account")


def test_a_finding_says_what_it_rests_on() -> None:
    [found] = review([RULE], THREE).findings
    assert ("public_access_block", SOURCE) in [(proof.setting, proof.source) for proof in found.evidence]
    assert found.change is not None
    assert found.change.becomes == BLOCK_ALL


def test_what_was_denied_is_named_with_the_permission_and_the_question() -> None:
    [gap] = review([RULE], THREE).gaps
    assert (gap.permission, gap.account, gap.times, gap.rules) == (DENIED.permission, "3", 1, (RULE.id,))


def test_a_listing_that_was_denied_is_not_assessed() -> None:
    reviewed = review([RULE], Estate([], [listing("1", DENIED)]))
    assert reviewed.tallies[0].not_assessed == 1
    assert [gap.rules for gap in reviewed.gaps] == [(RULE.id,)]


def test_a_gap_that_no_rule_asks_about_is_still_told() -> None:
    [gap] = review([], Estate([], [listing("1", DENIED)])).gaps
    assert gap.rules == ()


def test_what_becomes_of_a_finding() -> None:
    [found] = review([RULE], THREE).findings
    mended = Estate([account("2", BLOCK_ALL)], [listing("2")])
    assert fate(found, [RULE], mended) is State.FIXED
    assert fate(found, [RULE], Estate([], [listing("2")])) is State.GONE
    assert fate(found, [RULE], Estate([], [listing("2", DENIED)])) is None
    assert fate(found, [RULE], Estate([], [listing("9")])) is None
    assert fate(found, [RULE], Estate([account("2", DENIED)], [listing("2")])) is None
    assert fate(replace(found, rule="a-retired-rule"), [RULE], mended) is None
