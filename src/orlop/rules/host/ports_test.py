from typing import Any

import pytest
from tests.cases import verdict
from tests.hosts import CLOSED, NOT_ROOT, OPEN, guard, host, listener, program

from orlop.estate.change import Change
from orlop.estate.fact import Unread
from orlop.estate.host.port import Listener, PortGuard
from orlop.rules.host import ports
from orlop.rules.rule import Fail, Pass, Severity, Unknown, Verdict

UNSEEN: dict[str, Any] = {"program": NOT_ROOT, "package": NOT_ROOT}


@pytest.mark.parametrize(
    ("about", "expected"),
    [
        pytest.param(listener("0.0.0.0", 5432, "postgres"), Fail, id="all addresses"),
        pytest.param(listener("::", 6379, "redis-server"), Fail, id="all addresses, IPv6"),
        pytest.param(listener("0.0.0.0", 15432, "postgres"), Fail, id="known by its program at another port"),
        pytest.param(listener("0.0.0.0", 3306, "docker-proxy"), Fail, id="known by its port"),
        pytest.param(listener("0.0.0.0", 5432, **UNSEEN), Fail, id="program not seen, but known by its port"),
        pytest.param(listener("8.8.8.8", 5432, "postgres"), Fail, id="one address of the internet"),
        pytest.param(listener("127.0.0.1", 5432, "postgres"), Pass, id="loopback"),
        pytest.param(listener("::ffff:127.0.0.1", 5432, "postgres"), Pass, id="loopback, written as IPv6"),
        pytest.param(listener("0.0.0.0", 5432, "postgres", interface="lo"), Pass, id="bound to the loopback"),
        pytest.param(listener("127.0.0.1", 9999, **UNSEEN), Pass, id="loopback: the program does not matter"),
        pytest.param(listener("10.0.0.5", 5432, "postgres"), Pass, id="one private address, as its owner chose"),
        pytest.param(listener("0.0.0.0", 22, "sshd"), Pass, id="another service"),
        pytest.param(listener("0.0.0.0", 9999, **UNSEEN), Unknown, id="neither port nor program tells"),
    ],
)
def test_database_open_to_network(about: Listener, expected: type[Verdict]) -> None:
    said = verdict(ports.database_open_to_network, about, guard(about.port), host(firewall=OPEN))
    assert isinstance(said, expected)


@pytest.mark.parametrize(
    ("beside", "expected"),
    [
        pytest.param(guard(5432, True), Pass, id="closed by Orlop"),
        pytest.param(guard(5432, NOT_ROOT), Unknown, id="whether Orlop closed it was not read"),
    ],
)
def test_a_database_whose_port_orlop_closes(beside: PortGuard, expected: type[Verdict]) -> None:
    said = verdict(ports.database_open_to_network, listener("0.0.0.0", 5432, "postgres"), beside)
    assert isinstance(said, expected)


def test_a_database_port_is_closed_in_orlops_table() -> None:
    said = verdict(ports.database_open_to_network, listener("0.0.0.0", 5432, "postgres"), guard(5432))
    assert isinstance(said, Fail)
    assert said.fix == Change(PortGuard.KIND, guard(5432).id, "closed", was=False, becomes=True)


def test_a_port_that_docker_publishes_is_not_closed_where_it_would_not_help() -> None:
    said = verdict(ports.database_open_to_network, listener("0.0.0.0", 3306, "docker-proxy"), guard(3306))
    assert isinstance(said, Fail)
    assert said.fix is None


@pytest.mark.parametrize(
    ("firewall", "severity"),
    [
        pytest.param(OPEN, None, id="no firewall"),
        pytest.param(CLOSED, Severity.LOW, id="a firewall that blocks what no rule allows"),
        pytest.param(NOT_ROOT, None, id="not read"),
    ],
)
def test_a_firewall_makes_an_open_database_milder(firewall: object, severity: Severity | None) -> None:
    about = listener("0.0.0.0", 5432, "postgres")
    said = verdict(ports.database_open_to_network, about, guard(5432), host(firewall=firewall))
    assert isinstance(said, Fail)
    assert said.severity == severity


def test_says_who_listens_and_from_where_it_is_reached() -> None:
    about = listener("0.0.0.0", 5432, "postgres", package="postgresql-15", unit="postgresql@15-main.service")
    said = verdict(ports.database_open_to_network, about, guard(5432), host(firewall=OPEN))
    assert said.because == (
        "We found port 5432 open for PostgreSQL: postgres (package postgresql-15, service postgresql@15-main.service) "
        "takes connections from every network of this machine (10.0.0.5/24 on eth0)."
    )


