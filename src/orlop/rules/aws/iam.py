"""Questions about those who sign in: the root user, users, their passwords and keys, and what policies give them."""

from dataclasses import replace

from orlop.estate.aws.ec2 import Instance
from orlop.estate.aws.iam import (
    AccessKey,
    InstanceProfile,
    PasswordPolicy,
    PasswordRules,
    Policy,
    Role,
    RootUser,
    User,
)
from orlop.estate.change import Change, Irreversible, change
from orlop.estate.estate import Estate
from orlop.frameworks import cis_aws, fsbp, gdpr, hipaa
from orlop.reason.identity import Power, rights, rights_of, surely_admin
from orlop.rules.rule import Answer, Fail, Pass, Severity, rule

_OLD, _UNUSED, _LONG_UNUSED, _LATELY, _CHANGING_OVER = 90, 45, 90, 30, 14
"""Days. Sources: CIS AWS Foundations Benchmark 7.0, 2.11 and 2.12; Security Hub IAM.3, IAM.8, IAM.22."""


@rule(
    asks="Does the root user, who may do everything and whom nothing limits, have an access key?",
    severity=Severity.CRITICAL,
    controls=(
        fsbp("IAM.4"),
        cis_aws("1.3", edition="5.0"),
        cis_aws("2.4"),
        hipaa("164.312(a)(1)"),
        gdpr("32(1)(b)"),
    ),
    by_hand="Sign in as the root user > your name, top right > Security credentials > Access keys: deactivate the key, "
    "wait a week to see that nothing breaks, then delete it. Only the root user can do this.",
    breaks="Whatever program uses this key stops working. Give it a role of its own first.",
)
def root_has_access_key(root: RootUser, estate: Estate) -> Answer:
    """Root user has an access key.

    Who finds this key owns the whole account: the data, the backups and the bill. No rule of yours can stop him.
    """
    if not root.has_access_key.value:
        return Pass("The root user has no access key.")
    return Fail(f"The root user of account {root.account} has an access key: a password to everything, kept in a file.")


@rule(
    asks="Is a password all it takes to sign in as the root user?",
    severity=Severity.CRITICAL,
    controls=(
        fsbp("IAM.9"),
        cis_aws("1.4", edition="5.0"),
        cis_aws("2.5"),
        hipaa("164.312(d)"),
        gdpr("32(1)(b)"),
    ),
    by_hand="Sign in as the root user > your name, top right > Security credentials > Assign MFA device. "
    "Use a hardware key or a passkey if you can, and register two.",
    breaks="Nothing, but whoever signs in as the root user needs the second factor from now on.",
)
def root_without_second_factor(root: RootUser, estate: Estate) -> Answer:
    """Root user without a second factor.

    Passwords get guessed, stolen and reused. With the root user's, somebody can take over the account and lock you out.
    """
    if root.has_mfa.value:
        return Pass("The root user needs a second factor to sign in.")
    if not root.has_password.value:
        return Pass("The root user has no password: nobody can sign in as root.")
    return Fail(f"The root user of account {root.account} signs in with a password alone.")


@rule(
    asks="Did somebody use the root user in the last 30 days?",
    severity=Severity.MEDIUM,
    controls=(cis_aws("1.6", edition="5.0"), cis_aws("2.7"), hipaa("164.312(a)(2)(i)"), gdpr("32(4)")),
    by_hand="Ask who it was and what for. Give that person a user or role of their own, and lock the root password "
    "away. CloudTrail > Event history, filtered by user name root, shows what was done.",
    breaks="Nothing. A few tasks need the root user; for those it is all right.",
)
def root_used_lately(root: RootUser, estate: Estate) -> Answer:
    """Root user used lately.

    Nobody can tell who it was, since the root user is not a person, and no mistake made as root is ever refused.
    """
    last = root.last_used.value
    if last is None:
        return Pass("The root user has never been used.")
    days = estate.days_since(last)
    if days > _LATELY:
        return Pass(f"The root user was last used {days} days ago.")
    return Fail(f"The root user of account {root.account} was used {_ago(days)}.", witness=(f"last used {last}",))


