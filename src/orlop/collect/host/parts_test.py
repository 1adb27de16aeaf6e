"""The parsers of single sections, on what real programs of other systems say."""

import shutil
import subprocess

import pytest

from orlop.collect.host import accounts, firewall, identity, settings, sockets, updates
from orlop.collect.host.sections import Gap

PAIRS = [
    ("1.0", "1.0~rc1"),
    ("1.0+b1", "1.0"),
    ("1:0.9", "2.0"),
    ("2.0-1", "2.0~beta-9"),
    ("1.10", "1.9"),
    ("1.0a", "1.0"),
    ("1.0-1+deb12u2", "1.0-1+deb12u1"),
    ("9.2p1-2+deb12u10", "9.2p1-2+deb12u3"),
    ("20250419~deb12u2", "20230311+deb12u1"),
    ("1.0.0", "1.0"),
    ("1.0-10", "1.0-9"),
    ("7.88.1-10+deb12u14", "7.88.1-10+deb12u5"),
]


@pytest.mark.parametrize(("newer", "older"), PAIRS)
def test_versions_compare_as_dpkg_compares_them(newer: str, older: str) -> None:
    assert updates.newer(newer, older)
    assert not updates.newer(older, newer)
    if shutil.which("dpkg"):
        assert subprocess.run(["dpkg", "--compare-versions", newer, "gt", older]).returncode == 0


@pytest.mark.parametrize(("left", "right"), [("1.0", "1.0"), ("1.0-0", "1.0"), ("0:1.0", "1.0"), ("1.00", "1.0")])
def test_versions_that_are_the_same(left: str, right: str) -> None:
    assert not updates.newer(left, right)
    assert not updates.newer(right, left)


def test_of_several_lists_the_newest_version_counts() -> None:
    said = updates.updates(
        ["lists 1782800000", "security s", "==", "a amd64 1.0 1.1", "a amd64 1.0 1.2", "a amd64 1.0 0.9", "b all 2 1"]
    )
    assert [(u.package, u.available) for u in said.security] == [("a", "1.2")]


def test_without_lists_nothing_is_said_about_updates() -> None:
    with pytest.raises(Gap, match="no package lists"):
        updates.updates(["lists no"])


@pytest.mark.parametrize(
    ("line", "key"),
    [
        ("tcp LISTEN 0 128 *:80 *:*", "tcp/[::]:80"),
        ("tcp LISTEN 0 128 [::]:80 [::]:*", "tcp/[::]:80"),
        ("udp UNCONN 0 0 127.0.0.53%lo:53 0.0.0.0:*", "udp/127.0.0.53%lo:53"),
        ("udp UNCONN 0 0 [fe80::1]%eth0:546 [::]:*", "udp/[fe80::1%eth0]:546"),
        ("tcp LISTEN 0 128 [::ffff:127.0.0.1]:8005 *:*", "tcp/127.0.0.1:8005"),
    ],
)
def test_addresses_as_ss_writes_them(line: str, key: str) -> None:
    assert [socket.key for socket in sockets.listening([line])] == [key]


def test_the_unit_is_told_without_root() -> None:
    line = (
        'tcp LISTEN 0 511 0.0.0.0:80 0.0.0.0:* users:(("nginx",pid=9,fd=6),("nginx",pid=8,fd=6)) '
        "ino:7 sk:1 cgroup:/system.slice/nginx.service <->"
    )
    [socket] = sockets.listening([line])
    assert (socket.unit, socket.pids) == ("nginx.service", (8, 9))


@pytest.mark.parametrize(
    ("name", "pid"),
    [("nginx", 777), ('a",pid=1,fd=3)', 777), ('"', 777), ("", 777)],
)
def test_only_the_kernel_says_which_process_it_is(name: str, pid: int) -> None:
    [socket] = sockets.listening([f'tcp LISTEN 0 1 0.0.0.0:1 0.0.0.0:* users:(("{name}",pid={pid},fd=3)) ino:1'])
    assert socket.pids == (pid,)


@pytest.mark.parametrize(
    ("text", "commands", "free"),
    [
        ("anna ALL=(ALL) NOPASSWD: ALL", ("ALL",), ("ALL",)),
        ("anna ALL = NOPASSWD: /a, /b, PASSWD: /c", ("/a", "/b", "/c"), ("/a", "/b")),
        ("anna ALL=(root) SETENV: NOPASSWD: /a -x\\,y", ("/a -x\\,y",), ("/a -x\\,y",)),
        ("Defaults:anna !authenticate", ("ALL",), ("ALL",)),
        ("%ops ALL=(ALL:ALL) ALL # all of us", ("ALL",), ()),
    ],
)
def test_rules_of_sudo(text: str, commands: tuple[str, ...], free: tuple[str, ...]) -> None:
    [rule] = accounts.sudo(["== /etc/sudoers", text])
    assert (rule.commands, rule.without_password) == (commands, free)


