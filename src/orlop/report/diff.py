"""A change as a diff in plain lines: what was (`-`), what becomes (`+`), what stays around it (` `).

Laws: only what differs is shown; of tuples only the entries removed and added; of policies only
the statements, as JSON; the lines are veiled and inert.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import unified_diff
from typing import Any, Literal, cast

from orlop.findings.finding import Finding
from orlop.report.inert import HIDDEN, inert, is_secret, veiled

_UNSET = "not set"
_NAMES = ("key", "name", "id")
_NOTHING: tuple[Any, ...] = (None, "", [], (), {})


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a diff."""

    sign: Literal["-", "+", " "]
    text: str

    def __str__(self) -> str:
        """Show as `- was` or `+ becomes`."""
        return f"{self.sign} {self.text}"


def change_lines(fix: Mapping[str, Any]) -> tuple[Line, ...]:
    """Return the diff of a change, as `wire.plain` writes changes."""
    return tuple(Line(line.sign, inert(veiled(line.text))) for line in _lines("", fix["was"], fix["becomes"]))


def setting_words(fix: Mapping[str, Any]) -> str:
    """Return the name of the setting that a change sets, in words: `public access block`."""
    return inert(str(fix["setting"]).replace("_", " "))


def in_a_row(value: Any, key: str = "") -> str:
    """Return a plain value on one line: `protocol: tcp, ports: 22, cidr: 0.0.0.0/0`."""
    return inert(veiled(_said(key, value)))


def was_and_becomes(finding: Finding) -> tuple[str, str, str]:
    """Return setting, what was and what becomes, each on one line; three empty texts where Orlop changes nothing."""
    if not finding.fix:
        return "", "", ""
    lines = change_lines(finding.fix)
    was, becomes = (" ".join(line.text.strip() for line in lines if line.sign == sign) for sign in "-+")
    return setting_words(finding.fix), was or "(nothing)", becomes or "(nothing)"


def _lines(key: str, was: Any, becomes: Any) -> Iterator[Line]:
    if was == becomes:
        return
    if _is_policy(was) or _is_policy(becomes):
        yield from _document(was, becomes)
    elif isinstance(was, Mapping) and isinstance(becomes, Mapping):
        yield from _fields(key, cast("Mapping[str, Any]", was), cast("Mapping[str, Any]", becomes))
    elif isinstance(was, list | tuple) and isinstance(becomes, list | tuple):
        yield from _entries(key, list(cast("list[Any]", was)), list(cast("list[Any]", becomes)))
    elif isinstance(was, str) and isinstance(becomes, str) and "\n" in was + becomes:
        yield from _unified(was, becomes)
    else:
        yield Line("-", _named(key, _said(key, was)))
        yield Line("+", _named(key, _said(key, becomes)))


def _fields(key: str, was: Mapping[str, Any], becomes: Mapping[str, Any]) -> Iterator[Line]:
    for name in dict.fromkeys((*was, *becomes)):
        yield from _lines(f"{key}.{name}" if key else name, was.get(name), becomes.get(name))


def _entries(key: str, was: list[Any], becomes: list[Any]) -> Iterator[Line]:
    """Entries removed, then those added; of an entry that keeps its name, only what differs in it."""
    removed = [part for part in was if part not in becomes]
    added = [part for part in becomes if part not in was]
    if not removed and not added:  # the same entries in another order, or repeated
        removed, added = [was], [becomes]
    old, new = {_name(part): part for part in removed}, {_name(part): part for part in added}
    for part in removed:
        yield Line("-", _named(key, _entry(key, part, new.get(_name(part)))))
    for part in added:
        yield Line("+", _named(key, _entry(key, part, old.get(_name(part)))))


def _entry(key: str, part: Any, other: Any) -> str:
    name = _name(part)
    if not name or other is None:
        return _said(key, part)
    differs = {field: value for field, value in part.items() if value != other.get(field)}
    return f"{name}: {_said(key, differs)}"


def _name(part: Any) -> str:
    """Return by what an entry is known among its like: its `key`, `name` or `id`; nothing where it has none."""
    if not isinstance(part, Mapping):
        return ""
    held = cast("Mapping[str, Any]", part)
    return next((str(held[name]) for name in _NAMES if held.get(name)), "")


def _document(was: Any, becomes: Any) -> Iterator[Line]:
    """Statements removed and added, whole; where one was changed into another, what differs within it."""
    old, new = _statements(was), _statements(becomes)
    removed, added = [part for part in old if part not in new], [part for part in new if part not in old]
    if len(removed) == len(added) == 1 and was and becomes:
        yield from _unified(removed[0], added[0])
        return
    for part in removed:
        yield from (Line("-", line) for line in part.splitlines())
    for part in added:
        yield from (Line("+", line) for line in part.splitlines())


def _unified(was: str, becomes: str) -> Iterator[Line]:
    told = unified_diff(was.splitlines(), becomes.splitlines(), n=3, lineterm="")
    for line in (line for line in told if not line.startswith(("---", "+++"))):
        sign = line[0]
        if sign == "-":
            yield Line("-", line[1:])
        elif sign == "+":
            yield Line("+", line[1:])
        else:
            yield Line(" ", "..." if sign == "@" else line[1:])


def _is_policy(value: Any) -> bool:
    return isinstance(value, Mapping) and set(cast("Mapping[str, Any]", value)) == {"statements", "text"}


def _statements(document: Any) -> list[str]:
    """Return each statement of a policy as pretty JSON; the text as it is where it is none."""
    if document is None:
        return ["(no policy)"]
    text = str(document["text"])
    try:
        said = json.loads(text)["Statement"]
    except (ValueError, KeyError, TypeError):
        return [text]
    parts = cast("list[Any]", said) if isinstance(said, list) else [said]
    return [json.dumps(part, indent=2, ensure_ascii=False) for part in parts] or ["(no statement)"]


def _said(key: str, value: Any) -> str:
    if value is None:
        return _UNSET
    if isinstance(value, bool):
        return "yes" if value else "no"
    if _is_policy(value):
        return str(value["text"])
    if isinstance(value, Mapping):
        held = cast("Mapping[str, Any]", value).items()
        told = sorted(
            ((name, part) for name, part in held if part not in _NOTHING), key=lambda item: item[0] not in _NAMES
        )
        parts = (f"{_words(name)}: {_nested(name, part)}" for name, part in told)
        return ", ".join(parts) or "nothing"
    if isinstance(value, list | tuple):
        return ", ".join(_bracketed(key, part) for part in cast("list[Any]", value)) or "none"
    if isinstance(value, str):
        return HIDDEN if value and is_secret(key) else value or '""'
    return str(value)


def _bracketed(key: str, part: Any) -> str:
    return f"({_said(key, part)})" if isinstance(part, Mapping | list | tuple) else _said(key, part)


def _nested(key: str, part: Any) -> str:
    return f"({_said(key, part)})" if isinstance(part, Mapping) and not _is_policy(part) else _said(key, part)


def _named(key: str, said: str) -> str:
    return f"{_words(key)}: {said}" if key else said


def _words(name: str) -> str:
    return name.replace("_", " ")
