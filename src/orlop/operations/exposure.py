"""Everything that can be reached from a source."""

from collections.abc import Iterable
from dataclasses import dataclass

from orlop.errors import NotFound
from orlop.operations.estates import Looked, look
from orlop.operations.settings import Settings
from orlop.reason.network.exposure import Exposed, exposed
from orlop.reason.network.names import NoSuch, source
from orlop.reason.network.reach import Reach


@dataclass(frozen=True, slots=True, kw_only=True)
class Exposure:
    """What a source can reach, worst first."""

    start: str
    found: tuple[Exposed, ...]
    of: Looked


def exposure(start: str, settings: Settings, *, target: str | None, premises: Iterable[str] = ()) -> Exposure:
    """Return all that `start` reaches in what a target holds (None: the latest snapshot). Raises: NotFound."""
    looked = look(target, settings)
    reach = Reach(looked.estate)
    try:
        return Exposure(start=start, found=exposed(reach, source(start, reach, premises)), of=looked)
    except NoSuch as missing:
        raise NotFound(
            f"Nothing here is called {missing.name!r}.", do="Use an id, a name, an address or internet."
        ) from missing
