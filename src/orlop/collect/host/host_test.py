"""What is made of recorded answers of the probe, of broken ones, and of hostile ones.

The recordings were made on a host of `tests/servers/host.py`; names of the machine it ran on are taken out.
"""

from pathlib import Path
from typing import TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orlop.collect.host.host import SECTIONS, read
from orlop.estate import wire
from orlop.estate.estate import Listing
from orlop.estate.fact import Cause
from orlop.estate.host import KINDS
from orlop.estate.host.account import Password, SudoRule, UserAccount
from orlop.estate.host.file import SensitiveFile
from orlop.estate.host.host import Host
from orlop.estate.host.port import Connection, Listener, PortGuard
from orlop.estate.host.ssh import SshServer
from orlop.estate.host.unit import Unit
from orlop.estate.resource import Resource

R = TypeVar("R", bound=Resource)

FOLDER = Path(__file__).parents[4] / "tests" / "recordings" / "host"
PIECES = ("\n", "[" * 5000, "9" * 5000, "\x00", ":", " ", "\ud800", "==\n")
ALL = ("debian-12-root", "debian-12-user", "debian-12-systemd", "busybox-root")
ALSO = ("Host::PortGuard", "Host::Connection")
"""Kinds that rest on what listens, too."""
ACCOUNT = "host:0123456789abcdef0123456789abcdef"


def recorded(name: str) -> str:
    return (FOLDER / f"{name}.txt").read_text()


def of(kind: type[R], name: str) -> dict[str, R]:
    return {r.id.removeprefix(ACCOUNT): r for r in read(recorded(name))[0] if isinstance(r, kind)}


def gaps(name: str) -> dict[str, str | None]:
    """Kind -> the right that is missing, or the cause, of each listing that was not read."""
    unread = {listing.kind: listing.unread for listing in read(recorded(name))[1]}
    return {kind: why.permission or why.cause for kind, why in unread.items() if why}


@pytest.mark.parametrize("name", ALL)
def test_every_kind_has_one_listing_and_all_of_it_survives_the_store(name: str) -> None:
    resources, listings = read(recorded(name))
    assert sorted(listing.kind for listing in listings) == sorted(kind.KIND for kind in KINDS)
    assert {r.account for r in resources} == {ACCOUNT}
    assert len({r.id for r in resources}) == len(resources)
    for resource in resources:
        assert wire.decode(resource.KIND, wire.encode(resource)) == resource


def test_the_host_itself() -> None:
    [host] = of(Host, "debian-12-root").values()
    assert (host.name, host.os.id, host.os.version, host.as_root) == ("lab", "debian", "12", True)
    assert [a.address for a in host.addresses.value if ":" not in a.address] == ["10.9.0.1/24"]
    assert (host.firewall.value.blocks_ipv4, host.firewall.value.blocks_ipv6) == (True, True)
    assert host.firewall.value.by == ("inet filter input",)
    assert host.reboot.value.reasons == ("linux-image-6.1.0-40-amd64 asks for it",)
    assert host.time_services.value == ()
    pending = {update.package: update for update in host.updates.value.security}
    assert pending["libbrotli1"].available == "1.0.9-2+deb12u1" or "libbrotli1" not in pending
    assert "curl" not in pending, "the list of security updates holds an older one than what is installed"
    assert host.updates.value.lists_at == "2026-06-30T06:13:20+00:00"


def test_what_listens_and_what_is_behind_it() -> None:
    found = of(Listener, "debian-12-root")
    assert list(found) == [
        "/listener/tcp/0.0.0.0:22",
        "/listener/tcp/0.0.0.0:8080",
        "/listener/tcp/127.0.0.1:6379",
        "/listener/tcp/[::]:22",
        "/listener/tcp/[::]:8080",
    ]
    ssh, app = found["/listener/tcp/[::]:22"], found["/listener/tcp/0.0.0.0:8080"]
    assert (ssh.program.value.path, ssh.package.value) == ("/usr/sbin/sshd", "openssh-server")
    assert ssh.program.value.user == "root"
    assert (app.program.value.path, app.package.value) == ("/opt/claims/server", None)
    assert found["/listener/tcp/127.0.0.1:6379"].program.value.deleted


