"""Fixtures for all tests: a real AWS emulator over HTTP."""

import os
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings
from tests.servers.emulator import Emulator, emulator

from orlop import demo
from orlop.demo.insurer import plant

# A busy machine is no failure: no test is judged by the clock.
settings.register_profile("orlop", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("orlop")


@pytest.fixture(scope="session", autouse=True)
def _no_real_account() -> None:
    """Make sure that no test can ever reach a real AWS account or the user's own store."""
    for name in [name for name in os.environ if name.startswith(("AWS_", "ORLOP_"))]:
        del os.environ[name]
    os.environ["AWS_EC2_METADATA_DISABLED"] = "true"
    os.environ["AWS_CONFIG_FILE"] = os.environ["AWS_SHARED_CREDENTIALS_FILE"] = os.devnull


@pytest.fixture(scope="session")
def _emulator() -> Iterator[Emulator]:
    with emulator() as running:
        yield running


@pytest.fixture
def aws(_emulator: Emulator) -> Emulator:
    """An emulated account with nothing in it but what AWS puts there."""
    _emulator.reset()
    return _emulator


@pytest.fixture(scope="session")
def insurer() -> Iterator[demo.Demo]:
    """The insurer's account of the demo, planted once: tests only read it."""
    with demo.start() as running:
        plant(running)
        yield running


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run last what looks back at the other tests."""
    items.sort(key=lambda item: item.get_closest_marker("last") is not None)
