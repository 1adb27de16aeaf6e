"""How AWS decides one request: allowed or not, and which statement decides.

1. An explicit Deny in any policy that applies wins.
2. Resource control policies apply to the resource, service control policies to the caller's account: each level of the
   organisation must allow. Neither limits service-linked roles; service control policies limit neither services of AWS
   nor those who do not say who they are.
3. The policies of the VPC endpoint that the request comes through must allow.
4. Somebody must grant it. In the same account the caller's policies or the resource's do; across accounts both must.
   A role's trust policy and a key's policy must always grant.
5. What the caller's policies grant is cut down by his boundary and his session's policy. What the resource's policy
   grants is, too, unless it names him closely enough (`clauses.Naming`).

Sources: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html and its pages on one
account and on several, https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from orlop.reason.access.clauses import Clause, Naming, Policy, naming, speaks_of
from orlop.reason.access.request import Caller, Request, Sort
from orlop.reason.access.truth import Depends, Truth, every, opposite, some


class Outcome(StrEnum):
    """What AWS answers."""

    ALLOWED = "Allowed"
    IMPLICITLY_DENIED = "ImplicitlyDenied"
    EXPLICITLY_DENIED = "ExplicitlyDenied"
    UNKNOWN = "Unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Policies:
    """All policies that have a say. Of the control policies each inner tuple is one level, from the root down.

    `boundaries` and `session` are None where there is none: an empty one allows nothing.
    """

    identity: tuple[Policy, ...] = ()
    resource: Policy | None = None
    boundaries: tuple[Policy, ...] | None = None
    session: Policy | None = None
    service_control: tuple[tuple[Policy, ...], ...] = ()
    resource_control: tuple[tuple[Policy, ...], ...] = ()
    endpoints: tuple[Policy, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """The answer. `because` are sentences, the deciding ones first; `needs` what would decide an unknown answer.

    `clauses` are the statements that decide.
    """

    outcome: Outcome
    because: tuple[str, ...]
    clauses: tuple[Clause, ...] = ()
    needs: frozenset[str] = frozenset()


def evaluate(request: Request, policies: Policies) -> Decision:
    """Return what AWS answers to a request."""
    if request.action.lower() == "sts:getcalleridentity":
        return Decision(outcome=Outcome.ALLOWED, because=("Everyone may ask who he is.",))
    if _kept_by_aws(request):
        return Decision(outcome=Outcome.IMPLICITLY_DENIED, because=("Amazon keeps it; nobody else can change it.",))
    return _decision(_case(request, policies))


RESOURCE_CONTROLLED = frozenset(
    {
        *("s3", "sts", "kms", "sqs", "secretsmanager", "ecr", "aoss", "cognito-identity", "cognito-idp", "logs"),
        "dynamodb",
    }
)
"""Services to which resource control policies apply.

