"""A second opinion on access: one request with all its condition keys known, decided as AWS's guide tells it.

Written apart from Orlop's reasoning, on the policies as they are written, after
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html and its pages, and
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from ipaddress import ip_address, ip_network
from typing import Any

Policy = Sequence[Mapping[str, Any]]
"""Its statements."""

Keys = Mapping[str, str | tuple[str, ...] | None]


@dataclass(frozen=True)
class Asked:
    """Who asks for what. A session's `caller` is the ARN of its role, and `is_session` is true."""

    action: str
    caller: str
    resource: str
    owner: str
    keys: Keys = field(default_factory=dict[str, "str | tuple[str, ...] | None"])
    is_session: bool = False

    @property
    def account(self) -> str:
        return self.caller.split(":")[4]


@dataclass(frozen=True)
class Held:
    """The policies that have a say; None where there is none of a kind."""

    identity: Policy = ()
    resource: Policy = ()
    boundary: Policy | None = None
    session: Policy | None = None
    levels: Sequence[Policy] = ()


def decide(asked: Asked, held: Held) -> str:
    """Return `Allowed`, `ImplicitlyDenied` or `ExplicitlyDenied`."""
    limits = [each for each in (held.boundary, held.session) if each is not None]
    spoken = [*held.identity, *(s for each in (*limits, *held.levels) for s in each)]
    named = [s for s in held.resource if _names(s, asked) is not None]
    if any(s["Effect"] == "Deny" and _fits(s, asked) for s in (*spoken, *named)):
        return "ExplicitlyDenied"
    granted = _granted(asked, held) and all(_allows(level, asked) for level in held.levels)
    return "Allowed" if granted else "ImplicitlyDenied"


def _granted(asked: Asked, held: Held) -> bool:
    bounded = held.boundary is None or _allows(held.boundary, asked)
    in_session = held.session is None or _allows(held.session, asked)
    own = _allows(held.identity, asked) and bounded and in_session
    by = {_names(s, asked) for s in held.resource if s["Effect"] == "Allow" and _fits(s, asked)} - {None}
    if asked.account != asked.owner:
        return own and bool(by)
    if "user" in by:  # what a resource grants to a user himself, no boundary limits
        return in_session or own
    return own or ("role" in by and bounded and in_session)


def _allows(policy: Policy, asked: Asked) -> bool:
    return any(s["Effect"] == "Allow" and _fits(s, asked) for s in policy)


def _names(said: Mapping[str, Any], asked: Asked) -> str | None:
    """How a statement of a resource's policy names the caller: `user`, `role`, or `account`."""
    if "NotPrincipal" in said:
        themselves = asked.caller in said["NotPrincipal"]["AWS"]  # the account alone does not spare its users
        return None if themselves else "account"
    return _named(said["Principal"]["AWS"], asked)


def _named(names: Sequence[str], asked: Asked) -> str | None:
    if asked.caller in names:
        return "role" if asked.is_session else "user"
    return "account" if {asked.account, f"arn:aws:iam::{asked.account}:root"} & {*names} else None


def _fits(said: Mapping[str, Any], asked: Asked) -> bool:
    actions = [_glob(a.lower(), asked.action.lower()) for a in said.get("Action") or said["NotAction"]]
    if any(actions) == ("NotAction" in said):
        return False
    if not _on(said, asked):
        return False
    return all(_met(op, values, asked.keys.get(key.lower()), asked.keys) for op, key, values in _conditions(said))


def _on(said: Mapping[str, Any], asked: Asked) -> bool:
    filled = [_fill(r, asked.keys) for r in said.get("Resource") or said["NotResource"]]
    hit = any(_arn(text, asked.resource) for text in filled if text is not None)
    if "NotResource" in said:
        return not hit and None not in filled
    return hit


def _conditions(said: Mapping[str, Any]) -> list[tuple[str, str, list[str]]]:
    return [(op, key, values) for op, tests in said.get("Condition", {}).items() for key, values in tests.items()]


def _met(operator: str, wanted: list[str], value: str | tuple[str, ...] | None, keys: Keys) -> bool:
    if operator == "Null":  # a key that holds nothing counts as missing
        return (value in (None, ())) == (wanted == ["true"])
    over, _, rest = operator.rpartition(":")
    name = rest.removesuffix("IfExists")
    positive = name.replace("Not", "", 1)
    negated = positive != name
    if value is None or value == ():
        return rest.endswith("IfExists") or over == "ForAllValues" or (negated and not over)
    texts = [_fill(w, keys) for w in wanted]
    hits = [
        any(_one(positive, w, v) for w in texts if w is not None)
        for v in ([value] if isinstance(value, str) else value)
    ]
    if over == "ForAllValues":
        return all(hit != negated for hit in hits)
    if over == "ForAnyValue":
        return any(hit != negated for hit in hits)
    return not any(hits) if negated else any(hits)


def _one(name: str, wanted: str, value: str) -> bool:
    match name:
        case "StringEquals":
            return re.sub("[\ue000\ue001]", lambda c: {"\ue000": "*", "\ue001": "?"}[c[0]], wanted) == value
        case "StringLike":
            return _glob(wanted, value)
        case "Bool":
            return wanted.lower() == value.lower()
        case "ArnLike":
            return _arn(wanted, value)
        case "NumericLessThan":
            return float(value) < float(wanted)
        case "IpAddress":
            return ip_address(value) in ip_network(wanted)
        case _:
            raise AssertionError(name)


def _fill(text: str, keys: Keys) -> str | None:
    """Fill the variables in; what comes from them is no wildcard. None where one has no value."""
    missing = False

    def put(found: re.Match[str]) -> str:
        nonlocal missing
        value = keys.get(found[1].lower())
        missing |= not isinstance(value, str)
        return str(value).replace("*", "\ue000").replace("?", "\ue001")

    filled = re.sub(r"\$\{([^}]+)\}", put, text)
    return None if missing else filled


def _glob(pattern: str, text: str, any_one: str = ".") -> bool:
    return re.fullmatch(_expression(pattern, any_one), text, re.DOTALL) is not None


def _expression(pattern: str, any_one: str) -> str:
    told = {"*": f"{any_one}*", "?": any_one, "\ue000": r"\*", "\ue001": r"\?"}
    return "".join(told.get(c) or re.escape(c) for c in pattern)


def _arn(pattern: str, text: str) -> bool:
    """Part by part: no wildcard reaches over a colon, but in the last part."""
    if pattern == "*":
        return True
    *first, last = pattern.split(":", 5)
    whole = ":".join([*(_expression(part, "[^:]") for part in first), _expression(last, ".")])
    return re.fullmatch(whole, text, re.DOTALL) is not None
