from typing import Any

import pytest
from tests.answers import Answers, Said, seen
from tests.cases import ACCOUNT, REGION

from orlop.collect.aws import security_group
from orlop.estate.aws.security_group import AccessRule, PrefixList, RuleId, SecurityGroup, Source
from orlop.estate.fact import Cause, NotKnown

GROUP: dict[str, Any] = {
    "GroupId": "sg-0aa",
    "GroupName": "web",
    "Description": "the web site",
    "OwnerId": ACCOUNT,
    "VpcId": "vpc-0aa",
    "Tags": [{"Key": "team", "Value": "it"}],
    "IpPermissions": [
        {
            "IpProtocol": "tcp",
            "FromPort": 22,
            "ToPort": 22,
            "IpRanges": [{"CidrIp": "203.0.113.0/24", "Description": "office"}, {"CidrIp": "0.0.0.0/0"}],
            "Ipv6Ranges": [{"CidrIpv6": "::/0"}],
            "PrefixListIds": [{"PrefixListId": "pl-0aa", "Description": "partners"}],
            "UserIdGroupPairs": [
                {
                    "GroupId": "sg-0bb",
                    "UserId": "999988887777",
                    "VpcId": "vpc-0bb",
                    "VpcPeeringConnectionId": "pcx-0aa",
                    "PeeringStatus": "active",
                }
            ],
        },
        {"IpProtocol": "icmp", "FromPort": 8, "ToPort": -1, "IpRanges": [{"CidrIp": "10.0.0.0/8"}]},
    ],
    "IpPermissionsEgress": [{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}],
}
RULES: list[dict[str, Any]] = [
    {
        "SecurityGroupRuleId": "sgr-1",
        "GroupId": "sg-0aa",
        "IsEgress": False,
        "IpProtocol": "tcp",
        "FromPort": 22,
        "ToPort": 22,
        "CidrIpv4": "0.0.0.0/0",
        "Tags": [{"Key": "owner", "Value": "it"}],
    },
    {
        "SecurityGroupRuleId": "sgr-2",
        "GroupId": "sg-0aa",
        "IsEgress": True,
        "IpProtocol": "-1",
        "FromPort": -1,
        "ToPort": -1,
        "CidrIpv4": "0.0.0.0/0",
        "Tags": [],
    },
    {
        "SecurityGroupRuleId": "sgr-3",
        "GroupId": "sg-0cc",
        "IsEgress": False,
        "IpProtocol": "tcp",
        "FromPort": 22,
        "ToPort": 22,
        "ReferencedGroupInfo": {"GroupId": "sg-0aa", "UserId": ACCOUNT},
    },
]
SAID: dict[str, Said] = {
    "ec2:DescribeSecurityGroups": {"SecurityGroups": [GROUP]},
    "ec2:DescribeSecurityGroupRules": {"SecurityGroupRules": RULES},
}


def only(said: dict[str, Said]) -> SecurityGroup:
    [group] = seen([security_group.groups], Answers(said)).each(SecurityGroup)
    return group


def test_a_group_has_its_rules_one_source_each_in_order() -> None:
    group = only(SAID)
    assert group.id == f"arn:aws:ec2:{REGION}:{ACCOUNT}:security-group/sg-0aa"
    assert (group.name, group.vpc, group.is_default, group.tags) == ("web", "vpc-0aa", False, (("team", "it"),))
    said = [(str(rule), rule.description, rule.tags) for rule in group.ingress]
    assert said == [
        ("icmp type 8 from 10.0.0.0/8", "", ()),
        ("tcp 22 from 0.0.0.0/0", "", (("owner", "it"),)),
        ("tcp 22 from 203.0.113.0/24", "office", ()),
        ("tcp 22 from ::/0", "", ()),
        ("tcp 22 from sg-0bb", "", ()),
        ("tcp 22 from pl-0aa", "partners", ()),
    ]
    assert group.ingress[4].source == Source(
        kind="group", name="sg-0bb", account="999988887777", vpc="vpc-0bb", peering="pcx-0aa"
    )
    assert group.egress == (AccessRule(protocol="-1", source=Source(kind="cidr", name="0.0.0.0/0")),)
    world = Source(kind="cidr", name="0.0.0.0/0")
    assert group.rule_ids.value == (
        RuleId(id="sgr-1", egress=False, protocol="tcp", first=22, last=22, source=world),
        RuleId(id="sgr-2", egress=True, protocol="-1", first=-1, last=-1, source=world),
    )


