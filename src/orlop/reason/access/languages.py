"""Into which classes do patterns divide all texts? Each class with one text that stands for it.

Two texts are of one class if the same patterns match both. There are finitely many, and they are all found:
1. Where every pattern is a plain text, or one with a single run at its end, each of them makes one class: itself, or
   itself continued in a way that nothing else names.
2. Otherwise all patterns are run side by side, character by character (a product of automata), until nothing new comes.
3. Patterns of ARNs are divided part by part, and the parts combined.

Law: every text falls into a class that is listed here, and the one that stands for it matches just what its class says.
"""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from string import ascii_lowercase, digits

from orlop.reason.access import catalogue
from orlop.reason.access.templates import ARN_PARTS, ONE, RUN, matches

Classes = tuple[tuple[int, str], ...]
"""Each class: which patterns match (bit 0 is the first pattern), and a text of that class."""

MOST_STATES = 6_000
MOST_CLASSES = 20_000


class TooIntricate(Exception):
    """More classes or boxes than can be looked at: the answer is "unknown"."""


@lru_cache(maxsize=4096)
def classes(patterns: tuple[str, ...]) -> Classes:
    """Return the classes of all texts. Raises: TooIntricate."""
    if all(RUN not in p[:-1] and ONE not in p for p in patterns):
        return _by_beginnings(patterns)
    return _by_automata(patterns)


@lru_cache(maxsize=4096)
def arn_classes(patterns: tuple[str, ...], service: str = "") -> Classes:
    """Return the classes of all ARNs, and of `*` where nothing is named. Raises: TooIntricate."""
    split = [_parts(pattern) for pattern in patterns]
    found: dict[int, str] = {(1 << len(patterns)) - 1: "arn"}
    for at in range(1, ARN_PARTS):
        kinds = tuple(dict.fromkeys(parts[at] for parts in split))
        where = [kinds.index(parts[at]) for parts in split]
        following: dict[int, str] = {}
        options = [(_spread(bits, where), text) for bits, text in _preferred(kinds, at)]
        for held, begun in found.items():
            for bits, text in options:
                following.setdefault(held & bits, f"{begun}:{text}")
        if len(following) > MOST_CLASSES:
            raise TooIntricate
        found = following
    every = sum(1 << at for at, pattern in enumerate(patterns) if pattern == RUN)
    found.setdefault(every, "*")
    return tuple(found.items())


MOST_WILD = 6
"""Beyond so many patterns of one service with wildcards in the middle, AWS's real actions tell them apart instead."""


@lru_cache(maxsize=4096)
def action_classes(patterns: tuple[str, ...]) -> Classes:
    """Return the classes of all actions (`service:name`, lower case), service by service. Raises: TooIntricate.

    Where a service's patterns are too many to be run side by side, the classes are those of the actions that AWS has,
    and of names that begin as the patterns do.
    """
    general = [p for p in patterns if RUN in p.partition(":")[0] or ONE in p.partition(":")[0] or ":" not in p]
    by_service: dict[str, list[str]] = {}
    for pattern in patterns:
        if pattern not in general:
            by_service.setdefault(pattern.partition(":")[0], []).append(pattern)
    if len(by_service) < 2 and len(patterns) <= MOST_WILD:
        return classes(patterns)
    places = {pattern: at for at, pattern in enumerate(patterns)}
    found: dict[int, str] = {}
    for service, own in (*by_service.items(), (_other(by_service), [])):
        mine = (*own, *general)
        for text in _actions_of(service, own, general):
            bits = sum(1 << places[p] for p in mine if matches(p, text))
            found.setdefault(bits, text)
    for _, text in classes(tuple(general)) if len(general) <= MOST_WILD else ():
        found.setdefault(_bits(patterns, text), text)
    return tuple(found.items())


def _actions_of(service: str, own: list[str], general: list[str]) -> Iterator[str]:
    names = tuple(dict.fromkeys(p.partition(":")[2] for p in (*own, *general) if ":" in p))
    wild = [name for name in names if RUN in name[:-1] or ONE in name]
    if len(wild) <= MOST_WILD and (not wild or len(names) <= 2 * MOST_WILD):
        try:
            yield from [f"{service}:{text}" for _, text in classes(names)]
            return
        except TooIntricate:
            pass  # AWS's real actions will do
    yield from (f"{service}:{name}" for name in catalogue.service(service).actions)
    yield from (f"{service}:{text}" for _, text in _by_beginnings(tuple(n for n in names if n not in wild)))
    yield from (f"{service}:{name.replace(RUN, '').replace(ONE, 'x')}" for name in wild)


