from typing import Any

import pytest

from orlop.errors import FixRefused
from orlop.estate.change import Change
from orlop.estate.host.file import SensitiveFile
from orlop.estate.host.kernel import Kernel
from orlop.estate.host.port import PortGuard
from orlop.estate.host.tuning import Tuning, tuned
from orlop.fix.engine import between
from orlop.fix.host.dropin import HEADING, merged
from orlop.fix.host.file import file_mode
from orlop.fix.host.port import port_closed

WAS = (Tuning(key="a", in_force="1"), Tuning(key="b", in_force="1"))
BECOMES = tuned(WAS, {"a": "0", "b": "0"})


class Nobody:
    """A hand that must not be used."""

    def run(self, script: str, *, stdin: bytes = b"") -> str:
        raise AssertionError(script)


def text(*lines: str) -> str:
    return "\n".join([HEADING, *lines, ""])


@pytest.mark.parametrize(
    ("before", "settings", "after"),
    [
        pytest.param("", BECOMES, text("a = 0", "b = 0"), id="a new file"),
        pytest.param(text("a = 0", "b = 0"), WAS, "", id="nothing left: no file"),
        pytest.param(text("c = 7", "a = 0", "b = 0"), WAS, text("c = 7"), id="another setting stays"),
        pytest.param(text("a = 5"), BECOMES, text("a = 0", "b = 0"), id="replaced, not repeated"),
        pytest.param("", WAS, "", id="nothing to keep"),
    ],
)
def test_a_drop_in_holds_what_is_to_be_kept_and_nothing_else(
    before: str, settings: tuple[Tuning, ...], after: str
) -> None:
    assert merged(before, settings, key_of=lambda line: line.partition(" ")[0], between=" = ") == after


@pytest.mark.parametrize(
    ("live", "expected"),
    [
        pytest.param(WAS, True, id="not begun"),
        pytest.param(BECOMES, True, id="done"),
        pytest.param((BECOMES[0], WAS[1]), True, id="one of two"),
        pytest.param(tuple(Tuning(key=t.key, in_force="1", in_our_file="0") for t in WAS), True, id="only the file"),
        pytest.param((Tuning(key="a", in_force="7"), WAS[1]), False, id="somebody else's value"),
    ],
)
def test_a_change_that_was_cut_off_is_known_for_what_it_is(live: Any, expected: bool) -> None:
    change = Change(Kernel.KIND, "host:x/kernel", "links", was=WAS, becomes=BECOMES)
    assert between(change, live) is expected


@pytest.mark.parametrize("target", ["host:x/port/tcp/0", "host:x/port/tcp/22; reboot", "host:x/port/icmp/1", "host:x"])
def test_only_ports_are_closed(target: str) -> None:
    with pytest.raises(FixRefused):
        port_closed.write(Nobody(), Change(PortGuard.KIND, target, "closed", was=False, becomes=True))


@pytest.mark.parametrize(("target", "mode"), [("host:x/file/etc/passwd", "u+s"), ("host:x/user/y", "0644")])
def test_only_permissions_of_files_are_set(target: str, mode: str) -> None:
    with pytest.raises(FixRefused):
        file_mode.write(Nobody(), Change(SensitiveFile.KIND, target, "mode", was="0600", becomes=mode))
