"""Puts every question to the whole estate.

Laws: each resource of a rule's kind gets exactly one verdict; each listing that was not read to its end gets one, too;
an unread fact gives `Unknown`; a rule that breaks down is reported as such and takes nothing else with it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from orlop.estate.estate import Estate, Listing
from orlop.estate.fact import Cause, Fact, NotKnown, Unread, witnessed
from orlop.estate.resource import Resource, facts
from orlop.rules.rule import AnyRule, Fail, Unknown, Verdict


@dataclass(frozen=True, slots=True)
class Evidence:
    """One thing that a verdict rests on: a field of a resource (or `""`), and the call that told of it."""

    field: str
    source: str
    fact: Fact[object] | None = None


@dataclass(frozen=True, slots=True)
class Judgement:
    """One rule, one resource (or a listing that was not read, of which no resource is known), one verdict.

    `evidence` is what a `Fail` rests on; for other verdicts it is not gathered.
    """

    rule: AnyRule
    subject: Resource | Listing
    verdict: Verdict
    evidence: tuple[Evidence, ...]


def ask(rules: Iterable[AnyRule], estate: Estate) -> Iterator[Judgement]:
    """Put each rule's question to each resource of its kind."""
    for rule in rules:
        for resource in estate.each(rule.over):
            yield judge(rule, resource, estate)
        for listing in estate.listings:
            if listing.kind == rule.over.KIND and listing.unread:
                yield Judgement(rule, listing, Unknown(listing.source, listing.unread), ())


def judge(rule: AnyRule, resource: Resource, estate: Estate) -> Judgement:
    """Put one question to one resource."""
    with witnessed() as seen:
        verdict: Verdict
        try:
            verdict = rule(resource, estate)
        except NotKnown as gap:
            verdict = Unknown(gap.source, gap.unread)
        except Exception as fault:  # noqa: BLE001 -- the one broad catch: a rule that crashed is reported as crashed
            why = f"the rule broke down ({type(fault).__name__}); please report it"
            verdict = Unknown(f"orlop:{rule.id}", Unread(Cause.MALFORMED, why))
    evidence = _evidence(resource, seen) if isinstance(verdict, Fail) else ()
    return Judgement(rule, resource, verdict, evidence)


def _evidence(resource: Resource, seen: list[Fact[object]]) -> tuple[Evidence, ...]:
    names = {id(fact): name for name, fact in facts(resource)}
    unique = {id(fact): fact for fact in seen}
    told = (Evidence(names.get(key, ""), fact.source, fact) for key, fact in unique.items())
    return (Evidence("", resource.source), *told)
