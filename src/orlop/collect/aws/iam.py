"""Reads users, keys, groups, roles and policies, the root user, the rules for passwords, and Access Analyzer.

What a verdict rests on is asked of IAM itself, user by user: its credential report may be four hours old. The report is
used for the one thing that nothing else tells: when the root user was last used.
"""

import csv
import time
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

from orlop.collect.aws.calls import Answer, CallFailed
from orlop.collect.aws.collector import Later, Reader, collector, part
from orlop.collect.aws.times import iso, iso_or_blank, iso_or_none
from orlop.estate.aws.iam import (
    AccessAnalyzer,
    AccessKey,
    Analyzer,
    Attached,
    AwsPolicy,
    Group,
    Inline,
    InstanceProfile,
    Password,
    PasswordPolicy,
    PasswordRules,
    Policy,
    Role,
    RootUser,
    User,
)
from orlop.estate.aws.policy import Document, document
from orlop.estate.fact import Cause, Fact, Unread

_DETAILS = "iam:GetAccountAuthorizationDetails"
_NO_SUCH = ("NoSuchEntity",)
_PAGE = 1000
"""The most that IAM puts on one page; without asking for it, a tenth of that."""


@collector(
    User,
    Group,
    Role,
    Policy,
    AwsPolicy,
    service="iam",
    calls=("GetAccountAuthorizationDetails", "GetLoginProfile", "GetUser", "ListMFADevices"),
    scope="",
)
def entities(aws: Reader) -> Iterator[Later[User | Group | Role | Policy | AwsPolicy]]:
    """List all that has rights, and all policies in use, by one call; each user is asked how he signs in."""
    whole = aws.call("GetAccountAuthorizationDetails", MaxItems=_PAGE)
    groups = {item["GroupName"]: item["Arn"] for item in whole.get("GroupDetailList", [])}
    for item in whole.get("UserDetailList", []):
        if aws.wants(item["Arn"]):
            yield _user(aws, item, groups)
    for item in whole.get("GroupDetailList", []):
        yield partial(_group, aws, item)
    for item in whole.get("RoleDetailList", []):
        yield partial(_role, aws, item)
    for item in whole.get("Policies", []):
        if ":iam::aws:" not in item["Arn"]:
            yield partial(_policy, aws, item)
        elif item.get("AttachmentCount", 1) or item.get("PermissionsBoundaryUsageCount", 0):
            yield partial(_aws_policy, aws, item)


def _user(aws: Reader, item: Answer, groups: Mapping[str, str]) -> Later[User]:
    name = item["UserName"]
    password = aws.later("iam:GetLoginProfile", lambda: _password(aws, name))
    devices = aws.later("iam:ListMFADevices", lambda: _devices(aws.call("ListMFADevices", UserName=name)))
    return lambda: User(
        id=item["Arn"],
        account=aws.account,
        region="",
        name=name,
        source=_DETAILS,
        created=iso_or_blank(item.get("CreateDate")),
        groups=tuple(sorted(groups.get(g, aws.arn(f"group/{g}")) for g in item.get("GroupList", []))),
        attached=_attached(item),
        inline=_inline(item, "UserPolicyList"),
        boundary=_boundary(item),
        password=password(),
        mfa_devices=devices(),
    )


def _password(aws: Reader, name: str) -> Password | None:
    try:
        profile = aws.call("GetLoginProfile", UserName=name)["LoginProfile"]
    except CallFailed as failure:
        if failure.code in _NO_SUCH:
            return None
        raise
    user = aws.call("GetUser", UserName=name)["User"]
    return Password(created=iso(profile["CreateDate"]), last_used=iso_or_none(user.get("PasswordLastUsed")))


def _devices(answer: Answer) -> tuple[str, ...]:
    return tuple(sorted(device["SerialNumber"] for device in answer["MFADevices"]))


def _group(aws: Reader, item: Answer) -> Group:
    return Group(
        id=item["Arn"],
        account=aws.account,
        region="",
        name=item["GroupName"],
        source=_DETAILS,
        attached=_attached(item),
        inline=_inline(item, "GroupPolicyList"),
    )


def _role(aws: Reader, item: Answer) -> Role:
    return Role(
        id=item["Arn"],
        account=aws.account,
        region="",
        name=item["RoleName"],
        source=_DETAILS,
        path=item.get("Path") or _path(item["Arn"]),
        created=iso_or_blank(item.get("CreateDate")),
        last_used=iso_or_none(item.get("RoleLastUsed", {}).get("LastUsedDate")),
        trust=part(Fact(item, _DETAILS), lambda role: document(role["AssumeRolePolicyDocument"])),
        attached=_attached(item),
        inline=_inline(item, "RolePolicyList"),
        boundary=_boundary(item),
    )


