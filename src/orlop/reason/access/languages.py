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
    """Walk all patterns at once, by the letters that some pattern waits for, and one that stands for all others."""
    machine = _Machine(patterns)
    other = next(char for char in _letters() if char not in machine.letters)
    reached = {machine.start: ""}
    todo = [machine.start]
    found: dict[int, str] = {}
    for state in todo:
        text = reached[state]
        found.setdefault(machine.accepted(state), text)
        for letter in (*machine.awaited(state), other):
            following = machine.step(state, letter)
            if following not in reached:
                if len(reached) > MOST_STATES:
                    raise TooIntricate
                reached[following] = text + letter
                todo.append(following)
    return tuple(found.items())


class _Machine:
    """Patterns, walked side by side, one behind another: a state is a number of which each bit is a place in them.

    Bit n of a pattern's part says that n of its characters are met, so one step of all of them is a shift.
    """

    def __init__(self, patterns: Iterable[str]) -> None:
        self._ends: list[int] = []
        self._runs = self._ones = begin = at = 0
        self._waiting: dict[str, int] = {}
        for pattern in patterns:
            begin |= 1 << at
            for char in pattern:
                if char == RUN:
                    self._runs |= 1 << at
                elif char == ONE:
                    self._ones |= 1 << at
                else:
                    self._waiting[char] = self._waiting.get(char, 0) | 1 << at
                at += 1
            self._ends.append(1 << at)
            at += 1
        self.letters = tuple(sorted(self._waiting))
        self.start = self._past_runs(begin)

    def step(self, state: int, letter: str) -> int:
        """Return where the patterns stand after one more letter: a run stays, and what waits for the letter goes on."""
        goes_on = state & (self._waiting.get(letter, 0) | self._ones)
        return self._past_runs((state & self._runs) | goes_on << 1)

    def awaited(self, state: int) -> Iterator[str]:
        """Yield the letters that make a difference now."""
        return (letter for letter in self.letters if state & self._waiting[letter])

    def accepted(self, state: int) -> int:
        """Return which patterns are met to their end."""
        return sum(1 << at for at, end in enumerate(self._ends) if state & end)

    def _past_runs(self, state: int) -> int:
        while (further := state | (state & self._runs) << 1) != state:
            state = further
        return state
