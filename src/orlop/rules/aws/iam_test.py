from dataclasses import replace

import pytest
from tests.cases import ACCOUNT, DENIED, REGION, days_ago, unlisted, verdict
from tests.people import ADMIN, READER, allow, group, iam, key, policy, role, says, user

from orlop.estate.aws.ec2 import Instance, MetadataOptions
from orlop.estate.aws.iam import (
    AccessKey,
    Group,
    InstanceProfile,
    Password,
    PasswordPolicy,
    PasswordRules,
    Policy,
    RootUser,
    User,
)
from orlop.estate.change import Change, Irreversible
from orlop.estate.fact import Fact, Unread
from orlop.estate.resource import Resource
from orlop.rules.aws import iam as rules
from orlop.rules.rule import Fail, Pass, Severity, Unknown, Verdict


def root(
    *,
    key: bool | Unread = False,
    mfa: bool | Unread = True,
    password: bool | Unread = True,
    used: int | Unread | None = None,
) -> RootUser:
    return RootUser(
        id=iam("root"),
        account=ACCOUNT,
        region="",
        name=f"root user of {ACCOUNT}",
        source="iam:GetAccountSummary",
        has_password=Fact(password, "iam:GetAccountSummary"),
        has_access_key=Fact(key, "iam:GetAccountSummary"),
        has_mfa=Fact(mfa, "iam:GetAccountSummary"),
        last_used=Fact(days_ago(used) if isinstance(used, int) else used, "iam:GetCredentialReport"),
    )


@pytest.mark.parametrize(("key", "expected"), [(False, Pass), (True, Fail), (DENIED, Unknown)])
def test_root_has_access_key(key: bool | Unread, expected: type[Verdict]) -> None:
    assert isinstance(verdict(rules.root_has_access_key, root(key=key)), expected)


@pytest.mark.parametrize(
    ("mfa", "password", "expected"),
    [
        pytest.param(True, True, Pass, id="has one"),
        pytest.param(False, True, Fail, id="has none"),
        pytest.param(False, False, Pass, id="no password: the organisation took it away"),
        pytest.param(True, DENIED, Pass, id="the password is moot then"),
        pytest.param(DENIED, True, Unknown, id="denied"),
    ],
)
def test_root_without_second_factor(mfa: bool | Unread, password: bool | Unread, expected: type[Verdict]) -> None:
    assert isinstance(verdict(rules.root_without_second_factor, root(mfa=mfa, password=password)), expected)


@pytest.mark.parametrize(
    ("used", "expected"),
    [(None, Pass), (31, Pass), (30, Fail), (0, Fail), (DENIED, Unknown)],
)
def test_root_used_lately(used: int | Unread | None, expected: type[Verdict]) -> None:
    assert isinstance(verdict(rules.root_used_lately, root(used=used)), expected)


SET = Password(created=days_ago(400), last_used=days_ago(2))
PHONE = (iam("mfa/anna"),)


@pytest.mark.parametrize(
    ("who", "expected", "severity"),
    [
        pytest.param(user(password=SET, mfa=PHONE), Pass, None, id="password and second factor"),
        pytest.param(user(), Pass, None, id="no password"),
        pytest.param(user(mfa=DENIED), Pass, None, id="no password, so the rest is moot"),
        pytest.param(user(password=SET), Fail, Severity.HIGH, id="password alone"),
        pytest.param(user(password=SET, has=("aws/AdministratorAccess",)), Fail, None, id="an administrator"),
        pytest.param(user(password=SET, groups=("admins",)), Fail, None, id="an administrator by a group"),
        pytest.param(user(password=SET, own=DENIED), Fail, Severity.HIGH, id="rights not read: still a password alone"),
        pytest.param(user(password=DENIED), Unknown, None, id="password not read"),
        pytest.param(user(password=SET, mfa=DENIED), Unknown, None, id="devices not read"),
    ],
)
def test_console_user_without_second_factor(who: User, expected: type[Verdict], severity: Severity | None) -> None:
    admins = group("admins", has=("aws/AdministratorAccess",))
    said = verdict(rules.console_user_without_second_factor, who, admins)
    assert isinstance(said, expected)
    assert getattr(said, "severity", None) is severity


ANNA, ADMINISTRATOR = user(), user(has=("aws/IAMFullAccess",))


@pytest.mark.parametrize(
    ("held", "owner", "expected", "severity", "switched_off"),
    [
        pytest.param(key(age=90, used=1), ANNA, Pass, None, False, id="90 days"),
        pytest.param(key(age=91, used=1), ANNA, Fail, Severity.MEDIUM, False, id="91 days, in use: look first"),
        pytest.param(key(age=400, used=45), ANNA, Fail, Severity.MEDIUM, False, id="used 45 days ago"),
        pytest.param(key(age=400, used=46), ANNA, Fail, Severity.MEDIUM, True, id="nobody uses it"),
        pytest.param(key(age=400), ADMINISTRATOR, Fail, None, True, id="an administrator's, never used"),
        pytest.param(key(age=400, active=False), ANNA, Pass, None, False, id="switched off"),
        pytest.param(key(age=400, used=DENIED), ANNA, Fail, Severity.MEDIUM, False, id="use not read: old anyway"),
        pytest.param(replace(key(), created=""), ANNA, Unknown, None, False, id="age not known"),
    ],
)
def test_access_key_old(
    held: AccessKey, owner: User, expected: type[Verdict], severity: Severity | None, switched_off: bool
) -> None:
    said = verdict(rules.access_key_old, held, owner)
    assert isinstance(said, expected)
    assert getattr(said, "severity", None) is severity
    assert isinstance(getattr(said, "fix", None), Change) is switched_off


