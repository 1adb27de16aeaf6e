"""The emulator, taught calls that it does not know: a test says what AWS would answer, the rest the emulator."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from orlop.collect.aws.calls import Answer, Live
from tests.servers.emulator import Emulator

Lesson = Callable[[Answer], Answer]
"""What to answer to a call with these parameters."""


@dataclass(frozen=True, slots=True)
class Taught(Emulator):
    """An emulator with lessons: `ec2:GetSnapshotBlockPublicAccessState` -> what to answer."""

    lessons: Mapping[str, Lesson]

    def live(self) -> Live:
        """The way to the emulator, past the lessons."""
        return _Live(self)


class _Live(Live):
    def __init__(self, emulator: Taught) -> None:
        super().__init__(emulator.session(), endpoint=emulator.url, attempts=2)
        self._lessons = emulator.lessons

    def pages(self, service: str, region: str, operation: str, params: Answer) -> Iterator[Answer]:
        lesson = self._lessons.get(f"{service}:{operation}")
        if lesson:
            yield lesson(params)
        else:
            yield from super().pages(service, region, operation, params)


def switch(get: str, key: str, *, on: str, off: str, now: str) -> Mapping[str, Lesson]:
    """Lessons for a setting that `get` tells of under `key`, that `on` sets to what it is told, and `off` to `now`."""
    state = {key: now}

    def turn_on(params: Answer) -> Answer:
        [state[key]] = params.values()
        return dict(state)

    def turn_off(_: Answer) -> Answer:
        state[key] = now
        return dict(state)

    return {get: lambda _: dict(state), on: turn_on, off: turn_off}
