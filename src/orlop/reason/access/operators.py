"""The condition operators: does what a request brings meet what a policy asks?

Sources: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html,
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
(`ForAllValues` is true where the key is missing, `ForAnyValue` false)
"""

import ipaddress
import operator
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from functools import lru_cache

from orlop.estate.aws.policy import Condition
from orlop.reason.access.request import Context, Value
from orlop.reason.access.templates import Known, Template, Unresolved, filled, matches, template
from orlop.reason.access.truth import Depends, Truth, some


class Family(StrEnum):
    """What an operator compares."""

    TEXT = "text"
    ARN = "arn"
    NUMBER = "number"
    DATE = "date"
    FLAG = "flag"
    ADDRESS = "address"
    PRESENCE = "presence"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Operator:
    """`ForAnyValue:StringNotLikeIfExists` taken apart. `base` is in lower case and positive (`stringlike`).

    `over` is `forallvalues`, `foranyvalue` or `""`.
    """

    base: str
    family: Family
    negated: bool = False
    if_exists: bool = False
    over: str = ""

    @property
    def wild(self) -> bool:
        """Whether `*` and `?` in its values are wildcards."""
        return self.base == "stringlike" or self.family is Family.ARN


_SHAPE = re.compile(r"(?:(foranyvalue|forallvalues):)?(.+?)(ifexists)?")
_FAMILIES = (
    (Family.TEXT, re.compile(r"string(equals|equalsignorecase|like)|binaryequals")),
    (Family.ARN, re.compile(r"arn(equals|like)")),
    (Family.NUMBER, re.compile(r"numeric(equals|lessthan|lessthanequals|greaterthan|greaterthanequals)")),
    (Family.DATE, re.compile(r"date(equals|lessthan|lessthanequals|greaterthan|greaterthanequals)")),
    (Family.FLAG, re.compile("bool")),
    (Family.ADDRESS, re.compile("ipaddress")),
    (Family.PRESENCE, re.compile("null")),
)


@lru_cache(maxsize=4096)
def parsed(name: str) -> Operator:
    """Read the name of an operator, in any case. One that AWS does not know is of the family `UNKNOWN`."""
    shape = _SHAPE.fullmatch(name.lower())
    over, whole, if_exists = shape.groups() if shape else ("", name.lower(), None)
    base = re.sub(r"^(string|arn|numeric|date)not(?=equals|like)|^not(?=ipaddress)", r"\1", whole)
    family = next((family for family, shape in _FAMILIES if shape.fullmatch(base)), Family.UNKNOWN)
    return Operator(base=base, family=family, negated=base != whole, if_exists=bool(if_exists), over=over or "")


@dataclass(frozen=True, slots=True)
class Test:
    """One condition of a statement, ready to be asked: one key, one operator, any of the values."""

    operator: Operator
    key: str
    values: tuple[Template, ...]


def test(condition: Condition, *, variables: bool, known: Known = ()) -> Test:
    """Read a condition. `known` are variables that hold the same in every request."""
    operator = parsed(condition.operator)
    values = tuple(template(v, wild=operator.wild, variables=variables, known=known) for v in condition.values)
    return Test(operator, condition.key.lower(), values)


def holds(test: Test, context: Context) -> Truth:
    """Whether a condition is met by a request.

    1. `Null` asks only whether the key is there.
    2. A missing key meets a negated operator, `...IfExists` and `ForAllValues`, and no other.
    3. Values with a variable that the request lacks match nothing.
    4. Several values of the request: any must match, for a negated operator all must differ; or as the prefix says.
    """
    operator, held = test.operator, context.get(test.key)
    if isinstance(held, Depends):
        return held
    if operator.family is Family.PRESENCE:  # 1
        return any((each.text.lower() == "true") == (held is None) for each in test.values)
    if operator.family is Family.UNKNOWN:
        return Depends(frozenset({f"the condition operator {operator.base}"}))
    if held is None:  # 2
        return met_without(operator)
    wanted, unknown = _wanted(test, context)  # 3
    if unknown is not None:
        sure = compare(operator, wanted, held)
        return some([sure, unknown]) if not operator.negated else (sure if sure is False else unknown)
    return compare(operator, wanted, held)