def _policy(aws: Reader, item: Answer) -> Policy:
    return Policy(
        id=item["Arn"],
        account=aws.account,
        region="",
        name=_named(item),
        source=_DETAILS,
        attachments=item.get("AttachmentCount", 1),
        document=part(Fact(item, _DETAILS), _default_version),
    )


def _aws_policy(aws: Reader, item: Answer) -> AwsPolicy:
    return AwsPolicy(
        id=f"{item['Arn']}#{aws.account}",
        account=aws.account,
        region="",
        name=_named(item),
        source=_DETAILS,
        document=part(Fact(item, _DETAILS), _default_version),
    )


def _named(policy: Answer) -> str:
    return policy.get("PolicyName") or policy["Arn"].rpartition("/")[2]


def _default_version(policy: Answer) -> Document:
    [version] = [v for v in policy["PolicyVersionList"] if v["IsDefaultVersion"]]
    return document(version["Document"])


def _path(arn: str) -> str:
    """Return the path in a role's ARN: `/office/` of `...:role/office/clerk`."""
    return f"/{arn.partition(':role/')[2].rpartition('/')[0]}/".replace("//", "/")


def _attached(item: Answer) -> tuple[Attached, ...]:
    found = (Attached(a["PolicyName"], a["PolicyArn"]) for a in item.get("AttachedManagedPolicies", []))
    return tuple(sorted(found, key=lambda attached: attached.arn))


def _inline(item: Answer, where: str) -> Fact[tuple[Inline, ...]]:
    policies: list[Answer] = sorted(item.get(where, []), key=lambda policy: policy["PolicyName"])
    return part(
        Fact(policies, _DETAILS),
        lambda found: tuple(Inline(p["PolicyName"], document(p["PolicyDocument"])) for p in found),
    )


def _boundary(item: Answer) -> str | None:
    return item.get("PermissionsBoundary", {}).get("PermissionsBoundaryArn")


@collector(
    AccessKey,
    service="iam",
    calls=("ListUsers", "ListAccessKeys", "GetAccessKeyLastUsed"),
    scope="",
)
def access_keys(aws: Reader) -> Iterator[Later[tuple[AccessKey, ...]]]:
    """List the access keys of all users. To re-read one key, its user alone is asked: he stands in the key's id."""
    if aws.only:
        yield _keys(aws, aws.only.partition("/access-key/")[0])
        return
    for page in aws.pages("ListUsers", MaxItems=_PAGE):
        for user in page["Users"]:
            yield _keys(aws, user["Arn"])


def _keys(aws: Reader, user: str) -> Later[tuple[AccessKey, ...]]:
    found = aws.later("iam:ListAccessKeys", lambda: tuple(_keys_of(aws, user)))

    def made() -> tuple[AccessKey, ...]:
        keys = found()
        if keys.unread and keys.unread.cause is not Cause.GONE:
            raise CallFailed(keys.source, "", keys.unread)
        return () if keys.unread else keys.value

    return made


def _keys_of(aws: Reader, user: str) -> Iterator[AccessKey]:
    for item in aws.call("ListAccessKeys", UserName=user.rpartition("/")[2])["AccessKeyMetadata"]:
        id = item["AccessKeyId"]
        yield AccessKey(
            id=f"{user}/access-key/{id}",
            account=aws.account,
            region="",
            name=id,
            source="iam:ListAccessKeys",
            user=user,
            created=iso(item["CreateDate"]),
            active=item["Status"] == "Active",
            last_used=part(Fact(id, "iam:GetAccessKeyLastUsed"), lambda id: _last_used(aws, id)),
        )


def _last_used(aws: Reader, key: str) -> str | None:
    said = aws.call("GetAccessKeyLastUsed", AccessKeyId=key)["AccessKeyLastUsed"]
    return iso_or_none(said.get("LastUsedDate"))


@collector(InstanceProfile, service="iam", calls=("ListInstanceProfiles",), scope="")
def instance_profiles(aws: Reader) -> Iterator[Later[InstanceProfile]]:
    """List what gives instances their roles."""
    for page in aws.pages("ListInstanceProfiles"):
        for item in page["InstanceProfiles"]:
            yield _profile(aws, item)


def _profile(aws: Reader, item: Answer) -> Later[InstanceProfile]:
    return lambda: InstanceProfile(
        id=item["Arn"],
        account=aws.account,
        region="",
        name=item["InstanceProfileName"],
        source="iam:ListInstanceProfiles",
        role=next((role["Arn"] for role in item["Roles"]), None),
    )


