"""Questions about the SSH server, asked of the settings in force."""

from collections.abc import Callable

from orlop.estate.change import Change, change
from orlop.estate.estate import Estate
from orlop.estate.fact import Fact
from orlop.estate.host.account import UserAccount
from orlop.estate.host.ssh import SshServer
from orlop.estate.host.tuning import Tuning, tuned
from orlop.frameworks import cis_debian, gdpr, hipaa
from orlop.rules.rule import Answer, Fail, Pass, Severity, rule

_FILE = "/etc/ssh/sshd_config.d/05-own.conf"
_RELOAD = "sudo sshd -t && sudo systemctl reload ssh"
_NOT_RUNNING = Pass("The SSH server does not run.")
_ADMINISTRATORS = ("sudo", "wheel", "admin")
_BY_KEY = ("without-password", "prohibit-password", "forced-commands-only")
_NO_WAY_IN = " Orlop offers no ready change: it would lock you out, as no other way in was seen."

BROKEN = {
    "ciphers": ("3des", "arcfour", "blowfish", "cast128", "-cbc"),
    "macs": ("md5", "ripemd", "-96"),
    "kexalgorithms": ("-sha1",),
}
OLD = {"macs": ("umac-64", "hmac-sha1")}
"""Keyword -> parts of the names of algorithms that are broken, or weaker than need be.

Source: RFC 9142 (key exchange), RFC 8758 (RC4), NIST SP 800-131A revision 2 (3DES, MD5), and the CIS Debian Linux 12
Benchmark, 5.1.6, 5.1.12 and 5.1.15.
"""


@rule(
    asks="Can the all-powerful account root log in from the network?",
    severity=Severity.HIGH,
    controls=(cis_debian("5.1.20"), hipaa("164.312(a)(2)(i)"), gdpr("32(1)(b)")),
    by_hand="Make sure that another account can log in and use sudo. "
    f"Then: echo 'PermitRootLogin no' | sudo tee -a {_FILE} && {_RELOAD}",
    breaks="Scripts and people that log in as root from elsewhere no longer can. Log in as yourself, then use sudo.",
)
def root_may_log_in(server: SshServer, estate: Estate) -> Answer:
    """Root may log in by SSH.

    Everyone knows that root exists, so only its password or key has to be found. And if several people use it, nobody
    can tell afterwards who did what.
    """
    if not server.running:
        return _NOT_RUNNING
    [setting] = server.root_login.value
    if setting.in_force == "no":
        return Pass("Root does not log in by SSH.")
    by_key = setting.in_force in _BY_KEY
    way_in = any(not _is_root(user) and _may_administer(user) for user in _keyed(server, estate))
    means = "with a key, not with a password" if by_key else "with its password"
    return Fail(
        f"Root may log in from the network {means} (PermitRootLogin {setting.in_force}).{'' if way_in else _NO_WAY_IN}",
        _root_change(server) if way_in and server.reads_dropins else None,
        witness=(f"permitrootlogin {setting.in_force}",),
        severity=Severity.LOW if by_key else None,
    )


@rule(
    asks="Can anybody on the network try passwords until one opens this machine?",
    severity=Severity.MEDIUM,
    controls=(hipaa("164.312(d)"), gdpr("32(1)(b)")),
    by_hand="First make sure that your own key opens a login. Then: "
    f"printf 'PasswordAuthentication no\\nKbdInteractiveAuthentication no\\n' | sudo tee -a {_FILE} && {_RELOAD}",
    breaks="People and programs that log in with a password need a key from then on. One-time codes asked for by the "
    "keyboard dialogue stop working, too.",
)
def passwords_may_be_tried(server: SshServer, estate: Estate) -> Answer:
    """SSH accepts passwords.

    Machines all over the internet try common passwords on every SSH server, day and night. A key cannot be guessed.
    """
    if not server.running:
        return _NOT_RUNNING
    asking = [t for t in server.password_login.value if t.in_force == "yes"]
    if not asking:
        return Pass("SSH accepts keys only.")
    way_in = any(not _is_root(user) or _root_by_key(server) for user in _keyed(server, estate))
    return Fail(
        f"SSH lets in whoever knows a password ({', '.join(t.key for t in asking)}).{'' if way_in else _NO_WAY_IN}",
        _password_change(server) if way_in and server.reads_dropins else None,
        witness=tuple(f"{t.key} {t.in_force}" for t in asking),
    )


@rule(
    asks="Does SSH let in an account that has no password, without asking for anything?",
    severity=Severity.HIGH,
    controls=(cis_debian("5.1.19"), hipaa("164.312(d)"), gdpr("32(1)(b)")),
    by_hand=f"echo 'PermitEmptyPasswords no' | sudo tee -a {_FILE} && {_RELOAD}",
    breaks="Accounts without any password can no longer log in by SSH.",
)
def empty_passwords_accepted(server: SshServer, estate: Estate) -> Answer:
    """SSH accepts empty passwords.

    An account that was made without a password, even by mistake, is then open to the whole network.
    """
    if not server.running:
        return _NOT_RUNNING
    [setting] = server.empty_passwords.value
    if setting.in_force == "no":
        return Pass("SSH refuses empty passwords.")
    becomes = tuned(server.empty_passwords.value, {setting.key: "no"})
    return Fail(
        "SSH lets in accounts that have an empty password.",
        change(server, "empty_passwords", becomes) if server.reads_dropins else None,
        witness=(f"{setting.key} {setting.in_force}",),
    )


