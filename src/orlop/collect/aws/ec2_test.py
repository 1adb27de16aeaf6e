import base64
import gzip
from datetime import UTC, datetime
from typing import Any

import pytest
from tests.answers import Answers, seen
from tests.cases import ACCOUNT, REGION

from orlop.collect.aws import ec2
from orlop.estate import wire
from orlop.estate.aws.ec2 import Instance, InstanceDefaults, MetadataDefaults, MetadataOptions, SecretSeen
from orlop.estate.fact import Cause

SCRIPT = "#!/bin/sh\nset -e\nexport DB_PASSWORD=Tr0ub4dor-and-3\n"

INSTANCE = {
    "InstanceId": "i-0aa",
    "State": {"Code": 16, "Name": "running"},
    "LaunchTime": datetime(2026, 5, 1, 10, tzinfo=UTC),
    "ImageId": "ami-0aa",
    "Platform": "Windows",
    "VpcId": "vpc-0aa",
    "SubnetId": "subnet-0aa",
    "SourceDestCheck": True,
    "PrivateIpAddress": "10.0.0.5",
    "PublicIpAddress": "198.51.100.5",
    "IamInstanceProfile": {"Arn": f"arn:aws:iam::{ACCOUNT}:instance-profile/web", "Id": "AIPA"},
    "SecurityGroups": [{"GroupId": "sg-0bb", "GroupName": "b"}, {"GroupId": "sg-0aa", "GroupName": "a"}],
    "MetadataOptions": {
        "State": "applied",
        "HttpTokens": "optional",
        "HttpEndpoint": "enabled",
        "HttpPutResponseHopLimit": 2,
        "HttpProtocolIpv6": "disabled",
        "InstanceMetadataTags": "enabled",
    },
    "NetworkInterfaces": [
        {
            "NetworkInterfaceId": "eni-0aa",
            "Ipv6Addresses": [{"Ipv6Address": "2a05:d018::5"}],
            "PrivateIpAddresses": [
                {"PrivateIpAddress": "10.0.0.5", "Association": {"PublicIp": "198.51.100.5"}},
                {"PrivateIpAddress": "10.0.0.6", "Association": {"PublicIp": "198.51.100.6"}},
            ],
        }
    ],
    "Tags": [{"Key": "Name", "Value": "claims-web"}],
}


def found(*instances: dict[str, Any], script: Any = SCRIPT) -> list[Instance]:
    packed = base64.b64encode(script if isinstance(script, bytes) else script.encode()).decode()
    answers = Answers(
        {
            "ec2:DescribeInstances": {"Reservations": [{"Instances": list(instances)}]},
            "ec2:DescribeInstanceAttribute": {"UserData": {"Value": packed} if script else {}},
        }
    )
    return list(seen([ec2.instances], answers).each(Instance))


def test_an_instance_with_all_its_addresses() -> None:
    [instance] = found(INSTANCE)
    assert instance.id == f"arn:aws:ec2:{REGION}:{ACCOUNT}:instance/i-0aa"
    assert (instance.name, instance.state, instance.platform) == ("claims-web", "running", "windows")
    assert instance.launched_at == "2026-05-01T10:00:00+00:00"
    assert instance.private_addresses == ("10.0.0.5", "10.0.0.6")
    assert instance.public_addresses == ("198.51.100.5", "198.51.100.6", "2a05:d018::5")
    assert instance.groups == ("sg-0aa", "sg-0bb")
    assert instance.profile == f"arn:aws:iam::{ACCOUNT}:instance-profile/web"
    assert instance.metadata.value == MetadataOptions(tokens="optional", enabled=True, hops=2, ipv6=False, tags=True)


def test_what_is_terminated_is_there_no_more() -> None:
    assert found({**INSTANCE, "State": {"Name": "terminated"}}) == []


def test_of_a_start_up_script_no_word_is_kept() -> None:
    [instance] = found(INSTANCE)
    assert instance.user_data.value == (SecretSeen(kind="password", line=3),)
    for text in ("Tr0ub4dor", "DB_PASSWORD", "set -e"):
        assert text not in repr(instance)
        assert text.encode() not in wire.encode(instance)


@pytest.mark.parametrize(
    ("script", "lines"),
    [
        pytest.param("", [], id="no script"),
        pytest.param("#!/bin/sh\necho hello\n", [], id="no secret"),
        pytest.param(gzip.compress(SCRIPT.encode()), [3], id="packed"),
        pytest.param(b"\xff\xfe" + SCRIPT.encode(), [3], id="not quite text"),
    ],
)
def test_secrets_in_scripts_of_all_kinds(script: str | bytes, lines: list[int]) -> None:
    [instance] = found(INSTANCE, script=script)
    assert [seen.line for seen in instance.user_data.value] == lines


def test_a_damaged_script_is_unread_never_clean() -> None:
    [instance] = found(INSTANCE, script=b"\x1f\x8b damaged")
    assert instance.user_data.unread
    assert instance.user_data.unread.cause is Cause.MALFORMED


@pytest.mark.parametrize(
    ("state", "reason", "stopped"),
    [
        pytest.param(
            "stopped", "User initiated (2026-02-21 19:46:15 GMT)", "2026-02-21T19:46:15+00:00", id="by a user"
        ),
        pytest.param("stopped", "", None, id="AWS does not say"),
        pytest.param("stopped", "Server.ScheduledStop: Stopped due to retirement", None, id="by AWS"),
        pytest.param("running", "User initiated (2026-02-21 19:46:15 GMT)", None, id="running again"),
    ],
)
def test_since_when_it_is_stopped(state: str, reason: str, stopped: str | None) -> None:
    [instance] = found({**INSTANCE, "State": {"Name": state}, "StateTransitionReason": reason})
    assert instance.stopped_at == stopped


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        pytest.param(
            {"AccountLevel": {"HttpTokens": "required", "HttpTokensEnforced": "enabled", "ManagedBy": "account"}},
            MetadataDefaults(tokens="required", enforced=True),
            id="set",
        ),
        pytest.param({"AccountLevel": {}}, MetadataDefaults(tokens=None, enforced=False), id="never set"),
    ],
)
def test_what_the_region_says_for_new_instances(said: dict[str, Any], expected: MetadataDefaults) -> None:
    [defaults] = seen([ec2.defaults], Answers({"ec2:GetInstanceMetadataDefaults": said})).each(InstanceDefaults)
    assert defaults.metadata.value == expected
    [denied] = seen([ec2.defaults], Answers({})).each(InstanceDefaults)
    assert denied.metadata.unread
