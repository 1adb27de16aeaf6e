"""Which service usually listens on a port, in words for people, by the harm that a stranger can do there.

Sources: https://www.iana.org/assignments/service-names-port-numbers/ and the products' own manuals.
"""

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Service:
    """A port and what usually listens there."""

    port: int
    name: str
    protocol: str = "tcp"

    def __str__(self) -> str:
        """Show as `SSH (port 22)`."""
        return f"{self.name} ({'UDP ' if self.protocol == 'udp' else ''}port {self.port})"


class Services:
    """A table of services, asked often which of them lie in a run of ports."""

    __slots__ = ("_all", "_ports")

    def __init__(self, *services: Service) -> None:
        """Hold `services`, in the order in which they are to be named."""
        self._all = services
        protocols = {service.protocol for service in services}
        self._ports = {p: tuple(sorted(s.port for s in services if s.protocol == p)) for p in protocols}

    def __iter__(self) -> Iterator[Service]:
        """Yield the services."""
        return iter(self._all)

    def ports(self, protocol: str) -> tuple[int, ...]:
        """Return the ports of a protocol, in order."""
        return self._ports.get(protocol, ())

    def any_in(self, protocol: str, first: int, last: int) -> bool:
        """Whether a run of ports of a protocol (`-1`: any) holds one of the services."""
        if protocol == "-1":
            return bool(self._all)
        ports = self.ports(protocol)
        at = bisect_left(ports, first)
        return at < len(ports) and ports[at] <= last


LOGIN = Services(
    Service(22, "SSH"),
    Service(23, "Telnet"),
    Service(3389, "Windows Remote Desktop"),
    Service(3389, "Windows Remote Desktop", "udp"),
    Service(5985, "Windows remote management"),
    Service(5986, "Windows remote management"),
    *(Service(port, "VNC screen sharing") for port in (5800, 5900, 5901, 5902, 5903)),
)
"""Where one logs in to a machine and then rules it."""

DATA = Services(
    Service(1433, "Microsoft SQL Server"),
    Service(1434, "Microsoft SQL Server", "udp"),
    Service(1521, "Oracle"),
    Service(1630, "Oracle"),
    Service(2483, "Oracle"),
    Service(2484, "Oracle"),
    Service(2181, "ZooKeeper"),
    Service(3306, "MySQL"),
    Service(33060, "MySQL"),
    Service(4333, "mSQL"),
    Service(5432, "PostgreSQL"),
    Service(5439, "Redshift"),
    Service(5500, "Oracle"),
    Service(5601, "Kibana"),
    Service(5672, "RabbitMQ"),
    Service(15672, "RabbitMQ"),
    Service(5984, "CouchDB"),
    Service(6379, "Redis"),
    Service(6380, "Redis"),
    Service(7000, "Cassandra"),
    Service(7001, "Cassandra"),
    Service(7199, "Cassandra"),
    Service(7474, "Neo4j"),
    Service(7687, "Neo4j"),
    Service(8086, "InfluxDB"),
    Service(8123, "ClickHouse"),
    Service(8182, "Neptune"),
    Service(9042, "Cassandra"),
    Service(9092, "Kafka"),
    Service(9160, "Cassandra"),
    Service(9200, "Elasticsearch"),
    Service(9300, "Elasticsearch"),
    Service(11211, "Memcached"),
    Service(11211, "Memcached", "udp"),
    Service(27017, "MongoDB"),
    Service(27018, "MongoDB"),
    Service(27019, "MongoDB"),
    Service(28017, "MongoDB"),
    Service(50000, "Db2"),
    Service(61616, "ActiveMQ"),
)
"""Databases, caches, search engines, queues: where data lies, often with no password asked for."""

CONTROL = Services(
    Service(2375, "Docker"),
    Service(2376, "Docker"),
    Service(2377, "Docker Swarm"),
    Service(2379, "etcd"),
    Service(2380, "etcd"),
    Service(4243, "Docker"),
    Service(6443, "Kubernetes"),
    Service(8500, "Consul"),
    Service(10250, "Kubernetes node"),
    Service(10255, "Kubernetes node"),
)
"""Where one starts and stops programs on many machines."""

FILES = Services(
    Service(20, "FTP"),
    Service(21, "FTP"),
    Service(69, "TFTP", "udp"),
    Service(111, "NFS port mapper"),
    Service(111, "NFS port mapper", "udp"),
    Service(135, "Windows RPC"),
    Service(137, "Windows names", "udp"),
    Service(138, "Windows names", "udp"),
    Service(139, "Windows file sharing"),
    Service(445, "Windows file sharing"),
    Service(873, "rsync"),
    Service(2049, "NFS"),
    Service(2049, "NFS", "udp"),
)
"""Where files are shared: made for the office network, and the way by which ransomware spreads."""

HARMFUL = Services(*LOGIN, *DATA, *CONTROL, *FILES)
"""All of them."""

INNER = Services(*LOGIN, *DATA, *CONTROL)
"""What is made for the inside of a network: logins, data, control."""
