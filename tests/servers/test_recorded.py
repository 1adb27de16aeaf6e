"""A recording of the emulator, played back, gives the same estate as the emulator did."""

from pathlib import Path

import pytest

from orlop.collect import aws as collectors
from orlop.collect.aws.account import identify, read
from orlop.collect.aws.calls import Calls
from orlop.collect.aws.recorded import FILE, Recorder, Replay
from orlop.collect.progress import Silent
from orlop.errors import BadInput
from orlop.estate.estate import Estate
from orlop.estate.fact import Cause
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


def test_what_was_not_recorded_is_unread_not_empty(aws: Emulator, tmp_path: Path) -> None:
    with aws.live() as live, Recorder(live, tmp_path) as recorder:
        account = identify(recorder, regions=(REGION,))
    replay = Replay.found(tmp_path)
    assert replay
    _, listings = read(account, replay, collectors.ALL, Silent())
    assert all(
        listing.unread and listing.unread.cause is Cause.NOT_LOOKED_AT for listing in listings[1:] if listing.region
    )


def test_no_recording_is_none_and_a_damaged_one_is_refused(tmp_path: Path) -> None:
    assert Replay.found(tmp_path) is None
    (tmp_path / FILE).write_bytes(b"\x1f\x8b half a file")
    with pytest.raises(BadInput, match="not a whole recording"):
        Replay.found(tmp_path)
