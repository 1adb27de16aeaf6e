"""What Orlop remembers: snapshots, findings, and the journal of changes, in one SQLite file.

Laws: what a method was asked to keep is on disk when it has returned, or nothing of it is; whoever reads sees one
whole state, whatever other processes write; nothing here reads a clock.
"""

from collections.abc import Callable, Iterable
from pathlib import Path

from orlop.estate.difference import Difference, difference
from orlop.estate.estate import Estate
from orlop.findings.finding import Acceptance, Finding, State
from orlop.findings.report import Target
from orlop.store import findings, snapshots, tables
from orlop.store.file import Header, write_file
from orlop.store.findings import OPEN_AND_ACCEPTED
from orlop.store.history import Version, history
from orlop.store.journal import JournalRows
from orlop.store.retention import Pruned, Retention, prune
from orlop.store.snapshots import Snapshot
from orlop.store.sqlite import Database, give_back

__all__ = ["OPEN_AND_ACCEPTED", "JournalRows", "Pruned", "Retention", "Snapshot", "Store", "Version"]


class Store:
    """The store in one folder. Any number of processes and threads may use it at the same time.

    Every method raises StoreTrouble where the file cannot be read or written.
    """

    def __init__(self, folder: Path) -> None:
        """Open the store in `folder`, made with it if need be, readable by nobody else. Raises: StoreTrouble."""
        self._database = Database(folder)
        try:
            tables.prepare(self._database)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    def __enter__(self) -> "Store":
        """Hand out the open store."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self.close()

    # Snapshots

    def keep(self, estate: Estate, *, taken_at: str, targets: tuple[Target, ...], why: str) -> Snapshot:
        """Keep an estate as a snapshot. `taken_at` is ISO 8601 in UTC, to the second; `why` says what made it.

        Raises: BadInput, where `taken_at` is no such time.
        """
        with self._database.writing() as connection:
            return snapshots.keep(connection, estate, taken_at=taken_at, targets=targets, why=why)

    def snapshots(self) -> tuple[Snapshot, ...]:
        """Return all snapshots, newest first (by the time they were taken at)."""
        with self._database.reading() as connection:
            return tuple(kept.snapshot for kept in snapshots.all_kept(connection))

    def snapshot(self, ref: str) -> Snapshot:
        """Return one snapshot: `s-7`, `latest`, `latest~2` (the second before it). Raises: NotFound."""
        with self._database.reading() as connection:
            return snapshots.kept(connection, ref).snapshot

    def estate(self, ref: str) -> Estate:
        """Bring back the estate of a snapshot. Raises: NotFound."""
        with self._database.reading() as connection:
            return snapshots.estate(connection, snapshots.kept(connection, ref))

    def difference(self, old: str, new: str) -> tuple[Difference, ...]:
        """Return what differs between two snapshots, reading only the resources that do. Raises: NotFound."""
        with self._database.reading() as connection:
            sides = snapshots.kept(connection, old), snapshots.kept(connection, new)
            return difference(*snapshots.estates_that_differ(connection, *sides))

    def history(self, resource: str) -> tuple[Version, ...]:
        """Return the versions of a resource, oldest first, given its id, or its name where only one bears it.

        Raises: NotFound; BadInput, where several bear the name.
        """
        with self._database.reading() as connection:
            return history(connection, resource)

    def export(self, ref: str, path: Path) -> Snapshot:
        """Write a snapshot to a file, for `load_file`. Raises: NotFound; BadInput, where it cannot be written."""
        with self._database.reading() as connection:
            kept = snapshots.kept(connection, ref)
            listed = snapshots.listed(connection, kept.listings)
            header = Header(
                taken_at=kept.snapshot.taken_at,
                targets=kept.snapshot.targets,
                listings=len(listed),
                resources=kept.snapshot.resources,
            )
            write_file(path, header, listed, snapshots.frozen(connection, kept))
            return kept.snapshot

    def prune(self, retention: Retention, *, now: str) -> Pruned:
        """Delete the snapshots that are out of date at `now`, never the newest; give their room back to the disk."""
        with self._database.writing() as connection:
            pruned = prune(connection, retention, now=now)
            if pruned.snapshots:
                give_back(connection)
            return pruned

    # Findings

    def record(
        self, found: Iterable[Finding], fate: Callable[[Finding], State | None], *, at: str
    ) -> tuple[Finding, ...]:
        """Bring the findings up to what fails at `at`, and return `found` with what is known of each.

        For every other finding that was open or accepted, `fate` says what became of it: FIXED, GONE, or None
        where it was not assessed, and then it stays as it was.
        """
        with self._database.writing() as connection:
            return findings.record(connection, found, fate, at=at)

    def finding(self, ref: str) -> Finding:
        """Return the finding of this id, or the one whose id begins so. Raises: NotFound; BadInput, if several do."""
        with self._database.reading() as connection:
            return findings.one(connection, ref)

    def findings(self, *, states: frozenset[State] = OPEN_AND_ACCEPTED) -> tuple[Finding, ...]:
        """Return all findings in these states, worst first."""
        with self._database.reading() as connection:
            return findings.of_states(connection, states)

    def accept(self, ref: str, acceptance: Acceptance) -> Finding:
        """Accept a finding through the day `until`; then it opens again by itself. Raises: NotFound, BadInput."""
        with self._database.writing() as connection:
            return findings.accept(connection, ref, acceptance)

    def unaccept(self, ref: str) -> Finding:
        """Open an accepted finding again. Raises: NotFound; BadInput, where nobody has accepted it."""
        with self._database.writing() as connection:
            return findings.unaccept(connection, ref)

    # The journal

    @property
    def journal(self) -> JournalRows:
        """The rows of the journal of changes."""
        return JournalRows(self._database)
