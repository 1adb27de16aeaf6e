"""The fixes of hosts, each carried out and taken back on a real host of its own."""

from collections.abc import Iterator

import pytest

from orlop.errors import FixRefused, Moved
from orlop.estate.change import Change
from orlop.estate.host.tuning import Tuning
from orlop.rules.host import files, kernel, ports, ssh
from orlop.rules.rule import Fail
from tests.fixes.proof_host import inspect, make, prove_host, the_fix
from tests.servers.host import Lab, lab, missing, systemd_lab

pytestmark = [pytest.mark.root, pytest.mark.skipif(bool(missing()), reason=missing())]

OURS_SSH = "/etc/ssh/sshd_config.d/10-orlop.conf"
OURS_SYSCTL = "/etc/sysctl.d/90-orlop.conf"


@pytest.fixture
def host() -> Iterator[Lab]:
    with lab() as running:
        yield running


@pytest.fixture
def server(host: Lab) -> Lab:
    """A host on which an SSH server runs, and somebody else than root has a key and may use sudo."""
    host.run(
        "useradd -m -s /bin/sh -G sudo keeper && mkdir /home/keeper/.ssh && "
        "cp /etc/ssh/ssh_host_ed25519_key.pub /home/keeper/.ssh/authorized_keys"
    )
    host.sshd()
    return host


def test_root_may_log_in(server: Lab) -> None:
    server.write("/etc/ssh/sshd_config.d/50-image.conf", "PermitRootLogin yes\n")
    prove_host(server, ssh.root_may_log_in, "/sshd")


def test_passwords_may_be_tried(server: Lab) -> None:
    prove_host(server, ssh.passwords_may_be_tried, "/sshd")
    assert server.run(f"ls {OURS_SSH}*", check=False) == ""


def test_empty_passwords_accepted(server: Lab) -> None:
    server.write("/etc/ssh/sshd_config.d/50-image.conf", "PermitEmptyPasswords yes\n")
    prove_host(server, ssh.empty_passwords_accepted, "/sshd")


def test_many_tries(server: Lab) -> None:
    prove_host(server, ssh.many_tries, "/sshd")


def test_carries_keys_and_screens(server: Lab) -> None:
    prove_host(server, ssh.carries_keys_and_screens, "/sshd")


def test_weak_algorithms(server: Lab) -> None:
    server.write(
        "/etc/ssh/sshd_config.d/50-image.conf", "Ciphers +3des-cbc\nKexAlgorithms +diffie-hellman-group1-sha1\n"
    )
    prove_host(server, ssh.weak_algorithms, "/sshd")


def test_the_server_itself_obeys_the_new_settings(server: Lab) -> None:
    offered = "ip netns exec neighbour ssh -o StrictHostKeyChecking=no -o BatchMode=yes nobody@10.9.0.1 true 2>&1; :"
    assert "password" in server.run(offered)
    _, judged = inspect(server, ssh.passwords_may_be_tried, "/sshd")
    make(server, the_fix(judged))
    said = server.run(
        f"for i in 1 2 3 4 5 6 7 8 9; do x=$({offered}); case $x in *denied*) break ;; esac; done; echo $x"
    )
    assert "Permission denied (publickey)" in said


def test_two_ssh_settings_come_and_go_in_any_order(server: Lab) -> None:
    first, tries = inspect(server, ssh.many_tries, "/sshd")
    _, screens = inspect(server, ssh.carries_keys_and_screens, "/sshd")
    make(server, the_fix(tries))
    make(server, the_fix(screens))
    make(server, the_fix(tries).undone())
    assert "maxauthtries" not in server.run(f"cat {OURS_SSH}")
    make(server, the_fix(screens).undone())
    again, _ = inspect(server, ssh.many_tries, "/sshd")
    assert again.resources == first.resources


def test_a_setting_that_another_file_sets_first_is_refused_and_nothing_is_left(server: Lab) -> None:
    server.write("/etc/ssh/sshd_config.d/01-owner.conf", "MaxAuthTries 9\n")
    first, judged = inspect(server, ssh.many_tries, "/sshd")
    with pytest.raises(FixRefused, match="Another file"):
        make(server, the_fix(judged))
    again, _ = inspect(server, ssh.many_tries, "/sshd")
    assert again.resources == first.resources
    assert server.run("ls /etc/ssh/sshd_config.d").split() == ["01-owner.conf"]


def test_settings_that_the_server_refuses_are_not_placed(server: Lab) -> None:
    first, judged = inspect(server, ssh.root_may_log_in, "/sshd")
    wrong = (Tuning(key="permitrootlogin", in_force="perhaps", in_our_file="perhaps"),)
    fix = the_fix(judged)
    with pytest.raises(FixRefused, match="sshd refuses"):
        make(server, Change(fix.kind, fix.target, fix.setting, was=fix.was, becomes=wrong))
    again, _ = inspect(server, ssh.root_may_log_in, "/sshd")
    assert again.resources == first.resources


