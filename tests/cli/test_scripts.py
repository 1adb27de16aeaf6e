"""Plays every script of this folder, each in a store of its own, against an emulated account that is new."""

from pathlib import Path

import pytest

from tests.cli.script import play
from tests.servers.emulator import REGION, Emulator

SCRIPTS = sorted(Path(__file__).parent.glob("*.txt"))


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)
def test_script(script: Path, aws: Emulator, tmp_path: Path) -> None:
    environment = {
        "AWS_ENDPOINT_URL": aws.url,
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_REGION": REGION,
        "ORLOP_STORE": str(tmp_path / "store"),
        "NO_COLOR": "1",
        "COLUMNS": "100",
        "DIR": str(tmp_path),
    }
    play(script, environment)
