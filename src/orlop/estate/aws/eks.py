"""Kubernetes clusters, as EKS describes them."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """One cluster. Its API answers at a public address, in its network (`private`), or both.

    `admits` are the ranges (CIDRs) that the public address lets in.
    """

    KIND: ClassVar[str] = "AWS::EKS::Cluster"

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
    private: bool
    admits: tuple[str, ...]


KINDS = (Cluster,)
