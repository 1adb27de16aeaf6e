"""A change is a value: what a setting was, and what it becomes. Undoing it swaps the two.

Laws: `undone` twice is the change itself; a setting is always a field of its resource.
"""

from dataclasses import KW_ONLY, dataclass, replace
from typing import Any

from orlop.estate.fact import Fact
from orlop.estate.resource import Resource


@dataclass(frozen=True, slots=True)
class Change:
    """One setting of one resource. `was` is what we saw; applying refuses if it has moved since.

    `kind` and `target` name the resource (`AWS::S3::Bucket`, its id), `setting` one of its fields.
    """

    kind: str
    target: str
    setting: str
    _: KW_ONLY
    was: Any
    becomes: Any

    def undone(self) -> "Change":
        """Return the inverse change."""
        return replace(self, was=self.becomes, becomes=self.was)


def change(resource: Resource, setting: str, becomes: object) -> Change:
    """Return the change that sets `setting`, a field of `resource`, to `becomes`.

    Raises: NotKnown, where the present value could not be read: what was not seen is not changed.
    """
    return Change(resource.KIND, resource.id, setting, was=setting_of(resource, setting), becomes=becomes)


def setting_of(resource: Resource, setting: str) -> Any:
    """Return the present value of a field, whether it is a plain one or a `Fact`."""
    held = getattr(resource, setting)
    return held.value if isinstance(held, Fact) else held  # pyright: ignore[reportUnknownVariableType, reportUnknownMemberType] -- any T


@dataclass(frozen=True, slots=True)
class Irreversible:
    """A step that mends the fault but cannot be undone. Orlop describes it and leaves it to a person.

    `step` says what to do; `why` says why there is no way back.
    """

    target: str
    step: str
    why: str
