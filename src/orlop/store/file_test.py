import gzip
import os
import stat
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.cases import DENIED
from tests.estates import ALL_BUCKETS, AT, bucket, buckets, estates, key

from orlop.errors import BadInput, NotFound
from orlop.estate import wire
from orlop.estate.aws.s3 import BLOCK_ALL
from orlop.estate.estate import Estate
from orlop.estate.fact import Cause
from orlop.findings.report import Target
from orlop.store import file
from orlop.store.file import Header, load_file, write_file
from orlop.store.store import Store
from orlop.store.thaw import Frozen

TARGETS = (Target(kind="aws", id="111122223333", label="AWS account 111122223333"),)
ESTATE = buckets(
    bucket("claims", public_access_block=BLOCK_ALL), bucket("other"), listing=replace(ALL_BUCKETS, unread=DENIED)
)
HEADER: dict[str, Any] = msgspec.to_builtins(Header(taken_at=AT, targets=TARGETS, listings=1, resources=2))
LINES = [
    HEADER,
    *map(msgspec.to_builtins, ESTATE.listings),
    *({"kind": resource.KIND, "resource": wire.plain(resource)} for resource in ESTATE.resources),
]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "store") as opened:
        yield opened


def written(path: Path, *lines: object) -> Path:
    """A file of these lines."""
    path.write_bytes(gzip.compress(b"".join(msgspec.json.encode(line) + b"\n" for line in lines)))
    return path


def write(path: Path, estate: Estate) -> Path:
    frozen = [Frozen(r.KIND, r.account, r.region, wire.encode(r)) for r in estate.resources]
    header = Header(taken_at=AT, targets=TARGETS, listings=len(estate.listings), resources=len(frozen))
    write_file(path, header, estate.listings, frozen)
    return path


def test_a_snapshot_goes_out_and_comes_back(store: Store, tmp_path: Path) -> None:
    kept = store.keep(ESTATE, taken_at=AT, targets=TARGETS, why="inspect")
    assert store.export("latest", tmp_path / "claims.orlop") == kept
    estate, targets = load_file(tmp_path / "claims.orlop")
    assert (estate.resources, estate.listings, estate.taken_at) == (ESTATE.resources, ESTATE.listings, AT)
    assert targets == TARGETS


@settings(max_examples=50)
@given(estates())
def test_what_is_written_comes_back_equal(tmp_path_factory: pytest.TempPathFactory, estate: Estate) -> None:
    back = load_file(write(tmp_path_factory.mktemp("file") / "a", estate)).estate
    assert sorted(back.resources, key=key) == sorted(estate.resources, key=key)
    assert back.listings == estate.listings


def test_the_same_snapshot_makes_the_same_file(tmp_path: Path) -> None:
    assert write(tmp_path / "a", ESTATE).read_bytes() == write(tmp_path / "b", ESTATE).read_bytes()


def test_nobody_else_may_read_it(tmp_path: Path) -> None:
    assert stat.S_IMODE(write(tmp_path / "a", ESTATE).stat().st_mode) == 0o600


