"""Files and folders on which the safety of a whole host rests, and who may touch them."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True, kw_only=True)
class SensitiveFile:
    """One file or folder. `name` is its path; `mode` its permission bits in octal (`0640`)."""

    KIND: ClassVar[str] = "Host::SensitiveFile"

    id: str
    account: str
    region: str
    name: str
    source: str
    mode: str
    owner: str
    group: str
    folder: bool


KINDS = (SensitiveFile,)
