"""The question about the ways of strangers as a whole: whether any leads, step by step, to what is worth stealing.

It is put to the account, once: a finding for each server or bucket that a way touches would say the same thing many
times. Its causes are named in it; `orlop paths` and the pictures in the report tell them step by step.
"""

from orlop.estate.aws.account import Account
from orlop.estate.estate import Estate
from orlop.estate.fact import Cause, NotKnown, Unread
from orlop.frameworks import gdpr, hipaa
from orlop.reason.paths import EASY, FREE, Path, Paths, Root, Sort
from orlop.reason.paths.unseen import assure
from orlop.rules.rule import Answer, Fail, Pass, Severity, rule

_MOST = 3


@rule(
    asks="Can a stranger get, step by step, from the internet to your data?",
    severity=Severity.HIGH,
    controls=(hipaa("164.308(a)(1)(ii)(A)"), hipaa("164.312(a)(1)"), gdpr("32(1)(b)")),
    by_hand="orlop paths shows each way with its evidence, and of each cause the change that ends it. Begin with the "
    "first: it is the worst, and ends most ways.",
    breaks="Whoever goes the same way for good reasons: look at each cause who that is, and let in only them.",
)
def strangers_get_to_data(account: Account, estate: Estate) -> Answer:
    """Strangers get to data, step by step.

    Each step alone may look harmless: a server that answers, a role that reads more than it must, an open network
    inside. Together they are how most data is stolen from clouds. End a cause, and all of its ways are gone.
    """
    paths = estate.once(Paths)
    strangers = {source: cost for source, cost in paths.outside.items() if cost == FREE}
    ways = paths.worst(strangers, paths.jewels_of(account.account))
    sure = [path for path in ways if path.surely]
    if sure:
        return _fail(sure, paths.roots(strangers, sure), paths)
    assure(paths.ground, account.account)
    if ways:
        why = "a way hangs on what was not read; orlop paths names it"
        raise NotKnown("orlop:paths", Unread(Cause.NOT_LOOKED_AT, why))
    return Pass("No way of a stranger to anything worth stealing was found.")


def _fail(ways: list[Path], roots: tuple[Root, ...], paths: Paths) -> Fail:
    grave = any(path.cost <= EASY or any(step.sort is Sort.ADMIN for step in path.steps) for path in ways)
    causes = " ".join(root.step.says for root in roots[:_MOST])
    more = f" And {len(roots) - _MOST} more." if len(roots) > _MOST else ""
    things = "one thing" if len(ways) == 1 else f"{len(ways)} things"
    by = "one cause" if len(roots) == 1 else f"{len(roots)} causes"
    return Fail(
        f"A stranger gets to {things} worth stealing, by {by}. {causes}{more}",
        witness=tuple(f"{_way(root, paths)} To end it: {' '.join(root.mends[:_MOST])}" for root in roots),
        severity=Severity.CRITICAL if grave else None,
    )


def _way(root: Root, paths: Paths) -> str:
    path = root.paths[0]
    others = len(root.paths) - 1
    beside = f" (and to {others} more)" if others else ""
    return f"To {paths.name(path.end)}{beside}: {' '.join(step.says for step in path.steps)}"


ALL = (strangers_get_to_data,)
