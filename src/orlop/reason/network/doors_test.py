from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.cases import DENIED, estate
from tests.networks import WORLD, admit, group, ranges

from orlop.estate.aws.security_group import AccessRule, PrefixList
from orlop.estate.aws.vpc import AclEntry
from orlop.estate.fact import Fact, NotKnown
from orlop.reason.addresses import Addresses, cidr, cidrs
from orlop.reason.network import doors as network
from orlop.reason.network.doors import LAST_PORT, OTHER, Door, Sources
from orlop.reason.services import CONTROL, DATA, FILES, LOGIN, Service


def nothing(id: str) -> Fact[Addresses]:
    return Fact(DENIED, "ec2:GetManagedPrefixListEntries")


def doors(*rules: AccessRule) -> tuple[Door, ...]:
    return network.doors(rules, nothing)


def test_protocol_minus_one_is_every_port_of_every_protocol() -> None:
    everyone = Sources(addresses=cidr(WORLD))
    expected = tuple(Door(p, 0, LAST_PORT, everyone) for p in ("icmp", "icmpv6", OTHER, "tcp", "udp"))
    assert doors(admit(WORLD)) == expected


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param([admit(WORLD, 22)], [admit("0.0.0.0/1", 22), admit("128.0.0.0/1", 22)], id="halves"),
        pytest.param([admit(WORLD, 0, 65535)], [admit(WORLD, 0, 99), admit(WORLD, 100, 65535)], id="runs of ports"),
        pytest.param([admit(WORLD)], [admit(WORLD), admit("10.0.0.0/8", 22), admit(WORLD, -1, -1, "47")], id="within"),
        pytest.param([admit(WORLD, -1, -1, "icmp")], [admit(WORLD, n, -1, "icmp") for n in range(256)], id="ICMP"),
        pytest.param([admit("10.0.0.0/8", 22)], [admit("10.1.2.3/8", 22)], id="a range written otherwise"),
    ],
)
def test_groups_that_admit_the_same_have_the_same_doors(one: list[AccessRule], other: list[AccessRule]) -> None:
    assert doors(*one) == doors(*other)


def test_a_door_names_groups_and_unread_lists_apart() -> None:
    [door] = doors(admit("sg-2", 22), admit("pl-1", 22), admit("10.0.0.0/8", 22), admit("sg-1", 22))
    assert door.sources == Sources(cidr("10.0.0.0/8"), ("sg-1", "sg-2"), ("pl-1",))


def test_a_list_of_nothing_opens_nothing() -> None:
    empty = network.doors((admit("pl-1", 22),), lambda id: Fact(Addresses(), "ec2:GetManagedPrefixListEntries"))
    assert empty == ()
    assert doors() == ()


def test_icmp_by_type_and_code() -> None:
    [ping] = doors(admit(WORLD, 8, 0, "icmp"))
    assert (ping.first, ping.last) == (8 * 256, 8 * 256)
    [all_codes] = doors(admit(WORLD, 8, -1, "icmp"))
    assert (all_codes.first, all_codes.last) == (8 * 256, 8 * 256 + 255)


RULES = st.builds(
    admit,
    st.sampled_from(["0.0.0.0/0", "0.0.0.0/1", "128.0.0.0/1", "4.0.0.0/7", "10.0.0.0/8", "203.0.113.0/24", "::/0"]),
    st.sampled_from([0, 20, 22, 3000]),
    st.sampled_from([22, 23, 3389, 65535]),
    st.sampled_from(["tcp", "udp", "-1", "47"]),
).filter(lambda rule: rule.first <= rule.last)
GROUPS = st.lists(RULES, max_size=6, unique_by=lambda rule: rule.key).map(tuple)
PROBES = tuple(
    product(
        ("tcp", "udp", "47", "icmp"),
        (0, 19, 20, 21, 22, 23, 24, 2999, 3000, 3389, 3390, 65535),
        ("4.0.0.1", "8.8.8.8", "10.0.0.1", "127.255.255.255", "128.0.0.1", "203.0.113.9", "2a00::1"),
    )
)


