"""What a user or a role can do next: take on roles, win rights, get a hold on servers and functions, read data.

Whoever has every right in an account is not asked about each thing in it: from "every right" one step leads to each.
"""

from collections.abc import Callable, Iterator
from itertools import chain

from orlop.estate.aws.ebs import Snapshot
from orlop.estate.aws.ec2 import Instance
from orlop.estate.aws.iam import Role, User
from orlop.estate.aws.lambda_ import Function
from orlop.estate.aws.rds import DBCluster, DBClusterSnapshot, DBInstance, DBSnapshot
from orlop.estate.aws.s3 import Bucket
from orlop.estate.aws.secretsmanager import Secret
from orlop.estate.fact import Unread
from orlop.estate.resource import Resource
from orlop.reason.access import methods
from orlop.reason.access.authority import Principal
from orlop.reason.access.clauses import Naming, names_action, naming
from orlop.reason.access.methods import Gains, Method, On
from orlop.reason.access.request import caller
from orlop.reason.paths.ground import Ground
from orlop.reason.paths.keys import readable
from orlop.reason.paths.rights import Asked, Granted, Rights, counts
from orlop.reason.paths.step import EASY, FREE, Sort, Step, account_node, admin_of, secrets_in

_TELLING_OF_ADMIN = (
    *("iam:CreateUser", "iam:PutRolePolicy", "s3:DeleteBucket", "ec2:TerminateInstances", "kms:ScheduleKeyDeletion"),
    *("secretsmanager:GetSecretValue", "rds:DeleteDBInstance"),
)
"""Whoever may do all of these to everything is taken to have every right."""

DATA = (Bucket, Secret, DBInstance, DBCluster, Snapshot, DBSnapshot, DBClusterSnapshot)
"""What is worth stealing."""


def steps_of(principal: Principal, ground: Ground) -> Iterator[Step]:
    """Yield what a user or role can do next."""
    rights = Rights(principal, ground)
    everything = rights.granted((action, "*") for action in _TELLING_OF_ADMIN)
    if everything:
        yield _has_everything(rights, everything)
        if everything.surely:
            return
    yield from _winning_everything(rights)
    for method in chain(methods.OTHERS, methods.PASSING, methods.HELD, methods.RUNNING, methods.READING):
        yield from _by(rights, method)


def steps_of_admin(account: str, ground: Ground) -> Iterator[Step]:
    """Yield what whoever has every right in an account can do next: use all that is there, and act as the account."""
    admin = admin_of(account)
    for kind in (*DATA, User, Role, Instance, Function):
        does = "read" if kind in DATA else "use"
        for each in ground.estate.each(kind):
            if each.account == account:
                says = f"Whoever has every right in the account can {does} {each.name}."
                yield Step(start=admin, end=each.id, sort=Sort.ACCESS, cost=EASY, says=says)
    says = "Whoever has every right in the account can act in its name elsewhere."
    yield Step(start=admin, end=account_node(account), sort=Sort.TRUST, cost=FREE, says=says)


def _has_everything(rights: Rights, granted: Granted) -> Step:
    who = rights.principal
    evidence = granted.evidence[0].partition(": ")[2] if granted.surely else " ".join(granted.evidence[:1])
    return Step(
        start=who.id,
        end=admin_of(who.account),
        sort=Sort.ADMIN,
        cost=FREE,
        says=f"{who.name} has every right.",
        evidence=(evidence,),
        surely=granted.surely,
        cause=f"rights of {who.id}: {granted.by}",
        mend=f"Give {who.name} only the rights that it needs, instead of all of them ({granted.by}).",
    )


def _winning_everything(rights: Rights) -> Iterator[Step]:
    """Yield the first sure way to every right, or all unsure ones."""
    end = admin_of(rights.principal.account)
    for method in chain(methods.OWN, methods.BY_OTHERS):
        for goal, granted in _goals(rights, method):
            does = f"{method.says} {goal.name}" if goal is not rights.principal else method.says
            yield rights.step(end, Sort.ADMIN, EASY, f"{does}, and so win every right", granted)
            if granted.surely:
                return
            break


