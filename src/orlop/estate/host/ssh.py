"""The SSH server of a host, as it describes itself (`sshd -T`)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from orlop.estate.fact import Fact
from orlop.estate.host.tuning import Tuning

GROUPS: Mapping[str, tuple[str, ...]] = {
    "root_login": ("permitrootlogin",),
    "password_login": ("passwordauthentication", "kbdinteractiveauthentication", "challengeresponseauthentication"),
    "empty_passwords": ("permitemptypasswords",),
    "tries": ("maxauthtries",),
    "forwarding": ("x11forwarding", "allowagentforwarding"),
    "algorithms": ("ciphers", "macs", "kexalgorithms"),
}
"""Field of `SshServer` -> the keywords of sshd_config that it holds, those that this version of sshd knows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SshServer:
    """The SSH server, running or not. One a host.

    `settings` are all keywords in force for somebody from outside (keyword in small letters -> values); `root_login`
    is asked for root. Keywords that `Match` gives to other users only are not seen.
    `dropins` are the names of the files in /etc/ssh/sshd_config.d; `reads_dropins` whether the main file includes them.

    Source: https://man.openbsd.org/sshd_config
    """

    KIND: ClassVar[str] = "Host::SshServer"

    id: str
    account: str
    region: str
    name: str
    source: str
    running: bool
    reads_dropins: bool
    dropins: tuple[str, ...]
    settings: Fact[Mapping[str, tuple[str, ...]]]
    root_login: Fact[tuple[Tuning, ...]]
    password_login: Fact[tuple[Tuning, ...]]
    empty_passwords: Fact[tuple[Tuning, ...]]
    tries: Fact[tuple[Tuning, ...]]
    forwarding: Fact[tuple[Tuning, ...]]
    algorithms: Fact[tuple[Tuning, ...]]


KINDS = (SshServer,)
