from tests.servers.emulator import REGION, Emulator

from orlop.collect.aws import elasticache
from orlop.collect.aws.account import identify, read
from orlop.collect.progress import Silent
from orlop.estate.aws.elasticache import CacheCluster


def test_a_cache_is_never_public(aws: Emulator) -> None:
    ec2 = aws.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.1.0/24")["Subnet"]["SubnetId"]
    group = ec2.create_security_group(GroupName="own", Description="own", VpcId=vpc)["GroupId"]
    cache = aws.client("elasticache")
    cache.create_cache_subnet_group(CacheSubnetGroupName="own", CacheSubnetGroupDescription="own", SubnetIds=[subnet])
    cache.create_cache_cluster(
        CacheClusterId="claims",
        Engine="redis",
        CacheNodeType="cache.t3.micro",
        NumCacheNodes=1,
        CacheSubnetGroupName="own",
        SecurityGroupIds=[group],
    )
    account = identify(aws.live(), regions=(REGION,))
    resources, listings = read(account, aws.live(), elasticache.ALL, Silent())
    assert [listing.unread for listing in listings] == [None] * len(listings)
    [found] = [each for each in resources if isinstance(each, CacheCluster)]
    assert (found.name, found.public, found.ports) == ("claims", False, (6379,))
    assert found.subnets == (subnet,)
