from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

import pytest
from tests.answers import Answers, seen
from tests.cases import ACCOUNT, REGION

from orlop.collect.aws import iam
from orlop.collect.aws.account import Account, reread
from orlop.collect.aws.calls import CallFailed
from orlop.collect.aws.collector import Reader
from orlop.collect.pool import Pool
from orlop.estate.aws.iam import (
    AccessAnalyzer,
    AccessKey,
    AwsPolicy,
    Group,
    PasswordPolicy,
    Policy,
    Role,
    RootUser,
    User,
)
from orlop.estate.estate import Listing
from orlop.estate.fact import Cause, NotKnown, Unread

DENIED, GONE = Unread(Cause.DENIED, "access denied"), Unread(Cause.GONE, "it no longer exists")
DAY = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
ISO = "2026-01-02T03:04:05+00:00"
SAYS: dict[str, Any] = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}


def arn(rest: str) -> str:
    return f"arn:aws:iam::{ACCOUNT}:{rest}"


def version(document: Any = SAYS) -> list[dict[str, Any]]:
    return [
        {"VersionId": "v1", "IsDefaultVersion": False, "Document": {"Statement": []}},
        {"VersionId": "v2", "IsDefaultVersion": True, "Document": document},
    ]


def details(**more: list[dict[str, Any]]) -> dict[str, Any]:
    return {"UserDetailList": [], "GroupDetailList": [], "RoleDetailList": [], "Policies": [], **more}


ANNA: dict[str, Any] = {"UserName": "anna", "Arn": arn("user/office/anna"), "CreateDate": DAY, "GroupList": ["admins"]}
ADMINS: dict[str, Any] = {"GroupName": "admins", "Arn": arn("group/office/admins"), "GroupPolicyList": []}


def people(user: dict[str, Any], **said: Any) -> User:
    answers = Answers(
        {
            "iam:GetAccountAuthorizationDetails": details(UserDetailList=[user], GroupDetailList=[ADMINS]),
            "iam:GetLoginProfile": {"LoginProfile": {"UserName": "anna", "CreateDate": DAY}},
            "iam:GetUser": {"User": {"UserName": "anna", "PasswordLastUsed": DAY}},
            "iam:ListMFADevices": {"MFADevices": [{"SerialNumber": arn("mfa/anna")}]},
            **{f"iam:{operation}": answer for operation, answer in said.items()},
        }
    )
    [found] = seen([iam.entities], answers).each(User)
    return found


def test_a_user_is_in_groups_by_their_own_paths() -> None:
    found = people(ANNA)
    assert (found.name, found.groups, found.created) == ("anna", (arn("group/office/admins"),), ISO)
    password = found.password.value
    assert password
    assert (password.created, password.last_used) == (ISO, ISO)
    assert found.mfa_devices.value == (arn("mfa/anna"),)


def test_a_user_without_a_password() -> None:
    assert people(ANNA, GetLoginProfile="NoSuchEntity").password.value is None


def test_a_password_never_used() -> None:
    password = people(ANNA, GetUser={"User": {"UserName": "anna"}}).password.value
    assert password
    assert password.last_used is None


def test_what_a_user_does_not_tell_is_unread() -> None:
    found = people(ANNA, GetLoginProfile="AccessDenied", ListMFADevices={"Devices": []})
    assert found.password.unread
    assert (found.password.unread.cause, found.password.source) == (Cause.DENIED, "iam:GetLoginProfile")
    assert found.mfa_devices.unread
    assert found.mfa_devices.unread.cause is Cause.MALFORMED


@pytest.mark.parametrize("document", [{"Statement": [{"Effect": "Maybe", "Action": "*"}]}, "{", "%7B%22a%22", None])
def test_a_malformed_policy_is_unread_and_hides_nothing_else(document: Any) -> None:
    found = people({**ANNA, "UserPolicyList": [{"PolicyName": "own", "PolicyDocument": document}]})
    assert found.inline.unread
    assert found.inline.unread.cause is Cause.MALFORMED
    assert found.password.value


