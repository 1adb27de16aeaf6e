"""Services that one network offers to others by private endpoints (PrivateLink), as AWS describes them."""

from dataclasses import dataclass
from typing import ClassVar

from orlop.estate.fact import Fact


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class EndpointConnection:
    """One endpoint that was joined to a service: of which account, and whether its owner let it in.

    `state` is `available`, `pendingAcceptance`, `rejected`..., in small letters.
    """

    endpoint: str
    owner: str
    region: str
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointService:
    """One service that stands behind load balancers and is offered by private endpoints.

    `service` is the name by which endpoints call it (`com.amazonaws.vpce.eu-west-1.vpce-svc-...`); `balancers` are ARNs
    of network load balancers, `appliances` of gateway load balancers. `principals` are who may ask for an endpoint
    (`*`: everyone); `accepts` says whether each must be let in by hand.
    """

    KIND: ClassVar[str] = "AWS::EC2::VPCEndpointService"

    id: str
    account: str
    region: str
    name: str
    source: str
    service_id: str
    service: str
    state: str
    accepts: bool
    balancers: tuple[str, ...]
    appliances: tuple[str, ...]
    zones: tuple[str, ...]
    principals: Fact[tuple[str, ...]]
    connections: Fact[tuple[EndpointConnection, ...]]


KINDS = (EndpointService,)
"""Kinds that stand in the index of all kinds."""
