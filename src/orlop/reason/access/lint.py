"""What is wrong in a policy, and what does not mean what it seems to.

Sources: https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html (what AWS itself
remarks), the pages on each element of a policy, and `catalogue` for the names of actions, resources and keys
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from orlop.estate.aws.policy import Condition, Statement
from orlop.reason.access import catalogue
from orlop.reason.access.clauses import Clause, Policy
from orlop.reason.access.lint_keys import of_key, of_operator, of_variables
from orlop.reason.access.openings import Reach, openings
from orlop.reason.access.operators import Family, Operator, moment, number, parsed
from orlop.reason.access.patterns import meets
from orlop.reason.access.strangers import S3_OF_ACCOUNTS
from orlop.reason.access.templates import RUN, matches
from orlop.reason.addresses import cidr


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """One remark. `severity` is `high` (AWS refuses it, or it opens what it seems to close), `medium` or `low`.

    `statement` counts from 1; None for the whole policy.
    """

    severity: str
    statement: int | None
    says: str
    do: str = ""


_ORDER = {"high": 0, "medium": 1, "low": 2}


def remarks(policy: Policy) -> tuple[Remark, ...]:
    """Return all remarks on a policy, worst first."""
    found = [*_whole(policy), *(each for clause in policy.clauses for each in _of_statement(clause))]
    return tuple(sorted(dict.fromkeys(found), key=lambda remark: (_ORDER[remark.severity], remark.statement or 0)))


def _whole(policy: Policy) -> Iterator[Remark]:
    document = policy.document
    if document.version != "2012-10-17":
        variables = "${" in document.text
        yield Remark(
            severity="high" if variables else "low",
            statement=None,
            says="It is written in the policy language of 2008"
            + (", which takes variables such as ${aws:username} for plain text." if variables else "."),
            do='Add "Version": "2012-10-17".',
        )
    names = [clause.statement.sid for clause in policy.clauses if clause.statement.sid]
    for twice in sorted({name for name in names if names.count(name) > 1}):
        yield Remark(severity="high", statement=None, says=f"Two statements have the Sid {twice}: AWS refuses that.")
    named = [bool(c.statement.principals or c.statement.not_principals) for c in policy.clauses]
    if any(named) and not all(named):
        says = "Some statements name a principal and others do not: one kind or the other is refused."
        yield Remark(severity="high", statement=None, says=says)
    for opening in openings(document, owner=""):
        if opening.reach is Reach.FEDERATED and ":saml-provider/" not in opening.name:
            number = document.statements.index(opening.statement) + 1
            says = f"Everybody who signs in at {opening.name} is let in: nothing says who it must be."
            do = "Add a condition on its :sub claim."
            yield Remark(severity="high", statement=number, says=says, do=do)
    if not policy.clauses:
        yield Remark(severity="low", statement=None, says="It has no statement: it says nothing.")


def _of_statement(clause: Clause) -> Iterator[Remark]:
    said = clause.statement
    for remark in (
        *_actions(said),
        *_resources(said),
        *_principals(said),
        *(each for condition in said.conditions for each in _condition(said, condition)),
        *_too_much(said),
    ):
        yield Remark(severity=remark[0], statement=clause.number, says=remark[1], do=remark[2])


_Said = tuple[str, str, str]


def _actions(said: Statement) -> Iterator[_Said]:
    for written in (*said.actions, *said.not_actions):
        if written == "*":
            continue
        if not re.fullmatch(r"[\w*?-]+:[\w*?.-]+", written):
            yield "high", f"{written!r} is no action: one is written service:Action.", ""
        elif re.search(r"[*?]", written.partition(":")[0]) and written != "*:*":
            yield (
                "high",
                f"{written!r} has a wildcard in the name of the service: AWS refuses that.",
                "Name the service.",
            )
        elif not any(True for _ in catalogue.actions(written)):
            close = (
                "no service has it"
                if catalogue.service(written.partition(":")[0].lower()).actions
                else "no such service"
            )
            yield "medium", f"AWS knows no action {written!r} ({close}).", "Check the spelling: it has no effect."


def _resources(said: Statement) -> Iterator[_Said]:
    for written in (*said.resources, *said.not_resources):
        if written != "*" and not written.startswith(("arn:", "${")):
            yield "high", f"{written!r} is no ARN.", "A resource is an ARN, or *."
        yield from of_variables(written)
        yield from _misplaced(written)
    if not (said.resources or said.not_resources or said.principals or said.not_principals):
        yield "high", "It names no resource.", 'Say on what: "Resource": "arn:...", or "*".'
    yield from _unfit(said)


def _misplaced(written: str) -> Iterator[_Said]:
    """Remark an account in an ARN that is none, or where none belongs."""
    parts = written.split(":", 5)
    if len(parts) < 6 or "${" in "".join(parts[:5]):
        return
    account, of_bucket = parts[4], parts[2] == "s3" and not parts[5].startswith(S3_OF_ACCOUNTS)
    if account and not re.fullmatch(r"\d{12}|[\d*?]*[*?][\d*?]*|aws|cloudfront", account):
        yield "high", f"{account!r} in {written!r} is no account: one has twelve digits.", ""
    elif of_bucket and re.fullmatch(r"\d{12}", account):
        yield "high", f"{written!r} names an account, and ARNs of buckets have none: it means nothing.", "Leave it out."


def _unfit(said: Statement) -> Iterator[_Said]:
    """Remark actions that can be held to none of the resources that a statement names."""
    if said.effect != "Allow" or not said.resources or any(r in ("*", "arn:*") for r in said.resources):
        return
    for written in said.actions:
        if "*" in written or "?" in written or not (found := catalogue.action(written)):
            continue
        service = catalogue.service(found.name.partition(":")[0].lower())
        shapes = [service.resources[name] for name, _ in found.resources if name in service.resources]
        if not shapes:
            says = f"{found.name} cannot be held to a resource: with anything but * it is not allowed at all."
            yield "medium", says, 'Give it a statement of its own with "Resource": "*".'
        elif not any(_may_be(shape, resource) for shape in shapes for resource in said.resources):
            says = f"{found.name} acts on none of the resources here."
            yield "medium", says, f"It acts on {' or '.join(sorted(shapes))}."


def _may_be(shape: str, resource: str) -> bool:
    """Whether some ARN is both of a shape (`arn:${Partition}:s3:::${BucketName}`) and what a resource means."""
    one = re.sub(r"\$\{[^}]*\}", "*", shape)
    other = re.sub(r"\$\{[^}]*\}", "*", resource)
    return meets(one, other)


def _principals(said: Statement) -> Iterator[_Said]:
    for each in (*said.principals, *said.not_principals):
        if each.kind == "AWS" and each.name != "*" and re.search(r"[*?]", each.name):
            yield (
                "high",
                f"The principal {each.name} has a wildcard: AWS refuses that.",
                "Use a condition on aws:PrincipalArn.",
            )
        if re.fullmatch(r"A(IDA|ROA)[A-Z0-9]{12,}", each.name):
            yield "medium", f"{each.name} is a user or role that was deleted.", "Take it out."
    if said.not_principals and said.effect == "Allow":
        says = "An Allow with NotPrincipal lets in everyone else in the world, even those who do not say who they are."
        yield "high", says, "Name those who may."
    if said.not_principals and said.effect == "Deny":
        says = "A Deny with NotPrincipal also denies the excepted ones who have a permissions boundary."
        yield "low", says, "Use a condition on aws:PrincipalArn instead."


def _condition(said: Statement, condition: Condition) -> Iterator[_Said]:
    operator = parsed(condition.operator)
    if operator.family is Family.UNKNOWN:
        yield "high", f"{condition.operator} is no condition operator.", ""
        return
    if not condition.values:
        yield "high", f"The condition on {condition.key} has no value: it is never met.", ""
    yield from _values(condition, operator)
    yield from of_operator(condition, operator)
    yield from of_key(condition, operator)
    if operator.over == "forallvalues" and said.effect == "Allow" and not _present(said, condition.key):
        says = f"ForAllValues is also met where {condition.key} is missing altogether."
        yield "high", says, f'Add "Null": {{"{condition.key}": "false"}}, or use ForAnyValue.'
    if operator.if_exists and said.effect == "Allow" and operator.family is not Family.PRESENCE:
        yield "low", f"With ...IfExists the condition on {condition.key} is also met where the key is missing.", ""
    if operator.negated and said.effect == "Allow" and not operator.if_exists:
        says = f"{condition.operator} is also met where {condition.key} is missing."
        yield "low", says, f'If that is not meant, add "Null": {{"{condition.key}": "false"}}.'
    if operator.over and condition.key.lower() in _SINGLE:
        says = f"{condition.key} holds one value: {condition.operator.partition(':')[0]} is for keys with several."
        yield "high" if said.effect == "Allow" and operator.over == "forallvalues" else "low", says, ""


_SINGLE = frozenset(
    {
        *("aws:principalarn", "aws:principalaccount", "aws:principalorgid", "aws:sourceip", "aws:sourcearn"),
        *("aws:sourceaccount", "aws:sourcevpc", "aws:sourcevpce", "aws:securetransport", "aws:username"),
        *("aws:requestedregion", "aws:userid", "aws:resourceaccount", "aws:resourceorgid"),
    }
)


def _present(said: Statement, key: str) -> bool:
    return any(
        parsed(each.operator).family is Family.PRESENCE
        and each.key.lower() == key.lower()
        and each.values == ("false",)
        for each in said.conditions
    )


def _values(condition: Condition, operator: Operator) -> Iterator[_Said]:
    for value in condition.values:
        if "${" in value:
            continue
        if operator.base in ("stringequals", "stringequalsignorecase") and re.search(r"[*?]", value):
            says = f"{condition.operator} takes {value!r} as it is written: * and ? are no wildcards there."
            yield "high", says, "Use StringLike."
        elif operator.family is Family.ADDRESS and not _is_range(value):
            yield "high", f"{value!r} is no range of addresses.", "Write 203.0.113.0/24."
        elif operator.family is Family.NUMBER and number(value) is None:
            yield "high", f"{value!r} is no number.", ""
        elif operator.family is Family.DATE and moment(value) is None:
            yield "high", f"{value!r} is no date.", "Write 2026-12-31T00:00:00Z."
        elif operator.family in (Family.FLAG, Family.PRESENCE) and value.lower() not in ("true", "false"):
            yield "high", f"{value!r} is neither true nor false.", ""
        elif operator.family is Family.ARN and value != "*" and not value.startswith("arn:") and "*" not in value[:4]:
            yield "high", f"{value!r} is no ARN.", ""


def _is_range(text: str) -> bool:
    try:
        return bool(cidr(text))
    except ValueError:
        return False


def _too_much(said: Statement) -> Iterator[_Said]:
    if said.effect != "Allow":
        return
    anything = "*" in said.resources or bool(said.not_resources)
    if said.not_actions and anything:
        says = "It allows everything but what NotAction lists: also every action that AWS adds later."
        yield "high", says, "List what is needed."
    if "*" in said.actions and anything and not said.conditions and not said.principals:
        yield "high", "It allows everything on everything.", "List what is needed."
    if anything and not said.conditions and any(matches(_pattern(a), "iam:passrole") for a in said.actions if a != "*"):
        says = "It allows to hand any role, even an administrator's, to a service (iam:PassRole)."
        yield "high", says, "Name the roles, and the service in a condition on iam:PassedToService."


def _pattern(action: str) -> str:
    return action.lower().replace("*", RUN)