def _other(named: Iterable[str]) -> str:
    """Return a service that no pattern names."""
    taken = set(named)
    return next(prefix for prefix in ("s3", "ec2", "iam", "sqs", "xx", *catalogue.prefixes()) if prefix not in taken)


def _parts(pattern: str) -> tuple[str, ...]:
    if pattern == RUN:
        return (RUN,) * ARN_PARTS
    parts = pattern.split(":", ARN_PARTS - 1)
    if parts[0] != "arn":
        raise TooIntricate
    return (*parts, *[RUN] * (ARN_PARTS - len(parts)))


_ORDINARY = ("arn", "aws", "s3", "", "", "example")
"""What stands in the parts of an ARN where no pattern says anything else: what a reader expects to see."""


def _preferred(kinds: tuple[str, ...], at: int) -> Classes:
    found = dict(classes(kinds))
    for text in ("123456789012", "") if at == 4 else (_ORDINARY[at],):
        found[_bits(kinds, text)] = text
    return tuple(found.items())


def _spread(bits: int, where: list[int]) -> int:
    return sum(1 << pattern for pattern, kind in enumerate(where) if bits >> kind & 1)


def _bits(patterns: Iterable[str], text: str) -> int:
    return sum(1 << at for at, pattern in enumerate(patterns) if matches(pattern, text))


def _by_beginnings(patterns: tuple[str, ...]) -> Classes:
    beginnings = {pattern.rstrip(RUN) for pattern in patterns} | {""}
    found: dict[int, str] = {}
    for text in sorted(beginnings):
        for stands in (_continued(text, beginnings), text):
            found.setdefault(_bits(patterns, stands), stands)
    return tuple(found.items())


def _continued(text: str, beginnings: set[str]) -> str:
    """Return `text` with a character after it that no longer beginning has there."""
    taken = {other[len(text)] for other in beginnings if len(other) > len(text) and other.startswith(text)}
    return text + next(char for char in _letters() if char not in taken)


def _letters() -> Iterable[str]:
    yield from "x" + ascii_lowercase + digits
    yield from map(chr, range(0xA1, 0x3000))


def _by_automata(patterns: tuple[str, ...]) -> Classes:
    """Walk all patterns at once. A state is, for each pattern, the set of places in it where a text may have got to."""
    letters = sorted({char for pattern in patterns for char in pattern} - {RUN, ONE})
    letters.append(next(char for char in _letters() if char not in letters))
    machines = [_Machine(pattern) for pattern in patterns]
    start = tuple(machine.start for machine in machines)
    reached = {start: ""}
    todo = [start]
    found: dict[int, str] = {}
    for state in todo:
        text = reached[state]
        accepted = sum(1 << at for at, (m, places) in enumerate(zip(machines, state, strict=True)) if places & m.end)
        found.setdefault(accepted, text)
        for letter in letters:
            following = tuple(m.step(places, letter) for m, places in zip(machines, state, strict=True))
            if following not in reached:
                if len(reached) > MOST_STATES:
                    raise TooIntricate
                reached[following] = text + letter
                todo.append(following)
    return tuple(found.items())


class _Machine:
    """One pattern, walked. The set of places is a number whose bit n says that n characters of the pattern are met."""

    def __init__(self, pattern: str) -> None:
        self._pattern = pattern
        self.end = 1 << len(pattern)
        self.start = self._past_runs(1)
        self._known: dict[tuple[int, str], int] = {}

    def step(self, places: int, letter: str) -> int:
        if (places, letter) not in self._known:
            self._known[places, letter] = self._past_runs(self._met(places, letter))
        return self._known[places, letter]

    def _met(self, places: int, letter: str) -> int:
        met = 0
        for at, char in enumerate(self._pattern):
            if places >> at & 1:
                if char == RUN:
                    met |= 1 << at
                elif char in (ONE, letter):
                    met |= 1 << at + 1
        return met

    def _past_runs(self, places: int) -> int:
        for at, char in enumerate(self._pattern):
            if char == RUN and places >> at & 1:
                places |= 1 << at + 1
        return places
