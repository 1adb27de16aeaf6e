"""Callers who stand for all others: as far as policies can tell them apart, by name or by what condition keys say.

The keys that tell who calls (`aws:PrincipalArn`, `aws:PrincipalAccount`...) follow from the caller, so they are no
dimensions of their own: no caller comes out who could not be.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from orlop.reason.access.clauses import Clause
from orlop.reason.access.operators import Test
from orlop.reason.access.request import NOBODY_KNOWN, Caller, Sort, caller
from orlop.reason.access.templates import RUN
from orlop.reason.access.values import MISSING, Choice, Element, texts

STRANGER = "999999999999"
"""The account of somebody of whom no policy speaks."""

TELLING = frozenset(
    {
        "aws:principalarn",
        "aws:principalaccount",
        "aws:principaltype",
        "aws:principalisawsservice",
        "aws:principalservicename",
        "kms:calleraccount",
    }
)
"""Condition keys that follow from who the caller is."""


@dataclass(frozen=True, slots=True)
class Who:
    """A caller, and his ARN as conditions see it (`""`: none): for a session that of its role, path and all."""

    caller: Caller
    arn: str = ""

    def key(self, name: str) -> Choice:
        """Return what a telling key holds when he calls."""
        held = self._held(name)
        return Choice((Element(held),)) if held else MISSING

    def _held(self, name: str) -> str:
        sort = self.caller.sort
        if name == "aws:principalarn":
            return self.arn
        if name in ("aws:principalaccount", "kms:calleraccount"):
            return self.caller.account
        if name == "aws:principalisawsservice":
            return "" if sort is Sort.ANYONE else "true" if sort is Sort.SERVICE else "false"
        if name == "aws:principalservicename":
            return self.caller.arn if sort is Sort.SERVICE else ""
        return _TYPES.get(sort, "")


_TYPES = {
    Sort.ANYONE: "Anonymous",
    Sort.ROOT: "Account",
    Sort.USER: "User",
    Sort.SESSION: "AssumedRole",
    Sort.FEDERATED_USER: "FederatedUser",
}


def everybody(clauses: Sequence[Clause], tests: Sequence[Test], accounts: Sequence[str]) -> Iterator[Who]:
    """Yield callers of every kind that the clauses and the tests of telling keys can tell apart.

    Where no clause names principals (policies of users and roles), only principals of `accounts`.
    """
    named = [p for c in clauses for p in (*c.statement.principals, *c.statement.not_principals)]
    mentioned: list[str] = [*accounts, *_accounts(clauses, tests), *([STRANGER] if named else [])]
    known = tuple(dict.fromkeys(mentioned))
    if named:
        yield Who(NOBODY_KNOWN)
    for arn in _arns(tests, known, [principal.name for principal in named]):
        yield from known_as(arn)
    for principal in named:
        if principal.name != "*":
            yield from known_as(principal.name)
    if named or any(test.key in ("aws:principalisawsservice", "aws:principalservicename") for test in tests):
        yield Who(caller("stranger.amazonaws.com"))
    for test in tests:
        if test.key == "aws:principalservicename":
            yield from (Who(caller(value.text)) for value in test.values if caller(value.text).sort is Sort.SERVICE)
    if named:
        yield Who(caller("sign-in.stranger.example"))


def known_as(name: str) -> Iterator[Who]:
    """Yield who a principal's name can be when he calls; of a role, a session."""
    who = caller(name)
    if who.sort is Sort.ROLE:
        session = f"arn:{name.split(':')[1]}:sts::{who.account}:assumed-role/{who.role}/session"
        yield Who(caller(session), name)
    elif who.sort is Sort.SESSION:
        yield Who(who, f"arn:{name.split(':')[1]}:iam::{who.account}:role/{who.role}")
    else:
        yield Who(who, who.arn if who.arn.startswith("arn:") and who.sort is not Sort.PROVIDER else "")


def _accounts(clauses: Sequence[Clause], tests: Sequence[Test]) -> Iterator[str]:
    for clause in clauses:
        for principal in (*clause.statement.principals, *clause.statement.not_principals):
            yield from filter(None, [caller(principal.name).account])
    for test in tests:
        for value in test.values:
            yield from re.findall(r"(?<!\d)\d{12}(?!\d)", value.text)


def _arns(tests: Sequence[Test], accounts: Sequence[str], named: Sequence[str]) -> Iterator[str]:
    """Yield ARNs of users and roles of each account that tests of `aws:PrincipalArn` tell apart, and others than those
    that are named."""
    values = [value for test in tests if test.key == "aws:principalarn" for value in test.values]
    kinds = [f"arn:aws:iam::{account}:{kind}/{RUN}" for account in accounts for kind in ("user", "role")]
    roots = [f"arn:aws:iam::{account}:root" for account in accounts]
    own = [name for name in named if caller(name).sort in (Sort.USER, Sort.ROLE)]
    found = [element.text for element in texts(values, (*kinds, *roots, *own), arn=True)]
    for sort in (Sort.USER, Sort.ROLE, Sort.ROOT):
        yield from (text for text in found if caller(text).sort is sort)
