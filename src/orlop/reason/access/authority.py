"""Who may do what in an estate: the policies of its users, roles and resources, put to the evaluator.

Of a caller it is known who he is, of a request what is asked; all other condition keys are open, and what hangs on them
is answered with "that depends". A policy that could not be read is one that may say anything.

Sources: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html,
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from orlop.estate.aws.iam import Attached, AwsPolicy, Group, Inline, Role, User
from orlop.estate.aws.iam import Policy as ManagedPolicy
from orlop.estate.aws.kms import Key
from orlop.estate.aws.lambda_ import Function
from orlop.estate.aws.policy import Document, document
from orlop.estate.aws.s3 import Bucket
from orlop.estate.aws.secretsmanager import Secret
from orlop.estate.aws.sns import Topic
from orlop.estate.aws.sqs import Queue
from orlop.estate.estate import Estate
from orlop.estate.fact import Fact, NotKnown, Unread
from orlop.reason.access.clauses import Policy, policy
from orlop.reason.access.compare import Grant
from orlop.reason.access.evaluate import RESOURCE_CONTROLLED, Decision, Outcome, Policies, evaluate
from orlop.reason.access.guards import Guards
from orlop.reason.access.languages import TooIntricate
from orlop.reason.access.public import public, public_by_s3
from orlop.reason.access.request import Context, Request, Value, caller
from orlop.reason.access.templates import RUN, Template, Variable, matches, template
from orlop.reason.access.values import texts
from orlop.reason.bucket import restricted

Principal = User | Role

_POSSIBLE = (Outcome.ALLOWED, Outcome.UNKNOWN)
_ORDER = {Outcome.ALLOWED: 0, Outcome.UNKNOWN: 1, Outcome.EXPLICITLY_DENIED: 2, Outcome.IMPLICITLY_DENIED: 3}

_WELL_KNOWN: Mapping[str, Mapping[str, str]] = {
    "AdministratorAccess": {"Effect": "Allow", "Action": "*", "Resource": "*"},
    "IAMFullAccess": {"Effect": "Allow", "Action": "iam:*", "Resource": "*"},
    "AmazonS3FullAccess": {"Effect": "Allow", "Action": "s3:*", "Resource": "*"},
    "AmazonEC2FullAccess": {"Effect": "Allow", "Action": "ec2:*", "Resource": "*"},
}
"""What Amazon's most used policies allow at least, where an auditor's folder does not hold them.

Source: https://docs.aws.amazon.com/aws-managed-policy/latest/reference/policy-list.html
"""

_CHOSEN: Mapping[str, Value | None] = {"aws:securetransport": "true", "aws:viaawsservice": "false"}
"""Keys that anybody can bring about, or that hold whenever a person or program asks directly."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What policies a principal has. `gaps` are those that could not be read."""

    identity: tuple[Policy, ...]
    boundaries: tuple[Policy, ...] | None
    gaps: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Right:
    """What one principal may do: the decision, and on which resource of those asked about.

    `granted`: whether something that was read grants it, or one of the principal's own policies could not be read. An
    unknown decision that nothing grants hangs on the resource's policy alone, which could not be read.
    """

    principal: Principal
    resource: str
    decision: Decision
    granted: bool
    assumes: tuple[str, ...] = ()
    """What was taken for granted, in whole sentences."""


