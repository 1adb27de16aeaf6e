"""Progress on a terminal, on stderr; silent in a pipe."""

import sys

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from orlop.collect.progress import Progress as Told
from orlop.collect.progress import Silent


class Bar:
    """A line for each target that is being read."""

    def __init__(self) -> None:
        """Begin with no line."""
        columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
        self._shown = Progress(*columns, console=Console(stderr=True), transient=True)
        self._lines: dict[str, int] = {}

    def begin(self, what: str, steps: int) -> None:
        """Show a line for `what`."""
        self._shown.start()
        self._lines[what] = self._shown.add_task(f"looking at {what}", total=steps)

    def step(self, what: str) -> None:
        """Move its bar on."""
        self._shown.advance(self._lines[what])  # pyright: ignore[reportArgumentType] -- TaskID is an int

    def end(self, what: str) -> None:
        """Take all lines away once the last is done."""
        self._shown.remove_task(self._lines.pop(what))  # pyright: ignore[reportArgumentType] -- TaskID is an int
        if not self._lines:
            self._shown.stop()


def progress() -> Told:
    """Return progress for a terminal, or silence."""
    return Bar() if sys.stderr.isatty() else Silent()
