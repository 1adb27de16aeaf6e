"""Orlop's own drop-in files: settings put in, changed and taken out, everything else in them left alone."""

from collections.abc import Callable, Iterable

from orlop.estate.host.tuning import Tuning

HEADING = "# Written by Orlop. `orlop undo` takes it back."


def merged(text: str, settings: Iterable[Tuning], *, key_of: Callable[[str], str], between: str) -> str:
    """Return the text of a drop-in in which these settings stand as they are to be, `""` where nothing is left.

    `key_of` tells the key of a line; `between` stands between key and value.
    """
    ours = {setting.key: setting.in_our_file for setting in settings}
    kept = [line for line in text.splitlines() if line.strip() and line != HEADING and key_of(line) not in ours]
    lines = [*kept, *(f"{key}{between}{value}" for key, value in ours.items() if value is not None)]
    return "\n".join([HEADING, *lines, ""]) if lines else ""
