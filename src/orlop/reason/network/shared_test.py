"""Networks that accounts share, groups that networks share, and addresses that everyone shares."""

import pytest
from tests.clouds import ANYWHERE, ME, REGION, Cloud, joined, permit
from tests.reaching import asked, stopped_by

GUEST = "444455556666"


def owned() -> Cloud:
    """The network of the owner's account, with what decides about packets."""
    cloud = Cloud()
    cloud.vpc("vpc-1", "10.0.0.0/16")
    cloud.subnet("subnet-1", "vpc-1", "10.0.1.0/24")
    cloud.table("rtb-1", "vpc-1", (ANYWHERE, "igw-1"), subnets=["subnet-1"])
    return cloud


def guest(public: str = "52.1.2.3") -> Cloud:
    """The account of a guest, who sees the network and subnet, and has an instance there."""
    cloud = owned()
    cloud.group("sg-1", "vpc-1", permit(ANYWHERE, 22))
    cloud.instance("i-1", "subnet-1", "10.0.1.5", "sg-1", public=public)
    for key in ("RouteTables", "NetworkAcls", "InternetGateways"):
        cloud.answers[key] = []
    for key in ("Vpcs", "Subnets"):
        for each in cloud.answers[key]:
            each["OwnerId"] = "999900009999"  # the owner: ME is the guest here, and moved to his own account
    return cloud


OWNER = "999900009999"


def test_both_accounts_read() -> None:
    both = joined((owned(), OWNER, REGION), (guest(), GUEST, REGION))
    assert asked(both, "internet", "i-1:22").reachable is True
    assert asked(both, "internet", "i-1:23").reachable is False
    closed = owned()
    closed.answers["RouteTables"] = closed.answers["RouteTables"][:1]
    both = joined((closed, OWNER, REGION), (guest(), GUEST, REGION))
    assert stopped_by(asked(both, "internet", "i-1:22")) == {"route table, for the answers"}


def test_what_the_owner_knows_is_unknown_where_only_the_guest_was_read() -> None:
    alone = joined((guest(), GUEST, REGION))
    found = asked(alone, "internet", "i-1:22")
    assert found.reachable is None
    assert found.gaps
    assert "security group" in stopped_by(asked(alone, "internet", "i-1:23"))
    assert "public address" in stopped_by(asked(joined((guest(public=""), GUEST, REGION)), "internet", "i-1:22"))


def test_the_owner_s_block_of_public_access_counts() -> None:
    blocked = owned()
    options = {"InternetGatewayBlockMode": "block-bidirectional", "ManagedBy": "account"}
    blocked.more += [{"VpcBlockPublicAccessOptions": options}, {"VpcBlockPublicAccessExclusions": []}]
    both = joined((blocked, OWNER, REGION), (guest(), GUEST, REGION))
    assert "VPC block public access" in stopped_by(asked(both, "internet", "i-1:22"))


def test_a_security_group_of_another_network_counts_where_it_is_worn() -> None:
    cloud = owned()
    cloud.vpc("vpc-2", "10.1.0.0/16")
    cloud.subnet("subnet-2", "vpc-2", "10.1.1.0/24")
    cloud.table("rtb-2", "vpc-2", (ANYWHERE, "igw-2"), subnets=["subnet-2"])
    cloud.group("sg-1", "vpc-1", permit(ANYWHERE, 22))
    cloud.instance("i-2", "subnet-2", "10.1.1.5", "sg-1", public="52.1.2.4")
    assert asked(cloud, "internet", "i-2:22").reachable is True


@pytest.mark.parametrize(("source", "said"), [("pl-cf", True), (ANYWHERE, False)])
def test_addresses_of_cloudfront_are_everyone_s(source: str, said: bool) -> None:
    cloud = owned()
    cloud.answers["PrefixLists"] = [
        {
            "PrefixListId": "pl-cf",
            "PrefixListArn": "arn:aws:ec2:eu-west-1:aws:prefix-list/pl-cf",
            "PrefixListName": "com.amazonaws.global.cloudfront.origin-facing",
            "OwnerId": "AWS",
        }
    ]
    cloud.more.append({"PrefixListId": "pl-cf", "Entries": [{"Cidr": "13.32.0.0/15"}]})
    cloud.group("sg-1", "vpc-1", permit(source, 443))
    cloud.instance("i-1", "subnet-1", "10.0.1.5", "sg-1", public="52.1.2.3")
    found = asked(cloud, "internet", "i-1:443")
    assert found.reachable is True
    assert any("CloudFront" in each for each in found.assumes) is said


def test_what_stands_in_the_network_and_is_not_worked_out_is_named() -> None:
    cloud = owned()
    cloud.group("sg-1", "vpc-1", permit(ANYWHERE, 443))
    cloud.instance("i-1", "subnet-1", "10.0.1.5", "sg-1")
    assert asked(cloud, "internet", "i-1:443").assumes == ()
    cloud.interface("eni-ga", "subnet-1", "10.0.1.7", InterfaceType="global_accelerator_managed", RequesterManaged=True)
    found = asked(cloud, "internet", "i-1:443")
    assert found.reachable is False
    assert "Global Accelerator" in found.assumes[0]
    assert ME not in found.assumes[0]
