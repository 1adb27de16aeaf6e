"""Kafka clusters, as MSK describes them."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """One cluster. `ports` are those of its network; a `public` one answers the internet on `public_ports`."""

    KIND: ClassVar[str] = "AWS::MSK::Cluster"

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
    public_ports: tuple[int, ...]


KINDS = (Cluster,)