@rule(
    asks="May somebody try more than four passwords in one go before SSH hangs up?",
    severity=Severity.LOW,
    controls=(cis_debian("5.1.16"),),
    by_hand=f"echo 'MaxAuthTries 4' | sudo tee -a {_FILE} && {_RELOAD}",
    breaks="Somebody whose program offers five or more keys is refused, until it is told which key to use.",
)
def many_tries(server: SshServer, estate: Estate) -> Answer:
    """SSH allows many tries.

    Each try more makes guessing cheaper, and fewer tries stand in the log.
    """
    if not server.running:
        return _NOT_RUNNING
    [setting] = server.tries.value
    if int(setting.in_force) <= 4:
        return Pass(f"SSH hangs up after {setting.in_force} tries.")
    becomes = tuned(server.tries.value, {setting.key: "4"})
    return Fail(
        f"SSH hangs up after {setting.in_force} tries only.",
        change(server, "tries", becomes) if server.reads_dropins else None,
        witness=(f"{setting.key} {setting.in_force}",),
    )


@rule(
    asks="May a login carry the user's keys or screen over to this machine, where others could use them?",
    severity=Severity.LOW,
    controls=(cis_debian("5.1.8"),),
    by_hand=f"printf 'X11Forwarding no\\nAllowAgentForwarding no\\n' | sudo tee -a {_FILE} && {_RELOAD}",
    breaks="Programs with windows can no longer be shown over SSH from here, and people can no longer hop on from here "
    "with the key of their own computer. Use ssh -J for that.",
)
def carries_keys_and_screens(server: SshServer, estate: Estate) -> Answer:
    """SSH forwards keys and screens.

    Whoever is root on this machine can use a key or a screen that a visitor brings along, to go on to the visitor's
    other machines.
    """
    if not server.running:
        return _NOT_RUNNING
    on = [t for t in server.forwarding.value if t.in_force == "yes"]
    if not on:
        return Pass("SSH forwards neither keys nor screens.")
    becomes = tuned(server.forwarding.value, {t.key: "no" for t in on})
    return Fail(
        f"SSH forwards what visitors bring along ({', '.join(t.key for t in on)}).",
        change(server, "forwarding", becomes) if server.reads_dropins else None,
        witness=tuple(f"{t.key} {t.in_force}" for t in on),
    )


@rule(
    asks="Does SSH still offer ways of encrypting or checking that are too weak today?",
    severity=Severity.MEDIUM,
    controls=(
        cis_debian("5.1.6"),
        cis_debian("5.1.12"),
        cis_debian("5.1.15"),
        hipaa("164.312(e)(2)(ii)"),
        gdpr("32(1)(a)"),
    ),
    by_hand=f"Put Ciphers, MACs and KexAlgorithms without the named ones into {_FILE}, then: {_RELOAD}",
    breaks="Very old SSH programs, from before about 2014, may no longer get in.",
)
def weak_algorithms(server: SshServer, estate: Estate) -> Answer:
    """SSH offers weak algorithms.

    Both ends agree on the best way that both know. An attacker on the way, or one old program, can lead them to a weak
    one, and what they say can then be read or changed.
    """
    if not server.running:
        return _NOT_RUNNING
    held = server.algorithms.value
    weak = {t.key: [name for name in t.in_force.split(",") if _is_weak(t.key, name)] for t in held}
    named = [name for names in weak.values() for name in names]
    broken = any(_has(name, BROKEN.get(key, ())) for key, names in weak.items() for name in names)
    if not named:
        return Pass("SSH offers strong algorithms only.")
    wanted = {t.key: ",".join(name for name in t.in_force.split(",") if name not in weak[t.key]) for t in held}
    able = server.reads_dropins and all(wanted.values())
    return Fail(
        f"SSH still offers {', '.join(named[:6])}{' and others' if len(named) > 6 else ''}.",
        change(server, "algorithms", tuned(held, wanted)) if able else None,
        witness=tuple(f"{key}: {', '.join(names)}" for key, names in weak.items() if names),
        severity=None if broken else Severity.LOW,
    )


def _is_weak(key: str, name: str) -> bool:
    return _has(name, (*BROKEN.get(key, ()), *OLD.get(key, ())))


def _has(name: str, parts: tuple[str, ...]) -> bool:
    return any(part in name for part in parts)


def _keyed(server: SshServer, estate: Estate) -> list[UserAccount]:
    """Return the accounts that have a key for a login. What was not seen is no way in."""
    users = (user for user in estate.each(UserAccount) if user.account == server.account)
    return [user for user in users if user.has_shell and _known(user.keys, lambda keys: keys > 0)]


def _known(fact: Fact[int], holds: Callable[[int], bool]) -> bool:
    return fact.unread is None and holds(fact.value)


def _is_root(user: UserAccount) -> bool:
    return user.uid == 0


def _may_administer(user: UserAccount) -> bool:
    return any(group in _ADMINISTRATORS for group in user.groups)


def _root_by_key(server: SshServer) -> bool:
    [setting] = server.root_login.value
    return setting.in_force in ("yes", *_BY_KEY)


def _root_change(server: SshServer) -> Change:
    return change(server, "root_login", _all(server.root_login.value, "no"))


def _password_change(server: SshServer) -> Change:
    return change(server, "password_login", _all(server.password_login.value, "no"))


def _all(held: tuple[Tuning, ...], value: str) -> tuple[Tuning, ...]:
    return tuned(held, {t.key: value for t in held})


ALL = (
    root_may_log_in,
    passwords_may_be_tried,
    empty_passwords_accepted,
    many_tries,
    carries_keys_and_screens,
    weak_algorithms,
)
