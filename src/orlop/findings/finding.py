"""A finding: one thing to mend, as plain data for stores and reports.

Law: the id is made of rule and resource alone, so it is the same in every run and on every machine.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from typing import Any

from orlop.estate import wire
from orlop.estate.change import Change, Irreversible
from orlop.estate.estate import EVERYWHERE, Listing
from orlop.estate.resource import Resource
from orlop.frameworks.control import Control
from orlop.rules.engine import Judgement
from orlop.rules.rule import Fail, Severity


class State(StrEnum):
    """What has become of a finding."""

    OPEN = "open"
    ACCEPTED = "accepted"
    FIXED = "fixed"
    GONE = "gone"


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What a finding is about. Names are text from the system: hostile until escaped."""

    kind: str
    id: str
    name: str
    account: str
    region: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """One fact that a finding rests on: the setting read, the call that told, what it answered."""

    setting: str
    source: str
    answer: Any = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Acceptance:
    """Somebody decided to live with a finding until a day (`until`, ISO 8601 date)."""

    reason: str
    owner: str
    until: str
    at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing to mend. Times are ISO 8601 in UTC; `returned` is how often it came back after it was fixed or gone.

    `fix` is the change that mends it, as `wire.plain` writes one; `only_by_hand` describes a step
    that cannot be undone and that Orlop leaves to a person; with neither, see `by_hand`.
    """

    id: str
    rule: str
    title: str
    asks: str
    severity: str
    because: str
    why: str
    witness: tuple[str, ...]
    by_hand: str
    breaks: str
    controls: tuple[Control, ...]
    subject: Subject
    evidence: tuple[Proof, ...]
    fix: Mapping[str, Any] | None = None
    only_by_hand: Irreversible | None = None
    state: State = State.OPEN
    first_seen: str = ""
    last_seen: str = ""
    returned: int = 0
    acceptance: Acceptance | None = None

    @property
    def weight(self) -> Severity:
        """The severity, comparable."""
        return Severity[self.severity.upper()]

    @property
    def change(self) -> Change | None:
        """The change that mends it, its values in their own types."""
        return wire.change_from(self.fix) if self.fix else None


def finding_id(rule: str, resource: str) -> str:
    """Return the id of the finding of `rule` about `resource`: ten hexadecimal digits."""
    return sha256(f"{rule}\n{resource}".encode("utf-8", "surrogatepass")).hexdigest()[:10]


def finding(judgement: Judgement, verdict: Fail) -> Finding:
    """Return the finding that a judgement whose verdict is `verdict` gives."""
    rule, about = judgement.rule, subject(judgement.subject)
    fix = verdict.fix
    return Finding(
        id=finding_id(rule.id, about.id),
        rule=rule.id,
        title=rule.title,
        asks=rule.asks,
        severity=str(verdict.severity or rule.severity),
        because=verdict.because,
        why=rule.why,
        witness=verdict.witness,
        by_hand=rule.by_hand,
        breaks=rule.breaks,
        controls=rule.controls,
        subject=about,
        evidence=tuple(
            Proof(
                setting=e.field,
                source=e.source,
                answer=wire.plain(e.fact.answer) if e.fact is not None else None,
            )
            for e in judgement.evidence
        ),
        fix=wire.plain(fix) if isinstance(fix, Change) else None,
        only_by_hand=fix if isinstance(fix, Irreversible) else None,
    )


def subject(about: Resource | Listing) -> Subject:
    """Return what a judgement is about; for a listing that was not read, its scope."""
    if isinstance(about, Listing):
        region = "" if about.region == EVERYWHERE else about.region
        id = "/".join(part for part in (about.kind, about.account, region) if part)
        return Subject(kind=about.kind, id=id, name="", account=about.account, region=region)
    return Subject(kind=about.KIND, id=about.id, name=about.name, account=about.account, region=about.region)
