"""What is wrong with the condition keys of a policy, by what AWS says that they hold.

Sources: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html (global keys),
https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html, and `catalogue`
"""

import re
from collections.abc import Iterator
from functools import cache

from orlop.estate.aws.policy import Condition
from orlop.reason.access import catalogue
from orlop.reason.access.operators import Family, Operator

_SINGLE = (
    *("CalledViaFirst", "CalledViaLast", "ChatbotSourceArn", "CurrentTime", "Ec2InstanceSourcePrivateIPv4"),
    *("Ec2InstanceSourceVpc", "EpochTime", "FederatedProvider", "MultiFactorAuthAge", "MultiFactorAuthPresent"),
    *("PrincipalAccount", "PrincipalArn", "PrincipalIsAWSService", "PrincipalOrgID", "PrincipalServiceName"),
    *("PrincipalType", "referer", "RequestedRegion", "ResourceAccount", "ResourceOrgID", "SecureTransport"),
    *("SignInSessionArn", "SourceAccount", "SourceArn", "SourceIdentity", "SourceIp", "SourceOrgID", "SourceOwner"),
    *("SourceVpc", "SourceVpcArn", "SourceVpce", "TokenIssueTime", "UserAgent", "userid", "username"),
    *("ViaAWSService", "VpceAccount", "VpceOrgID", "VpcSourceIp", "AssumedRoot", "ViaAWSMCPService"),
)
_SEVERAL = (
    *("CalledVia", "PrincipalOrgPaths", "PrincipalServiceNamesList", "ResourceOrgPaths", "SourceOrgPaths", "TagKeys"),
    *("VpceOrgPaths", "CalledViaAWSMCP"),
)
_TAGS = ("aws:principaltag/", "aws:requesttag/", "aws:resourcetag/")
_ADDRESSES = frozenset({"aws:sourceip", "aws:vpcsourceip", "aws:ec2instancesourceprivateipv4"})

_WITHOUT_VARIABLES = (Family.NUMBER, Family.DATE, Family.ADDRESS, Family.PRESENCE)

Said = tuple[str, str, str]
"""How grave, what is so, and what to do."""


def of_key(condition: Condition, operator: Operator) -> Iterator[Said]:
    """Yield what is wrong with the key of a condition."""
    key = condition.key.lower()
    known = _holds(key)
    if known is None:
        yield "medium", f"AWS knows no condition key {condition.key}: it is missing from every request.", "Check it."
        return
    several = known.startswith("ArrayOf")
    if several and not operator.over and operator.family is not Family.PRESENCE:
        says = f"{condition.key} holds several values, and {condition.operator} does not say how many must match."
        yield "medium", says, "Use ForAnyValue or ForAllValues."
    if key in _ADDRESSES and operator.family is Family.TEXT and any("/" in value for value in condition.values):
        says = f"{condition.operator} compares {condition.key} as text: a range of addresses never matches."
        yield "high", says, "Use IpAddress or NotIpAddress."
    elif operator.family is Family.ADDRESS and known in ("Bool", "ARN", "Numeric", "Date"):
        yield "high", f"{condition.key} holds no address: {condition.operator} is never met.", ""


def of_operator(condition: Condition, operator: Operator) -> Iterator[Said]:
    """Yield what is wrong with the use of an operator."""
    if operator.family is Family.PRESENCE and operator.if_exists:
        yield "high", "NullIfExists is refused by AWS: Null itself asks whether a key is there.", "Use Null."
    if operator.family in _WITHOUT_VARIABLES and any("${" in value for value in condition.values):
        yield "high", f"{condition.operator} takes no variables: only operators on texts and ARNs do.", ""
    for value in condition.values:
        yield from of_variables(value)


def of_variables(text: str) -> Iterator[Said]:
    """Yield what is wrong with the policy variables in a text."""
    for inside in re.findall(r"\$\{([^}]*)(?=\}|$)", text):
        if not inside.strip():
            yield "high", f"{text!r} has an empty variable.", ""
    if len(re.findall(r"\$\{", text)) > len(re.findall(r"\$\{[^}]*\}", text)):
        yield "high", f"{text!r} has a variable without its closing brace.", "Write ${aws:username}."


def _holds(key: str) -> str | None:
    """Return what AWS says a key holds (`ArrayOfString`...): None for no such key, `""` where it does not say."""
    prefix = key.partition(":")[0]
    if prefix == "aws":
        return _global().get(key, "String" if key.startswith(_TAGS) else None)
    if "." in prefix or not catalogue.service(prefix).keys:
        return ""  # the claims of a web sign-in, and services of which the catalogue has no keys
    keys = _of_service(prefix)
    return keys.get(key) or keys.get(key.partition("/")[0] + "/", None)


@cache
def _global() -> dict[str, str]:
    single = {f"aws:{name}".lower(): "String" for name in _SINGLE}
    return {**single, **{f"aws:{name}".lower(): "ArrayOfString" for name in _SEVERAL}}


@cache
def _of_service(prefix: str) -> dict[str, str]:
    """Return the keys of a service; one that ends in a name of one's own (`s3:ExistingObjectTag/`) ends so here."""
    found: dict[str, str] = {}
    for name, kind in catalogue.service(prefix).keys.items():
        found[re.sub(r"(\$\{.*|<.*)", "", name.lower())] = kind
    return found