class Authority:
    """Answers for one estate. What was made ready once is kept."""

    def __init__(self, estate: Estate) -> None:
        """Work on an estate."""
        self._estate = estate
        self._held: dict[str, Held] = {}
        self._on: dict[str, tuple[Policy | None, str]] = {}
        self.guards = Guards(estate)

    @cached_property
    def principals(self) -> tuple[Principal, ...]:
        """All users and roles."""
        return (*self._estate.each(User), *self._estate.each(Role))

    def principal(self, name: str) -> Principal | None:
        """Return a user or role by its ARN or its name."""
        return next((p for p in self.principals if name in (p.id, p.name)), None)

    def held_by(self, principal: Principal) -> Held:
        """Return the policies of a principal: its own, those attached, and those of its groups."""
        if principal.id not in self._held:
            self._held[principal.id] = self._gather(principal)
        return self._held[principal.id]

    def _gather(self, principal: Principal) -> Held:
        gaps: list[str] = []
        found = [*self._of(principal.name, principal.inline, principal.attached, principal.account, gaps)]
        for arn in principal.groups if isinstance(principal, User) else ():
            try:
                group = self._estate.get(Group, arn)
            except NotKnown as gap:
                gaps.append(f"the group {arn}: {gap.unread.why}")
                continue
            found += self._of(group.name, group.inline, group.attached, principal.account, gaps)
        boundaries = None
        if principal.boundary:
            held = self._managed(principal.boundary, principal.account)
            if held.unread:
                gaps.append(f"the boundary {principal.boundary}: {held.unread.why}")
            else:
                boundaries = (policy(held.value, f"the boundary {principal.boundary.rpartition('/')[2]}"),)
        return Held(identity=tuple(found), boundaries=boundaries, gaps=tuple(gaps))

    def _of(
        self, who: str, inline: Fact[tuple[Inline, ...]], attached: Iterable[Attached], account: str, gaps: list[str]
    ) -> Iterator[Policy]:
        if isinstance(inline.answer, Unread):
            gaps.append(f"the policies inside {who}: {inline.answer.why}")
        else:
            yield from (policy(each.document, f"the policy {each.name} of {who}") for each in inline.answer)
        for each in attached:
            held = self._managed(each.arn, account)
            if isinstance(held.answer, Unread):
                gaps.append(f"the policy {each.name}: {held.answer.why}")
            else:
                yield policy(held.answer, f"the policy {each.name}")

    def _managed(self, arn: str, account: str) -> Fact[Document]:
        try:
            if ":iam::aws:" in arn:
                return self._amazons(arn, account)
            return self._estate.get(ManagedPolicy, arn).document
        except NotKnown as gap:
            return Fact(gap.unread, gap.source)

    def _amazons(self, arn: str, account: str) -> Fact[Document]:
        """Return one of Amazon's own policies: as it was read, or of some that never change as everybody knows it."""
        try:
            return self._estate.get(AwsPolicy, f"{arn}#{account}").document
        except NotKnown:
            known = _WELL_KNOWN.get(arn.partition(":policy/")[2])
            if known is None:
                raise
            return Fact(document({"Version": "2012-10-17", "Statement": [known]}), "Amazon's own policy")

    def on(self, resource: str) -> tuple[Policy | None, str, str]:
        """Return the policy of a resource (None for none), its account, and why the policy is not known, if so."""
        found = self._resource(resource)
        if found is None:
            parts = resource.split(":", 5)
            return None, parts[4] if len(parts) == 6 and parts[4].isdigit() else self._only_account, ""
        held: Fact[Document | None] | Fact[Document] = found.trust if isinstance(found, Role) else found.policy
        if isinstance(held.answer, Unread):
            return None, found.account, f"the policy of {found.name}: {held.answer.why}"
        if found.id not in self._on:
            what = "the trust policy of" if isinstance(found, Role) else "the policy of"
            ready = held.answer and policy(held.answer, f"{what} {found.name}", owner=found.account)
            self._on[found.id] = (_with_grants(ready, found), found.account)
        return (*self._on[found.id], "")

    @cached_property
    def _only_account(self) -> str:
        accounts = {listing.account for listing in self._estate.listings if listing.account.isdigit()}
        return accounts.pop() if len(accounts) == 1 else ""

    @cached_property
    def _resources(self) -> dict[str, "Resources"]:
        kinds = (Bucket, Key, Queue, Topic, Secret, Function, Role)
        return {each.id: each for kind in kinds for each in self._estate.each(kind)}

    def _resource(self, arn: str) -> "Resources | None":
        return self._resources.get(arn) or self._resources.get(arn.partition("/")[0] if ":s3:" in arn else arn)

    def may(self, principal: Principal, action: str, resource: str, known: Mapping[str, Value | None] = {}) -> Right:
        """Return whether a principal may do something to a resource, or to any that a pattern means.

        `known` are condition keys that are known of the request. The answer is the most that is allowed.
        """
        try:
            concrete = self._concrete(principal, resource)
        except TooIntricate:
            right = self._may(principal, action, resource, known)
            if right.decision.outcome is not Outcome.IMPLICITLY_DENIED:
                return right
            because = ("The policies name resources in more ways than can be looked at.",)
            return replace(right, decision=Decision(outcome=Outcome.UNKNOWN, because=because), granted=True)
        rights = [self._may(principal, action, each, known) for each in concrete]
        return min(rights, key=lambda right: (_ORDER[right.decision.outcome], not right.granted))

    def _concrete(self, principal: Principal, resource: str) -> tuple[str, ...]:
        """Return resources that stand for all that a pattern means, as far as the policies tell them apart.

        Raises: TooIntricate.
        """
        if ("*" not in resource and "?" not in resource) or resource == "*":
            return (resource,)
        held = self.held_by(principal)
        on = self._policies_within(resource)
        policies = (*held.identity, *(held.boundaries or ()), *on.values())
        written = dict.fromkeys(t for each in policies for clause in each.clauses for t in clause.resources)
        known = _telling(principal, "")
        own = (_as_known(each, known) for each in written)
        names = (template(text, wild=True, variables=False) for arn in on for text in (arn, f"{arn}/*"))
        wanted = template(resource, wild=True, variables=False)
        templates = dict.fromkeys((*(each for each in own if each), *names, wanted))
        meant = wanted.pattern or RUN
        found = dict.fromkeys(e.text for e in texts(tuple(templates), arn=True))
        return tuple(text for text in found if matches(meant, text, arn=True)) or (resource,)

    def _policies_within(self, resource: str) -> dict[str, Policy]:
        """Return the policies of what a pattern means, or of what all that it means lies in, by ARN."""
        one = self._resource(resource)
        wanted = template(resource, wild=True, variables=False).pattern or RUN
        within = [one] if one else [r for r in self._resources.values() if matches(wanted, r.id, arn=True)]
        return {each.id: on for each in within if (on := self.on(each.id)[0])}

    def _may(self, principal: Principal, action: str, resource: str, known: Mapping[str, Value | None]) -> Right:
        held = self.held_by(principal)
        on, owner, gap = self.on(resource)
        context = Context({**_CHOSEN, **_telling(principal, owner), **known}, rest_missing=False)
        who = caller(_calling_as(principal))
        request = Request(action=action, caller=who, resource=resource, owner=owner, context=context)
        policies = Policies(
            identity=held.identity,
            resource=on,
            boundaries=held.boundaries,
            service_control=self.guards.of(principal.account).service,
            resource_control=self.guards.of(owner).resource if owner else (),
        )
        decision = evaluate(request, policies)
        granted = bool(held.gaps) or decision.outcome in (Outcome.ALLOWED, Outcome.UNKNOWN)
        gaps = (*held.gaps, *((gap,) if gap else ()))
        if decision.outcome in _POSSIBLE and principal.account != owner and (shut := self.shut(resource)) is not None:
            decision = shut
        if gaps and decision.outcome is not Outcome.EXPLICITLY_DENIED:
            because = tuple(f"Not read: {each}." for each in gaps)
            decision = replace(decision, outcome=Outcome.UNKNOWN, because=(*because, *decision.because))
        if decision.outcome is Outcome.IMPLICITLY_DENIED and (gap := self._grants_gap(resource, action)):
            decision = replace(decision, outcome=Outcome.UNKNOWN, because=(gap, *decision.because))
        assumes = tuple(self._assumes(principal, request)) if decision.outcome in _POSSIBLE else ()
        return Right(principal=principal, resource=resource, decision=decision, granted=granted, assumes=assumes)

    def _grants_gap(self, resource: str, action: str) -> str:
        """Say why the grants of a key are not known, where they might let somebody do an action; else nothing."""
        key = self._resource(resource)
        if not isinstance(key, Key) or not key.grants.unread or not _LENT.match(action.lower()):
            return ""
        return f"Not read: the grants of {key.name}: {key.grants.unread.why}."

    def _assumes(self, principal: Principal, request: Request) -> Iterator[str]:
        if not self.guards.of(principal.account).known:
            yield "Service control policies were not read: they could only take away."
        controlled = request.service in RESOURCE_CONTROLLED and request.owner
        if controlled and not self.guards.of(request.owner).known:
            yield "Resource control policies were not read: they could only take away."

    def who_may(self, action: str, resource: str) -> tuple[Right, ...]:
        """Return the rights of all who may do something to a resource, or perhaps may; the sure ones first."""
        rights = [self.may(principal, action, resource) for principal in self.principals]
        found = [r for r in rights if r.granted and r.decision.outcome is not Outcome.EXPLICITLY_DENIED]
        return tuple(sorted(found, key=lambda right: (_ORDER[right.decision.outcome], right.principal.id)))

    def shut(self, resource: str) -> Decision | None:
        """Return what others than the owner's account get of a bucket whose policy S3 calls public and blocks.

        None where nothing is blocked, or where it is no such bucket.
        """
        bucket, (on, _, _) = self._resource(resource), self.on(resource)
        if not isinstance(bucket, Bucket) or on is None or not public_by_s3(on.document.statements):
            return None
        try:
            if not restricted(bucket, self._estate):
                return None
        except NotKnown as gap:
            because = (f"Not read: whether public access is blocked: {gap.unread.why}.",)
            return Decision(outcome=Outcome.UNKNOWN, because=because)
        because = ("The block on public access takes the bucket's policy away from all other accounts.",)
        return Decision(outcome=Outcome.IMPLICITLY_DENIED, because=because)

    def bucket(self, resource: str) -> Bucket | None:
        """Return the bucket that a resource is, or is in; None where it is no bucket that is known."""
        found = self._resource(resource)
        return found if isinstance(found, Bucket) else None

    def unread(self, resource: str) -> str:
        """Return why the policy of a resource is not known; `""` where it is."""
        return self.on(resource)[2]

    def strangers(self, action: str, resource: str) -> tuple[Grant, ...]:
        """Return what lets strangers do something to a resource by its own policy, each with a request as proof."""
        on, owner, _ = self.on(resource)
        if on is None:
            return ()
        guards = self.guards.of(owner).resource if action.partition(":")[0].lower() in RESOURCE_CONTROLLED else ()
        denies = (clause for level in guards for each in level for clause in each.clauses if not clause.allows)
        guarded = replace(on, clauses=(*on.clauses, *denies))
        return public(guarded, owner=owner, action=action, resource=resource).grants


