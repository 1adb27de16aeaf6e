"""Who outside an account may use a resource, by its own policy.

An opening is an Allow that lets somebody in from outside. It is closed by a condition that binds the caller
(`conditions`), and by a Deny that no stranger escapes. What only the owner's account, its organisation or its networks
can use is no opening.

Law: what is left out here is closed; where a policy is too intricate to tell, the opening stays. One thing is read as
its author meant it: a wildcard before the account in a `StringLike` on an ARN stays in its part, as in `ArnLike`.

Sources: https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html (the meaning of
"public"), https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html,
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html (an explicit deny wins)
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from orlop.estate.aws.policy import Document, Principal, Statement
from orlop.reason.access.callers import (
    NOBODY,
    PUBLIC_PROVIDERS,
    Callers,
    claims_bind,
    denied_account,
    left_by,
    spared_by,
)
from orlop.reason.access.patterns import Actions, any_covers, meets


class Reach(StrEnum):
    """What kind of outsider an opening lets in."""

    EVERYONE = "everyone"
    ACCOUNT = "account"
    SERVICE = "service"
    FEDERATED = "federated"


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """One statement, and one kind of outsider whom it lets in.

    `name` is the account id (or a canonical user id), the service (`""`: any), or the identity provider; `""` for
    everyone. `resources` are what the statement's are after all Denies; `()` where it names none.
    `withheld` are actions that a Deny takes back from these outsiders.
    """

    reach: Reach
    name: str = ""
    statement: Statement
    resources: tuple[str, ...] = ()
    withheld: tuple[Actions, ...] = ()

    @property
    def actions(self) -> tuple[str, ...]:
        """The patterns of the actions that are allowed, as written; `("*",)` for all but some."""
        return self.statement.actions or ("*",)

    def allows(self, action: str) -> bool:
        """Whether an action, or some action that matches a pattern such as `s3:Get*`, is let through."""
        if any(actions.hold_all(action) for actions in self.withheld):
            return False
        return _actions(self.statement).include(action)

    def touches(self, resource: str) -> bool:
        """Whether a resource, or one that matches the pattern `resource`, can be meant."""
        if self.statement.not_resources:
            return not any_covers(self.statement.not_resources, resource)
        return not self.resources or any(meets(_open(pattern), resource) for pattern in self.resources)


def openings(document: Document | None, *, owner: str, canonical: str = "") -> tuple[Opening, ...]:
    """Return all that a policy lets in from outside account `owner`. No policy (None) lets in nobody.

    `canonical` is the owner's canonical user id, where known.
    """
    statements = document.statements if document else ()
    denies = tuple(s for s in statements if s.effect == "Deny")
    let_in = [o for s in statements if s.effect == "Allow" for o in _let_in(s, owner, canonical)]
    for deny in denies:
        let_in = [left for opening in let_in for left in _after(opening, deny, owner)]
    return tuple(dict.fromkeys(let_in))


def everyone(
    document: Document | None, *, owner: str, action: str | None = None, resource: str | None = None
) -> tuple[Opening, ...]:
    """Return what anyone in the world may use; optionally only an action or resource (a pattern may be given)."""
    return tuple(
        opening
        for opening in openings(document, owner=owner)
        if opening.reach is Reach.EVERYONE
        and (action is None or opening.allows(action))
        and (resource is None or opening.touches(resource))
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
        Reach.SERVICE: f"the AWS service {opening.name}" if opening.name else "every AWS service",
        Reach.FEDERATED: f"anyone who signs in at {opening.name}",
    }[opening.reach]
    what = ", ".join(opening.actions)
    if opening.statement.not_actions:
        what = f"everything but {', '.join(opening.statement.not_actions)}"
    on = f" on {', '.join(opening.resources)}" if opening.resources else ""
    return f"{who} may use {what}{on}"


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
    if principal.kind != "AWS":
        return None
    match = re.fullmatch(r"(\d{12})|arn:[^:]+:(?:iam|sts)::(\d{12}):.+", principal.name)
    return match and (match[1] or match[2])


def _actions(statement: Statement) -> Actions:
    return Actions(statement.not_actions, negated=True) if statement.not_actions else Actions(statement.actions)


def _open(pattern: str) -> str:
    """Read a policy variable in a resource as any text."""
    return re.sub(r"\$\{[^}]*\}", "*", pattern)


def _let_in(statement: Statement, owner: str, canonical: str) -> Iterator[Opening]:
    callers = left_by(statement.conditions, owner=owner)
    for who in _outsiders(statement, owner, canonical):
        yield from _narrowed(who, callers, owner)


def _outsiders(statement: Statement, owner: str, canonical: str) -> Iterator[Opening]:
    """Yield whom the principals of an Allow name, before its conditions."""
    if "*" in (*statement.not_actions, *statement.not_resources):
        return
    base = Opening(reach=Reach.EVERYONE, statement=statement, resources=statement.resources)
    if statement.not_principals:
        yield base
    for principal in statement.principals:
        name, account = principal.name, account_of(principal)
        match principal.kind:
            case "Service":
                yield replace(base, reach=Reach.SERVICE, name=name.strip("*"))
            case "Federated":
                yield from _federated(base, name)
            case "CanonicalUser":
                if name != canonical:
                    yield replace(base, reach=Reach.ACCOUNT, name=name)
            case _ if account:
                if account != owner:
                    yield replace(base, reach=Reach.ACCOUNT, name=account)
            case _ if ":iam::cloudfront:user/" in name:
                yield replace(base, reach=Reach.SERVICE, name="cloudfront.amazonaws.com")
            case _ if "*" in name:
                yield base
            case _:
                pass  # The id of a deleted user or role (AIDA..., AROA...): nobody can be that again.


def _federated(base: Opening, provider: str) -> Iterator[Opening]:
    host = provider.partition(":oidc-provider/")[2] or provider
    if claims_bind(base.statement.conditions, host):
        return
    reach = Reach.EVERYONE if host in (*PUBLIC_PROVIDERS, "*") else Reach.FEDERATED
    yield replace(base, reach=reach, name="" if reach is Reach.EVERYONE else provider)


def _narrowed(who: Opening, callers: Callers | None, owner: str) -> Iterator[Opening]:
    """Yield what of an opening is left when only `callers` may come; None leaves it as it is."""
    if callers is None:
        yield who
    elif who.reach is Reach.ACCOUNT:
        if callers.may_be(who.name) or not re.fullmatch(r"\d{12}", who.name):
            yield who
    else:
        for account in sorted(callers.accounts - {owner}):
            yield replace(who, reach=Reach.ACCOUNT, name=account)
        if callers.services and who.reach in (Reach.EVERYONE, Reach.SERVICE):
            yield replace(who, reach=Reach.SERVICE)


def _after(opening: Opening, deny: Statement, owner: str) -> Iterator[Opening]:
    """Yield what a Deny leaves of an opening: all of it, some resources, some actions, some callers, or nothing."""
    spared = _spared(opening, deny, owner)
    if spared is None or not _actions(deny).meet(_actions(opening.statement)):
        yield opening
        return
    kept = tuple(r for r in opening.resources if not _within(r, deny))
    hit = tuple(r for r in opening.resources if _within(r, deny))
    untouched = not (deny.resources or deny.not_resources)
    if opening.resources and kept and not untouched:
        yield replace(opening, resources=kept)
    if untouched or hit or (not opening.resources and "*" in deny.resources):
        rest = replace(opening, resources=opening.resources if untouched else hit)
        yield from _narrowed(rest, spared, owner)
        if not _actions(deny).hold(_actions(opening.statement)):
            yield replace(rest, withheld=(*rest.withheld, _actions(deny)))
    elif not opening.resources:
        yield opening


def _within(resource: str, deny: Statement) -> bool:
    if deny.not_resources:
        return not any(meets(_open(pattern), _open(resource)) for pattern in deny.not_resources)
    return not deny.resources or any_covers(deny.resources, _open(resource))


def _spared(opening: Opening, deny: Statement, owner: str) -> Callers | None:
    """Return whom of an opening's outsiders a Deny spares; None where it does not surely hold for the rest."""
    if not _names(deny, opening):
        return None
    if opening.reach is Reach.ACCOUNT:
        return NOBODY if denied_account(deny.conditions, opening.name, owner=owner) else None
    spared = spared_by(deny.conditions, owner=owner)
    if spared is None or (opening.reach is Reach.SERVICE and spared.services):
        return None
    named = (account_of(principal) for principal in deny.not_principals)
    return spared | Callers(accounts=frozenset(account for account in named if account))


def _names(deny: Statement, opening: Opening) -> bool:
    """Whether the principals of a Deny include all of an opening's outsiders."""
    if deny.not_principals:
        return not any(_is(principal, opening) for principal in deny.not_principals)
    if any(principal == Principal("AWS", "*") for principal in deny.principals):
        return True
    return opening.reach is not Reach.EVERYONE and any(
        _is(principal, opening) and (opening.reach is not Reach.ACCOUNT or _whole(principal))
        for principal in deny.principals
    )


def _is(principal: Principal, opening: Opening) -> bool:
    if principal.name == "*":
        return True
    return opening.name in (principal.name, account_of(principal)) and bool(opening.name)


def _whole(principal: Principal) -> bool:
    return principal.name == account_of(principal) or principal.name.endswith(":root")
