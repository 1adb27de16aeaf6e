"""Policy documents: who may (not) do what to what, and under which conditions.

Read tolerantly where AWS is tolerant (a string where a list may stand, one statement without a list), and refused where
a document cannot be what AWS would accept: a refused document is unread, never "no policy".

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, cast
from urllib.parse import unquote

Effect = Literal["Allow", "Deny"]


@dataclass(frozen=True, slots=True)
class Principal:
    """One principal of a statement. `kind` is `AWS`, `Service`, `CanonicalUser`...; `("AWS", "*")` is anyone."""

    kind: str
    name: str


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition: `operator` such as `StringEquals`, `key` such as `aws:SourceArn` (as written), `values`."""

    operator: str
    key: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One statement. Of each pair (`actions`, `not_actions`) at most one is not empty."""

    sid: str = ""
    effect: Effect
    principals: tuple[Principal, ...] = ()
    not_principals: tuple[Principal, ...] = ()
    actions: tuple[str, ...] = ()
    not_actions: tuple[str, ...] = ()
    resources: tuple[str, ...] = ()
    not_resources: tuple[str, ...] = ()
    conditions: tuple[Condition, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A policy document. `text` is what AWS holds, for putting back; documents are compared by what they say.

    `version` is the language's: one without it is of 2008, which knows no variables.
    """

    version: str = "2012-10-17"
    statements: tuple[Statement, ...]
    text: str = field(compare=False)


def document(text: str | Mapping[str, Any]) -> Document:
    """Return the document that `text` holds: JSON, URL-encoded JSON (as IAM answers), or parsed already.

    Raises: ValueError, for what AWS itself would refuse.
    """
    if not isinstance(text, str):
        text = json.dumps(text, separators=(",", ":"))
    text = unquote(text) if text.lstrip().startswith("%7B") else text
    raw: Any = json.loads(text)
    if not isinstance(raw, dict) or "Statement" not in raw:
        raise ValueError("not a policy document")
    said = cast("dict[str, Any]", raw)
    parts = cast("list[Any]", said["Statement"]) if isinstance(said["Statement"], list) else [said["Statement"]]
    version = str(said.get("Version", "2008-10-17"))
    return Document(version=version, statements=tuple(_statement(part) for part in parts), text=text)


def without(held: Document, *gone: Statement) -> Document | None:
    """Return the document without some of its statements, all else as written; None where nothing would be left."""
    raw, parts = _parts(held)
    kept = [part for part, statement in zip(parts, held.statements, strict=True) if statement not in gone]
    return document({**raw, "Statement": kept}) if kept else None


def adding(held: Document | None, statement: Mapping[str, Any]) -> Document:
    """Return the document with one statement more, all else as written; a new document where there was none."""
    raw, parts = _parts(held) if held else ({"Version": "2012-10-17"}, [])
    return document({**raw, "Statement": [*parts, dict(statement)]})


def _parts(held: Document) -> tuple[dict[str, Any], list[Any]]:
    raw = json.loads(document(held.text).text)
    said = raw["Statement"]
    return raw, cast("list[Any]", said) if isinstance(said, list) else [said]


def _statement(raw: Any) -> Statement:
    if not isinstance(raw, dict):
        raise ValueError("a statement is not an object")
    said = cast("dict[str, Any]", raw)
    effect = said.get("Effect")
    if effect not in ("Allow", "Deny"):
        raise ValueError("a statement has no effect")
    if "Action" not in said and "NotAction" not in said:
        raise ValueError("a statement has no action")
    return Statement(
        sid=str(said.get("Sid", "")),
        effect=effect,
        principals=_principals(said.get("Principal")),
        not_principals=_principals(said.get("NotPrincipal")),
        actions=_texts(said.get("Action")),
        not_actions=_texts(said.get("NotAction")),
        resources=_texts(said.get("Resource")),
        not_resources=_texts(said.get("NotResource")),
        conditions=_conditions(said.get("Condition")),
    )


def _principals(raw: Any) -> tuple[Principal, ...]:
    if raw is None:
        return ()
    if raw == "*":
        return (Principal("AWS", "*"),)
    if not isinstance(raw, dict):
        raise ValueError("a principal is not an object")
    named = cast("dict[str, Any]", raw).items()
    return tuple(Principal(kind, name) for kind, names in named for name in _texts(names))


def _conditions(raw: Any) -> tuple[Condition, ...]:
    if raw is None:
        return ()
    if not isinstance(raw, dict):
        raise ValueError("a condition is not an object")
    blocks = cast("dict[str, dict[str, Any]]", raw)
    return tuple(
        Condition(operator, key, _texts(values)) for operator, keys in blocks.items() for key, values in keys.items()
    )


def _texts(raw: Any) -> tuple[str, ...]:
    """Return strings for a string, number, boolean, or a list of them."""
    if raw is None:
        return ()
    parts = cast("list[Any]", raw) if isinstance(raw, list) else [raw]
    return tuple(str(part).lower() if isinstance(part, bool) else str(part) for part in parts)
