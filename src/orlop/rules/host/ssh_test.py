import pytest
from tests.cases import verdict
from tests.hosts import NOT_ROOT, STRONG, server, user

from orlop.estate.change import Change
from orlop.estate.host.account import UserAccount
from orlop.estate.host.ssh import SshServer
from orlop.estate.host.tuning import Tuning
from orlop.rules.host import ssh
from orlop.rules.rule import AnyRule, Fail, Pass, Severity, Unknown, Verdict

KEEPER = user("keeper", groups=("keeper", "sudo"), keys=1)
ROOT = user("root", 0, keys=1)


@pytest.mark.parametrize(
    ("about", "expected", "severity"),
    [
        pytest.param(server(permitrootlogin="yes"), Fail, None, id="with a password"),
        pytest.param(server(permitrootlogin="without-password"), Fail, Severity.LOW, id="with a key"),
        pytest.param(server(permitrootlogin="prohibit-password"), Fail, Severity.LOW, id="with a key, newer name"),
        pytest.param(server(), Pass, None, id="not at all"),
        pytest.param(server(running=False, root_login=NOT_ROOT), Pass, None, id="no server runs"),
        pytest.param(server(root_login=NOT_ROOT), Unknown, None, id="not read"),
    ],
)
def test_root_may_log_in(about: SshServer, expected: type[Verdict], severity: Severity | None) -> None:
    said = verdict(ssh.root_may_log_in, about, KEEPER)
    assert isinstance(said, expected)
    assert getattr(said, "severity", None) == severity


@pytest.mark.parametrize(
    ("rule", "about", "others", "offered"),
    [
        pytest.param(ssh.root_may_log_in, server(permitrootlogin="yes"), [KEEPER], True, id="root: another may"),
        pytest.param(ssh.root_may_log_in, server(permitrootlogin="yes"), [ROOT], False, id="root: only root has a key"),
        pytest.param(
            ssh.root_may_log_in, server(permitrootlogin="yes"), [user("x", keys=1)], False, id="root: no administrator"
        ),
        pytest.param(
            ssh.root_may_log_in,
            server(permitrootlogin="yes"),
            [user("keeper", groups=("sudo",), keys=NOT_ROOT)],
            False,
            id="root: keys not read",
        ),
        pytest.param(
            ssh.root_may_log_in,
            server(permitrootlogin="yes", reads_dropins=False),
            [KEEPER],
            False,
            id="root: drop-ins are not read",
        ),
        pytest.param(
            ssh.passwords_may_be_tried, server(passwordauthentication="yes"), [user("x", keys=1)], True, id="somebody"
        ),
        pytest.param(
            ssh.passwords_may_be_tried,
            server(passwordauthentication="yes", permitrootlogin="without-password"),
            [ROOT],
            True,
            id="root by key",
        ),
        pytest.param(
            ssh.passwords_may_be_tried, server(passwordauthentication="yes"), [ROOT], False, id="root may not"
        ),
        pytest.param(ssh.passwords_may_be_tried, server(passwordauthentication="yes"), [], False, id="no key at all"),
        pytest.param(
            ssh.passwords_may_be_tried,
            server(passwordauthentication="yes"),
            [user("www", keys=1, shell="/usr/sbin/nologin")],
            False,
            id="a key without a shell",
        ),
    ],
)
def test_offers_no_change_that_would_lock_the_owner_out(
    rule: AnyRule, about: SshServer, others: list[UserAccount], offered: bool
) -> None:
    said = verdict(rule, about, *others)
    assert isinstance(said, Fail)
    assert (said.fix is not None) == offered


@pytest.mark.parametrize(
    ("about", "expected"),
    [
        pytest.param(server(passwordauthentication="yes"), Fail, id="passwords"),
        pytest.param(server(kbdinteractiveauthentication="yes"), Fail, id="passwords by the dialogue"),
        pytest.param(server(), Pass, id="keys only"),
        pytest.param(server(running=False, password_login=NOT_ROOT), Pass, id="no server runs"),
        pytest.param(server(password_login=NOT_ROOT), Unknown, id="not read"),
    ],
)
def test_passwords_may_be_tried(about: SshServer, expected: type[Verdict]) -> None:
    assert isinstance(verdict(ssh.passwords_may_be_tried, about, KEEPER), expected)