def test_settings_that_are_broken_already_are_left_alone(server: Lab) -> None:
    _, judged = inspect(server, ssh.many_tries, "/sshd")
    fix = the_fix(judged)
    server.write("/etc/ssh/sshd_config.d/60-broken.conf", "NoSuchKeyword yes\n")
    with pytest.raises(Exception, match="could not be read"):
        make(server, fix)
    assert server.run("ls /etc/ssh/sshd_config.d").split() == ["60-broken.conf"]


def test_no_change_that_would_lock_the_owner_out(host: Lab) -> None:
    host.sshd()
    for rule in (ssh.root_may_log_in, ssh.passwords_may_be_tried):
        _, judged = inspect(host, rule, "/sshd")
        assert isinstance(judged.verdict, Fail)
        assert judged.verdict.fix is None
        assert "lock you out" in judged.verdict.because


def test_guessable_addresses(host: Lab) -> None:
    host.run("echo 0 >/proc/sys/kernel/randomize_va_space")
    prove_host(host, kernel.guessable_addresses, "/kernel")


def test_programs_look_into_others(host: Lab) -> None:
    if host.run("ls /proc/sys/kernel/yama/ptrace_scope", check=False) == "":
        pytest.skip("this kernel has no such switch (Yama); the writer is the one of all other switches")
    host.run("echo 0 >/proc/sys/kernel/yama/ptrace_scope")
    prove_host(host, kernel.programs_look_into_others, "/kernel")


def test_kernel_tells_secrets(host: Lab) -> None:
    host.run("echo 0 >/proc/sys/kernel/kptr_restrict; echo 0 >/proc/sys/kernel/dmesg_restrict")
    prove_host(host, kernel.kernel_tells_secrets, "/kernel")


def test_links_not_guarded(host: Lab) -> None:
    host.run("echo 0 >/proc/sys/fs/protected_symlinks; echo 0 >/proc/sys/fs/protected_fifos")
    prove_host(host, kernel.links_not_guarded, "/kernel")


def test_privileged_dumps(host: Lab) -> None:
    host.run("echo 1 >/proc/sys/fs/suid_dumpable")
    prove_host(host, kernel.privileged_dumps, "/kernel")


def test_routes_can_be_bent(host: Lab) -> None:
    host.run("echo 1 >/proc/sys/net/ipv4/conf/all/accept_redirects")
    fix = prove_host(host, kernel.routes_can_be_bent, "/kernel")
    assert len(fix.becomes) > 4
    assert host.run(f"ls {OURS_SYSCTL}*", check=False) == ""


def test_passes_on_traffic(host: Lab) -> None:
    host.run("echo 1 >/proc/sys/net/ipv4/ip_forward")
    prove_host(host, kernel.passes_on_traffic, "/kernel")


def test_turning_forwarding_off_does_not_open_another_switch(host: Lab) -> None:
    host.run("echo 1 >/proc/sys/net/ipv4/ip_forward; echo 0 >/proc/sys/net/ipv4/conf/all/accept_redirects")
    _, judged = inspect(host, kernel.passes_on_traffic, "/kernel")
    make(host, the_fix(judged))
    assert host.run("cat /proc/sys/net/ipv4/conf/all/accept_redirects") == "0\n"


def test_a_switch_holds_after_the_next_start(host: Lab) -> None:
    _, judged = inspect(host, kernel.routes_can_be_bent, "/kernel")
    make(host, the_fix(judged))
    host.run("echo 1 >/proc/sys/net/ipv4/conf/default/accept_source_route")
    host.run(f"sed -n 's/ = / /p' {OURS_SYSCTL} | while read -r k v; do echo $v >/proc/sys/$(echo $k | tr . /); done")
    assert host.run("cat /proc/sys/net/ipv4/conf/default/accept_source_route") == "0\n"


def test_a_switch_that_a_later_file_would_overrule_is_refused(host: Lab) -> None:
    host.write("/etc/sysctl.d/99-owner.conf", "net/ipv4/conf/default/accept_redirects = 1\n")
    first, judged = inspect(host, kernel.routes_can_be_bent, "/kernel")
    with pytest.raises(FixRefused, match="99-owner"):
        make(host, the_fix(judged))
    again, _ = inspect(host, kernel.routes_can_be_bent, "/kernel")
    assert again.resources == first.resources


def test_a_switch_that_the_kernel_refuses_leaves_all_as_it_was(host: Lab) -> None:
    host.run("echo 1 >/proc/sys/fs/suid_dumpable; mount -o remount,bind,ro /proc/sys/fs/suid_dumpable")
    first, judged = inspect(host, kernel.privileged_dumps, "/kernel")
    with pytest.raises(FixRefused, match="does not let"):
        make(host, the_fix(judged))
    again, _ = inspect(host, kernel.privileged_dumps, "/kernel")
    assert again.resources == first.resources
    assert host.run(f"ls {OURS_SYSCTL}*", check=False) == ""


