"""What an inspection has to say, as plain data: the one thing that every format in `report/` writes out."""

from collections.abc import Iterable
from dataclasses import dataclass

from orlop.findings.finding import Finding, State
from orlop.findings.ways import Cause
from orlop.rules.rule import Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One thing that was inspected: an AWS account, a host.

    `kind` is `aws` or `host`; `label` what a person would call it; `scope` the regions looked at
    (AWS) or who looked (`root`, or a user); `resources` how many things were found there;
    `calls` how many requests it took; `seconds` how long.
    """

    kind: str
    id: str
    label: str
    scope: tuple[str, ...] = ()
    resources: int = 0
    calls: int = 0
    seconds: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """Something that could not be seen: one call, one reason, in one place.

    `permission` is what would let it be seen, where that is the reason; `times` how many resources
    it concerns, `example` one of them; `rules` which questions stayed without an answer for it.
    """

    source: str
    cause: str
    why: str
    permission: str | None
    account: str
    region: str
    times: int
    example: str
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How one rule was answered: numbers of resources. `asks` is its question."""

    rule: str
    title: str
    asks: str
    severity: str
    passed: int
    failed: int
    accepted: int
    not_assessed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One inspection. `taken_at` is ISO 8601 in UTC; `snapshot` its id in the store, `""` if not kept.

    `findings` are worst first, open and accepted ones; `notes` are hints for the reader, such as
    how to add an account; `ways` are those from outside to what is worth stealing, by cause, worst first.
    """

    orlop: str
    taken_at: str
    snapshot: str
    targets: tuple[Target, ...]
    findings: tuple[Finding, ...]
    tallies: tuple[Tally, ...]
    gaps: tuple[Gap, ...]
    notes: tuple[str, ...] = ()
    ways: tuple[Cause, ...] = ()

    @property
    def open(self) -> tuple[Finding, ...]:
        """The findings that nobody has accepted, worst first."""
        return tuple(f for f in self.findings if f.state is State.OPEN)

    @property
    def passed(self) -> int:
        """How many questions were answered well."""
        return sum(t.passed for t in self.tallies)

    @property
    def not_assessed(self) -> int:
        """How many questions could not be answered."""
        return sum(t.not_assessed for t in self.tallies)

    def exit_code(self, threshold: Severity) -> int:
        """Return 1 with an open finding at or above `threshold`, 2 where too little was assessed to say, else 0.

        Too little: no question was answered at all, or one at or above `threshold` was not answered.
        """
        if any(f.weight >= threshold for f in self.open):
            return 1
        answered = any(t.passed or t.failed or t.accepted for t in self.tallies)
        blind = any(t.not_assessed and Severity[t.severity.upper()] >= threshold for t in self.tallies)
        return 2 if blind or not answered else 0


def worst_first(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Sort: severity, then those that Orlop can mend, then by title and name, so that runs compare."""
    return tuple(sorted(findings, key=lambda f: (-f.weight, f.fix is None, f.title, f.subject.name, f.id)))
