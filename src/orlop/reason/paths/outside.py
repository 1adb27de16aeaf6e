"""What strangers can do at once: reach a server, read what is open, take on a role that lets them in.

Strangers are the internet, anyone with an AWS account, and those whom something here names: another account, a sign-in.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from orlop.estate.aws.ebs import EbsRegion, Image, Snapshot
from orlop.estate.aws.iam import Role
from orlop.estate.aws.lambda_ import Function
from orlop.estate.aws.policy import Document
from orlop.estate.aws.rds import DBClusterSnapshot, DBSnapshot
from orlop.estate.aws.s3 import Bucket
from orlop.estate.aws.secretsmanager import Secret
from orlop.estate.fact import NotKnown, Unread
from orlop.reason.access.openings import Opening, in_evidence, openings
from orlop.reason.access.openings import Reach as Opens
from orlop.reason.addresses import share
from orlop.reason.bucket import Use, open_to_everyone
from orlop.reason.network.exposure import Exposed, exposed
from orlop.reason.network.flows import LAST_PORT, Flows, everyone, runs_of
from orlop.reason.network.reach import Arrival, Outside
from orlop.reason.network.steps import together
from orlop.reason.paths.ground import Ground, one_of
from orlop.reason.paths.hosts import evidence_of
from orlop.reason.paths.keys import key_of
from orlop.reason.paths.step import (
    ANYONE,
    BREAK_IN,
    EASY,
    FREE,
    INTERNET,
    Sort,
    Step,
    account_node,
    sign_in_node,
)

_STRANGERS = 1 / 512
"""From which share of the internet on a stranger can be among the senders: less than half of a /8 names an owner."""

_Shared = Snapshot | Image | DBSnapshot | DBClusterSnapshot


def steps_of_strangers(ground: Ground) -> Iterator[Step]:
    """Yield what strangers can do at once."""
    yield Step(start=INTERNET, end=ANYONE, sort=Sort.PUBLIC, cost=FREE, says="Anyone can open an AWS account.")
    for each in exposed(ground.reach, Outside()):
        for entrance in _entrances(each):
            yield from _entering(entrance, ground)
    for bucket in ground.estate.each(Bucket):
        yield from _open_bucket(bucket, ground)
    for kind in (Snapshot, Image, DBSnapshot, DBClusterSnapshot):
        for shared in ground.estate.each(kind):
            yield from _shared(shared, ground)
    for role in ground.roles:
        yield from _trusting(role)
    for secret in ground.estate.each(Secret):
        yield from _by_policy(secret, secret.policy.answer, "secretsmanager:GetSecretValue", "read the secret", ground)
    for function in ground.estate.each(Function):
        yield from _running(function, ground)


def _entrances(each: Exposed) -> Iterator[Exposed]:
    """Yield what arrives apart by where it comes in, by each load balancer, and directly: each ends alone."""
    by: dict[str, list[Arrival]] = {}
    for arrival in each.arrivals:
        by.setdefault(arrival.through[0].front.id if arrival.through else "", []).append(arrival)
    for arrivals in by.values():
        found = replace(each, arrivals=tuple(arrivals), passes=together(a.passes for a in arrivals))
        if share(everyone(found.flows)) >= _STRANGERS:
            yield found


def _entering(each: Exposed, ground: Ground) -> Iterator[Step]:
    arrival = each.arrivals[0]
    front = arrival.through[0].front if arrival.through else None
    wearing = each.place.groups or (each.place.id,)
    ports = _ports(each.flows)
    by = f"the {arrival.by} {front.name}" if front else f"the {arrival.by}"
    door = by if front else ", ".join(wearing)
    mend = f"In the security group {', '.join(wearing)}, let in only the addresses that need {ports}."
    if front:
        mend = f"Keep strangers away from {door} if it need not be public; else keep what is behind it up to date."
    for end in one_of(ground.struck(id) for id in each.ids):
        if end:
            yield Step(
                start=INTERNET,
                end=end,
                sort=Sort.NETWORK,
                cost=BREAK_IN,
                says=f"The internet reaches {ground.name(end)} ({ports}), by {by}.",
                later=lambda: evidence_of(each, ground),
                surely=each.surely,
                cause=f"open to the internet: {door}",
                mend=mend,
            )


def _ports(flows: Flows) -> str:
    """Return which ports strangers reach, as people write them."""
    said: list[str] = []
    for protocol in ("tcp", "udp"):
        for first, last, held in runs_of(flows, protocol):
            if share(held) >= _STRANGERS:
                run = "" if (first, last) == (0, LAST_PORT) else f" {first}" if first == last else f" {first}-{last}"
                said.append(f"{protocol}{run}")
    return ", ".join(said[:4]) + (" and more" if len(said) > 4 else "") or "ping"


def _open_bucket(bucket: Bucket, ground: Ground) -> Iterator[Step]:
    try:
        found = open_to_everyone(bucket, ground.estate, Use.READ)
    except NotKnown:
        found = ()
    if found:
        key = key_of(bucket)
        yield Step(
            start=INTERNET,
            end=bucket.id,
            sort=Sort.PUBLIC,
            cost=FREE,
            says=f"Anyone can read the files in {bucket.name}.",
            evidence=(*one_of(way.witness for way in found), *((f"new files are encrypted by {key}",) if key else ())),
            surely=not key,
            cause=f"policy of {bucket.id}",
            mend=f"Turn on the block of public access of {bucket.name}, or take everyone out of its policy.",
        )
    yield from _by_policy(bucket, bucket.policy.answer, "s3:GetObject", "read the files in", ground, everyone=False)


def _shared(shared: _Shared, ground: Ground) -> Iterator[Step]:
    if shared.shared_with.unread or _blocked(shared, ground):
        return
    for whom in shared.shared_with.value:
        if whom.startswith("arn:") or whom in ground.accounts:
            continue
        everyone = whom == "all"
        who = "Anyone with an AWS account" if everyone else f"The AWS account {whom}"
        yield Step(
            start=ANYONE if everyone else account_node(whom),
            end=shared.id,
            sort=Sort.PUBLIC if everyone else Sort.ACCESS,
            cost=FREE,
            says=f"{who} can copy {shared.name}.",
            evidence=(f"it is shared with {whom}",),
            cause=f"sharing of {shared.id}",
            mend=f"Stop sharing {shared.name} with {'everyone' if everyone else f'the account {whom}'}.",
        )


def _blocked(shared: _Shared, ground: Ground) -> bool:
    """Whether the region keeps what is shared with everyone from everyone."""
    if not isinstance(shared, Snapshot):
        return False
    here = (
        each for each in ground.estate.each(EbsRegion) if (each.account, each.region) == (shared.account, shared.region)
    )
    return any(not each.snapshot_block.unread and each.snapshot_block.value == "block-all-sharing" for each in here)


def _trusting(role: Role) -> Iterator[Step]:
    trust = role.trust.answer
    for opening in () if isinstance(trust, Unread) else openings(trust, owner=role.account):
        named = _who(opening) if opening.lets("sts:AssumeRole*") else None
        if named and not isinstance(trust, Unread):
            start, who = named
            yield Step(
                start=start,
                end=role.id,
                sort=Sort.TRUST,
                cost=EASY,
                says=f"{who} can take on the role {role.name}.",
                evidence=(f"trust policy, {in_evidence(trust, opening)}",),
                cause=f"trust of {role.id}: {opening.statement.sid or trust.statements.index(opening.statement) + 1}",
                mend=f"In the trust policy of {role.name}, name exactly who may take it on, and under which condition.",
            )


def _who(opening: Opening) -> tuple[str, str] | None:
    """Return the node of those whom an opening lets in, and what to call them; None for services of AWS,
    and for an organisation as a whole.
    """
    federated = next((p.name for p in opening.statement.principals if p.kind == "Federated"), "")
    match opening.reach:
        case Opens.EVERYONE if federated:
            host = federated.rpartition("oidc-provider/")[2]
            return INTERNET, f"Anyone who has an account at {host}"
        case Opens.EVERYONE:
            return ANYONE, "Anyone with an AWS account"
        case Opens.FEDERATED:
            return sign_in_node(opening.name), f"Anyone who signs in at {opening.name}"
        case Opens.ACCOUNT:
            return account_node(opening.name), f"The AWS account {opening.name}"
        case Opens.SERVICE | Opens.ORGANISATION:
            return None


def _by_policy(
    of: Bucket | Secret,
    held: Document | Unread | None,
    action: str,
    does: str,
    ground: Ground,
    *,
    everyone: bool = True,
) -> Iterator[Step]:
    """Yield whom a resource's own policy lets read it, by name, or as everyone."""
    if held is None or isinstance(held, Unread):
        return
    resource = f"{of.id}/*" if isinstance(of, Bucket) else of.id
    for opening in openings(held, owner=of.account):
        if not opening.lets(action, resource) or opening.name in ground.accounts:
            continue
        named = _who(opening)
        if named is None or (opening.reach is Opens.EVERYONE and not everyone):
            continue
        start, who = named
        yield Step(
            start=start,
            end=of.id,
            sort=Sort.PUBLIC if opening.reach is Opens.EVERYONE else Sort.ACCESS,
            cost=FREE,
            says=f"{who} can {does} {of.name}.",
            evidence=(in_evidence(held, opening),),
            surely=not key_of(of),
            cause=f"policy of {of.id}",
            mend=f"In the policy of {of.name}, name exactly who may read it.",
        )


