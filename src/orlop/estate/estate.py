"""Everything we know about the accounts and hosts at one moment.

Law: nothing is concluded from absence unless the listing that would have shown it was read to its end.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any, TypeVar, cast

from orlop.estate.fact import Cause, NotKnown, Unread
from orlop.estate.resource import Resource

R = TypeVar("R", bound=Resource)
T = TypeVar("T")

EVERYWHERE = "*"
"""The region of a listing that answers for all regions of an account at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """One question "which of these are there?": put to an account and region, answered or not.

    `region` is a region, `""` for a kind that is global to the account, or `EVERYWHERE` for a kind
    that lives in regions but is listed for all of them at once (S3 buckets).
    """

    kind: str
    account: str
    region: str
    source: str
    unread: Unread | None = None


class Estate:
    """A frozen snapshot: no method here reads a clock, a disk or a network."""

    def __init__(self, resources: Iterable[Resource], listings: Iterable[Listing], *, taken_at: str = "") -> None:
        """Hold what was found, which questions were asked to find it, and when: ISO 8601, `""` where not known."""
        self.resources = tuple(resources)
        self.listings = tuple(listings)
        self.taken_at = taken_at
        self._once: dict[Callable[[Estate], Any], Any] = {}

    @cached_property
    def _kinds(self) -> dict[str, dict[str, Resource]]:
        kinds: dict[str, dict[str, Resource]] = {}
        for resource in self.resources:
            kinds.setdefault(resource.KIND, {})[resource.id] = resource
        return kinds

    @cached_property
    def _scopes(self) -> dict[tuple[str, str, str], tuple[Resource, ...]]:
        scopes: dict[tuple[str, str, str], list[Resource]] = {}
        for resource in self.resources:
            for region in {resource.region, EVERYWHERE}:
                scopes.setdefault((resource.KIND, resource.account, region), []).append(resource)
        return {scope: tuple(found) for scope, found in scopes.items()}

    @cached_property
    def _listed(self) -> dict[tuple[str, str], tuple[Listing, ...]]:
        listed: dict[tuple[str, str], list[Listing]] = {}
        for listing in self.listings:
            listed.setdefault((listing.kind, listing.account), []).append(listing)
        return {scope: tuple(found) for scope, found in listed.items()}

    def each(self, kind: type[R]) -> Iterator[R]:
        """Yield every resource of `kind` that was read. For the engine and for reports.

        A rule that concludes anything from what is *not* there asks `within` or `get`.
        """
        yield from cast("dict[str, R]", self._kinds.get(kind.KIND, {})).values()

    def within(self, kind: type[R], account: str, region: str = EVERYWHERE) -> tuple[R, ...]:
        """Return all resources of `kind` in an account and region.

        Raises: NotKnown, unless every listing that could show one was read to its end.
        """
        self._complete(kind.KIND, account, region)
        return cast("tuple[R, ...]", self._scopes.get((kind.KIND, account, region), ()))

    def beside(self, kind: type[R], resource: Resource) -> tuple[R, ...]:
        """Return all resources of `kind` in the same account and region as `resource`.

        Raises: NotKnown, as `within`.
        """
        return self.within(kind, resource.account, resource.region)

    def get(self, kind: type[R], id: str) -> R:
        """Return the resource of `kind` with this id. The id must be one that exists.

        Raises: NotKnown, where it was not read (denied, another account, gone meanwhile).
        """
        found = self._kinds.get(kind.KIND, {}).get(id)
        if found is None:
            why = f"{id} was not read in this inspection"
            raise NotKnown(kind.KIND, Unread(Cause.NOT_LOOKED_AT, why))
        return cast("R", found)

    def find(self, id: str) -> Resource | None:
        """Return the resource with this id, of whatever kind, if it was read."""
        return next((kind[id] for kind in self._kinds.values() if id in kind), None)

    def only(self, kind: type[R], account: str) -> R:
        """Return the one resource of `kind` that an account has (its settings, its password policy).

        Raises: NotKnown, where it was not read.
        """
        found = self.within(kind, account)
        if len(found) != 1:
            why = f"expected one {kind.KIND} in {account}, found {len(found)}"
            raise NotKnown(kind.KIND, Unread(Cause.FAILED, why))
        return found[0]

    def once(self, work: "Callable[[Estate], T]") -> T:
        """Return what `work` makes of this estate. It is done once; the result is kept as long as the estate."""
        if work not in self._once:
            self._once[work] = work(self)
        return cast("T", self._once[work])

    def replacing(self, *fresh: Resource, gone: Iterable[str] = ()) -> "Estate":
        """Return this estate with resources read anew in place of what was known of them."""
        new = {resource.id: resource for resource in fresh}
        dead = {*new, *gone}
        kept = (r for r in self.resources if r.id not in dead)
        return Estate((*kept, *fresh), self.listings, taken_at=self.taken_at)

    def days_since(self, moment: str) -> int:
        """Return how many whole days lie between `moment` (ISO 8601) and this snapshot; less than 0 for later ones.

        Raises: NotKnown, where either time is not known or cannot be read.
        """
        try:
            return (_time(self.taken_at) - _time(moment)).days
        except ValueError as error:
            why = "the time of the inspection is not known" if not self.taken_at else "a time could not be read"
            raise NotKnown("time", Unread(Cause.MALFORMED, why)) from error

    def _complete(self, kind: str, account: str, region: str) -> None:
        asked = [
            listing
            for listing in self._listed.get((kind, account), ())
            if EVERYWHERE in (listing.region, region) or listing.region == region
        ]
        if not asked:
            where = f"{account} {region}".strip()
            raise NotKnown(kind, Unread(Cause.NOT_LOOKED_AT, f"not looked for in {where}"))
        for listing in asked:
            if listing.unread:
                raise NotKnown(listing.source, listing.unread)


def _time(moment: str) -> datetime:
    time = datetime.fromisoformat(moment)
    return time if time.tzinfo else time.replace(tzinfo=UTC)
