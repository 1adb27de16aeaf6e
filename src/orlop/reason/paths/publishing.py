"""What one user, or a leaked key, could make public: by one change, or by two where a guard stands before it.

Each is exact for what was read: the right to make each call is asked of the policies, whether a guard stands of the
estate, and of a database whether the internet would reach it then of the network.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from orlop.estate.aws.cloudtrail import Trail
from orlop.estate.aws.rds import DBInstance
from orlop.estate.estate import Estate
from orlop.estate.fact import NotKnown
from orlop.estate.resource import Resource
from orlop.reason.access.authority import Principal
from orlop.reason.access.publishing import ROWS, Row
from orlop.reason.network.managed import places_of
from orlop.reason.network.reach import Answer, Asked, Outside, Reach, answer
from orlop.reason.network.steps import Kind
from orlop.reason.paths.ground import Ground
from orlop.reason.paths.keys import key_of
from orlop.reason.paths.rights import Rights


@dataclass(frozen=True, slots=True, kw_only=True)
class Publishing:
    """One thing that one could make public. `says` and `opens` are half sentences: "can ... NAME", "anyone could ...".

    `changes` are the calls, in order, each with what it does; `surely` is False where not all could be read.
    `recorded`: whether a trail keeps the calls, None where that is not known. `acting_as` is the role that makes the
    calls, `""` for the one who begins.
    """

    id: str
    resource: str
    name: str
    says: str
    opens: str
    changes: tuple[str, ...]
    surely: bool
    recorded: bool | None
    acting_as: str = ""

    @property
    def actions(self) -> tuple[str, ...]:
        """The calls by name."""
        return tuple(":".join(change.split(":", 2)[:2]) for change in self.changes)


def publishing(holders: Iterable[Principal], ground: Ground) -> tuple[Publishing, ...]:
    """Return what could be made public by one who is some user or role, the first, and can act as the others.

    By fewest changes first; each thing once for each way to open it, by the first who can.
    """
    found: dict[tuple[str, str], Publishing] = {}
    for number, who in enumerate(holders):
        rights = Rights(who, ground)
        for each in (*_by_rows(rights), *_databases(rights)):
            known = found.get((each.id, each.resource))
            if known is None or _rank(each) < _rank(known):
                found[each.id, each.resource] = replace(each, acting_as=who.name if number else "")
    return tuple(sorted(found.values(), key=lambda each: (*_rank(each), each.id, each.resource)))


def _rank(each: Publishing) -> tuple[int, bool]:
    return (len(each.changes), not each.surely)


def _by_rows(rights: Rights) -> Iterator[Publishing]:
    for row in ROWS:
        if row.action and not rights.names(row.action):
            continue
        for resource in rights.ground.estate.each(row.over):
            if resource.account == rights.principal.account:
                yield from _published(row, resource, rights)


def _published(row: Row, resource: Resource, rights: Rights) -> Iterator[Publishing]:
    estate = rights.ground.estate
    try:
        if not row.applies(resource, estate):
            return
        known = True
    except NotKnown:
        known = False
    calls: list[tuple[str, str, str]] = []
    for guard in row.guards:
        try:
            if guard.stands(resource, estate):
                calls.append((guard.action, resource.id if guard.here else "*", guard.says))
        except NotKnown:
            known = False
    if row.action:
        calls.append((row.action, resource.id, f"{row.says} {resource.name}"))
    granted = rights.granted((action, on) for action, on, _ in calls) if calls else None
    if granted:
        key = key_of(resource)
        but = f"; not what the key {key} encrypts, unless that is opened, too" if key and isinstance(key, str) else ""
        yield _told(row.id, resource, (row.says, row.opens + but), calls, granted.surely and known, estate)


def _told(
    id: str,
    resource: Resource,
    words: tuple[str, str],
    calls: Iterable[tuple[str, str, str]],
    surely: bool,
    estate: Estate,
) -> Publishing:
    return Publishing(
        id=id,
        resource=resource.id,
        name=resource.name,
        says=words[0],
        opens=words[1],
        changes=tuple(f"{action}: {does}" for action, _, does in calls),
        surely=surely,
        recorded=recorded(resource.account, resource.region, estate),
    )


def recorded(account: str, region: str, estate: Estate) -> bool | None:
    """Return whether a trail keeps what is changed in a region (`""`: in none); None where that is not known."""
    try:
        trails = estate.within(Trail, account)
    except NotKnown:
        return None
    unsure = False
    for trail in trails:
        here = trail.reach.global_services if not region else trail.reach.all_regions or trail.region == region
        if not here:
            continue
        if trail.logging.unread or trail.events.unread:
            unsure = True
        elif trail.logging.value and trail.events.value.writes:
            return True
    return None if unsure else False


_OPENED = ("open to the internet", "connect to it, and try passwords")
_AUTHORIZE, _MODIFY = "ec2:AuthorizeSecurityGroupIngress", "rds:ModifyDBInstance"


def _databases(rights: Rights) -> Iterator[Publishing]:
    """Yield the databases that could be opened to the internet: as the network would be then."""
    estate = rights.ground.estate
    if not (rights.names(_AUTHORIZE) or rights.names(_MODIFY)):
        return
    databases = [each for each in estate.each(DBInstance) if each.account == rights.principal.account and each.port]
    private = [replace(each, public=True) for each in databases if not each.public]
    then = Reach(estate.replacing(*private)) if private else rights.ground.reach
    for database in databases:
        now = _from_internet(database, rights.ground.reach)
        if now and now.reachable:
            continue
        after = now if database.public else _from_internet(replace(database, public=True), then)
        if after is None:
            continue
        calls = [] if database.public else [(_MODIFY, database.id, "make the database reachable from outside")]
        if after.reachable is False:
            if not after.stops or any(hop.kind != Kind.GROUPS_IN for hop in after.stops):
                continue
            calls.append((_AUTHORIZE, "", f"let the internet in to {', '.join(database.groups)}"))
        allowed = [may for group in database.groups or ("",) if (may := _may(rights, calls, group)) is not None]
        if allowed:
            yield _told("database", database, _OPENED, calls, any(allowed) and after.reachable is not None, estate)


def _may(rights: Rights, calls: list[tuple[str, str, str]], group: str) -> bool | None:
    """Return whether all calls may be made, with this group: surely (True), perhaps (False), or not (None)."""
    held = rights.ground.reach.fabric.groups.get(group)
    granted = rights.granted((action, on or (held.id if held else "*")) for action, on, _ in calls)
    return granted.surely if granted and calls else None


def _from_internet(database: DBInstance, reach: Reach) -> Answer | None:
    """Return how the internet reaches a database, where it gets furthest; None where its subnets are not known."""
    try:
        places = tuple(places_of(database, reach.fabric))
    except NotKnown:
        return None
    asked = Asked(protocol="tcp", first=database.port or 0, last=database.port or 0)
    answers = [answer(reach, Outside(), place, asked) for place in places]
    order = {True: 0, None: 1, False: 2}
    return min(answers, key=lambda each: (order[each.reachable], not each.stops, len(each.stops)), default=None)