@rule(
    asks="Is a password all this person needs to sign in?",
    severity=Severity.CRITICAL,
    controls=(
        fsbp("IAM.5"),
        cis_aws("1.9", edition="5.0"),
        cis_aws("2.10"),
        hipaa("164.312(d)"),
        gdpr("32(1)(b)"),
    ),
    by_hand="Let the person sign in and add it: your name, top right > Security credentials > Assign MFA device. "
    "Or sign people in through IAM Identity Center, where you can demand it of all.",
    breaks="Nothing, but the person needs a second factor (a phone or a key) to sign in from now on.",
)
def console_user_without_second_factor(user: User, estate: Estate) -> Answer:
    """User signs in without a second factor.

    One password that was guessed, stolen or used elsewhere, too, is enough to do all that this person may do.
    """
    if user.password.value is None:
        return Pass(f"{user.name} has no password and cannot sign in to the console.")
    if user.mfa_devices.value:
        return Pass(f"{user.name} needs a second factor to sign in.")
    if surely_admin(user, estate):
        found = rights(user, estate)
        return Fail(f"{user.name} signs in with a password alone, and {found.in_words}.")
    return Fail(f"{user.name} signs in with a password alone.", severity=Severity.HIGH)


@rule(
    asks="Is this access key older than 90 days?",
    severity=Severity.HIGH,
    controls=(
        fsbp("IAM.3"),
        cis_aws("1.13", edition="5.0"),
        cis_aws("2.12"),
        hipaa("164.308(a)(5)(ii)(D)"),
        gdpr("32(1)(b)"),
    ),
    by_hand="aws iam create-access-key --user-name USER; put the new key where the old one is used; then "
    "aws iam update-access-key --user-name USER --access-key-id KEY --status Inactive. "
    "Better: use a role, which has no key.",
    breaks="Whatever still uses this key stops working until the key is switched on again.",
)
def access_key_old(key: AccessKey, estate: Estate) -> Answer:
    """Access key is old.

    A key is a password in a file. The older it is, the more places it was copied to: laptops, chats, backups, code.
    """
    if not key.active:
        return Pass(f"Key {key.name} is switched off.")
    age = estate.days_since(key.created)
    if age <= _OLD:
        return Pass(f"Key {key.name} is {age} days old.")
    owner, admin = _owner(key, estate)
    use = _use(key, estate)
    whose = f"of {owner}, who is an administrator," if admin else f"of {owner}"
    return Fail(
        f"Key {key.name} {whose} is {age} days old. {use}",
        _switched_off(key, estate),
        witness=(f"made {key.created}",),
        severity=None if admin else Severity.MEDIUM,
    )


@rule(
    asks="Is there an access key that nobody has used for 45 days?",
    severity=Severity.MEDIUM,
    controls=(
        fsbp("IAM.8"),
        fsbp("IAM.22"),
        cis_aws("1.11", edition="5.0"),
        cis_aws("2.11"),
        hipaa("164.308(a)(3)(ii)(C)"),
        gdpr("32(1)(b)"),
    ),
    by_hand="aws iam update-access-key --user-name USER --access-key-id KEY --status Inactive; delete it weeks later.",
    breaks="What uses this key only rarely, such as a yearly report, stops working until it is switched on again.",
)
def access_key_unused(key: AccessKey, estate: Estate) -> Answer:
    """Access key is not used any more.

    Nobody misses it when it is stolen. It still opens the same doors as on the first day.
    """
    if not key.active:
        return Pass(f"Key {key.name} is switched off.")
    idle = _idle(key, estate)
    if idle <= _UNUSED:
        return Pass(f"Key {key.name} was used or made in the last {_UNUSED} days.")
    owner, _ = _owner(key, estate)
    return Fail(
        f"Key {key.name} of {owner} works, but {_use(key, estate).lower().removesuffix('.')}.",
        change(key, "active", False),
        severity=None if idle > _LONG_UNUSED else Severity.LOW,
    )


@rule(
    asks="Is there a password that nobody has used for 45 days?",
    severity=Severity.MEDIUM,
    controls=(
        fsbp("IAM.8"),
        fsbp("IAM.22"),
        cis_aws("1.11", edition="5.0"),
        cis_aws("2.11"),
        hipaa("164.308(a)(3)(ii)(C)"),
        gdpr("32(1)(b)"),
    ),
    by_hand="aws iam delete-login-profile --user-name USER",
    breaks="The person cannot sign in to the console any more until somebody sets a new password.",
)
def password_unused(user: User, estate: Estate) -> Answer:
    """Password is not used any more.

    People leave, their users stay. A forgotten user with a password is a door that nobody watches.
    """
    password = user.password.value
    if password is None:
        return Pass(f"{user.name} has no password.")
    days = estate.days_since(password.last_used or password.created)
    if days <= _UNUSED:
        return Pass(f"{user.name} signed in, or got the password, in the last {_UNUSED} days.")
    since = "last signed in" if password.last_used else "never signed in since it was set"
    return Fail(
        f"{user.name} has a password, but {since} {days} days ago.",
        Irreversible(
            user.id,
            f"Take the password away: aws iam delete-login-profile --user-name {user.name}",
            "AWS tells nobody what the password was. A new one would have to be set.",
        ),
        severity=None if days > _LONG_UNUSED else Severity.LOW,
    )


