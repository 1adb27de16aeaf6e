"""Law: the pages of an answer put together are the answer, wherever a chunk ends; what `json` refuses is refused."""

import gzip
import json
from itertools import groupby
from pathlib import Path
from typing import Any, cast

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orlop.collect.aws.recorded.stream import pages
from orlop.errors import BadInput

scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
things = st.recursive(scalars, lambda each: st.lists(each, max_size=3) | st.dictionaries(st.text(), each, max_size=3))
answers = st.dictionaries(st.text(), st.lists(things, max_size=9) | things, max_size=4)
files = answers | st.lists(answers | scalars, max_size=4)
anew = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def whole(file: Path, **how: int) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for _, parts in groupby(pages(file, **how), key=lambda each: each[0]):
        answer: dict[str, Any] = {}
        for _, page in parts:
            for key, held in page.items():
                answer[key] = [*answer[key], *held] if isinstance(held, list) and key in answer else held
        found.append(answer)
    return found


def objects(said: Any) -> list[dict[str, Any]]:
    listed = cast("list[Any]", said if isinstance(said, list) else [said])
    return [cast("dict[str, Any]", each) for each in listed if isinstance(each, dict)]


@anew
@given(said=files, chunk=st.integers(1, 40), most=st.integers(1, 4), indent=st.sampled_from([None, 4]))
def test_the_pages_together_are_the_answer(
    tmp_path: Path, said: Any, chunk: int, most: int, indent: int | None
) -> None:
    text = json.dumps(said, indent=indent)
    for name, raw in (
        ("a.json", text.encode()),
        ("b.json", text.encode("utf-16")),
        ("c.json.gz", gzip.compress(text.encode())),
    ):
        (tmp_path / name).write_bytes(raw)
        assert whole(tmp_path / name, chunk=chunk, most=most) == objects(said)


@anew
@given(said=files, data=st.data(), chunk=st.integers(1, 40))
def test_what_json_refuses_is_refused(tmp_path: Path, said: Any, data: st.DataObject, chunk: int) -> None:
    text = json.dumps(said)
    at = data.draw(st.integers(0, len(text) - 1))
    text = text[:at] + data.draw(st.sampled_from(["", ",", "}", "]", "x", '"', ":", " "])) + text[at + 1 :]
    text = text[: data.draw(st.integers(0, len(text)))]
    (tmp_path / "a.json").write_text(text)
    try:
        expected = objects(json.loads(text)) if text.strip() else []
    except ValueError:
        with pytest.raises(BadInput, match="not JSON"):
            list(pages(tmp_path / "a.json", chunk=chunk))
    else:
        assert whole(tmp_path / "a.json", chunk=chunk) == expected


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('{"Vpcs": [{"VpcId": "vpc-1"}', "Expecting ',' at character 28"),
        ('{"Vpcs": [{"VpcId": "vpc-1', "Unterminated string starting at character 20"),
        ('{"Vpcs": []} {}', "Extra data at character 13"),
        ("[" * 100_000, "maximum recursion depth"),
        ("aws: command not found", "Expecting value at character 0"),
    ],
    ids=["cut off in a list", "cut off in a text", "two answers", "nested too deep", "no JSON"],
)
def test_it_says_what_is_wrong_and_where(tmp_path: Path, text: str, says: str) -> None:
    (tmp_path / "a.json").write_text(text)
    with pytest.raises(BadInput) as refused:
        list(pages(tmp_path / "a.json"))
    assert says in str(refused.value)


def test_a_broken_archive_is_refused(tmp_path: Path) -> None:
    packed = gzip.compress(b'{"Vpcs": []}' * 1000)
    (tmp_path / "a.json.gz").write_bytes(packed[:-9])
    with pytest.raises(BadInput, match="not JSON"):
        list(pages(tmp_path / "a.json.gz"))
