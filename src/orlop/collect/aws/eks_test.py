from tests.servers.emulator import REGION, Emulator

from orlop.collect.aws import eks
from orlop.collect.aws.account import identify, read
from orlop.collect.progress import Silent
from orlop.estate.aws.eks import Cluster


def test_a_cluster_and_whom_its_public_address_lets_in(aws: Emulator) -> None:
    ec2 = aws.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.1.0/24")["Subnet"]["SubnetId"]
    group = ec2.create_security_group(GroupName="own", Description="own", VpcId=vpc)["GroupId"]
    network = {"subnetIds": [subnet], "securityGroupIds": [group], "publicAccessCidrs": ["203.0.113.0/24"]}
    role = f"arn:aws:iam::{aws.account}:role/eks"
    aws.client("eks").create_cluster(name="claims", roleArn=role, resourcesVpcConfig=network)
    account = identify(aws.live(), regions=(REGION,))
    resources, listings = read(account, aws.live(), eks.ALL, Silent())
    assert [listing.unread for listing in listings] == [None] * len(listings)
    [found] = [each for each in resources if isinstance(each, Cluster)]
    assert (found.name, found.public, found.private, found.ports) == ("claims", True, False, (443,))
    assert (found.subnets, group in found.groups) == ((subnet,), True)
    assert found.admits
