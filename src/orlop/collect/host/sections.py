"""Takes the answer of the probe apart: sections, how each ended, and why one could not be read.

Laws: no text makes it raise anything but `Gap`; a section that was cut off, denied or timed out is a `Gap`, never an
empty answer; what a host says can never end or begin a section, because it does not know the nonce.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from orlop.estate.fact import Cause, Fact, Unread

T = TypeVar("T")

LIMIT = 32 * 1024 * 1024
"""How many characters of an answer are looked at: a hostile host may talk without end."""

NEEDS_ROOT, MISSING, TOOK_TOO_LONG = 77, 69, (124, 137, 143)

BROKEN = (ValueError, KeyError, IndexError, TypeError, AttributeError, ArithmeticError, OSError, RecursionError)
"""What a parser may run into with an answer of another shape than expected."""

MALFORMED = Unread(Cause.MALFORMED, "the host's answer had another shape than expected")

_MISSING_PROGRAM = {
    "addresses": "the program ip is not installed",
    "packages": "neither dpkg nor rpm nor apk is there to say which package installed what",
    "connections": "the program ss is not installed",
    "units": "the system is not run by systemd",
    "firewall": "neither nft nor iptables is installed, so what the kernel filters could not be read",
    "close": "nft is not installed, so Orlop's own table could not be read",
    "updates": "only systems with apt are asked for pending updates so far",
    "automatic": "neither apt nor dnf is there to say whether updates install themselves",
}


class Gap(Exception):
    """A section was not answered."""

    def __init__(self, unread: Unread) -> None:
        """Hold why."""
        self.unread = unread
        super().__init__(unread.why)


@dataclass(frozen=True, slots=True)
class Section:
    """What one section said. `code` is None where it was cut off before its end."""

    text: str
    code: int | None


class Said:
    """The answer of one host, section by section."""

    def __init__(self, sections: Mapping[str, Section]) -> None:
        """Hold sections by name."""
        self._sections = sections

    def lines(self, name: str) -> list[str]:
        """Return the lines of a section, without empty ones. Raises: Gap."""
        section = self._sections.get(name)
        if section is None:
            raise Gap(Unread(Cause.NOT_LOOKED_AT, "the probe did not come that far, or was not asked for it"))
        if section.code != 0:
            raise Gap(_why(name, section.code))
        return [line for line in section.text.split("\n") if line.strip()]

    def has(self, name: str) -> bool:
        """Whether a section was asked for at all."""
        return name in self._sections

    def fact(self, name: str, parse: "Callable[[list[str]], T]") -> "Fact[T]":
        """Return what `parse` makes of the lines of a section, or why there is nothing."""
        source = f"probe:{name}"
        try:
            return Fact(parse(self.lines(name)), source)
        except Gap as gap:
            return Fact(gap.unread, source)
        except BROKEN:
            return Fact(MALFORMED, source)


def take_apart(text: str) -> Said:
    """Return the sections of an answer. What is not framed is left out."""
    found: dict[str, Section] = {}
    text = text[:LIMIT].encode("utf-8", "replace").decode("utf-8")
    opening = re.search(r"^@(\w{1,64}) begin ", text, re.MULTILINE)
    if opening is None:
        return Said(found)
    nonce = opening[1]
    parts = re.split(rf"^@{nonce} begin ", text, flags=re.MULTILINE)[1:]
    for part in parts:
        name, _, rest = part.partition("\n")
        body, found_end, ending = rest.partition(f"\n@{nonce} end {name} ")
        said = re.match(r"\d{1,3}(?=\s)", ending)
        found.setdefault(name, Section(body, int(said[0]) if found_end and said else None))
    return Said(found)


def split(lines: list[str]) -> dict[str, list[str]]:
    """Return the parts of a section that `== name` lines divide; what stands before the first is `""`."""
    parts: dict[str, list[str]] = {"": []}
    part = parts[""]
    for line in lines:
        if line == "==" or line.startswith("== "):
            part = parts.setdefault(line[3:].strip() or "==", [])
        else:
            part.append(line)
    return parts


def words(lines: list[str]) -> dict[str, str]:
    """Return `key value` lines as a mapping; the first of a key counts."""
    said: dict[str, str] = {}
    for line in lines:
        key, _, value = line.partition(" ")
        said.setdefault(key, value.strip())
    return said


def _why(name: str, code: int | None) -> Unread:
    if code is None:
        return Unread(Cause.TIMED_OUT, "the answer broke off in the middle")
    if code == NEEDS_ROOT:
        return Unread(Cause.DENIED, "only root may read it", "root")
    if code in TOOK_TOO_LONG:
        return Unread(Cause.TIMED_OUT, "it took too long")
    if code == MISSING:
        return Unread(Cause.UNSUPPORTED, _MISSING_PROGRAM.get(name, "the program that could tell is not there"))
    return Unread(Cause.FAILED, f"the command that tells it failed (code {code})")