def test_access_key_old_names_days_and_user() -> None:
    said = verdict(rules.access_key_old, key(age=400, used=3), ADMINISTRATOR)
    assert said.because == "Key AKIA1 of anna, who is an administrator, is 400 days old. It was last used 3 days ago."


@pytest.mark.parametrize(
    ("held", "expected", "severity"),
    [
        pytest.param(key(used=45), Pass, None, id="used 45 days ago"),
        pytest.param(key(used=46), Fail, Severity.LOW, id="used 46 days ago"),
        pytest.param(key(used=91), Fail, None, id="used 91 days ago"),
        pytest.param(key(age=10), Pass, None, id="new, not used yet"),
        pytest.param(key(age=91), Fail, None, id="never used"),
        pytest.param(key(used=DENIED, active=False), Pass, None, id="switched off, so its use is moot"),
        pytest.param(key(used=DENIED), Unknown, None, id="use not read"),
    ],
)
def test_access_key_unused(held: AccessKey, expected: type[Verdict], severity: Severity | None) -> None:
    said = verdict(rules.access_key_unused, held)
    assert isinstance(said, expected)
    assert getattr(said, "severity", None) is severity
    if isinstance(said, Fail):
        assert said.fix == Change("AWS::IAM::AccessKey", held.id, "active", was=True, becomes=False)


@pytest.mark.parametrize(
    ("password", "expected", "severity"),
    [
        pytest.param(None, Pass, None, id="none"),
        pytest.param(SET, Pass, None, id="in use"),
        pytest.param(Password(created=days_ago(10), last_used=None), Pass, None, id="new"),
        pytest.param(Password(created=days_ago(400), last_used=days_ago(46)), Fail, Severity.LOW, id="46 days"),
        pytest.param(Password(created=days_ago(400), last_used=None), Fail, None, id="never used"),
        pytest.param(DENIED, Unknown, None, id="not read"),
    ],
)
def test_password_unused(
    password: Password | Unread | None, expected: type[Verdict], severity: Severity | None
) -> None:
    said = verdict(rules.password_unused, user(password=password))
    assert isinstance(said, expected)
    assert getattr(said, "severity", None) is severity
    if isinstance(said, Fail):
        assert isinstance(said.fix, Irreversible)


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        pytest.param((), Pass, id="none"),
        pytest.param((key("A"), key("B", active=False)), Pass, id="one switched off"),
        pytest.param((key("A"), key("B", of="bert")), Pass, id="of two people"),
        pytest.param((key("A"), key("B", age=14)), Pass, id="changing over"),
        pytest.param((key("A"), key("B", age=15)), Fail, id="changing over takes too long"),
    ],
)
def test_user_with_two_active_keys(keys: tuple[AccessKey, ...], expected: type[Verdict]) -> None:
    assert isinstance(verdict(rules.user_with_two_active_keys, user(), *keys), expected)


def test_user_with_two_active_keys_needs_all_keys() -> None:
    assert isinstance(verdict(rules.user_with_two_active_keys, user(), key(), unread=(AccessKey,)), Unknown)


@pytest.mark.parametrize(
    ("held", "expected"),
    [
        pytest.param(policy("p", ADMIN), Fail, id="everything"),
        pytest.param(policy("p", says(allow("iam:*"))), Fail, id="every right"),
        pytest.param(policy("p", ADMIN, attachments=0), Pass, id="nobody has it"),
        pytest.param(policy("p", DENIED, attachments=0), Pass, id="nobody has it, so what it says is moot"),
        pytest.param(policy("p", READER), Pass, id="reading"),
        pytest.param(policy("p", says(allow("s3:*"))), Pass, id="all of one service"),
        pytest.param(policy("p", DENIED), Unknown, id="malformed"),
    ],
)
def test_policy_allows_everything(held: Policy, expected: type[Verdict]) -> None:
    assert isinstance(verdict(rules.policy_allows_everything, held), expected)


@pytest.mark.parametrize(
    ("who", "expected"),
    [
        pytest.param(user(groups=("claims",)), Pass, id="by groups"),
        pytest.param(user(has=("aws/ReadOnlyAccess",)), Fail, id="a managed policy"),
        pytest.param(user(own=READER), Fail, id="a policy of his own"),
        pytest.param(user(has=("p",), own=DENIED), Fail, id="one is enough, so the rest is moot"),
        pytest.param(user(own=DENIED), Unknown, id="not read"),
    ],
)
def test_policy_attached_to_user(who: User, expected: type[Verdict]) -> None:
    assert isinstance(verdict(rules.policy_attached_to_user, who), expected)