def test_a_snapshot_that_there_is_not_writes_nothing(store: Store, tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        store.export("s-9", tmp_path / "a")
    assert not (tmp_path / "a").exists()


def test_a_folder_that_there_is_not(store: Store, tmp_path: Path) -> None:
    store.keep(ESTATE, taken_at=AT, targets=TARGETS, why="inspect")
    with pytest.raises(BadInput, match="cannot be written: No such file"):
        store.export("latest", tmp_path / "no" / "a")


def test_a_file_that_was_there_stays_where_writing_fails(tmp_path: Path) -> None:
    path = write(tmp_path / "a", ESTATE)
    before = path.read_bytes()

    def failing() -> Iterator[Frozen]:
        yield Frozen("kind", "", "", b"{}")
        raise OSError(28, "No space left on device")

    with pytest.raises(BadInput, match="No space left on device"):
        write_file(path, Header(taken_at=AT, targets=(), listings=0, resources=2), [], failing())
    assert path.read_bytes() == before
    assert os.listdir(tmp_path) == ["a"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        pytest.param(b"", "it is not a snapshot that Orlop wrote", id="empty"),
        pytest.param(b"just text\n", "it is not a snapshot that Orlop wrote", id="not gzip"),
        pytest.param(gzip.compress(b"just text\n"), "it is not a snapshot", id="gzip of something else"),
        pytest.param(gzip.compress(b'{"format":"other","version":1}\n'), "it is not a snapshot", id="another format"),
        pytest.param(gzip.compress(b'{"format":"orlop snapshot","version":99}\n'), "newer Orlop", id="newer"),
        pytest.param(gzip.compress(b'{"format":"orlop snapshot","version":1}\n'), "its first line", id="half a header"),
        pytest.param(gzip.compress(b"[" * 100_000), "it is not a snapshot that Orlop wrote", id="too deep"),
    ],
)
def test_a_file_of_something_else(tmp_path: Path, content: bytes, said: str) -> None:
    (tmp_path / "a").write_bytes(content)
    with pytest.raises(BadInput, match=said):
        load_file(tmp_path / "a")


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        pytest.param([HEADER | {"taken_at": "yesterday"}, *LINES[1:]], "the time in its first line", id="no time"),
        pytest.param(LINES[:-1], "it ends where a resource should follow", id="too few resources"),
        pytest.param(LINES[:1], "it ends where a listing should follow", id="no listings"),
        pytest.param([*LINES, LINES[-1]], "there is more in it", id="too many resources"),
        pytest.param([HEADER | {"resources": -1}, LINES[1], LINES[2]], "there is more in it", id="fewer than none"),
        pytest.param([HEADER | {"resources": 10**15}, *LINES[1:]], "it ends where", id="more than there can be"),
        pytest.param([HEADER, 7, *LINES[2:]], "a listing cannot be read", id="no listing"),
        pytest.param([*LINES[:-1], {"kind": 7}], "a resource cannot be read", id="no resource"),
    ],
)
def test_a_file_with_something_wrong_in_it(tmp_path: Path, lines: list[object], said: str) -> None:
    with pytest.raises(BadInput, match=said):
        load_file(written(tmp_path / "a", *lines))


def test_a_resource_that_cannot_be_read_makes_its_listing_unread(tmp_path: Path) -> None:
    path = written(
        tmp_path / "a", *LINES[:-1], {"kind": "AWS::S3::Bucket", "resource": {"account": "1", "region": "r1"}}
    )
    estate = load_file(path).estate
    assert [resource.name for resource in estate.resources] == ["claims"]
    last = estate.listings[-1]
    assert (last.account, last.region, last.unread and last.unread.cause) == ("1", "r1", Cause.MALFORMED)


def test_a_file_that_unpacks_to_too_much(tmp_path: Path) -> None:
    path = written(tmp_path / "a", *LINES)
    with pytest.raises(BadInput, match="more than a snapshot ever holds"):
        load_file(path, most=1_000)


def test_a_line_that_never_ends(tmp_path: Path) -> None:
    with gzip.open(tmp_path / "a", "wb") as packed:
        packed.write(msgspec.json.encode(HEADER) + b"\n")
        for _ in range(file.LONGEST_LINE // 2**20 + 1):
            packed.write(b"x" * 2**20)
    with pytest.raises(BadInput, match="more than a snapshot ever holds"):
        load_file(tmp_path / "a")


@pytest.mark.parametrize("path", ["nothing", ".", "a" * 5000, "a\0b"])
def test_a_path_that_is_no_file(tmp_path: Path, path: str) -> None:
    with pytest.raises(BadInput):
        load_file(tmp_path / path)


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(BadInput, match="is not a file"):
        load_file(tmp_path / "pipe")


@given(st.data())
@settings(max_examples=50)
def test_half_a_file_or_an_altered_one_is_never_believed(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("file")
    whole = write(folder / "a", ESTATE).read_bytes()
    at = data.draw(st.integers(0, len(whole) - 1))
    flipped = whole[:at] + bytes([whole[at] ^ data.draw(st.integers(1, 255))]) + whole[at + 1 :]
    (folder / "a").write_bytes(data.draw(st.sampled_from([whole[:at], flipped])))
    try:
        estate = load_file(folder / "a").estate
    except BadInput:
        return
    # What gzip does not check: its header's own flags and time, in the first ten bytes.
    assert at < 10 and (estate.resources, estate.listings) == (ESTATE.resources, ESTATE.listings)
