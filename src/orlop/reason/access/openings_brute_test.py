"""The law of `access`, by brute force: whatever a stranger's request gets, some opening tells of.

The evaluator here knows nothing of strangers or openings. It answers one request with all its keys known, straight from
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

from fnmatch import fnmatchcase
from ipaddress import ip_address, ip_network
from itertools import product
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.cases import ACCOUNT

from orlop.estate.aws.policy import Condition, Document, Principal, Statement, document
from orlop.reason.access.openings import everyone

OTHER, STRANGER = "999988887777", "555566667777"
ACTIONS = ("s3:GetObject", "s3:PutObject")
RESOURCES = ("arn:aws:s3:::b", "arn:aws:s3:::b/x", "arn:aws:s3:::b/p/x")

WHO: list[dict[str, str]] = [
    {},
    {
        "aws:principalaccount": STRANGER,
        "aws:principalarn": f"arn:aws:iam::{STRANGER}:role/x",
        "aws:principalisawsservice": "false",
    },
    {
        "aws:principalaccount": STRANGER,
        "aws:principalarn": f"arn:aws:iam::{STRANGER}:user/y",
        "aws:principalisawsservice": "false",
        "aws:principalorgid": "o-strange",
    },
]
HOW: list[dict[str, str]] = [
    {"aws:sourceip": "8.8.8.8", "aws:securetransport": "true"},
    {"aws:sourceip": "9.1.2.3", "aws:securetransport": "false", "aws:referer": "x"},
    {"aws:sourcevpce": "vpce-strange", "aws:securetransport": "true"},
]
VALUES: dict[str, list[str]] = {
    "aws:PrincipalAccount": [ACCOUNT, OTHER, "*", "5*"],
    "aws:PrincipalArn": [f"arn:aws:iam::{ACCOUNT}:*", "arn:aws:iam::*:role/x", f"arn:aws:iam::{OTHER}:role/x", "*"],
    "aws:PrincipalOrgID": ["o-ours", "o-*", "*"],
    "aws:SourceVpce": ["vpce-ours", "vpce-*"],
    "aws:SourceArn": [f"arn:aws:sns:eu-west-1:{ACCOUNT}:t", "*"],
    "aws:Referer": ["x", "*"],
}
TEXT = ("StringEquals", "StringLike", "StringNotEquals", "StringNotLike")
RANGES = ["203.0.113.0/24", "0.0.0.0/0", "52.0.0.0/8", "8.0.0.0/7"]

texts = st.sampled_from(sorted(VALUES)).flatmap(
    lambda key: st.tuples(
        st.sampled_from(
            [
                f"{over}{name}{tail}"
                for over in ("", "ForAnyValue:", "ForAllValues:")
                for name in TEXT
                for tail in ("", "IfExists")
            ]
        ),
        st.just(key),
        st.lists(st.sampled_from(VALUES[key]), min_size=1, max_size=2),
    )
)
others = st.one_of(
    st.tuples(st.just("Null"), st.sampled_from(sorted(VALUES)), st.sampled_from([["true"], ["false"]])),
    st.tuples(
        st.sampled_from(["Bool", "BoolIfExists"]),
        st.sampled_from(["aws:SecureTransport", "aws:PrincipalIsAWSService"]),
        st.sampled_from([["true"], ["false"]]),
    ),
    st.tuples(
        st.sampled_from(["IpAddress", "NotIpAddress", "IpAddressIfExists", "NotIpAddressIfExists"]),
        st.just("aws:SourceIp"),
        st.lists(st.sampled_from(RANGES), min_size=1, max_size=2),
    ),
)


def _statement(
    effect: str,
    who: tuple[str, Any],
    what: tuple[str, Any],
    on: tuple[str, Any],
    when: list[tuple[str, str, list[str]]],
) -> dict[str, Any]:
    conditions: dict[str, dict[str, list[str]]] = {}
    for operator, key, values in when:
        conditions.setdefault(operator, {})[key] = values
    return {"Effect": effect, who[0]: who[1], what[0]: what[1], on[0]: on[1], "Condition": conditions}


statements = st.builds(
    _statement,
    st.sampled_from(["Allow", "Allow", "Deny"]),
    st.sampled_from(
        [
            ("Principal", "*"),
            ("Principal", "*"),
            ("Principal", {"AWS": OTHER}),
            ("NotPrincipal", {"AWS": OTHER}),
            ("NotPrincipal", {"AWS": [OTHER, ACCOUNT]}),
        ]
    ),
    st.sampled_from(
        [("Action", "s3:*"), ("Action", "s3:get*"), ("Action", ["s3:PutObject"]), ("NotAction", "s3:Get*")]
    ),
    st.sampled_from(
        [
            ("Resource", "*"),
            ("Resource", ["arn:aws:s3:::b", "arn:aws:s3:::b/*"]),
            ("Resource", "arn:aws:s3:::b/p/*"),
            ("NotResource", "arn:aws:s3:::b/p/*"),
        ]
    ),
    st.lists(st.one_of(texts, others), max_size=2),
)


def _is_stranger(principals: tuple[Principal, ...]) -> bool:
    return any(principal.name == "*" for principal in principals)


def _fits(patterns: tuple[str, ...], text: str) -> bool:
    return any(fnmatchcase(text, pattern) for pattern in patterns)


def _holds(condition: Condition, request: dict[str, str]) -> bool:
    operator, value = condition.operator, request.get(condition.key.lower())
    if operator == "Null":
        return (value is None) == (condition.values == ("true",))
    over, _, name = operator.rpartition(":")
    if_exists, name = name.endswith("IfExists"), name.removesuffix("IfExists")
    positive = name.replace("Not", "", 1)
    if value is None:
        return if_exists or over == "ForAllValues" or (positive != name and over != "ForAnyValue")
    hit = {
        "StringEquals": lambda: value in condition.values,
        "StringLike": lambda: _fits(condition.values, value),
        "Bool": lambda: value in condition.values,
        "IpAddress": lambda: any(ip_address(value) in ip_network(net) for net in condition.values),
    }[positive]()
    return hit == (positive == name)


def _applies(said: Statement, request: dict[str, str], action: str, resource: str) -> bool:
    who = _is_stranger(said.principals) if said.principals else not _is_stranger(said.not_principals)
    lower = action.lower()
    what = (
        _fits(tuple(a.lower() for a in said.actions), lower)
        if said.actions
        else not _fits(tuple(a.lower() for a in said.not_actions), lower)
    )
    on = _fits(said.resources, resource) if said.resources else not _fits(said.not_resources, resource)
    return who and what and on and all(_holds(condition, request) for condition in said.conditions)


def _allowed(policy: Document, request: dict[str, str], action: str, resource: str) -> bool:
    effects = {said.effect for said in policy.statements if _applies(said, request, action, resource)}
    return effects == {"Allow"}


@settings(max_examples=300, deadline=None)
@given(st.lists(statements, min_size=1, max_size=4))
def test_whatever_a_stranger_gets_some_opening_tells_of(said: list[dict[str, Any]]) -> None:
    policy = document({"Statement": said})
    for who, how, action, resource in product(WHO, HOW, ACTIONS, RESOURCES):
        if _allowed(policy, who | how, action, resource):
            assert everyone(policy, owner=ACCOUNT, action=action, resource=resource), (who, how, action, resource)
