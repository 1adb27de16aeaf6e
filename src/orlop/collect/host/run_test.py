import os
import shutil

import pytest

from orlop.collect.host.host import read
from orlop.collect.host.local import LocalShell, reread
from orlop.collect.host.run import Hand, ask
from orlop.errors import CannotReach, FixRefused
from orlop.estate.estate import Listing
from orlop.estate.host.host import Host
from orlop.estate.host.kernel import Kernel


def telling(script: str) -> tuple[str, ...]:
    """A way to a "host" that runs this script whatever it is asked."""
    return ("sh", "-c", script, "host")


@pytest.mark.parametrize("shell", [("sh",), ("dash",), ("bash",), ("busybox", "ash")], ids=lambda shell: shell[-1])
def test_this_machine_answers_in_every_shell(shell: tuple[str, ...]) -> None:
    if not shutil.which(shell[0]):
        pytest.skip(f"{shell[0]} is not installed")
    resources, listings = read(ask(shell))
    assert [r.name for r in resources if isinstance(r, Host)] == [os.uname().nodename]
    assert [r for r in resources if isinstance(r, Kernel)]
    assert unread(listings, Host.KIND) is None


def test_only_the_sections_that_are_asked_for_are_read() -> None:
    resources, _ = read(ask(sections=("identity", "sysctl")))
    assert {r.KIND for r in resources} == {Host.KIND, Kernel.KIND}


def test_an_answer_that_hangs_is_used_as_far_as_it_came() -> None:
    begun = r"printf '@a begin identity\nuid 0\nname h\nkernel k\n\n@a end identity 0 1\n@a begin sudo\n'; sleep 100"
    resources, listings = read(ask(telling(begun), timeout=0.5))
    assert [r.name for r in resources] == ["h"]
    assert unread(listings, "Host::SudoRule") == "the answer broke off in the middle"


@pytest.mark.parametrize(
    "way",
    [
        pytest.param(telling("echo no such command >&2; exit 127"), id="nothing but a complaint"),
        pytest.param(telling("exec sleep 100"), id="nothing at all"),
        pytest.param(("/nonexistent/shell",), id="no shell"),
    ],
)
def test_no_answer_is_an_error(way: tuple[str, ...]) -> None:
    with pytest.raises(CannotReach):
        ask(way, timeout=0.5)


def test_one_resource_read_anew_is_the_one_that_was_read() -> None:
    [kernel] = [r for r in read(ask())[0] if isinstance(r, Kernel)]
    assert reread(Kernel.KIND, kernel.id) == kernel


def test_what_is_no_longer_there_is_gone_but_another_machines_is_out_of_reach() -> None:
    [host] = [r for r in read(ask(sections=("identity",)))[0] if isinstance(r, Host)]
    assert reread("Host::UserAccount", f"{host.id}/user/nobody-of-this-name") is None
    with pytest.raises(CannotReach, match="another machine"):
        reread(Kernel.KIND, "host:ffffffffffffffffffffffffffffffff/kernel")


def test_a_hand_hands_over_and_tells_what_went_wrong() -> None:
    assert Hand().run("cat", stdin=b"told") == "told"
    with pytest.raises(FixRefused, match="it does not fit"):
        Hand().run("echo it does not fit >&2; exit 3")
    with pytest.raises(FixRefused, match="did not finish"):
        Hand(timeout=0.5).run("sleep 100")


def test_a_hand_on_this_machine_needs_root() -> None:
    if os.geteuid() == 0:
        assert LocalShell().run("id -u") == "0\n"
        return
    with pytest.raises(FixRefused, match="root"):
        LocalShell().run("true")


def unread(listings: list[Listing], kind: str) -> str | None:
    [why] = [listing.unread for listing in listings if listing.kind == kind]
    return why.why if why else None