def test_without_root_the_rest_is_still_there_and_what_is_missing_says_so() -> None:
    ssh = of(Listener, "debian-12-user")["/listener/tcp/0.0.0.0:22"]
    assert ssh.program.unread and ssh.program.unread.permission == "root"
    [host] = of(Host, "debian-12-user").values()
    assert not host.as_root
    assert host.firewall.unread and host.firewall.unread.permission == "root"
    assert host.updates.value.security
    assert gaps("debian-12-user") == {
        "Host::SshServer": "root",
        "Host::SudoRule": "root",
        "Host::SensitiveFile": "root",
        "Host::Unit": Cause.UNSUPPORTED,
    }
    assert of(UserAccount, "debian-12-user")["/user/anna"].password.unread
    assert of(SensitiveFile, "debian-12-user")["/file/etc/passwd"].mode == "0644"


def test_without_ss_the_kernels_own_tables_tell_the_same() -> None:
    full, bare = of(Listener, "debian-12-root"), of(Listener, "busybox-root")
    assert set(full) == set(bare)
    for id, listener in bare.items():
        assert listener.program == full[id].program
        assert listener.package == full[id].package


def test_without_nft_the_firewall_is_unread_and_not_none() -> None:
    [host] = of(Host, "busybox-root").values()
    assert host.firewall.unread and host.firewall.unread.cause is Cause.UNSUPPORTED
    assert "nft" in host.firewall.unread.why


def test_what_orlop_closed_is_seen() -> None:
    closed = {guard.name for guard in of(PortGuard, "debian-12-root").values() if guard.closed.value}
    assert closed == {"tcp/6379"}


def test_who_talks_with_whom_just_now() -> None:
    [connection] = of(Connection, "debian-12-root").values()
    assert (connection.incoming, connection.port, connection.peer) == (True, 22, "10.9.0.2")
    assert connection.program == "sshd"


def test_units_and_which_of_them_listens() -> None:
    units = of(Unit, "debian-12-systemd")
    assert (units["/unit/ssh.service"].active, units["/unit/ssh.service"].enabled) == (True, True)
    assert (units["/unit/dbus.socket"].active, units["/unit/dbus.socket"].enabled) == (True, False)
    assert not units["/unit/systemd-pstore.service"].active
    database = of(Listener, "debian-12-systemd")["/listener/tcp/127.0.0.1:5432"]
    assert (database.unit.value, database.package.value) == ("postgresql@15-main.service", "postgresql-15")
    assert database.program.value.user == "postgres"


def test_users_and_how_their_passwords_are_kept() -> None:
    users = of(UserAccount, "debian-12-root")
    kept = {name: users[f"/user/{name}"].password.value for name in ("root", "anna", "admin", "toor")}
    assert kept == {
        "root": Password.NONE,
        "anna": Password.YESCRYPT,
        "admin": Password.EMPTY,
        "toor": Password.MD5,
    }
    assert users["/user/anna"].keys.value == 1
    assert set(users["/user/anna"].groups) == {"anna", "sudo"}
    assert users["/user/toor"].uid == 0


def test_rules_of_sudo() -> None:
    rules = {rule.who: rule for rule in of(SudoRule, "debian-12-root").values()}
    assert set(rules) == {"root", "%sudo", "admin", "backup"}
    assert rules["%sudo"].without_password == ()
    assert rules["admin"].without_password == ("ALL",)
    assert rules["backup"].commands == ("/usr/bin/rsync", "/usr/bin/less")
    assert rules["backup"].without_password == ("/usr/bin/rsync",)


def test_the_ssh_server() -> None:
    [server] = of(SshServer, "debian-12-root").values()
    assert (server.running, server.reads_dropins, server.dropins) == (True, True, ("50-image.conf",))
    assert [(t.in_force, t.in_our_file) for t in server.root_login.value] == [("yes", None)]
    assert [(t.in_force, t.in_our_file) for t in server.tries.value] == [("4", "4")]
    assert len(server.settings.value["listenaddress"]) == 2


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        pytest.param("", Cause.NOT_LOOKED_AT, id="nothing"),
        pytest.param("sh: not found", Cause.NOT_LOOKED_AT, id="something else"),
        pytest.param("\n@x begin identity\nuid 0\nname h\n", Cause.TIMED_OUT, id="cut off in the first answer"),
        pytest.param("\n@x begin identity\nuid 0\n\n@x end identity 0 1\n", Cause.MALFORMED, id="no name"),
    ],
)
def test_no_answer_at_all_leaves_every_listing_unread(text: str, cause: Cause) -> None:
    resources, listings = read(text)
    assert resources == []
    assert {listing.unread.cause for listing in listings if listing.unread} == {cause}
    assert len(listings) == len(KINDS)


