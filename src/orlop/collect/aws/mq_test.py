from tests.servers.emulator import REGION, Emulator

from orlop.collect.aws import mq
from orlop.collect.aws.account import identify, read
from orlop.collect.progress import Silent
from orlop.estate.aws.mq import Broker


def test_a_broker_answers_on_the_ports_of_its_endpoints(aws: Emulator) -> None:
    ec2 = aws.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.1.0/24")["Subnet"]["SubnetId"]
    group = ec2.create_security_group(GroupName="own", Description="own", VpcId=vpc)["GroupId"]
    made = aws.client("mq").create_broker(
        BrokerName="claims",
        EngineType="ACTIVEMQ",
        EngineVersion="5.18",
        DeploymentMode="SINGLE_INSTANCE",
        HostInstanceType="mq.t3.micro",
        PubliclyAccessible=True,
        AutoMinorVersionUpgrade=True,
        SubnetIds=[subnet],
        SecurityGroups=[group],
        Users=[{"Username": "admin", "Password": "Not-a-secret-1"}],
    )
    account = identify(aws.live(), regions=(REGION,))
    resources, listings = read(account, aws.live(), mq.ALL, Silent())
    assert [listing.unread for listing in listings] == [None] * len(listings)
    [found] = [each for each in resources if isinstance(each, Broker)]
    assert (found.id, found.engine, found.public) == (made["BrokerArn"], "ACTIVEMQ", True)
    assert (found.subnets, found.groups) == ((subnet,), (group,))
    assert 61617 in found.ports
