from typing import Any

import pytest
from tests.answers import Answers, seen
from tests.servers.emulator import REGION, Emulator

from orlop.collect.aws import kafka
from orlop.collect.aws.account import identify, read
from orlop.collect.progress import Silent
from orlop.estate.aws.kafka import Cluster


def test_a_cluster_with_its_ports(aws: Emulator) -> None:
    ec2 = aws.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.1.0/24")["Subnet"]["SubnetId"]
    group = ec2.create_security_group(GroupName="own", Description="own", VpcId=vpc)["GroupId"]
    nodes = {"ClientSubnets": [subnet], "SecurityGroups": [group], "InstanceType": "kafka.m5.large"}
    own = {"BrokerNodeGroupInfo": nodes, "KafkaVersion": "3.6.0", "NumberOfBrokerNodes": 2}
    aws.client("kafka").create_cluster_v2(ClusterName="claims", Provisioned=own)
    account = identify(aws.live(), regions=(REGION,))
    resources, listings = read(account, aws.live(), kafka.ALL, Silent())
    assert [listing.unread for listing in listings] == [None] * len(listings)
    [found] = [each for each in resources if isinstance(each, Cluster)]
    assert (found.name, found.public, found.subnets, found.groups) == ("claims", False, (subnet,), (group,))
    assert (found.ports, found.public_ports) == ((9094,), (9194,))


PLAIN = {"EncryptionInfo": {"EncryptionInTransit": {"ClientBroker": "TLS_PLAINTEXT"}}}
SIGNED_IN = {"ClientAuthentication": {"Sasl": {"Scram": {"Enabled": True}, "Iam": {"Enabled": True}}}}
LESS = {"Serverless": {"VpcConfigs": [{"SubnetIds": ["subnet-1"], "SecurityGroupIds": ["sg-1"]}]}}


@pytest.mark.parametrize(
    ("said", "ports"),
    [
        pytest.param({"Provisioned": PLAIN}, (9092, 9094), id="with and without encryption"),
        pytest.param({"Provisioned": SIGNED_IN}, (9094, 9096, 9098), id="who signs in"),
        pytest.param(LESS, (9098,), id="serverless"),
    ],
)
def test_ports(said: dict[str, Any], ports: tuple[int, ...]) -> None:
    item = {"ClusterArn": "arn:aws:kafka:eu-west-1:1:cluster/claims/1", "ClusterName": "claims", **said}
    [found] = seen(kafka.ALL, Answers({"kafka:ListClustersV2": {"ClusterInfoList": [item]}})).each(Cluster)
    assert found.ports == ports
    assert 9192 not in found.public_ports  # never without encryption
