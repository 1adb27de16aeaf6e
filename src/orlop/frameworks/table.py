"""What a cited control asks, and where it is written."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from orlop.frameworks.clauses import cis_aws, cis_debian, fsbp, gdpr, hipaa
from orlop.frameworks.control import Control


@dataclass(frozen=True, slots=True)
class Clause:
    """What a control asks, in our words, and a link to where its own words stand."""

    title: str
    source: str


def about(control: Control) -> Clause:
    """Return what a control asks. Raises: KeyError, for one that does not exist or that we do not know."""
    return _FRAMEWORKS[control.framework](control.clause)


def _fsbp(id: str) -> Clause:
    service, _, number = id.lower().partition(".")
    source = f"https://docs.aws.amazon.com/securityhub/latest/userguide/{service}-controls.html#{service}-{number}"
    if id in fsbp.BESIDE:
        title, _ = fsbp.BESIDE[id]
        return Clause(f"{title} (a control of Security Hub that this standard does not count)", source)
    title, _ = fsbp.STANDARD[id]
    return Clause(title, source)


def _hipaa(clause: str) -> Clause:
    section = clause.partition("(")[0]
    return Clause(hipaa.ASKS[clause], f"https://www.ecfr.gov/current/title-45/section-{section}")


def _gdpr(clause: str) -> Clause:
    article = clause.partition("(")[0]
    return Clause(gdpr.ASKS[clause], f"https://eur-lex.europa.eu/eli/reg/2016/679/oj#art_{article}")


def _listed(asks: Mapping[str, str], source: str) -> Callable[[str], Clause]:
    return lambda number: Clause(asks[number], source)


_FRAMEWORKS: Mapping[str, Callable[[str], Clause]] = {
    "fsbp": _fsbp,
    "hipaa": _hipaa,
    "gdpr": _gdpr,
    "cis-debian-12": _listed(cis_debian.ASKS, "https://www.cisecurity.org/benchmark/debian_linux"),
    **{
        f"cis-aws-{edition}": _listed(asks, "https://www.cisecurity.org/benchmark/amazon_web_services")
        for edition, asks in cis_aws.EDITIONS.items()
    },
}
