"""Services that AWS runs: what AWS documents of how each is reached."""

from collections.abc import Callable
from typing import Any

import pytest
from tests.clouds import ANYWHERE, ME, REGION, Cloud, permit
from tests.reaching import asked, stopped_by

Plant = Callable[[Cloud, bool], None]


def network(port: int, *, public_subnet: bool = True, rule: str = ANYWHERE) -> Cloud:
    cloud = Cloud()
    cloud.vpc("vpc-1", "10.0.0.0/16")
    cloud.subnet("subnet-1", "vpc-1", "10.0.1.0/24")
    cloud.subnet("subnet-2", "vpc-1", "10.0.2.0/24")
    cloud.table("rtb-1", "vpc-1", *([(ANYWHERE, "igw-1")] if public_subnet else []), subnets=["subnet-1"])
    cloud.group("sg-1", "vpc-1", permit(rule, port))
    cloud.group("sg-2", "vpc-1")
    cloud.instance("i-2", "subnet-2", "10.0.2.5", "sg-2")
    return cloud


GROUPS = [{"VpcSecurityGroupId": "sg-1", "Status": "active"}]
SUBNETS = [{"SubnetIdentifier": "subnet-1"}]


def redshift(cloud: Cloud, public: bool) -> None:
    group = {"ClusterSubnetGroupName": "own", "VpcId": "vpc-1", "Subnets": SUBNETS}
    cluster = {
        "ClusterIdentifier": "claims",
        "ClusterSubnetGroupName": "own",
        "Endpoint": {"Address": "claims.redshift.example", "Port": 5439},
        "PubliclyAccessible": public,
        "Encrypted": True,
        "VpcId": "vpc-1",
        "VpcSecurityGroups": GROUPS,
    }
    cloud.more += [{"Clusters": [cluster]}, {"ClusterSubnetGroups": [group]}]


def database(engine: str, port: int) -> Plant:
    def plant(cloud: Cloud, public: bool) -> None:
        cloud.add(
            "DBInstances",
            DBInstanceIdentifier="claims",
            DBInstanceArn=f"arn:aws:rds:{REGION}:{ME}:db:claims",
            Engine=engine,
            PubliclyAccessible=public,
            Endpoint={"Address": "claims.example", "Port": port},
            DBSubnetGroup={"VpcId": "vpc-1", "Subnets": SUBNETS},
            VpcSecurityGroups=GROUPS,
        )

    return plant


def kafka(cloud: Cloud, public: bool) -> None:
    access = {"PublicAccess": {"Type": "SERVICE_PROVIDED_EIPS" if public else "DISABLED"}}
    nodes = {"ClientSubnets": ["subnet-1"], "SecurityGroups": ["sg-1"], "ConnectivityInfo": access}
    arn = f"arn:aws:kafka:{REGION}:{ME}:cluster/claims/1"
    cloud.more.append(
        {
            "ClusterInfoList": [
                {
                    "ClusterArn": arn,
                    "ClusterName": "claims",
                    "ClusterType": "PROVISIONED",
                    "Provisioned": {
                        "BrokerNodeGroupInfo": nodes,
                        "EncryptionInfo": {"EncryptionInTransit": {"ClientBroker": "TLS"}},
                    },
                }
            ]
        }
    )


def broker(engine: str, port: int) -> Plant:
    def plant(cloud: Cloud, public: bool) -> None:
        arn = f"arn:aws:mq:{REGION}:{ME}:broker:claims:b-1"
        cloud.more.append({"BrokerSummaries": [{"BrokerArn": arn, "BrokerId": "b-1", "BrokerName": "claims"}]})
        cloud.more.append(
            {
                "BrokerArn": arn,
                "BrokerId": "b-1",
                "BrokerName": "claims",
                "EngineType": engine,
                "PubliclyAccessible": public,
                "SubnetIds": ["subnet-1"],
                "SecurityGroups": ["sg-1"],
                "BrokerInstances": [{"Endpoints": [f"ssl://b-1.mq.example:{port}"]}],
            }
        )

    return plant


def cache(cloud: Cloud, public: bool) -> None:
    cloud.more += [
        {
            "CacheClusters": [
                {
                    "CacheClusterId": "claims",
                    "Engine": "redis",
                    "CacheSubnetGroupName": "own",
                    "CacheNodes": [{"Endpoint": {"Address": "claims.cache.example", "Port": 6379}}],
                    "SecurityGroups": [{"SecurityGroupId": "sg-1"}],
                }
            ]
        },
        {"CacheSubnetGroups": [{"CacheSubnetGroupName": "own", "VpcId": "vpc-1", "Subnets": SUBNETS}]},
    ]


def proxy(cloud: Cloud, public: bool) -> None:
    cloud.more.append(
        {
            "DBProxies": [
                {
                    "DBProxyName": "claims",
                    "DBProxyArn": f"arn:aws:rds:{REGION}:{ME}:db-proxy:prx-1",
                    "EngineFamily": "POSTGRESQL",
                    "VpcId": "vpc-1",
                    "VpcSubnetIds": ["subnet-1"],
                    "VpcSecurityGroupIds": ["sg-1"],
                }
            ]
        }
    )


def search(cloud: Cloud, public: bool) -> None:
    cloud.more += [
        {"DomainNames": [{"DomainName": "claims", "EngineType": "OpenSearch"}]},
        {
            "DomainStatus": {
                "DomainId": f"{ME}/claims",
                "DomainName": "claims",
                "ARN": f"arn:aws:es:{REGION}:{ME}:domain/claims",
                "DomainEndpointOptions": {"EnforceHTTPS": True},
                **({} if public else {"VPCOptions": {"SubnetIds": ["subnet-1"], "SecurityGroupIds": ["sg-1"]}}),
            }
        },
    ]


