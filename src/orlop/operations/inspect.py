"""Inspects targets: reads them, asks every question, keeps what was found, and says it in one report."""

from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import replace
from fnmatch import fnmatchcase
from pathlib import Path

from orlop import rules as questions
from orlop.errors import NotFound
from orlop.estate.estate import Estate
from orlop.findings.finding import Finding, State
from orlop.findings.report import Report, Tally, worst_first
from orlop.findings.review import Review, fate, review
from orlop.findings.ways import Cause, told
from orlop.operations import reading
from orlop.operations.settings import VERSION, Settings
from orlop.operations.targets import BY_DEFAULT, Target
from orlop.reason.paths import Paths
from orlop.rules.aws import paths as asked_of_paths
from orlop.rules.rule import AnyRule, Severity
from orlop.store.store import Store


def inspect(
    targets: Iterable[Target] = BY_DEFAULT,
    settings: Settings | None = None,
    *,
    only: tuple[str, ...] = (),
    framework: str | None = None,
    severity: Severity = Severity.LOW,
    record: Path | None = None,
    keep: bool = True,
) -> Report:
    """Inspect `targets` and return the report; keep snapshot and findings in the store unless `keep` is False.

    `only` are rule ids or globs (`s3-*`), `framework` keeps the rules that cite it, `severity` those at or above it.
    Raises: NotFound, where no rule is left; NoAccess, CannotReach, BadInput, where nothing could be read; StoreTrouble.
    """
    settings = settings or Settings()
    asked = chosen(only, framework=framework, severity=severity)
    with ExitStack() as stack:
        store = stack.enter_context(Store(settings.store)) if keep else None
        at = settings.now()
        seen = reading.read(targets, settings, record=record, at=at)
        return conclude(seen, asked, store, at=at)


def conclude(
    seen: reading.Seen, asked: tuple[AnyRule, ...], store: Store | None, *, at: str, why: str = "inspect"
) -> Report:
    """Ask the questions of what was seen, keep the answers, and return the report."""
    snapshot = store.keep(seen.estate, taken_at=at, targets=seen.targets, why=why).id if store else ""
    reviewed = review(asked, seen.estate)
    found = _kept(reviewed, asked, seen.estate, store, at)
    return Report(
        orlop=VERSION,
        taken_at=at,
        snapshot=snapshot,
        targets=seen.targets,
        findings=worst_first(found),
        tallies=_accepted(reviewed.tallies, found),
        gaps=reviewed.gaps,
        notes=seen.notes,
        ways=ways(seen.estate) if any(rule in asked_of_paths.ALL for rule in asked) else (),
    )


def ways(estate: Estate) -> tuple[Cause, ...]:
    """Return the ways from outside to what is worth stealing, by cause."""
    found = estate.once(Paths)
    return told(found.roots(found.outside, found.worst(found.outside)), found)


def chosen(
    only: tuple[str, ...] = (), *, framework: str | None = None, severity: Severity = Severity.LOW
) -> tuple[AnyRule, ...]:
    """Return the rules that are to be asked. Raises: NotFound, where none is left."""
    left = tuple(
        rule
        for rule in questions.ALL
        if (not only or any(fnmatchcase(rule.id, pattern) for pattern in only))
        and (framework is None or any(control.framework.startswith(framework) for control in rule.controls))
        and rule.severity >= severity
    )
    if not left:
        raise NotFound(
            "No rule is left to ask.", do="orlop rules lists all of them; --only takes ids and globs such as 's3-*'."
        )
    return left


def _kept(
    reviewed: Review, asked: tuple[AnyRule, ...], estate: Estate, store: Store | None, at: str
) -> tuple[Finding, ...]:
    if store is None:
        return tuple(replace(finding, first_seen=at, last_seen=at) for finding in reviewed.findings)
    return store.record(reviewed.findings, lambda old: fate(old, asked, estate), at=at)


def _accepted(tallies: tuple[Tally, ...], found: Iterable[Finding]) -> tuple[Tally, ...]:
    """Move what was accepted from `failed` to `accepted`."""
    counts: dict[str, int] = {}
    for finding in found:
        if finding.state is State.ACCEPTED:
            counts[finding.rule] = counts.get(finding.rule, 0) + 1
    return tuple(
        replace(t, failed=t.failed - counts[t.rule], accepted=counts[t.rule]) if t.rule in counts else t
        for t in tallies
    )
