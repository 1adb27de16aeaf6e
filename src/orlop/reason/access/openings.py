"""Who outside an account may use a resource, by its own policy.

An opening is an Allow that some request of an outsider gets through, whatever the Denies say. Outsiders are: anyone in
the world (`strangers`), each other account that the policy names, services of AWS on a stranger's behalf, and the users
of a sign-in. What only the owner's account, its organisation or its networks can use is no opening.

Law: what is left out here is closed. Where a policy is too intricate to tell, the opening stays, and says that it is
not sure.

Sources: https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html (the meaning of
"public"), https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html,
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html (an explicit deny wins)
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import lru_cache

from orlop.estate.aws.policy import Document, Principal, Statement
from orlop.reason.access.boxes import Box, Region, minus, overlap
from orlop.reason.access.clauses import Clause, Policy, policy
from orlop.reason.access.compare import allowed
from orlop.reason.access.languages import TooIntricate
from orlop.reason.access.patterns import Actions, covers, meets
from orlop.reason.access.request import Request, Sort, caller
from orlop.reason.access.space import Space
from orlop.reason.access.strangers import PUBLIC_PROVIDERS, apart, presentable, presentable_by
from orlop.reason.access.who import STRANGER, TELLING, Who


class Reach(StrEnum):
    """What kind of outsider an opening lets in."""

    EVERYONE = "everyone"
    ACCOUNT = "account"
    ORGANISATION = "organisation"
    SERVICE = "service"
    FEDERATED = "federated"


@dataclass(frozen=True, slots=True)
class _Left:
    """What the Denies leave of a statement for one kind of outsider."""

    space: Space
    region: tuple[Box, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """One statement, and one kind of outsider whom it lets in.

    `name` is the account id (or a canonical user id), the organisation's id, the service (`""`: any), or the identity
    provider; `""` for everyone. `resources` are those of the statement that Denies leave; `()` where it names none.
    `withheld` are actions that Denies take back from these outsiders. `request` is one that gets through, as proof;
    None where the policy is too intricate to be sure.
    """

    reach: Reach
    name: str = ""
    statement: Statement
    resources: tuple[str, ...] = ()
    withheld: tuple[str, ...] = ()
    request: Request | None = field(default=None, compare=False)
    left: _Left | None = field(default=None, compare=False, repr=False)

    @property
    def actions(self) -> tuple[str, ...]:
        """The patterns of the actions that are allowed, as written; `("*",)` for all but some."""
        return self.statement.actions or ("*",)

    def lets(self, action: str = "", resource: str = "") -> bool:
        """Whether an action on a resource is let through; of patterns (`s3:Get*`), whether anything that matches is."""
        if self.left is None:
            return _by_words(self.statement, action, resource)
        space = self.left.space
        actions = space.actions_like(action) if action else space.actions.whole
        resources = space.resources_like(resource) if resource else space.resources.whole
        return any(box[1] & actions and box[2] & resources for box in self.left.region)


def openings(
    document: Document | None, *, owner: str, canonical: str = "", organisations: frozenset[str] = frozenset()
) -> tuple[Opening, ...]:
    """Return all that a policy lets in from outside account `owner`. No policy (None) lets in nobody.

    `canonical` is the owner's canonical user id, `organisations` are his own, where known: only then others count.
    """
    return _openings(document, owner, canonical, organisations) if document else ()


def everyone(document: Document | None, *, owner: str, action: str = "", resource: str = "") -> tuple[Opening, ...]:
    """Return what anyone in the world may use; optionally only an action or resource (a pattern may be given)."""
    return tuple(
        opening
        for opening in openings(document, owner=owner)
        if opening.reach is Reach.EVERYONE and opening.lets(action, resource)
    )


def accounts(document: Document | None, *, owner: str, canonical: str = "") -> tuple[str, ...]:
    """Return the other accounts that a policy lets in by name: ids (or canonical user ids), each once, in order."""
    found = openings(document, owner=owner, canonical=canonical)
    return tuple(sorted({opening.name for opening in found if opening.reach is Reach.ACCOUNT}))


def in_words(opening: Opening) -> str:
    """Say who may do what to what: `everyone may use s3:GetObject on arn:aws:s3:::claims/*`."""
    who = {
        Reach.EVERYONE: "everyone",
        Reach.ACCOUNT: f"the AWS account {opening.name}",
        Reach.ORGANISATION: f"every account of the organisation {opening.name}",
        Reach.SERVICE: f"the AWS service {opening.name}" if opening.name else "every AWS service",
        Reach.FEDERATED: f"anyone who signs in at {opening.name}",
    }[opening.reach]
    may = "may use" if opening.request else "may, unless a condition too intricate for Orlop stops it, use"
    what = ", ".join(opening.actions)
    if opening.statement.not_actions:
        what = f"everything but {', '.join(opening.statement.not_actions)}"
    less = f" (without {', '.join(opening.withheld)})" if opening.withheld else ""
    on = f" on {', '.join(opening.resources)}" if opening.resources else ""
    return f"{who} {may} {what}{less}{on}"


def in_evidence(document: Document, opening: Opening) -> str:
    """Say which statement it is, as a witness: `statement 2 (PublicRead): everyone may use ...`."""
    number = document.statements.index(opening.statement) + 1
    sid = f" ({opening.statement.sid})" if opening.statement.sid else ""
    return f"statement {number}{sid}: {in_words(opening)}"


def restorable(document: Document | None) -> bool:
    """Whether AWS would take the text of a policy again. It refuses one that names a user or role deleted meanwhile.

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html (deleted users)
    """
    statements = document.statements if document else ()
    named = (principal for s in statements for principal in (*s.principals, *s.not_principals))
    return not any(principal.kind == "AWS" and _GONE.fullmatch(principal.name) for principal in named)


_GONE = re.compile(r"A(IDA|ROA)[A-Z0-9]{12,}")


def account_of(principal: Principal) -> str | None:
    """Return the account id that an `AWS` principal names or belongs to; None for anything else."""
    return caller(principal.name).account or None if principal.kind == "AWS" and principal.name != "*" else None


@dataclass(frozen=True, slots=True)
class _Outsider:
    """One kind of outsider: who calls (`callers`), and whose keys he brings along (`brings`: account, or stranger)."""

    reach: Reach
    name: str
    callers: tuple[str, ...]
    brings: str = STRANGER


@lru_cache(maxsize=1024)
def _openings(document: Document, owner: str, canonical: str, organisations: frozenset[str]) -> tuple[Opening, ...]:
    ready = policy(_without_stars(document), "the policy", owner=owner)
    allows = [
        (clause, statement)
        for clause, statement in zip(ready.clauses, document.statements, strict=True)
        if clause.allows and any(_outsiders(ready, clause, owner, canonical, organisations))
    ]
    if not allows:
        return ()
    mentioned = tuple(dict.fromkeys(_mentioned(ready.clauses, owner)))
    others = tuple(each for clause in ready.clauses for each in _others_organisations(clause, organisations))
    try:
        space = _space(ready, owner, mentioned, others)
    except TooIntricate:
        space = None
    found: list[Opening] = []
    for clause, statement in allows:
        open_to_all = False
        for who in _outsiders(ready, clause, owner, canonical, organisations):
            if open_to_all and who.callers == _ALL_OF_IT:
                continue
            opening = _opening(ready, clause, who, space, owner)
            if opening:
                found.append(replace(opening, statement=statement))
                open_to_all |= who.reach is Reach.EVERYONE
    return tuple(dict.fromkeys(found))


def _without_stars(document: Document) -> Document:
    """Read a principal with a wildcard, which AWS refuses, as anyone."""
    wild = Principal("AWS", "*")

    def read(named: tuple[Principal, ...]) -> tuple[Principal, ...]:
        return tuple(wild if p.kind == "AWS" and "*" in p.name else p for p in named)

    return replace(document, statements=tuple(replace(s, principals=read(s.principals)) for s in document.statements))


def _space(ready: Policy, owner: str, mentioned: Sequence[str], others: Sequence[str]) -> Space:
    tests = tuple(test for clause in ready.clauses for test in clause.tests)
    asks = {account: presentable_by(account, tests) for account in mentioned}
    asks |= {each: presentable(tests, organisation=each) for each in others}
    asks |= {STRANGER: presentable(tests), _SERVICES: presentable(tests, service=True)}
    kept_apart = apart(tests, mentioned, others)
    return Space(ready.clauses, accounts=(owner, *mentioned), apart=kept_apart, asks=asks)


_SERVICES = "services"
_ALL_OF_IT = ("*",)
"""The callers of an outsider whom no principal names: he is looked for only where the statement is closed to others."""


def _outsiders(
    ready: Policy, clause: Clause, owner: str, canonical: str, organisations: frozenset[str]
) -> Iterator[_Outsider]:
    """Yield the outsiders whom a statement may let in, by whom it names."""
    said = clause.statement
    star = bool(said.not_principals) or Principal("AWS", "*") in said.principals
    if star:
        yield _Outsider(Reach.EVERYONE, "", ())
    for principal in said.principals:
        yield from _named(principal, owner, canonical)
    services = any(principal.kind == "Service" for principal in said.principals)
    if star or services:
        denies = [each for each in ready.clauses if not each.allows]
        for account in dict.fromkeys(_mentioned([clause, *denies], owner)):
            yield _Outsider(Reach.ACCOUNT, account, _ALL_OF_IT, account)
    if star:
        for organisation in _others_organisations(clause, organisations):
            yield _Outsider(Reach.ORGANISATION, organisation, _ALL_OF_IT, organisation)
        yield _Outsider(Reach.SERVICE, "", _ALL_OF_IT, _SERVICES)


def _others_organisations(clause: Clause, own: frozenset[str]) -> Iterator[str]:
    """Yield the organisations that a clause names besides one's own; none where these are not known."""
    texts = (value.text for test in clause.tests for value in test.values)
    named = dict.fromkeys(each for text in texts for each in re.findall(r"(?<![\w-])o-[a-z0-9]{4,32}", text))
    return (each for each in named if own and each not in own and each != "o-own")


