"""Makes the changes that mend findings, takes them back, and takes up what was cut off.

Law: what a person said yes to is what is made: the change shown is the change carried out, or nothing is.
"""

import fcntl
import time
from collections.abc import Generator, Iterable
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from orlop import rules as questions
from orlop.collect.host.local import LocalShell
from orlop.collect.host.local import reread as reread_host
from orlop.errors import BadInput, FixRefused, NotFound, NotReversible, StoreTrouble
from orlop.estate.change import Change, setting_of
from orlop.estate.resource import Resource
from orlop.findings.finding import Finding, State
from orlop.fix import aws as aws_writers
from orlop.fix import host as host_writers
from orlop.fix.engine import Site, carry_out, resume, writer_of
from orlop.fix.journal import Entry, Journal, Stage
from orlop.operations import reading
from orlop.operations.aws import Opened, opened
from orlop.operations.inspect import conclude
from orlop.operations.settings import Settings
from orlop.store.store import Snapshot, Store

WRITERS = (*aws_writers.ALL, *host_writers.ALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A change to decide on. `finding` is what it mends (None for an undo of a change whose finding is gone)."""

    change: Change
    account: str
    region: str
    calls: tuple[str, ...]
    finding: Finding | None = None
    undoes: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of a proposal: the journal's last line, and what the finding is now, seen by looking again."""

    entry: Entry
    finding: Finding | None


class Mender:
    """Proposes and makes changes over one store. Opens an account only when something is to be done there."""

    def __init__(self, store: Store, settings: Settings) -> None:
        """Work on the findings and the journal of `store`."""
        self._store, self._settings = store, settings
        self._journal = Journal(store.journal)
        self._open = ExitStack()
        self._accounts: dict[str, Opened] = {}

    def __enter__(self) -> "Mender":
        """Begin."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the ways that were opened."""
        self._open.close()

    def for_findings(self, refs: Iterable[str]) -> tuple[Proposal, ...]:
        """Return the changes that mend these findings. Raises: NotFound, NotReversible, FixRefused."""
        return tuple(self._proposal(self._store.finding(ref)) for ref in refs)

    def for_all(self) -> tuple[Proposal, ...]:
        """Return every change that Orlop can make for the open findings, worst first."""
        found = self._store.findings(states=frozenset({State.OPEN}))
        return tuple(self._proposal(finding) for finding in found if finding.fix)

    def for_undo(self, ids: Iterable[str]) -> tuple[Proposal, ...]:
        """Return the changes that take these back, last made first. Raises: NotFound, BadInput."""
        changes = self._journal.changes()
        entries = [_undoable(id, changes) for id in ids]
        return tuple(self._inverse(entry) for entry in reversed(entries))

    def cut_off(self) -> tuple[Entry, ...]:
        """Return the changes that were begun and never came to an end."""
        return tuple(entry for entry in self._journal.changes().values() if entry.stage is Stage.BEGUN)

    def made(self) -> tuple[Entry, ...]:
        """Return every change of the journal in its present state, oldest first."""
        return tuple(self._journal.changes().values())

    def last(self) -> tuple[str, ...]:
        """Return the id of the change made last that can be undone. Raises: NotFound."""
        undoable = [e.id for e in self.made() if e.stage in (Stage.DONE, Stage.BEGUN) and not e.undoes]
        if not undoable:
            raise NotFound("There is no change to undo.", do="orlop undo --list shows what was done.")
        return (undoable[-1],)

    def fresh(self, proposal: Proposal) -> Proposal | None:
        """Return the proposal as it is now: None if its finding is mended meanwhile, its change adapted if need be."""
        if proposal.finding is None or proposal.undoes:
            return proposal
        now = self._store.finding(proposal.finding.id)
        return self._proposal(now) if now.state in (State.OPEN, State.ACCEPTED) else None

    def make(self, proposal: Proposal) -> Outcome:
        """Make a change that a person said yes to, look again, and say what came of it.

        Raises: FixRefused, NoAccess.
        """
        entry = Entry(
            id=self._journal.next_id(),
            at=self._settings.now(),
            by=self._settings.user(),
            stage=Stage.BEGUN,
            change=proposal.change,
            account=proposal.account,
            region=proposal.region,
            finding=proposal.finding.id if proposal.finding else "",
            undoes=proposal.undoes,
        )
        done = carry_out(
            entry,
            self._site(entry),
            writers=WRITERS,
            journal=self._journal,
            now=self._settings.now,
            halfway=self._is_cut_off(proposal.undoes),
        )
        return self._made(done)

    def take_up(self, entry: Entry) -> Outcome:
        """Finish a change that was cut off. Raises: FixRefused, NoAccess."""
        site = self._site(entry)
        return self._made(resume(entry, site, writers=WRITERS, journal=self._journal, now=self._settings.now))

    def _made(self, entry: Entry) -> Outcome:
        if entry.undoes:
            undone = self._journal.changes()[entry.undoes]
            self._journal.write(undone, Stage.UNDONE, at=self._settings.now(), detail=f"by {entry.id}")
        self._look_again(entry)
        ref = entry.finding or self._finding_of(entry)
        return Outcome(entry=entry, finding=self._store.finding(ref) if ref else None)

    def _look_again(self, entry: Entry) -> None:
        """Read the changed resource anew, and keep it as a snapshot like the last one of its account but for that."""
        last = self._last_snapshot(entry.account)
        if last is None:
            return
        fresh = self._reread(entry)
        estate = self._store.estate(last.id)
        gone = () if fresh else (entry.change.target,)
        estate = estate.replacing(*([fresh] if fresh else []), gone=gone)
        seen = reading.Seen(estate=estate, targets=last.targets)
        conclude(seen, questions.ALL, self._store, at=self._settings.now(), why=f"after {entry.id}")

    def _last_snapshot(self, account: str) -> Snapshot | None:
        return next((s for s in self._store.snapshots() if any(t.id == account for t in s.targets)), None)

    def _site(self, entry: Entry) -> Site:
        def live() -> object:
            fresh = self._reread(entry)
            if fresh is None:
                raise FixRefused(f"{entry.change.target} no longer exists.", means="Nothing was changed.")
            return setting_of(fresh, entry.change.setting)

        hand = LocalShell() if _on_host(entry.account) else self._account(entry.account).hand(entry.region)
        return Site(read=live, hand=hand, wait=lambda: time.sleep(1))

    def _reread(self, entry: Entry) -> Resource | None:
        change = entry.change
        if _on_host(entry.account):
            return reread_host(change.kind, change.target)
        return self._account(entry.account).reread(change.kind, change.target, entry.region)

    def _account(self, account: str) -> Opened:
        if account not in self._accounts:
            way = opened(self._settings.profile, expected=account)
            self._accounts[account] = self._open.enter_context(way)
        return self._accounts[account]

    def _proposal(self, finding: Finding) -> Proposal:
        change = finding.change
        if change is None:
            raise _no_fix(finding)
        about = finding.subject
        return Proposal(
            change=change,
            account=about.account,
            region=about.region,
            calls=writer_of(change, WRITERS).calls,
            finding=finding,
        )

    def _inverse(self, entry: Entry) -> Proposal:
        change = entry.change.undone()
        ref = self._finding_of(entry)
        return Proposal(
            change=change,
            account=entry.account,
            region=entry.region,
            calls=writer_of(change, WRITERS).calls,
            finding=self._store.finding(ref) if ref else None,
            undoes=entry.id,
        )

    def _finding_of(self, entry: Entry) -> str:
        if entry.undoes and not entry.finding:
            return self._journal.changes()[entry.undoes].finding
        return entry.finding

    def _is_cut_off(self, id: str) -> bool:
        return bool(id) and self._journal.changes()[id].stage is Stage.BEGUN


@contextmanager
def mender(settings: Settings | None = None) -> Generator[Mender]:
    """Open the store for mending. Only one process at a time may mend. Raises: StoreTrouble."""
    settings = settings or Settings()
    with Store(settings.store) as store, alone(settings.store), Mender(store, settings) as opened_mender:
        yield opened_mender


@contextmanager
def alone(folder: Path) -> Generator[None]:
    """Hold the right to make changes, which one process has at a time; a killed process loses it by itself."""
    with (folder / "mending.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise StoreTrouble(
                "Another orlop is making changes just now.", do="Wait for it, then try again."
            ) from error
        yield


def _undoable(id: str, changes: dict[str, Entry]) -> Entry:
    entry = changes.get(id)
    if entry is None:
        raise NotFound(f"There is no change {id}.", do="orlop undo --list shows all of them.")
    if entry.stage not in (Stage.DONE, Stage.BEGUN):
        raise BadInput(f"Change {id} is {entry.stage} already: there is nothing to undo.")
    return entry


def _no_fix(finding: Finding) -> NotReversible | FixRefused:
    if finding.only_by_hand:
        step = finding.only_by_hand
        return NotReversible(
            f"Finding {finding.id} needs a step that cannot be undone: {step.step}",
            means=step.why,
            do=f"Do it by hand if you decide so: orlop show {finding.id}",
        )
    return FixRefused(
        f"Orlop has no ready change for finding {finding.id}.", do=f"See how to do it by hand: orlop show {finding.id}"
    )


def _on_host(account: str) -> bool:
    return account.startswith("host:")
