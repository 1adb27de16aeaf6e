"""Is a policy public? In both meanings: what a stranger can really do, and what S3 goes by.

- What a stranger can do: some request of somebody who is named nowhere (`strangers`) that the policy allows, with that
  request as witness.
- S3's own meaning looks at how a policy is written: an Allow for everyone counts as public unless a condition holds it
  to fixed values of certain keys. S3 blocks by this meaning.

Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html ("public")
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import ip_network

from orlop.estate.aws.policy import Condition, Statement
from orlop.reason.access.boxes import minus, overlap
from orlop.reason.access.clauses import Clause, Policy
from orlop.reason.access.compare import Grant, allowed
from orlop.reason.access.languages import TooIntricate
from orlop.reason.access.operators import Family, parsed
from orlop.reason.access.request import Sort
from orlop.reason.access.space import Space
from orlop.reason.access.strangers import WIDEST_V4, WIDEST_V6, apart, presentable
from orlop.reason.access.templates import template
from orlop.reason.access.who import STRANGER, Who


@dataclass(frozen=True, slots=True)
class Publicity:
    """What strangers may do: a witness for each clause that lets them; and the clauses of which that is unknown."""

    grants: tuple[Grant, ...]
    unsure: tuple[Clause, ...] = ()


def public(policy: Policy, *, owner: str = "", action: str = "", resource: str = "") -> Publicity:
    """Return what strangers may do by the policy of a resource of account `owner`.

    Optionally only for an action and a resource; both may be patterns.
    """
    wanted = template(action.lower(), wild=True, variables=False).pattern or "" if action else ""
    meant = template(resource, wild=True, variables=False) if resource else None
    allows = [clause for clause in policy.clauses if clause.allows]
    tests = tuple(test for clause in policy.clauses for test in clause.tests)
    try:
        accounts = [owner] if owner else []
        space = Space(
            policy.clauses,
            accounts=accounts,
            actions=[wanted] if wanted else [],
            resources=[meant] if meant else [],
            apart=apart(tests),
            asks={"strangers": presentable(tests)},
        )
        denied = space.boxes(clause for clause in policy.clauses if not clause.allows)
    except TooIntricate:
        return Publicity((), tuple(allows))
    strangers = space.asked(space.callers.where(_is_stranger), by="strangers", action=wanted, resource=meant)
    grants: list[Grant] = []
    unsure: list[Clause] = []
    for clause in allows:
        box = overlap(space.box(clause), strangers)
        try:
            region = minus([box], denied) if box else []
        except TooIntricate:
            unsure.append(clause)
            continue
        witness = space.witness(region, lambda request: allowed(policy.clauses, request) is True)
        if witness:
            grants.append(Grant(clause, witness))
        elif region or (box and not space.exact):
            unsure.append(clause)
    return Publicity(tuple(grants), tuple(unsure))


def _is_stranger(who: Who) -> bool:
    return who.caller.sort is Sort.ANYONE or who.caller.account == STRANGER


def public_by_s3(statements: Sequence[Statement]) -> tuple[Statement, ...]:
    """Return the statements for which S3 calls a bucket's policy public."""
    return tuple(s for s in statements if s.effect == "Allow" and _for_everyone(s) and not _held_to_fixed(s))


def _for_everyone(statement: Statement) -> bool:
    return bool(statement.not_principals) or any("*" in p.name for p in statement.principals if p.kind == "AWS")


def _held_to_fixed(statement: Statement) -> bool:
    return any(_is_fixed(condition) for condition in statement.conditions)


_FIXED_KEYS = frozenset(
    {
        *("aws:principalorgid", "aws:principalorgpaths", "aws:principalarn", "aws:principalaccount"),
        *("aws:sourcearn", "aws:sourcevpc", "aws:sourcevpce", "aws:sourceowner", "aws:sourceaccount"),
        *("aws:sourceorgid", "aws:sourceorgpaths", "s3:x-amz-server-side-encryption-aws-kms-key-id"),
        *("s3:dataaccesspointaccount",),
    }
)


def _is_fixed(condition: Condition) -> bool:
    operator, key = parsed(condition.operator), condition.key.lower()
    if operator.negated or operator.if_exists or operator.over == "forallvalues" or not condition.values:
        return False
    if key == "aws:sourceip":
        return operator.family in (Family.ADDRESS, Family.TEXT) and all(map(_is_narrow, condition.values))
    if operator.family not in (Family.TEXT, Family.ARN):
        return False
    if key == "s3:dataaccesspointarn":
        return all(re.match(r"arn:[^:*?$]+:s3:[^:]*:\d{12}:", value) for value in condition.values)
    if key == "aws:userid":
        return not any(re.fullmatch(r"[*?]+(:.*)?", value) for value in condition.values)
    return key in _FIXED_KEYS and not any(re.search(r"[*?]|\$\{", value) for value in condition.values)


def _is_narrow(text: str) -> bool:
    try:
        network = ip_network(text, strict=False)
    except ValueError:
        return False
    return network.prefixlen >= (WIDEST_V4 if network.version == 4 else WIDEST_V6)
