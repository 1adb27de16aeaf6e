"""Writes an account's answers into a folder, for `recorded://DIR`."""

from pathlib import Path

from orlop.errors import BadInput
from orlop.findings.report import Target
from orlop.operations.reading import read
from orlop.operations.settings import Settings
from orlop.operations.targets import AwsAccount, target


def export(folder: Path, text: str, settings: Settings) -> Target:
    """Write the answers about the account that `text` names. Raises: BadInput, NoAccess, CannotReach."""
    wanted = target(text, profile=settings.profile)
    if not isinstance(wanted, AwsAccount):
        raise BadInput(f"{text!r} is no AWS account.", do="Write aws, or aws://PROFILE?regions=REGION.")
    if folder.exists() and any(folder.iterdir()):
        raise BadInput(f"{folder} is not empty.", do="Name a folder that is not there yet.")
    seen = read([wanted], settings, record=folder, at=settings.now())
    return seen.targets[0]
