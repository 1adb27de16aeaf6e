"""The ways an attacker would take: from outside, or from a stolen key, step by step to what is worth stealing.

A step is a fact of the estate: a network lets somebody in, a server has a role, a policy lets a role read a bucket.
Each carries its evidence and a cost: breaking into something that listens costs more than using what one may. The
cheapest way to each goal is what one shows; the one step whose end cuts most ways is what one mends first.

Law: every step of a way holds by itself, and without one of them the way is gone.
"""

import heapq
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

from orlop.estate.aws.ebs import Snapshot
from orlop.estate.aws.ec2 import Instance
from orlop.estate.aws.iam import InstanceProfile, Role, User
from orlop.estate.aws.lambda_ import Function
from orlop.estate.aws.rds import DBInstance, DBSnapshot
from orlop.estate.aws.s3 import Bucket
from orlop.estate.aws.secretsmanager import Secret
from orlop.estate.estate import Estate
from orlop.estate.fact import NotKnown, Unread
from orlop.reason.access.authority import Authority, Principal, Right
from orlop.reason.access.clauses import names_action
from orlop.reason.access.evaluate import Outcome
from orlop.reason.access.methods import OF_ROLES, OF_USERS, OWN, PASSING, Method, On
from orlop.reason.access.openings import Reach as Opens
from orlop.reason.access.openings import openings
from orlop.reason.addresses import share
from orlop.reason.bucket import Use, open_to_everyone
from orlop.reason.network.exposure import Exposed, exposed
from orlop.reason.network.flows import everyone
from orlop.reason.network.places import Place, of_interface
from orlop.reason.network.reach import Asked, Inside, Outside, Reach, answer
from orlop.reason.network.steps import Kind

INTERNET = "internet"
ANYONE = "anyone with an AWS account"


FREE, EASY, BREAK_IN = 0, 1, 4
"""What a step costs an attacker: nothing, a request, or breaking into something that listens."""

_STRANGERS = 1 / 512
"""From which share of the internet on a stranger can be among the senders: less than half of a /8 names an owner."""

_DECIDING = (Kind.GROUPS_IN, Kind.ROUTE_BACK, Kind.LISTENER, Kind.TARGET)
"""Kinds of hops that tell why somebody gets in."""


