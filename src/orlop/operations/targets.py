"""What can be inspected, as it is written on a command line.

local                               this machine
ssh://USER@HOST:PORT                another machine, over SSH
inventory://FILE                    all machines that a file names: a host a line, or an inventory of Ansible
aws                                 the AWS account whose credentials are found
aws://PROFILE?regions=eu-west-1     that of a profile; only these regions
aws://PROFILE?usage=yes             also what users and roles did with their rights (a job for each: slow)
snapshot://FILE                     a snapshot that was exported to a file
recorded://DIR                      a recording made with --record
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from orlop.collect.host.ssh.where import Where, where
from orlop.errors import BadInput


@dataclass(frozen=True, slots=True)
class Local:
    """This machine."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AwsAccount:
    """An AWS account. `asked` is False where the user named no target and credentials were merely found.

    `session` is a boto3 session to use instead of a profile's. `usage`: whether to ask what rights were used, too.
    """

    session: Any = None
    profile: str | None = None
    regions: tuple[str, ...] = ()
    asked: bool = True
    usage: bool = False


@dataclass(frozen=True, slots=True)
class Hosts:
    """Machines over SSH. `text` is how they were named."""

    places: tuple[Where, ...]
    text: str


@dataclass(frozen=True, slots=True)
class SnapshotFile:
    """A snapshot in a file."""

    path: Path


@dataclass(frozen=True, slots=True)
class Recorded:
    """A folder of recorded answers."""

    path: Path


Target = Local | Hosts | AwsAccount | SnapshotFile | Recorded

BY_DEFAULT: tuple[Target, ...] = (Local(), AwsAccount(asked=False))


def target(text: str, *, regions: tuple[str, ...] = (), profile: str | None = None) -> Target:
    """Return the target that `text` names. Raises: BadInput."""
    if text == "local":
        return Local()
    if text == "aws":
        return AwsAccount(profile=profile, regions=regions)
    parts = urlsplit(text)
    match parts.scheme:
        case "aws":
            said = parse_qs(parts.query)
            named = tuple(region for region in said.get("regions", [""])[0].split(",") if region)
            usage = said.get("usage", ["no"])[0] in ("yes", "true", "1")
            return AwsAccount(profile=parts.netloc or profile, regions=named or regions, usage=usage)
        case "ssh":
            return Hosts((_host(text),), text)
        case "inventory":
            from orlop.collect.host.ssh.inventory import inventory

            return Hosts(inventory(Path(text.removeprefix("inventory://"))), text)
        case "snapshot":
            return SnapshotFile(Path(text.removeprefix("snapshot://")))
        case "recorded":
            return Recorded(Path(text.removeprefix("recorded://")))
        case _:
            raise BadInput(
                f"Orlop does not know how to inspect {text!r}.",
                do="Use local, ssh://USER@HOST, inventory://FILE, aws, aws://PROFILE?regions=REGION,REGION, "
                "snapshot://FILE or recorded://DIR.",
            )


def _host(text: str) -> Where:
    try:
        return where(text)
    except ValueError as error:
        raise BadInput(f"{text} names no host.", do="Write ssh://USER@HOST:PORT.") from error