def kubernetes(*, private: bool, admits: str = ANYWHERE) -> Plant:
    def plant(cloud: Cloud, public: bool) -> None:
        cloud.more += [
            {"clusters": ["claims"]},
            {
                "cluster": {
                    "name": "claims",
                    "arn": f"arn:aws:eks:{REGION}:{ME}:cluster/claims",
                    "endpoint": "https://claims.eks.example",
                    "resourcesVpcConfig": {
                        "subnetIds": ["subnet-1"],
                        "clusterSecurityGroupId": "sg-1",
                        "vpcId": "vpc-1",
                        "endpointPublicAccess": public,
                        "endpointPrivateAccess": private,
                        "publicAccessCidrs": [admits],
                    },
                }
            },
        ]

    return plant


IN_NETWORKS: list[tuple[str, Plant, int]] = [
    ("Redshift", redshift, 5439),
    ("RDS", database("postgres", 5432), 5432),
    ("Neptune", database("neptune", 8182), 8182),
    ("MQ", broker("ACTIVEMQ", 61617), 61617),
]
HIDDEN: list[tuple[str, Plant, int]] = [
    ("DocumentDB", database("docdb", 27017), 27017),
    ("ElastiCache", cache, 6379),
    ("RDS Proxy", proxy, 5432),
]


def cases(*tables: list[tuple[str, Plant, int]]) -> Any:
    return pytest.mark.parametrize(
        ("plant", "port"), [pytest.param(plant, port, id=name) for table in tables for name, plant, port in table]
    )


def planted(plant: Plant, port: int, *, public: bool, **more: Any) -> Cloud:
    cloud = network(port, **more)
    plant(cloud, public)
    return cloud


@cases(IN_NETWORKS)
def test_a_public_one_is_reached_if_its_network_lets_it_be(plant: Plant, port: int) -> None:
    assert asked(planted(plant, port, public=True), "internet", f"claims:{port}").reachable is True
    assert asked(planted(plant, port, public=True), "internet", "claims:22").reachable is False
    hidden = asked(planted(plant, port, public=True, public_subnet=False), "internet", f"claims:{port}")
    assert stopped_by(hidden) == {"route table, for the answers"}
    closed = asked(planted(plant, port, public=True, rule="10.0.0.0/8"), "internet", f"claims:{port}")
    assert stopped_by(closed) == {"security group"}


@cases(IN_NETWORKS, HIDDEN, [("OpenSearch", search, 443)])
def test_one_that_is_not_public_is_reached_from_within_only(plant: Plant, port: int) -> None:
    cloud = planted(plant, port, public=False)
    assert asked(cloud, "internet", f"claims:{port}").reachable is False
    assert asked(cloud, "i-2", f"claims:{port}").reachable is True
    assert asked(cloud, "i-2", "claims:22").reachable is False


@cases(HIDDEN)
def test_some_are_never_public_whatever_is_said(plant: Plant, port: int) -> None:
    assert asked(planted(plant, port, public=True), "internet", f"claims:{port}").reachable is False


def test_kafka_answers_the_internet_on_ports_of_their_own() -> None:
    cloud = network(0)
    cloud.answers["SecurityGroups"][0]["IpPermissions"] = [permit(ANYWHERE)]
    kafka(cloud, True)
    assert asked(cloud, "internet", "claims:9194").reachable is True
    assert asked(cloud, "internet", "claims:9094").reachable is False
    assert asked(cloud, "i-2", "claims:9094").reachable is True


@pytest.mark.parametrize(
    ("plant", "port", "guard"),
    [
        pytest.param(search, 443, "access policy", id="OpenSearch"),
        pytest.param(broker("RABBITMQ", 5671), 5671, "sign in", id="RabbitMQ"),
        pytest.param(kubernetes(private=False), 443, "sign in", id="EKS"),
    ],
)
def test_a_public_endpoint_is_open_whatever_its_network_says(plant: Plant, port: int, guard: str) -> None:
    found = asked(planted(plant, 1, public=True, public_subnet=False), "internet", f"claims:{port}")
    assert found.reachable is True
    assert found.by == "public endpoint"
    assert guard in found.assumes[0]
    assert all(hop.passes for hop in found.path)


def test_the_api_of_kubernetes_lets_in_whom_its_list_names() -> None:
    cloud = planted(kubernetes(private=False, admits="203.0.113.0/24"), 443, public=True)
    assert asked(cloud, "203.0.113.9", "claims:443").reachable is True
    found = asked(cloud, "198.51.100.1", "claims:443")
    assert stopped_by(found) == {"list of addresses that are let in"}
    assert asked(cloud, "i-2", "claims:443").reachable is None  # by way of the internet


def test_the_api_of_kubernetes_within_its_network() -> None:
    cloud = planted(kubernetes(private=True), 443, public=False)
    assert asked(cloud, "i-2", "claims:443").reachable is True
    assert asked(cloud, "internet", "claims:443").reachable is False


def test_a_function_with_a_web_address_that_anybody_may_call() -> None:
    cloud = network(443)
    arn = f"arn:aws:lambda:{REGION}:{ME}:function:claims"
    cloud.more.append({"Functions": [{"FunctionName": "claims", "FunctionArn": arn, "Role": "arn:aws:iam::1:role/r"}]})
    url = {"FunctionUrl": "https://abc.lambda-url.example/", "FunctionArn": arn, "AuthType": "NONE"}
    cloud.more.append({"FunctionUrlConfigs": [url]})
    found = asked(cloud, "internet", "claims:443")
    assert found.reachable is True
    assert "nobody has to sign in" in found.assumes[0]
    assert asked(cloud, "internet", "abc.lambda-url.example").reachable is True
