"""Texts of policies: wildcards and policy variables, filled in for one request and then compared.

A template is read once into parts. Filled in, it is a pattern: a text in which two characters of the private use area
stand for the wildcards, so that a star that came from a variable's value is only a star.

Sources: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html (variables, defaults,
`${*}`; one without a value equals nothing),
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html (wildcards stay within their
part of an ARN, but for a star that ends one; an ARN that ends early means any of what is missing)
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from orlop.reason.access.request import Context
from orlop.reason.access.truth import Depends

RUN = "\ue000"
"""Any text, even none, in a pattern."""

ONE = "\ue001"
"""Any one character, in a pattern."""

ARN_PARTS = 6


@dataclass(frozen=True, slots=True)
class Variable:
    """`${aws:username, 'nobody'}`: a key in lower case, and what is taken where the key is missing."""

    key: str
    default: str | None = None


@dataclass(frozen=True, slots=True)
class Template:
    """A text of a policy. `pattern` is what it is without variables; None where it has any."""

    text: str
    parts: tuple[str | Variable, ...]
    pattern: str | None

    @property
    def variables(self) -> tuple[Variable, ...]:
        """The variables in it, in order."""
        return tuple(part for part in self.parts if isinstance(part, Variable))


class Unresolved(Exception):
    """A variable that the request does not have, and no default: the text means nothing."""


_VARIABLE = re.compile(r"\$\{([^}]*)\}")


Known = tuple[tuple[str, str], ...]
"""Variables that hold the same in every request (`aws:resourceaccount`), by key in lower case."""


@lru_cache(maxsize=65536)
def template(text: str, *, wild: bool, variables: bool, known: Known = ()) -> Template:
    """Read a text of a policy: with wildcards (`StringLike`, resources) or not (`StringEquals`), with variables or not.

    Policies of the version 2008-10-17 know no variables: there `${aws:username}` is just text.
    """
    parts: list[str | Variable] = []
    at = 0
    for found in _VARIABLE.finditer(text) if variables else ():
        parts += [_wild(text[at : found.start()], wild), _variable(found[1], known)]
        at = found.end()
    parts.append(_wild(text[at:], wild))
    joined = tuple(part for part in parts if part != "")
    fixed = all(isinstance(part, str) for part in joined)
    return Template(text, joined, "".join(str(part) for part in joined) if fixed else None)


def aligned(text: str) -> tuple[str, ...]:
    """Return a resource of a policy so that its parts are those of an ARN.

    A star that ends a part may reach over colons: `arn:aws:rds:*:db:claims` is any region's and account's. Where the
    parts are plainly an ARN's as they stand, the star could only reach into the name of a thing, and is left alone.
    """
    parts = text.split(":")
    if parts[0] != "arn" or "${" in text or (len(parts) >= ARN_PARTS and _ACCOUNT.fullmatch(parts[4])):
        return (text,)
    found: dict[str, None] = {}
    for at, part in enumerate(parts):
        for more in range(1, ARN_PARTS) if part.endswith("*") else ():
            longer = [*parts[: at + 1], *["*"] * more, *parts[at + 1 :]]
            if len(longer) >= ARN_PARTS and _ACCOUNT.fullmatch(longer[4]):
                found[":".join(longer)] = None
                break
    return tuple(found) or (text,)


_ACCOUNT = re.compile(r"[\d*?]*|aws")


def _wild(text: str, wild: bool) -> str:
    return text.replace("*", RUN).replace("?", ONE) if wild else text


def _variable(inside: str, known: Known) -> str | Variable:
    if inside in ("*", "?", "$"):
        return inside
    key, comma, default = inside.partition(",")
    if held := dict(known).get(key.strip().lower()):
        return held
    return Variable(key.strip().lower(), default.strip().strip("'\"") if comma else None)


def filled(template: Template, context: Context) -> str | Depends:
    """Return the pattern that a template is for one request. Raises: Unresolved."""
    if template.pattern is not None:
        return template.pattern
    out: list[str] = []
    missing: frozenset[str] = frozenset()
    for part in template.parts:
        held = _held(part, context) if isinstance(part, Variable) else part
        if isinstance(held, Depends):
            missing |= held.on
        else:
            out.append(held)
    return Depends(missing) if missing else "".join(out)


def _held(variable: Variable, context: Context) -> str | Depends:
    held = context.get(variable.key)
    if isinstance(held, tuple):
        held = held[0] if len(held) == 1 else None
    if held is None:
        held = variable.default
    if held is None:
        raise Unresolved(variable.key)
    return held


@lru_cache(maxsize=65536)
def compiled(pattern: str, *, arn: bool = False, any_case: bool = False) -> re.Pattern[str]:
    """Return what matches a pattern: as plain text, or part by part of an ARN."""
    flags = re.DOTALL | (re.IGNORECASE if any_case else 0)
    parts = pattern.split(":", ARN_PARTS - 1) if arn and pattern.startswith("arn:") else [pattern]
    if len(parts) == 1:
        return re.compile(_expression(pattern, "."), flags)
    parts += [RUN] * (ARN_PARTS - len(parts))
    return re.compile(":".join([*(_expression(p, "[^:]") for p in parts[:-1]), _expression(parts[-1], ".")]), flags)


def _expression(pattern: str, any_one: str) -> str:
    return "".join(f"{any_one}*" if c == RUN else any_one if c == ONE else re.escape(c) for c in pattern)


def matches(pattern: str, text: str, *, arn: bool = False, any_case: bool = False) -> bool:
    """Whether a text is what a pattern means. A lone wildcard is everything."""
    if pattern == RUN:
        return True
    if RUN not in pattern and ONE not in pattern and not any_case and not (arn and _ends_early(pattern)):
        return pattern == text
    return compiled(pattern, arn=arn, any_case=any_case).fullmatch(text) is not None


class AnyOf:
    """Some patterns, made ready once: whether a text is what any of them means (`matches`)."""

    __slots__ = ("_everything", "_plain", "_shape")

    def __init__(self, patterns: Iterable[str], *, arn: bool = False) -> None:
        """Sort out which are plain text; all others become one expression."""
        wanted = tuple(patterns)
        wild = [p for p in wanted if RUN in p or ONE in p or (arn and _ends_early(p))]
        self._everything = RUN in wanted
        self._plain = frozenset(wanted).difference(wild)
        shapes = [f"(?:{compiled(pattern, arn=arn).pattern})" for pattern in wild]
        self._shape = re.compile("|".join(shapes), re.DOTALL) if shapes else None

    def match(self, text: str) -> bool:
        """Whether one of them means a text."""
        if self._everything or text in self._plain:
            return True
        return self._shape is not None and self._shape.fullmatch(text) is not None


def _ends_early(pattern: str) -> bool:
    return pattern.startswith("arn:") and pattern.count(":") < ARN_PARTS - 1


def captured(template: Template, text: str) -> dict[str, str]:
    """Return what the variables of a template hold if it is to match a text; nothing where it cannot."""
    names = {f"v{at}": part.key for at, part in enumerate(template.parts) if isinstance(part, Variable)}
    parts = (
        f"(?P<v{at}>.*)" if isinstance(part, Variable) else _expression(part, ".")
        for at, part in enumerate(template.parts)
    )
    found = re.fullmatch("".join(parts), text, re.DOTALL)
    return {key: found[name] for name, key in names.items()} if found else {}
