import pytest
from tests.cases import ACCOUNT, DENIED, verdict

from orlop.estate.aws.account import Account
from orlop.estate.aws.iam import AccessAnalyzer, Analyzer
from orlop.estate.fact import Fact, Unread
from orlop.rules.aws import account as rules
from orlop.rules.rule import Fail, Pass, Unknown, Verdict


def account(contact: bool | Unread = True) -> Account:
    return Account(
        id=f"arn:aws:account::{ACCOUNT}:account",
        account=ACCOUNT,
        region="",
        name=ACCOUNT,
        source="sts:GetCallerIdentity",
        alias=Fact(None, "iam:ListAccountAliases"),
        has_security_contact=Fact(contact, "account:GetAlternateContact"),
    )


@pytest.mark.parametrize(("contact", "expected"), [(True, Pass), (False, Fail), (DENIED, Unknown)])
def test_no_security_contact(contact: bool | Unread, expected: type[Verdict]) -> None:
    assert isinstance(verdict(rules.no_security_contact, account(contact)), expected)


def watched(region: str, *analyzers: Analyzer, unread: Unread | None = None) -> AccessAnalyzer:
    return AccessAnalyzer(
        id=f"arn:aws:access-analyzer:{region}:{ACCOUNT}:region",
        account=ACCOUNT,
        region=region,
        name=region,
        source="accessanalyzer:ListAnalyzers",
        analyzers=Fact(unread or analyzers, "accessanalyzer:ListAnalyzers"),
    )


OWN = Analyzer(name="all", kind="ACCOUNT", active=True)
SHARED = Analyzer(name="all", kind="ORGANIZATION", active=True)
BROKEN = Analyzer(name="all", kind="ACCOUNT", active=False)
UNUSED = Analyzer(name="unused", kind="ACCOUNT_UNUSED_ACCESS", active=True)


@pytest.mark.parametrize(
    ("regions", "expected"),
    [
        pytest.param((watched("eu-west-1", OWN), watched("us-east-1", SHARED)), Pass, id="every region"),
        pytest.param((watched("eu-west-1", OWN), watched("us-east-1")), Fail, id="one region is left out"),
        pytest.param((watched("eu-west-1", BROKEN),), Fail, id="it does not work"),
        pytest.param((watched("eu-west-1", UNUSED),), Fail, id="it looks for other things"),
        pytest.param((watched("eu-west-1", OWN), watched("us-east-1", unread=DENIED)), Unknown, id="one region denied"),
    ],
)
def test_access_analyzer_off(regions: tuple[AccessAnalyzer, ...], expected: type[Verdict]) -> None:
    assert isinstance(verdict(rules.access_analyzer_off, account(), *regions), expected)
