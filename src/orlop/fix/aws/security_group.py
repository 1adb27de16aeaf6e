"""Writes the rules of security groups.

What is missing is allowed first, then what is too much is taken away. So whoever was let in before and is let in
afterwards is let in throughout, and nobody ever is who was not let in before or is to be afterwards.
"""

from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from typing import Any

from orlop.errors import FixRefused
from orlop.estate.aws.security_group import ANY, AccessRule, SecurityGroup, Source, Tags
from orlop.estate.change import Change
from orlop.fix.writer import Aws, writes

_AT_ONCE = 50
"""Rules in one call. AWS takes more; small calls fail in smaller pieces."""

_THERE_ALREADY = ("InvalidPermission.Duplicate",)
_GONE_ALREADY = ("InvalidPermission.NotFound",)


@writes(
    SecurityGroup,
    "ingress",
    "ec2:AuthorizeSecurityGroupIngress",
    "ec2:RevokeSecurityGroupIngress",
    "ec2:UpdateSecurityGroupRuleDescriptionsIngress",
    "ec2:CreateTags",
)
def ingress(aws: Aws, change: Change) -> None:
    """Set what a group lets in."""
    _write(aws, change, "Ingress")


@writes(
    SecurityGroup,
    "egress",
    "ec2:AuthorizeSecurityGroupEgress",
    "ec2:RevokeSecurityGroupEgress",
    "ec2:UpdateSecurityGroupRuleDescriptionsEgress",
    "ec2:CreateTags",
)
def egress(aws: Aws, change: Change) -> None:
    """Set what a group lets out."""
    _write(aws, change, "Egress")


def _write(aws: Aws, change: Change, way: str) -> None:
    """Turn the rules that are into the rules that are wanted.

    1. Allow what is missing, with descriptions and tags.
    2. Set the descriptions of those that stay but shall be described otherwise.
    3. Take away what is too much.

    A rule that is there already, or gone already, is no error: what is read back decides.
    """
    group = change.target.rpartition("/")[2]
    was: Mapping[Any, AccessRule] = {rule.key: rule for rule in change.was}
    becomes: Mapping[Any, AccessRule] = {rule.key: rule for rule in change.becomes}
    for tags, rules in _by_tags(rule for key, rule in becomes.items() if key not in was):
        _each(aws, f"AuthorizeSecurityGroup{way}", group, rules, ignoring=_THERE_ALREADY, **_tagged(tags))  # 1
    renamed = [rule for key, rule in becomes.items() if key in was and was[key].description != rule.description]
    _each(aws, f"UpdateSecurityGroupRuleDescriptions{way}", group, renamed)  # 2
    extra = [rule for key, rule in was.items() if key not in becomes]
    _each(aws, f"RevokeSecurityGroup{way}", group, extra, described=False, ignoring=_GONE_ALREADY)  # 3


def _each(
    aws: Aws,
    operation: str,
    group: str,
    rules: list[AccessRule],
    *,
    described: bool = True,
    ignoring: tuple[str, ...] = (),
    **more: Any,
) -> None:
    for start in range(0, len(rules), _AT_ONCE):
        some = [_permission(rule, described=described) for rule in rules[start : start + _AT_ONCE]]
        _call(aws, operation, group, some, ignoring, more)


def _call(
    aws: Aws, operation: str, group: str, some: list[dict[str, Any]], ignoring: tuple[str, ...], more: dict[str, Any]
) -> None:
    """Make one call for some rules; where AWS refuses all for the sake of one, make one for each."""
    try:
        aws.call("ec2", operation, GroupId=group, IpPermissions=some, **more)
    except FixRefused as refusal:
        if refusal.code not in ignoring:
            raise
        for one in some if len(some) > 1 else ():
            _call(aws, operation, group, [one], ignoring, more)


def _by_tags(rules: Iterable[AccessRule]) -> Iterator[tuple[Tags, list[AccessRule]]]:
    """Return rules by their tags: one call gives the same tags to all rules in it."""
    ordered = sorted(rules, key=lambda rule: rule.tags)
    for tags, same in groupby(ordered, key=lambda rule: rule.tags):
        yield tags, list(same)


def _tagged(tags: Tags) -> dict[str, Any]:
    if not tags:
        return {}
    pairs = [{"Key": key, "Value": value} for key, value in tags]
    return {"TagSpecifications": [{"ResourceType": "security-group-rule", "Tags": pairs}]}


def _permission(rule: AccessRule, *, described: bool) -> dict[str, Any]:
    ports = {} if rule.protocol == str(ANY) else {"FromPort": rule.first, "ToPort": rule.last}
    return {"IpProtocol": rule.protocol, **ports, **_from(rule.source, rule.description if described else "")}


def _from(source: Source, description: str) -> dict[str, Any]:
    said = {"Description": description} if description else {}
    match source.kind:
        case "cidr" if ":" in source.name:
            return {"Ipv6Ranges": [{"CidrIpv6": source.name, **said}]}
        case "cidr":
            return {"IpRanges": [{"CidrIp": source.name, **said}]}
        case "list":
            return {"PrefixListIds": [{"PrefixListId": source.name, **said}]}
        case "group":
            owner = {"UserId": source.account} if source.account else {}
            return {"UserIdGroupPairs": [{"GroupId": source.name, **owner, **said}]}


ALL = (ingress, egress)
