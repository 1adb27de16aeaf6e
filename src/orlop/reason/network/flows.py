"""Sets of packets on the way to one place: from which addresses, by which protocol, to which ports. Exactly.

A protocol maps to runs of ports, each with the addresses that may send there; runs are sorted, do not overlap, and
neighbours that are alike are one. For ICMP a "port" is type x 256 + code. What has no entry of its own is `OTHER`.

Law: equal sets are equal values.
"""

from collections.abc import Callable, Iterable, Mapping
from itertools import pairwise

from orlop.reason.addresses import EVERYTHING, NONE, Addresses, union

LAST_PORT = 65535
OTHER = "other"
"""Every protocol that has no entry of its own."""

NAMED = ("tcp", "udp", "icmp", "icmpv6")
"""Protocols that always have an entry of their own, unless it is empty."""

Run = tuple[int, int, Addresses]
Flows = Mapping[str, tuple[Run, ...]]

NO_FLOWS: Flows = {}
ALL_FLOWS: Flows = dict.fromkeys((*NAMED, OTHER), ((0, LAST_PORT, EVERYTHING),))


def runs_of(flows: Flows, protocol: str) -> tuple[Run, ...]:
    """Return the runs of a protocol."""
    held = flows.get(protocol)
    if held is not None:
        return held
    return () if protocol in NAMED else flows.get(OTHER, ())


def both(one: Flows, other: Flows) -> Flows:
    """Return what two sets share."""
    if one is ALL_FLOWS or one is other:
        return other
    if other is ALL_FLOWS:
        return one
    if (whom := alike(one)) is not None:
        return from_only(other, whom)
    if (whom := alike(other)) is not None:
        return from_only(one, whom)
    return _each(one, other, _common)


def alike(flows: Flows) -> Addresses | None:
    """Return the senders of a set in which they are the same for whatever they send; None for any other set."""
    runs = flows.get(OTHER, ())
    if len(flows) == len(NAMED) + 1 and len(runs) == 1 and runs[0][:2] == (0, LAST_PORT):
        return runs[0][2] if all(held is runs or held == runs for held in flows.values()) else None
    return None


def either(one: Flows, other: Flows) -> Flows:
    """Return two sets together."""
    if not one:
        return other
    return _each(one, other, _united) if other else one


def minus(one: Flows, other: Flows) -> Flows:
    """Return what is in one set and not in the other."""
    if one is other or not one or not other:
        return NO_FLOWS if one is other else one
    return _each(one, other, _left_over)


def from_addresses(addresses: Addresses) -> Flows:
    """Return everything that some addresses may send."""
    return dict.fromkeys((*NAMED, OTHER), ((0, LAST_PORT, addresses),)) if addresses else NO_FLOWS


def to_ports(protocol: str, first: int, last: int, addresses: Addresses = EVERYTHING) -> Flows:
    """Return what goes to a run of ports; `-1`: of every protocol, to every port."""
    if protocol == "-1":
        return from_addresses(addresses)
    return {protocol: ((first, last, addresses),)} if addresses else NO_FLOWS


def from_only(flows: Flows, addresses: Addresses) -> Flows:
    """Return the part of a set that comes from some addresses."""
    if addresses == EVERYTHING:
        return flows
    if (whom := alike(flows)) is not None:
        return from_addresses(whom & addresses)
    return settled({p: [(a, b, s & addresses) for a, b, s in runs] for p, runs in flows.items()})


def senders(flows: Flows, protocol: str, first: int = 0, last: int = LAST_PORT) -> Addresses:
    """Return who may send to any of some ports."""
    found = (addresses for low, high, addresses in runs_of(flows, protocol) if low <= last and first <= high)
    return union(found)


def everyone(flows: Flows) -> Addresses:
    """Return who may send anything."""
    return union({addresses for runs in flows.values() for _, _, addresses in runs})


def holds(flows: Flows, address: Addresses, protocol: str, port: int) -> bool:
    """Whether a packet from an address is in a set."""
    return any(low <= port <= high and bool(s & address) for low, high, s in runs_of(flows, protocol))


def meet(one: Flows, other: Flows, addresses: Addresses = EVERYTHING) -> bool:
    """Whether two sets share anything that comes from some addresses."""
    return any(
        first <= high and low <= last and some & others & addresses
        for name in {*one, *other}
        for first, last, some in runs_of(one, name)
        for low, high, others in runs_of(other, name)
    )


