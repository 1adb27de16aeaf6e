"""Yes, no, or "that depends": what a policy says of a request of which not everything is known.

Law (Kleene): an answer that is yes or no stays so, whatever the unknown turns out to be.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NoReturn


@dataclass(frozen=True, slots=True)
class Depends:
    """Neither yes nor no as far as is known. `on` are the condition keys (lower case), or words, that would decide."""

    on: frozenset[str]

    def __bool__(self) -> NoReturn:
        """Refuse `if truth:`, which would read it as yes."""
        raise TypeError("compare with `is True` or `is False`: it may depend")


Truth = bool | Depends


def every(parts: Iterable[Truth]) -> Truth:
    """Return whether all are so. What comes after the first no is not asked for."""
    open_on: frozenset[str] = frozenset()
    for part in parts:
        if part is False:
            return False
        if part is not True:
            open_on |= part.on
    return Depends(open_on) if open_on else True


def some(parts: Iterable[Truth]) -> Truth:
    """Return whether any is so. What comes after the first yes is not asked for."""
    open_on: frozenset[str] = frozenset()
    for part in parts:
        if part is True:
            return True
        if part is not False:
            open_on |= part.on
    return Depends(open_on) if open_on else False


def opposite(part: Truth) -> Truth:
    """Return the contrary; what depends still does."""
    return part if isinstance(part, Depends) else not part
