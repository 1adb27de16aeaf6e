"""What a report says first: the counts, the five things to do first, findings by rule, the blind spots by reason.

Nothing here copies a finding: groups hold the findings of the report itself.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import sha256

from orlop.findings.finding import Finding, State
from orlop.findings.report import Gap, Report


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """Open findings by severity; findings somebody accepted; questions answered well, and not answered."""

    critical: int
    high: int
    medium: int
    low: int
    accepted: int
    passed: int
    not_assessed: int

    @property
    def open(self) -> int:
        """How many findings are open."""
        return self.critical + self.high + self.medium + self.low

    @property
    def asked(self) -> int:
        """How often a question was put to a resource."""
        return self.open + self.accepted + self.passed + self.not_assessed


@dataclass(frozen=True, slots=True)
class Group:
    """The findings of one rule and one severity, in the order of the report."""

    severity: str
    rule: str
    findings: list[Finding]

    @property
    def first(self) -> Finding:
        """The finding that stands for all in what they share: title, question, what it can lead to."""
        return self.findings[0]


@dataclass(slots=True)
class BlindSpot:
    """All that was not seen for one reason: one permission missing, or one call that failed in one way."""

    gap: Gap
    """The first gap, which stands for all in what they share."""
    gaps: list[Gap] = field(default_factory=list[Gap])

    @property
    def times(self) -> int:
        """How many things it concerns."""
        return sum(gap.times for gap in self.gaps)

    @property
    def rules(self) -> tuple[str, ...]:
        """The questions that stayed without an answer for it."""
        return tuple(sorted({rule for gap in self.gaps for rule in gap.rules}))

    @property
    def places(self) -> tuple[tuple[str, str], ...]:
        """The accounts and regions it happened in."""
        return tuple(dict.fromkeys((gap.account, gap.region) for gap in self.gaps))


def counts(report: Report) -> Counts:
    """Add up a report."""
    found = Counter(finding.severity if finding.state is State.OPEN else finding.state for finding in report.findings)
    return Counts(
        critical=found["critical"],
        high=found["high"],
        medium=found["medium"],
        low=found["low"],
        accepted=found[State.ACCEPTED],
        passed=report.passed,
        not_assessed=report.not_assessed,
    )


def groups(findings: Iterable[Finding]) -> tuple[Group, ...]:
    """Group findings by severity and rule, in the order in which the first of each comes."""
    found: dict[tuple[str, str], list[Finding]] = {}
    for finding in findings:
        found.setdefault((finding.severity, finding.rule), []).append(finding)
    return tuple(Group(severity, rule, held) for (severity, rule), held in found.items())


def first_things(report: Report, most: int = 5) -> tuple[Group, ...]:
    """Return what to do first: the worst groups of open findings, no two of the same rule."""
    things: dict[str, Group] = {}
    for group in groups(report.open):
        things.setdefault(group.rule, group)
    return tuple(things.values())[:most]


def blind_spots(report: Report) -> tuple[BlindSpot, ...]:
    """Group the gaps by what would close them; those that leave most questions open come first."""
    spots: dict[tuple[str, str, str], BlindSpot] = {}
    for gap in report.gaps:
        why = (gap.permission, "", "") if gap.permission else ("", gap.cause, gap.source)
        spots.setdefault(why, BlindSpot(gap)).gaps.append(gap)
    return tuple(sorted(spots.values(), key=lambda spot: (-len(spot.rules), -spot.times)))


def host_names(report: Report) -> dict[str, str]:
    """Return what a person calls each host, by its id."""
    return {target.id: target.label for target in report.targets if target.kind == "host"}


def questions(report: Report) -> dict[str, str]:
    """Return the question of each rule by its id."""
    return {tally.rule: tally.asks for tally in report.tallies}


def gap_id(gap: Gap) -> str:
    """Return an id for something that was not seen: the same in every run in which it is not seen."""
    parts = (gap.source, gap.cause, gap.permission or "", gap.account, gap.region)
    return sha256("\n".join(parts).encode("utf-8", "backslashreplace")).hexdigest()[:10]
