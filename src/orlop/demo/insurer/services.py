"""What AWS runs for the insurer in its networks: a data warehouse, a search domain, a cache, a broker, Kubernetes."""

from collections.abc import Callable
from typing import Any

from orlop.demo.insurer.places import HOME, Places

Clients = Callable[[str, str], Any]


def plant(clients: Clients, places: Places, account: str) -> None:
    """Make the services: all stand in the private subnets, but for the search domain of the web site."""
    subnets = [places.subnets[name] for name in ("private-a", "private-b")]
    group = [places.groups["policies-db"]]
    _warehouse(clients("redshift", HOME), subnets, group)
    _cache(clients("elasticache", HOME), subnets, group)
    clients("opensearch", HOME).create_domain(DomainName="tariffs", DomainEndpointOptions={"EnforceHTTPS": True})
    clients("mq", HOME).create_broker(
        BrokerName="claims",
        EngineType="RABBITMQ",
        EngineVersion="3.13",
        DeploymentMode="SINGLE_INSTANCE",
        HostInstanceType="mq.t3.micro",
        PubliclyAccessible=False,
        AutoMinorVersionUpgrade=True,
        SubnetIds=subnets[:1],
        SecurityGroups=group,
        Users=[{"Username": "halyard", "Password": "halyard-demo-0"}],
    )
    network = {"subnetIds": subnets, "securityGroupIds": group}
    role = f"arn:aws:iam::{account}:role/kubernetes"
    clients("eks", HOME).create_cluster(name="portal", roleArn=role, resourcesVpcConfig=network)


def _warehouse(redshift: Any, subnets: list[str], group: list[str]) -> None:
    redshift.create_cluster_subnet_group(ClusterSubnetGroupName="halyard", Description="Private", SubnetIds=subnets)
    redshift.create_cluster(
        ClusterIdentifier="figures",
        NodeType="ra3.xlplus",
        MasterUsername="halyard",
        MasterUserPassword="Halyard-demo-0",
        ClusterSubnetGroupName="halyard",
        VpcSecurityGroupIds=group,
        PubliclyAccessible=False,
        Encrypted=True,
    )


def _cache(cache: Any, subnets: list[str], group: list[str]) -> None:
    cache.create_cache_subnet_group(
        CacheSubnetGroupName="halyard", CacheSubnetGroupDescription="Private", SubnetIds=subnets
    )
    cache.create_cache_cluster(
        CacheClusterId="sessions",
        Engine="redis",
        CacheNodeType="cache.t3.micro",
        NumCacheNodes=1,
        CacheSubnetGroupName="halyard",
        SecurityGroupIds=group,
    )


def plant_offer(ec2: Any, elb: Any, places: Places) -> None:
    """Offer the tariffs to brokers by private endpoints."""
    subnets = [places.subnets[name] for name in ("private-a", "private-b")]
    made = elb.create_load_balancer(Name="brokers", Type="network", Scheme="internal", Subnets=subnets)
    arn = made["LoadBalancers"][0]["LoadBalancerArn"]
    attributes = {
        "deletion_protection.enabled": "true",
        "access_logs.s3.enabled": "true",
        "access_logs.s3.bucket": "halyard-web-logs",
        "load_balancing.cross_zone.enabled": "true",
    }
    elb.modify_load_balancer_attributes(
        LoadBalancerArn=arn, Attributes=[{"Key": key, "Value": value} for key, value in attributes.items()]
    )
    ec2.create_vpc_endpoint_service_configuration(NetworkLoadBalancerArns=[arn], AcceptanceRequired=True)
