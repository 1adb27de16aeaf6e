"""The first law of Orlop, tried on every call of every collector: what was not read is never fine, and never wrong.

The insurer's account is read once whole. Then each declared call is denied in turn, and the verdicts are compared:
each is what it was, or "not assessed"; nothing disappears without a listing that says why.
"""

from collections.abc import Iterator
from dataclasses import dataclass, fields

import pytest

from orlop import demo, rules
from orlop.collect import aws
from orlop.collect.aws.account import Account, identify, read
from orlop.collect.aws.calls import Live
from orlop.collect.aws.collector import Collector
from orlop.collect.progress import Silent
from orlop.estate.estate import Estate, Listing
from orlop.estate.fact import Cause, Fact
from orlop.estate.resource import Resource
from orlop.rules.engine import Judgement, ask
from orlop.rules.rule import Unknown
from tests.servers.emulator import REGION
from tests.servers.proxy import DENIED, Proxy, proxy

NOW = "2026-12-01T00:00:00Z"

MISLED = {
    # moto takes no notice of RestorableByUserIds, and so says that every snapshot is open to all.
    "ec2:DescribeSnapshotAttribute": {"ebs-snapshot-open-to-everyone"},
}
"""Rules that the emulator misleads where a call is denied, as AWS would not."""


@dataclass(frozen=True, slots=True)
class Seen:
    """The insurer's account as it is when nothing is denied, and the way to it."""

    faults: Proxy
    calls: Live
    account: Account
    estate: Estate
    verdicts: dict[tuple[str, str], type]


@pytest.fixture(scope="module")
def whole(insurer: demo.Demo) -> Iterator[Seen]:
    with proxy(insurer.url) as faults, Live(insurer.session, endpoint=faults.url, attempts=1) as calls:
        account = identify(calls, regions=(REGION,))
        resources, listings = read(account, calls, aws.ALL, Silent())
        estate = Estate(resources, listings, taken_at=NOW)
        yield Seen(faults, calls, account, estate, {_about(j): type(j.verdict) for j in ask(rules.ALL, estate)})


def _about(judgement: Judgement) -> tuple[str, str]:
    subject = judgement.subject
    return judgement.rule.id, f"{subject.kind} {subject.region}" if isinstance(subject, Listing) else subject.id


def _denied(resource: Resource) -> list[str]:
    held = (getattr(resource, field.name) for field in fields(resource))  # pyright: ignore[reportArgumentType] -- every kind is a dataclass
    unread = (fact.unread for fact in held if isinstance(fact, Fact))
    return [u.permission or "" for u in unread if u and u.cause is Cause.DENIED]


@pytest.mark.parametrize(
    ("collector", "call"),
    [pytest.param(c, call, id=f"{c.name}-{call}") for c in aws.ALL for call in c.sources],
)
def test_a_denied_call_makes_nothing_fine_and_nothing_wrong(whole: Seen, collector: Collector, call: str) -> None:
    whole.faults.well()
    whole.faults.let(call, DENIED)
    resources, listings = read(whole.account, whole.calls, (collector,), Silent())
    assert whole.faults.faulted[call], "the insurer's account gives no reason to make this call: plant one"

    kinds = {kind.KIND for kind in collector.kinds}
    closed = [listing for listing in listings if listing.unread and listing.kind in kinds]
    gaps = [permission for resource in resources for permission in _denied(resource)]
    if not (closed or gaps):  # what another call told as well
        known = {r.id: r for r in whole.estate.resources}
        assert all(resource == known[resource.id] for resource in resources)
    assert all(gaps), "a denied fact names the permission that it needs"

    found = {resource.id for resource in resources}
    gone = [r for r in whole.estate.resources if r.KIND in kinds and r.id not in found]
    assert not gone or closed, "what is no longer seen is missed by a listing"

    estate = Estate(
        [*(r for r in whole.estate.resources if r.KIND not in kinds), *resources],
        [*(known for known in whole.estate.listings if known.kind not in kinds), *listings],
        taken_at=NOW,
    )
    for judgement in ask(rules.ALL, estate):
        before, verdict = whole.verdicts.get(_about(judgement)), judgement.verdict
        if isinstance(verdict, Unknown):
            assert not verdict.crashed or before is Unknown, (judgement.rule.id, verdict)
        elif judgement.rule.id not in MISLED.get(call, ()):
            assert type(verdict) is before, (judgement.rule.id, judgement.subject, verdict)