@pytest.mark.parametrize(
    ("about", "expected"),
    [
        pytest.param(listener("0.0.0.0", 2375, "dockerd"), Fail, id="Docker's API"),
        pytest.param(listener("::", 3389, "xrdp"), Fail, id="remote desktop"),
        pytest.param(listener("127.0.0.1", 2375, "dockerd"), Pass, id="loopback"),
        pytest.param(listener("0.0.0.0", 5432, "postgres"), Pass, id="a database is the other rule's"),
        pytest.param(listener("0.0.0.0", 9999, **UNSEEN), Unknown, id="neither port nor program tells"),
    ],
)
def test_admin_port_open_to_network(about: Listener, expected: type[Verdict]) -> None:
    assert isinstance(verdict(ports.admin_port_open_to_network, about, guard(about.port)), expected)


@pytest.mark.parametrize(
    ("about", "expected"),
    [
        pytest.param(listener("0.0.0.0", 23, "inetd"), Fail, id="telnet, behind a starter of services"),
        pytest.param(listener("0.0.0.0", 2121, "vsftpd"), Fail, id="FTP at another port"),
        pytest.param(listener("0.0.0.0", 161, "snmpd", protocol="udp"), Fail, id="SNMP"),
        pytest.param(listener("0.0.0.0", 161, "x", protocol="tcp"), Pass, id="the same number in TCP is not SNMP"),
        pytest.param(listener("0.0.0.0", 22, "sshd"), Pass, id="SSH is encrypted"),
        pytest.param(listener("::1", 23, "inetd"), Pass, id="loopback"),
        pytest.param(listener("0.0.0.0", 9999, **UNSEEN), Unknown, id="neither port nor program tells"),
    ],
)
def test_readable_service_open(about: Listener, expected: type[Verdict]) -> None:
    said = verdict(ports.readable_service_open, about, guard(about.port, protocol=about.protocol))
    assert isinstance(said, expected)


def test_what_can_encrypt_when_asked_is_milder_than_telnet() -> None:
    telnet = verdict(ports.readable_service_open, listener("0.0.0.0", 23), guard(23))
    imap = verdict(ports.readable_service_open, listener("0.0.0.0", 143), guard(143))
    assert isinstance(telnet, Fail)
    assert isinstance(imap, Fail)
    assert (telnet.severity, imap.severity) == (None, Severity.MEDIUM)


@pytest.mark.parametrize(
    ("path", "package", "expected", "severity"),
    [
        pytest.param("/usr/sbin/nginx", "nginx-light", Pass, None, id="a package brought it"),
        pytest.param("/opt/app/server", None, Fail, None, id="installed by hand"),
        pytest.param("/tmp/x", None, Fail, Severity.HIGH, id="where everyone may write"),
        pytest.param("/opt/app/server", NOT_ROOT, Unknown, None, id="packages not read"),
    ],
)
def test_listener_without_package(
    path: str, package: str | Unread | None, expected: type[Verdict], severity: Severity | None
) -> None:
    said = verdict(ports.listener_without_package, listener("::", 80, program=program(path), package=package))
    assert isinstance(said, expected)
    assert getattr(said, "severity", None) == severity


def test_what_runs_in_a_container_or_for_the_machine_itself_needs_no_package() -> None:
    contained = listener("::", 80, program=program("/app", contained=True), package=NOT_ROOT)
    assert isinstance(verdict(ports.listener_without_package, contained), Pass)
    inside = listener("127.0.0.1", 80, program=NOT_ROOT, package=NOT_ROOT)
    assert isinstance(verdict(ports.listener_without_package, inside), Pass)


@pytest.mark.parametrize(
    ("about", "expected"),
    [
        pytest.param(listener("0.0.0.0", 80, program=program("/usr/sbin/nginx", deleted=True)), Fail, id="replaced"),
        pytest.param(listener("0.0.0.0", 80, "nginx"), Pass, id="as on disk"),
        pytest.param(listener("127.0.0.1", 80, program=program("/x", deleted=True)), Pass, id="loopback"),
        pytest.param(listener("0.0.0.0", 80, program=NOT_ROOT), Unknown, id="not seen"),
    ],
)
def test_listener_of_deleted_program(about: Listener, expected: type[Verdict]) -> None:
    assert isinstance(verdict(ports.listener_of_deleted_program, about), expected)
