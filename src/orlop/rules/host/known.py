"""Services that we know by their port or their program, and what it means that the network can reach them.

Source: https://www.iana.org/assignments/service-names-port-numbers/ and the documentation of each program.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto

from orlop.estate.host.port import Listener


class Purpose(Enum):
    """What a service is for, as far as it matters here."""

    DATA = auto()
    ADMINISTRATION = auto()
    READABLE_LOGIN = auto()
    READABLE = auto()


@dataclass(frozen=True, slots=True)
class Service:
    """One service. `ports` are like `tcp/5432`; `programs` are names of program files; `note` is what is special."""

    name: str
    purpose: Purpose
    ports: tuple[str, ...]
    programs: tuple[str, ...] = ()
    note: str = ""


_NO_PASSWORD = "As it comes, it asks for no password."  # noqa: S105 -- a sentence
_ROOT = "Whoever reaches it without a certificate is root on this machine."
_LATER = "It can encrypt after the start, but it may also be used without."

SERVICES = (
    Service("PostgreSQL", Purpose.DATA, ("tcp/5432",), ("postgres", "postmaster")),
    Service("MySQL or MariaDB", Purpose.DATA, ("tcp/3306",), ("mysqld", "mariadbd")),
    Service("Redis", Purpose.DATA, ("tcp/6379",), ("redis-server", "valkey-server"), _NO_PASSWORD),
    Service("Memcached", Purpose.DATA, ("tcp/11211", "udp/11211"), ("memcached",), _NO_PASSWORD),
    Service("MongoDB", Purpose.DATA, ("tcp/27017", "tcp/27018", "tcp/27019"), ("mongod", "mongos"), _NO_PASSWORD),
    Service("Elasticsearch or OpenSearch", Purpose.DATA, ("tcp/9200", "tcp/9300")),
    Service("Cassandra", Purpose.DATA, ("tcp/9042",), (), _NO_PASSWORD),
    Service("CouchDB", Purpose.DATA, ("tcp/5984",)),
    Service("InfluxDB", Purpose.DATA, ("tcp/8086",), ("influxd",)),
    Service("Microsoft SQL Server", Purpose.DATA, ("tcp/1433",), ("sqlservr",)),
    Service("Oracle Database", Purpose.DATA, ("tcp/1521",), ("tnslsnr",)),
    Service("Neo4j", Purpose.DATA, ("tcp/7687",)),
    Service("RabbitMQ", Purpose.DATA, ("tcp/5672",)),
    Service("Kafka", Purpose.DATA, ("tcp/9092",), (), _NO_PASSWORD),
    Service("ZooKeeper", Purpose.DATA, ("tcp/2181",), (), _NO_PASSWORD),
    Service("NATS", Purpose.DATA, ("tcp/4222",), ("nats-server",), _NO_PASSWORD),
    Service("NFS", Purpose.DATA, ("tcp/2049", "udp/2049")),
    Service("Windows file sharing (Samba)", Purpose.DATA, ("tcp/445", "tcp/139"), ("smbd",)),
    Service("rsync", Purpose.DATA, ("tcp/873",), ("rsync",)),
    Service("the Docker API", Purpose.ADMINISTRATION, ("tcp/2375", "tcp/2376"), ("dockerd",), _ROOT),
    Service("kubelet", Purpose.ADMINISTRATION, ("tcp/10250", "tcp/10255"), ("kubelet",)),
    Service("etcd", Purpose.ADMINISTRATION, ("tcp/2379", "tcp/2380"), ("etcd",)),
    Service("Consul", Purpose.ADMINISTRATION, ("tcp/8500",), ("consul",)),
    Service("Vault", Purpose.ADMINISTRATION, ("tcp/8200",), ("vault",)),
    Service("Webmin", Purpose.ADMINISTRATION, ("tcp/10000",), ("miniserv.pl",)),
    Service("Cockpit or Prometheus", Purpose.ADMINISTRATION, ("tcp/9090",), ("cockpit-tls", "prometheus")),
    Service("Jupyter", Purpose.ADMINISTRATION, ("tcp/8888",), ("jupyter-lab", "jupyter-notebook", "jupyter-server")),
    Service("remote desktop (RDP)", Purpose.ADMINISTRATION, ("tcp/3389",), ("xrdp",)),
    Service("remote desktop (VNC)", Purpose.ADMINISTRATION, ("tcp/5900", "tcp/5901", "tcp/5902"), ("Xvnc", "x11vnc")),
    Service("X11", Purpose.ADMINISTRATION, ("tcp/6000",), ("Xorg",)),
    Service("rpcbind", Purpose.ADMINISTRATION, ("tcp/111", "udp/111"), ("rpcbind",)),
    Service("printer administration (CUPS)", Purpose.ADMINISTRATION, ("tcp/631",), ("cupsd",)),
    Service("telnet", Purpose.READABLE_LOGIN, ("tcp/23",), ("telnetd", "in.telnetd")),
    Service("rlogin", Purpose.READABLE_LOGIN, ("tcp/513",), ("in.rlogind",)),
    Service("rsh", Purpose.READABLE_LOGIN, ("tcp/514",), ("in.rshd",)),
    Service("rexec", Purpose.READABLE_LOGIN, ("tcp/512",), ("in.rexecd",)),
    Service("FTP", Purpose.READABLE_LOGIN, ("tcp/21",), ("vsftpd", "proftpd", "pure-ftpd", "in.ftpd"), _LATER),
    Service("TFTP", Purpose.READABLE, ("udp/69",), ("in.tftpd", "tftpd"), _NO_PASSWORD),
    Service("finger", Purpose.READABLE, ("tcp/79",), ("in.fingerd",)),
    Service("POP3", Purpose.READABLE, ("tcp/110",), (), _LATER),
    Service("IMAP", Purpose.READABLE, ("tcp/143",), (), _LATER),
    Service("LDAP", Purpose.READABLE, ("tcp/389",), ("slapd",), _LATER),
    Service("SNMP", Purpose.READABLE, ("udp/161",), ("snmpd",), "Only version 3 of it encrypts."),
)


def service_of(listener: Listener, *purposes: Purpose) -> Service | None:
    """Return which service of these purposes it is: by its port, else by its program; None for any other.

    Raises: NotKnown, where the port says nothing and the program was not seen.
    """
    known = list(_of(purposes))
    by_port = next((s for s in known if f"{listener.protocol}/{listener.port}" in s.ports), None)
    if by_port is not None:
        return by_port
    return next((s for s in known if listener.program.value.name in s.programs), None)


def _of(purposes: tuple[Purpose, ...]) -> Iterator[Service]:
    return (service for service in SERVICES if service.purpose in purposes)
