"""Data warehouses, as Redshift describes them."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """One cluster. `public`: its leader has a public address, too. `subnets` and `groups` are ids."""

    KIND: ClassVar[str] = "AWS::Redshift::Cluster"

    id: str
    account: str
    region: str
    name: str
    source: str
    address: str
    ports: tuple[int, ...]
    public: bool
    vpc: str
    subnets: tuple[str, ...]
    groups: tuple[str, ...]
    encrypted: bool


KINDS = (Cluster,)
