import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orlop.reason.addresses import (
    EVERYTHING,
    INTERNET,
    NONE,
    WORLD,
    Addresses,
    cidr,
    cidrs,
    common,
    count,
    share,
    united,
    without,
)

spans = st.lists(
    st.tuples(st.integers(0, 40), st.integers(0, 12)).map(lambda pair: (pair[0], pair[0] + pair[1])), max_size=6
)


def members(parts: object) -> set[int]:
    return {n for first, last in parts for n in range(first, last + 1)}  # pyright: ignore -- pairs of numbers


@given(spans, spans)
def test_sets_of_ranges_are_sets(one: list[tuple[int, int]], other: list[tuple[int, int]]) -> None:
    a, b = united(one), united(other)
    assert members(a) == members(one)
    assert members(common(a, b)) == members(a) & members(b)
    assert members(without(a, b)) == members(a) - members(b)
    assert count(a) == len(members(a))


@given(spans, spans)
def test_equal_sets_are_equal_values(one: list[tuple[int, int]], other: list[tuple[int, int]]) -> None:
    a, b = united(one), united(other)
    for made in (a, common(a, b), without(a, b)):
        assert made == united((n, n) for n in members(made))
    assert united(a + b) == united(b + a)


def test_ranges_of_both_families() -> None:
    both = cidrs(["10.0.0.0/8", "2001:db8::/32"])
    assert both - cidr("10.0.0.0/8") == cidr("2001:db8::/32")
    assert both & EVERYTHING == both
    assert cidr("10.1.2.3/8") == cidr("10.0.0.0/8")
    assert not both - both
    assert both - both == NONE


@pytest.mark.parametrize(
    ("ranges", "low", "high"),
    [
        pytest.param(["0.0.0.0/0"], 1, 1, id="all of v4"),
        pytest.param(["::/0"], 1, 1, id="all of v6"),
        pytest.param(["2000::/3"], 1, 1, id="all of v6 that is in use"),
        pytest.param(["0.0.0.0/1"], 0.5, 0.6, id="one half"),
        pytest.param(["128.0.0.0/1"], 0.4, 0.5, id="the other half"),
        pytest.param(["0.0.0.0/1", "128.0.0.0/1"], 1, 1, id="both"),
        pytest.param(["2a00::/12"], 0.05, 0.2, id="a continent"),
        pytest.param(["4.0.0.0/6"], WORLD, 0.02, id="the narrowest range that is the world"),
        pytest.param(["4.0.0.0/7"], 0.008, WORLD, id="just no longer"),
        pytest.param(["10.0.0.0/8", "192.168.0.0/16", "127.0.0.0/8", "fc00::/7", "224.0.0.0/4"], 0, 0, id="nobody's"),
        pytest.param(["8000::/1"], 0, 0, id="where nobody is"),
        pytest.param([], 0, 0, id="nothing"),
    ],
)
def test_share_of_the_internet(ranges: list[str], low: float, high: float) -> None:
    assert low <= share(cidrs(ranges)) <= high


@given(st.ip_addresses(v=4))
def test_what_is_on_the_internet_is_what_python_calls_global(address: ipaddress.IPv4Address) -> None:
    one = cidr(str(address))
    assert bool(one & INTERNET) == (address.is_global and not address.is_multicast) or _special(address)


def _special(address: ipaddress.IPv4Address) -> bool:
    """A few ranges on which Python's versions do not agree."""
    return any(address in ipaddress.ip_network(text) for text in ("192.0.0.0/24", "100.64.0.0/10"))


def test_an_empty_set_is_false() -> None:
    assert not Addresses()
    assert cidr("10.0.0.0/32")
