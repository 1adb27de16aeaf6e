"""What is reached, and by which way, in words for findings."""

from collections.abc import Iterable
from functools import reduce

from orlop.estate.aws.ec2 import Instance
from orlop.estate.aws.vpc import NetworkInterface
from orlop.reason.network.explain import ICMP_ECHO, Hop, Packet
from orlop.reason.network.exposure import Exposed
from orlop.reason.network.flows import LAST_PORT, NAMED, OTHER, Flows, either, port_run
from orlop.reason.network.places import Place
from orlop.reason.network.reach import Answer, Arrival, Reach, witnessed
from orlop.reason.network.steps import Kind


def named(place: Place) -> str:
    """Return what stands at a place, as a person knows it: `claims-web (i-0abc)`, `database claims`."""
    match place.of:
        case Instance(instance_id=id, name=name):
            return f"{name} ({id})" if name not in ("", id) else id
        case NetworkInterface(interface_id=id, description=said):
            return f"{id} ({said})" if said else id
        case _:
            return f"{_WHAT.get(place.of.KIND, 'service')} {place.of.name}"


_WHAT = {
    "AWS::RDS::DBInstance": "database",
    "AWS::RDS::DBProxy": "database proxy",
    "AWS::DocDB::DBInstance": "database",
    "AWS::Neptune::DBInstance": "database",
    "AWS::Redshift::Cluster": "data warehouse",
    "AWS::OpenSearchService::Domain": "search domain",
    "AWS::ElastiCache::CacheCluster": "cache",
    "AWS::EKS::Cluster": "Kubernetes cluster",
    "AWS::AmazonMQ::Broker": "message broker",
    "AWS::MSK::Cluster": "Kafka cluster",
    "AWS::Lambda::Function": "function",
    "AWS::CloudFront::Distribution": "CloudFront distribution",
    "AWS::ElasticLoadBalancingV2::LoadBalancer": "load balancer",
    "AWS::ElasticLoadBalancing::LoadBalancer": "load balancer",
}


def listed(found: Iterable[Exposed]) -> str:
    """Return the names of what is reached: the first two, and how many more."""
    names = list(dict.fromkeys(named(each.place) for each in found for _ in each.ids[:1]))
    alike = sum(len(each.ids) - 1 for each in found)
    more = len(names) - 2 + alike if len(names) > 2 else alike
    shown = ", ".join(names[:2]) if more else " and ".join(names)
    return f"{shown} and {more} more" if more else shown


def ports(sets: Iterable[Flows]) -> str:
    """Return to which ports some sets of packets go: `TCP port 22, UDP ports 8000-8010`."""
    flows = reduce(either, sets)
    if OTHER in flows:
        return "every port by every protocol"
    runs = [(p, first, last) for p in NAMED for first, last, _ in flows.get(p, ())]
    said = [_port(*run) for run in runs]
    return ", ".join(said[:_MOST_PORTS]) + (f" and {len(said) - _MOST_PORTS} more" if len(said) > _MOST_PORTS else "")


_MOST_PORTS = 4


def _port(protocol: str, first: int, last: int) -> str:
    if protocol in ICMP_ECHO:
        return "ping" if first <= ICMP_ECHO[protocol] <= last else f"{protocol.upper()} messages"
    if (first, last) == (0, LAST_PORT):
        return f"every {protocol.upper()} port"
    return f"{protocol.upper()} port{'s' if first < last else ''} {port_run(first, last)}"


def way(reach: Reach, arrival: Arrival, flows: Flows) -> tuple[str, ...]:
    """Return a packet that arrives by a way, and each hop that lets it pass, one a line."""
    packet, hops = witnessed(reach, arrival, flows)
    return (packet_line(packet), *hop_lines(hops))


def told(answer: Answer) -> tuple[str, ...]:
    """Return the witness of an answer in the same words."""
    packet = answer.entry or answer.witness
    return (*((packet_line(packet),) if packet else ()), *hop_lines(answer.path))


def packet_line(packet: Packet) -> str:
    """Return `a packet from 198.51.100.7 to 52.1.2.3, tcp 22`."""
    return f"a packet from {packet.sender} to {packet.receiver}, {packet.what}"


def hop_lines(hops: Iterable[Hop]) -> tuple[str, ...]:
    """Return what lets a packet pass at each hop: `internet gateway: igw-1 is attached to vpc-1`."""
    return tuple(
        f"{hop.kind}: {hop.says}" if hop.subject in hop.says else f"{hop.kind} {hop.subject}: {hop.says}"
        for hop in hops
        if hop.kind != Kind.SENDER
    )