def test_a_boundary_and_policies_of_ones_own() -> None:
    found = people(
        {
            **ANNA,
            "PermissionsBoundary": {"PermissionsBoundaryArn": arn("policy/limit")},
            "UserPolicyList": [{"PolicyName": "own", "PolicyDocument": SAYS}],
            "AttachedManagedPolicies": [{"PolicyName": "p", "PolicyArn": arn("policy/p")}],
        }
    )
    assert found.boundary == arn("policy/limit")
    assert [inline.name for inline in found.inline.value] == ["own"]
    assert [attached.arn for attached in found.attached] == [arn("policy/p")]


def test_roles_and_policies() -> None:
    trust = '{"Statement":{"Effect":"Allow","Principal":"*","Action":"sts:AssumeRole"}}'
    role: dict[str, Any] = {
        "RoleName": "worker",
        "Arn": arn("role/worker"),
        "Path": "/",
        "CreateDate": DAY,
        "AssumeRolePolicyDocument": quote(trust, safe=""),
        "RoleLastUsed": {"LastUsedDate": DAY, "Region": REGION},
    }
    own = {"PolicyName": "p", "Arn": arn("policy/p"), "AttachmentCount": 2, "PolicyVersionList": version()}
    amazon = {"Arn": "arn:aws:iam::aws:policy/job-function/Billing", "PolicyVersionList": version()}
    used, bound, idle = ({**amazon, "AttachmentCount": 1}, {**amazon, "PermissionsBoundaryUsageCount": 1}, amazon)
    bound, idle = {**bound, "Arn": f"{bound['Arn']}2"}, {**idle, "Arn": f"{idle['Arn']}3", "AttachmentCount": 0}
    answers = {"iam:GetAccountAuthorizationDetails": details(RoleDetailList=[role], Policies=[own, used, bound, idle])}
    estate = seen([iam.entities], Answers(answers))
    [found] = estate.each(Role)
    assert (found.last_used, found.trust.value.statements[0].actions) == (ISO, ("sts:AssumeRole",))
    [policy] = estate.each(Policy)
    assert (policy.attachments, policy.document.value.statements[0].actions) == (2, ("*",))
    assert [policy.id for policy in estate.each(AwsPolicy)] == [
        f"arn:aws:iam::aws:policy/job-function/Billing#{ACCOUNT}",
        f"arn:aws:iam::aws:policy/job-function/Billing2#{ACCOUNT}",
    ]


def test_one_broken_role_does_not_hide_the_others() -> None:
    whole = {"RoleName": "b", "Arn": arn("role/b"), "Path": "/", "CreateDate": DAY, "AssumeRolePolicyDocument": SAYS}
    listed = details(RoleDetailList=[{"RoleName": "a"}, whole])
    estate = seen([iam.entities], Answers({"iam:GetAccountAuthorizationDetails": listed}))
    assert [role.name for role in estate.each(Role)] == ["b"]
    with pytest.raises(NotKnown):
        estate.within(Role, ACCOUNT)


def test_nothing_is_concluded_where_the_details_were_denied() -> None:
    estate = seen([iam.entities], Answers({}))
    for kind in (User, Group, Role, Policy, AwsPolicy):
        with pytest.raises(NotKnown):
            estate.within(kind, ACCOUNT)


USERS = {"Users": [{"Arn": arn("user/office/anna")}, {"Arn": arn("user/bert")}]}


def keys_of(params: dict[str, Any]) -> dict[str, Any]:
    if params["UserName"] != "anna":
        return {"AccessKeyMetadata": []}
    return {
        "AccessKeyMetadata": [
            {"AccessKeyId": "AKIA1", "Status": "Active", "CreateDate": DAY},
            {"AccessKeyId": "AKIA2", "Status": "Inactive", "CreateDate": DAY},
        ]
    }


def used(params: dict[str, Any]) -> dict[str, Any]:
    never = {"Region": "N/A", "ServiceName": "N/A"}
    return {"AccessKeyLastUsed": {"LastUsedDate": DAY} if params["AccessKeyId"] == "AKIA1" else never}


