"""Reads security groups and prefix lists."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace

from orlop.collect.aws.calls import Answer, CallFailed
from orlop.collect.aws.collector import Later, Reader, collector
from orlop.collect.aws.ec2 import tags_of
from orlop.estate.aws.security_group import ANY, AccessRule, PrefixList, RuleId, SecurityGroup, Source, Tags
from orlop.estate.fact import Fact

_PROTOCOLS = {"6": "tcp", "17": "udp", "1": "icmp", "58": "icmpv6", "all": "-1"}
_PORTS = ("tcp", "udp")

_Tagged = Mapping[tuple[str, int, int, Source], Tags]
_Ranges = Mapping[str, tuple[str, ...]]


_AT_FIRST = [{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}], "Ipv6Ranges": [{"CidrIpv6": "::/0"}]}]
"""What a group lets out until somebody changes it: taken where an answer that was not AWS's own says nothing of it.

Source: https://docs.aws.amazon.com/vpc/latest/userguide/default-security-group.html
"""


@collector(SecurityGroup, service="ec2", calls=("DescribeSecurityGroups", "DescribeSecurityGroupRules"))
def groups(aws: Reader) -> Iterator[Later[SecurityGroup]]:
    """List the security groups. One call more tells the ids and tags of all rules of the region."""
    rules = aws.later("ec2:DescribeSecurityGroupRules", lambda: _by_group(aws.call("DescribeSecurityGroupRules")))
    for page in aws.pages("DescribeSecurityGroups"):
        for item in page["SecurityGroups"]:
            if aws.wants(_arn(aws, item)):
                yield _group(aws, item, rules)


def _arn(aws: Reader, item: Answer) -> str:
    return aws.arn(f"security-group/{item['GroupId']}", account=item.get("OwnerId", aws.account))


def _by_group(answer: Answer) -> Mapping[str, list[Answer]]:
    groups: dict[str, list[Answer]] = {}
    for item in answer["SecurityGroupRules"]:
        groups.setdefault(item["GroupId"], []).append(item)
    return groups


def _group(aws: Reader, item: Answer, rules: Later[Fact[Mapping[str, list[Answer]]]]) -> Later[SecurityGroup]:
    def make() -> SecurityGroup:
        told = rules().map(lambda groups: groups.get(item["GroupId"], []))
        return SecurityGroup(
            id=_arn(aws, item),
            account=aws.account,
            region=aws.region,
            name=item.get("GroupName", item["GroupId"]),
            source="ec2:DescribeSecurityGroups",
            group_id=item["GroupId"],
            owner=item.get("OwnerId", aws.account),
            vpc=item.get("VpcId", ""),
            description=item.get("Description", ""),
            ingress=access_rules(item.get("IpPermissions", []), _tags(told, egress=False)),
            egress=access_rules(item.get("IpPermissionsEgress", _AT_FIRST), _tags(told, egress=True)),
            tags=tags_of(item),
            rule_ids=told.map(lambda items: tuple(_rule_id(rule) for rule in items)),
        )

    return make


def _tags(told: Fact[list[Answer]], *, egress: bool) -> _Tagged:
    """Return the tags of the rules that have any. Where they could not be read, rules stand without."""
    items = [] if told.unread else told.value
    return {_rule_id(item).key: tags_of(item) for item in items if item["IsEgress"] == egress and item.get("Tags")}


def _rule_id(item: Answer) -> RuleId:
    protocol, first, last = _ports(item)
    return RuleId(
        id=item["SecurityGroupRuleId"],
        egress=item["IsEgress"],
        protocol=protocol,
        first=first,
        last=last,
        source=_source_of_rule(item),
    )


def _source_of_rule(item: Answer) -> Source:
    if cidr := item.get("CidrIpv4") or item.get("CidrIpv6"):
        return Source(kind="cidr", name=cidr)
    if listed := item.get("PrefixListId"):
        return Source(kind="list", name=listed)
    return _group_source(item["ReferencedGroupInfo"])


def access_rules(permissions: Iterable[Answer], tags: _Tagged) -> tuple[AccessRule, ...]:
    """Return AWS's permissions, which hold many sources each, as rules with one source each, in canonical order."""
    found = (rule for item in permissions for rule in _rules(item))
    return tuple(sorted(replace(rule, tags=tags.get(rule.key, ())) for rule in found))


