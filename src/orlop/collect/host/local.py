"""This machine: the probe by its own shell, one resource read anew, and a hand that changes something here."""

import os
from collections.abc import Sequence

from orlop.collect.host.host import SECTIONS, read
from orlop.collect.host.run import HERE, Hand, ask
from orlop.errors import CannotReach, FixRefused
from orlop.estate.resource import Resource


def probe(timeout: float = 60) -> str:
    """Return this machine's answer to the probe, read with the rights we have. Raises: CannotReach."""
    return ask(timeout=timeout)


def reread(kind: str, id: str, *, way: Sequence[str] = HERE) -> Resource | None:
    """Read one resource of a host anew, by the sections that tell of it. Returns None where it no longer exists.

    Raises: CannotReach, where that could not be read, or `way` leads to another machine.
    """
    resources, listings = read(ask(way, sections=("identity", *SECTIONS[kind])))
    found = next((resource for resource in resources if resource.id == id), None)
    if found is not None:
        return found
    account = listings[0].account
    if not (id == account or id.startswith(f"{account}/")):
        raise CannotReach(f"{id} belongs to another machine than this one ({account}).", do="Run this on that machine.")
    gap = next((listing.unread for listing in listings if listing.kind == kind and listing.unread), None)
    if gap is not None:
        raise CannotReach(
            f"{id} could not be read: {gap.why}.", do="Try it as root (sudo)." if gap.permission == "root" else ""
        )
    return None


class LocalShell(Hand):
    """A hand on this machine. It asks for no more rights than the user has: changes need root."""

    def run(self, script: str, *, stdin: bytes = b"") -> str:
        """Run a script as root. Raises: FixRefused."""
        if os.geteuid() != 0:
            raise FixRefused(
                "Changing this machine needs root.", means="Nothing was changed.", do="Run the same command with sudo."
            )
        return super().run(script, stdin=stdin)
