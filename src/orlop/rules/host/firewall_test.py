from dataclasses import replace

import pytest
from tests.cases import verdict
from tests.hosts import CLOSED, NOT_ROOT, OPEN, host, listener

from orlop.estate.host.host import Address
from orlop.estate.host.port import Listener
from orlop.rules.host import firewall
from orlop.rules.rule import Fail, Pass, Unknown, Verdict

ONLY_FOUR = replace(CLOSED, blocks_ipv6=False)
BOTH = (Address(interface="eth0", address="10.0.0.5/24"), Address(interface="eth0", address="2001:db8::5/64"))


@pytest.mark.parametrize(
    ("stance", "address", "expected"),
    [
        pytest.param(OPEN, "0.0.0.0", Fail, id="nothing blocks, and something listens"),
        pytest.param(CLOSED, "0.0.0.0", Pass, id="blocks what no rule allows"),
        pytest.param(ONLY_FOUR, "0.0.0.0", Pass, id="for IPv4 only: the other rule's"),
        pytest.param(OPEN, "127.0.0.1", Pass, id="nothing listens for others"),
        pytest.param(NOT_ROOT, "127.0.0.1", Pass, id="nothing listens for others: the firewall does not matter"),
        pytest.param(NOT_ROOT, "0.0.0.0", Unknown, id="firewall not read"),
    ],
)
def test_no_firewall(stance: object, address: str, expected: type[Verdict]) -> None:
    assert isinstance(verdict(firewall.no_firewall, host(firewall=stance), listener(address, 80)), expected)


def test_no_firewall_without_knowing_what_listens() -> None:
    assert isinstance(verdict(firewall.no_firewall, host(firewall=OPEN), unread=(Listener,)), Unknown)


@pytest.mark.parametrize(
    ("stance", "addresses", "expected"),
    [
        pytest.param(ONLY_FOUR, BOTH, Fail, id="IPv6 in use and not guarded"),
        pytest.param(CLOSED, BOTH, Pass, id="both guarded"),
        pytest.param(OPEN, BOTH, Pass, id="no firewall at all: the other rule's"),
        pytest.param(ONLY_FOUR, BOTH[:1], Pass, id="no IPv6 address"),
        pytest.param(NOT_ROOT, BOTH[:1], Pass, id="no IPv6 address: the firewall does not matter"),
        pytest.param(NOT_ROOT, BOTH, Unknown, id="firewall not read"),
        pytest.param(ONLY_FOUR, NOT_ROOT, Unknown, id="addresses not read"),
    ],
)
def test_firewall_for_ipv4_only(stance: object, addresses: object, expected: type[Verdict]) -> None:
    said = verdict(firewall.firewall_for_ipv4_only, host(firewall=stance, addresses=addresses))
    assert isinstance(said, expected)
