"""Users, roles and policies for tables of cases."""

from typing import Any

from orlop.estate.aws.iam import AccessKey, Attached, AwsPolicy, Group, Inline, Password, Policy, Role, User
from orlop.estate.aws.policy import Document, document
from orlop.estate.fact import Fact, Unread
from tests.cases import ACCOUNT, days_ago

DETAILS = "iam:GetAccountAuthorizationDetails"


def says(*statements: dict[str, Any]) -> Document:
    """A policy document."""
    return document({"Version": "2012-10-17", "Statement": list(statements)})


def allow(action: str | list[str], resource: str | list[str] = "*", **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def deny(action: str | list[str], resource: str | list[str] = "*", **more: Any) -> dict[str, Any]:
    return {"Effect": "Deny", "Action": action, "Resource": resource, **more}


ADMIN = says(allow("*"))
READER = says(allow("s3:Get*"))


def iam(rest: str) -> str:
    return f"arn:aws:iam::{ACCOUNT}:{rest}"


def policy(name: str, held: Document | Unread, *, attachments: int = 1) -> Policy:
    return Policy(
        id=iam(f"policy/{name}"),
        account=ACCOUNT,
        region="",
        name=name,
        source=DETAILS,
        attachments=attachments,
        document=Fact(held, DETAILS),
    )


def aws_policy(name: str, held: Document) -> AwsPolicy:
    return AwsPolicy(
        id=f"arn:aws:iam::aws:policy/{name}#{ACCOUNT}",
        account=ACCOUNT,
        region="",
        name=name,
        source=DETAILS,
        document=Fact(held, DETAILS),
    )


def attached(*names: str) -> tuple[Attached, ...]:
    """Policies by name; those that begin with `aws/` are Amazon's."""
    return tuple(
        Attached(
            name.removeprefix("aws/"),
            f"arn:aws:iam::aws:policy/{name[4:]}" if name[:4] == "aws/" else iam(f"policy/{name}"),
        )
        for name in names
    )


def inline(held: Document | Unread | None) -> Fact[tuple[Inline, ...]]:
    if held is None:
        return Fact((), DETAILS)
    return Fact(held if isinstance(held, Unread) else (Inline("inline", held),), DETAILS)


def user(
    name: str = "anna",
    *,
    has: tuple[str, ...] = (),
    own: Document | Unread | None = None,
    groups: tuple[str, ...] = (),
    boundary: str | None = None,
    password: Password | Unread | None = None,
    mfa: tuple[str, ...] | Unread = (),
    created: int = 400,
) -> User:
    return User(
        id=iam(f"user/{name}"),
        account=ACCOUNT,
        region="",
        name=name,
        source=DETAILS,
        created=days_ago(created),
        groups=tuple(iam(f"group/{group}") for group in groups),
        attached=attached(*has),
        inline=inline(own),
        boundary=boundary,
        password=Fact(password, "iam:GetLoginProfile"),
        mfa_devices=Fact(mfa, "iam:ListMFADevices"),
    )


def key(
    name: str = "AKIA1", *, of: str = "anna", age: int = 400, active: bool = True, used: int | Unread | None = None
) -> AccessKey:
    """A key made `age` days ago and last used `used` days ago."""
    return AccessKey(
        id=iam(f"user/{of}/access-key/{name}"),
        account=ACCOUNT,
        region="",
        name=name,
        source="iam:ListAccessKeys",
        user=iam(f"user/{of}"),
        created=days_ago(age),
        active=active,
        last_used=Fact(days_ago(used) if isinstance(used, int) else used, "iam:GetAccessKeyLastUsed"),
    )


def group(name: str, *, has: tuple[str, ...] = (), own: Document | None = None) -> Group:
    return Group(
        id=iam(f"group/{name}"),
        account=ACCOUNT,
        region="",
        name=name,
        source=DETAILS,
        attached=attached(*has),
        inline=inline(own),
    )


def role(
    name: str = "worker",
    *,
    trust: Document | Unread | None = None,
    has: tuple[str, ...] = (),
    own: Document | Unread | None = None,
    boundary: str | None = None,
    path: str = "/",
) -> Role:
    return Role(
        id=iam(f"role{path}{name}"),
        account=ACCOUNT,
        region="",
        name=name,
        source=DETAILS,
        path=path,
        created=days_ago(400),
        last_used=None,
        trust=Fact(trust or trusts({"Service": "ec2.amazonaws.com"}), DETAILS),
        attached=attached(*has),
        inline=inline(own),
        boundary=boundary,
    )


def trusts(principal: Any, condition: dict[str, Any] | None = None, *, action: str = "sts:AssumeRole") -> Document:
    """A trust policy."""
    said: dict[str, Any] = {"Effect": "Allow", "Principal": principal, "Action": action}
    return says({**said, "Condition": condition} if condition else said)
