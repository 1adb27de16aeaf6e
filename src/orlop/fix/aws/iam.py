"""Writes settings of access keys and the account's rules for passwords."""

from orlop.estate.aws.iam import AccessKey, Inline, PasswordPolicy, PasswordRules, Role, User
from orlop.estate.change import Change
from orlop.fix.writer import Aws, writes


@writes(AccessKey, "active", "iam:UpdateAccessKey")
def access_key_active(aws: Aws, change: Change) -> None:
    """Switch an access key on or off. Its user stands in its id."""
    user, _, key = change.target.partition("/access-key/")
    status = "Active" if change.becomes else "Inactive"
    aws.call("iam", "UpdateAccessKey", UserName=user.rpartition("/")[2], AccessKeyId=key, Status=status)


@writes(PasswordPolicy, "rules", "iam:UpdateAccountPasswordPolicy", "iam:DeleteAccountPasswordPolicy")
def password_rules(aws: Aws, change: Change) -> None:
    """Set the account's rules for passwords, all at once, or take them away."""
    if change.becomes is None:
        aws.call("iam", "DeleteAccountPasswordPolicy")
    else:
        aws.call("iam", "UpdateAccountPasswordPolicy", **_said(change.becomes))


def _said(rules: PasswordRules) -> dict[str, int | bool]:
    """Return rules as AWS takes them. What is left out gets AWS's default, which is "no".

    Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateAccountPasswordPolicy.html
    """
    said: dict[str, int | bool] = {
        "MinimumPasswordLength": rules.minimum_length,
        "RequireSymbols": rules.symbols,
        "RequireNumbers": rules.numbers,
        "RequireUppercaseCharacters": rules.uppercase,
        "RequireLowercaseCharacters": rules.lowercase,
        "AllowUsersToChangePassword": rules.may_change,
        "HardExpiry": rules.hard_expiry,
    }
    if rules.max_age_days is not None:
        said["MaxPasswordAge"] = rules.max_age_days
    if rules.reuse is not None:
        said["PasswordReusePrevention"] = rules.reuse
    return said


@writes(Role, "inline", "iam:PutRolePolicy", "iam:DeleteRolePolicy")
def role_policies(aws: Aws, change: Change) -> None:
    """Write the policies that live inside a role, each as it stands; those that are no longer there go."""
    _inline(aws, change, "Role")


@writes(User, "inline", "iam:PutUserPolicy", "iam:DeleteUserPolicy")
def user_policies(aws: Aws, change: Change) -> None:
    """Write the policies that live inside a user, each as it stands; those that are no longer there go."""
    _inline(aws, change, "User")


def _inline(aws: Aws, change: Change, kind: str) -> None:
    was: tuple[Inline, ...] = change.was
    becomes: tuple[Inline, ...] = change.becomes
    of = {f"{kind}Name": change.target.rpartition("/")[2]}
    for each in becomes:
        if each not in was:
            aws.call("iam", f"Put{kind}Policy", **of, PolicyName=each.name, PolicyDocument=each.document.text)
    for name in {each.name for each in was} - {each.name for each in becomes}:
        aws.call("iam", f"Delete{kind}Policy", **of, PolicyName=name)


ALL = (access_key_active, password_rules, role_policies, user_policies)
