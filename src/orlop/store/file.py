"""A snapshot as one file, to be inspected elsewhere.

The file is gzipped JSON lines: a header, one line for each listing, one for each resource:

    {"format":"orlop snapshot","version":1,"taken_at":"2027-03-31T09:30:00Z","targets":[...],"listings":2,"resources":9}
    {"kind":"AWS::S3::Bucket","account":"111122223333","region":"*","source":"s3:ListBuckets","unread":null}
    {"kind":"AWS::S3::Bucket","resource":{"id":"arn:aws:s3:::claims",...}}

Laws: a file comes from anybody, so nothing in it is believed before it was checked; half a file is no snapshot.
"""

import gzip
import os
import tempfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, NamedTuple, TypeVar

import msgspec

from orlop.errors import BadInput
from orlop.estate.estate import Estate, Listing
from orlop.findings.report import Target
from orlop.store.moment import is_moment
from orlop.store.thaw import Frozen, thawed

T = TypeVar("T")

VERSION = 1
LONGEST_LINE = 32 * 2**20
"""Bytes. The largest resource that AWS can describe is far below one MiB."""
MOST_TEXT = 8 * 2**30
"""Bytes, unpacked: some eight million resources. A file that unpacks to more than that was made to do harm."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """The first line. `listings` and `resources` are how many lines follow."""

    taken_at: str
    targets: tuple[Target, ...]
    listings: int
    resources: int
    version: int = VERSION
    format: Literal["orlop snapshot"] = "orlop snapshot"


class Loaded(NamedTuple):
    """What a file holds."""

    estate: Estate
    targets: tuple[Target, ...]


def write_file(path: Path, header: Header, listings: Iterable[Listing], resources: Iterable[Frozen]) -> None:
    """Write a snapshot to `path`, whole or not at all; readable by nobody else. Raises: BadInput."""
    try:
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as draft:
            try:
                with gzip.GzipFile(filename="", fileobj=draft, mode="wb", compresslevel=6, mtime=0) as packed:
                    for line in _lines(header, listings, resources):
                        packed.write(line + b"\n")
                draft.flush()
                os.fsync(draft.fileno())
                os.replace(draft.name, path)
            except BaseException:
                os.unlink(draft.name)
                raise
    except OSError as error:
        raise BadInput(
            f"{path} cannot be written: {error.strerror or error}.", do="Give a path in a folder that is yours."
        ) from error


def load_file(path: Path, *, most: int = MOST_TEXT) -> Loaded:
    """Return what a file that `write_file` wrote holds. `most` bytes are unpacked at most. Raises: BadInput."""
    try:
        if not path.is_file():
            raise BadInput(f"{path} is not a file.", do="Give the path of a snapshot that Orlop exported.")
        with gzip.open(path, "rb") as packed:
            return _loaded(_Lines(packed, path, most), path)
    except (EOFError, gzip.BadGzipFile, zlib.error, OSError) as error:
        raise _cannot_use(path, _how(error)) from error


def _lines(header: Header, listings: Iterable[Listing], resources: Iterable[Frozen]) -> Iterator[bytes]:
    yield msgspec.json.encode(header)
    for listing in listings:
        yield msgspec.json.encode(listing)
    for each in resources:
        yield b'{"kind":%b,"resource":%b}' % (msgspec.json.encode(each.kind), each.body)


class _Lines:
    """Reads lines one by one, none of them too long, not too much in all."""

    def __init__(self, packed: gzip.GzipFile, path: Path, most: int) -> None:
        self._packed, self._path, self._left = packed, path, most

    def take(self, decoder: "msgspec.json.Decoder[T]", what: str) -> T:
        """Return the next line. Raises: BadInput."""
        line = self.next()
        if not line:
            raise _cannot_use(self._path, f"it ends where {what} should follow: it was cut off")
        try:
            return decoder.decode(line)
        except (msgspec.DecodeError, ValueError, RecursionError) as error:
            raise _cannot_use(self._path, f"{what} cannot be read ({error})") from error

    def next(self) -> bytes:
        """Return the next line; empty at the end. Raises: BadInput."""
        line = self._packed.readline(LONGEST_LINE + 1)
        self._left -= len(line)
        if len(line) > LONGEST_LINE or self._left < 0:
            raise _cannot_use(self._path, "it unpacks to more than a snapshot ever holds")
        return line


class _Line(msgspec.Struct):
    kind: str
    resource: msgspec.Raw


class _Place(msgspec.Struct):
    account: str
    region: str


def _loaded(lines: _Lines, path: Path) -> Loaded:
    header = _header(lines, path)
    asked = [lines.take(_listing, "a listing") for _ in range(header.listings)]
    found, listings = thawed(_frozen(lines, header.resources), asked)
    if lines.next():
        raise _cannot_use(path, "there is more in it than its first line says")
    return Loaded(Estate(found, listings, taken_at=header.taken_at), header.targets)


def _header(lines: _Lines, path: Path) -> Header:
    first = lines.next()
    try:
        told = _told.decode(first)
    except (msgspec.DecodeError, ValueError, RecursionError) as error:
        raise _cannot_use(path, "it is not a snapshot that Orlop wrote") from error
    if told.version > VERSION:
        raise BadInput(f"{path} was written by a newer Orlop.", do="Update Orlop, then try again.")
    try:
        header = _whole.decode(first)
    except (msgspec.DecodeError, ValueError, RecursionError) as error:
        raise _cannot_use(path, f"its first line cannot be read ({error})") from error
    if not is_moment(header.taken_at):
        raise _cannot_use(path, "the time in its first line is none")
    return header


def _frozen(lines: _Lines, count: int) -> Iterator[Frozen]:
    for _ in range(count):
        line = lines.take(_line, "a resource")
        body = bytes(line.resource)
        try:
            place = _place.decode(body)
        except (msgspec.DecodeError, ValueError, RecursionError):
            place = _Place("", "")
        yield Frozen(line.kind, place.account, place.region, body)


def _cannot_use(path: Path, why: str) -> BadInput:
    return BadInput(f"{path} cannot be used: {why}.", do="Export it again, or fetch it again from where it came from.")


def _how(error: Exception) -> str:
    match error:
        case EOFError():
            return "it ends in the middle: it was cut off"
        case gzip.BadGzipFile() | zlib.error():
            return "it is not a snapshot that Orlop wrote, or was damaged on the way"
        case OSError():
            return error.strerror or str(error)
        case _:
            return str(error)


class _Told(msgspec.Struct):
    format: Literal["orlop snapshot"]
    version: int


_told = msgspec.json.Decoder(_Told)
_whole = msgspec.json.Decoder(Header)
_listing = msgspec.json.Decoder(Listing)
_line = msgspec.json.Decoder(_Line)
_place = msgspec.json.Decoder(_Place)
