"""What a condition key may hold, as far as the tests of some policies can tell apart: finitely many choices.

Each choice stands for all values that meet the same tests. A test with a policy variable (`${aws:username}`) may or may
not be met by a value that its other text allows: such a value makes two choices, and whoever uses them checks what
comes out with the evaluator.
"""

import ipaddress
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise

from orlop.reason.access.languages import TooIntricate, arn_classes, classes
from orlop.reason.access.operators import Family, Test, alike, met_by, met_without, moment, number
from orlop.reason.access.templates import ARN_PARTS, ONE, RUN, Template, matches
from orlop.reason.addresses import cidr

MOST_ELEMENTS = 8
"""Of how many different values a key with several may be made; more would make too many sets of them."""


@dataclass(frozen=True, slots=True)
class Element:
    """One value. `holding` are those texts with variables that are taken to match it.

    `void` are those of which the request has no value for a variable, so that a NotResource with them says nothing.
    """

    text: str
    holding: frozenset[str] = frozenset()
    void: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Choice:
    """What a key holds: None where it is missing. `many` where it may hold several values."""

    elements: tuple[Element, ...] | None
    many: bool = False

    @property
    def value(self) -> str | tuple[str, ...] | None:
        """As it stands in a request."""
        if self.elements is None:
            return None
        return tuple(each.text for each in self.elements) if self.many else self.elements[0].text


MISSING = Choice(None)


def over(template: Template) -> str:
    """Return the pattern of all that a text can match, whatever its variables are."""
    return "".join(part if isinstance(part, str) else RUN for part in template.parts)


def choices(tests: Sequence[Test], *, also: Iterable[str] = ()) -> tuple[Choice, ...]:
    """Return what a key may hold, missing first. `also` are more patterns (or ranges) to tell apart.

    Raises: TooIntricate.
    """
    elements = tuple(_elements(tests, tuple(also)))
    if not any(test.operator.over for test in tests):
        return (MISSING, *(Choice((each,)) for each in elements))
    elements = _told_apart(elements, tests, tuple(also))
    if len(elements) > MOST_ELEMENTS:
        raise TooIntricate
    sets = (each for size in range(1, len(elements) + 1) for each in combinations(elements, size))
    return (MISSING, *(Choice(each, many=True) for each in sets))


def _told_apart(elements: Sequence[Element], tests: Sequence[Test], also: Sequence[str]) -> tuple[Element, ...]:
    """Return one of all values that the same tests (and further patterns) match: of several more nothing new comes."""
    found: dict[tuple[bool, ...], Element] = {}
    asking = [test for test in tests if test.operator.family is not Family.PRESENCE]
    for each in elements:
        hits = (any(_hit(test, value, each) for value in test.values) for test in asking)
        found.setdefault((*hits, *(matches(pattern, each.text) for pattern in also)), each)
    return tuple(found.values())


def met(test: Test, choice: Choice) -> bool:
    """Whether a choice meets a test."""
    operator = test.operator
    if operator.family is Family.PRESENCE:
        return any((each.text.lower() == "true") == (choice.elements is None) for each in test.values)
    if choice.elements is None:
        return met_without(operator)
    return met_by(operator, [any(_hit(test, value, each) for value in test.values) for each in choice.elements])


def _hit(test: Test, value: Template, element: Element) -> bool:
    if value.pattern is None:
        return value.text in element.holding
    return alike(test.operator, value.pattern, element.text)


def _elements(tests: Sequence[Test], also: tuple[str, ...]) -> Iterator[Element]:
    families = {test.operator.family for test in tests} - {Family.PRESENCE}
    values = [value for test in tests if test.operator.family is not Family.PRESENCE for value in test.values]
    if families <= {Family.TEXT, Family.ARN}:
        yield from texts(_literal(tests), also, arn=families == {Family.ARN})
    elif any(value.pattern is None for value in values) or len(families) != 1:
        raise TooIntricate
    else:
        yield from map(Element, _ordered(families.pop(), [*(value.text for value in values), *also]))


def _literal(tests: Sequence[Test]) -> list[Template]:
    """Return the values of tests of texts. Those that ignore case cannot stand beside wildcards."""
    found = [value for test in tests if test.operator.family is not Family.PRESENCE for value in test.values]
    folding = [v for test in tests if test.operator.base == "stringequalsignorecase" for v in test.values]
    if not folding:
        return found
    if any(RUN in over(value) or ONE in over(value) for value in found):
        raise TooIntricate
    swapped = (value.text.swapcase() for value in folding)
    return [*found, *(Template(text, (text,), text) for text in swapped)]


def texts(
    templates: Sequence[Template], also: tuple[str, ...] = (), *, arn: bool, voidable: Iterable[str] = ()
) -> Iterator[Element]:
    """Yield one element a class of texts; `voidable` are texts with variables that may be void.

    Raises: TooIntricate.
    """
    patterns = tuple(dict.fromkeys([*map(over, templates), *also]))
    varied = {each.text: over(each) for each in templates if each.pattern is None}
    may_be_void = tuple(dict.fromkeys(voidable))
    told_apart = arn_classes if arn or (patterns and all(map(_as_arn, patterns))) else classes
    for _, text in told_apart(patterns):
        possible = [written for written, pattern in varied.items() if matches(pattern, text, arn=arn)]
        if len(possible) + len(may_be_void) > MOST_ELEMENTS:
            raise TooIntricate
        for void in map(frozenset, _subsets(may_be_void)):
            left = [written for written in possible if written not in void]
            yield from (Element(text, frozenset(held), void) for held in _subsets(left))


def _subsets(of: Sequence[str]) -> Iterator[tuple[str, ...]]:
    return (held for size in range(len(of) + 1) for held in combinations(of, size))


def _as_arn(pattern: str) -> bool:
    """Whether a pattern means the same as text and as an ARN: no wildcard but in its last part."""
    parts = pattern.split(":", ARN_PARTS - 1)
    return len(parts) == ARN_PARTS and parts[0] == "arn" and not any(c in p for p in parts[:-1] for c in (RUN, ONE))


def _ordered(family: Family, written: list[str]) -> Iterator[str]:
    match family:
        case Family.FLAG:
            yield from ("true", "false")
        case Family.ADDRESS:
            yield from _addresses(written)
        case Family.NUMBER | Family.DATE:
            read = number if family is Family.NUMBER else moment
            points = sorted({point for text in written if (point := read(text)) is not None}) or [0.0]
            between = ((one + other) / 2 for one, other in pairwise(points))
            yield from (f"{point:.15g}" for point in (points[0] - 1, *points, *between, points[-1] + 1))
        case _:
            raise TooIntricate


def _addresses(written: list[str]) -> Iterator[str]:
    """Yield one address of each stretch between the borders of ranges, v4 then v6."""
    four, six = {0}, {0}
    for text in written:
        try:
            held = cidr(text)
        except ValueError:
            continue
        four |= {border for first, last in held.v4 for border in (first, last + 1)}
        six |= {border for first, last in held.v6 for border in (first, last + 1)}
    yield from (str(ipaddress.IPv4Address(border)) for border in sorted(four) if border < 1 << 32)
    yield from (str(ipaddress.IPv6Address(border)) for border in sorted(six) if border < 1 << 128)