def _by(rights: Rights, method: Method) -> Iterator[Step]:
    for goal, granted in _goals(rights, method):
        end = secrets_in(goal.id) if method.gains in _SECRETS else goal.id
        sort, cost = _SORTS.get(method.gains, (Sort.ESCALATION, EASY))
        sort = Sort.TRUST if method.id == "sts-assume-role" else sort
        yield rights.step(end, sort, cost, f"{method.says} {goal.name}", granted)


def _goals(rights: Rights, method: Method) -> Iterator[tuple[Resource, Granted]]:
    """Yield each thing that a method wins, with the proof."""
    if method.id not in _BY_POLICY and not all(rights.names(need.action) for need in method.needs):
        return
    for goal in _CANDIDATES[method.gains](rights, method):
        granted = _granted(rights, method, goal)
        if granted and method.gains in (Gains.BUCKET, Gains.SECRET):
            granted = readable(goal, rights, granted)
        if granted:
            yield goal, granted


_BY_POLICY = ("sts-assume-role", "s3-get-object", "secret-value")
"""What a resource's own policy can grant to a caller whom none of his own policies allows it."""


def _let_in_by(goal: Resource, method: Method, rights: Rights) -> bool:
    """Whether a resource's own policy names the caller, or everyone, and not only his account."""
    on, _, _ = rights.ground.authority.on(goal.id)
    who = caller(rights.principal.id)
    return on is not None and any(
        (naming(c, who) or 0) > Naming.ACCOUNT and c.allows and names_action(c, need.action)
        for c in on.clauses
        for need in method.needs
    )


def _granted(rights: Rights, method: Method, goal: Resource) -> Granted | None:
    known = {"iam:passedtoservice": method.service} if method.gains is Gains.PASSED else {}
    for asked in _asked(rights.principal, method, goal):
        named = all(rights.touches(action, resource) for action, resource in asked)
        if not named and not (method.id in _BY_POLICY and _let_in_by(goal, method, rights)):
            continue
        granted = rights.granted(asked, known)
        if granted and (named or granted.alone):
            assumed = method.assumes if method.assumes and not _settled(rights.ground, method, goal) else ""
            beside = (f"Not read: {assumed}.",) if assumed else ()
            return granted.beside(*beside, f"method {method.id}", surely=not assumed)
    return None


def _settled(ground: Ground, method: Method, goal: Resource) -> bool:
    """Whether what a method assumes is so: the server's role has the right without which it would not be."""
    role = ground.role_of(goal) if method.settled_by and isinstance(goal, Instance) else None
    return bool(role) and counts(ground.authority.may(role, method.settled_by, "*"))


def _asked(principal: Principal, method: Method, goal: Resource) -> Iterator[list[Asked]]:
    """Yield what must all be allowed, once for each policy or group by which it can be done."""
    options = [_resources(principal, need.on, need.action, goal) for need in method.needs]
    several = max((len(each) for each in options), default=0)
    if not all(options):
        return
    for turn in range(several):
        yield [(need.action, each[min(turn, len(each) - 1)]) for need, each in zip(method.needs, options, strict=True)]


def _resources(principal: Principal, on: On, action: str, goal: Resource) -> tuple[str, ...]:
    is_user = isinstance(principal, User)
    match on:
        case On.ITSELF:
            return (principal.id,) if is_user else ()
        case On.ITSELF_AS_ROLE:
            return () if is_user else (principal.id,)
        case On.OWN_POLICY:
            return _own_policies(principal)
        case On.OWN_GROUP:
            return principal.groups if isinstance(principal, User) else ()
        case On.GOAL | On.PASSED:
            return (goal.id,)
        case On.GOALS_POLICY:
            return _own_policies(goal) if isinstance(goal, User | Role) else ()
        case On.GOALS_FILES:
            return (f"{goal.id}/*",)
        case On.ANY:
            return (f"arn:{principal.id.split(':')[1]}:{action.partition(':')[0]}:*",)


