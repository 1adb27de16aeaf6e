"""Distributions: what stands before web sites all over the world, as CloudFront describes them."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Origin:
    """Where a distribution gets its answers: a name, and the ports by how the caller came (`plain`: 80, `tls`: 443).

    A port is None where it does not pass such callers on; both are None for buckets and for origins within a network.
    """

    name: str
    plain: int | None
    tls: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Distribution:
    """One distribution. `address` is AWS's name for it, `aliases` are its owner's; `firewall`: it has a web ACL."""

    KIND: ClassVar[str] = "AWS::CloudFront::Distribution"

    id: str
    account: str
    region: str
    name: str
    source: str
    address: str
    aliases: tuple[str, ...]
    enabled: bool
    firewall: bool
    origins: tuple[Origin, ...]


KINDS = (Distribution,)