Source: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html (supported services)
"""

_AMAZONS_OWN = re.compile(r"arn:[^:]*:iam::aws:policy/.*|arn:[^:]*:kms:[^:]*:\d+:alias/aws/.*")
_HARMLESS = re.compile(r"iam:(list|get|attachuser|attachgroup|attachrole|detach).*|kms:(list|describe|get).*")


def _kept_by_aws(request: Request) -> bool:
    changes = request.service in ("iam", "kms") and not _HARMLESS.fullmatch(request.action.lower())
    return changes and _AMAZONS_OWN.fullmatch(request.resource) is not None


_ALONE = frozenset({Naming.ANYONE, Naming.BY_KEY, Naming.ROLE, Naming.ITSELF, Naming.SESSION})
_UNLIMITED = frozenset({Naming.SESSION, Naming.BY_KEY})
_LIMITED_BY_SESSION = frozenset({Naming.ITSELF, Naming.ANYONE})
_LIMITED_BY_BOTH = frozenset({Naming.ROLE})


@dataclass(frozen=True, slots=True)
class _Said:
    """What some policies say of a request: each clause that (perhaps) fits, and how it names the caller."""

    allows: tuple[tuple[Clause, Naming | None, Truth], ...] = ()
    denies: tuple[tuple[Clause, Truth], ...] = ()

    def granted(self, ways: frozenset[Naming] | None = None) -> Truth:
        """Whether it is allowed, by a clause that names the caller in one of these ways (None: in any)."""
        return some(truth for _, way, truth in self.allows if ways is None or way in ways)


_NOTHING = _Said()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Case:
    """A request, and what each kind of policy says of it. None: there is no such policy, so it does not limit."""

    request: Request
    identity: _Said
    resource: _Said
    boundary: _Said | None
    session: _Said | None
    endpoint: _Said | None
    levels: tuple[_Said, ...]
    resource_control: _Said

    @property
    def parts(self) -> tuple[_Said, ...]:
        """All that was said."""
        limits = (each for each in (self.boundary, self.session, self.endpoint) if each is not None)
        return (self.identity, self.resource, *limits, *self.levels, self.resource_control)


def _case(request: Request, policies: Policies) -> _Case:
    who = request.caller
    bounded = policies.boundaries is not None
    limited = not who.service_linked
    organised = limited and who.sort not in (Sort.ANYONE, Sort.SERVICE, Sort.PROVIDER)
    controlled = limited and request.service in RESOURCE_CONTROLLED and request.action.lower() != "kms:retiregrant"
    control = [policy for level in policies.resource_control for policy in level] if controlled else []
    resource = _said((policies.resource,), request, named=True, bounded=bounded) if policies.resource else _NOTHING
    return _Case(
        request=request,
        identity=_said(policies.identity, request),
        resource=_Said(resource.allows) if _cannot_be_locked_out(request) else resource,
        boundary=None if policies.boundaries is None else _said(policies.boundaries, request),
        session=None if policies.session is None else _said((policies.session,), request),
        endpoint=None if policies.endpoints is None else _said(policies.endpoints, request, named=True),
        levels=tuple(_said(level, request) for level in policies.service_control) if organised else (),
        resource_control=_said(control, request, named=True, bounded=bounded),
    )


_OF_BUCKET_POLICIES = frozenset({"s3:getbucketpolicy", "s3:putbucketpolicy", "s3:deletebucketpolicy"})


def _cannot_be_locked_out(request: Request) -> bool:
    """Whether a bucket's policy cannot deny this: its own root user may always read and change that policy.

    Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketPolicy.html
    """
    who = request.caller
    return who.sort is Sort.ROOT and who.account == request.owner and request.action.lower() in _OF_BUCKET_POLICIES


def _said(policies: Sequence[Policy], request: Request, *, named: bool = False, bounded: bool = False) -> _Said:
    """Hear policies; `named`: of the kind that names callers. A statement of such a kind without a name is void."""
    if not policies:
        return _NOTHING
    allows: list[tuple[Clause, Naming | None, Truth]] = []
    denies: list[tuple[Clause, Truth]] = []
    for policy in policies:
        for clause in policy.clauses:
            way = naming(clause, request.caller, bounded=bounded) if named else None
            if named and way is None:
                continue
            fits = speaks_of(clause, request)
            if fits is False:
                continue
            if clause.allows:
                allows.append((clause, way, fits))
            else:
                denies.append((clause, fits))
    return _Said(tuple(allows), tuple(denies))


def _decision(case: _Case) -> Decision:
    denies = [(clause, truth) for part in case.parts for clause, truth in part.denies]
    sure = tuple(clause for clause, truth in denies if truth is True)
    if sure:
        because = tuple(f"{_first_up(clause)} denies it." for clause in sure)
        return Decision(outcome=Outcome.EXPLICITLY_DENIED, because=because, clauses=sure)
    gates = [*_gates(case)]
    for allowed, otherwise in gates:
        if allowed is False:
            return Decision(outcome=Outcome.IMPLICITLY_DENIED, because=(otherwise,))
    whole = every((*(allowed for allowed, _ in gates), opposite(some(truth for _, truth in denies))))
    grants = tuple(clause for part in (case.resource, case.identity) for clause, _, _ in part.allows)
    if isinstance(whole, Depends):
        hangs = tuple(dict.fromkeys((*grants, *(clause for clause, _ in denies))))
        because = (f"It depends on {_listed(whole.on)}.", *(f"{_first_up(clause)} has a say." for clause in hangs))
        return Decision(outcome=Outcome.UNKNOWN, because=because, clauses=hangs, needs=whole.on)
    because = tuple(f"{_first_up(clause)} allows it." for clause in grants) or ("The root user may do it.",)
    return Decision(outcome=Outcome.ALLOWED, because=because, clauses=grants)


def _gates(case: _Case) -> Iterator[tuple[Truth, str]]:
    """Yield what must all be so, each with what to say where it is not."""
    for number, level in enumerate(case.levels, start=1):
        yield level.granted(), f"No service control policy of level {number} of the organisation allows it."
    if case.endpoint:
        yield case.endpoint.granted(), "No policy of the VPC endpoint allows it."
    yield _granted(case)


def _granted(case: _Case) -> tuple[Truth, str]:
    who, owner = case.request.caller, case.request.owner
    if who.sort in (Sort.ANYONE, Sort.SERVICE, Sort.PROVIDER):
        return case.resource.granted(_ALONE), f"No policy of the resource lets in {_named(who)}."
    if owner:
        return (_within if who.account == owner else _across)(case)
    one, other = _within(case), _across(case)
    if one[0] == other[0]:
        return one
    return Depends(frozenset({"the account that the resource is in"})), ""


def _within(case: _Case) -> tuple[Truth, str]:
    """Whether somebody grants it to a caller of the resource's own account."""
    own, why = _own(case)
    by = case.resource.granted
    session = True if case.session is None else case.session.granted()
    boundary = True if case.boundary is None else case.boundary.granted()
    alone = some(
        (
            by(_UNLIMITED),
            every((by(_LIMITED_BY_SESSION), session)),
            every((by(_LIMITED_BY_BOTH), boundary, session)),
        )
    )
    if _only_by_resource(case.request):
        together = every((by(), own))
        return some(
            (alone, together)
        ), why if by() is True else f"{_THEIR_OWN[case.request.service]} does not allow it."
    return some((alone, own)), why