def _named(principal: Principal, owner: str, canonical: str) -> Iterator[_Outsider]:
    name, account = principal.name, account_of(principal)
    match principal.kind:
        case "Service":
            yield _Outsider(Reach.SERVICE, name.strip("*"), (name,), _SERVICES)
        case "Federated":
            host = name.partition(":oidc-provider/")[2] or name
            public = host in (*PUBLIC_PROVIDERS, "*")
            yield _Outsider(Reach.EVERYONE if public else Reach.FEDERATED, "" if public else name, (name,))
        case "CanonicalUser":
            if name != canonical:
                yield _Outsider(Reach.ACCOUNT, name, (name,), name)
        case _ if account and re.fullmatch(r"\d{12}", account):
            if account != owner:
                yield _Outsider(Reach.ACCOUNT, account, (name,), account)
        case _ if ":iam::cloudfront:user/" in name:
            yield _Outsider(Reach.SERVICE, "cloudfront.amazonaws.com", (name,), _SERVICES)
        case _:
            pass  # Anyone (looked for already), or the id of a deleted user or role: nobody can be that again.


def _mentioned(clauses: Iterable[Clause], owner: str) -> Iterator[str]:
    """Yield the other accounts that clauses name, as principals or in conditions."""
    for clause in clauses:
        for principal in (*clause.statement.principals, *clause.statement.not_principals):
            account = account_of(principal)
            if account and account != owner and re.fullmatch(r"\d{12}", account):
                yield account
        for value in (value for test in clause.tests for value in test.values):
            yield from (each for each in re.findall(r"(?<!\d)\d{12}(?!\d)", value.text) if each != owner)


