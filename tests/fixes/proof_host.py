"""How a fix on a host is proven: plant the fault on a real host of its own, inspect (it fails), fix, inspect (it
passes), undo, inspect (equal to the first)."""

from typing import Any

from orlop.collect.host.host import SECTIONS, read
from orlop.collect.host.local import reread
from orlop.collect.host.run import Hand, ask
from orlop.estate.change import Change, setting_of
from orlop.estate.estate import Estate
from orlop.fix import host as writers
from orlop.fix.engine import Site, carry_out
from orlop.fix.journal import Entry, Journal, Stage
from orlop.rules.engine import Judgement, judge
from orlop.rules.rule import AnyRule, Fail, Pass
from tests.fixes.proof import Memory
from tests.servers.host import Lab

AT = "2026-01-01T00:00:00Z"
_ASKED = ("identity", *{section for each in SECTIONS.values() for section in each} - {"updates"})


def prove_host(lab: Lab, rule: AnyRule, name: str) -> Change:
    """Prove the fix of `rule` for the resource whose id ends in `name`, which a test has planted; return the change."""
    first, judged = inspect(lab, rule, name)
    fix = the_fix(judged)
    journal = Journal(Memory())
    make(lab, fix, journal)
    _, after = inspect(lab, rule, name)
    assert isinstance(after.verdict, Pass), after.verdict

    make(lab, fix.undone(), journal)
    again, _ = inspect(lab, rule, name)
    assert again.resources == first.resources
    assert [entry.stage for entry in journal.changes().values()] == [Stage.DONE, Stage.DONE]
    return fix


def inspect(lab: Lab, rule: AnyRule, name: str) -> tuple[Estate, Judgement]:
    """Read the host, and put the question to one of its resources."""
    estate = Estate(*read(ask(lab.way, sections=_ASKED)), taken_at=AT)
    [found] = [r for r in estate.each(rule.over) if r.id.endswith(name)]
    return estate, judge(rule, found, estate)


def the_fix(judged: Judgement) -> Change:
    """The change that a judgement offers."""
    assert isinstance(judged.verdict, Fail), judged.verdict
    assert isinstance(judged.verdict.fix, Change), judged.verdict
    return judged.verdict.fix


def make(lab: Lab, change: Change, journal: Journal | None = None) -> Entry:
    """Carry out a change on the host."""

    def live() -> Any:
        fresh = reread(change.kind, change.target, way=lab.way)
        assert fresh, f"{change.target} is gone"
        return setting_of(fresh, change.setting)

    journal = journal or Journal(Memory())
    account = change.target.partition("/")[0]
    entry = Entry(id=journal.next_id(), at=AT, by="test", stage=Stage.BEGUN, change=change, account=account, region="")
    site = Site(read=live, hand=Hand(lab.way), wait=lambda: None, patience=0)
    return carry_out(entry, site, writers=writers.ALL, journal=journal, now=lambda: AT)
