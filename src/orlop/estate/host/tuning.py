"""A setting that is in force, and what Orlop's own file says of it.

Orlop never edits a file of others: it keeps its settings in a drop-in file of its own, and takes them out of there
again.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Tuning:
    """One setting: its value in force now, and the value in Orlop's own file (None: Orlop's file is silent on it)."""

    key: str
    in_force: str
    in_our_file: str | None = None


def tuned(held: tuple[Tuning, ...], wanted: dict[str, str]) -> tuple[Tuning, ...]:
    """Return `held` with the values of `wanted` (key -> value) in force and in Orlop's file; other keys as they are."""
    return tuple(
        Tuning(key=t.key, in_force=wanted[t.key], in_our_file=wanted[t.key])
        if t.key in wanted and t.in_force != wanted[t.key]
        else t
        for t in held
    )