STRONG = PasswordRules(
    minimum_length=14,
    symbols=True,
    numbers=True,
    uppercase=True,
    lowercase=True,
    may_change=False,
    max_age_days=60,
    reuse=24,
    hard_expiry=True,
)


@pytest.mark.parametrize(
    ("held", "expected"),
    [
        pytest.param(STRONG, Pass, id="strong"),
        pytest.param(replace(STRONG, minimum_length=20, max_age_days=None), Pass, id="longer, never expiring"),
        pytest.param(replace(STRONG, minimum_length=13), Fail, id="short"),
        pytest.param(replace(STRONG, reuse=23), Fail, id="used again too soon"),
        pytest.param(replace(STRONG, reuse=None), Fail, id="used again at once"),
        pytest.param(replace(STRONG, symbols=False), Fail, id="no symbols"),
        pytest.param(None, Fail, id="never set"),
        pytest.param(DENIED, Unknown, id="denied"),
    ],
)
def test_password_rules_weak(held: PasswordRules | Unread | None, expected: type[Verdict]) -> None:
    about = PasswordPolicy(
        id=iam("password-policy"),
        account=ACCOUNT,
        region="",
        name=ACCOUNT,
        source="iam:GetAccountPasswordPolicy",
        rules=Fact(held, "iam:GetAccountPasswordPolicy"),
    )
    said = verdict(rules.password_rules_weak, about)
    assert isinstance(said, expected)
    if isinstance(said, Fail) and isinstance(held, PasswordRules):
        assert isinstance(said.fix, Change)
        assert said.fix.becomes == STRONG, "all that was not too weak stays"


PROFILE = InstanceProfile(
    id=iam("instance-profile/worker"),
    account=ACCOUNT,
    region="",
    name="worker",
    source="iam:ListInstanceProfiles",
    role=iam("role/worker"),
)
SERVER = Instance(
    id=f"arn:aws:ec2:{REGION}:{ACCOUNT}:instance/i-1",
    account=ACCOUNT,
    region=REGION,
    name="batch",
    source="ec2:DescribeInstances",
    instance_id="i-1",
    state="running",
    launched_at=days_ago(10),
    stopped_at=None,
    image="ami-1",
    platform="",
    vpc=None,
    subnet=None,
    interfaces=(),
    groups=(),
    private_addresses=(),
    public_addresses=(),
    profile=PROFILE.id,
    forwards=False,
    metadata=Fact(
        MetadataOptions(tokens="required", enabled=True, hops=1, ipv6=False, tags=False), "ec2:DescribeInstances"
    ),
    tags=(),
    user_data=Fact((), "ec2:DescribeInstanceAttribute"),
)


@pytest.mark.parametrize(
    ("profile", "beside", "expected", "severity"),
    [
        pytest.param(PROFILE, (role(has=("aws/AdministratorAccess",)), SERVER), Fail, None, id="everything"),
        pytest.param(PROFILE, (role(own=says(allow("iam:*"))), SERVER), Fail, None, id="every right"),
        pytest.param(PROFILE, (role(has=("aws/PowerUserAccess",)), SERVER), Fail, Severity.MEDIUM, id="nearly"),
        pytest.param(PROFILE, (role(own=READER), SERVER), Pass, None, id="reading"),
        pytest.param(PROFILE, (role(has=("aws/AdministratorAccess",)),), Pass, None, id="no server has it"),
        pytest.param(replace(PROFILE, role=None), (SERVER,), Pass, None, id="no role in it"),
        pytest.param(PROFILE, (role(own=DENIED), SERVER), Unknown, None, id="rights not read"),
        pytest.param(PROFILE, (SERVER,), Unknown, None, id="role not read"),
    ],
)
def test_servers_may_do_everything(
    profile: InstanceProfile, beside: tuple[Resource, ...], expected: type[Verdict], severity: Severity | None
) -> None:
    said = verdict(rules.servers_may_do_everything, profile, *beside)
    assert isinstance(said, expected)
    assert getattr(said, "severity", None) is severity


def test_servers_that_were_not_listed_are_not_none() -> None:
    strong = role(has=("aws/AdministratorAccess",))
    assert isinstance(verdict(rules.servers_may_do_everything, PROFILE, strong, unread=(Instance,)), Unknown)


def test_a_group_that_was_not_read_says_nothing() -> None:
    said = verdict(rules.console_user_without_second_factor, user(password=SET, groups=("gone",)), unread=(Group,))
    assert isinstance(said, Fail)


@pytest.mark.parametrize("rule", rules.ALL, ids=lambda rule: rule.id)
def test_a_listing_that_was_refused(rule: object) -> None:
    assert isinstance(unlisted(rule), Unknown)  # pyright: ignore[reportArgumentType] -- any rule
