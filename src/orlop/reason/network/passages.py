"""One way through something that stands before others and passes on to them."""

from dataclasses import dataclass, replace
from enum import StrEnum

from orlop.estate.aws.cloudfront import Distribution
from orlop.estate.aws.elbv2 import LoadBalancer
from orlop.estate.aws.vpc import VpcEndpoint


class By(StrEnum):
    """What passes on, in words."""

    BALANCER = "load balancer"
    LINK = "private endpoint"
    DISTRIBUTION = "CloudFront distribution"


Front = LoadBalancer | VpcEndpoint | Distribution
"""What stands before others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """One way through a front: from one of its ports to a port of a target (an id, an address, or an ARN).

    `protocol` is that of packets (`tcp`, `udp`). `address` is by what a caller knows the front, `via` a name for what
    it passes on by (a target group, a service). `keeps_client`: the target sees the client's address. `zonal`: what
    comes in in one zone goes on to targets in that zone only; `perhaps`, if not empty, says why that is not known.
    `shut` says in words why nothing passes, `needs` what would open it. `assumes` is what is taken for granted.
    """

    by: By
    front: Front
    address: str
    protocol: str
    port: int
    target: str
    target_port: int
    via: str
    network: str
    keeps_client: bool
    zonal: bool
    perhaps: str = ""
    by_address: bool = False
    shut: str = ""
    needs: str = ""
    assumes: tuple[str, ...] = ()

    def after(self, before: "tuple[Passage, ...]") -> "Passage":
        """Return it as it is for what came through others before: a private endpoint never tells who the client is.

        Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/network/edit-target-group-attributes.html
        """
        hidden = bool(before) and before[-1].by is By.LINK
        return replace(self, keeps_client=False) if hidden and self.keeps_client else self