@rule(
    asks="Does this user have two access keys that both work?",
    severity=Severity.LOW,
    controls=(cis_aws("1.12", edition="5.0"), hipaa("164.308(a)(5)(ii)(D)")),
    by_hand="aws iam get-access-key-last-used --access-key-id KEY (for both); then switch off the one that is not "
    "needed: aws iam update-access-key --user-name USER --access-key-id KEY --status Inactive",
    breaks="Whatever uses the key that you switch off stops working until you switch it on again.",
)
def user_with_two_active_keys(user: User, estate: Estate) -> Answer:
    """User has two access keys that work.

    The second is there for changing over from an old key to a new one. Later it is only one more key that can be lost.
    """
    keys = [key for key in estate.within(AccessKey, user.account) if key.user == user.id and key.active]
    if len(keys) < 2:
        return Pass(f"{user.name} has {'one key' if keys else 'no key'} that works.")
    newest = min(estate.days_since(key.created) for key in keys)
    if newest <= _CHANGING_OVER:
        return Pass(f"{user.name} got a new key {_ago(newest)}: the old one is being replaced.")
    names = " and ".join(sorted(key.name for key in keys))
    return Fail(f"{user.name} has two keys that work, and the newer one is {newest} days old.", witness=(names,))


@rule(
    asks="Does this policy let whoever has it do everything in the account?",
    severity=Severity.HIGH,
    controls=(
        fsbp("IAM.1"),
        cis_aws("1.15", edition="5.0"),
        cis_aws("2.14"),
        hipaa("164.308(a)(4)(ii)(B)"),
        hipaa("164.502(b)"),
        gdpr("25(2)"),
    ),
    by_hand="IAM > Policies > the policy > Policy usage: see who has it. IAM > the user or role > Last Accessed: see "
    "what they really need, and write a policy of that.",
    breaks="Whoever has the policy can do less than before. Look at what they used in the last 90 days first.",
)
def policy_allows_everything(policy: Policy, estate: Estate) -> Answer:
    """Policy allows everything.

    A mistake, or one stolen key of anybody who has this policy, then concerns the whole account and not one part of it.
    """
    if not policy.attachments:
        return Pass(f"Nobody has the policy {policy.name}.")
    found = rights_of(policy)
    if not found.is_admin:
        return Pass(f"The policy {policy.name} does not allow everything.")
    times = "one user, group or role" if policy.attachments == 1 else f"{policy.attachments} users, groups and roles"
    return Fail(f'Whoever has the policy "{policy.name}" {replace(found, by="").in_words}. It is attached to {times}.')


@rule(
    asks="Does this user have rights of their own, instead of those of a group?",
    severity=Severity.LOW,
    controls=(
        fsbp("IAM.2"),
        cis_aws("1.14", edition="5.0"),
        cis_aws("2.13"),
        hipaa("164.308(a)(4)(ii)(C)"),
    ),
    by_hand="Make a group for the task, attach the policy to it and add the user: aws iam create-group; "
    "aws iam attach-group-policy; aws iam add-user-to-group; then aws iam detach-user-policy.",
    breaks="Nothing, if the group has the same policies before they are taken from the user.",
)
def policy_attached_to_user(user: User, estate: Estate) -> Answer:
    """Rights given to a single user.

    Such rights are forgotten when people change their work. A group for each task shows who may do what at one glance.
    """
    names = [policy.name for policy in user.attached]
    if not names:
        names = [policy.name for policy in user.inline.value]
    if not names:
        return Pass(f"{user.name} has rights through groups only, or none.")
    return Fail(f"{user.name} has rights that were given to this user alone.", witness=tuple(names))


@rule(
    asks="May people choose passwords that are easy to guess?",
    severity=Severity.MEDIUM,
    controls=(
        fsbp("IAM.7"),
        cis_aws("1.7", edition="5.0"),
        cis_aws("1.8", edition="5.0"),
        cis_aws("2.8"),
        cis_aws("2.9"),
        hipaa("164.308(a)(5)(ii)(D)"),
        gdpr("32(1)(b)"),
    ),
    by_hand="aws iam update-account-password-policy --minimum-password-length 14 --password-reuse-prevention 24 "
    "--require-symbols --require-numbers --require-uppercase-characters --require-lowercase-characters "
    "--allow-users-to-change-password",
    breaks="Nothing at once: today's passwords go on working. The next password must keep the new rules.",
)
def password_rules_weak(policy: PasswordPolicy, estate: Estate) -> Answer:
    """Rules for passwords are weak.

    Short passwords are guessed by machines in hours; used again, they are already on the lists of thieves.
    """
    rules = policy.rules.value
    if rules is None:
        return Fail(
            "No rules for passwords were ever set: AWS then accepts 8 characters, and the same password again.",
            change(policy, "rules", _STRONG),
        )
    gaps = tuple(_gaps(rules))
    if not gaps:
        return Pass(f"Passwords have at least {rules.minimum_length} characters and cannot be used again.")
    return Fail(f"Passwords {_and(gaps)}.", change(policy, "rules", _strong(rules)))


