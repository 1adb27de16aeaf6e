"""Chance that falls alike each time: the same seed, the same throws."""

from random import Random


class Dice(Random):
    """Throws of one seed."""
