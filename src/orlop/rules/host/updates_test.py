from dataclasses import replace

import pytest
from tests.cases import days_ago, verdict
from tests.hosts import FRESH, NOT_ROOT, host

from orlop.estate.host.host import Automatic, OperatingSystem, PendingUpdate, Reboot
from orlop.rules.host import updates
from orlop.rules.rule import Fail, Pass, Severity, Unknown, Verdict

OPENSSL = PendingUpdate(package="openssl", installed="3.0.15-1~deb12u1", available="3.0.17-1~deb12u2")
NO_SOURCE = replace(FRESH, security_source=False)


@pytest.mark.parametrize(
    ("said", "system", "expected"),
    [
        pytest.param(replace(FRESH, security=(OPENSSL,)), "debian", Fail, id="one is pending"),
        pytest.param(FRESH, "debian", Pass, id="none"),
        pytest.param(NO_SOURCE, "debian", Fail, id="security updates are not asked for"),
        pytest.param(NO_SOURCE, "kali", Pass, id="a distribution that has no separate source"),
        pytest.param(NOT_ROOT, "debian", Unknown, id="not read"),
    ],
)
def test_security_updates_pending(said: object, system: str, expected: type[Verdict]) -> None:
    about = host(updates=said, os=OperatingSystem(id=system, version="12", name=system))
    assert isinstance(verdict(updates.security_updates_pending, about), expected)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        pytest.param(replace(FRESH, lists_at=days_ago(8)), Fail, id="eight days"),
        pytest.param(replace(FRESH, lists_at=days_ago(7)), Pass, id="a week"),
        pytest.param(NOT_ROOT, Unknown, id="not read"),
    ],
)
def test_update_lists_too_old(said: object, expected: type[Verdict]) -> None:
    assert isinstance(verdict(updates.update_lists_too_old, host(updates=said)), expected)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        pytest.param(Automatic(by="apt", missing=("the package is not installed",)), Fail, id="something is missing"),
        pytest.param(Automatic(by="apt", missing=()), Pass, id="on"),
        pytest.param(NOT_ROOT, Unknown, id="not read"),
    ],
)
def test_updates_not_automatic(said: object, expected: type[Verdict]) -> None:
    assert isinstance(verdict(updates.updates_not_automatic, host(automatic_updates=said)), expected)


@pytest.mark.parametrize(
    ("said", "container", "expected"),
    [
        pytest.param(Reboot(due=True, reasons=("linux-base asks for it",)), "", Fail, id="due"),
        pytest.param(Reboot(due=False, reasons=()), "", Pass, id="not due"),
        pytest.param(NOT_ROOT, "docker", Pass, id="a container: does not matter"),
        pytest.param(NOT_ROOT, "", Unknown, id="not read"),
    ],
)
def test_restart_due(said: object, container: str, expected: type[Verdict]) -> None:
    assert isinstance(verdict(updates.restart_due, host(reboot=said, container=container)), expected)


@pytest.mark.parametrize(
    ("id", "version", "expected", "severity"),
    [
        pytest.param("debian", "10", Fail, None, id="long past"),
        pytest.param("debian", "11", Fail, Severity.LOW, id="two months left"),
        pytest.param("debian", "12", Pass, None, id="two years left"),
        pytest.param("ubuntu", "24.04", Pass, None, id="three years left"),
        pytest.param("amzn", "2", Fail, None, id="yesterday"),
        pytest.param("rocky", "9.4", Pass, None, id="a minor release"),
        pytest.param("debian", "", Unknown, None, id="testing has no number"),
        pytest.param("plan9", "4", Unknown, None, id="a system nobody told us of"),
    ],
)
def test_release_out_of_support(id: str, version: str, expected: type[Verdict], severity: Severity | None) -> None:
    about = host(os=OperatingSystem(id=id, version=version, name=f"{id} {version}"))
    said = verdict(updates.release_out_of_support, about)
    assert isinstance(said, expected)
    assert getattr(said, "severity", None) == severity
