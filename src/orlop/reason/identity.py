"""How much an identity may do, and whom a role trusts.

Rights are asked of the evaluator for things that no policy names, with condition keys open: what hangs on a condition
counts as possible, and the words say on which. The guard rails of an organisation (SCPs) are left out here.

Law: who is called limited here has no full rights by the policies that were read.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache

from orlop.estate.aws.iam import Attached, AwsPolicy, Group, Inline, Policy, Role, User
from orlop.estate.aws.policy import Document, Statement, document
from orlop.estate.estate import Estate
from orlop.estate.fact import NotKnown
from orlop.reason.access.clauses import names_action
from orlop.reason.access.clauses import policy as ready
from orlop.reason.access.evaluate import Outcome, Policies, evaluate
from orlop.reason.access.openings import Opening, Reach, openings
from orlop.reason.access.request import Context, Request, caller
from orlop.reason.access.strangers import PUBLIC_PROVIDERS
from orlop.reason.sharing import ours


class Power(IntEnum):
    """How much rights amount to.

    `STRONG`: nearly everything, but not who may do what. `RIGHTS`: who may do what, so everything after one more step.
    `ADMIN`: both.
    """

    LIMITED = 0
    STRONG = 1
    RIGHTS = 2
    ADMIN = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Rights:
    """How much somebody may do, by which policy, and under which conditions that were not weighed."""

    power: Power
    by: str = ""
    only_if: tuple[str, ...] = ()

    @property
    def is_admin(self) -> bool:
        """Whether nothing is out of reach."""
        return self.power >= Power.RIGHTS

    @property
    def in_words(self) -> str:
        """Say how much, e.g. `may do everything in this account (by the policy "backup-all")`."""
        what = {
            Power.LIMITED: "has limited rights",
            Power.STRONG: "may do nearly everything in this account",
            Power.RIGHTS: "may give itself every right in this account",
            Power.ADMIN: "may do everything in this account",
        }[self.power]
        by = f' (by the policy "{self.by}")' if self.by else ""
        only_if = f", under conditions that Orlop does not weigh: {', '.join(self.only_if)}" if self.only_if else ""
        return f"{what}{by}{only_if}"


def rights(who: User | Role, estate: Estate) -> Rights:
    """Return how much a user or role may do by all its policies, its groups and its boundary.

    Raises: NotKnown, where one of its policies was not read.
    """
    boundary = _managed(who.boundary, who.account, estate) if who.boundary else None
    return _rights(tuple(_held(who, estate)), who.account, boundary)


def rights_of(policy: Policy) -> Rights:
    """Return how much a policy gives to whoever has nothing but it. Raises: NotKnown."""
    return _rights(((policy.name, policy.document.value),), policy.account, None)


def surely_admin(who: User | Role, estate: Estate) -> bool:
    """Whether somebody is known to be an administrator. For words and severity only, never for a verdict."""
    try:
        return rights(who, estate).is_admin
    except NotKnown:
        return False


def _held(who: User | Role | Group, estate: Estate) -> Iterator[tuple[str, Document]]:
    """Yield all policies of somebody with their names, those of a user's groups among them."""
    inline: tuple[Inline, ...] = who.inline.value
    yield from ((policy.name, policy.document) for policy in inline)
    attached: tuple[Attached, ...] = who.attached
    for policy in attached:
        yield policy.name, _managed(policy.arn, who.account, estate)
    if isinstance(who, User):
        for group in who.groups:
            yield from _held(estate.get(Group, group), estate)


