"""What somebody can do next who is on a server, or who runs a function with what he wants.

1. He uses its role. The metadata service hands out the role's keys: by version 1 to whoever can make the server fetch
   an address, by version 2 only to who runs something on it.
2. He reads the secrets that lie in its start-up script, or in its settings.
3. He goes on over the network.
"""

from collections.abc import Iterator

from orlop.estate.aws.ec2 import Instance
from orlop.estate.aws.lambda_ import Function
from orlop.estate.fact import Unread
from orlop.reason.network.exposure import Exposed
from orlop.reason.network.reach import proof
from orlop.reason.network.steps import Kind
from orlop.reason.paths.ground import Ground, one_of
from orlop.reason.paths.principals import leaks
from orlop.reason.paths.step import BREAK_IN, EASY, FREE, Sort, Step, secrets_in

_DECIDING = (Kind.GROUPS_IN, Kind.ROUTE, Kind.ROUTE_BACK, Kind.LISTENER, Kind.TARGET)
"""Kinds of hops that tell why somebody gets in."""


def steps_of_server(instance: Instance, ground: Ground) -> Iterator[Step]:
    """Yield what somebody on a server can do next."""
    profile = ground.profiles.get(instance.profile or "")
    if profile and profile.role and instance.state == "running":
        yield _role_of(instance, profile.role)  # 1
    if not instance.user_data.unread and instance.user_data.value:
        yield _leak(instance.id, instance.name, "start-up script", tuple(s.kind for s in instance.user_data.value))  # 2
    for each in ground.near(instance) if instance.state == "running" else ():
        for end in one_of(ground.struck(id) for id in each.ids):
            if end not in ("", instance.id):
                yield _onward(instance, end, each, ground)  # 3


def steps_of_function(function: Function) -> Iterator[Step]:
    """Yield what somebody can do next who has a function run what he wants."""
    role = function.role.rpartition("/")[2]
    yield Step(
        start=function.id,
        end=function.role,
        sort=Sort.ROLE_OF_FUNCTION,
        cost=EASY,
        says=f"The function {function.name} runs with the role {role}.",
        cause=f"role of {function.id}",
        mend=f"Give the function {function.name} a role that may do only what it needs, instead of {role}.",
    )
    if leaks(function):
        kinds = tuple(kind for variable in function.variables.value for kind in variable.looks_like)
        yield _leak(function.id, function.name, "settings", kinds)


def _role_of(instance: Instance, role: str) -> Step:
    name = role.rpartition("/")[2]
    metadata = instance.metadata.answer
    says = f"{instance.name} has the role {name}."
    evidence: tuple[str, ...] = (f"instance profile {instance.profile}",)
    cost, more = BREAK_IN, ""
    if isinstance(metadata, Unread):
        evidence = (*evidence, f"Not read: how its metadata service answers: {metadata.why}.")
    elif metadata.enabled and metadata.tokens == "optional":
        cost, more = EASY, ", and require version 2 of the metadata service"
        says = f"{instance.name} gives the keys of its role {name} to whoever can make it fetch an address."
        evidence = (*evidence, "HttpTokens is optional: version 1 of the metadata service answers")
    else:
        evidence = (*evidence, f"HttpTokens is {metadata.tokens}")
    return Step(
        start=instance.id,
        end=role,
        sort=Sort.ROLE_OF_SERVER,
        cost=cost,
        says=says,
        evidence=evidence,
        cause=f"role of {instance.id}",
        mend=f"Give {instance.name} a role that may do only what it needs, instead of {name}{more}.",
    )


def _leak(id: str, name: str, where: str, kinds: tuple[str, ...]) -> Step:
    return Step(
        start=id,
        end=secrets_in(id),
        sort=Sort.ACCESS,
        cost=FREE,
        says=f"The {where} of {name} holds what looks like a secret: {', '.join(one_of(kinds))}.",
        cause=f"secrets in {id}",
        mend=f"Take the secrets out of the {where} of {name}, and replace them: they have been readable.",
    )


def _onward(instance: Instance, end: str, each: Exposed, ground: Ground) -> Step:
    goal = ground.name(end)
    wearing = ", ".join(each.place.groups)
    return Step(
        start=instance.id,
        end=end,
        sort=Sort.NETWORK,
        cost=BREAK_IN,
        says=f"{instance.name} reaches {goal} over the network.",
        later=lambda: evidence_of(each, ground),
        surely=each.surely,
        cause=f"network inside to {wearing or end}",
        mend=f"In the security group of {goal} ({wearing}), let in only what has to reach it.",
    )


def evidence_of(each: Exposed, ground: Ground) -> tuple[str, ...]:
    """Return the rules and routes that let a packet through, of what arrives."""
    hops = proof(ground.reach, each.arrivals)
    said = one_of(f"{hop.kind} {hop.subject}: {hop.says}" for hop in hops if hop.kind in _DECIDING)
    gaps = () if each.surely else tuple(f"Not read: {gap}." for gap in each.passes.gaps)
    return (*said, *gaps)