def _own_policies(of: Principal) -> tuple[str, ...]:
    return tuple(each.arn for each in of.attached if ":iam::aws:" not in each.arn)


def _trusting(rights: Rights, method: Method) -> Iterator[Role]:
    return (role for role in _other_roles(rights, method) if _trusts(role, method.service))


def _trusts(role: Role, service: str) -> bool:
    """Whether a role lets a service take it on, or may."""
    if isinstance(role.trust.answer, Unread):
        return True
    return any(
        statement.effect == "Allow" and any(p.kind == "Service" and p.name == service for p in statement.principals)
        for statement in role.trust.answer.statements
    )


def _other_roles(rights: Rights, method: Method) -> Iterator[Role]:
    here = rights.principal
    across = method.id == "sts-assume-role"
    return (r for r in rights.ground.roles if r.id != here.id and (across or r.account == here.account))


def _other_users(rights: Rights, method: Method) -> Iterator[User]:
    here = rights.principal
    return (user for user in rights.ground.users if user.id != here.id and user.account == here.account)


def _itself(rights: Rights, method: Method) -> Iterator[Principal]:
    yield rights.principal


def _servers(rights: Rights, method: Method) -> Iterator[Instance]:
    return (each for each in rights.ground.running if each.account == rights.principal.account)


def _each(kind: type[Resource], *, across: bool = False) -> Callable[[Rights, Method], Iterator[Resource]]:
    def found(rights: Rights, method: Method) -> Iterator[Resource]:
        here = rights.principal.account
        return (each for each in rights.ground.estate.each(kind) if across or each.account == here)

    return found


def _leaky_servers(rights: Rights, method: Method) -> Iterator[Instance]:
    return (each for each in rights.ground.estate.each(Instance) if each.user_data.answer and not each.user_data.unread)


def _leaky_functions(rights: Rights, method: Method) -> Iterator[Function]:
    return (each for each in rights.ground.estate.each(Function) if leaks(each))


def leaks(function: Function) -> bool:
    """Whether a function's settings seem to hold a secret."""
    held = function.variables
    return not held.unread and any(variable.looks_like for variable in held.value)


_CANDIDATES: dict[Gains, Callable[[Rights, Method], Iterator[Resource]]] = {
    Gains.EVERYTHING: _itself,
    Gains.EVERYTHING_BY_ROLE: _other_roles,
    Gains.EVERYTHING_BY_USER: _other_users,
    Gains.USER: _other_users,
    Gains.ROLE: _other_roles,
    Gains.PASSED: _trusting,
    Gains.HELD: _trusting,
    Gains.SERVER: _servers,
    Gains.FUNCTION: _each(Function),
    Gains.BUCKET: _each(Bucket, across=True),
    Gains.SECRET: _each(Secret, across=True),
    Gains.SNAPSHOT: _each(Snapshot),
    Gains.DATABASE: _each(DBInstance),
    Gains.DATABASE_SNAPSHOT: _each(DBSnapshot),
    Gains.CLUSTER: _each(DBCluster),
    Gains.CLUSTER_SNAPSHOT: _each(DBClusterSnapshot),
    Gains.SECRETS_OF_SERVER: _leaky_servers,
    Gains.SECRETS_OF_FUNCTION: _leaky_functions,
}

_SECRETS = (Gains.SECRETS_OF_SERVER, Gains.SECRETS_OF_FUNCTION)

_SORTS: dict[Gains, tuple[Sort, int]] = {
    Gains.SERVER: (Sort.SHELL, EASY),
    Gains.FUNCTION: (Sort.SHELL, EASY),
    **dict.fromkeys((Gains.BUCKET, Gains.SECRET, *_SECRETS), (Sort.ACCESS, FREE)),
    **dict.fromkeys(
        (Gains.SNAPSHOT, Gains.DATABASE, Gains.DATABASE_SNAPSHOT, Gains.CLUSTER, Gains.CLUSTER_SNAPSHOT),
        (Sort.ACCESS, EASY),
    ),
}
