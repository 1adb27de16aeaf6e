"""The estate that a question is about: what a target holds now, or what was seen at the last inspection."""

from dataclasses import dataclass

from orlop.errors import NotFound
from orlop.estate.estate import Estate
from orlop.findings.report import Target
from orlop.operations.reading import read
from orlop.operations.settings import Settings
from orlop.operations.targets import target
from orlop.store.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """An estate, and in words where it comes from: `snapshot s-12 of 24 November 2026`, `recorded://audit`."""

    estate: Estate
    of: str
    targets: tuple[Target, ...]


def look(text: str | None, settings: Settings) -> Looked:
    """Return the estate that a text names: a target (`aws`, `recorded://DIR`...), a snapshot's id, or None: the latest.

    Raises: NotFound, BadInput, NoAccess, CannotReach.
    """
    if text is None or text.startswith("s-") or text == "latest":
        return _kept(text or "latest", settings)
    seen = read([target(text, profile=settings.profile)], settings, at=settings.now())
    return Looked(estate=seen.estate, of=text, targets=seen.targets)


def _kept(ref: str, settings: Settings) -> Looked:
    with Store(settings.store) as store:
        try:
            found = store.snapshot(ref)
        except NotFound as missing:
            if ref != "latest":
                raise
            raise NotFound(
                "Nothing was inspected yet.",
                do="Run orlop inspect first, or say what to look at: --target aws, --target recorded://DIR.",
            ) from missing
        return Looked(estate=store.estate(found.id), of=f"snapshot {found.id}", targets=found.targets)
