"""Writes JSON piece by piece, so that a long report never stands in memory twice.

Law: the text is safe to show on a screen; what a screen would act on is written as JSON escapes, so nothing is lost.
"""

import json
import re
from collections.abc import Iterable
from typing import TextIO

import msgspec

from orlop.report.inert import ACTIVE, cleaned


def plain(value: object) -> object:
    """Return `value` as lists, dicts and strings, secrets hidden."""
    return cleaned(msgspec.to_builtins(value))


def text(value: object) -> str:
    """Return plain data as one line of JSON, secrets hidden."""
    return ACTIVE.sub(_escape, msgspec.json.encode(plain(value)).decode())


def array(out: TextIO, items: Iterable[object]) -> None:
    """Write a JSON array, one item a line."""
    between = "["
    for item in items:
        out.write(f"{between}\n{text(item)}")
        between = ","
    out.write("[]" if between == "[" else "\n]")


def _escape(found: re.Match[str]) -> str:
    return json.dumps(found[0])[1:-1] if found[0] > "\x7f" else f"\\u{ord(found[0]):04x}"
