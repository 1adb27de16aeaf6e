"""Caches, as ElastiCache describes them."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True, kw_only=True)
class CacheCluster:
    """One cluster of cache nodes. None is ever public."""

    KIND: ClassVar[str] = "AWS::ElastiCache::CacheCluster"

    id: str
    account: str
    region: str
    name: str
    source: str
    engine: str
    address: str
    ports: tuple[int, ...]
    public: bool
    vpc: str
    subnets: tuple[str, ...]
    groups: tuple[str, ...]


KINDS = (CacheCluster,)
