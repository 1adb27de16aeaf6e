"""From judgements to what a report says: findings, counts by rule, and what could not be seen.

Law: every judgement is counted once: passed, failed, or not assessed; nothing unread is left out of the gaps.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import assert_never

from orlop.estate.estate import Estate
from orlop.estate.fact import NotKnown, Unread
from orlop.estate.resource import facts
from orlop.findings.finding import Finding, State, finding, subject
from orlop.findings.report import Gap, Tally
from orlop.rules.engine import Judgement, ask, judge
from orlop.rules.rule import AnyRule, Fail, Pass, Unknown


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """What the questions gave: findings (without what a store knows of them), counts, gaps."""

    findings: tuple[Finding, ...]
    tallies: tuple[Tally, ...]
    gaps: tuple[Gap, ...]


@dataclass(slots=True)
class _Count:
    passed: int = 0
    failed: int = 0
    not_assessed: int = 0


@dataclass(slots=True)
class _Hole:
    """`by_rules`: known only because a rule ran into it, so that is what is counted."""

    by_rules: bool = False
    times: int = 0
    example: str = ""
    rules: set[str] = field(default_factory=set[str])


_Place = tuple[str, Unread, str, str]


def review(rules: Iterable[AnyRule], estate: Estate) -> Review:
    """Ask every question of the estate and add up the answers."""
    rules = tuple(rules)
    found: list[Finding] = []
    counts = {rule.id: _Count() for rule in rules}
    holes = _unread(estate)
    for judgement in ask(rules, estate):
        count = counts[judgement.rule.id]
        match judgement.verdict:
            case Pass():
                count.passed += 1
            case Fail() as fail:
                count.failed += 1
                found.append(finding(judgement, fail))
            case Unknown() as unknown:
                count.not_assessed += 1
                _note(holes, judgement, unknown)
            case _:
                assert_never(judgement.verdict)
    return Review(
        findings=tuple(found),
        tallies=tuple(_tally(rule, counts[rule.id]) for rule in rules),
        gaps=tuple(_gap(place, hole) for place, hole in sorted(holes.items(), key=_order)),
    )


def fate(old: Finding, rules: Iterable[AnyRule], estate: Estate) -> State | None:
    """Return what became of a finding that is not found any more: FIXED, GONE, or None where that was not assessed."""
    rule = next((rule for rule in rules if rule.id == old.rule), None)
    if rule is None:
        return None
    resource = estate.find(old.subject.id)
    if resource is None:
        return State.GONE if _was_looked_for(rule, old, estate) else None
    return State.FIXED if isinstance(judge(rule, resource, estate).verdict, Pass) else None


def _was_looked_for(rule: AnyRule, old: Finding, estate: Estate) -> bool:
    try:
        estate.within(rule.over, old.subject.account, old.subject.region)
    except NotKnown:
        return False
    return True


def _unread(estate: Estate) -> dict[_Place, _Hole]:
    """Return every fact and listing that was not read, whether or not a rule asks for it."""
    holes: dict[_Place, _Hole] = {}
    for listing in estate.listings:
        if listing.unread:
            about = subject(listing)
            hole = holes.setdefault((listing.source, listing.unread, about.account, about.region), _Hole())
            hole.times, hole.example = hole.times + 1, hole.example or about.id
    for resource in estate.resources:
        for _, fact in facts(resource):
            if fact.unread:
                place = (fact.source, fact.unread, resource.account, resource.region)
                hole = holes.setdefault(place, _Hole())
                hole.times, hole.example = hole.times + 1, hole.example or resource.id
    return holes


def _note(holes: dict[_Place, _Hole], judgement: Judgement, unknown: Unknown) -> None:
    """Write down which question stayed open, at the hole that is the reason, wherever that hole lies."""
    about = subject(judgement.subject)
    places = [(unknown.source, unknown.unread, about.account, region) for region in (about.region, "")]
    place = next((place for place in places if place in holes), places[0])
    hole = holes.setdefault(place, _Hole(by_rules=True, example=about.id))
    hole.rules.add(judgement.rule.id)
    hole.times += hole.by_rules


def _tally(rule: AnyRule, count: _Count) -> Tally:
    return Tally(
        rule=rule.id,
        title=rule.title,
        asks=rule.asks,
        severity=str(rule.severity),
        passed=count.passed,
        failed=count.failed,
        accepted=0,
        not_assessed=count.not_assessed,
    )


def _gap(place: _Place, hole: _Hole) -> Gap:
    source, unread, account, region = place
    return Gap(
        source=source,
        cause=unread.cause.value,
        why=unread.why,
        permission=unread.permission,
        account=account,
        region=region,
        times=hole.times,
        example=hole.example,
        rules=tuple(sorted(hole.rules)),
    )


def _order(item: tuple[_Place, _Hole]) -> tuple[int, str, str, str]:
    """Sort gaps: those that keep the most questions open first."""
    (source, _, account, region), hole = item
    return (-len(hole.rules), account, source, region)