def test_the_order_in_which_aws_answers_does_not_matter() -> None:
    turned = {**GROUP, "IpPermissions": [*reversed(GROUP["IpPermissions"])]}
    assert only({**SAID, "ec2:DescribeSecurityGroups": {"SecurityGroups": [turned]}}) == only(SAID)


def test_groups_are_compared_without_the_ids_of_their_rules() -> None:
    assert only({**SAID, "ec2:DescribeSecurityGroupRules": {"SecurityGroupRules": RULES[:1]}}) == only(SAID)


def test_ids_that_were_not_read_are_kept_as_such() -> None:
    unread = only({"ec2:DescribeSecurityGroups": SAID["ec2:DescribeSecurityGroups"]}).rule_ids.unread
    assert unread
    assert unread.cause is Cause.DENIED


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        pytest.param({"IpProtocol": "6", "FromPort": 1, "ToPort": 2}, ("tcp", 1, 2), id="a number for TCP"),
        pytest.param({"IpProtocol": "tcp", "FromPort": -1, "ToPort": -1}, ("tcp", 0, 65535), id="all ports as -1"),
        pytest.param({"IpProtocol": "udp"}, ("udp", 0, 65535), id="no ports said"),
        pytest.param({"IpProtocol": "ALL"}, ("-1", -1, -1), id="all in words"),
        pytest.param({"IpProtocol": "47"}, ("47", -1, -1), id="a tunnel"),
        pytest.param({"IpProtocol": "58", "FromPort": 1, "ToPort": 0}, ("icmpv6", 1, 0), id="ICMP for v6"),
    ],
)
def test_rules_are_kept_in_one_form(said: dict[str, Any], kept: tuple[str, int, int]) -> None:
    [rule] = security_group.access_rules([{**said, "IpRanges": [{"CidrIp": "10.0.0.0/8"}]}], {})
    assert (rule.protocol, rule.first, rule.last) == kept


def listed(id: str, owner: str = ACCOUNT) -> dict[str, Any]:
    arn = f"arn:aws:ec2:{REGION}:{owner.lower()}:prefix-list/{id}"
    return {
        "PrefixListId": id,
        "PrefixListArn": arn,
        "PrefixListName": id,
        "OwnerId": owner,
        "AddressFamily": "IPv4",
    }


LISTS: dict[str, Said] = {
    "ec2:DescribeManagedPrefixLists": {
        "PrefixLists": [listed("pl-s3", "AWS"), listed("pl-mine"), listed("pl-x", "AWS")]
    },
    "ec2:DescribePrefixLists": {"PrefixLists": [{"PrefixListId": "pl-s3", "Cidrs": ["52.1.0.0/16", "3.5.0.0/19"]}]},
    "ec2:GetManagedPrefixListEntries": lambda asked: {
        "Entries": [{"Cidr": f"10.0.{len(asked['PrefixListId'])}.0/24", "Description": "it"}]
    },
}


def lists(said: dict[str, Said]) -> tuple[dict[str, PrefixList], Answers]:
    answers = Answers(said)
    found = {each.list_id: each for each in seen([security_group.lists], answers).each(PrefixList)}
    return found, answers


def test_one_call_tells_what_stands_in_most_of_aws_own_lists() -> None:
    found, answers = lists(LISTS)
    assert found["pl-s3"].entries.value == ("3.5.0.0/19", "52.1.0.0/16")
    assert found["pl-mine"].entries.value == ("10.0.7.0/24",)
    assert found["pl-x"].entries.value == ("10.0.4.0/24",)
    asked = [params["PrefixListId"] for source, _, params in answers.asked if source.endswith("Entries")]
    assert sorted(asked) == ["pl-mine", "pl-x"]


def test_a_list_that_cannot_be_read_is_unread_never_empty() -> None:
    found, _ = lists({**LISTS, "ec2:GetManagedPrefixListEntries": "UnauthorizedOperation"})
    with pytest.raises(NotKnown):
        _ = found["pl-mine"].entries.value
    found, _ = lists({**LISTS, "ec2:DescribePrefixLists": "UnauthorizedOperation"})
    assert found["pl-s3"].entries.value
    assert found["pl-mine"].entries.value
    denied = dict.fromkeys(("ec2:DescribePrefixLists", "ec2:GetManagedPrefixListEntries"), "UnauthorizedOperation")
    found, _ = lists({**LISTS, **denied})
    assert found["pl-s3"].entries.unread