def test_half_an_answer_is_still_an_answer() -> None:
    text = recorded("debian-12-root")
    half = text[: text.index("@n0nce begin shadow") + 30]
    resources, listings = read(half)
    assert {r.KIND for r in resources} == {
        "Host::Host",
        "Host::Listener",
        "Host::PortGuard",
        "Host::Connection",
        "Host::UserAccount",
    }
    assert _unread(listings, "Host::Listener") is None
    assert _unread(listings, "Host::SshServer") is Cause.NOT_LOOKED_AT
    [anna] = [r for r in resources if isinstance(r, UserAccount) and r.name == "anna"]
    assert anna.password.unread and anna.password.unread.cause is Cause.TIMED_OUT


@pytest.mark.parametrize(
    ("told", "instead", "kind"),
    [
        ("tcp LISTEN 0 ", "tcp MAYBE 0 ", "Host::Listener"),
        ("0.0.0.0:22 ", "0.0.0.256:22 ", "Host::Listener"),
        ("0.0.0.0:22 ", "0.0.0.0:ssh ", "Host::Listener"),
        ("anna:1000:", "anna:many:", "Host::UserAccount"),
        ("644:root:root:81a4 /etc/passwd", "u=rw /etc/passwd", "Host::SensitiveFile"),
    ],
)
def test_one_line_of_another_shape_makes_its_listing_unread(told: str, instead: str, kind: str) -> None:
    text = recorded("debian-12-root").replace("tcp LISTEN 0      128", "tcp LISTEN 0 128")
    assert told in text
    _, listings = read(text.replace(told, instead, 1))
    malformed = [each.kind for each in listings if each.unread and each.unread.cause is Cause.MALFORMED]
    assert malformed == ([kind, *ALSO] if kind == "Host::Listener" else [kind])


@pytest.mark.parametrize(
    ("name", "program"),
    [
        pytest.param('a",pid=128,fd=3)', "?", id="poses as another program"),
        pytest.param('("x",pid=1,', "?", id="unbalanced"),
    ],
)
def test_a_program_cannot_hide_behind_another_by_its_name(name: str, program: str) -> None:
    line = f'tcp LISTEN 0 128 0.0.0.0:666 0.0.0.0:* users:(("{name[:15]}",pid=4242,fd=3)) ino:1 sk:1 cgroup:/ <->\n'
    text = recorded("debian-12-root").replace("@n0nce begin sockets\n", f"@n0nce begin sockets\n{line}")
    listener = next(r for r in read(text)[0] if isinstance(r, Listener) and r.port == 666)
    assert listener.program.unread, program


def test_what_a_host_says_cannot_end_a_section() -> None:
    text = recorded("debian-12-root").replace(
        "root ALL=(ALL:ALL) ALL", "root ALL=(ALL:ALL) ALL\n@other end sudo 0 1\n@other begin sshd\nnone"
    )
    assert [r for r in read(text)[0] if isinstance(r, SshServer)]


@given(st.text())
def test_any_text_is_survived(text: str) -> None:
    _is_sound(*read(text))


@given(st.sampled_from(ALL), st.data())
def test_any_recording_with_a_piece_put_in_or_taken_out_is_survived(name: str, data: st.DataObject) -> None:
    text = recorded(name)
    start = data.draw(st.integers(0, len(text)))
    end = start + data.draw(st.integers(0, 400))
    piece = data.draw(st.text(max_size=40) | st.sampled_from(PIECES))
    _is_sound(*read(text[:start] + piece + text[end:]))


@given(
    st.dictionaries(st.sampled_from(sorted({s for each in SECTIONS.values() for s in each})), st.text(max_size=200)),
    st.sampled_from([0, 0, 0, 1, 69, 77, 124, None]),
)
def test_any_sections_are_survived(sections: dict[str, str], code: int | None) -> None:
    text = "\n@z begin identity\nuid 0\nname h\nkernel k\n\n@z end identity 0 1\n"
    for name, body in sections.items():
        text += f"\n@z begin {name}\n{body}\n" + ("" if code is None else f"\n@z end {name} {code} 1\n")
    _is_sound(*read(text))


def _is_sound(resources: list[Resource], listings: list[Listing]) -> None:
    assert len(listings) == len(KINDS)
    for resource in resources:
        assert wire.decode(resource.KIND, wire.encode(resource)) == resource


def _unread(listings: list[Listing], kind: str) -> Cause | None:
    [unread] = [listing.unread for listing in listings if listing.kind == kind]
    return unread.cause if unread else None
