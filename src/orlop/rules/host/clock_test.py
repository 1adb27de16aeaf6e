import pytest
from tests.cases import verdict
from tests.hosts import NOT_ROOT, host

from orlop.rules.host import clock
from orlop.rules.rule import Fail, Pass, Unknown, Verdict


@pytest.mark.parametrize(
    ("said", "container", "expected"),
    [
        pytest.param((), "", Fail, id="nothing keeps it"),
        pytest.param(("chronyd",), "", Pass, id="chrony keeps it"),
        pytest.param(NOT_ROOT, "docker", Pass, id="a container: does not matter"),
        pytest.param(NOT_ROOT, "", Unknown, id="not read"),
    ],
)
def test_clock_not_kept(said: object, container: str, expected: type[Verdict]) -> None:
    assert isinstance(verdict(clock.clock_not_kept, host(time_services=said, container=container)), expected)
