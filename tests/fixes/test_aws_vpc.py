from typing import Any

import pytest

from orlop.estate.aws.vpc import AclEntry, NetworkAcl
from orlop.estate.change import Change
from orlop.fix import aws as writers
from orlop.rules.aws import vpc
from tests.fixes.proof import Hand, prove_aws
from tests.servers.emulator import REGION, Emulator


def plant(aws: Emulator, *entries: dict[str, Any]) -> str:
    """Make a network ACL with these entries around one subnet, and return its id."""
    ec2 = aws.client("ec2")
    network = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=network, CidrBlock="10.0.1.0/24")["Subnet"]["SubnetId"]
    acl = ec2.create_network_acl(VpcId=network)["NetworkAcl"]["NetworkAclId"]
    for entry in entries:
        ec2.create_network_acl_entry(NetworkAclId=acl, Egress=False, **entry)
    [around] = [
        link["NetworkAclAssociationId"]
        for each in ec2.describe_network_acls()["NetworkAcls"]
        for link in each["Associations"]
        if link["SubnetId"] == subnet
    ]
    ec2.replace_network_acl_association(AssociationId=around, NetworkAclId=acl)
    return acl


def test_acl_opens_login(aws: Emulator) -> None:
    office = {
        "RuleNumber": 90,
        "Protocol": "6",
        "RuleAction": "allow",
        "CidrBlock": "203.0.113.0/24",
        "PortRange": {"From": 22, "To": 22},
    }
    world = {"RuleNumber": 100, "Protocol": "-1", "RuleAction": "allow", "CidrBlock": "0.0.0.0/0"}
    world_v6 = {
        "RuleNumber": 110,
        "Protocol": "6",
        "RuleAction": "allow",
        "Ipv6CidrBlock": "::/0",
        "PortRange": {"From": 3389, "To": 3389},
    }
    prove_aws(aws, vpc.acl_opens_login, plant(aws, office, world, world_v6))


def test_hands_out_public_addresses(aws: Emulator) -> None:
    subnet = aws.client("ec2").describe_subnets()["Subnets"][0]["SubnetId"]
    prove_aws(aws, vpc.hands_out_public_addresses, subnet)


@pytest.mark.parametrize("setting", ["inbound", "outbound"])
def test_entries_are_closed_before_others_are_opened(aws: Emulator, setting: str) -> None:
    def entry(number: int, action: Any, cidr: str, protocol: str = "6", first: int = 22, last: int = 22) -> AclEntry:
        return AclEntry(number=number, action=action, protocol=protocol, cidr=cidr, first=first, last=last)

    world = {"RuleNumber": 10, "Protocol": "6", "RuleAction": "allow", "CidrBlock": "0.0.0.0/0"}
    acl = plant(aws, {**world, "PortRange": {"From": 22, "To": 22}})
    was = (entry(10, "allow", "0.0.0.0/0"),) if setting == "inbound" else ()
    becomes = (
        entry(5, "allow", "10.0.0.0/8"),
        entry(6, "deny", "0.0.0.0/0", "1", 8, -1),
        *([entry(10, "allow", "203.0.113.0/24")] if setting == "inbound" else []),
    )
    change = Change(NetworkAcl.KIND, f"arn/{acl}", setting, was=was, becomes=becomes)
    with aws.live() as calls:
        said = Written(Hand(calls, aws.account, REGION))
        [writer] = [w for w in writers.ALL if (w.kind, w.setting) == (NetworkAcl.KIND, setting)]
        writer.write(said, change)
        replaced = ["ReplaceNetworkAclEntry"] if setting == "inbound" else []
        assert said.operations == ["CreateNetworkAclEntry", *replaced, "CreateNetworkAclEntry"]
        assert said.numbers == ([6, 10, 5] if setting == "inbound" else [6, 5])


class Written:
    """A hand that remembers what it wrote."""

    def __init__(self, hand: Hand) -> None:
        self.account, self.region, self._hand = hand.account, hand.region, hand
        self.operations: list[str] = []
        self.numbers: list[int] = []

    def call(self, service: str, operation: str, **params: Any) -> dict[str, Any]:
        self.operations.append(operation)
        self.numbers.append(params["RuleNumber"])
        return self._hand.call(service, operation, **params)