def _opening(ready: Policy, clause: Clause, who: _Outsider, space: Space | None, owner: str) -> Opening | None:
    """Return what is left of a clause for an outsider; None for surely nothing."""
    said = clause.statement
    unsure = Opening(reach=who.reach, name=who.name, statement=said, resources=said.resources)
    if space is None:
        return unsure if _may_be_meant(clause, who) else None
    theirs = space.asked(space.callers.where(lambda each: _is(each, who)), by=_model(space, who))
    box = overlap(space.box(clause), theirs)
    if box is None:
        return None if space.exact else unsure
    denies = [each for each in ready.clauses if not each.allows and not _may_spare(each, who, owner)]
    try:
        region = minus([box], space.boxes(denies))
    except TooIntricate:
        return unsure
    if not region:
        return None if space.exact else unsure
    return replace(
        unsure,
        resources=_kept(space, clause, region),
        withheld=_withheld(space, box, denies, region),
        request=space.witness(region, lambda request: allowed(ready.clauses, request) is True),
        left=_Left(space, tuple(region)),
    )


def _model(space: Space, who: _Outsider) -> str:
    return who.brings if space.knows(who.brings) else ""


def _is(each: Who, who: _Outsider) -> bool:
    """Whether one who calls is of a kind of outsider."""
    sort, account = each.caller.sort, each.caller.account
    if not who.callers:
        return sort is Sort.ANYONE or account == STRANGER
    if who.reach is Reach.ORGANISATION:
        return account == STRANGER
    if who.callers == _ALL_OF_IT:
        return sort is Sort.SERVICE or (who.reach is Reach.ACCOUNT and (sort is Sort.ANYONE or account == who.name))
    if who.reach is Reach.ACCOUNT and account:
        return account == who.name
    if who.callers == ("*",):
        return sort is Sort.PROVIDER
    return each.caller.arn in who.callers