def _across(case: _Case) -> tuple[Truth, str]:
    """Whether both sides grant it to a caller of another account."""
    own, why = _own(case)
    theirs = case.resource.granted()
    return every((theirs, own)), why if theirs is True else "No policy of the resource lets in this account's caller."


def _own(case: _Case) -> tuple[Truth, str]:
    """Whether the caller's own policies grant it, and what to say where they do not."""
    grants: Truth = True if case.request.caller.sort is Sort.ROOT else case.identity.granted()
    steps = [(grants, "No policy of the caller allows it.")]
    if case.boundary is not None:
        steps.append((case.boundary.granted(), "The permissions boundary of the caller does not allow it."))
    if case.session is not None:
        steps.append((case.session.granted(), "The policy of the session does not allow it."))
    why = next((otherwise for truth, otherwise in steps if truth is False), steps[0][1])
    return every(truth for truth, _ in steps), why


_THEIR_OWN = {"sts": "The trust policy of the role", "kms": "The policy of the key"}


def _only_by_resource(request: Request) -> bool:
    """Whether the resource's own policy must grant it, even within one account: for roles and keys."""
    if request.service == "sts":
        return request.action.lower().startswith(("sts:assumerole", "sts:tagsession", "sts:setsourceidentity"))
    return request.service == "kms" and ":key/" in request.resource


def _named(who: Caller) -> str:
    return who.arn or "someone who does not say who he is"


def _first_up(clause: Clause) -> str:
    said = str(clause)
    return said[0].upper() + said[1:]


def _listed(words: Iterable[str]) -> str:
    return ", ".join(sorted(words))
