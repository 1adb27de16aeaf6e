from tests.servers.emulator import REGION, Emulator

from orlop.collect.aws import opensearch
from orlop.collect.aws.account import identify, read
from orlop.collect.progress import Silent
from orlop.estate.aws.opensearch import Domain


def test_a_domain_in_a_network_and_one_with_a_public_address(aws: Emulator) -> None:
    ec2 = aws.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.1.0/24")["Subnet"]["SubnetId"]
    group = ec2.create_security_group(GroupName="own", Description="own", VpcId=vpc)["GroupId"]
    search = aws.client("opensearch")
    search.create_domain(DomainName="claims", VPCOptions={"SubnetIds": [subnet], "SecurityGroupIds": [group]})
    search.create_domain(DomainName="policies", DomainEndpointOptions={"EnforceHTTPS": True})
    account = identify(aws.live(), regions=(REGION,))
    resources, listings = read(account, aws.live(), opensearch.ALL, Silent())
    assert [listing.unread for listing in listings] == [None] * len(listings)
    found = {each.name: each for each in resources if isinstance(each, Domain)}
    assert (found["claims"].public, found["claims"].subnets, found["claims"].groups) == (False, (subnet,), (group,))
    assert (found["policies"].public, found["policies"].ports) == (True, (443,))
