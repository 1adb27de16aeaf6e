"""Laws for changes and writers."""

import re
from collections import Counter
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orlop.estate import wire
from orlop.estate.change import Change
from orlop.fix import aws, host
from orlop.fix.writer import AnyWriter, Writer
from tests.laws.source import modules, written_in

ALL: list[AnyWriter] = [*aws.ALL, *host.ALL]
every_writer = pytest.mark.parametrize("writer", ALL, ids=lambda w: f"{w.kind}.{w.setting}")

plain = st.none() | st.booleans() | st.integers() | st.text() | st.lists(st.text()).map(tuple)


@given(st.text(), st.text(), st.text(), plain, plain)
def test_undoing_twice_is_the_change_itself(kind: str, target: str, setting: str, was: object, becomes: object) -> None:
    change = Change(kind, target, setting, was=was, becomes=becomes)
    assert change.undone().undone() == change
    assert (change.undone().was, change.undone().becomes) == (becomes, was)


def test_no_two_writers_write_one_setting() -> None:
    times = Counter((writer.kind, writer.setting) for writer in ALL)
    assert [setting for setting, count in times.items() if count > 1] == []


@every_writer
def test_what_is_written_is_a_field_of_its_resource(writer: AnyWriter) -> None:
    assert wire.setting_type(writer.kind, writer.setting) is not None


@every_writer
def test_says_which_calls_it_makes(writer: AnyWriter) -> None:
    assert writer.calls
    assert all(re.match(r"[a-z0-9-]+:[A-Z]\w+$|root$", call) for call in writer.calls)


@pytest.mark.parametrize("package", [aws, host], ids=["aws", "host"])
def test_no_writer_is_left_out_of_the_lists(package: ModuleType) -> None:
    for module in modules(package):
        for writer in written_in(module, Writer[Any]):
            assert writer in getattr(module, "ALL", ()), f"{module.__name__}: {writer.setting}"
            assert writer in ALL, f"{module.__name__}: {writer.setting}"
