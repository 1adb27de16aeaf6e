import pytest
from tests.cases import unlisted, verdict
from tests.hosts import file

from orlop.estate.change import Change
from orlop.estate.host.file import SensitiveFile
from orlop.rules.host import files
from orlop.rules.rule import Fail, Pass, Unknown, Verdict


@pytest.mark.parametrize(
    ("about", "expected", "becomes"),
    [
        pytest.param(file("/etc/passwd", "0644"), Pass, None, id="everyone may read who the users are"),
        pytest.param(file("/etc/passwd", "0666"), Fail, "0644", id="everyone may write"),
        pytest.param(file("/etc/cron.d", "0775", group="ops"), Fail, "0755", id="a group may write"),
        pytest.param(file("/etc/shadow", "0640", group="shadow"), Pass, None, id="the group shadow may read"),
        pytest.param(file("/etc/shadow", "0000"), Pass, None, id="as Red Hat has it"),
        pytest.param(file("/etc/shadow", "0644", group="shadow"), Fail, "0640", id="everyone may read the secret"),
        pytest.param(file("/etc/shadow", "0640", group="users"), Fail, "0600", id="a wide group may read it"),
        pytest.param(file("/etc/ssh/ssh_host_rsa_key", "0640", group="ssh_keys"), Pass, None, id="Red Hat's group"),
        pytest.param(file("/etc/ssh/ssh_host_rsa_key", "0604"), Fail, "0600", id="a private key"),
        pytest.param(file("/etc/sudoers", "0440"), Pass, None, id="sudo's rules"),
        pytest.param(file("/etc/crontab", "0644", owner="anna"), Fail, None, id="belongs to somebody else"),
        pytest.param(file("/root", "1777"), Fail, "1755", id="special bits stay"),
    ],
)
def test_file_open_to_others(about: SensitiveFile, expected: type[Verdict], becomes: str | None) -> None:
    said = verdict(files.file_open_to_others, about)
    assert isinstance(said, expected)
    fix = getattr(said, "fix", None)
    assert (fix.becomes if isinstance(fix, Change) else None) == becomes


def test_file_open_to_others_without_the_list_of_files() -> None:
    assert isinstance(unlisted(files.file_open_to_others), Unknown)