KEYS = {"iam:ListUsers": USERS, "iam:ListAccessKeys": keys_of, "iam:GetAccessKeyLastUsed": used}


def test_access_keys() -> None:
    found = {key.name: key for key in seen([iam.access_keys], Answers(KEYS)).within(AccessKey, ACCOUNT)}
    assert {name: (key.active, key.last_used.value) for name, key in found.items()} == {
        "AKIA1": (True, ISO),
        "AKIA2": (False, None),
    }
    assert found["AKIA1"].id == arn("user/office/anna/access-key/AKIA1")
    assert found["AKIA1"].user == arn("user/office/anna")


def test_the_last_use_of_a_key_may_be_unread() -> None:
    answers = Answers({**KEYS, "iam:GetAccessKeyLastUsed": "AccessDenied"})
    [first, _] = seen([iam.access_keys], answers).within(AccessKey, ACCOUNT)
    assert first.last_used.unread


def test_keys_of_one_user_denied_is_not_all_keys() -> None:
    def keys(params: dict[str, Any]) -> dict[str, Any]:
        if params["UserName"] == "bert":
            raise CallFailed("iam:ListAccessKeys", "AccessDenied", DENIED)
        return keys_of(params)

    estate = seen([iam.access_keys], Answers({**KEYS, "iam:ListAccessKeys": keys}))
    assert len(list(estate.each(AccessKey))) == 2
    with pytest.raises(NotKnown) as gap:
        estate.within(AccessKey, ACCOUNT)
    assert (gap.value.source, gap.value.unread) == ("iam:ListAccessKeys", DENIED)


def test_a_user_deleted_meanwhile_has_no_keys() -> None:
    def keys(params: dict[str, Any]) -> dict[str, Any]:
        if params["UserName"] == "bert":
            raise CallFailed("iam:ListAccessKeys", "NoSuchEntity", GONE)
        return keys_of(params)

    estate = seen([iam.access_keys], Answers({**KEYS, "iam:ListAccessKeys": keys}))
    assert len(estate.within(AccessKey, ACCOUNT)) == 2


def test_to_read_one_key_anew_its_user_alone_is_asked() -> None:
    answers = Answers(KEYS)
    listing = Listing(kind="AWS::EC2::Region", account=ACCOUNT, region="", source="ec2:DescribeRegions")
    account = Account(id=ACCOUNT, partition="aws", principal="", regions=(REGION,), listing=listing)
    id = arn("user/office/anna/access-key/AKIA2")
    found = reread(account, answers, [iam.access_keys], AccessKey.KIND, id, "")
    assert found
    assert found.id == id
    assert [source for source, _, _ in answers.asked].count("iam:ListUsers") == 0
    assert {p["UserName"] for source, _, p in answers.asked if source == "iam:ListAccessKeys"} == {"anna"}


RULES: dict[str, Any] = {
    "MinimumPasswordLength": 8,
    "RequireSymbols": False,
    "RequireNumbers": True,
    "RequireUppercaseCharacters": False,
    "RequireLowercaseCharacters": False,
    "AllowUsersToChangePassword": True,
    "ExpirePasswords": False,
}


def test_rules_for_passwords() -> None:
    [found] = seen([iam.password_policy], Answers({"iam:GetAccountPasswordPolicy": {"PasswordPolicy": RULES}})).each(
        PasswordPolicy
    )
    rules = found.rules.value
    assert rules
    assert (rules.minimum_length, rules.numbers, rules.max_age_days, rules.reuse) == (8, True, None, None)


def test_rules_for_passwords_that_were_never_set() -> None:
    [found] = seen([iam.password_policy], Answers({"iam:GetAccountPasswordPolicy": "NoSuchEntity"})).each(
        PasswordPolicy
    )
    assert found.rules.value is None


HEAD = "user,arn,password_last_used,access_key_1_last_used_date,access_key_2_last_used_date"


