"""Writes settings of networks."""

from typing import Any

from orlop.estate.aws.vpc import AclEntry, NetworkAcl, Subnet
from orlop.estate.change import Change
from orlop.fix.writer import Aws, writes

_ICMP = ("1", "58")


@writes(Subnet, "public_addresses", "ec2:ModifySubnetAttribute")
def public_addresses(aws: Aws, change: Change) -> None:
    """Set whether what starts in a subnet gets a public IPv4 address without asking."""
    subnet = change.target.rpartition("/")[2]
    aws.call("ec2", "ModifySubnetAttribute", SubnetId=subnet, MapPublicIpOnLaunch={"Value": change.becomes})


@writes(
    NetworkAcl,
    "inbound",
    "ec2:CreateNetworkAclEntry",
    "ec2:ReplaceNetworkAclEntry",
    "ec2:DeleteNetworkAclEntry",
)
def inbound(aws: Aws, change: Change) -> None:
    """Set what a network ACL lets in."""
    _write(aws, change, egress=False)


@writes(
    NetworkAcl,
    "outbound",
    "ec2:CreateNetworkAclEntry",
    "ec2:ReplaceNetworkAclEntry",
    "ec2:DeleteNetworkAclEntry",
)
def outbound(aws: Aws, change: Change) -> None:
    """Set what a network ACL lets out."""
    _write(aws, change, egress=True)


def _write(aws: Aws, change: Change, *, egress: bool) -> None:
    """Turn the entries that are into the entries that are wanted; an entry is known by its number.

    First what closes, then what opens: at no moment is more let through than before or than is wanted.

    1. New denials, and allowances that go.
    2. Entries that say something else under the same number.
    3. New allowances, and denials that go.
    """
    acl = change.target.rpartition("/")[2]
    was = {entry.number: entry for entry in change.was}
    becomes = {entry.number: entry for entry in change.becomes}
    new = [entry for number, entry in becomes.items() if number not in was]
    old = [entry for number, entry in was.items() if number not in becomes]
    other = [entry for number, entry in becomes.items() if number in was and was[number] != entry]
    _swap(aws, acl, egress, make="deny", end="allow", new=new, old=old)  # 1
    for entry in other:  # 2
        aws.call("ec2", "ReplaceNetworkAclEntry", **_entry(acl, entry, egress))
    _swap(aws, acl, egress, make="allow", end="deny", new=new, old=old)  # 3


def _swap(aws: Aws, acl: str, egress: bool, *, make: str, end: str, new: list[AclEntry], old: list[AclEntry]) -> None:
    for entry in new:
        if entry.action == make:
            aws.call("ec2", "CreateNetworkAclEntry", **_entry(acl, entry, egress))
    for entry in old:
        if entry.action == end:
            aws.call("ec2", "DeleteNetworkAclEntry", NetworkAclId=acl, RuleNumber=entry.number, Egress=egress)


def _entry(acl: str, entry: AclEntry, egress: bool) -> dict[str, Any]:
    said: dict[str, Any] = {
        "NetworkAclId": acl,
        "Egress": egress,
        "RuleNumber": entry.number,
        "RuleAction": entry.action,
        "Protocol": entry.protocol,
        "Ipv6CidrBlock" if ":" in entry.cidr else "CidrBlock": entry.cidr,
    }
    if entry.protocol in _ICMP:
        said["IcmpTypeCode"] = {"Type": entry.first, "Code": entry.last}
    elif entry.first >= 0:
        said["PortRange"] = {"From": entry.first, "To": entry.last}
    return said


ALL = (public_addresses, inbound, outbound)