@rule(
    asks="Can whoever breaks into a server with this role take over the whole account?",
    severity=Severity.HIGH,
    controls=(hipaa("164.308(a)(4)(ii)(B)"), hipaa("164.502(b)"), gdpr("25(2)"), gdpr("32(1)(b)")),
    by_hand="IAM > Roles > the role > Last Accessed: see what the server really needs; write a policy of that, attach "
    "it, and detach the strong one: aws iam detach-role-policy --role-name ROLE --policy-arn POLICY",
    breaks="What the server does in AWS and the new policy leaves out. Look at what it used in the last 90 days first.",
)
def servers_may_do_everything(profile: InstanceProfile, estate: Estate) -> Answer:
    """Servers may do everything in the account.

    Every program on a server can use the server's role, and so can anyone who breaks into one of them.
    """
    if profile.role is None:
        return Pass(f"{profile.name} gives servers no role.")
    found = rights(estate.get(Role, profile.role), estate)
    if found.power is Power.LIMITED:
        return Pass(f"Servers with {profile.name} have limited rights.")
    servers = sorted(i.name for i in estate.within(Instance, profile.account) if i.profile == profile.id)
    if not servers:
        return Pass(f"No server has {profile.name} at present.")
    who = f"The server {servers[0]}" if len(servers) == 1 else f"Each of {len(servers)} servers"
    return Fail(
        f"{who} {found.in_words}.",
        witness=tuple(servers),
        severity=None if found.is_admin else Severity.MEDIUM,
    )


def _owner(key: AccessKey, estate: Estate) -> tuple[str, bool]:
    """Return the name of a key's user, and whether that is known to be an administrator."""
    user = estate.find(key.user)
    return key.user.rpartition("/")[2], isinstance(user, User) and surely_admin(user, estate)


def _idle(key: AccessKey, estate: Estate) -> int:
    """Return how many days a key was not used."""
    return estate.days_since(key.last_used.value or key.created)


def _use(key: AccessKey, estate: Estate) -> str:
    if key.last_used.unread:
        return "When it was last used could not be read."
    last = key.last_used.value
    return f"It was last used {_ago(estate.days_since(last))}." if last else "It was never used."


def _switched_off(key: AccessKey, estate: Estate) -> Change | None:
    """Return the change that switches a key off; None where it is in use, or may be: somebody must look first."""
    if key.last_used.unread or _idle(key, estate) <= _UNUSED:
        return None
    return change(key, "active", False)


_STRONG = PasswordRules(
    minimum_length=14,
    symbols=True,
    numbers=True,
    uppercase=True,
    lowercase=True,
    may_change=True,
    max_age_days=None,
    reuse=24,
    hard_expiry=False,
)


def _strong(rules: PasswordRules) -> PasswordRules:
    """Return rules made as strong as they should be, the rest left as it is."""
    return replace(
        rules,
        minimum_length=max(rules.minimum_length, _STRONG.minimum_length),
        symbols=True,
        numbers=True,
        uppercase=True,
        lowercase=True,
        reuse=_STRONG.reuse,
    )


def _gaps(rules: PasswordRules) -> list[str]:
    gaps: list[str] = []
    if rules.minimum_length < 14:
        gaps.append(f"may have as few as {rules.minimum_length} characters (14 are safe)")
    if (rules.reuse or 0) < 24:
        again = f"after {rules.reuse} others" if rules.reuse else "at once"
        gaps.append(f"may be used again {again}")
    wanted = {
        "symbols": rules.symbols,
        "numbers": rules.numbers,
        "capital letters": rules.uppercase,
        "small letters": rules.lowercase,
    }
    if missing := [what for what, there in wanted.items() if not there]:
        gaps.append(f"need no {', '.join(missing[:-1])}{' or ' if missing[1:] else ''}{missing[-1]}")
    return gaps


def _and(parts: tuple[str, ...]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])}, and {parts[-1]}"


def _ago(days: int) -> str:
    return "today" if days <= 0 else "yesterday" if days == 1 else f"{days} days ago"


ALL = (
    root_has_access_key,
    root_without_second_factor,
    root_used_lately,
    console_user_without_second_factor,
    access_key_old,
    access_key_unused,
    password_unused,
    user_with_two_active_keys,
    policy_allows_everything,
    policy_attached_to_user,
    password_rules_weak,
    servers_may_do_everything,
)
