"""Where a route table sends a packet: the route with the longest prefix, and what decides between equals.

Source: https://docs.aws.amazon.com/vpc/latest/userguide/route-tables-priority.html (longest prefix; static before
propagated; a range of its own before a prefix list; several prefix lists that overlap: any of them)
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from orlop.estate.aws.vpc import Route
from orlop.estate.fact import Fact, Unread
from orlop.reason.addresses import EVERYTHING, NONE, Addresses, cidr

Lookup = Callable[[str], Fact[tuple[str, ...]]]
"""Which ranges stand in the prefix list with this id."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One range of a route. `addresses` are those that it decides: no longer or better route does."""

    route: Route
    range: str
    addresses: Addresses


class Table:
    """A route table, cut into what each of its routes decides.

    `unread` are prefix lists that could not be read: their routes may decide anything. `unclear` are addresses for
    which AWS may choose between routes.
    """

    def __init__(self, routes: Iterable[Route], lists: Lookup) -> None:
        """Cut the table that has these routes."""
        self._routes = tuple(routes)
        self._found: dict[Addresses, tuple[Entry, ...]] = {}
        self.unread: tuple[tuple[Route, Unread], ...] = ()
        self.unclear = NONE
        self.entries = tuple(self._entries(lists))

    def _entries(self, lists: Lookup) -> "list[Entry]":
        ranked: dict[tuple[int, int], list[tuple[Route, str]]] = {}
        for route in self._routes:
            listed = route.destination.startswith("pl-")
            named = lists(route.destination) if listed else Fact((route.destination,), "")
            if named.unread and route.target.startswith("vpce-"):
                continue  # a gateway endpoint: its list holds the addresses of S3 or DynamoDB, and nobody else's
            if named.unread:
                self.unread += ((route, named.unread),)
                continue
            rank = 2 if listed else 1 if route.origin == "EnableVgwRoutePropagation" else 0
            for range in named.value:
                ranked.setdefault((-int(range.rpartition("/")[2]), rank), []).append((route, range))
        decided, found = NONE, list[Entry]()
        for _, same in sorted(ranked.items(), key=lambda item: item[0]):
            now = NONE
            for route, range in sorted(same):
                whole = cidr(range)
                here = whole - decided
                overlap = here & now
                if overlap and any(e.addresses & overlap and e.route.target != route.target for e in found):
                    self.unclear = self.unclear | overlap
                now = now | here
                if here:
                    found.append(Entry(route, range, here))
            decided = decided | now
        return found

    def to(self, address: Addresses) -> tuple[Entry, ...]:
        """Return the entries that decide for some addresses; for a single one usually one."""
        if address not in self._found:
            self._found[address] = tuple(entry for entry in self.entries if entry.addresses & address)
        return self._found[address]

    def towards(self, target: str) -> Addresses:
        """Return the addresses that go to a target and surely arrive there."""
        found = NONE
        for entry in self.entries:
            if entry.route.target == target and entry.route.state != "blackhole":
                found = found | entry.addresses
        return found - self.unclear

    @property
    def uncertain(self) -> Addresses:
        """Addresses for which it is not known which route decides."""
        return EVERYTHING if self.unread else self.unclear
