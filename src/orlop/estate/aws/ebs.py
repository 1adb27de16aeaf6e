"""Disks, their snapshots, the images made of them, and what a region says for all of them, as AWS describes them."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from orlop.estate.fact import Fact

EVERYONE = "all"
"""Stands in a list of those with whom something is shared, and means everyone with an AWS account."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Volume:
    """One disk. `instances` are ids of those that it is attached to; `size` is in GiB; `key` the ARN of a KMS key."""

    KIND: ClassVar[str] = "AWS::EC2::Volume"

    id: str
    account: str
    region: str
    name: str
    source: str
    encrypted: bool
    state: str
    size: int
    key: str | None
    instances: tuple[str, ...]
    tags: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """One snapshot of a disk, owned by the account.

    `shared_with` are account ids and `EVERYONE`, sorted; `public` may be known where `shared_with` is not.
    """

    KIND: ClassVar[str] = "AWS::EC2::Snapshot"

    id: str
    account: str
    region: str
    name: str
    source: str
    encrypted: bool
    size: int
    volume: str
    made: str
    public: Fact[bool]
    shared_with: Fact[tuple[str, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """One image (AMI), owned by the account.

    `shared_with` are account ids, ARNs of organisations or units of them, and `EVERYONE`, sorted.
    """

    KIND: ClassVar[str] = "AWS::EC2::Image"

    id: str
    account: str
    region: str
    name: str
    source: str
    public: bool
    made: str
    snapshots: tuple[str, ...]
    shared_with: Fact[tuple[str, ...]]


SnapshotBlock = Literal["block-all-sharing", "block-new-sharing", "unblocked"]
ImageBlock = Literal["block-new-sharing", "unblocked"]


@dataclass(frozen=True, slots=True, kw_only=True)
class EbsRegion:
    """What an account says in one region for all of its disks, snapshots and images. One a region."""

    KIND: ClassVar[str] = "Orlop::EC2::EbsRegion"

    id: str
    account: str
    region: str
    name: str
    source: str
    encrypts: Fact[bool]
    key: Fact[str | None]
    snapshot_block: Fact[SnapshotBlock]
    image_block: Fact[ImageBlock]


KINDS = (Volume, Snapshot, Image, EbsRegion)
