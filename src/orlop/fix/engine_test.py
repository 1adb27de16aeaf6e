"""The engine against a system in memory that can fail, be killed, or be changed by somebody else, at any moment."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orlop.errors import FixRefused, Moved, NotSettled
from orlop.estate.change import Change
from orlop.fix.engine import Site, between, carry_out, resume
from orlop.fix.journal import Entry, Journal, Stage
from orlop.fix.writer import Writer

AT = "2026-01-01T00:00:00Z"
KIND, SETTING = "AWS::S3::Bucket", "public_access_block"


class Killed(BaseException):
    """The power went."""


@dataclass
class System:
    """One setting whose value is a tuple of entries, written one by one, as the rules of a security group are."""

    live: tuple[str, ...]
    calls_left: int = 1000
    lags: int = 0
    refuses: bool = False
    shown: list[tuple[str, ...]] = field(default_factory=list[tuple[str, ...]])

    def read(self) -> tuple[str, ...]:
        if self.lags and self.shown:
            self.lags -= 1
            return self.shown[0]
        return self.live

    def write(self, change: Change) -> None:
        self.shown = [self.live]
        if self.refuses:
            raise FixRefused("AWS said no.")
        for entry in change.becomes:
            if entry not in self.live:
                self._call(lambda entry=entry: (*self.live, entry))
        for entry in change.was:
            if entry not in change.becomes:
                self._call(lambda entry=entry: tuple(e for e in self.live if e != entry))
        self.live = tuple(sorted(self.live))

    def _call(self, does: Callable[[], tuple[str, ...]]) -> None:
        if self.calls_left == 0:
            raise Killed
        self.calls_left -= 1
        self.live = does()


@dataclass
class Rows:
    bodies: list[bytes] = field(default_factory=list[bytes])

    def append(self, change: str, at: str, stage: str, body: bytes) -> None:
        self.bodies.append(body)

    def read(self) -> Iterator[bytes]:
        return iter(self.bodies)


def raw_change(was: tuple[str, ...], becomes: tuple[str, ...]) -> Change:
    return Change(KIND, "arn:aws:s3:::b", SETTING, was=was, becomes=becomes)


@dataclass
class Bench:
    """An engine ready to work on a system."""

    system: System
    stages: list[Stage] = field(default_factory=list[Stage])

    def entry(self, change: Change, id: str = "c-1") -> Entry:
        return Entry(id=id, at=AT, by="me", stage=Stage.BEGUN, change=change, account="1", region="")

    def __call__(self, act: Callable[..., Entry], entry: Entry, **more: Any) -> Entry:
        bench = self

        class Watched(Journal):
            def write(self, entry: Entry, stage: Stage, *, at: str, detail: str = "") -> Entry:
                bench.stages.append(stage)
                return replace(entry, stage=stage, at=at, detail=detail)

        writer: Writer[Any] = Writer(KIND, SETTING, (), lambda hand, change: hand.write(change))
        site = Site(read=self.system.read, hand=self.system, wait=lambda: None, patience=3)
        return act(entry, site, writers=(writer,), journal=Watched(Rows()), now=lambda: AT, **more)


OFFICE, WORLD = "22 from 203.0.113.0/24", "22 from 0.0.0.0/0"
CLOSE = raw_change((WORLD, OFFICE), (OFFICE,))


def test_a_change_is_journaled_before_it_is_made_and_when_it_is_done() -> None:
    bench = Bench(System((WORLD, OFFICE)))
    assert bench(carry_out, bench.entry(CLOSE)).stage is Stage.DONE
    assert bench.system.live == (OFFICE,)
    assert bench.stages == [Stage.BEGUN, Stage.DONE]


def test_what_somebody_else_changed_since_is_left_alone() -> None:
    bench = Bench(System((OFFICE, "443 from 0.0.0.0/0")))
    with pytest.raises(Moved, match="no longer what Orlop saw"):
        bench(carry_out, bench.entry(CLOSE))
    assert bench.system.live == (OFFICE, "443 from 0.0.0.0/0")
    assert bench.stages == []


def test_a_refused_call_is_written_down_as_nothing_changed() -> None:
    bench = Bench(System((WORLD, OFFICE), refuses=True))
    with pytest.raises(FixRefused, match="AWS said no"):
        bench(carry_out, bench.entry(CLOSE))
    assert bench.stages == [Stage.BEGUN, Stage.FAILED]


def test_a_system_that_shows_the_new_value_late_is_waited_for() -> None:
    bench = Bench(System((WORLD, OFFICE), lags=2))
    assert bench(carry_out, bench.entry(CLOSE)).stage is Stage.DONE


def test_a_system_that_never_shows_the_new_value_is_not_called_done() -> None:
    bench = Bench(System((WORLD, OFFICE), lags=100))
    with pytest.raises(NotSettled):
        bench(carry_out, bench.entry(CLOSE))
    assert bench.stages == [Stage.BEGUN]


entries = st.sets(st.sampled_from("abcdef"), max_size=5).map(lambda chosen: tuple(sorted(chosen)))


@given(was=entries, becomes=entries, calls=st.integers(0, 6), undo=st.booleans())
def test_a_kill_at_any_call_can_be_finished_and_put_back(
    was: tuple[str, ...], becomes: tuple[str, ...], calls: int, undo: bool
) -> None:
    bench = Bench(System(was, calls_left=calls))
    entry = bench.entry(raw_change(was, becomes))
    try:
        bench(carry_out, entry)
    except Killed:
        assert between(entry.change, bench.system.live)
        bench.system.calls_left = 1000
        if undo:
            bench(carry_out, bench.entry(entry.change.undone(), "c-2"), halfway=True)
        else:
            bench(resume, entry)
        assert bench.system.live == (was if undo else becomes)
    else:
        assert bench.system.live == becomes


def test_a_cut_off_change_that_somebody_else_changed_is_not_finished() -> None:
    bench = Bench(System(("something else",)))
    with pytest.raises(Moved):
        bench(resume, bench.entry(CLOSE))


@dataclass(frozen=True, slots=True)
class Keyed:
    """A switch that is written twice: as it is now, and as it will be after the next start."""

    key: str
    now: str
    later: str


@dataclass(frozen=True, slots=True)
class Whole:
    """An entry without a key: it is written as one."""

    source: str
    port: int


@pytest.mark.parametrize(
    ("was", "becomes", "live", "expected"),
    [
        pytest.param(
            (Keyed("a", "0", "0"),), (Keyed("a", "1", "1"),), (Keyed("a", "1", "0"),), True, id="half a switch"
        ),
        pytest.param(
            (Keyed("a", "0", "0"),), (Keyed("a", "1", "1"),), (Keyed("a", "2", "0"),), False, id="a third value"
        ),
        pytest.param(
            (Keyed("a", "0", "0"),), (Keyed("b", "1", "1"),), (Keyed("a", "1", "0"),), False, id="another switch"
        ),
        pytest.param(
            (Whole("office", 22),), (Whole("world", 443),), (Whole("world", 22),), False, id="a mixture of two"
        ),
        pytest.param((Whole("office", 22),), (Whole("world", 443),), (), True, id="neither yet"),
    ],
)
def test_what_lies_between(was: object, becomes: object, live: object, expected: bool) -> None:
    assert between(Change(KIND, "a", SETTING, was=was, becomes=becomes), live) is expected
