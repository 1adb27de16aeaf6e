"""Questions about the files on which the safety of a host rests."""

import re

from orlop.estate.change import Change, change
from orlop.estate.estate import Estate
from orlop.estate.host.file import SensitiveFile
from orlop.frameworks import cis_debian, gdpr, hipaa
from orlop.rules.rule import Answer, Fail, Pass, Severity, rule

_SECRET = re.compile(r"/etc/g?shadow-?|/etc/security/opasswd|/etc/ssh/ssh_host_\w+_key")
_MAY_READ = ("root", "shadow", "ssh_keys")
_OTHERS_WRITE, _OTHERS_ANY, _GROUP_WRITE, _GROUP_ANY = 0o002, 0o007, 0o020, 0o070


@rule(
    asks="Can users other than root change this file, or read the secrets in it?",
    severity=Severity.HIGH,
    controls=(
        cis_debian("7.1.1"),
        cis_debian("7.1.3"),
        cis_debian("7.1.5"),
        cis_debian("7.1.7"),
        cis_debian("5.1.2"),
        hipaa("164.312(a)(1)"),
        gdpr("32(1)(b)"),
    ),
    by_hand="sudo chown root FILE; sudo chmod go-w FILE (and chmod o-rwx for a secret one)",
    breaks="Programs that rely on touching the file as another user than root. None of the system's own does.",
)
def file_open_to_others(file: SensitiveFile, estate: Estate) -> Answer:
    """Sensitive file open to other users.

    Who may change such a file can make himself root: by a new password, a new right, or a job that root runs. Who may
    read the secret ones can crack passwords, or pose as this machine.
    """
    mode = int(file.mode, 8)
    tight = mode & ~_too_much(file)
    if file.owner != "root":
        return Fail(
            f"{file.name} belongs to {file.owner}, not to root, who so may change it at will.", witness=(_shown(file),)
        )
    if tight == mode:
        return Pass("Only those who need it can touch it.")
    return Fail(f"{file.name} {_says(file, mode)}.", _tighten(file, f"{tight:04o}"), witness=(_shown(file),))


def _too_much(file: SensitiveFile) -> int:
    """Return the permission bits that this file must not have."""
    if not _SECRET.fullmatch(file.name):
        return _OTHERS_WRITE | _GROUP_WRITE
    return _OTHERS_ANY | (_GROUP_WRITE if file.group in _MAY_READ else _GROUP_ANY)


def _says(file: SensitiveFile, mode: int) -> str:
    extra = mode & _too_much(file)
    if extra & _OTHERS_WRITE:
        return "can be changed by every user of this machine"
    if extra & _GROUP_WRITE:
        return f"can be changed by the group {file.group}"
    who = "every user of this machine" if extra & _OTHERS_ANY else f"the group {file.group}"
    return f"holds secrets that {who} can read"


def _tighten(file: SensitiveFile, mode: str) -> Change:
    return change(file, "mode", mode)


def _shown(file: SensitiveFile) -> str:
    return f"{file.mode} {file.owner} {file.group} {file.name}"


ALL = (file_open_to_others,)