@collector(PasswordPolicy, service="iam", calls=("GetAccountPasswordPolicy",), scope="")
def password_policy(aws: Reader) -> Iterator[Later[PasswordPolicy]]:
    """Read the account's rules for passwords."""
    rules = aws.ask("GetAccountPasswordPolicy", _rules, absent=_NO_SUCH)
    yield lambda: PasswordPolicy(
        id=aws.arn("password-policy", region=""),
        account=aws.account,
        region="",
        name=aws.account,
        source="iam:GetAccountPasswordPolicy",
        rules=rules(),
    )


def _rules(answer: Answer) -> PasswordRules:
    said = answer["PasswordPolicy"]
    return PasswordRules(
        minimum_length=said["MinimumPasswordLength"],
        symbols=said["RequireSymbols"],
        numbers=said["RequireNumbers"],
        uppercase=said["RequireUppercaseCharacters"],
        lowercase=said["RequireLowercaseCharacters"],
        may_change=said["AllowUsersToChangePassword"],
        max_age_days=said.get("MaxPasswordAge") or None,
        reuse=said.get("PasswordReusePrevention") or None,
        hard_expiry=bool(said.get("HardExpiry")),
    )


@collector(
    RootUser,
    service="iam",
    calls=("GetAccountSummary", "GenerateCredentialReport", "GetCredentialReport"),
    scope="",
)
def root_user(aws: Reader) -> Iterator[Later[RootUser]]:
    """Read what the account says about its root user."""
    summary = aws.later("iam:GetAccountSummary", lambda: aws.call("GetAccountSummary")["SummaryMap"])
    last_used = aws.later("iam:GetCredentialReport", lambda: root_last_used(credential_report(aws)))
    yield lambda: _root_user(aws, summary(), last_used())


def _root_user(aws: Reader, summary: Fact[dict[str, Any]], last_used: Fact[str | None]) -> RootUser:
    return RootUser(
        id=aws.arn("root", region=""),
        account=aws.account,
        region="",
        name=f"root user of {aws.account}",
        source="iam:GetAccountSummary",
        has_password=part(summary, lambda map: map.get("AccountPasswordPresent", 1) > 0),
        has_access_key=part(summary, lambda map: map["AccountAccessKeysPresent"] > 0),
        has_mfa=part(summary, lambda map: map["AccountMFAEnabled"] > 0),
        last_used=last_used,
    )


_NOT_YET = ("ReportInProgress", "ReportNotPresent", "ReportExpired")
_PAUSES = (1, 1, 2, 3, 5, 8)
"""Seconds between two looks at a report that is being made."""


def credential_report(aws: Reader, *, wait: Callable[[float], None] = time.sleep) -> list[dict[str, str]]:
    """Return the lines of the credential report. Raises: CallFailed, also where it is not ready within 20 seconds."""
    aws.call("GenerateCredentialReport")
    for pause in _PAUSES:
        try:
            text = aws.call("GetCredentialReport")["Content"].decode()
            return list(csv.DictReader(text.splitlines()))
        except CallFailed as failure:
            if failure.code not in _NOT_YET:
                raise
        wait(pause)
    unread = Unread(Cause.TIMED_OUT, "AWS had not finished its credential report in time; it will be there next time")
    raise CallFailed("iam:GetCredentialReport", "", unread)


def root_last_used(report: list[dict[str, str]]) -> str | None:
    """Return when the root user was last used, by password or by key. Raises: ValueError, if it is not spoken of."""
    [root] = [line for line in report if line["user"] == "<root_account>"]
    used = (root["password_last_used"], root["access_key_1_last_used_date"], root["access_key_2_last_used_date"])
    return max((moment for moment in used if moment[:1].isdigit()), default=None)


@collector(AccessAnalyzer, service="accessanalyzer", calls=("ListAnalyzers",))
def access_analyzers(aws: Reader) -> Iterator[Later[AccessAnalyzer]]:
    """Read which analyzers watch each region."""
    found = aws.later("accessanalyzer:ListAnalyzers", lambda: _analyzers(aws.call("ListAnalyzers")))
    yield lambda: AccessAnalyzer(
        id=aws.arn("region", service="access-analyzer"),
        account=aws.account,
        region=aws.region,
        name=aws.region,
        source="accessanalyzer:ListAnalyzers",
        analyzers=found(),
    )


def _analyzers(answer: Answer) -> tuple[Analyzer, ...]:
    return tuple(
        Analyzer(name=item["name"], kind=item["type"], active=item["status"] == "ACTIVE")
        for item in answer["analyzers"]
    )


ALL = (entities, access_keys, instance_profiles, password_policy, root_user, access_analyzers)
