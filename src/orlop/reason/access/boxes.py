"""Sets of requests as boxes: for each dimension (action, resource, each condition key) a set of classes.

A box is a tuple of numbers, one a dimension, whose bits say which classes are in it. It holds every request that is in
all of them. A region is a list of boxes.

Law: what `without` leaves and what it takes away do not overlap, and together are the box.
"""

from collections.abc import Iterable

from orlop.reason.access.languages import TooIntricate

Box = tuple[int, ...]
Region = list[Box]

MOST_BOXES = 4_000


def overlap(one: Box, other: Box) -> Box | None:
    """Return what two boxes share; None for nothing."""
    both = tuple(a & b for a, b in zip(one, other, strict=True))
    return both if all(both) else None


def without(box: Box, gone: Box) -> Region:
    """Return what is left of a box, in boxes that do not overlap: at most one a dimension."""
    if overlap(box, gone) is None:
        return [box]
    left: Region = []
    rest = list(box)
    for at, (held, taken) in enumerate(zip(box, gone, strict=True)):
        if held & ~taken:
            left.append((*rest[:at], held & ~taken, *box[at + 1 :]))
        rest[at] = held & taken
    return left


def minus(region: Iterable[Box], gone: Iterable[Box]) -> Region:
    """Return what is left of a region. Raises: TooIntricate."""
    left = list(region)
    for each in gone:
        left = [piece for box in left for piece in without(box, each)]
        if len(left) > MOST_BOXES:
            raise TooIntricate
    return left


def shared(one: Iterable[Box], other: Iterable[Box]) -> Region:
    """Return what two regions share. Raises: TooIntricate."""
    other = list(other)
    both = [box for a in one for b in other if (box := overlap(a, b)) is not None]
    if len(both) > MOST_BOXES:
        raise TooIntricate
    return both
