"""A recording of the emulator, played back, gives the same estate as the emulator did."""

import base64
import gzip
from dataclasses import fields
from pathlib import Path

import pytest

from orlop.collect import aws as collectors
from orlop.collect.aws.account import identify, read
from orlop.collect.aws.calls import Calls
from orlop.collect.aws.recorded import FILE, Recorder, Replay
from orlop.collect.progress import Silent
from orlop.errors import BadInput
from orlop.estate.aws.ec2 import Instance
from orlop.estate.estate import Estate
from orlop.estate.fact import Cause, Fact
from tests.servers.emulator import REGION, Emulator


def inspected(calls: Calls) -> Estate:
    account = identify(calls, regions=(REGION,))
    return Estate(*read(account, calls, collectors.ALL, Silent()))


def test_a_replay_equals_what_was_recorded(aws: Emulator, tmp_path: Path) -> None:
    aws.client("s3", "us-east-1").create_bucket(Bucket="claims")
    with aws.live() as live, Recorder(live, tmp_path) as recorder:
        seen = inspected(recorder)
    replay = Replay.found(tmp_path)
    assert replay
    again = inspected(replay)
    assert again.resources == seen.resources
    assert again.listings == seen.listings


def test_start_up_scripts_are_left_out(aws: Emulator, tmp_path: Path) -> None:
    script = "export DB_PASSWORD=Tr0ub4dor-and-3"
    aws.client("ec2").run_instances(ImageId="ami-12345678", MinCount=1, MaxCount=1, UserData=script)
    with aws.live() as live, Recorder(live, tmp_path) as recorder:
        [seen] = inspected(recorder).each(Instance)
    assert seen.user_data.value
    kept = gzip.decompress((tmp_path / FILE).read_bytes()).decode()
    assert "Tr0ub4dor" not in kept
    assert base64.b64encode(script.encode()).decode() not in kept
    replay = Replay.found(tmp_path)
    assert replay
    [again] = inspected(replay).each(Instance)
    assert again.user_data.unread
    assert again.user_data.unread.cause is Cause.NOT_LOOKED_AT


def test_what_was_not_recorded_is_unread_not_empty(aws: Emulator, tmp_path: Path) -> None:
    with aws.live() as live, Recorder(live, tmp_path) as recorder:
        account = identify(recorder, regions=(REGION,))
    replay = Replay.found(tmp_path)
    assert replay
    resources, listings = read(account, replay, collectors.ALL, Silent())
    causes = [listing.unread.cause for listing in listings[1:] if listing.region and listing.unread]
    answers = (getattr(resource, each.name) for resource in resources for each in fields(resource))  # pyright: ignore[reportArgumentType] -- every kind is a dataclass
    facts = [answer.unread for answer in answers if isinstance(answer, Fact)]
    assert facts
    assert all(facts), "what there is one of in each region is not listed, but its facts are read"
    assert {*causes, *(unread.cause for unread in facts if unread)} == {Cause.NOT_LOOKED_AT}


def test_no_recording_is_none_and_a_damaged_one_is_refused(tmp_path: Path) -> None:
    assert Replay.found(tmp_path) is None
    (tmp_path / FILE).write_bytes(b"\x1f\x8b half a file")
    with pytest.raises(BadInput, match="not a whole recording"):
        Replay.found(tmp_path)