def regardless(flows: Flows) -> Flows:
    """Return the same ports for all senders: what is left of a set when it no longer matters who sends."""
    return settled({p: tuple((low, high, EVERYTHING) for low, high, _ in runs) for p, runs in flows.items()})


def _each(one: Flows, other: Flows, join: "Callable[[tuple[Run, ...], tuple[Run, ...]], list[Run]]") -> Flows:
    names = {*one, *other}
    return settled({name: tuple(join(runs_of(one, name), runs_of(other, name))) for name in names})


def settled(flows: Mapping[str, Iterable[Run]]) -> Flows:
    """Bring a set into its one form: no empty runs, alike neighbours joined, no entry that says what OTHER says."""
    joined = {protocol: _joined(runs) for protocol, runs in flows.items()}
    rest = joined.get(OTHER, ())
    return {p: runs for p, runs in joined.items() if (runs if p in NAMED or p == OTHER else runs != rest)}


def _joined(runs: Iterable[Run]) -> tuple[Run, ...]:
    out: list[Run] = []
    for low, high, addresses in runs:
        if not addresses:
            continue
        if out and out[-1][1] + 1 == low and out[-1][2] == addresses:
            out[-1] = (out[-1][0], high, addresses)
        else:
            out.append((low, high, addresses))
    return tuple(out)


def _common(one: tuple[Run, ...], other: tuple[Run, ...]) -> list[Run]:
    out: list[Run] = []
    i = j = 0
    while i < len(one) and j < len(other):
        low, high = max(one[i][0], other[j][0]), min(one[i][1], other[j][1])
        if low <= high:
            out.append((low, high, one[i][2] & other[j][2]))
        if one[i][1] < other[j][1]:
            i += 1
        else:
            j += 1
    return out


def _united(one: tuple[Run, ...], other: tuple[Run, ...]) -> list[Run]:
    return _cut(one, other, Addresses.__or__)


def _left_over(one: tuple[Run, ...], other: tuple[Run, ...]) -> list[Run]:
    return _cut(one, other, Addresses.__sub__)


def _cut(
    one: tuple[Run, ...], other: tuple[Run, ...], join: "Callable[[Addresses, Addresses], Addresses]"
) -> list[Run]:
    """Join two sets on each of the smallest runs that their borders make."""
    if not one or not other:
        return [(low, high, join(a, NONE)) for low, high, a in one] or [(lo, hi, join(NONE, a)) for lo, hi, a in other]
    cuts = sorted({border for low, high, _ in (*one, *other) for border in (low, high + 1)})
    return [(low, after - 1, join(_at(one, low), _at(other, low))) for low, after in pairwise(cuts)]


def _at(runs: tuple[Run, ...], port: int) -> Addresses:
    return next((addresses for low, high, addresses in runs if low <= port <= high), NONE)


def port_run(first: int, last: int) -> str:
    """Return ports as a person writes them: `22`, `8000-8010`, `all`."""
    if (first, last) == (0, LAST_PORT):
        return "all"
    return str(first) if first == last else f"{first}-{last}"


def ordered(rules: Iterable[tuple[str, int, int, Addresses, bool]]) -> Flows:
    """Return what rules let through that are tried in order: protocol (`-1`: all), ports, addresses, allow or deny."""
    rules = list(rules)
    names = {*NAMED, OTHER, *(name for name, *_ in rules if name != "-1")}
    return settled({name: tuple(_first_match(rules, name)) for name in names})


def _first_match(rules: Iterable[tuple[str, int, int, Addresses, bool]], protocol: str) -> Iterable[Run]:
    mine = [
        (0 if name == "-1" else low, LAST_PORT if name == "-1" else high, addresses, allows)
        for name, low, high, addresses, allows in rules
        if name in ("-1", protocol)
    ]
    cuts = sorted({0, LAST_PORT + 1, *(low for low, *_ in mine), *(high + 1 for _, high, *_ in mine)})
    for low, after in pairwise(cuts):
        through, undecided = NONE, EVERYTHING
        for first, last, addresses, allows in mine:
            if first <= low and after - 1 <= last:
                through = through | (undecided & addresses) if allows else through
                undecided = undecided - addresses
                if not undecided:
                    break
        yield low, after - 1, through
