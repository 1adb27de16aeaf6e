"""Questions about the ways of strangers: whether one to what is worth stealing hangs on this server, or on this role.

A finding is a cause, not a way: of all shortest ways from the internet, each hangs on the one change that ends most of
them, and that change is made at one server or role. What is open to everyone by itself has questions of its own.
"""

from collections.abc import Iterator
from weakref import WeakKeyDictionary

from orlop.estate.aws.ec2 import Instance
from orlop.estate.aws.iam import Role
from orlop.estate.estate import Estate
from orlop.estate.fact import Cause, NotKnown, Unread
from orlop.frameworks import gdpr, hipaa
from orlop.reason.paths import EASY, FREE, Paths, Root, Sort, paths_of
from orlop.reason.paths.unseen import SEEN
from orlop.rules.rule import Answer, Fail, Pass, Severity, rule

_CONTROLS = (hipaa("164.308(a)(1)(ii)(A)"), hipaa("164.312(a)(1)"), gdpr("32(1)(b)"))
_BY_HAND = "orlop paths shows each step with its evidence, and the change that ends it."

_held: WeakKeyDictionary[Estate, dict[str, tuple[Root, ...]]] = WeakKeyDictionary()


@rule(
    asks="Does a stranger's shortest way to your data hang on this server?",
    severity=Severity.HIGH,
    controls=_CONTROLS,
    by_hand=_BY_HAND,
    breaks="Whoever reaches the server or the data by that way now: look at who that is, and let in only them.",
)
def server_on_the_way_to_data(server: Instance, estate: Estate) -> Answer:
    """Server on a stranger's way to data.

    The internet reaches the server, and who breaks into it gets from there to data: by the server's role, or over the
    network. Each step alone may look harmless. Together they are how most data is stolen from clouds.
    """
    return _answer(server, estate)


@rule(
    asks="Does a stranger's shortest way to your data hang on this role?",
    severity=Severity.HIGH,
    controls=_CONTROLS,
    by_hand=_BY_HAND,
    breaks="Whatever uses the rights that are taken away: look at what the role did in the last months.",
)
def role_on_the_way_to_data(role: Role, estate: Estate) -> Answer:
    """Role on a stranger's way to data.

    A stranger gets to the role, at once or over a server or a function, and what the role may do leads on to data.
    Whoever holds a role's keys works from outside, unseen by any firewall.
    """
    return _answer(role, estate)


def _answer(of: Instance | Role, estate: Estate) -> Answer:
    roots = _roots(estate).get(of.id, ())
    sure = [root for root in roots if root.surely]
    if not sure and roots:
        why = f"a way over {of.name} hangs on what was not read; orlop paths names it"
        raise NotKnown("orlop:paths", Unread(Cause.NOT_LOOKED_AT, why))
    if not sure:
        for kind in SEEN:
            estate.within(kind, of.account)
        return Pass("No shortest way of a stranger to data hangs on it.")
    return _fail(sure, paths_of(estate))


def _fail(roots: list[Root], paths: Paths) -> Fail:
    ends = list(dict.fromkeys(paths.name(path.end) for root in roots for path in root.paths if path.surely))
    first = roots[0].paths[0]
    more = f" and {len(ends) - 3} more" if len(ends) > 3 else ""
    mends = list(dict.fromkeys(mend for root in roots for mend in root.mends))[:2]
    ways = [path for root in roots for path in root.paths]
    grave = any(path.cost <= EASY or any(step.sort is Sort.ADMIN for step in path.steps) for path in ways)
    return Fail(
        f"A stranger gets to {', '.join(ends[:3])}{more}, in {len(first.steps)} steps: "
        f"{' '.join(step.says for step in first.steps)} To end it: {' '.join(mends)}",
        witness=tuple(f"{step.says} {'; '.join(step.evidence)}".strip() for step in first.steps),
        severity=Severity.CRITICAL if grave else None,
    )


def _roots(estate: Estate) -> dict[str, tuple[Root, ...]]:
    """Return the causes of strangers' shortest ways, by the server or role at which each is ended."""
    if estate not in _held:
        paths = paths_of(estate)
        strangers = {source: cost for source, cost in paths.outside.items() if cost == FREE}
        by: dict[str, list[Root]] = {}
        for root in paths.roots(strangers, paths.worst(strangers)):
            if owner := next(_owners(root, paths), ""):
                by.setdefault(owner, []).append(root)
        _held[estate] = {owner: tuple(roots) for owner, roots in by.items()}
    return _held[estate]


def _owners(root: Root, paths: Paths) -> Iterator[str]:
    """Yield the servers and roles at which a cause may be ended, the nearest first."""
    way = root.paths[0].steps
    for step in (root.step, *way):
        for node in (step.start, step.end):
            if isinstance(paths.ground.find(node), Instance | Role):
                yield node


ALL = (server_on_the_way_to_data, role_on_the_way_to_data)