def _running(function: Function, ground: Ground) -> Iterator[Step]:
    """Yield how strangers run a function with what they send it."""
    urls = () if function.urls.unread else [url for url in function.urls.value if url.sign_in == "NONE"]
    policy = function.policy.answer
    if urls:
        yield _ran(function, INTERNET, f"Anyone can call the function {function.name} at its web address.", urls[0].url)
    for opening in () if policy is None or isinstance(policy, Unread) else openings(policy, owner=function.account):
        if opening.reach is Opens.EVERYONE and opening.lets("lambda:InvokeFunction") and isinstance(policy, Document):
            says = f"Anyone with an AWS account can run the function {function.name}, with what they send it."
            yield _ran(function, ANYONE, says, in_evidence(policy, opening))


def _ran(function: Function, start: str, says: str, evidence: str) -> Step:
    return Step(
        start=start,
        end=function.id,
        sort=Sort.NETWORK,
        cost=BREAK_IN,
        says=says,
        evidence=(evidence,),
        cause=f"open function {function.id}",
        mend=f"Let only those run the function {function.name} who have to; at a web address, make them sign in.",
    )


def strangers(steps: Iterable[Step], ground: Ground) -> dict[str, int]:
    """Return the sources from outside, and what it costs to be there: another's account is broken into first."""
    named = sorted({s.start for s in steps if s.start not in (INTERNET, ANYONE)})
    own = {account_node(account) for account in ground.accounts}
    return {INTERNET: FREE, ANYONE: FREE, **{start: BREAK_IN for start in named if start not in own}}