def root(*lines: str, summary: Any = None) -> RootUser:
    content = "\n".join((HEAD, *lines)).encode()
    map = {"AccountMFAEnabled": 1, "AccountAccessKeysPresent": 0} if summary is None else summary
    answers = {
        "iam:GetAccountSummary": {"SummaryMap": map},
        "iam:GenerateCredentialReport": {"State": "COMPLETE"},
        "iam:GetCredentialReport": {"Content": content},
    }
    [found] = seen([iam.root_user], Answers(answers)).each(RootUser)
    return found


@pytest.mark.parametrize(
    ("line", "last"),
    [
        ("<root_account>,a,no_information,N/A,N/A", None),
        ("<root_account>,a,2026-01-01T00:00:00+00:00,N/A,N/A", "2026-01-01T00:00:00+00:00"),
        ("<root_account>,a,2026-01-01T00:00:00+00:00,2026-03-01T00:00:00+00:00,N/A", "2026-03-01T00:00:00+00:00"),
        ("<root_account>,a,not_supported,N/A,2025-01-01T00:00:00+00:00", "2025-01-01T00:00:00+00:00"),
    ],
)
def test_when_the_root_user_was_last_used(line: str, last: str | None) -> None:
    assert root(line, "anna,b,2026-06-01T00:00:00+00:00,N/A,N/A").last_used.value == last


def test_a_report_that_does_not_speak_of_the_root_user() -> None:
    assert root("anna,b,N/A,N/A,N/A").last_used.unread


def test_what_the_summary_says_of_the_root_user() -> None:
    found = root(summary={"AccountMFAEnabled": 0, "AccountAccessKeysPresent": 1, "AccountPasswordPresent": 0})
    assert (found.has_mfa.value, found.has_access_key.value, found.has_password.value) == (False, True, False)
    older = root()
    assert (older.has_mfa.value, older.has_access_key.value, older.has_password.value) == (True, False, True)


def test_a_summary_of_another_shape_is_unread() -> None:
    found = root(summary={"Users": 3})
    assert found.has_mfa.unread
    assert found.has_access_key.unread


def reader(pool: Pool, answers: Answers) -> Reader:
    return Reader(answers, pool, iam.root_user, account=ACCOUNT, region="")


def report(*said: str) -> tuple[Answers, list[float]]:
    """Answers in which the report is asked for so many times before it is there."""
    left = list(said)

    def get(_: dict[str, Any]) -> dict[str, Any]:
        if left:
            raise CallFailed("iam:GetCredentialReport", left.pop(0), DENIED)
        return {"Content": HEAD.encode()}

    return Answers({"iam:GenerateCredentialReport": {"State": "STARTED"}, "iam:GetCredentialReport": get}), []


def test_a_report_is_waited_for() -> None:
    answers, pauses = report("ReportNotPresent", "ReportInProgress")
    with Pool(threads=1) as pool:
        assert iam.credential_report(reader(pool, answers), wait=pauses.append) == []
    assert pauses == [1, 1]


def test_a_report_is_not_waited_for_without_end() -> None:
    answers, pauses = report(*["ReportInProgress"] * 50)
    with Pool(threads=1) as pool, pytest.raises(CallFailed) as failure:
        iam.credential_report(reader(pool, answers), wait=pauses.append)
    assert failure.value.unread.cause is Cause.TIMED_OUT
    assert sum(pauses) == 20


def test_a_report_that_is_refused_is_not_waited_for() -> None:
    answers, pauses = report("AccessDenied")
    with Pool(threads=1) as pool, pytest.raises(CallFailed):
        iam.credential_report(reader(pool, answers), wait=pauses.append)
    assert pauses == []


def test_analyzers() -> None:
    listed = {"analyzers": [{"name": "all", "type": "ACCOUNT", "status": "CREATING"}]}
    [found] = seen([iam.access_analyzers], Answers({"accessanalyzer:ListAnalyzers": listed})).each(AccessAnalyzer)
    [analyzer] = found.analyzers.value
    assert (analyzer.name, analyzer.kind, analyzer.active, found.region) == ("all", "ACCOUNT", False, REGION)


def test_analyzers_denied() -> None:
    [found] = seen([iam.access_analyzers], Answers({})).each(AccessAnalyzer)
    assert found.analyzers.unread
