from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from orlop.errors import BadInput, NotFound
from orlop.findings.finding import Acceptance, Finding, Proof, State, Subject
from orlop.frameworks.control import Control
from orlop.store.store import Store

ALL = frozenset(State)
DAY_1, DAY_2, DAY_3, DAY_4 = (f"2027-03-{day:02}T09:30:00Z" for day in (1, 2, 3, 4))


def finding(id: str, **other: object) -> Finding:
    return Finding(
        **{
            "id": id,
            "rule": "s3-bucket-open-to-everyone",
            "title": "Bucket open to everyone",
            "asks": "Can a stranger read it?",
            "severity": "high",
            "because": "Its policy allows everyone.",
            "why": "Most leaks begin so.",
            "witness": ("statement 1",),
            "by_hand": "",
            "breaks": "Nothing",
            "controls": (Control("fsbp", "S3.2"),),
            "subject": Subject(
                kind="AWS::S3::Bucket", id="arn:aws:s3:::claims", name="claims", account="1", region="r1"
            ),
            "evidence": (Proof(setting="policy", source="s3:GetBucketPolicy", answer={"Statement": [1, None]}),),
            **other,
        }  # pyright: ignore[reportArgumentType] -- any field
    )


def acceptance(until: str = "2027-03-02", at: str = DAY_1) -> Acceptance:
    return Acceptance(reason="Public on purpose", owner="Ada", until=until, at=at)


def fixed(_: Finding) -> State:
    return State.FIXED


def gone(_: Finding) -> State:
    return State.GONE


def not_assessed(_: Finding) -> None:
    return None


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path) as opened:
        yield opened


A, B = finding("aaaa000001"), finding("aaab000002")


def test_a_new_finding_is_open(store: Store) -> None:
    [known] = store.record([A], fixed, at=DAY_1)
    assert known == replace(A, state=State.OPEN, first_seen=DAY_1, last_seen=DAY_1)
    assert store.finding(A.id) == known
    assert store.findings() == (known,)


def test_found_again_it_keeps_its_first_sight_and_takes_the_new_words(store: Store) -> None:
    store.record([A], fixed, at=DAY_1)
    [known] = store.record([replace(A, because="Its ACL allows everyone.")], fixed, at=DAY_2)
    assert (known.first_seen, known.last_seen, known.because) == (DAY_1, DAY_2, "Its ACL allows everyone.")
    assert store.finding(A.id) == known


@pytest.mark.parametrize(
    ("fate", "state"),
    [
        pytest.param(fixed, State.FIXED, id="fixed"),
        pytest.param(gone, State.GONE, id="gone"),
        pytest.param(not_assessed, State.OPEN, id="not assessed"),
    ],
)
def test_not_found_again_its_fate_decides(store: Store, fate: object, state: State) -> None:
    store.record([A, B], fixed, at=DAY_1)
    assert [known.id for known in store.record([B], fate, at=DAY_2)] == [B.id]  # pyright: ignore[reportArgumentType] -- any fate
    assert (store.finding(A.id).state, store.finding(A.id).last_seen) == (state, DAY_1)


def test_the_fate_is_asked_of_what_was_there_only(store: Store) -> None:
    asked: list[Finding] = []

    def fate(old: Finding) -> State:
        asked.append(old)
        return State.FIXED

    store.record([A, B], fate, at=DAY_1)
    store.record([B], fate, at=DAY_2)
    store.record([B], fate, at=DAY_3)
    assert asked == [replace(A, first_seen=DAY_1, last_seen=DAY_1)]


def test_it_comes_back(store: Store) -> None:
    store.record([A], fixed, at=DAY_1)
    store.record([], fixed, at=DAY_2)
    [known] = store.record([A], fixed, at=DAY_3)
    assert (known.state, known.first_seen, known.last_seen, known.returned) == (State.OPEN, DAY_1, DAY_3, 1)


