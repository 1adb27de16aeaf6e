"""Hosts over SSH: real servers, and such as hang, lie, or send without end."""

import os
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from orlop.collect.host.host import read
from orlop.collect.host.ssh.fleet import Answered, Limits, ask_all
from orlop.collect.host.ssh.keys import KnownHosts
from orlop.collect.host.ssh.where import Where
from orlop.errors import BadInput, CannotReach, NoAccess
from orlop.estate.host.host import Host
from orlop.operations import reading
from orlop.operations.settings import Settings
from orlop.operations.targets import target
from tests.servers.sshd import Sshd, free_port, sshd

QUICK = Limits(at_once=20, login=5, whole=8)
ME = os.environ.get("USER") or "root"

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="needs root: sshd with a login of one's own")


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Sshd]:
    with sshd(tmp_path / "server") as started:
        yield started


@pytest.fixture
def known(tmp_path: Path) -> KnownHosts:
    return KnownHosts(tmp_path / "known_hosts", ())


def at(server: Sshd) -> Where:
    return Where(host="127.0.0.1", port=server.port, user="root", key=str(server.key))


def asked(*places: Where, known: KnownHosts, limits: Limits = QUICK) -> list[Answered]:
    return list(ask_all(places, known, limits, sections=("identity",)))


def test_a_host_answers_as_this_machine_does(server: Sshd, known: KnownHosts) -> None:
    [answered] = asked(at(server), known=known)
    assert answered.failure is None
    [host] = [each for each in read(answered.text)[0] if isinstance(each, Host)]
    assert host.name == os.uname().nodename


def test_a_host_that_is_seen_first_is_shown_and_kept(server: Sshd, known: KnownHosts, tmp_path: Path) -> None:
    asked(at(server), known=known)
    [seen] = known.seen
    assert (seen.host, seen.port, seen.kind) == ("127.0.0.1", server.port, "ssh-ed25519")
    assert seen.fingerprint.startswith("SHA256:")
    assert server.host_key.split()[1] in (tmp_path / "known_hosts").read_text()
    again = KnownHosts(tmp_path / "known_hosts", ())
    assert asked(at(server), known=again)[0].failure is None
    assert again.seen == []


def test_another_key_than_the_known_one_is_refused(server: Sshd, known: KnownHosts, tmp_path: Path) -> None:
    asked(at(server), known=known)
    with sshd(tmp_path / "impostor") as impostor:
        name = f"[127.0.0.1]:{impostor.port}"
        (tmp_path / "known_hosts").write_text(f"{name} {server.host_key}\n")
        [answered] = asked(at(impostor), known=KnownHosts(tmp_path / "known_hosts", ()))
    assert isinstance(answered.failure, NoAccess)
    assert "another key than the one that is known" in str(answered.failure)


def test_a_strict_reader_refuses_whom_nobody_knows(server: Sshd, tmp_path: Path) -> None:
    [answered] = asked(at(server), known=KnownHosts(tmp_path / "known_hosts", (), strict=True))
    assert isinstance(answered.failure, NoAccess)
    assert not (tmp_path / "known_hosts").exists()


def test_a_login_that_is_refused_says_whose(server: Sshd, known: KnownHosts) -> None:
    [answered] = asked(replace(at(server), user="nobody"), known=known)
    assert isinstance(answered.failure, NoAccess)
    assert "refused the login of nobody" in str(answered.failure)


def silent() -> socket.socket:
    return socket.create_server(("127.0.0.1", 0))


def test_what_hangs_answers_nothing_or_sends_without_end_costs_only_its_own_line(
    server: Sshd, known: KnownHosts, tmp_path: Path
) -> None:
    with ExitStack() as stack:
        mute = stack.enter_context(silent())
        endless = stack.enter_context(sshd(tmp_path / "endless", forced="yes"))
        gibberish = stack.enter_context(sshd(tmp_path / "gibberish", forced="echo hello"))
        hanging = stack.enter_context(sshd(tmp_path / "hanging", forced="sleep 60"))
        places = {
            "good": at(server),
            "mute": Where(host="127.0.0.1", port=mute.getsockname()[1]),
            "closed": Where(host="127.0.0.1", port=free_port()),
            "unknown": Where(host="no-such-host.invalid"),
            "endless": at(endless),
            "gibberish": at(gibberish),
            "hanging": at(hanging),
        }
        found = {answered.where: answered for answered in asked(*places.values(), known=known)}
    assert len(found) == len(places)
    said = {name: str(found[where].failure) for name, where in places.items() if found[where].failure}
    assert set(said) == set(places) - {"good"}
    assert all(isinstance(found[places[name]].failure, CannotReach) for name in said)
    assert "did not answer" in said["mute"]
    assert "did not answer" in said["hanging"]
    assert "gave no answer to the probe: it said 'hello'" in said["gibberish"]
    assert "cannot be reached" in said["closed"]


def test_many_at_once(server: Sshd, known: KnownHosts) -> None:
    places = [replace(at(server), name=str(number)) for number in range(12)]
    found = asked(*places, known=known, limits=Limits(at_once=4))
    assert sorted(int(each.where.name) for each in found) == list(range(12))
    assert all(each.failure is None for each in found)
    assert len(known.seen) == 1


def test_a_way_through_another_host(server: Sshd, known: KnownHosts, tmp_path: Path) -> None:
    with sshd(tmp_path / "inner") as inner:
        (inner.folder / "authorized").write_text((server.folder / "user_key.pub").read_text())
        through = f"root@127.0.0.1:{server.port}"
        [answered] = asked(replace(at(server), port=inner.port, jump=through), known=known)
    assert answered.failure is None
    assert {seen.port for seen in known.seen} == {server.port, inner.port}


def listed(tmp_path: Path, *lines: str) -> str:
    (tmp_path / "hosts").write_text("\n".join(lines) + "\n")
    return f"inventory://{tmp_path / 'hosts'}"


def test_an_inventory_is_inspected_and_who_does_not_answer_is_named(server: Sshd, tmp_path: Path) -> None:
    good = f"good ansible_host=127.0.0.1 ansible_port={server.port} ansible_user=root "
    good += f"ansible_ssh_private_key_file={server.key}"
    closed = f"closed ansible_host=127.0.0.1 ansible_port={free_port()}"
    settings = Settings(store=tmp_path / "store", hosts_at_once=2)
    seen = reading.read([target(listed(tmp_path, good, closed))], settings, at="2026-07-01T12:00:00Z", record=tmp_path)
    assert [each.kind for each in seen.targets] == ["host"]
    assert seen.targets[0].label.endswith(os.uname().nodename)
    assert any("Seen for the first time: 127.0.0.1" in note and "SHA256:" in note for note in seen.notes)
    assert any(note.startswith("Not inspected: ") and "cannot be reached" in note for note in seen.notes)
    unread = [listing for listing in seen.estate.listings if listing.source == "ssh"]
    assert len(unread) == 1
    assert unread[0].unread
    again = reading.read([target(f"recorded://{tmp_path}")], settings, at="2026-07-01T12:00:00Z")
    assert {each.id for each in again.estate.each(Host)} == {each.id for each in seen.estate.each(Host)}


def test_one_host_that_does_not_answer_is_an_error(tmp_path: Path) -> None:
    settings = Settings(store=tmp_path / "store")
    with pytest.raises(CannotReach, match="cannot be reached"):
        reading.read([target(f"ssh://127.0.0.1:{free_port()}")], settings, at="2026-07-01T12:00:00Z")
    with pytest.raises(BadInput, match="names no host"):
        target("ssh://-oProxyCommand=evil")
