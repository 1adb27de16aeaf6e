"""Who works on the account: four people, two programs, a partner, and what they may do."""

import json
from typing import Any

from orlop.demo.insurer.places import PARTNER

_EVERYTHING = "arn:aws:iam::aws:policy/AdministratorAccess"
_READ_ALL = "arn:aws:iam::aws:policy/ReadOnlyAccess"

_CLAIMS = {
    "Effect": "Allow",
    "Action": ["s3:GetObject", "s3:PutObject"],
    "Resource": "arn:aws:s3:::halyard-claims-archive/*",
}
_SECRETS = {
    "Effect": "Allow",
    "Action": "secretsmanager:GetSecretValue",
    "Resource": "arn:aws:secretsmanager:eu-west-1:*:secret:policies-db-*",
}


def plant(iam: Any) -> dict[str, Any]:
    """Make users, groups and roles, and return how old what is (for `Demo.put_back`)."""
    iam.create_account_alias(AccountAlias="halyard-mutual")
    iam.update_account_password_policy(MinimumPasswordLength=8, RequireNumbers=True)
    groups = {"administrators": _EVERYTHING, "auditors": _READ_ALL, "claims": _policy(iam, "claims-archive", _CLAIMS)}
    for name, policy in groups.items():
        iam.create_group(GroupName=name)
        iam.attach_group_policy(GroupName=name, PolicyArn=policy)
    _people(iam)
    _roles(iam)
    keys = _keys(iam)
    return {
        "keys": {id: age for id, age, _ in keys},
        "keys_used": {id: used for id, _, used in keys},
        "users": {"m.okafor": 900, "t.brandt": 1400, "j.keane": 300},
        "users_seen": {"m.okafor": 0, "t.brandt": 3, "j.keane": 1},
        "root_mfa": True,
    }


def plant_organisation(organizations: Any) -> None:
    """Make the account the head of an organisation with one unit, as a broker once asked for."""
    organizations.create_organization(FeatureSet="ALL")
    [root] = organizations.list_roots()["Roots"]
    organizations.create_organizational_unit(ParentId=root["Id"], Name="brokers")


def _people(iam: Any) -> None:
    _user(iam, "m.okafor", "administrators", password=True, second_factor=True)
    # The administrator who was here first: his phone broke, and with it his second factor.
    _user(iam, "t.brandt", "administrators", password=True)
    _user(iam, "j.keane", "claims", password=True, second_factor=True)
    _user(iam, "auditor", "auditors", password=True, second_factor=True)
    _user(iam, "backup-script")
    # It was quicker to give the program everything than to find out what it needs.
    iam.attach_user_policy(UserName="backup-script", PolicyArn=_policy(iam, "backup-all", _everything()))
    _user(iam, "mail-gateway")
    send = {"Effect": "Allow", "Action": "ses:SendRawEmail", "Resource": "*"}
    iam.put_user_policy(UserName="mail-gateway", PolicyName="send", PolicyDocument=_document(send))


def _roles(iam: Any) -> None:
    _role(iam, "web-server", _trust({"Service": "ec2.amazonaws.com"}), _policy(iam, "policies-secret", _SECRETS))
    # "Until we know which permissions the import needs."
    _role(iam, "claims-batch", _trust({"Service": "ec2.amazonaws.com"}), _EVERYTHING)
    _role(iam, "functions", _trust({"Service": "lambda.amazonaws.com"}), _policy(iam, "functions-logs", _logs()))
    # No external id: whoever can make the partner's software act can come in by this role.
    _role(iam, "reinsurer-read", _trust({"AWS": f"arn:aws:iam::{PARTNER}:root"}), _READ_ALL)
    named = {"StringEquals": {"sts:ExternalId": "halyard-2417"}}
    _role(iam, "actuary-read", _trust({"AWS": f"arn:aws:iam::{PARTNER}:root"}, named), _READ_ALL)
    for role in ("web-server", "claims-batch"):
        iam.create_instance_profile(InstanceProfileName=role)
        iam.add_role_to_instance_profile(InstanceProfileName=role, RoleName=role)


def _keys(iam: Any) -> list[tuple[str, int, int]]:
    """Make access keys, and return of each: its id, how many days old it is, how many days ago it was used."""
    # Brandt made his key for a migration that ended three months later; the mail gateway sends every day.
    days = {"m.okafor": (30, 1), "t.brandt": (400, 310), "backup-script": (61, 0), "mail-gateway": (200, 0)}
    made = {name: iam.create_access_key(UserName=name)["AccessKey"]["AccessKeyId"] for name in days}
    return [(made[name], age, used) for name, (age, used) in days.items()]


def _user(iam: Any, name: str, group: str = "", *, password: bool = False, second_factor: bool = False) -> None:
    iam.create_user(UserName=name)
    if group:
        iam.add_user_to_group(GroupName=group, UserName=name)
    if password:
        iam.create_login_profile(UserName=name, Password="Halyard-demo-0", PasswordResetRequired=False)  # noqa: S106 -- opens nothing
    if second_factor:
        serial = iam.create_virtual_mfa_device(VirtualMFADeviceName=name)["VirtualMFADevice"]["SerialNumber"]
        codes = {"AuthenticationCode1": "123456", "AuthenticationCode2": "654321"}
        iam.enable_mfa_device(UserName=name, SerialNumber=serial, **codes)


def _role(iam: Any, name: str, trust: str, policy: str) -> None:
    iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust)
    iam.attach_role_policy(RoleName=name, PolicyArn=policy)


def _policy(iam: Any, name: str, *statements: dict[str, Any]) -> str:
    arn: str = iam.create_policy(PolicyName=name, PolicyDocument=_document(*statements))["Policy"]["Arn"]
    return arn


def _trust(principal: dict[str, str], condition: dict[str, Any] | None = None) -> str:
    said: dict[str, Any] = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}
    return _document({**said, "Condition": condition} if condition else said)


def _everything() -> dict[str, Any]:
    return {"Effect": "Allow", "Action": "*", "Resource": "*"}


def _logs() -> dict[str, Any]:
    return {"Effect": "Allow", "Action": ["logs:CreateLogStream", "logs:PutLogEvents"], "Resource": "*"}


def _document(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": statements})
