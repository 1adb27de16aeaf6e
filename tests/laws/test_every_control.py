"""Laws for the tables of controls."""

import re

import pytest

from orlop.frameworks import cis_aws, cis_debian, fsbp, gdpr, hipaa
from orlop.frameworks.clauses import cis_debian as cis_debian_table
from orlop.frameworks.clauses import fsbp as fsbp_table
from orlop.frameworks.clauses import gdpr as gdpr_table
from orlop.frameworks.clauses import hipaa as hipaa_table
from orlop.frameworks.clauses.cis_aws import EDITIONS
from orlop.frameworks.control import Control
from orlop.frameworks.table import about

ALL = {
    "fsbp": [fsbp(id) for id in (*fsbp_table.STANDARD, *fsbp_table.BESIDE)],
    "cis-aws": [cis_aws(number, edition=edition) for edition, asks in EDITIONS.items() for number in asks],
    "cis-debian": [cis_debian(number) for number in cis_debian_table.ASKS],
    "hipaa": [hipaa(clause) for clause in hipaa_table.ASKS],
    "gdpr": [gdpr(clause) for clause in gdpr_table.ASKS],
}


@pytest.mark.parametrize("framework", ALL)
def test_says_what_it_asks_and_where_that_stands(framework: str) -> None:
    for control in ALL[framework]:
        clause = about(control)
        assert clause.title, control
        assert clause.title == clause.title.strip(), control
        assert re.match(r"https://[\w./#-]+$", clause.source), control


def test_the_two_tables_of_security_hub_are_apart() -> None:
    assert not set(fsbp_table.STANDARD) & set(fsbp_table.BESIDE)


def test_the_standard_is_whole() -> None:
    assert len(fsbp_table.STANDARD) == 358 + 9
    assert {severity for _, severity in fsbp_table.STANDARD.values()} == {"critical", "high", "medium", "low", ""}


@pytest.mark.parametrize("control", [fsbp("S3.999"), cis_aws("9.9"), hipaa("164.999"), Control("cobit", "1")], ids=str)
def test_a_control_that_does_not_exist_is_no_control(control: Control) -> None:
    with pytest.raises(KeyError):
        about(control)
