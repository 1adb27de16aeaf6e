"""Application, network and gateway load balancers, as AWS describes them."""

from dataclasses import dataclass
from typing import ClassVar

from orlop.estate.fact import Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadBalancer:
    """One load balancer. `type` is `application`, `network` or `gateway`; `scheme` `internet-facing` or `internal`.

    `access_logs` is whether they are on; `None` in a Fact means that this type has no such setting. `across_zones` is
    whether it sends to targets in zones other than that of the node which was asked. `filters_links`: whether a network
    load balancer's security groups are asked for what comes by private endpoints, too.
    """

    KIND: ClassVar[str] = "AWS::ElasticLoadBalancingV2::LoadBalancer"

    id: str
    account: str
    region: str
    name: str
    source: str
    type: str
    scheme: str
    address: str
    vpc: str
    subnets: tuple[str, ...]
    groups: tuple[str, ...]
    access_logs: Fact[bool | None]
    deletion_protection: Fact[bool | None]
    drop_invalid_headers: Fact[bool | None]
    desync: Fact[str | None]
    across_zones: Fact[bool | None]
    filters_links: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Redirect:
    """Sends the caller elsewhere. `#{host}` and the like stand for parts of the request; `code` is `HTTP_301`, say."""

    protocol: str
    host: str
    port: str
    path: str
    query: str
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Fixed:
    """Answers by itself: `code` is an HTTP status as text."""

    code: str
    type: str | None
    body: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Forward:
    """Hands the request on.

    `groups` are ARNs of target groups, each with its weight (None for a single one); `sticky` is in seconds.
    """

    groups: tuple[tuple[str, int | None], ...]
    sticky: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """One thing that a listener does with a request; exactly one of the three, none for a check of who calls."""

    type: str
    forward: Forward | None = None
    redirect: Redirect | None = None
    fixed: Fixed | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ListenerRule:
    """What a listener does with some requests: `when` says in words which."""

    priority: str
    when: tuple[str, ...]
    actions: tuple[Action, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Listener:
    """One port that a load balancer answers on. `tls_policy` names what is offered to callers, None without TLS.

    `protocols` are what that policy allows (`TLSv1`, `TLSv1.1`, `TLSv1.2`, `TLSv1.3`), none without TLS.
    `actions` are what is done when no rule of the listener fits, in order; `rules` are tried before, by priority.
    `certificates` are ARNs.
    """

    KIND: ClassVar[str] = "AWS::ElasticLoadBalancingV2::Listener"

    id: str
    account: str
    region: str
    name: str
    source: str
    load_balancer: str
    scheme: str
    protocol: str
    port: int | None
    tls_policy: str | None
    certificates: tuple[str, ...]
    actions: tuple[Action, ...]
    protocols: Fact[tuple[str, ...]]
    rules: Fact[tuple[ListenerRule, ...]]


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Target:
    """One thing that requests are sent to: an instance, address, function or load balancer, and its port.

    `state` is `healthy`, `unhealthy`, `unused`...; `zone` is `""` where it does not matter, `all` for every zone.
    """

    id: str
    port: int | None
    zone: str
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetGroup:
    """Where load balancers send requests. `type` says what its targets are: `instance`, `ip`, `lambda` or `alb`.

    `keeps_client`: whether targets see the address of the client instead of the load balancer's; None where the type
    of load balancer knows no such setting. `across_zones` is None where the load balancer's own setting holds.
    """

    KIND: ClassVar[str] = "AWS::ElasticLoadBalancingV2::TargetGroup"

    id: str
    account: str
    region: str
    name: str
    source: str
    type: str
    protocol: str | None
    port: int | None
    vpc: str | None
    load_balancers: tuple[str, ...]
    targets: Fact[tuple[Target, ...]]
    keeps_client: Fact[bool | None]
    across_zones: Fact[bool | None]


KINDS = (LoadBalancer, Listener, TargetGroup)
