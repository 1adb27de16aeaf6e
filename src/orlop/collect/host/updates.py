"""Which installed packages have a newer version in the lists of security updates that lie on the host."""

import re

from orlop.collect.host.identity import moment
from orlop.collect.host.sections import Gap, split, words
from orlop.estate.fact import Cause, Unread
from orlop.estate.host.host import PendingUpdate, Updates

_NO_LISTS = Unread(Cause.UNSUPPORTED, "there are no package lists on this host: run apt-get update, then inspect again")


def updates(lines: list[str]) -> Updates:
    """Return the pending security updates. Raises: Gap, where there are no lists; KeyError, ValueError."""
    parts = split(lines)
    head = parts[""]
    said = words(head)
    if said["lists"] == "no":
        raise Gap(_NO_LISTS)
    newest: dict[tuple[str, str], PendingUpdate] = {}
    for line in parts.get("==", []):
        name, arch, installed, there = line.split()
        known = newest.get((name, arch))
        if newer(there, known.available if known else installed):
            newest[name, arch] = PendingUpdate(package=name, installed=installed, available=there)
    return Updates(
        security=tuple(sorted(set(newest.values()), key=lambda update: (update.package, update.installed))),
        security_source=any(line.startswith("security ") for line in head),
        lists_at=moment(said["lists"]),
    )


def newer(left: str, right: str) -> bool:
    """Whether the Debian version `left` is newer than `right`.

    Source: https://www.debian.org/doc/debian-policy/ch-controlfields.html#version
    """
    return _key(left) > _key(right)


_Piece = tuple[tuple[int, ...], int]
_END: _Piece = ((0,), 0)


def _key(version: str) -> tuple[int, list[_Piece], list[_Piece]]:
    epoch, colon, rest = version.partition(":")
    if not colon:
        epoch, rest = "0", version
    upstream, dash, revision = rest.rpartition("-")
    if not dash:
        upstream, revision = rest, ""
    return int(epoch), _pieces(upstream), _pieces(revision)


def _pieces(part: str) -> list[_Piece]:
    """Return runs of non-digits and digits, comparable as by dpkg: `~` before the end, letters before others."""
    found = re.findall(r"([^0-9]*)([0-9]*)", part)
    pieces = [((*(_order(c) for c in text), 0), int(number or "0")) for text, number in found]
    while pieces and pieces[-1] == _END:
        pieces.pop()
    return [*pieces, _END]


def _order(character: str) -> int:
    if character == "~":
        return -1
    return ord(character) if character.isascii() and character.isalpha() else ord(character) + 256
