"""The demo: an emulator in a process of its own, and the insurer's account in it."""

import subprocess
import sys

from orlop import demo
from orlop.demo.insurer.places import OFFICE

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