def test_an_acceptance_lasts_through_its_last_day(store: Store) -> None:
    store.record([A], fixed, at=DAY_1)
    accepted = store.accept(A.id, acceptance())
    assert (accepted.state, accepted.acceptance) == (State.ACCEPTED, acceptance())
    [known] = store.record([A], fixed, at=DAY_2)
    assert (known.state, known.acceptance) == (State.ACCEPTED, acceptance())
    [known] = store.record([A], fixed, at=DAY_3)
    assert (known.state, known.acceptance, known.returned) == (State.OPEN, None, 0)


def test_an_acceptance_ends_even_where_the_question_stays_without_answer(store: Store) -> None:
    store.record([A], fixed, at=DAY_1)
    store.accept(A.id, acceptance())
    store.record([], not_assessed, at=DAY_2)
    assert store.finding(A.id).state is State.ACCEPTED
    store.record([], not_assessed, at=DAY_3)
    assert (store.finding(A.id).state, store.finding(A.id).acceptance) == (State.OPEN, None)


def test_an_acceptance_does_not_outlive_its_finding(store: Store) -> None:
    store.record([A], fixed, at=DAY_1)
    store.accept(A.id, acceptance(until="2027-12-31"))
    store.record([], fixed, at=DAY_2)
    assert store.finding(A.id).acceptance is None
    [known] = store.record([A], fixed, at=DAY_3)
    assert known.state is State.OPEN


def test_another_acceptance_replaces_the_first(store: Store) -> None:
    store.record([A], fixed, at=DAY_1)
    store.accept(A.id, acceptance())
    assert store.accept(A.id, acceptance(until="2027-12-31")).acceptance == acceptance(until="2027-12-31")


def test_an_acceptance_taken_back(store: Store) -> None:
    store.record([A], fixed, at=DAY_1)
    store.accept(A.id, acceptance())
    assert (store.unaccept(A.id).state, store.finding(A.id).acceptance) == (State.OPEN, None)
    with pytest.raises(BadInput, match="Nobody has accepted"):
        store.unaccept(A.id)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        pytest.param({"until": "soon"}, "not a day", id="no date"),
        pytest.param({"until": "20270401"}, "not a day", id="a date that would not sort"),
        pytest.param({"until": "2027-02-28"}, "is past", id="past"),
        pytest.param({"reason": " "}, "needs a reason", id="no reason"),
        pytest.param({"owner": ""}, "an owner", id="no owner"),
    ],
)
def test_an_acceptance_that_is_refused(store: Store, wrong: dict[str, str], said: str) -> None:
    store.record([A], fixed, at=DAY_1)
    with pytest.raises(BadInput, match=said):
        store.accept(A.id, replace(acceptance(), **wrong))  # pyright: ignore[reportArgumentType] -- any field
    assert store.finding(A.id).state is State.OPEN


@pytest.mark.parametrize("fate", [pytest.param(fixed, id="fixed"), pytest.param(gone, id="gone")])
def test_what_is_no_longer_there_cannot_be_accepted(store: Store, fate: object) -> None:
    store.record([A], fixed, at=DAY_1)
    store.record([], fate, at=DAY_2)  # pyright: ignore[reportArgumentType] -- any fate
    with pytest.raises(BadInput, match="already"):
        store.accept(A.id, acceptance())


def test_a_prefix_that_only_one_has(store: Store) -> None:
    store.record([A, B], fixed, at=DAY_1)
    assert store.finding("aaab").id == B.id
    assert store.finding("AAAB").id == B.id
    with pytest.raises(BadInput, match="aaaa000001, aaab000002"):
        store.finding("aaa")


def test_an_id_that_another_begins_with(store: Store) -> None:
    store.record([finding("aaaa"), finding("aaaab")], fixed, at=DAY_1)
    assert store.finding("aaaa").id == "aaaa"


@pytest.mark.parametrize("ref", ["", "b", "%", "_", "aaaa000001x"])
def test_a_prefix_that_none_has(store: Store, ref: str) -> None:
    store.record([A], fixed, at=DAY_1)
    with pytest.raises(NotFound):
        store.finding(ref)