class Sort(StrEnum):
    """What a step is."""

    NETWORK = "network"
    ROLE_OF_SERVER = "role of a server"
    ROLE_OF_FUNCTION = "role of a function"
    PUBLIC = "open to everyone"
    TRUST = "taking on a role"
    ESCALATION = "winning rights"
    ACCESS = "access to data"
    SHELL = "a shell by AWS's own means"
    ADMIN = "every right"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step from one thing to another: `says` is a sentence, `evidence` what it rests on.

    `surely` is False where it hangs on what is not known; `mend` says what would end it.
    """

    start: str
    end: str
    sort: Sort
    cost: int
    says: str
    evidence: tuple[str, ...] = ()
    surely: bool = True
    mend: str = ""


@dataclass(frozen=True, slots=True)
class Path:
    """A way: its steps in order."""

    steps: tuple[Step, ...]

    @property
    def cost(self) -> int:
        """What it costs."""
        return sum(step.cost for step in self.steps)

    @property
    def start(self) -> str:
        """Where it begins."""
        return self.steps[0].start

    @property
    def end(self) -> str:
        """Where it ends."""
        return self.steps[-1].end

    @property
    def surely(self) -> bool:
        """Whether every step is certain."""
        return all(step.surely for step in self.steps)


def admin_of(account: str) -> str:
    """Return the goal "every right in this account"."""
    return f"every right in account {account}"


@dataclass(slots=True)
class _Graph:
    steps: dict[str, list[Step]] = field(default_factory=dict[str, list[Step]])

    def add(self, step: Step) -> None:
        self.steps.setdefault(step.start, []).append(step)


class Paths:
    """The ways through one estate."""

    def __init__(self, estate: Estate) -> None:
        """Work on an estate."""
        self._estate = estate
        self._authority = Authority(estate)
        self._reach = Reach(estate)

    @cached_property
    def _graph(self) -> _Graph:
        graph = _Graph()
        for step in (*self._from_outside(), *self._of_hosts(), *self._of_functions(), *self._of_principals()):
            graph.add(step)
        return graph

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """All steps that there are."""
        return tuple(step for steps in self._graph.steps.values() for step in steps)

    @cached_property
    def crown_jewels(self) -> frozenset[str]:
        """What is worth stealing: stored files, secrets, databases, and every right."""
        kinds = (Bucket, Secret, DBInstance, Snapshot, DBSnapshot)
        data = {each.id for kind in kinds for each in self._estate.each(kind)}
        return frozenset(data | {step.end for step in self.steps if step.sort is Sort.ADMIN})

    def from_source(self, source: str, *, without: Step | None = None) -> dict[str, Path]:
        """Return the cheapest way from a source to each thing it leads to."""
        best: dict[str, tuple[int, tuple[Step, ...]]] = {source: (0, ())}
        queue: list[tuple[int, int, str]] = [(0, 0, source)]
        turn = 0
        done: set[str] = set()
        while queue:
            cost, _, here = heapq.heappop(queue)
            if here in done:
                continue
            done.add(here)
            for step in self._graph.steps.get(here, ()):
                if step == without or step.end in done:
                    continue
                total = cost + step.cost + (0 if step.surely else 1)
                if step.end not in best or total < best[step.end][0]:
                    best[step.end] = (total, (*best[here][1], step))
                    turn += 1
                    heapq.heappush(queue, (total, turn, step.end))
        return {end: Path(steps) for end, (_, steps) in best.items() if steps}

    def outside(self) -> tuple[str, ...]:
        """Return the sources from outside: the internet, anyone with an account, and other accounts that are let in."""
        others = {step.start for step in self.steps if step.start.startswith("account ")}
        return (INTERNET, ANYONE, *sorted(others))

    def worst(self, sources: Iterable[str], goals: Iterable[str] | None = None) -> tuple[Path, ...]:
        """Return the cheapest way from any source to each goal (None: each crown jewel), cheapest first."""
        wanted = self.crown_jewels if goals is None else frozenset(goals)
        best: dict[str, Path] = {}
        for source in sources:
            for end, path in self.from_source(source).items():
                if end in wanted and (end not in best or path.cost < best[end].cost):
                    best[end] = path
        return tuple(sorted(best.values(), key=lambda path: (path.cost, len(path.steps), path.end)))

    def choke_points(self, paths: Iterable[Path]) -> tuple[tuple[Step, int], ...]:
        """Return the steps whose end cuts most of some ways for good, each with how many, the best first."""
        paths = tuple(paths)
        candidates = {step for path in paths for step in path.steps}
        found: list[tuple[Step, int]] = []
        for step in candidates:
            touched = [path for path in paths if step in path.steps]
            left = {source: self.from_source(source, without=step) for source in {path.start for path in touched}}
            cut = sum(path.end not in left[path.start] for path in touched)
            if cut:
                found.append((step, cut))
        return tuple(sorted(found, key=lambda each: (-each[1], each[0].cost, each[0].start, each[0].end)))

    def _from_outside(self) -> Iterator[Step]:
        yield Step(start=INTERNET, end=ANYONE, sort=Sort.PUBLIC, cost=FREE, says="Anyone can open an AWS account.")
        for each in exposed(self._reach, Outside()):
            if share(everyone(each.flows)) < _STRANGERS:
                continue
            for id in each.ids:
                end = self._host(id)
                if end:
                    yield Step(
                        start=INTERNET,
                        end=end,
                        sort=Sort.NETWORK,
                        cost=BREAK_IN,
                        says=f"The internet reaches {_named(end)}, by the {each.arrivals[0].by}.",
                        evidence=self._evidence(each),
                        surely=each.surely,
                    )
        yield from self._open_data()

    def _evidence(self, each: Exposed) -> tuple[str, ...]:
        """Return the rules that let in a packet of what arrives."""
        found = answer(self._reach, Outside(), each.place, Asked())
        return tuple(f"{hop.kind} {hop.subject}: {hop.says}" for hop in found.path if hop.kind in _DECIDING)

    def _host(self, interface: str) -> str:
        """Return what an interface belongs to that can be broken into: an instance, or a database."""
        held = self._reach.fabric.interfaces.get(interface)
        if held is None:
            found = self._estate.find(interface)
            return found.id if isinstance(found, DBInstance) else ""
        instance = self._reach.fabric.instances.get(held.instance)
        return instance.id if instance else ""

    def _open_data(self) -> Iterator[Step]:
        """Yield what everyone can read, and which roles everyone (or another account) can take on."""
        for bucket in self._estate.each(Bucket):
            says = f"Anyone can read the files in {bucket.name}."
            try:
                found = open_to_everyone(bucket, self._estate, Use.READ)
            except NotKnown:
                continue
            if found:
                yield Step(start=INTERNET, end=bucket.id, sort=Sort.PUBLIC, cost=FREE, says=says)
        for snapshot in (*self._estate.each(Snapshot), *self._estate.each(DBSnapshot)):
            if not snapshot.shared_with.unread and "all" in snapshot.shared_with.value:
                says = f"Anyone with an AWS account can copy {snapshot.name}."
                yield Step(start=ANYONE, end=snapshot.id, sort=Sort.PUBLIC, cost=FREE, says=says)
        for role in self._estate.each(Role):
            yield from self._trusted_outside(role)

    def _trusted_outside(self, role: Role) -> Iterator[Step]:
        if role.kept_by_aws or isinstance(role.trust.answer, Unread):
            return
        for opening in openings(role.trust.answer, owner=role.account):
            if not opening.lets("sts:AssumeRole*"):
                continue
            match opening.reach:
                case Opens.EVERYONE:
                    start, who = ANYONE, "Anyone with an AWS account"
                case Opens.FEDERATED:
                    start, who = INTERNET, f"Anyone who signs in at {opening.name}"
                case Opens.ACCOUNT:
                    start, who = f"account {opening.name}", f"The AWS account {opening.name}"
                case Opens.SERVICE | Opens.ORGANISATION:
                    continue
            says = f"{who} can take on the role {role.name}."
            yield Step(start=start, end=role.id, sort=Sort.TRUST, cost=EASY, says=says)

    def _of_hosts(self) -> Iterator[Step]:
        """Yield what somebody on a server can do next: use its role, and reach others from there.

        1. The role's keys lie at the metadata service; version 1 gives them to whoever can make the server ask.
        2. Databases that the server's network lets it reach.
        3. Other servers.
        """
        profiles = {profile.id: profile for profile in self._estate.each(InstanceProfile)}
        for instance in self._estate.each(Instance):
            profile = profiles.get(instance.profile or "")
            if profile and profile.role and instance.state == "running":
                yield self._role_of(instance, profile.role)  # 1
        yield from self._sideways()  # 2, 3

    def _role_of(self, instance: Instance, role: str) -> Step:
        name = role.rpartition("/")[2]
        metadata = instance.metadata.answer
        if isinstance(metadata, Unread):
            return Step(
                start=instance.id,
                end=role,
                sort=Sort.ROLE_OF_SERVER,
                cost=BREAK_IN,
                says=f"{instance.name} has the role {name}.",
            )
        first = metadata.enabled and metadata.tokens == "optional"
        says = f"{instance.name} has the role {name}."
        if first:
            says = f"{instance.name} gives the keys of its role {name} to whoever can make it fetch an address."
        return Step(
            start=instance.id,
            end=role,
            sort=Sort.ROLE_OF_SERVER,
            cost=EASY if first else BREAK_IN,
            says=says,
            evidence=(f"HttpTokens is {metadata.tokens}", f"instance profile {instance.profile}"),
            mend="Require version 2 of the metadata service." if first else "",
        )

    def _sideways(self) -> Iterator[Step]:
        for instance in self._estate.each(Instance):
            if instance.state != "running":
                continue
            start = tuple(_places(self._reach, instance))
            for each in exposed(self._reach, Inside(start)) if start else ():
                for end in {self._host(id) for id in each.ids} - {"", instance.id}:
                    yield Step(
                        start=instance.id,
                        end=end,
                        sort=Sort.NETWORK,
                        cost=BREAK_IN,
                        says=f"{instance.name} reaches {_named(end)} over the network.",
                        surely=each.surely,
                    )

    def _of_functions(self) -> Iterator[Step]:
        for function in self._estate.each(Function):
            name = function.role.rpartition("/")[2]
            says = f"The function {function.name} runs with the role {name}."
            yield Step(start=function.id, end=function.role, sort=Sort.ROLE_OF_FUNCTION, cost=EASY, says=says)
            open_urls = () if function.urls.unread else [u for u in function.urls.value if u.sign_in == "NONE"]
            if open_urls:
                says = f"Anyone can call the function {function.name} at its web address."
                yield Step(start=INTERNET, end=function.id, sort=Sort.NETWORK, cost=BREAK_IN, says=says)

    def _of_principals(self) -> Iterator[Step]:
        for principal in self._authority.principals:
            if isinstance(principal, Role) and principal.kept_by_aws:
                continue
            if self._names_any(principal, "*"):
                yield from self._rights_of(principal)

    def _rights_of(self, principal: Principal) -> Iterator[Step]:
        """Yield what a user or role may do: take on roles, win rights, get onto servers, read data."""
        everything = self._everything(principal)
        if everything:
            yield everything
        yield from self._taking_on(principal)
        yield from self._winning(principal)
        yield from self._shells(principal)
        yield from self._reading(principal)

    def _names_any(self, principal: Principal, action: str) -> bool:
        held = self._authority.held_by(principal)
        return bool(held.identity or held.gaps) if action == "*" else self._may_name(principal, action)

    def _may_name(self, principal: Principal, action: str) -> bool:
        """Whether any Allow of a principal speaks of an action: else nobody need be asked about each resource."""
        held = self._authority.held_by(principal)
        if held.gaps:
            return True
        return any(c.allows and names_action(c, action) for each in held.identity for c in each.clauses)

    def _everything(self, principal: Principal) -> Step | None:
        if not all(self._allowed(principal, action, "*") for action in _TELLING_OF_ADMIN):
            return None
        return Step(
            start=principal.id,
            end=admin_of(principal.account),
            sort=Sort.ADMIN,
            cost=FREE,
            says=f"{principal.name} has every right.",
        )

    def _allowed(self, principal: Principal, action: str, resource: str) -> Outcome | None:
        """Return ALLOWED or UNKNOWN where a principal may do something; None where it may not."""
        if not self._may_name(principal, action):
            return None
        right = self._authority.may(principal, action, resource)
        return right.decision.outcome if _counts(right) else None

    def _taking_on(self, principal: Principal) -> Iterator[Step]:
        for role in self._estate.each(Role):
            if role.id == principal.id or role.kept_by_aws:
                continue
            right = self._authority.may(principal, "sts:AssumeRole", role.id)
            if _counts(right) and role.account == principal.account:
                yield Step(
                    start=principal.id,
                    end=role.id,
                    sort=Sort.TRUST,
                    cost=EASY,
                    says=f"{principal.name} can take on the role {role.name}.",
                    evidence=right.decision.because,
                    surely=right.decision.outcome is Outcome.ALLOWED,
                )

    def _winning(self, principal: Principal) -> Iterator[Step]:
        """Yield the methods by which a principal wins rights that it was not given."""
        for method in OWN:
            if step := self._own(principal, method):
                yield step
                break
        for id, actions, says in OF_USERS:
            yield from self._over(principal, id, actions, says, self._estate.each(User))
        for id, actions, says in OF_ROLES:
            yield from self._over(principal, id, actions, says, self._estate.each(Role))
        for method in PASSING:
            yield from self._passing(principal, method)

    def _own(self, principal: Principal, method: Method) -> Step | None:
        [need] = method.needs
        for on in _own_resources(principal, need.action, need.on):
            outcome = self._allowed(principal, need.action, on)
            if outcome:
                return Step(
                    start=principal.id,
                    end=admin_of(principal.account),
                    sort=Sort.ADMIN,
                    cost=EASY,
                    says=f"{principal.name} can {method.says}, and so win every right.",
                    evidence=(f"{need.action} on {on}", f"method {method.id}"),
                    surely=outcome is Outcome.ALLOWED,
                )
        return None

    def _over(
        self, principal: Principal, id: str, actions: tuple[str, ...], says: str, others: Iterable[Principal]
    ) -> Iterator[Step]:
        if not all(self._may_name(principal, action) for action in actions):
            return
        for other in others:
            if other.id == principal.id or (isinstance(other, Role) and other.kept_by_aws):
                continue
            outcomes = [self._allowed(principal, action, other.id) for action in actions]
            if all(outcomes):
                yield Step(
                    start=principal.id,
                    end=other.id,
                    sort=Sort.ESCALATION,
                    cost=EASY,
                    says=f"{principal.name} can {says} {other.name}.",
                    evidence=(*(f"{action} on {other.id}" for action in actions), f"method {id}"),
                    surely=all(outcome is Outcome.ALLOWED for outcome in outcomes),
                )

    def _passing(self, principal: Principal, method: Method) -> Iterator[Step]:
        """Yield roles that a principal can hand to a service that runs what he wants, and that trust that service."""
        if not all(self._may_name(principal, need.action) for need in method.needs):
            return
        others = [self._allowed(principal, need.action, "*") for need in method.needs if need.on is On.ANY]
        if not all(others):
            return
        for role in self._estate.each(Role):
            if role.id == principal.id or role.kept_by_aws or not _trusts(role, method.service):
                continue
            known = {"iam:passedtoservice": method.service}
            right = self._authority.may(principal, "iam:PassRole", role.id, known)
            if _counts(right):
                outcomes = (*others, right.decision.outcome)
                yield Step(
                    start=principal.id,
                    end=role.id,
                    sort=Sort.ESCALATION,
                    cost=EASY,
                    says=f"{principal.name} can {method.says} the role {role.name}.",
                    evidence=(*(need.action for need in method.needs), f"method {method.id}"),
                    surely=all(outcome is Outcome.ALLOWED for outcome in outcomes),
                )

    def _shells(self, principal: Principal) -> Iterator[Step]:
        for action, says in _SHELLS:
            if not self._may_name(principal, action):
                continue
            for instance in self._estate.each(Instance):
                outcome = self._allowed(principal, action, instance.id) if instance.state == "running" else None
                if outcome:
                    yield Step(
                        start=principal.id,
                        end=instance.id,
                        sort=Sort.SHELL,
                        cost=EASY,
                        says=f"{principal.name} can {says} {instance.name}.",
                        evidence=(f"{action} on {instance.id}",),
                        surely=outcome is Outcome.ALLOWED,
                    )

    def _reading(self, principal: Principal) -> Iterator[Step]:
        for bucket in self._estate.each(Bucket):
            yield from self._reads(
                principal, "s3:GetObject", f"{bucket.id}/*", bucket.id, f"the files in {bucket.name}"
            )
        for secret in self._estate.each(Secret):
            yield from self._reads(principal, "secretsmanager:GetSecretValue", secret.id, secret.id, secret.name)

    def _reads(self, principal: Principal, action: str, resource: str, end: str, what: str) -> Iterator[Step]:
        right = self._authority.may(principal, action, resource)
        if _counts(right):
            yield Step(
                start=principal.id,
                end=end,
                sort=Sort.ACCESS,
                cost=FREE,
                says=f"{principal.name} can read {what}.",
                evidence=right.decision.because,
                surely=right.decision.outcome is Outcome.ALLOWED,
            )


_TELLING_OF_ADMIN = ("iam:CreateUser", "s3:DeleteBucket", "ec2:TerminateInstances", "kms:ScheduleKeyDeletion")
"""Whoever may do all of these to everything is taken to have every right."""

_SHELLS = (
    ("ssm:StartSession", "open a shell on"),
    ("ssm:SendCommand", "run commands on"),
    ("ec2-instance-connect:SendSSHPublicKey", "put its own key on"),
)


def _counts(right: Right) -> bool:
    """Whether a right makes a step: something grants it, though it may hang on what is not known."""
    return right.granted and right.decision.outcome in (Outcome.ALLOWED, Outcome.UNKNOWN)


def _own_resources(principal: Principal, action: str, on: On) -> Iterator[str]:
    """Yield what an action that gives oneself rights is done to: one's policies, groups, or oneself."""
    if on is On.POLICY:
        yield from (each.arn for each in principal.attached if ":iam::aws:" not in each.arn)
    elif "Group" in action:
        yield from principal.groups if isinstance(principal, User) else ()
    elif ("User" in action) == isinstance(principal, User):
        yield principal.id


def _trusts(role: Role, service: str) -> bool:
    """Whether a role lets a service take it on."""
    if isinstance(role.trust.answer, Unread):
        return True
    return any(
        statement.effect == "Allow" and any(p.kind == "Service" and p.name == service for p in statement.principals)
        for statement in role.trust.answer.statements
    )


def _places(reach: Reach, instance: Instance) -> Iterator[Place]:
    for id in reach.fabric.of_instance.get(instance.instance_id, ()):
        try:
            yield of_interface(reach.fabric.interfaces[id], reach.fabric)
        except NotKnown:
            continue


def _named(arn: str) -> str:
    return arn.rpartition(":")[2].rpartition("/")[2]