def test_database_open_to_network(host: Lab) -> None:
    host.listen(5432)
    prove_host(host, ports.database_open_to_network, "/listener/tcp/0.0.0.0:5432")


def test_admin_port_open_to_network(host: Lab) -> None:
    host.listen(2375)
    prove_host(host, ports.admin_port_open_to_network, "/listener/tcp/0.0.0.0:2375")


def test_readable_service_open(host: Lab) -> None:
    host.listen(23)
    prove_host(host, ports.readable_service_open, "/listener/tcp/0.0.0.0:23")


def test_a_closed_port_is_closed_to_others_only(host: Lab) -> None:
    host.listen(5432)
    _, judged = inspect(host, ports.database_open_to_network, ":5432")
    assert host.neighbour_can_connect(5432)
    make(host, the_fix(judged))
    assert not host.neighbour_can_connect(5432)
    assert host.itself_can_connect(5432)
    make(host, the_fix(judged).undone())
    assert host.neighbour_can_connect(5432)
    assert host.run("nft list ruleset; ls /etc/orlop", check=False) == ""


def test_closing_leaves_other_tables_alone_and_each_port_opens_by_itself(host: Lab) -> None:
    owner = "table inet owner { chain in { type filter hook input priority 0; policy accept; tcp dport 9 drop; }; }"
    host.run(f"nft '{owner}'")
    before = host.run("nft list ruleset")
    host.listen(5432)
    host.listen(6379)
    fixes = [the_fix(inspect(host, ports.database_open_to_network, f":{port}")[1]) for port in (5432, 6379)]
    for fix in fixes:
        make(host, fix)
    assert not host.neighbour_can_connect(5432)
    make(host, fixes[0].undone())
    assert host.neighbour_can_connect(5432)
    assert not host.neighbour_can_connect(6379)
    make(host, fixes[1].undone())
    assert host.run("nft list ruleset") == before


def test_what_is_closed_can_be_loaded_again(host: Lab) -> None:
    host.listen(5432)
    make(host, the_fix(inspect(host, ports.database_open_to_network, ":5432")[1]))
    host.run("nft flush ruleset")
    assert host.neighbour_can_connect(5432)
    host.run("nft -f /etc/orlop/close.nft && nft -f /etc/orlop/close.nft")
    assert not host.neighbour_can_connect(5432)
    assert host.run("nft list ruleset").count("orlop:tcp/5432") == 1


def test_file_open_to_others(host: Lab) -> None:
    host.run("chmod 666 /etc/passwd")
    fix = prove_host(host, files.file_open_to_others, "/file/etc/passwd")
    assert (fix.was, fix.becomes) == ("0666", "0644")


def test_a_file_that_somebody_else_changed_since_is_left_alone(host: Lab) -> None:
    host.run("chmod 644 /etc/shadow")
    _, judged = inspect(host, files.file_open_to_others, "/file/etc/shadow")
    host.run("chmod 600 /etc/shadow")
    with pytest.raises(Moved):
        make(host, the_fix(judged))
    assert host.run("stat -c %a /etc/shadow") == "600\n"


def test_where_systemd_rules_ports_stay_closed_and_the_ssh_server_obeys() -> None:
    """One host for both: it takes seconds to start."""
    with systemd_lab() as host:
        host.listen(6379)
        first, judged = inspect(host, ports.database_open_to_network, "0.0.0.0:6379")
        closing = the_fix(judged)
        make(host, closing)
        for state in ("enabled", "active"):
            host.run(f"systemctl is-{state} orlop-close")
        for again in ("restart", "reload"):
            host.run(f"systemctl {again} nftables; while systemctl list-jobs --no-legend | grep -q '[0-9]'; do :; done")
            assert "orlop:tcp/6379" in host.run("nft list ruleset"), again

        host.run("useradd -m -s /bin/sh keeper; mkdir /home/keeper/.ssh; echo key >/home/keeper/.ssh/authorized_keys")
        refused = "ssh -o StrictHostKeyChecking=no -o BatchMode=yes nobody@127.0.0.1 true 2>&1; :"
        assert "password" in host.run(refused)
        _, judged = inspect(host, ssh.passwords_may_be_tried, "/sshd")
        passwords = the_fix(judged)
        make(host, passwords)
        assert "(publickey)" in host.run(refused)
        make(host, passwords.undone())
        assert "password" in host.run(refused)

        make(host, closing.undone())
        host.run("userdel -r keeper 2>/dev/null; systemctl is-active ssh")
        assert host.run("ls /etc/systemd/system | grep orlop; ls /etc/orlop", check=False) == ""
        after, _ = inspect(host, ports.database_open_to_network, "0.0.0.0:6379")
        assert [r for r in first.resources if r not in after.resources] == []
