from typing import Any

import pytest
from tests.buckets import account as s3_account
from tests.buckets import allowing, bucket, policy
from tests.cases import ACCOUNT, DENIED, unlisted, verdict
from tests.clouds import ANYWHERE, ME, Cloud, allow, permit
from tests.people import allow as allowing_caller
from tests.people import iam, role, says, trusts, user

from orlop.estate.aws.account import Account
from orlop.estate.aws.vpc import Subnet
from orlop.estate.fact import Fact
from orlop.estate.resource import Resource
from orlop.reason.paths import ground
from orlop.rules.aws import paths
from orlop.rules.rule import Fail, Pass, Severity, Unknown, Verdict

HERE = Account(
    id=f"arn:aws:iam::{ACCOUNT}:root",
    account=ACCOUNT,
    region="",
    name="acme",
    source="iam:ListAccountAliases",
    alias=Fact("acme", "iam:ListAccountAliases"),
    has_security_contact=Fact(True, "account:GetAlternateContact"),
)
OPEN = bucket(public_access_block=None, policy=policy(allowing("s3:GetObject")))


def server(*groups: dict[str, Any], tokens: str = "optional") -> tuple[Resource, ...]:
    """A server on the internet whose role reads the bucket, as in the Capital One breach."""
    made = Cloud()
    made.vpc("vpc-1", "10.0.0.0/16")
    made.subnet("subnet-1", "vpc-1", "10.0.1.0/24")
    made.table("rtb-1", "vpc-1", (ANYWHERE, "igw-1"), subnets=["subnet-1"])
    made.group("sg-1", "vpc-1", *groups)
    made.instance("i-1", "subnet-1", "10.0.1.5", "sg-1", public="52.1.2.3", name="web")
    made.answers["Reservations"][-1]["Instances"][0]["MetadataOptions"]["HttpTokens"] = tokens
    made.profile("i-1", made.role("waf", allow("s3:GetObject"), trusts={"Service": "ec2.amazonaws.com"}))
    assert ME == ACCOUNT
    return (*made.estate().resources, bucket(), s3_account())


ALL = says(allowing_caller("*"))
OPEN_ROLE = role("open", trust=trusts({"AWS": "*"}), own=ALL)
PARTNERS = role("partner", trust=trusts({"AWS": iam("root").replace(ACCOUNT, "444455556666")}), own=ALL)
UNREAD_ROLE = role("open", trust=trusts({"AWS": "*"}), own=DENIED)
INSIDER = (user("ann", own=ALL), bucket(), s3_account())
UNREAD_BUCKET = (bucket(policy=DENIED, policy_is_public=DENIED, public_access_block=None), s3_account())
CASES = [
    pytest.param((), Pass, None, "", id="nothing there"),
    pytest.param((bucket(), s3_account()), Pass, None, "", id="a closed bucket"),
    pytest.param((OPEN, s3_account()), Fail, Severity.CRITICAL, "read the files in claims", id="an open bucket"),
    pytest.param((OPEN_ROLE,), Fail, Severity.CRITICAL, "take on the role open", id="a role that trusts anyone"),
    pytest.param(INSIDER, Pass, None, "", id="insiders are no strangers"),
    pytest.param((PARTNERS,), Pass, None, "", id="an account that you named is no stranger"),
    pytest.param((UNREAD_ROLE,), Unknown, None, "", id="what the role may do was not read"),
    pytest.param(UNREAD_BUCKET, Unknown, None, "", id="a policy was not read"),
]


@pytest.mark.parametrize(("beside", "expected", "severity", "says_so"), CASES)
def test_strangers_get_to_data(
    beside: tuple[Resource, ...], expected: type[Verdict], severity: Severity | None, says_so: str
) -> None:
    said = verdict(paths.strangers_get_to_data, HERE, *beside)
    assert isinstance(said, expected)
    if isinstance(said, Fail):
        assert said.severity == severity
        assert says_so in said.because


def test_step_by_step_over_a_server_and_its_role() -> None:
    said = verdict(paths.strangers_get_to_data, HERE, *server(permit(ANYWHERE, 80)))
    assert isinstance(said, Fail)
    assert said.severity is None
    assert said.because == (
        "A stranger gets to one thing worth stealing, by one cause. The internet reaches web (tcp 80), "
        "by the internet gateway."
    )
    [witness] = said.witness
    assert witness.startswith("To claims: The internet reaches web")
    assert witness.endswith("To end it: In the security group sg-1, let in only the addresses that need tcp 80.")


def test_a_closed_server_ends_it_and_what_was_not_read_is_no_end() -> None:
    assert isinstance(verdict(paths.strangers_get_to_data, HERE, *server()), Pass)
    assert isinstance(verdict(paths.strangers_get_to_data, HERE, *server(), unread=(Subnet,)), Unknown)
    assert isinstance(unlisted(paths.strangers_get_to_data), Unknown)


def test_a_network_too_large_to_be_followed_is_not_called_fine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ground, "MOST_PAIRS", 0)
    found = server(permit(ANYWHERE, 443), tokens="required")
    assert isinstance(verdict(paths.strangers_get_to_data, HERE, *found), Fail)
    harmless = [each for each in found if each.KIND != "AWS::S3::Bucket"]
    said = verdict(paths.strangers_get_to_data, HERE, *harmless)
    assert isinstance(said, Unknown)
    assert "too large to be followed" in said.because