def _may_be_meant(clause: Clause, who: _Outsider) -> bool:
    """Whether to name an outsider where the policy is too intricate to tell: those whom a principal names."""
    return who.callers != _ALL_OF_IT


def _may_spare(deny: Clause, who: _Outsider, owner: str) -> bool:
    """Whether a Deny that asks for accounts may spare a canonical user, whose account is not known."""
    if who.reach is not Reach.ACCOUNT or re.fullmatch(r"\d{12}", who.name):
        return False
    asking = [test for test in deny.tests if test.key in TELLING]
    return any(owner not in value.text for test in asking for value in test.values)


def _kept(space: Space, clause: Clause, region: Region) -> tuple[str, ...]:
    """Return which of a statement's resources are left."""
    if clause.statement.not_resources:
        return ()
    left = 0
    for box in region:
        left |= box[2]
    held = {each.text for each in clause.resources if space.resources.of(each) & left}
    return tuple(written for written in clause.statement.resources if written in held or not held)


def _withheld(space: Space, before: Box, denies: Sequence[Clause], region: Region) -> tuple[str, ...]:
    """Return the actions of Denies of which nothing is left though the statement allows them."""
    left = 0
    for box in region:
        left |= box[1]
    written = {a: each for deny in denies for a, each in zip(deny.actions, deny.statement.actions, strict=False)}
    return tuple(
        text for pattern, text in written.items() if (held := space.actions.of(pattern) & before[1]) and not held & left
    )


def _by_words(statement: Statement, action: str, resource: str) -> bool:
    """Whether a statement speaks of an action and a resource, whatever else there is."""
    speaks = Actions(statement.not_actions, negated=True) if statement.not_actions else Actions(statement.actions)
    if action and not speaks.include(action):
        return False
    if not resource:
        return True
    if statement.not_resources:
        return not any(covers(each, resource) for each in statement.not_resources)
    open_ = (re.sub(r"\$\{[^}]*\}", "*", each) for each in statement.resources)
    return not statement.resources or any(meets(each, resource) for each in open_)
