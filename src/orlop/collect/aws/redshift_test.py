from tests.servers.emulator import REGION, Emulator

from orlop.collect.aws import redshift
from orlop.collect.aws.account import identify, read
from orlop.collect.progress import Silent
from orlop.estate.aws.redshift import Cluster


def test_a_cluster_stands_in_the_subnets_of_its_group(aws: Emulator) -> None:
    ec2 = aws.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.1.0/24")["Subnet"]["SubnetId"]
    group = ec2.create_security_group(GroupName="own", Description="own", VpcId=vpc)["GroupId"]
    warehouse = aws.client("redshift")
    warehouse.create_cluster_subnet_group(ClusterSubnetGroupName="own", Description="own", SubnetIds=[subnet])
    warehouse.create_cluster(
        ClusterIdentifier="claims",
        NodeType="ra3.xlplus",
        MasterUsername="admin",
        MasterUserPassword="Not-a-secret-1",
        ClusterSubnetGroupName="own",
        VpcSecurityGroupIds=[group],
        PubliclyAccessible=True,
        Port=5440,
    )
    account = identify(aws.live(), regions=(REGION,))
    resources, listings = read(account, aws.live(), redshift.ALL, Silent())
    assert [listing.unread for listing in listings] == [None] * len(listings)
    [found] = [each for each in resources if isinstance(each, Cluster)]
    assert (found.name, found.public, found.ports, found.encrypted) == ("claims", True, (5440,), False)
    assert (found.subnets, found.groups) == ((subnet,), (group,))