@pytest.mark.parametrize("text", ["Defaults env_reset", "@includedir /etc/sudoers.d", "User_Alias OPS = anna", "# x"])
def test_lines_that_are_no_rule_of_sudo(text: str) -> None:
    assert accounts.sudo(["== /etc/sudoers", text]) == []


@pytest.mark.parametrize(
    ("lines", "four", "six"),
    [
        pytest.param([":INPUT DROP [0:0]"], True, False, id="policy"),
        pytest.param([":INPUT ACCEPT [0:0]", "-A INPUT -p tcp --dport 22 -j ACCEPT"], False, False, id="open"),
        pytest.param([":INPUT ACCEPT [0:0]", "-A INPUT -s 10.0.0.1/32 -j DROP"], False, False, id="one address only"),
        pytest.param(
            [":INPUT ACCEPT [0:0]", "-A INPUT -j REJECT --reject-with icmp-host-prohibited"],
            True,
            False,
            id="last rule",
        ),
    ],
)
def test_iptables(lines: list[str], four: bool, six: bool) -> None:
    said = firewall.firewall(["== ip", *lines, "== ip6", ":INPUT ACCEPT [0:0]"])
    assert (said.blocks_ipv4, said.blocks_ipv6) == (four, six)


@pytest.mark.parametrize(
    ("family", "policy", "last", "blocks"),
    [
        ("inet", "drop", "[]", (True, True)),
        ("ip", "drop", "[]", (True, False)),
        ("inet", "accept", '[{"counter": {}}, {"drop": null}]', (True, True)),
        ("inet", "accept", '[{"reject": {"type": "icmpx"}}]', (True, True)),
        ("inet", "accept", '[{"match": {}}, {"drop": null}]', (False, False)),
        ("ip", "accept", '[{"xt": null}, {"drop": null}]', (False, False)),
    ],
)
def test_nft(family: str, policy: str, last: str, blocks: tuple[bool, bool]) -> None:
    chain = f'"family": "{family}", "table": "t"'
    text = (
        f'{{"nftables": [{{"chain": {{{chain}, "name": "c", "type": "filter", "hook": "input", '
        f'"policy": "{policy}"}}}},'
        f'{{"rule": {{{chain}, "chain": "c", "expr": {last}}}}}]}}'
    )
    said = firewall.firewall(["tool ufw", "== nft", text])
    assert (said.blocks_ipv4, said.blocks_ipv6) == blocks
    assert said.tools == ("ufw",)


@pytest.mark.parametrize(
    ("lines", "due"),
    [
        (["running 6.1.0-37-amd64", "build #1 SMP Debian 6.1.140-1 (2025-05-22)", "installed 6.1.140-1"], False),
        (["running 6.1.0-37-amd64", "build #1 SMP Debian 6.1.137-1 (2025-05-07)", "installed 6.1.140-1"], True),
        (["running 6.1.0-9", "build x", "kernel 6.1.0-9", "kernel 6.1.0-10"], True),
        (["running 6.1.0-10", "build x", "kernel 6.1.0-9", "kernel 6.1.0-10"], False),
        (["running 5.10-cloud", "build x", "kernel 6.1.0-9"], False),
        (["required yes", "for dbus", "running 1", "build x"], True),
        (["required yes", "running 1", "build x"], True),
    ],
)
def test_whether_a_restart_is_due(lines: list[str], due: bool) -> None:
    assert identity.reboot(lines).due is due


@pytest.mark.parametrize(
    ("lines", "missing"),
    [
        (["by apt"], 3),
        (["by apt", "program yes", "Unattended-Upgrade 1", "Update-Package-Lists 1", "timer enabled"], 0),
        (["by apt", "program yes", "Unattended-Upgrade 1", "Update-Package-Lists 1"], 0),
        (["by apt", "program yes", "Unattended-Upgrade 1", "Update-Package-Lists 1", "timer disabled"], 1),
        (["by dnf", "timer enabled"], 0),
        (["by dnf", "timer"], 1),
    ],
)
def test_what_is_missing_for_updates_to_install_themselves(lines: list[str], missing: int) -> None:
    assert len(identity.automatic(lines).missing) == missing


def test_a_machine_without_an_id_is_known_by_its_name() -> None:
    one = identity.identity(["uid 0", "name h1", "kernel k", "machine"])
    two = identity.identity(["uid 0", "name h1", "kernel k", "machine uninitialized"])
    assert one.account == two.account != identity.identity(["uid 0", "name h2", "kernel k"]).account


def test_a_switch_that_the_kernel_does_not_have_or_show_is_left_out() -> None:
    held = settings.kernel_group(["fs/protected_symlinks 1", "fs/protected_fifos", "== ours", "# x"], "links")
    assert [t.key for t in held] == ["fs.protected_symlinks"]
