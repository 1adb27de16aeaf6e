"""How a fix is proven: plant the fault in a real or emulated system, inspect (it fails), fix, inspect (it passes),
undo, inspect (equal to the first)."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from orlop.collect import aws as collectors
from orlop.collect.aws.account import identify, read, reread
from orlop.collect.aws.calls import CallFailed, Live
from orlop.collect.progress import Silent
from orlop.errors import FixRefused
from orlop.estate.change import Change, setting_of
from orlop.estate.estate import Estate
from orlop.fix import aws as writers
from orlop.fix.engine import Site, carry_out
from orlop.fix.journal import Entry, Journal, Stage
from orlop.rules.engine import Judgement, judge
from orlop.rules.rule import AnyRule, Fail, Pass
from tests.servers.emulator import REGION, Emulator


@dataclass
class Memory:
    """Rows of a journal in memory."""

    rows: list[bytes] = field(default_factory=list[bytes])

    def append(self, change: str, at: str, stage: str, body: bytes) -> None:
        self.rows.append(body)

    def read(self) -> Iterator[bytes]:
        return iter(self.rows)


@dataclass
class Hand:
    """A hand in the emulated account, as `operations` makes one for a real account."""

    calls: Live
    account: str
    region: str

    def call(self, service: str, operation: str, **params: Any) -> dict[str, Any]:
        try:
            return self.calls.send(service, self.region or REGION, operation, params)
        except CallFailed as failure:
            raise FixRefused(f"{failure.source}: {failure.code}", code=failure.code) from failure


def prove_aws(emulator: Emulator, rule: AnyRule, name: str, *, at: str = "") -> None:
    """Prove the fix of `rule` for the resource called `name` (or with that id), which a test has planted.

    `at` is when the inspections say that they were made (ISO 8601; `""`: now), for faults that need time to come about.
    """
    with emulator.live() as calls:
        _prove(calls, rule, name, at or datetime.now(UTC).isoformat())


def _prove(calls: Live, rule: AnyRule, name: str, at: str) -> None:
    first, judged = _inspect(calls, rule, name, at)
    assert isinstance(judged.verdict, Fail), judged.verdict
    fix = judged.verdict.fix
    assert isinstance(fix, Change), fix

    journal = Journal(Memory())
    _make(calls, fix, judged, journal)
    _, after = _inspect(calls, rule, name, at)
    assert isinstance(after.verdict, Pass), after.verdict

    _make(calls, fix.undone(), judged, journal)
    again, _ = _inspect(calls, rule, name, at)
    assert again.resources == first.resources
    assert [entry.stage for entry in journal.changes().values()] == [Stage.DONE, Stage.DONE]


def _inspect(calls: Live, rule: AnyRule, name: str, at: str) -> tuple[Estate, Judgement]:
    account = identify(calls, regions=(REGION,))
    estate = Estate(*read(account, calls, collectors.ALL, Silent()), taken_at=at)
    [found] = [r for r in estate.each(rule.over) if name in (r.name, r.id)]
    return estate, judge(rule, found, estate)


def _make(calls: Live, change: Change, judged: Judgement, journal: Journal) -> None:
    account = identify(calls, regions=(REGION,))
    about = judged.subject
    hand = Hand(calls, about.account, about.region)

    def live() -> Any:
        fresh = reread(account, calls, collectors.ALL, change.kind, change.target, about.region)
        assert fresh, f"{change.target} is gone"
        return setting_of(fresh, change.setting)

    entry = Entry(
        id=journal.next_id(),
        at="2026-01-01T00:00:00Z",
        by="test",
        stage=Stage.BEGUN,
        change=change,
        account=about.account,
        region=about.region,
    )
    site = Site(read=live, hand=hand, wait=lambda: None, patience=0)
    carry_out(entry, site, writers=writers.ALL, journal=journal, now=lambda: "2026-01-01T00:00:00Z")