def test_the_worst_come_first(store: Store) -> None:
    store.record([A, replace(B, severity="critical")], fixed, at=DAY_1)
    assert [known.id for known in store.findings()] == [B.id, A.id]


def test_a_rule_that_fails_while_fates_are_told_changes_nothing(store: Store) -> None:
    store.record([A], fixed, at=DAY_1)

    def broken(_: Finding) -> State:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        store.record([B], broken, at=DAY_2)
    assert [known.id for known in store.findings(states=ALL)] == [A.id]


def test_the_same_finding_twice_is_one(store: Store) -> None:
    assert len(store.record([A, A], fixed, at=DAY_1)) == 1


def test_an_inspection_that_ends_late_does_not_turn_back_the_last_sight(store: Store) -> None:
    store.record([A], fixed, at=DAY_2)
    [known] = store.record([A], fixed, at=DAY_1)
    assert known.last_seen == DAY_2


class Life(RuleBasedStateMachine):
    """Whatever happens, the store knows of each finding what a few lines of Python know."""

    store: Store
    folder: Path

    def __init__(self) -> None:
        super().__init__()
        self.day = 0
        self.states: dict[str, State] = {}
        self.until: dict[str, int] = {}
        self.first: dict[str, str] = {}
        self.returned: dict[str, int] = {}
        self.run = f"{len(self.store.findings(states=ALL)):06}"  # ids of its own for each run in the one store

    @rule(
        found=st.frozensets(st.sampled_from("abc")),
        fates=st.fixed_dictionaries({id: st.sampled_from([State.FIXED, State.GONE, None]) for id in "abc"}),
    )
    def inspect(self, found: frozenset[str], fates: dict[str, State | None]) -> None:
        self.day += 1
        ids = [finding(id + self.run) for id in sorted(found)]
        self.store.record(ids, lambda old: fates[old.id[0]] if old.id.endswith(self.run) else None, at=self.at)
        for id in "abc":
            if id in found:
                self.first.setdefault(id, self.at)
                self.returned[id] = self.returned.get(id, 0) + (self.states.get(id) in (State.FIXED, State.GONE))
                runs = self.states.get(id) is State.ACCEPTED and self.day <= self.until[id]
                self.states[id] = State.ACCEPTED if runs else State.OPEN
            elif self.states.get(id) in (State.OPEN, State.ACCEPTED):
                left = State.OPEN if self.day > self.until.get(id, 0) else self.states[id]
                self.states[id] = fates[id] or left

    @rule(id=st.sampled_from("abc"), days=st.integers(0, 3))
    def accept(self, id: str, days: int) -> None:
        if self.states.get(id) in (State.OPEN, State.ACCEPTED):
            self.until[id] = self.day + days
            self.states[id] = State.ACCEPTED
            until = f"2027-01-{self.until[id]:02}" if self.until[id] < 32 else "2027-02-01"
            self.store.accept(id + self.run, acceptance(until=until, at=self.at))

    @rule(id=st.sampled_from("abc"))
    def unaccept(self, id: str) -> None:
        if self.states.get(id) is State.ACCEPTED:
            self.states[id] = State.OPEN
            self.store.unaccept(id + self.run)

    @invariant()
    def the_store_knows_it(self) -> None:
        known = {f.id[0]: f for f in self.store.findings(states=ALL) if f.id.endswith(self.run)}
        assert {id: each.state for id, each in known.items()} == self.states
        assert {id: each.first_seen for id, each in known.items()} == self.first
        assert {id: each.returned for id, each in known.items()} == self.returned
        assert all((each.acceptance is not None) == (each.state is State.ACCEPTED) for each in known.values())

    @property
    def at(self) -> str:
        return f"2027-01-{self.day:02}T09:30:00Z"


def test_a_whole_life(store: Store) -> None:
    class InThisStore(Life):
        pass

    InThisStore.store = store
    run_state_machine_as_test(InThisStore, settings=settings(max_examples=30, stateful_step_count=12))
