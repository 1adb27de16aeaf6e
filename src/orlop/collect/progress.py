"""Progress of long work: an object handed in, silent unless somebody gives one that speaks."""

from typing import Protocol


class Progress(Protocol):
    """What long work tells while it runs. `what` names one target; steps are counted, not timed."""

    def begin(self, what: str, steps: int) -> None: ...  # noqa: D102
    def step(self, what: str) -> None: ...  # noqa: D102
    def end(self, what: str) -> None: ...  # noqa: D102


class Silent:
    """Says nothing."""

    def begin(self, what: str, steps: int) -> None:
        """Say nothing."""

    def step(self, what: str) -> None:
        """Say nothing."""

    def end(self, what: str) -> None:
        """Say nothing."""
