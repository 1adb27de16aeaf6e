"""Classic load balancers: the first generation, which knows instances only."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class ClassicListener:
    """A port that a classic load balancer answers on, and the port of its instances to which it passes on."""

    protocol: str
    port: int
    instance_protocol: str
    instance_port: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassicLoadBalancer:
    """One classic load balancer. `scheme` is `internet-facing` or `internal`; `instances` are ids."""

    KIND: ClassVar[str] = "AWS::ElasticLoadBalancing::LoadBalancer"

    id: str
    account: str
    region: str
    name: str
    source: str
    scheme: str
    address: str
    vpc: str
    subnets: tuple[str, ...]
    groups: tuple[str, ...]
    listeners: tuple[ClassicListener, ...]
    instances: tuple[str, ...]


KINDS = (ClassicLoadBalancer,)