def let_in(rules: tuple[AccessRule, ...], protocol: str, port: int, address: str) -> bool:
    """Judge one packet by the text of AWS's guide, with no sets."""
    for rule in rules:
        if rule.protocol not in ("-1", protocol):
            continue
        if rule.protocol in ("tcp", "udp") and not rule.first <= port <= rule.last:
            continue
        if not cidr(address) - cidr(rule.source.name):
            return True
    return False


def through(found: tuple[Door, ...], protocol: str, port: int, address: str) -> bool:
    named = {door.protocol for door in found}
    protocol = protocol if protocol in named | {"tcp", "udp", "icmp"} else OTHER
    return any(
        door.protocol == protocol and door.first <= port <= door.last and not cidr(address) - door.sources.addresses
        for door in found
    )


@settings(max_examples=60, deadline=None)
@given(GROUPS)
def test_doors_let_in_what_the_rules_let_in(rules: tuple[AccessRule, ...]) -> None:
    found = doors(*rules)
    for protocol, port, address in PROBES:
        assert through(found, protocol, port, address) == let_in(rules, protocol, port, address)


def test_the_world_is_named_before_an_unread_list_matters() -> None:
    assert network.open_to_world((admit(WORLD, 22), admit("pl-1", 22)), nothing)
    assert not network.open_to_world((admit("sg-1", 22), admit("10.0.0.0/8", 22)), nothing)
    with pytest.raises(NotKnown):
        network.open_to_world((admit("pl-1", 22),), nothing)


def entry(number: int, action: str, source: str, first: int = -1, last: int = -1, protocol: str = "-1") -> AclEntry:
    return AclEntry(number=number, action=action, protocol=protocol, cidr=source, first=first, last=last)  # pyright: ignore[reportArgumentType] -- one of two words


def test_the_first_entry_that_matches_decides() -> None:
    office, world = cidr("203.0.113.0/24"), cidr(WORLD)
    entries = (
        entry(90, "allow", "203.0.113.0/24", 22, 22, "6"),
        entry(95, "deny", WORLD, 22, 22, "6"),
        entry(100, "allow", WORLD),
    )
    assert network.crossing(entries, "tcp", 22) == office
    assert network.crossing(entries, "tcp", 23) == world
    assert network.crossing(entries, "udp", 22) == world
    assert network.crossing((), "tcp", 22) == Addresses()
    assert [each.number for each, _ in network.let_through(entries, "tcp", 22)] == [90]


def test_a_range_covers_another_of_its_own_family() -> None:
    assert network.covers(cidr("10.0.0.0/8"), ["10.1.0.0/16", "2001:db8::/56"])
    assert not network.covers(cidr("10.1.0.0/17"), ["10.1.0.0/16"])
    assert not network.covers(cidr("10.0.0.0/8"), ["2001:db8::/56"])
    assert not network.covers(cidr("10.0.0.0/8"), [])


def test_a_list_is_what_stands_in_it() -> None:
    about, listed = group(admit("pl-1", 22)), ranges("10.0.0.0/8", "192.168.0.0/16")
    look = network.prefix_lists(about, estate(about, listed))
    assert look("pl-1").value == cidrs(["10.0.0.0/8", "192.168.0.0/16"])
    assert look("pl-9").unread
    assert network.prefix_lists(about, estate(about, ranges(unread=DENIED)))("pl-1").unread == DENIED
    assert network.prefix_lists(about, estate(about, unread=(PrefixList,)))("pl-1").unread == DENIED
    assert not network.prefix_lists(about, estate(about, listed, unread=(PrefixList,)))("pl-1").unread


def test_each_port_has_one_name_and_one_kind_of_harm() -> None:
    ports = [(service.protocol, service.port) for table in (LOGIN, DATA, CONTROL, FILES) for service in table]
    assert len(ports) == len(set(ports))
    assert str(Service(53, "DNS", "udp")) == "DNS (UDP port 53)"
