"""The demo: an emulator in a process of its own, and the insurer's account in it."""

import subprocess
import sys

from orlop import demo
from orlop.collect import aws
from orlop.collect.aws.account import identify, read
from orlop.collect.aws.calls import Live
from orlop.collect.progress import Silent
from orlop.demo.insurer.places import OFFICE, PARTNER
from orlop.estate.estate import Estate
from orlop.reason.paths import ANYONE, INTERNET, Paths
from orlop.rules.aws import paths as rules_of_paths
from orlop.rules.engine import ask
from orlop.rules.rule import Fail, Severity
from tests.servers.emulator import REGION

WITHOUT_MOTO = """
import sys
from importlib.machinery import PathFinder
class Finder(PathFinder):
    @classmethod
    def find_spec(cls, name, path=None, target=None):
        return None if name == "moto" else PathFinder.find_spec(name, path, target)
sys.meta_path = [f for f in sys.meta_path if f is not PathFinder] + [Finder]
from orlop import demo
from orlop.errors import BadInput
try:
    demo.start()
except BadInput as error:
    print(error)
"""


def test_the_office_stands_beside_the_world(insurer: demo.Demo) -> None:
    [group] = insurer.client("ec2").describe_security_groups(Filters=[{"Name": "group-name", "Values": ["web"]}])[
        "SecurityGroups"
    ]
    [ssh] = [rule for rule in group["IpPermissions"] if rule["FromPort"] == 22]
    assert {given["CidrIp"] for given in ssh["IpRanges"]} == {OFFICE, "0.0.0.0/0"}


def test_the_ways_in_have_few_causes_and_are_one_finding(insurer: demo.Demo) -> None:
    found = read_insurer(insurer)
    paths = found.once(Paths)
    ways = paths.worst(paths.outside)
    causes = paths.roots(paths.outside, ways)
    assert len(ways) == 10
    assert len(causes) == 6
    assert {root.paths[0].start for root in causes} == {INTERNET, ANYONE, f"account {PARTNER}"}
    [judgement] = ask(rules_of_paths.ALL, found)
    assert isinstance(judgement.verdict, Fail)
    assert judgement.verdict.severity is Severity.CRITICAL
    assert judgement.verdict.because.startswith("A stranger gets to 5 things worth stealing, by 5 causes. ")


def read_insurer(insurer: demo.Demo) -> Estate:
    """The insurer's account, as Orlop reads it."""
    with Live(insurer.session, endpoint=insurer.url, attempts=1) as calls:
        return Estate(
            *read(identify(calls, regions=(REGION,)), calls, aws.ALL, Silent()), taken_at="2026-12-01T00:00:00Z"
        )


def test_an_administrator_has_an_old_key_and_no_second_factor(insurer: demo.Demo) -> None:
    iam = insurer.client("iam")
    [key] = iam.list_access_keys(UserName="t.brandt")["AccessKeyMetadata"]
    [other] = iam.list_access_keys(UserName="m.okafor")["AccessKeyMetadata"]
    assert (other["CreateDate"] - key["CreateDate"]).days == 400 - 30
    assert iam.list_mfa_devices(UserName="t.brandt")["MFADevices"] == []
    assert iam.get_account_summary()["SummaryMap"]["AccountMFAEnabled"] == 1


def test_nobody_watches_for_access_from_outside(insurer: demo.Demo) -> None:
    assert insurer.client("accessanalyzer").list_analyzers()["analyzers"] == []


def test_ends_when_it_is_stopped() -> None:
    running = demo.start(policies=False)
    running.stop()
    assert running.process.returncode == 0


def test_says_how_to_install_the_emulator_where_it_is_missing() -> None:
    said = subprocess.run([sys.executable, "-c", WITHOUT_MOTO], capture_output=True, text=True, check=True)
    assert "pip install 'orlop[demo]'" in said.stdout
