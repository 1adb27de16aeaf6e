"""What the conditions of a policy statement say about who the caller is.

A condition binds the caller where no stranger can meet it: it names accounts, an organisation, a network that he does
not have. A condition about the request alone (encryption, a tag, a referrer, an external id) binds nobody, since he
chooses that himself. In an Allow, a bound statement is closed to strangers; in a Deny, what counts is that a stranger
cannot escape it.

Sources: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html (what each key holds,
and when it is absent), reference_policies_elements_condition_operators.html (missing keys, IfExists, Null),
reference_policies_condition-single-vs-multi-valued-context-keys.html (ForAllValues is true where the key is missing).
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce
from ipaddress import IPv4Network, IPv6Network, collapse_addresses, ip_network

from orlop.estate.aws.policy import Condition
from orlop.reason.access.patterns import fixed


@dataclass(frozen=True, slots=True, kw_only=True)
class Callers:
    """Who is left: accounts by id, AWS services on anyone's behalf, and `others` that no account id tells.

    `others` are an organisation, a network, one bucket: known to whoever wrote the policy, and no stranger.
    """

    accounts: frozenset[str] = frozenset()
    others: bool = False
    services: bool = False

    def __and__(self, more: "Callers") -> "Callers":
        """Those whom both leave."""
        return Callers(
            accounts=frozenset(a for a in self.accounts | more.accounts if self.may_be(a) and more.may_be(a)),
            others=self.others and more.others,
            services=self.services and more.services,
        )

    def __or__(self, more: "Callers") -> "Callers":
        """Those whom either leaves."""
        return Callers(
            accounts=self.accounts | more.accounts,
            others=self.others or more.others,
            services=self.services or more.services,
        )

    def may_be(self, account: str) -> bool:
        """Whether callers of this account can be among them."""
        return account in self.accounts or self.others


NOBODY = Callers()
_SOMEBODY = Callers(others=True)


@dataclass(frozen=True, slots=True)
class _Operator:
    """`ForAnyValue:StringNotLikeIfExists` taken apart: its base is in lower case and positive (`stringlike`)."""

    base: str
    negated: bool
    if_exists: bool
    over: str


_SHAPE = re.compile(r"(?:(foranyvalue|forallvalues):)?(.+?)(ifexists)?")


def left_by(conditions: Iterable[Condition], *, owner: str) -> Callers | None:
    """Return whom the conditions of an Allow leave, or None where a stranger can meet them all.

    `owner` is the account of the resource, for `${aws:ResourceAccount}`.
    """
    conditions = tuple(conditions)
    present = {c.key.lower() for c in conditions if _operator(c).base == "null" and c.values == ("false",)}
    bound = [b for c in conditions if (b := _bound(c, owner, present))]
    return reduce(lambda a, b: a & b, bound) if bound else None


def spared_by(conditions: Iterable[Condition], *, owner: str) -> Callers | None:
    """Return whom a Deny with these conditions spares, or None where a stranger can escape it.

    Strangers are denied only if every condition holds for all of them, the anonymous ones too.
    """
    spared = [_escape(condition, owner) for condition in conditions]
    held = [callers for callers in spared if callers is not None]
    return reduce(lambda a, b: a | b, held, NOBODY) if len(held) == len(spared) else None


def denied_account(conditions: Iterable[Condition], account: str, *, owner: str) -> bool:
    """Whether a Deny with these conditions surely holds for every caller of `account`."""
    return all(_holds_for(condition, account, owner) for condition in conditions)


def claims_bind(conditions: Iterable[Condition], provider: str) -> bool:
    """Whether conditions limit which holders of a web identity are meant, e.g. `...:sub` to one repository.

    An audience (`aud`) says so only where the provider gives each application its own: with the big public ones. A
    pattern must fix the owner: `repo:acme/*` does, `repo:acme*` also means `acme-evil`.
    """
    return any(_claim_binds(condition, provider.lower()) for condition in conditions)


def _claim_binds(condition: Condition, provider: str) -> bool:
    host, _, claim = condition.key.lower().rpartition(":")
    operator = _operator(condition)
    if host != provider or operator.negated or operator.if_exists or operator.over == "forallvalues":
        return False
    if claim == "amr" or (claim in ("aud", "app_id") and provider not in PUBLIC_PROVIDERS):
        return False
    return bool(condition.values) and all(_claim_fixed(value) for value in condition.values)


PUBLIC_PROVIDERS = (
    "accounts.google.com",
    "cognito-identity.amazonaws.com",
    "graph.facebook.com",
    "www.amazon.com",
)
"""Web identities that anyone may have.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html (web identity)
"""


def _operator(condition: Condition) -> _Operator:
    match = _SHAPE.fullmatch(condition.operator.lower())
    over, name, if_exists = match.groups() if match else (None, condition.operator.lower(), None)
    positive = re.sub(r"^(string|arn)not|^not(ipaddress)$", r"\1\2", name)
    return _Operator(positive, positive != name, if_exists is not None, over or "")


def _bound(condition: Condition, owner: str, present: set[str]) -> Callers | None:
    operator = _operator(condition)
    missing_will_do = operator.if_exists or operator.over == "forallvalues"
    if operator.negated or (missing_will_do and condition.key.lower() not in present):
        return None
    return _named(condition, operator, owner)


def _escape(condition: Condition, owner: str) -> Callers | None:
    operator, key = _operator(condition), condition.key.lower()
    if operator.base == "bool" and key == "aws:principalisawsservice" and condition.values == ("false",):
        # Anonymous requests lack the key, so only ...IfExists denies them.
        return Callers(services=True) if operator.if_exists else None
    if not operator.negated or operator.over == "foranyvalue":
        return None
    return _named(condition, operator, owner)


def _holds_for(condition: Condition, account: str, owner: str) -> bool:
    operator, key = _operator(condition), condition.key.lower()
    if operator.base == "bool" and key == "aws:principalisawsservice":
        return condition.values == ("false",)
    named = _named(condition, operator, owner)
    if named is None:
        return False
    if operator.negated:
        known = re.fullmatch(r"\d{12}", account) or named.accounts <= {owner}
        return operator.over != "foranyvalue" and bool(known) and not named.may_be(account)
    return key in ("aws:principalaccount", "kms:calleraccount") and account in named.accounts


def _named(condition: Condition, operator: _Operator, owner: str) -> Callers | None:
    """Return whom the values name, taken as a positive condition on a key that is there; None if strangers, too."""
    key, like = condition.key.lower(), operator.base in ("stringlike", "arnlike", "arnequals")
    values = tuple(_known(value, owner) for value in condition.values)
    if key == "aws:sourceip":
        return _SOMEBODY if operator.base in ("ipaddress", "stringequals") and _narrow(values) else None
    if operator.base == "bool":
        return _by_flag(key, values)
    if operator.base not in ("stringequals", "stringequalsignorecase", "stringlike", "arnequals", "arnlike"):
        return None
    named = [_by_value(key, value, like=like) for value in values]
    held = [callers for callers in named if callers is not None]
    return reduce(lambda a, b: a | b, held, NOBODY) if len(held) == len(named) else None


def _known(value: str, owner: str) -> str:
    """Fill in the variables that do not depend on the caller."""
    value = value.replace("${aws:ResourceAccount}", owner)
    return value.replace("${aws:ResourceOrgID}", "o-own").replace("${aws:ResourceOrgPaths}", "o-own/")


def _by_flag(key: str, values: tuple[str, ...]) -> Callers | None:
    if values != ("true",):
        return None
    if key == "aws:principalisawsservice":
        return Callers(services=True)
    return _SOMEBODY if key == "elasticfilesystem:accessedviamounttarget" else None


_ACCOUNTS = (
    "aws:principalaccount",
    "aws:sourceaccount",
    "aws:sourceowner",
    "aws:vpceaccount",
    "kms:calleraccount",
    "s3:dataaccesspointaccount",
)
_ARNS = ("aws:principalarn", "aws:sourcearn", "aws:sourcevpcarn", "s3:dataaccesspointarn")
_ORGANISATIONS = (
    "aws:principalorgid",
    "aws:principalorgpaths",
    "aws:sourceorgid",
    "aws:sourceorgpaths",
    "aws:vpceorgid",
    "aws:vpceorgpaths",
)
_THINGS = (
    "aws:sourcevpc",
    "aws:sourcevpce",
    "s3:x-amz-server-side-encryption-aws-kms-key-id",
    "elasticfilesystem:accesspointarn",
)
_SERVICES = ("aws:principalservicename", "aws:principalservicenameslist")


def _by_value(key: str, value: str, *, like: bool) -> Callers | None:
    start = fixed(value) if like else value
    if "${" in value:
        return None
    if key in _ACCOUNTS:
        return Callers(accounts=frozenset({value})) if start == value else None
    if key in _ARNS:
        return _by_arn(value, like=like)
    if key in _ORGANISATIONS:
        return _SOMEBODY if start == value or re.match(r"o-[a-z0-9]+/", start) else None
    if key in _THINGS:
        return _SOMEBODY if start == value else None
    if key in _SERVICES:
        return Callers(services=True)
    if key == "aws:userid":
        return _by_user_id(value, start)
    if key == "sns:endpoint":
        return _SOMEBODY if start == value or re.fullmatch(r"\*@[^*?]+", value) or _host_fixed(start) else None
    return None


def _by_arn(value: str, *, like: bool) -> Callers | None:
    """Judge an ARN: by its account; without one, only if it names one thing (bucket names are unique in the world)."""
    parts = value.split(":", 5)
    if len(parts) == 6 and re.fullmatch(r"\d{12}", parts[4]):
        return Callers(accounts=frozenset({parts[4]}))
    if not like or fixed(value) == value:
        return _SOMEBODY
    bucket = parts[5].partition("/")[0] if len(parts) == 6 and parts[2] == "s3" else "*"
    return _SOMEBODY if bucket and fixed(bucket) == bucket else None


def _by_user_id(value: str, start: str) -> Callers | None:
    """Judge a user id: ids of users and roles are unique in the world, and so are those of accounts."""
    if account := re.match(r"\d{12}(?=:|$)", start):
        return Callers(accounts=frozenset({account[0]}))
    return _SOMEBODY if start == value or re.match(r"(AIDA|AROA)[A-Z0-9]{12,}", start) else None


def _host_fixed(start: str) -> bool:
    """Whether the fixed start of an endpoint names a whole host, or the account of an ARN."""
    return bool(re.match(r"https?://[^/]+/|arn:[^:]+:[^:]+:[^:]*:\d{12}:", start))


def _claim_fixed(value: str) -> bool:
    start = fixed(value)
    return start == value or bool(re.match(r"[^/:]+[/:].", start.partition(":")[2] + "x"))


def _narrow(values: tuple[str, ...]) -> bool:
    """Whether address ranges leave out most of the world.

    Ranges wider than /8 (IPv4) or /32 (IPv6) are public, but for private ones.

    Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
    (the meaning of "public", aws:SourceIp)
    """
    try:
        ranges = [ip_network(value, strict=False) for value in values]
    except ValueError:
        return False
    four: list[IPv4Network] = [r for r in ranges if isinstance(r, IPv4Network) and not r.is_private]
    six: list[IPv6Network] = [r for r in ranges if isinstance(r, IPv6Network) and not r.is_private]
    return all(r.prefixlen >= 8 for r in collapse_addresses(four)) and all(
        r.prefixlen >= 32 for r in collapse_addresses(six)
    )