_SOURCES: tuple[tuple[str, Callable[[Answer], Source]], ...] = (
    ("IpRanges", lambda part: Source(kind="cidr", name=part["CidrIp"])),
    ("Ipv6Ranges", lambda part: Source(kind="cidr", name=part["CidrIpv6"])),
    ("PrefixListIds", lambda part: Source(kind="list", name=part["PrefixListId"])),
    ("UserIdGroupPairs", lambda part: _group_source(part)),
)


def _rules(item: Answer) -> Iterator[AccessRule]:
    protocol, first, last = _ports(item)
    for key, source in _SOURCES:
        for part in item.get(key, ()):
            yield AccessRule(
                protocol=protocol,
                first=first,
                last=last,
                source=source(part),
                description=part.get("Description", ""),
            )


def _ports(item: Answer) -> tuple[str, int, int]:
    """Return protocol, first and last port, in the one form in which all rules are kept."""
    said = str(item["IpProtocol"]).lower()
    protocol = _PROTOCOLS.get(said, said)
    first, last = item.get("FromPort", ANY), item.get("ToPort", ANY)
    if protocol in _PORTS and ANY in (first, last):
        return protocol, 0, 65535
    return protocol, first, last


def _group_source(part: Answer) -> Source:
    return Source(
        kind="group",
        name=part["GroupId"],
        account=part.get("UserId", ""),
        vpc=part.get("VpcId", ""),
        peering=part.get("VpcPeeringConnectionId", ""),
    )


@collector(
    PrefixList,
    service="ec2",
    calls=("DescribeManagedPrefixLists", "DescribePrefixLists", "GetManagedPrefixListEntries"),
)
def lists(aws: Reader) -> Iterator[Later[PrefixList]]:
    """List the prefix lists that can be used here: AWS's own, this account's, and those shared with it.

    One call tells the ranges of most of AWS's own; the others are asked one by one.
    """
    known = _known(aws)
    for page in aws.pages("DescribeManagedPrefixLists"):
        for item in page["PrefixLists"]:
            if aws.wants(item["PrefixListArn"]):
                yield _list(aws, item, known)


def _known(aws: Reader) -> Fact[_Ranges]:
    source = "ec2:DescribePrefixLists"
    try:
        said = aws.call("DescribePrefixLists")["PrefixLists"]
    except CallFailed as failure:
        return Fact(failure.unread, failure.source)
    return Fact({item["PrefixListId"]: _entries(item["Cidrs"]) for item in said if item.get("Cidrs")}, source)


def _list(aws: Reader, item: Answer, known: Fact[_Ranges]) -> Later[PrefixList]:
    id = item["PrefixListId"]
    told = item.get("OwnerId", aws.account) == "AWS" and not known.unread and id in known.value
    entries = (lambda: known.map(lambda ranges: ranges[id])) if told else _asked(aws, id)
    return lambda: PrefixList(
        id=item["PrefixListArn"],
        account=aws.account,
        region=aws.region,
        name=item["PrefixListName"],
        source="ec2:DescribeManagedPrefixLists",
        list_id=id,
        owner=item.get("OwnerId", aws.account),
        family=item.get("AddressFamily", ""),
        entries=entries(),
    )


def _asked(aws: Reader, id: str) -> Later[Fact[tuple[str, ...]]]:
    def read() -> tuple[str, ...]:
        answer = aws.call("GetManagedPrefixListEntries", PrefixListId=id)
        return _entries(entry["Cidr"] for entry in answer["Entries"])

    return aws.later("ec2:GetManagedPrefixListEntries", read)


def _entries(cidrs: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(cidrs))


ALL = (groups, lists)
