import pytest
from tests.cases import verdict
from tests.hosts import HOST, NOT_ROOT, host, kernel

from orlop.estate.change import Change
from orlop.estate.fact import Unread
from orlop.estate.host.host import Address
from orlop.estate.host.kernel import Kernel
from orlop.rules.host import kernel as rules
from orlop.rules.rule import AnyRule, Fail, Pass, Severity, Unknown, Verdict


@pytest.mark.parametrize(
    ("rule", "about", "expected"),
    [
        (rules.guessable_addresses, kernel("random_addresses", "2"), Pass),
        (rules.guessable_addresses, kernel("random_addresses", "1"), Fail),
        (rules.guessable_addresses, kernel("random_addresses", "0"), Fail),
        (rules.guessable_addresses, kernel("random_addresses", NOT_ROOT), Unknown),
        (rules.programs_look_into_others, kernel("looking_into_programs", "1"), Pass),
        (rules.programs_look_into_others, kernel("looking_into_programs", "3"), Pass),
        (rules.programs_look_into_others, kernel("looking_into_programs", "0"), Fail),
        (rules.programs_look_into_others, kernel("looking_into_programs"), Fail),
        (rules.programs_look_into_others, kernel("looking_into_programs", NOT_ROOT), Unknown),
        (rules.kernel_tells_secrets, kernel("kernel_secrets", "2", "1"), Pass),
        (rules.kernel_tells_secrets, kernel("kernel_secrets", "1", "0"), Fail),
        (rules.kernel_tells_secrets, kernel("kernel_secrets", NOT_ROOT), Unknown),
        (rules.links_not_guarded, kernel("links", "1", "1", "1", "2"), Pass),
        (rules.links_not_guarded, kernel("links", "0", "1", "1", "1"), Fail),
        (rules.links_not_guarded, kernel("links", NOT_ROOT), Unknown),
        (rules.privileged_dumps, kernel("dumps", "0"), Pass),
        (rules.privileged_dumps, kernel("dumps", "1"), Fail),
        (rules.privileged_dumps, kernel("dumps", NOT_ROOT), Unknown),
        (rules.routes_can_be_bent, kernel("routes", "0", "0", "0", "0"), Pass),
        (rules.routes_can_be_bent, kernel("routes", "0", "0", "-1", "-1"), Pass),
        (rules.routes_can_be_bent, kernel("routes", "0", "1", "0", "0"), Fail),
        (rules.routes_can_be_bent, kernel("routes", NOT_ROOT), Unknown),
    ],
)
def test_switches(rule: AnyRule, about: Kernel, expected: type[Verdict]) -> None:
    assert isinstance(verdict(rule, about), expected)


@pytest.mark.parametrize(
    ("values", "addresses", "expected"),
    [
        pytest.param(("0", "0"), NOT_ROOT, Pass, id="off: the interfaces do not matter"),
        pytest.param(("1", "0"), ("eth0",), Fail, id="on, without a reason"),
        pytest.param(("0", "1"), ("eth0",), Fail, id="on for IPv6"),
        pytest.param(("1", "0"), ("eth0", "docker0"), Pass, id="containers need it"),
        pytest.param(("1", "0"), ("eth0", "wg0"), Pass, id="a VPN needs it"),
        pytest.param(("1", "0"), NOT_ROOT, Unknown, id="interfaces not read"),
        pytest.param((NOT_ROOT,), ("eth0",), Unknown, id="not read"),
    ],
)
def test_passes_on_traffic(
    values: tuple[str | Unread, ...], addresses: tuple[str, ...] | Unread, expected: type[Verdict]
) -> None:
    shown = addresses if isinstance(addresses, Unread) else tuple(_at(name) for name in addresses)
    said = verdict(rules.passes_on_traffic, kernel("forwarding", *values), host(addresses=shown))
    assert isinstance(said, expected)


def test_dumps_that_only_root_can_read_are_milder() -> None:
    said = verdict(rules.privileged_dumps, kernel("dumps", "2"))
    assert isinstance(said, Fail)
    assert said.severity is Severity.LOW


def test_changes_only_what_is_wrong() -> None:
    said = verdict(rules.links_not_guarded, kernel("links", "1", "0", "1", "0"))
    assert isinstance(said, Fail)
    assert isinstance(said.fix, Change)
    assert said.fix.target == f"{HOST}/kernel"
    assert [(t.in_force, t.in_our_file) for t in said.fix.becomes] == [("1", None), ("1", "1"), ("1", None), ("2", "2")]


def _at(name: str) -> Address:
    return Address(interface=name, address="10.0.0.5/24")
