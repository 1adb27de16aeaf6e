from dataclasses import replace

import pytest
from tests.cases import DENIED, days_ago, unlisted, verdict
from tests.networks import CUT_OFF, ONLINE, TOKENS, WORLD, admit, group, instance, interface, placed

from orlop.estate.aws.ec2 import Instance, InstanceDefaults, MetadataDefaults, SecretSeen
from orlop.estate.change import Change
from orlop.estate.fact import Fact, Unread
from orlop.estate.resource import Resource
from orlop.rules.aws import ec2
from orlop.rules.rule import Fail, Pass, Severity, Unknown, Verdict

OPEN = replace(TOKENS, tokens="optional")
ROLE = "arn:aws:iam::111122223333:instance-profile/claims-reader"


@pytest.mark.parametrize(
    ("about", "expected", "severity"),
    [
        pytest.param(instance(), Pass, None, id="tokens only"),
        pytest.param(instance(metadata=OPEN), Fail, Severity.MEDIUM, id="no role to steal from"),
        pytest.param(instance(metadata=OPEN, profile=ROLE, public_addresses=()), Fail, None, id="with a role"),
        pytest.param(instance(metadata=OPEN, profile=ROLE), Fail, Severity.CRITICAL, id="with a role, on the internet"),
        pytest.param(
            instance(metadata=OPEN, profile=ROLE, public_addresses=("2a05:d018::1",)),
            Fail,
            Severity.CRITICAL,
            id="on the internet by v6",
        ),
        pytest.param(instance(metadata=replace(OPEN, enabled=False), profile=ROLE), Pass, None, id="switched off"),
        pytest.param(instance(metadata=OPEN, state="stopped"), Fail, Severity.MEDIUM, id="stopped: it may start again"),
    ],
)
def test_metadata_without_token(about: Instance, expected: type[Verdict], severity: Severity | None) -> None:
    said = verdict(ec2.metadata_without_token, about)
    assert isinstance(said, expected)
    if isinstance(said, Fail):
        assert said.severity == severity
        assert isinstance(said.fix, Change)
        assert said.fix.becomes == replace(about.metadata.value, tokens="required")
    assert isinstance(unlisted(ec2.metadata_without_token), Unknown)


def test_the_words_name_the_role() -> None:
    said = verdict(ec2.metadata_without_token, instance(metadata=OPEN, profile=ROLE))
    assert isinstance(said, Fail)
    assert (
        said.because == "It has a public address, and gives the keys of its role claims-reader to any request (IMDSv1)."
    )


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        pytest.param(MetadataDefaults(tokens="required", enforced=False), Pass, id="tokens only"),
        pytest.param(MetadataDefaults(tokens="optional", enforced=False), Fail, id="the old way, too"),
        pytest.param(MetadataDefaults(tokens=None, enforced=False), Fail, id="never set"),
        pytest.param(DENIED, Unknown, id="denied"),
    ],
)
def test_new_servers_without_token(said: MetadataDefaults | Unread, expected: type[Verdict]) -> None:
    source = "ec2:GetInstanceMetadataDefaults"
    about = InstanceDefaults(**placed("instance-defaults", "", source), metadata=Fact(said, source))
    assert isinstance(verdict(ec2.new_servers_without_token, about), expected)


@pytest.mark.parametrize(
    ("addresses", "expected"),
    [
        pytest.param((), Pass, id="none"),
        pytest.param(("198.51.100.9",), Fail, id="v4"),
        pytest.param(("2a05:d018::1",), Pass, id="v6 only: every address there is of this kind"),
    ],
)
def test_public_address(addresses: tuple[str, ...], expected: type[Verdict]) -> None:
    assert isinstance(verdict(ec2.public_address, instance(public_addresses=addresses)), expected)
    assert isinstance(unlisted(ec2.public_address), Unknown)


@pytest.mark.parametrize(
    ("beside", "words", "severity"),
    [
        pytest.param([group(admit(WORLD, 22)), *ONLINE], "connect to TCP port 22.", None, id="one door"),
        pytest.param(
            [group(admit(WORLD, 80), admit(WORLD, 8000, 8010)), *ONLINE], "80, TCP ports 8000-8010", None, id="two"
        ),
        pytest.param([group(admit(WORLD)), *ONLINE], "every port by every protocol", None, id="everything"),
        pytest.param([group(), *ONLINE], "Nobody can connect", Severity.LOW, id="no rule"),
        pytest.param([group(admit(WORLD, 22)), *CUT_OFF], "Nobody can connect", Severity.LOW, id="no way"),
        pytest.param(list(ONLINE), "was not found out", None, id="a group that was not read"),
        pytest.param([group(admit(WORLD, 22))], "was not found out", None, id="a subnet that was not read"),
    ],
)
def test_a_public_address_is_milder_where_nobody_can_use_it(
    beside: list[Resource], words: str, severity: Severity | None
) -> None:
    said = verdict(ec2.public_address, instance(), interface(instance="i-1"), *beside)
    assert isinstance(said, Fail)
    assert words in said.because
    assert said.severity is severity


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        pytest.param((), Pass, id="nothing"),
        pytest.param((SecretSeen(kind="password", line=3), SecretSeen(kind="password", line=7)), Fail, id="two"),
        pytest.param(DENIED, Unknown, id="denied"),
    ],
)
def test_secret_in_start_script(seen: tuple[SecretSeen, ...] | Unread, expected: type[Verdict]) -> None:
    said = verdict(ec2.secret_in_start_script, instance(user_data=Fact(seen, "ec2:DescribeInstanceAttribute")))
    assert isinstance(said, expected)
    assert not isinstance(said, Fail) or said.because == "Its start-up script seems to hold: password (line 3, 7)."


@pytest.mark.parametrize(
    ("about", "expected"),
    [
        pytest.param(instance(), Pass, id="running"),
        pytest.param(instance(stopped_at=days_ago(400)), Pass, id="running again"),
        pytest.param(instance(state="stopped", stopped_at=days_ago(1)), Pass, id="since yesterday"),
        pytest.param(instance(state="stopped", stopped_at=days_ago(30)), Pass, id="just at the limit"),
        pytest.param(instance(state="stopped", stopped_at=days_ago(31)), Fail, id="beyond it"),
        pytest.param(instance(state="stopped"), Unknown, id="AWS does not say since when"),
    ],
)
def test_stopped_for_long(about: Instance, expected: type[Verdict]) -> None:
    assert isinstance(verdict(ec2.stopped_for_long, about), expected)