def _wanted(test: Test, context: Context) -> tuple[list[str], Depends | None]:
    wanted: list[str] = []
    unknown: frozenset[str] = frozenset()
    for each in test.values:
        try:
            pattern = filled(each, context)
        except Unresolved:
            continue
        if isinstance(pattern, Depends):
            unknown |= pattern.on
        else:
            wanted.append(pattern)
    return wanted, Depends(unknown) if unknown else None


def met_without(operator: Operator) -> bool:
    """Whether a missing key meets an operator."""
    return operator.if_exists or operator.over == "forallvalues" or (operator.negated and not operator.over)


def compare(operator: Operator, wanted: Iterable[str], held: Value) -> bool:
    """Whether what a key holds meets an operator with these values (patterns, for operators with wildcards)."""
    wanted, values = tuple(wanted), (held,) if isinstance(held, str) else held
    return met_by(operator, [any(alike(operator, pattern, value) for pattern in wanted) for value in values])


def met_by(operator: Operator, hits: Iterable[bool]) -> bool:
    """Whether an operator is met, given for each value of the request whether any value of the policy matches it."""
    every = operator.over == "forallvalues" or (operator.negated and not operator.over)
    return (all if every else any)(hit != operator.negated for hit in hits)


def alike(operator: Operator, wanted: str, held: str) -> bool:
    """Whether one value of a request matches one of a policy, before any negation."""
    return _COMPARE[operator.base](wanted, held)


def number(text: str) -> float | None:
    """Return the number that a text is; None for what is none."""
    try:
        return float(text)
    except ValueError:
        return None


@lru_cache(maxsize=4096)
def moment(text: str) -> float | None:
    """Return seconds since 1970 for a date: ISO 8601 (also a year or a month alone), or a number already."""
    if re.fullmatch(r"\d{4}(-\d\d)?", text):
        text = f"{text}-01-01"[:10]
    elif (seconds := number(text)) is not None:
        return seconds
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        return None
    return (time if time.tzinfo else time.replace(tzinfo=UTC)).timestamp()


@lru_cache(maxsize=65536)
def address_in(range_: str, address: str) -> bool:
    """Whether an address lies in a range (or is it); what is neither matches nothing."""
    try:
        return ipaddress.ip_address(address) in ipaddress.ip_network(range_, strict=False)
    except ValueError:
        return False


_Alike = Callable[[str, str], bool]


def _ordered(read: Callable[[str], float | None], order: Callable[[float, float], bool]) -> _Alike:
    def ordered(wanted: str, held: str) -> bool:
        one, other = read(held), read(wanted)
        return one is not None and other is not None and order(one, other)

    return ordered


_ORDERS: dict[str, Callable[[float, float], bool]] = {
    "equals": operator.eq,
    "lessthan": operator.lt,
    "lessthanequals": operator.le,
    "greaterthan": operator.gt,
    "greaterthanequals": operator.ge,
}
_COMPARE: dict[str, _Alike] = {
    "stringequals": operator.eq,
    "binaryequals": operator.eq,
    "stringequalsignorecase": lambda wanted, held: wanted.casefold() == held.casefold(),
    "stringlike": matches,
    "arnequals": lambda wanted, held: matches(wanted, held, arn=True),
    "arnlike": lambda wanted, held: matches(wanted, held, arn=True),
    "bool": lambda wanted, held: wanted.lower() == held.lower(),
    "ipaddress": address_in,
    **{f"numeric{name}": _ordered(number, order) for name, order in _ORDERS.items()},
    **{f"date{name}": _ordered(moment, order) for name, order in _ORDERS.items()},
}
