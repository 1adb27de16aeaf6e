"""What is left of a security group's rules when the world is kept out, with the least harm to everybody else.

Who comes from inside the group's own network keeps what he had: a rule for the whole internet lets him in, too, and
often nobody remembers that he lives on it. Ranges that stand beside it, such as an office, stay as they are.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace

from orlop.estate.aws.security_group import AccessRule, Source
from orlop.reason.addresses import WORLD, cidr, share, without
from orlop.reason.network.doors import Door, Lookup, outer, ports, sources
from orlop.reason.services import Services

MOST_PIECES = 4
"""Into how many rules a rule may be cut around the ports that are closed. Beyond that it goes as a whole."""


def closed(
    rules: tuple[AccessRule, ...],
    lists: Lookup,
    *,
    which: Callable[[AccessRule], bool],
    services: Services | None = None,
    inside: tuple[str, ...] = (),
) -> tuple[AccessRule, ...]:
    """Return the rules that are left when the world is kept out of `services` (None: of everything).

    1. Of the rules that `which` names, the widest source of each open door goes, until no door is open to the world.
    2. A rule that opened other ports, too, stays for those.
    3. The ranges `inside` keep what a rule that went gave them, unless another rule gives it.
    """
    left = [rule for rule in rules if which(rule)]
    gone: list[AccessRule] = []
    while world := [door for door in outer(left, lists, services) if door.share >= WORLD]:  # 1
        here = [rule for rule in left if _lets_into(rule, world[0])]
        most = max(_share(rule, lists) for rule in here)
        out = [rule for rule in here if _share(rule, lists) == most]
        gone += out
        left = [rule for rule in left if rule not in out]
    kept = [rule for rule in rules if rule not in gone]
    for rule in gone:
        around = _around(rule, services)
        kept += [piece for piece in around if piece.key not in {each.key for each in kept}]  # 2
        for piece in _from_inside(rule, around, inside, lists):  # 3
            if not any(_gives(each, piece) for each in kept):
                kept.append(piece)
    return tuple(sorted(kept))


def _lets_into(rule: AccessRule, door: Door) -> bool:
    """Whether a rule lets anybody in by a door. One of its ports tells: all have the same sources."""
    first, last = ports(rule)
    return rule.protocol in ("-1", door.protocol) and first <= door.first <= last


def _share(rule: AccessRule, lists: Lookup) -> float:
    return share(sources(rule.source, lists).addresses)


def _around(rule: AccessRule, services: Services | None) -> list[AccessRule]:
    if services is None or rule.protocol not in ("tcp", "udp"):
        return []
    closing = tuple((port, port) for port in services.ports(rule.protocol))
    runs = without(((rule.first, rule.last),), closing)
    return [replace(rule, first=low, last=high) for low, high in runs] if len(runs) <= MOST_PIECES else []


def _from_inside(
    rule: AccessRule, around: list[AccessRule], inside: tuple[str, ...], lists: Lookup
) -> Iterator[AccessRule]:
    """Yield, for what a rule no longer opens, rules for those ranges of the own network to which it was open."""
    open_to = sources(rule.source, lists).addresses
    left = tuple((piece.first, piece.last) for piece in around)
    runs = without(((rule.first, rule.last),), left) if around else ((rule.first, rule.last),)
    for range in inside:
        if not cidr(range) - open_to:
            for low, high in runs:
                yield replace(rule, first=low, last=high, source=Source(kind="cidr", name=range))


def _gives(rule: AccessRule, piece: AccessRule) -> bool:
    """Whether a rule gives a range all that a piece would."""
    (first, last), (low, high) = ports(rule), ports(piece)
    return (
        rule.source.kind == "cidr"
        and rule.protocol in ("-1", piece.protocol)
        and (rule.protocol == "-1" or first <= low <= high <= last)
        and not cidr(piece.source.name) - cidr(rule.source.name)
    )
