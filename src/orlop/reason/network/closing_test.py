import pytest
from hypothesis import given, settings
from tests.networks import WORLD, admit

from orlop.estate.aws.security_group import AccessRule
from orlop.reason.addresses import cidr, share
from orlop.reason.network import doors as network
from orlop.reason.network.closing import closed
from orlop.reason.network.doors_test import GROUPS, PROBES, let_in, nothing
from orlop.reason.services import LOGIN

OWN = ("10.0.0.0/16", "2a05:d018:1::/56")


@settings(max_examples=60, deadline=None)
@given(GROUPS)
def test_closing_shuts_the_world_out_and_touches_nothing_else(rules: tuple[AccessRule, ...]) -> None:
    left = closed(rules, nothing, which=lambda rule: True, services=LOGIN)
    assert not network.open_to_world(left, nothing, LOGIN)
    kept = [rule for rule in rules if share(cidr(rule.source.name)) == 0]
    assert {rule.key for rule in kept} <= {rule.key for rule in left}
    shut = {(service.protocol, service.port) for service in LOGIN}
    for protocol, port, address in PROBES:
        before, after = let_in(rules, protocol, port, address), let_in(left, protocol, port, address)
        assert before or not after, "nothing is let in that was not before"
        touched = any(network.touches(rule, LOGIN) for rule in rules)
        assert before == after or (protocol, port) in shut or touched


@settings(max_examples=60, deadline=None)
@given(GROUPS)
def test_nobody_inside_loses_his_way(rules: tuple[AccessRule, ...]) -> None:
    left = closed(rules, nothing, which=lambda rule: True, services=LOGIN, inside=OWN)
    assert not network.open_to_world(left, nothing, LOGIN)
    for protocol, port, _ in PROBES:
        for here in ("10.0.3.4/32", "2a05:d018:1::7/128"):
            assert let_in(rules, protocol, port, here) == let_in(left, protocol, port, here)


@pytest.mark.parametrize(
    ("rules", "left"),
    [
        pytest.param([admit(WORLD, 22)], [admit("10.0.0.0/16", 22)], id="instead of the world"),
        pytest.param([admit("::/0", 22)], [admit(OWN[1], 22)], id="of its own family only"),
        pytest.param([admit("64.0.0.0/2", 22)], [], id="not where the rule did not let it in"),
        pytest.param([admit(WORLD, 22), admit("10.0.0.0/8", 22)], [admit("10.0.0.0/8", 22)], id="said already"),
        pytest.param(
            [admit(WORLD, 20, 25)],
            [admit(WORLD, 20, 21), admit(WORLD, 24, 25), admit("10.0.0.0/16", 22, 23)],
            id="only the ports that are closed",
        ),
        pytest.param([admit(WORLD, 1, 9000)], [admit("10.0.0.0/16", 1, 9000)], id="all ports of a rule that goes"),
        pytest.param([admit(WORLD)], [admit("10.0.0.0/16")], id="every protocol"),
    ],
)
def test_what_the_own_network_keeps(rules: list[AccessRule], left: list[AccessRule]) -> None:
    assert closed(tuple(rules), nothing, which=lambda rule: True, services=LOGIN, inside=OWN) == tuple(sorted(left))
