"""Reads answers of AWS of any length: never more of a file is in memory than a page, which is a part of an answer.

A file holds one answer (an object), or a list of answers. What an answer lists comes in pages, as from AWS itself.
"""

import gzip
import io
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, cast

from orlop.errors import BadInput

Page = dict[str, Any]

PAGE = 1000
"""How many listed things a page holds at most."""

_LONGEST = 1 << 26
"""How many characters are read on to find the end of one thing. AWS's own answers keep a hundred times below that."""


def pages(file: Path, *, most: int = PAGE, chunk: int = 1 << 20) -> Iterator[tuple[int, Page]]:
    """Yield the pages of each answer in a file, with the answer's number, from 0 on; an empty answer has one page.

    A page holds at most so many listed things, and the file is read in chunks of so many characters; `.gz` is unpacked.
    Raises: BadInput, for a file that is no JSON, is cut off or cannot be read.
    """
    try:
        with gzip.open(file) if file.name.endswith(".gz") else file.open("rb") as raw:
            encoding = json.detect_encoding(raw.read(4))
            raw.seek(0)
            with io.TextIOWrapper(cast("IO[bytes]", raw), encoding=encoding) as text:
                yield from _answers(_Text(text, chunk), most)
    except (OSError, EOFError, ValueError, RecursionError) as error:
        raise BadInput(f"{file} is not JSON: {error}.", do="Take it out of the folder, or record it again.") from error


def _answers(text: "_Text", most: int) -> Iterator[tuple[int, Page]]:
    match text.peek():
        case "":
            return
        case "{":
            yield from ((0, page) for page in _members(text, most))
        case "[":
            for number, _ in enumerate(_listed(text)):
                if text.peek() == "{":
                    yield from ((number, page) for page in _members(text, most))
                else:
                    text.value()
        case _:
            text.value()
    if text.peek():
        raise text.broken("Extra data")


def _members(text: "_Text", most: int) -> Iterator[Page]:
    """Yield an answer in pages: each list in parts, and what is no list with the part that follows it."""
    page: Page = {}
    text.take("{")
    while text.peek() != "}":
        key = text.value()
        if not isinstance(key, str):
            raise text.broken("Expecting property name enclosed in double quotes")
        text.take(":")
        if text.peek() == "[":
            page[key] = []
            for _ in _listed(text):
                if len(page[key]) == most:
                    yield page
                    page = {key: []}
                page[key].append(text.value())
        else:
            page[key] = text.value()
        if text.peek() != "}":
            text.take(",", before='"')
    text.take("}")
    yield page


def _listed(text: "_Text") -> Iterator[None]:
    """Stop before each thing in a list; whoever is told takes it."""
    text.take("[")
    while text.peek() != "]":
        yield
        if text.peek() != "]":
            text.take(",")
            if text.peek() == "]":
                raise text.broken("Expecting value")
    text.take("]")


class _Text:
    """The text of a file, of which only what is being read is held."""

    def __init__(self, file: io.TextIOWrapper, chunk: int) -> None:
        """Read from the beginning, a chunk at a time."""
        self._file, self._chunk = file, chunk
        self._held, self._at, self._before = "", 0, 0
        self._decode = json.JSONDecoder().raw_decode

    def peek(self) -> str:
        """Return the next character that is no space, and stop before it; `""` at the end."""
        while True:
            self._at = _SPACES.match(self._held, self._at).end()  # pyright: ignore[reportOptionalMemberAccess] -- it matches nothing, too
            if self._at < len(self._held):
                return self._held[self._at]
            if not self._more(self._chunk):
                return ""

    def take(self, wanted: str, *, before: str = "") -> None:
        """Go past a character. Raises: ValueError, where another one stands there, or behind it another than that."""
        if self.peek() != wanted:
            raise self.broken(f"Expecting {wanted!r}")
        self._at += 1
        if before and self.peek() != before:
            raise self.broken(f"Expecting {before!r}")

    def value(self) -> Any:
        """Return the value that stands here. Raises: ValueError."""
        self.peek()
        length = self._chunk
        while True:
            try:
                value, end = self._decode(self._held, self._at)
            except json.JSONDecodeError as error:
                stands = self.broken(error.msg, error.pos)
                if len(self._held) - self._at > _LONGEST or not self._more(length):
                    raise stands from error
            else:
                size = end - self._at
                if not self._may_go_on(end) or not self._more(length):
                    self._at += size
                    return value
            length *= 2  # so that a long value is tried a few times only

    def _may_go_on(self, end: int) -> bool:
        """Whether a number that ends here, as far as the text is held, may be longer: `1`, `1.`, `1e+`."""
        return end == len(self._held) or (self._held[end] in ".eE" and end + 3 > len(self._held))

    def broken(self, what: str, at: int | None = None) -> ValueError:
        """Return the error that something else stands here than JSON wants."""
        return ValueError(f"{what.removesuffix(' at')} at character {self._before + (self._at if at is None else at)}")

    def _more(self, length: int) -> bool:
        """Read on; what has been taken is let go of."""
        read = self._file.read(length)
        self._held, self._before = self._held[self._at :] + read, self._before + self._at
        self._at = 0
        return bool(read)


_SPACES = re.compile(r"[ \t\n\r]*")
