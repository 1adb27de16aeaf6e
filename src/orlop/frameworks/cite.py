"""How a rule cites a control. That the control exists, and what it asks, stands in the framework's table."""

from orlop.frameworks.control import Control


def fsbp(id: str) -> Control:
    """An AWS Foundational Security Best Practices control, e.g. `fsbp("S3.2")`."""
    return Control("fsbp", id)


def cis_aws(number: str, *, edition: str = "7.0") -> Control:
    """A recommendation of the CIS AWS Foundations Benchmark, editions 5.0 and 7.0, e.g. `cis_aws("3.1.4")`."""
    return Control(f"cis-aws-{edition}", number)


def cis_debian(number: str) -> Control:
    """A recommendation of the CIS Debian Linux 12 Benchmark 1.1.0, e.g. `cis_debian("5.1.20")`."""
    return Control("cis-debian-12", number)


def hipaa(clause: str) -> Control:
    """A clause of 45 CFR part 164, e.g. `hipaa("164.312(a)(1)")`."""
    return Control("hipaa", clause)


def gdpr(clause: str) -> Control:
    """An article of Regulation (EU) 2016/679, e.g. `gdpr("32(1)(b)")`."""
    return Control("gdpr", clause)
