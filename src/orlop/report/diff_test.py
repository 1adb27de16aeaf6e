import json
from typing import Any

import pytest

from orlop.report.diff import change_lines, in_a_row

_ENTRY = {"cidr": "0.0.0.0/0", "port": 22, "note": ""}
_OFFICE = {"cidr": "203.0.113.0/24", "port": 22, "note": "office"}


def policy(*statements: object) -> dict[str, Any]:
    return {"statements": [], "text": json.dumps({"Version": "2012-10-17", "Statement": statements})}


def shown(was: object, becomes: object) -> list[str]:
    return [str(line) for line in change_lines({"setting": "it", "was": was, "becomes": becomes})]


@pytest.mark.parametrize(
    ("was", "becomes", "lines"),
    [
        pytest.param(False, True, ["- no", "+ yes"], id="a switch"),
        pytest.param(None, 14, ["- not set", "+ 14"], id="never set"),
        pytest.param({"a": 1, "b": 2}, {"a": 1, "b": 3}, ["- b: 2", "+ b: 3"], id="only the field that differs"),
        pytest.param({"a": {"b": 1}}, {"a": {"b": 2}}, ["- a.b: 1", "+ a.b: 2"], id="a field within a field"),
        pytest.param(None, {"deep": True, "x": None}, ["- not set", "+ deep: yes"], id="a whole group of settings"),
        pytest.param([_OFFICE, _ENTRY], [_OFFICE], ["- cidr: 0.0.0.0/0, port: 22"], id="an entry removed"),
        pytest.param([], ["a"], ["+ a"], id="an entry added"),
        pytest.param(["a", "b"], ["b", "a"], ["- a, b", "+ b, a"], id="another order"),
        pytest.param(("a", "b"), ("b",), ["- a"], id="a tuple, as a fresh report has it"),
        pytest.param(
            [{"force": 0, "key": "fs.a"}, {"force": 1, "key": "fs.b"}],
            [{"force": 1, "key": "fs.a"}, {"force": 1, "key": "fs.b"}],
            ["- fs.a: force: 0", "+ fs.a: force: 1"],
            id="an entry that keeps its name",
        ),
        pytest.param("one\ntwo\n", "one\nthree\n", ["  ...", "  one", "- two", "+ three"], id="lines of a file"),
        pytest.param("x\x1b[31m", "y", [r"- x\x1b[31m", "+ y"], id="hostile text"),
        pytest.param(
            {"password": "a"}, {"password": "b"}, ["- password: (hidden)", "+ password: (hidden)"], id="secret"
        ),
        pytest.param(
            policy({"Sid": "a"}, {"Sid": "b"}), policy({"Sid": "a"}), ["- {", '-   "Sid": "b"', "- }"], id="a statement"
        ),
        pytest.param(
            policy({"Sid": "a", "Effect": "Allow"}),
            policy({"Sid": "a", "Effect": "Deny"}),
            ["  ...", "  {", '    "Sid": "a",', '-   "Effect": "Allow"', '+   "Effect": "Deny"', "  }"],
            id="a statement changed",
        ),
        pytest.param(
            None, policy({"Sid": "a"}), ["- (no policy)", "+ {", '+   "Sid": "a"', "+ }"], id="no policy before"
        ),
        pytest.param(
            policy(), {"statements": [], "text": "{oops"}, ["  ...", "- (no statement)", "+ {oops"], id="broken"
        ),
    ],
)
def test_change_lines(was: object, becomes: object, lines: list[str]) -> None:
    assert shown(was, becomes) == lines


def test_nothing_changes_nothing_is_shown() -> None:
    assert shown([1], [1]) == []


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ([], "none"),
        ({}, "nothing"),
        ("", '""'),
        ([["a"], {"b": 1}], "(a), (b: 1)"),
        ({"source": {"kind": "cidr", "name": "::/0"}, "port": 22}, "source: (name: ::/0, kind: cidr), port: 22"),
        ({"to_port": 0, "open": False}, "to port: 0, open: no"),
    ],
)
def test_in_a_row(value: object, said: str) -> None:
    assert in_a_row(value) == said
