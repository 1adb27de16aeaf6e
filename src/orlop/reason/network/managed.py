"""Services that AWS runs, with interfaces of their own in subnets, at public endpoints, or both.

One whose interfaces AWS manages is taken to stand in each of its subnets, at any address of it, with its own security
groups. A public endpoint stands in no network: nothing but a list of addresses and the service itself guards it.

Sources: https://docs.aws.amazon.com/redshift/latest/mgmt/rs-ra-vpc.html (publicly accessible),
https://docs.aws.amazon.com/opensearch-service/latest/developerguide/vpc.html,
https://docs.aws.amazon.com/eks/latest/userguide/cluster-endpoint.html,
https://docs.aws.amazon.com/msk/latest/developerguide/public-access.html,
https://docs.aws.amazon.com/amazon-mq/latest/developer-guide/using-amazon-mq-securely.html,
https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html
"""

from collections.abc import Iterator
from dataclasses import replace

from orlop.estate.aws.cloudfront import Distribution
from orlop.estate.aws.docdb import DocumentInstance, GraphInstance
from orlop.estate.aws.eks import Cluster as Kubernetes
from orlop.estate.aws.elasticache import CacheCluster
from orlop.estate.aws.elbv2 import LoadBalancer
from orlop.estate.aws.kafka import Cluster as Kafka
from orlop.estate.aws.lambda_ import Function
from orlop.estate.aws.mq import Broker
from orlop.estate.aws.opensearch import Domain
from orlop.estate.aws.rds import DBInstance, DBProxy
from orlop.estate.aws.redshift import Cluster as Warehouse
from orlop.estate.estate import Estate
from orlop.reason.addresses import NONE, OUTSIDE, cidrs
from orlop.reason.network.fabric import Fabric
from orlop.reason.network.places import Edge, Place, at_edge

InSubnets = (
    DBInstance
    | DBProxy
    | LoadBalancer
    | Warehouse
    | Domain
    | Kubernetes
    | CacheCluster
    | DocumentInstance
    | GraphInstance
    | Broker
    | Kafka
)
"""What stands in subnets without showing its interfaces."""

Service = InSubnets | Function | Distribution

_LISTED = (
    *(DBInstance, DBProxy, Warehouse, Domain, Kubernetes, CacheCluster, DocumentInstance, GraphInstance, Broker),
    *(Kafka, Function, Distribution),
)


def services(estate: Estate) -> Iterator[Service]:
    """Yield all services but load balancers, which `fronts` knows."""
    for kind in _LISTED:
        yield from estate.each(kind)


def names_of(service: Service) -> frozenset[str]:
    """Return what people call a service: its ARN, its name, its address, the cluster that it belongs to."""
    names = {service.id, service.name}
    if not isinstance(service, Function):
        names.add(service.address or "")
    elif not service.urls.unread:
        names |= {url.url.partition("://")[2].strip("/") for url in service.urls.value}
    if isinstance(service, Distribution):
        names |= set(service.aliases)
    if isinstance(service, DBInstance | DocumentInstance | GraphInstance):
        names.add(service.cluster or "")
    return frozenset(names - {""})


def places_of(service: Service, fabric: Fabric) -> Iterator[Place]:
    """Yield where a service can be reached. Raises: NotKnown, where a subnet was not read."""
    match service:
        case Function():
            yield from _of_function(service)
        case Distribution():
            if service.enabled:
                guards = ("what its own settings keep out (a web ACL, signed addresses) is not looked at",)
                yield at_edge(service, Edge(guards=guards), (("tcp", 80), ("tcp", 443)))
        case Kubernetes():
            if service.public:
                admits = cidrs(service.admits) & OUTSIDE
                yield at_edge(service, Edge(admits=admits, guards=("callers must sign in at the cluster",)))
            if service.private:
                yield from in_subnets(service, fabric)
        case Domain() if service.public:
            guards = ("what protects it is its access policy",)
            yield at_edge(service, Edge(guards=guards), tuple(("tcp", port) for port in service.ports))
        case Broker() if service.public and service.engine == "RABBITMQ":
            guards = ("callers must sign in at the broker",)
            yield at_edge(service, Edge(guards=guards), tuple(("tcp", port) for port in service.ports))
        case Kafka() if service.public:
            yield from (replace(place, public=NONE) for place in in_subnets(service, fabric))
            listens = tuple(("tcp", port) for port in service.public_ports)
            yield from (replace(place, listens=listens) for place in in_subnets(service, fabric))
        case _:
            yield from in_subnets(service, fabric)


def _of_function(function: Function) -> Iterator[Place]:
    """Yield the web addresses of a function; its network, if it has one, lets nobody in."""
    for url in () if function.urls.unread else function.urls.value:
        alone = "nobody has to sign in: only its policy says who may call it"
        guard = alone if url.sign_in == "NONE" else "callers must sign in with AWS"
        yield at_edge(function, Edge(guards=(guard,)))


def in_subnets(service: InSubnets, fabric: Fabric) -> Iterator[Place]:
    """Yield the places of a service, one a subnet. Raises: NotKnown, where a subnet was not read."""
    outside = _is_outside(service)
    for id in service.subnets:
        subnet = fabric.subnet(id, service)
        addresses = cidrs(subnet.cidrs)
        yield Place(
            id=service.id,
            of=service,
            vpc=subnet.vpc,
            subnet=subnet,
            groups=service.groups,
            addresses=addresses,
            public=addresses if outside else NONE,
            unfiltered=isinstance(service, LoadBalancer) and not service.groups,
            listens=tuple(("tcp", port) for port in _ports(service)),
        )


def _is_outside(service: InSubnets) -> bool:
    if isinstance(service, LoadBalancer):
        return service.scheme == "internet-facing"
    return service.public and not isinstance(service, Kubernetes)


def _ports(service: InSubnets) -> tuple[int, ...]:
    match service:
        case LoadBalancer():
            return ()
        case DBInstance():
            return (service.port,) if service.port else ()
        case _:
            return service.ports
