"""Sets of internet addresses, exactly: sorted, disjoint ranges of whole numbers, v4 and v6 apart.

Law: equal sets are equal values, so equality, union and difference of address sets are those of plain tuples.
"""

import ipaddress
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, summarize_address_range

Spans = tuple[tuple[int, int], ...]
"""First and last number of each range; sorted, neither overlapping nor touching."""


def united(parts: Iterable[tuple[int, int]]) -> Spans:
    """Return the union of ranges in any order."""
    out: list[tuple[int, int]] = []
    for first, last in sorted(parts):
        if out and first <= out[-1][1] + 1:
            out[-1] = (out[-1][0], max(last, out[-1][1]))
        else:
            out.append((first, last))
    return tuple(out)


def common(one: Spans, other: Spans) -> Spans:
    """Return the intersection."""
    if not one or not other:
        return ()
    if len(other) == 1 and other[0][0] <= one[0][0] and one[-1][1] <= other[0][1]:
        return one
    if len(one) == 1 and one[0][0] <= other[0][0] and other[-1][1] <= one[0][1]:
        return other
    if len(one) > len(other):
        one, other = other, one
    out: list[tuple[int, int]] = []
    for first, last in one:
        at = bisect_left(other, first, key=lambda span: span[1])
        while at < len(other) and other[at][0] <= last:
            out.append((max(first, other[at][0]), min(last, other[at][1])))
            at += 1
    return tuple(out)


def _either(one: Spans, other: Spans) -> Spans:
    return united(one + other) if one and other and one != other else one or other


def without(one: Spans, other: Spans) -> Spans:
    """Return the difference."""
    if not one or not other:
        return one
    out: list[tuple[int, int]] = []
    for first, last in one:
        for low, high in common(((first, last),), other):
            if first < low:
                out.append((first, low - 1))
            first = high + 1
        if first <= last:
            out.append((first, last))
    return tuple(out)


def count(spans: Spans) -> int:
    """Return how many numbers there are."""
    return sum(last - first + 1 for first, last in spans)


@dataclass(frozen=True, slots=True)
class Addresses:
    """A set of addresses. Empty ones are false."""

    v4: Spans = ()
    v6: Spans = ()

    def __or__(self, other: "Addresses") -> "Addresses":
        """Return the union."""
        return Addresses(_either(self.v4, other.v4), _either(self.v6, other.v6))

    def __and__(self, other: "Addresses") -> "Addresses":
        """Return the intersection."""
        return Addresses(common(self.v4, other.v4), common(self.v6, other.v6))

    def __sub__(self, other: "Addresses") -> "Addresses":
        """Return the difference."""
        return Addresses(without(self.v4, other.v4), without(self.v6, other.v6))

    def __bool__(self) -> bool:
        """Whether there is any address."""
        return bool(self.v4 or self.v6)


NONE = Addresses()


@lru_cache(maxsize=65536)
def cidr(text: str) -> Addresses:
    """Return the addresses of a range such as `10.0.0.0/8` or `2001:db8::/32`. Raises: ValueError."""
    network = ipaddress.ip_network(text, strict=False)
    span = ((int(network.network_address), int(network.broadcast_address)),)
    return Addresses(v4=span) if network.version == 4 else Addresses(v6=span)


def cidrs(texts: Iterable[str]) -> Addresses:
    """Return the addresses of several ranges together. Raises: ValueError."""
    return union(map(cidr, texts))


def union(parts: Iterable[Addresses]) -> Addresses:
    """Return several sets together, sorted once for all of them."""
    listed = tuple(parts)
    if len(listed) == 1:
        return listed[0]
    return Addresses(united(s for p in listed for s in p.v4), united(s for p in listed for s in p.v6))


EVERYTHING = cidrs(("0.0.0.0/0", "::/0"))

_NOT_PUBLIC = cidrs(
    (
        *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12"),
        *("192.0.0.0/24", "192.0.2.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24"),
        *("224.0.0.0/4", "240.0.0.0/4"),
    )
)
"""IPv4 addresses that are nobody's on the internet.

Source: https://www.iana.org/assignments/iana-ipv4-special-registry/
"""

INTERNET = cidrs(("0.0.0.0/0", "2000::/3")) - _NOT_PUBLIC
"""All addresses that a stranger can have.

Source: https://www.iana.org/assignments/ipv6-address-space/
"""

OUTSIDE = cidrs(("0.0.0.0/0", "2000::/3")) - cidrs(
    (
        *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12"),
        *("192.168.0.0/16", "224.0.0.0/3"),
    )
)
"""Addresses from which packets can come over an internet gateway.

Those that are set aside for examples count, too: whoever writes them in a rule means somebody on the internet.
"""

_HANDED_OUT = cidrs(
    (
        *("2001::/16", "2002::/16", "2003::/18", "2400::/12", "2410::/12", "2600::/12", "2610::/23", "2620::/23"),
        *("2630::/12", "2800::/12", "2a00::/12", "2a10::/12", "2c00::/12"),
    )
)
"""The IPv6 addresses that have been handed out to regional registries so far: where strangers really are.

Source: https://www.iana.org/assignments/ipv6-unicast-address-assignments/
"""

WORLD = 0.01
"""From which share of the internet on we say "the world": one address in a hundred.

No single owner whom one might mean to trust holds that much; whoever writes so wide a range (a `/6` or wider, or many
smaller ones) lets strangers in. Half of the internet would be too high a bar: `128.0.0.0/1` alone is less than that.
"""


@lru_cache(maxsize=65536)
def share(addresses: Addresses) -> float:
    """Return which part of the internet the addresses are, 0 to 1: of IPv4 or IPv6, whichever is greater.

    For IPv6 a range counts against all that may ever be used and against what has been handed out, since a registry's
    block holds a continent but is a sliver of the whole.
    """
    return max(
        _share(addresses.v4, INTERNET.v4),
        _share(addresses.v6, INTERNET.v6),
        _share(addresses.v6, _HANDED_OUT.v6),
    )


def _share(some: Spans, whole: Spans) -> float:
    return count(common(some, whole)) / count(whole)


def ranges(addresses: Addresses) -> tuple[str, ...]:
    """Return a set of addresses as CIDRs, as few as say it.

    Addresses that nobody on the internet has may be in a range beside those that are: all of the internet is
    `0.0.0.0/0`.
    """
    four = _ranges(addresses.v4, _gaps(OUTSIDE.v4, 32) if _lies_in(addresses.v4, OUTSIDE.v4) else (), IPv4Address)
    six = _ranges(addresses.v6, _gaps(OUTSIDE.v6, 128) if _lies_in(addresses.v6, OUTSIDE.v6) else (), IPv6Address)
    return (*four, *six)


def _lies_in(inner: Spans, outer: Spans) -> bool:
    return not without(inner, outer)


def _gaps(spans: Spans, bits: int) -> Spans:
    return without(((0, (1 << bits) - 1),), spans)


def _ranges(spans: Spans, nobodys: Spans, make: type[IPv4Address] | type[IPv6Address]) -> list[str]:
    exact = [net for first, last in spans for net in summarize_address_range(make(first), make(last))]
    filled = united((*spans, *nobodys)) if spans and nobodys else ()
    wide = [net for first, last in filled for net in summarize_address_range(make(first), make(last))]
    wide = [net for net in wide if common(((int(net[0]), int(net[-1])),), spans)]
    return [str(net) for net in (wide if wide and len(wide) < len(exact) else exact)]