_EVERYTHING = document({"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}})
_ALL_BUT_RIGHTS = document(
    {"Statement": {"Effect": "Allow", "NotAction": ["iam:*", "organizations:*", "account:*"], "Resource": "*"}}
)
_ALL_RIGHTS = document({"Statement": {"Effect": "Allow", "Action": ["iam:*"], "Resource": "*"}})
_WELL_KNOWN = {
    "AdministratorAccess": _EVERYTHING,
    "PowerUserAccess": _ALL_BUT_RIGHTS,
    "IAMFullAccess": _ALL_RIGHTS,
}
"""What Amazon's strongest policies say, in so far as it matters here.

Source: https://docs.aws.amazon.com/aws-managed-policy/latest/reference/policy-list.html
"""


def _managed(arn: str, account: str, estate: Estate) -> Document:
    if ":iam::aws:policy/" not in arn:
        return estate.get(Policy, arn).document.value
    known = _WELL_KNOWN.get(arn.partition(":policy/")[2])
    return known or estate.get(AwsPolicy, f"{arn}#{account}").document.value


_ANY = "\uf8ff"
"""A name that no policy names: what is allowed for it is allowed for all but what is named."""

_GIVING_RIGHTS = (
    ("iam:AttachUserPolicy", "user"),
    ("iam:AttachGroupPolicy", "group"),
    ("iam:AttachRolePolicy", "role"),
    ("iam:PutUserPolicy", "user"),
    ("iam:PutGroupPolicy", "group"),
    ("iam:PutRolePolicy", "role"),
    ("iam:CreatePolicyVersion", "policy"),
)
"""Each of these alone, allowed for all of a kind, leads to every right in one step; with what it is done to."""

_BREADTH = (
    ("s3:DeleteBucket", f"arn:aws:s3:::{_ANY}"),
    ("ec2:TerminateInstances", f"arn:aws:ec2:{_ANY}:ACCOUNT:instance/{_ANY}"),
    ("rds:DeleteDBInstance", f"arn:aws:rds:{_ANY}:ACCOUNT:db:{_ANY}"),
    ("lambda:UpdateFunctionCode", f"arn:aws:lambda:{_ANY}:ACCOUNT:function:{_ANY}"),
    ("kms:ScheduleKeyDeletion", f"arn:aws:kms:{_ANY}:ACCOUNT:alias/{_ANY}"),
    ("secretsmanager:GetSecretValue", f"arn:aws:secretsmanager:{_ANY}:ACCOUNT:secret:{_ANY}"),
    ("dynamodb:DeleteTable", f"arn:aws:dynamodb:{_ANY}:ACCOUNT:table/{_ANY}"),
    ("cloudtrail:StopLogging", f"arn:aws:cloudtrail:{_ANY}:ACCOUNT:trail/{_ANY}"),
    ("logs:DeleteLogGroup", f"arn:aws:logs:{_ANY}:ACCOUNT:log-group:{_ANY}"),
)
"""Who may do all of these everywhere may do nearly everything."""


@dataclass(frozen=True, slots=True)
class _Allowing:
    """The policy that allows something, and the condition keys on which it hangs."""

    by: str
    only_if: tuple[str, ...]


_Held = tuple[tuple[str, Document], ...]


@lru_cache(maxsize=1024)
def _rights(held: _Held, account: str, boundary: Document | None) -> Rights:
    policies = Policies(
        identity=tuple(ready(document, name) for name, document in held),
        boundaries=None if boundary is None else (ready(boundary, "its boundary"),),
    )
    giving = _first(
        _allowing(policies, account, action, f"arn:aws:iam::{account}:{kind}/{_ANY}", gives)
        for action, kind in _GIVING_RIGHTS
        for gives in ((_EVERY_RIGHT, f"arn:aws:iam::{account}:policy/{_ANY}") if "Attach" in action else ("",))
    )
    broad = (_allowing(policies, account, action, on.replace("ACCOUNT", account)) for action, on in _BREADTH)
    first = next(broad)
    if first and all(broad):
        by = giving or first
        return Rights(power=Power.ADMIN if giving else Power.STRONG, by=by.by, only_if=by.only_if)
    if giving:
        return Rights(power=Power.RIGHTS, by=giving.by, only_if=giving.only_if)
    return Rights(power=Power.LIMITED)


_EVERY_RIGHT = "arn:aws:iam::aws:policy/AdministratorAccess"


def _first(found: Iterable[_Allowing | None]) -> _Allowing | None:
    """Return the first one, the unconditional before those with conditions."""
    return min((each for each in found if each), key=lambda each: bool(each.only_if), default=None)


def _allowing(policies: Policies, account: str, action: str, on: str, gives: str = "") -> _Allowing | None:
    """Return which policy allows an action on a thing that none names; None if none does or one surely denies it.

    Who gives rights gives `gives`, and no boundary with it.
    """
    clauses = (clause for policy in policies.identity for clause in policy.clauses)
    if not any(clause.allows and names_action(clause, action) for clause in clauses):
        return None
    known = {"aws:principalaccount": account, "aws:securetransport": "true", "iam:permissionsboundary": None}
    context = Context({**known, "iam:policyarn": gives or None}, rest_missing=False)
    who = caller(f"arn:aws:iam::{account}:user/{_ANY}")
    request = Request(action=action, caller=who, resource=on, owner=account, context=context)
    decision = evaluate(request, policies)
    if decision.outcome not in (Outcome.ALLOWED, Outcome.UNKNOWN):
        return None
    by = next((clause.of for clause in decision.clauses if clause.allows), "")
    return _Allowing(by, _spelled(policies, decision.needs))


def _spelled(policies: Policies, keys: frozenset[str]) -> tuple[str, ...]:
    """Return condition keys as the policies write them."""
    clauses = [clause for policy in (*policies.identity, *(policies.boundaries or ())) for clause in policy.clauses]
    written = {c.key.lower(): c.key for clause in clauses for c in clause.statement.conditions}
    return tuple(sorted(written.get(key, key) for key in keys))


def strangers(role: Role) -> tuple[Opening, ...]:
    """Return how anyone in the world may take on a role. Raises: NotKnown."""
    return tuple(opening for opening in _trusted(role) if opening.reach is Reach.EVERYONE)


def other_accounts(role: Role, estate: Estate) -> tuple[Opening, ...]:
    """Return the other accounts that may take on a role without more: no external id, no second factor.

    An account that belongs to the same organisation, or that this inspection looked at, too, is none of them.
    Raises: NotKnown. Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
    """
    known = ours(estate)
    return tuple(
        opening
        for opening in _trusted(role)
        if opening.reach is Reach.ACCOUNT and opening.name not in known and not _vouched_for(opening.statement)
    )


_ORGANISATION = ("aws:principalorgid", "aws:principalorgpaths")


def _vouched_for(statement: Statement) -> bool:
    for condition in statement.conditions:
        key, operator = condition.key.lower(), condition.operator.lower()
        if "not" in operator or operator.endswith("ifexists"):
            continue
        if key == "sts:externalid" and "*" not in condition.values:
            return True
        if key == "aws:multifactorauthpresent" and condition.values == ("true",):
            return True
        if key in _ORGANISATION and operator.startswith("string"):
            return True
    return False


def web_identities(role: Role) -> tuple[Opening, ...]:
    """Return the web sign-ins (OIDC providers) all of whose users may take on a role. Raises: NotKnown."""
    return tuple(
        opening
        for opening in _trusted(role)
        if opening.reach is Reach.FEDERATED and ":saml-provider/" not in opening.name
    )


def provider(opening: Opening) -> str:
    """Return the host of the web sign-in that an opening speaks of, e.g. `token.actions.githubusercontent.com`."""
    return opening.name.partition(":oidc-provider/")[2] or opening.name


def shared(host: str) -> bool:
    """Whether anyone in the world can get an account at a web sign-in.

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_oidc_secure-by-default.html
    """
    return host in PUBLIC_PROVIDERS or host.startswith(_SHARED)


_SHARED = (
    "token.actions.githubusercontent.com",
    "gitlab.com",
    "app.terraform.io",
    "api.bitbucket.org",
    "oidc.circleci.com",
    "agent.buildkite.com",
    "oidc.vercel.com",
    "api.pulumi.com",
    "app.harness.io",
)


def unbound_services(role: Role) -> tuple[str, ...]:
    """Return the AWS services that may use a role for anybody's sake, of those whose manuals say to bind them.

    Most services can use a role only when somebody of the same account hands it to them; for EC2, Lambda and many
    others there is nothing to bind. Raises: NotKnown.
    """
    return tuple(
        sorted(
            {opening.name for opening in _trusted(role) if opening.reach is Reach.SERVICE and opening.name in _BINDABLE}
        )
    )


_BINDABLE = frozenset(
    {
        "bedrock.amazonaws.com",
        "codebuild.amazonaws.com",
        "codedeploy.amazonaws.com",
        "iot.amazonaws.com",
        "personalize.amazonaws.com",
        "scheduler.amazonaws.com",
        "ssm.amazonaws.com",
        "states.amazonaws.com",
        "transfer.amazonaws.com",
        "vpc-flow-logs.amazonaws.com",
    }
)
"""Services whose own manual has `aws:SourceAccount` or `aws:SourceArn` in the trust policy.

Source: the page "Cross-service confused deputy prevention" of each service's manual, such as
https://docs.aws.amazon.com/scheduler/latest/UserGuide/cross-service-confused-deputy-prevention.html
"""


def _trusted(role: Role) -> tuple[Opening, ...]:
    """Return who from outside the account may take on a role; nobody where AWS itself keeps it."""
    if role.kept_by_aws:
        return ()
    found = openings(role.trust.value, owner=role.account)
    return tuple(opening for opening in found if opening.lets("sts:AssumeRole*"))
