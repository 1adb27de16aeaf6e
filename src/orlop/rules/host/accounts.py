"""Questions about who may log in, and who may act as root."""

from orlop.estate.estate import Estate
from orlop.estate.host.account import Password, SudoRule, UserAccount
from orlop.frameworks import cis_debian, gdpr, hipaa
from orlop.rules.rule import Answer, Fail, Pass, Severity, rule

_BY_CLOUD_IMAGES = ("ubuntu", "debian", "admin", "ec2-user", "centos", "rocky", "almalinux", "cloud-user", "fedora")
_STRONG = (Password.SHA256, Password.SHA512, Password.BCRYPT, Password.SCRYPT, Password.YESCRYPT)


@rule(
    asks="Is there a second account that is as powerful as root?",
    severity=Severity.HIGH,
    controls=(cis_debian("5.4.2.1"), hipaa("164.312(a)(2)(i)"), gdpr("32(1)(b)")),
    by_hand="Find out who made it and why. If nobody needs it: sudo userdel NAME. Else give it a number of its own: "
    "sudo usermod -u NUMBER NAME",
    breaks="Whoever uses that account loses root's power. Use sudo instead.",
)
def second_root(user: UserAccount, estate: Estate) -> Answer:
    """Second account with root's power.

    The system knows users by number, and number 0 may do anything. A second account with it is a back door: it is
    easily overlooked, and what it does seems done by root.
    """
    if user.uid != 0:
        return Pass("It is an ordinary account.")
    if user.name == "root":
        return Pass("It is root itself.")
    return Fail(f"The account {user.name} has the number 0, and so may do all that root may.", witness=(user.id,))


@rule(
    asks="Can somebody log in to this account without any password?",
    severity=Severity.HIGH,
    controls=(cis_debian("7.2.2"), hipaa("164.312(d)"), gdpr("32(1)(b)")),
    by_hand="sudo passwd -l NAME (lock it) or sudo passwd NAME (give it a password)",
    breaks="Who logged in without a password needs one, or a key.",
)
def account_without_password(user: UserAccount, estate: Estate) -> Answer:
    """Account without a password.

    Whoever knows the name is in: at the console, by su, and by some services also from the network.
    """
    if user.password.value is not Password.EMPTY:
        return Pass("It has a password, or none that would open anything.")
    mild = None if user.has_shell else Severity.MEDIUM
    return Fail(f"The account {user.name} has an empty password.", witness=(user.id,), severity=mild)


@rule(
    asks="Is this account's password stored in an old way that can be cracked quickly?",
    severity=Severity.MEDIUM,
    controls=(cis_debian("5.4.1.4"), hipaa("164.312(d)"), gdpr("32(1)(b)")),
    by_hand="Make sure that ENCRYPT_METHOD in /etc/login.defs is YESCRYPT or SHA512. Then set the password anew: "
    "sudo passwd NAME",
    breaks="Nothing, except that the user has to learn a new password.",
)
def weakly_stored_password(user: UserAccount, estate: Estate) -> Answer:
    """Password stored in a weak way.

    Passwords are stored scrambled, so that a thief of the file must guess. With the old ways a common computer tries
    billions of guesses a second.
    """
    kept = user.password.value
    if kept in (Password.NONE, Password.LOCKED, Password.EMPTY):
        return Pass("There is no password that would open it.")
    if kept in _STRONG:
        return Pass(f"The password is stored in a strong way ({kept}).")
    if kept is Password.UNKNOWN:
        return Fail(f"The password of {user.name} is stored in a way that Orlop does not know, or in a readable file.")
    worse = Severity.HIGH if kept is Password.DES else None
    return Fail(f"The password of {user.name} is stored in the old way {kept}.", witness=(user.id,), severity=worse)


@rule(
    asks="May this user become root without typing a password?",
    severity=Severity.LOW,
    controls=(cis_debian("5.2.4"), hipaa("164.312(d)")),
    by_hand="Give the user a password (sudo passwd NAME). Then take NOPASSWD: out of the rule: sudo visudo -f FILE",
    breaks="Scripts that use sudo as this user stop at the question for a password.",
)
def root_without_password(rule: SudoRule, estate: Estate) -> Answer:
    """Root without a password.

    Whoever gets hold of this user's session or key is root at once. A password would be a second hurdle.
    """
    if "ALL" not in rule.without_password or not _as_root(rule):
        return Pass("A password is asked for, or only named commands are free of it.")
    usual = " Images for the cloud come so; it is safe only as long as its key is." if _usual(rule) else ""
    return Fail(
        f"{rule.who} may do everything as root without a password ({rule.file}).{usual}", witness=(rule.text[:200],)
    )


def _as_root(rule: SudoRule) -> bool:
    return any(name.strip() in ("ALL", "root", "#0") for name in rule.run_as.split(":")[0].split(","))


def _usual(rule: SudoRule) -> bool:
    return rule.who in _BY_CLOUD_IMAGES


ALL = (second_root, account_without_password, weakly_stored_password, root_without_password)
