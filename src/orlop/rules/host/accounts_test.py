import pytest
from tests.cases import unlisted, verdict
from tests.hosts import NOT_ROOT, sudo, user

from orlop.estate.fact import Unread
from orlop.estate.host.account import Password, SudoRule, UserAccount
from orlop.rules.host import accounts
from orlop.rules.rule import Fail, Pass, Severity, Unknown, Verdict


@pytest.mark.parametrize(
    ("about", "expected"),
    [
        pytest.param(user("toor", 0), Fail, id="another name with number 0"),
        pytest.param(user("root", 0), Pass, id="root itself"),
        pytest.param(user("anna", 1000), Pass, id="an ordinary account"),
    ],
)
def test_second_root(about: UserAccount, expected: type[Verdict]) -> None:
    assert isinstance(verdict(accounts.second_root, about), expected)


def test_second_root_without_the_list_of_users() -> None:
    assert isinstance(unlisted(accounts.second_root), Unknown)


@pytest.mark.parametrize(
    ("kept", "shell", "expected", "severity"),
    [
        pytest.param(Password.EMPTY, "/bin/sh", Fail, None, id="empty"),
        pytest.param(Password.EMPTY, "/usr/sbin/nologin", Fail, Severity.MEDIUM, id="empty, but without a shell"),
        pytest.param(Password.NONE, "/bin/sh", Pass, None, id="none that opens"),
        pytest.param(Password.LOCKED, "/bin/sh", Pass, None, id="locked"),
        pytest.param(Password.SHA512, "/bin/sh", Pass, None, id="a password"),
        pytest.param(NOT_ROOT, "/bin/sh", Unknown, None, id="not read"),
    ],
)
def test_account_without_password(
    kept: Password | Unread, shell: str, expected: type[Verdict], severity: Severity | None
) -> None:
    said = verdict(accounts.account_without_password, user("anna", password=kept, shell=shell))
    assert isinstance(said, expected)
    assert getattr(said, "severity", None) == severity


@pytest.mark.parametrize(
    ("kept", "expected", "severity"),
    [
        pytest.param(Password.DES, Fail, Severity.HIGH, id="DES"),
        pytest.param(Password.MD5, Fail, None, id="MD5"),
        pytest.param(Password.UNKNOWN, Fail, None, id="a way nobody knows"),
        pytest.param(Password.YESCRYPT, Pass, None, id="yescrypt"),
        pytest.param(Password.SHA512, Pass, None, id="SHA-512"),
        pytest.param(Password.NONE, Pass, None, id="none that opens"),
        pytest.param(Password.EMPTY, Pass, None, id="empty is the other rule's"),
        pytest.param(NOT_ROOT, Unknown, None, id="not read"),
    ],
)
def test_weakly_stored_password(kept: Password | Unread, expected: type[Verdict], severity: Severity | None) -> None:
    said = verdict(accounts.weakly_stored_password, user("anna", password=kept))
    assert isinstance(said, expected)
    assert getattr(said, "severity", None) == severity


@pytest.mark.parametrize(
    ("about", "expected"),
    [
        pytest.param(sudo("anna", "ALL"), Fail, id="everything"),
        pytest.param(sudo("anna", "ALL", run_as="root"), Fail, id="everything as root"),
        pytest.param(sudo("anna", "ALL", run_as="ALL:ALL"), Fail, id="with groups"),
        pytest.param(sudo("anna", "ALL", run_as="postgres"), Pass, id="as another user than root"),
        pytest.param(sudo("anna"), Pass, id="asks for a password"),
        pytest.param(sudo("backup", "/usr/bin/rsync", commands=("/usr/bin/rsync",)), Pass, id="one named command"),
    ],
)
def test_root_without_password(about: SudoRule, expected: type[Verdict]) -> None:
    assert isinstance(verdict(accounts.root_without_password, about), expected)


def test_root_without_password_without_the_list_of_rules() -> None:
    assert isinstance(unlisted(accounts.root_without_password), Unknown)


def test_says_that_cloud_images_come_so() -> None:
    assert "Images for the cloud" in verdict(accounts.root_without_password, sudo("ec2-user", "ALL")).because
