"""Policies made ready to be asked: each statement a clause that says whether it speaks of a request.

Sources: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html and its pages on Principal,
NotPrincipal, Action, Resource and NotResource
"""

from dataclasses import dataclass, field
from enum import IntEnum

from orlop.estate.aws.policy import Document, Principal, Statement
from orlop.reason.access.operators import Test, holds, test
from orlop.reason.access.request import Caller, Request, Sort, caller
from orlop.reason.access.templates import AnyOf, Known, Template, Unresolved, aligned, filled, matches, template
from orlop.reason.access.truth import Depends, Truth, every, opposite, some


class Naming(IntEnum):
    """How closely a statement names the caller; what it grants alone hangs on it. Closer is greater.

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-basics-same-account.html
    """

    ACCOUNT = 1
    """By account only: the account's own policies decide further."""
    ANYONE = 2
    ROLE = 3
    """By the role whose session it is."""
    ITSELF = 4
    BY_KEY = 5
    """As anyone, but held to the caller's ARN by a condition on `aws:PrincipalArn`: nothing limits that, either."""
    SESSION = 6
    """By the session's own ARN: no boundary and no session policy limits that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """One statement, ready. `number` counts from 1; `of` names its policy.

    `about` are its actions, `on` those of its resources that have no variable, both as one question.
    """

    statement: Statement
    of: str
    number: int
    actions: tuple[str, ...]
    resources: tuple[Template, ...]
    tests: tuple[Test, ...]
    about: AnyOf = field(repr=False, compare=False)
    on: AnyOf = field(repr=False, compare=False)
    varied: tuple[Template, ...] = field(repr=False, compare=False)

    @property
    def allows(self) -> bool:
        """Whether it is an Allow."""
        return self.statement.effect == "Allow"

    def __str__(self) -> str:
        """Say which it is: `statement 2 (PublicRead) of the bucket policy`."""
        sid = f" ({self.statement.sid})" if self.statement.sid else ""
        return f"statement {self.number}{sid} of {self.of}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """One policy, ready. `name` says in words which it is: `the bucket policy`."""

    name: str
    document: Document
    clauses: tuple[Clause, ...]


def policy(document: Document, name: str, *, owner: str = "") -> Policy:
    """Make a policy ready. `owner` is the account of the resource that it is about, where it is about one."""
    variables = document.version != "2008-10-17"
    known = (("aws:resourceaccount", owner), *_OWN_ORGANISATION) if owner else ()
    clauses = (
        _clause(statement, name, number, variables=variables, known=known)
        for number, statement in enumerate(document.statements, start=1)
    )
    return Policy(name=name, document=document, clauses=tuple(clauses))


def _clause(statement: Statement, of: str, number: int, *, variables: bool, known: Known) -> Clause:
    actions = tuple(_action(written) for written in statement.not_actions or statement.actions)
    resources = tuple(
        template(written, wild=True, variables=variables, known=known)
        for named in statement.not_resources or statement.resources
        for written in aligned(named)
    )
    return Clause(
        statement=statement,
        of=of,
        number=number,
        actions=actions,
        resources=resources,
        tests=tuple(test(each, variables=variables, known=known) for each in statement.conditions),
        about=AnyOf(actions),
        on=AnyOf((each.pattern for each in resources if each.pattern is not None), arn=True),
        varied=tuple(each for each in resources if each.pattern is None),
    )


_OWN_ORGANISATION = (("aws:resourceorgid", "o-own"), ("aws:resourceorgpaths", "o-own/"))
"""What stands for the organisation of the resource's owner, whichever it is: no stranger's."""


def _action(written: str) -> str:
    return template(written.lower(), wild=True, variables=False).pattern or ""


def speaks_of(clause: Clause, request: Request) -> Truth:
    """Whether a clause's action, resource and conditions fit a request. Whom it names is asked apart (`naming`)."""
    if not names_action(clause, request.action):
        return False
    resource = names_resource(clause, request)
    if resource is False or not clause.tests:
        return resource
    return every((resource, *(holds(each, request.context) for each in clause.tests)))


def names_action(clause: Clause, action: str) -> bool:
    """Whether a clause is about an action, in any case."""
    return clause.about.match(action.lower()) != bool(clause.statement.not_actions)


def names_resource(clause: Clause, request: Request) -> Truth:
    """Whether a clause is about a resource. One that names none (the trust policy of a role) is about its own.

    A variable that the request lacks makes a resource mean nothing, and a whole NotResource void.
    """
    if not clause.resources:
        return True
    if clause.on.match(request.resource):
        return not clause.statement.not_resources
    meant: list[Truth] = []
    for each in clause.varied:
        try:
            pattern = filled(each, request.context)
        except Unresolved:
            if clause.statement.not_resources:
                return False
            continue
        meant.append(pattern if isinstance(pattern, Depends) else matches(pattern, request.resource, arn=True))
    found = some(meant)
    return opposite(found) if clause.statement.not_resources else found


def naming(clause: Clause, who: Caller, *, bounded: bool = False) -> Naming | None:
    """Return how a clause of a resource's policy names a caller; None where it does not.

    `bounded`: whether a permissions boundary is attached to the caller. A Deny with NotPrincipal always holds then.
    NotPrincipal spares those whom it names themselves; with the account alone, its other users are not spared.
    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html
    """
    said = clause.statement
    if said.not_principals:
        how = closest(said.not_principals, who)
        spared = how is not None and (how is not Naming.ACCOUNT or who.sort is Sort.ROOT)
        return None if spared and not (bounded and not clause.allows) else Naming.ANYONE
    how = closest(said.principals, who)
    return Naming.BY_KEY if how is Naming.ANYONE and _held_to_arn(clause) else how


def _held_to_arn(clause: Clause) -> bool:
    return any(test.key == "aws:principalarn" and not test.operator.negated for test in clause.tests)


def closest(named: tuple[Principal, ...], who: Caller) -> Naming | None:
    """Return how principals name a caller, the closest way; None where none does."""
    return max((way for each in named if (way := _names(each, who)) is not None), default=None)


def _names(principal: Principal, who: Caller) -> Naming | None:
    kind, name = principal.kind, principal.name
    if kind == "AWS" and name == "*":
        return Naming.ANYONE
    if who.sort is Sort.ANYONE:
        return None
    if kind != "AWS":
        any_one = name == "*" and who.sort is {"Service": Sort.SERVICE, "Federated": Sort.PROVIDER}.get(kind)
        return Naming.ITSELF if any_one or name == who.arn else None
    named = caller(name)
    if named.sort is Sort.ROOT:
        return Naming.ACCOUNT if who.account == named.account and who.sort is not Sort.PROVIDER else None
    if name == who.arn:
        return _BY_OWN_ARN.get(who.sort, Naming.ITSELF)
    if who.sort is Sort.SESSION and named.sort is Sort.ROLE:
        return Naming.ROLE if (named.account, named.role) == (who.account, who.role) else None
    return None


_BY_OWN_ARN = {Sort.SESSION: Naming.SESSION, Sort.FEDERATED_USER: Naming.SESSION, Sort.ROLE: Naming.ROLE}
