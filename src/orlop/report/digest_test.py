from dataclasses import replace

from tests.golden.sample import many, sample

from orlop.report import digest


def test_counts_add_up_to_the_questions_asked() -> None:
    report = sample()
    held = digest.counts(report)
    assert held.open == len(report.open) == 9
    assert held.accepted == 1
    assert held.asked == sum(t.passed + t.failed + t.accepted + t.not_assessed for t in report.tallies)


def test_what_to_do_first_is_worst_first_and_no_rule_twice() -> None:
    things = digest.first_things(sample())
    assert [thing.severity for thing in things] == ["critical", "critical", "high", "high", "medium"]
    assert len({thing.rule for thing in things}) == 5
    assert [len(thing.findings) for thing in things] == [1, 2, 2, 1, 1]


def test_a_rule_in_two_severities_is_one_thing_to_do_but_two_groups() -> None:
    report = many(200)
    assert len(digest.groups(report.open)) == 100
    assert len({thing.rule for thing in digest.first_things(report, 50)}) == 50


def test_blind_spots_are_grouped_by_what_would_close_them() -> None:
    spots = digest.blind_spots(sample())
    assert [spot.gap.permission for spot in spots] == ["kms:GetKeyPolicy", "s3:GetBucketPolicy", "root", None]
    assert spots[0].times == 22 and len(spots[0].places) == 2


def test_no_gap_is_lost_in_the_grouping() -> None:
    report = sample()
    assert sorted(gap.source for spot in digest.blind_spots(report) for gap in spot.gaps) == sorted(
        gap.source for gap in report.gaps
    )


def test_a_gap_has_one_id_in_every_run() -> None:
    first, *others = sample().gaps
    assert digest.gap_id(first) == digest.gap_id(replace(first, times=99, example="another"))
    assert digest.gap_id(first) not in {digest.gap_id(other) for other in others}