@pytest.mark.parametrize(
    ("about", "expected"),
    [
        pytest.param(server(permitemptypasswords="yes"), Fail, id="accepted"),
        pytest.param(server(), Pass, id="refused"),
        pytest.param(server(running=False, permitemptypasswords="yes"), Pass, id="no server runs"),
        pytest.param(server(empty_passwords=NOT_ROOT), Unknown, id="not read"),
    ],
)
def test_empty_passwords_accepted(about: SshServer, expected: type[Verdict]) -> None:
    assert isinstance(verdict(ssh.empty_passwords_accepted, about), expected)


@pytest.mark.parametrize(
    ("about", "expected"),
    [
        pytest.param(server(maxauthtries="6"), Fail, id="six"),
        pytest.param(server(maxauthtries="4"), Pass, id="four"),
        pytest.param(server(running=False, maxauthtries="6"), Pass, id="no server runs"),
        pytest.param(server(tries=NOT_ROOT), Unknown, id="not read"),
    ],
)
def test_many_tries(about: SshServer, expected: type[Verdict]) -> None:
    assert isinstance(verdict(ssh.many_tries, about), expected)


def test_a_change_says_what_is_in_force_and_what_stands_in_orlops_file() -> None:
    said = verdict(ssh.many_tries, server(maxauthtries="6"))
    assert isinstance(said, Fail)
    assert said.fix == Change(
        SshServer.KIND,
        server().id,
        "tries",
        was=(Tuning(key="maxauthtries", in_force="6", in_our_file=None),),
        becomes=(Tuning(key="maxauthtries", in_force="4", in_our_file="4"),),
    )


@pytest.mark.parametrize(
    ("about", "expected"),
    [
        pytest.param(server(x11forwarding="yes"), Fail, id="screens"),
        pytest.param(server(allowagentforwarding="yes"), Fail, id="keys"),
        pytest.param(server(), Pass, id="neither"),
        pytest.param(server(running=False, x11forwarding="yes"), Pass, id="no server runs"),
        pytest.param(server(forwarding=NOT_ROOT), Unknown, id="not read"),
    ],
)
def test_carries_keys_and_screens(about: SshServer, expected: type[Verdict]) -> None:
    assert isinstance(verdict(ssh.carries_keys_and_screens, about), expected)


@pytest.mark.parametrize(
    ("about", "expected", "severity"),
    [
        pytest.param(server(ciphers="aes256-ctr,3des-cbc"), Fail, None, id="3DES"),
        pytest.param(server(kexalgorithms="curve25519-sha256,diffie-hellman-group14-sha1"), Fail, None, id="SHA-1"),
        pytest.param(server(macs="hmac-sha2-256,hmac-md5"), Fail, None, id="MD5"),
        pytest.param(server(macs="hmac-sha2-256,hmac-sha1-96"), Fail, None, id="cut short"),
        pytest.param(server(macs="umac-64@openssh.com,hmac-sha2-256"), Fail, Severity.LOW, id="as Debian has it"),
        pytest.param(server(), Pass, None, id="strong"),
        pytest.param(server(kexalgorithms="ecdh-sha2-nistp256"), Pass, None, id="NIST curves are allowed"),
        pytest.param(server(running=False, ciphers="3des-cbc"), Pass, None, id="no server runs"),
        pytest.param(server(algorithms=NOT_ROOT), Unknown, None, id="not read"),
    ],
)
def test_weak_algorithms(about: SshServer, expected: type[Verdict], severity: Severity | None) -> None:
    said = verdict(ssh.weak_algorithms, about)
    assert isinstance(said, expected)
    assert getattr(said, "severity", None) == severity


def test_takes_out_the_weak_ones_and_leaves_the_others_in_their_order() -> None:
    said = verdict(ssh.weak_algorithms, server(ciphers="aes256-ctr,3des-cbc,aes128-ctr"))
    assert isinstance(said, Fail)
    assert isinstance(said.fix, Change)
    assert [t.in_force for t in said.fix.becomes] == ["aes256-ctr,aes128-ctr", STRONG["macs"], STRONG["kexalgorithms"]]


def test_offers_no_change_that_would_leave_nothing() -> None:
    said = verdict(ssh.weak_algorithms, server(ciphers="3des-cbc"))
    assert isinstance(said, Fail)
    assert said.fix is None