Resources = Bucket | Key | Queue | Topic | Secret | Function | Role


_LENT = re.compile(r"kms:(.*crypt|generate|sign|verify|getpublickey|describekey)")


def _with_grants(ready: Policy | None, on: Resources) -> Policy | None:
    """Return the policy of a resource, and for a key, its grants as if they were statements of it.

    Source: https://docs.aws.amazon.com/kms/latest/developerguide/grants.html
    """
    grants = on.grants.value if isinstance(on, Key) and not on.grants.unread else ()
    if not grants:
        return ready
    statements = [
        {
            "Sid": grant.id[:8],
            "Effect": "Allow",
            "Principal": {"AWS" if grant.grantee.startswith("arn:") else "Service": grant.grantee},
            "Action": [f"kms:{operation}" for operation in grant.operations],
            "Resource": "*",
            **({"Condition": {"Null": {"kms:EncryptionContextKeys": "false"}}} if grant.only_if else {}),
        }
        for grant in grants
    ]
    lent = policy(document({"Version": "2012-10-17", "Statement": statements}), f"the grants of {on.name}")
    return replace(ready, clauses=(*ready.clauses, *lent.clauses)) if ready else lent


def _calling_as(principal: Principal) -> str:
    if isinstance(principal, User):
        return principal.id
    return f"arn:{principal.id.split(':')[1]}:sts::{principal.account}:assumed-role/{principal.name}/session"


def _as_known(written: Template, known: Mapping[str, Value | None]) -> Template | None:
    """Return a text with the variables filled in that are known of the caller; None where one has no value."""
    parts: list[str | Variable] = []
    for part in written.parts:
        if isinstance(part, str) or part.key not in known:
            parts.append(part)
            continue
        held = known[part.key] or part.default
        if not isinstance(held, str):
            return None
        parts.append(held)
    fixed = all(isinstance(part, str) for part in parts)
    return Template(written.text, tuple(parts), "".join(map(str, parts)) if fixed else None)


def _telling(principal: Principal, owner: str) -> dict[str, Value | None]:
    is_user = isinstance(principal, User)
    return {
        "aws:principalarn": principal.id,
        "aws:principalaccount": principal.account,
        "aws:principaltype": "User" if is_user else "AssumedRole",
        "aws:principalisawsservice": "false",
        "aws:username": principal.name if is_user else None,
        "kms:calleraccount": principal.account,
        **({"aws:resourceaccount": owner} if owner else {}),
    }
