"""Who may do what in an account: users and their keys, groups, roles, policies, the root user.

All of it is global to the account (region `""`), but for Access Analyzer. Times are ISO 8601 in UTC.
"""

from dataclasses import dataclass
from typing import ClassVar

from orlop.estate.aws.policy import Document
from orlop.estate.fact import Fact


@dataclass(frozen=True, slots=True)
class Attached:
    """A managed policy that is attached: its name and ARN."""

    name: str
    arn: str


@dataclass(frozen=True, slots=True)
class Inline:
    """A policy that lives inside a user, group or role, and nowhere else."""

    name: str
    document: Document


@dataclass(frozen=True, slots=True, kw_only=True)
class Password:
    """A password for the console: when it was made, and last used (None: never, or not since October 2014).

    Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_User.html (PasswordLastUsed)
    """

    created: str
    last_used: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """One IAM user. `groups` are ARNs; `boundary` is the ARN of the policy that limits all others, if any.

    `password` is None where the user cannot sign in to the console; `mfa_devices` are serial numbers.
    """

    KIND: ClassVar[str] = "AWS::IAM::User"

    id: str
    account: str
    region: str
    name: str
    source: str
    created: str
    groups: tuple[str, ...]
    attached: tuple[Attached, ...]
    inline: Fact[tuple[Inline, ...]]
    boundary: str | None
    password: Fact[Password | None]
    mfa_devices: Fact[tuple[str, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessKey:
    """One access key of a user. `name` is its id (not secret); `user` the user's ARN; `last_used` None: never."""

    KIND: ClassVar[str] = "AWS::IAM::AccessKey"

    id: str
    account: str
    region: str
    name: str
    source: str
    user: str
    created: str
    active: bool
    last_used: Fact[str | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A group of users, who all get its policies."""

    KIND: ClassVar[str] = "AWS::IAM::Group"

    id: str
    account: str
    region: str
    name: str
    source: str
    attached: tuple[Attached, ...]
    inline: Fact[tuple[Inline, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """A role: rights that somebody takes on for a while. `trust` says who may.

    `last_used` is None where nobody took it on in the last 400 days; `path` tells AWS's own roles.
    Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_RoleLastUsed.html
    """

    KIND: ClassVar[str] = "AWS::IAM::Role"

    id: str
    account: str
    region: str
    name: str
    source: str
    path: str
    created: str
    last_used: str | None
    trust: Fact[Document]
    attached: tuple[Attached, ...]
    inline: Fact[tuple[Inline, ...]]
    boundary: str | None

    @property
    def kept_by_aws(self) -> bool:
        """Whether AWS itself writes this role, and nobody else can.

        Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles.html (service-linked roles),
        https://docs.aws.amazon.com/singlesignon/latest/userguide/using-service-linked-roles.html
        """
        return self.path.startswith(("/aws-service-role/", "/aws-reserved/"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """A managed policy of the account's own. `attachments` counts the users, groups and roles that have it."""

    KIND: ClassVar[str] = "AWS::IAM::ManagedPolicy"

    id: str
    account: str
    region: str
    name: str
    source: str
    attachments: int
    document: Fact[Document]


@dataclass(frozen=True, slots=True, kw_only=True)
class AwsPolicy:
    """A managed policy of Amazon's that this account uses. Its id is `ARN#ACCOUNT`: each account sees the same one."""

    KIND: ClassVar[str] = "Orlop::IAM::AwsManagedPolicy"

    id: str
    account: str
    region: str
    name: str
    source: str
    document: Fact[Document]


@dataclass(frozen=True, slots=True)
class Use:
    """When something was last used: a service (`s3`), or an action of it (`s3:GetObject`). None: not in 400 days.

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_last-accessed.html
    """

    what: str
    last: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LastAccessed:
    """What a user or role did with its rights. `entity` is its ARN. `uses` are services; of some, actions, too."""

    KIND: ClassVar[str] = "Orlop::IAM::LastAccessed"

    id: str
    account: str
    region: str
    name: str
    source: str
    entity: str
    uses: Fact[tuple[Use, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class InstanceProfile:
    """What gives an EC2 instance a role. `role` is its ARN; None for an empty one."""

    KIND: ClassVar[str] = "AWS::IAM::InstanceProfile"

    id: str
    account: str
    region: str
    name: str
    source: str
    role: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordRules:
    """What passwords for the console must be like. `max_age_days` None: they never expire; `reuse` None: no limit.

    `hard_expiry`: who let a password expire cannot choose a new one himself.
    Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_PasswordPolicy.html
    """

    minimum_length: int
    symbols: bool
    numbers: bool
    uppercase: bool
    lowercase: bool
    may_change: bool
    max_age_days: int | None
    reuse: int | None
    hard_expiry: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordPolicy:
    """The account's rules for passwords. One an account; `rules` None: never set, AWS's defaults apply."""

    KIND: ClassVar[str] = "Orlop::IAM::PasswordPolicy"

    id: str
    account: str
    region: str
    name: str
    source: str
    rules: Fact[PasswordRules | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class RootUser:
    """The one user who may do everything and whom no policy limits. One an account.

    `last_used` is by password or key, as the credential report has it: it may be four hours old. None: never.
    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_getting-report.html
    """

    KIND: ClassVar[str] = "Orlop::IAM::RootUser"

    id: str
    account: str
    region: str
    name: str
    source: str
    has_password: Fact[bool]
    has_access_key: Fact[bool]
    has_mfa: Fact[bool]
    last_used: Fact[str | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Analyzer:
    """One analyzer of IAM Access Analyzer. `kind` such as `ACCOUNT`, `ORGANIZATION_UNUSED_ACCESS`."""

    name: str
    kind: str
    active: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessAnalyzer:
    """Which analyzers watch one region. One a region."""

    KIND: ClassVar[str] = "Orlop::AccessAnalyzer::Region"

    id: str
    account: str
    region: str
    name: str
    source: str
    analyzers: Fact[tuple[Analyzer, ...]]


KINDS = (
    User,
    AccessKey,
    Group,
    Role,
    Policy,
    AwsPolicy,
    LastAccessed,
    InstanceProfile,
    PasswordPolicy,
    RootUser,
    AccessAnalyzer,
)
