"""A recording of the emulator, played back, gives the same estate as the emulator did."""

import base64
import gzip
import json
from dataclasses import fields
from pathlib import Path

import pytest

from orlop.collect import aws as collectors
from orlop.collect.aws.account import identify, read
from orlop.collect.aws.calls import Calls
from orlop.collect.aws.recorded.folder import Folder, folders
from orlop.collect.aws.recorded.recorder import Recorder
from orlop.collect.progress import Silent
from orlop.errors import BadInput
from orlop.estate.aws.ec2 import Instance
from orlop.estate.estate import Estate
from orlop.estate.fact import Cause, Fact
from tests.servers.emulator import REGION, Emulator

ASKED = [source for each in collectors.ALL for source in each.sources]


def inspected(calls: Calls) -> Estate:
    account = identify(calls, regions=(REGION,))
    return Estate(*read(account, calls, collectors.ALL, Silent()))


def replayed(folder: Path) -> Folder:
    [found] = folders(folder, ASKED)
    return found


def test_a_replay_equals_what_was_recorded(aws: Emulator, tmp_path: Path) -> None:
    aws.client("s3", "us-east-1").create_bucket(Bucket="claims")
    with aws.live() as live:
        seen = inspected(Recorder(live, tmp_path))
    again = inspected(replayed(tmp_path))
    assert again.resources == seen.resources
    assert again.listings == seen.listings


def test_it_may_be_packed_and_lie_under_other_names(aws: Emulator, tmp_path: Path) -> None:
    with aws.live() as live:
        seen = inspected(Recorder(live, tmp_path / "first"))
    for number, file in enumerate((tmp_path / "first").rglob("*.json")):
        (tmp_path / "second").mkdir(exist_ok=True)
        (tmp_path / "second" / f"{number}.json.gz").write_bytes(gzip.compress(file.read_bytes()))
    assert inspected(replayed(tmp_path / "second")).resources == seen.resources


def test_start_up_scripts_are_left_out(aws: Emulator, tmp_path: Path) -> None:
    script = "export DB_PASSWORD=Tr0ub4dor-and-3"
    aws.client("ec2").run_instances(ImageId="ami-12345678", MinCount=1, MaxCount=1, UserData=script)
    with aws.live() as live:
        [seen] = inspected(Recorder(live, tmp_path)).each(Instance)
    assert seen.user_data.value
    kept = "".join(file.read_text() for file in tmp_path.rglob("*.json"))
    assert "Tr0ub4dor" not in kept
    assert base64.b64encode(script.encode()).decode() not in kept
    [again] = inspected(replayed(tmp_path)).each(Instance)
    assert again.user_data.unread
    assert again.user_data.unread.cause is Cause.NOT_LOOKED_AT


def test_what_was_not_recorded_is_unread_not_empty(aws: Emulator, tmp_path: Path) -> None:
    with aws.live() as live:
        account = identify(Recorder(live, tmp_path), regions=(REGION,))
    resources, listings = read(account, replayed(tmp_path), collectors.ALL, Silent())
    causes = [listing.unread.cause for listing in listings[1:] if listing.region and listing.unread]
    answers = (getattr(resource, each.name) for resource in resources for each in fields(resource))  # pyright: ignore[reportArgumentType] -- every kind is a dataclass
    facts = [answer.unread for answer in answers if isinstance(answer, Fact)]
    assert facts
    assert all(facts), "what there is one of in each region is not listed, but its facts are read"
    assert {*causes, *(unread.cause for unread in facts if unread)} == {Cause.NOT_LOOKED_AT}


def test_a_folder_without_answers_is_none_and_a_damaged_file_is_refused(tmp_path: Path) -> None:
    assert folders(tmp_path, ASKED) == ()
    (tmp_path / "vpcs.json.gz").write_bytes(b"\x1f\x8b half a file")
    with pytest.raises(BadInput, match="not JSON"):
        folders(tmp_path, ASKED)


def test_the_folder_or_the_arns_tell_the_region(tmp_path: Path) -> None:
    (tmp_path / "us-west-2").mkdir()
    (tmp_path / "us-west-2" / "x.json").write_text(json.dumps({"Vpcs": []}))
    topic = "arn:aws:sns:ap-south-1:111122223333:claims"
    (tmp_path / "y.json").write_text(json.dumps({"Topics": [{"TopicArn": topic}]}))
    found = replayed(tmp_path)
    assert found.regions == ("ap-south-1", "us-west-2")
    assert found.account == "111122223333"
