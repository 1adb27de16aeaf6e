from typing import Any

import pytest

from orlop.rules.aws import elbv2
from tests.fixes.proof import prove_aws
from tests.servers.emulator import Emulator


@pytest.fixture
def web(aws: Emulator) -> Any:
    """A load balancer `web` that hands requests on, on port 80 and, with old TLS, on port 443."""
    client, ec2 = aws.client("elbv2"), aws.client("ec2")
    subnets = ec2.describe_subnets()["Subnets"][:2]
    [balancer] = client.create_load_balancer(Name="web", Subnets=[s["SubnetId"] for s in subnets])["LoadBalancers"]
    groups = [
        client.create_target_group(Name=name, Protocol="HTTP", Port=80, VpcId=subnets[0]["VpcId"])["TargetGroups"][0]
        for name in ("blue", "green")
    ]
    targets = [{"TargetGroupArn": g["TargetGroupArn"], "Weight": 50} for g in groups]
    sticky = {"Enabled": True, "DurationSeconds": 600}
    both = {"Type": "forward", "ForwardConfig": {"TargetGroups": targets, "TargetGroupStickinessConfig": sticky}}
    one = {"Type": "forward", "TargetGroupArn": groups[0]["TargetGroupArn"]}
    certificate = aws.client("acm").request_certificate(DomainName="claims.example.com")["CertificateArn"]
    arn = balancer["LoadBalancerArn"]
    client.create_listener(LoadBalancerArn=arn, Protocol="HTTP", Port=80, DefaultActions=[both])
    client.create_listener(LoadBalancerArn=arn, Protocol="HTTP", Port=8080, DefaultActions=[one])
    client.create_listener(
        LoadBalancerArn=arn,
        Protocol="HTTPS",
        Port=443,
        SslPolicy="ELBSecurityPolicy-2016-08",
        Certificates=[{"CertificateArn": certificate}],
        DefaultActions=[one],
    )
    client.modify_load_balancer_attributes(
        LoadBalancerArn=arn,
        Attributes=[{"Key": "routing.http.drop_invalid_header_fields.enabled", "Value": "false"}],
    )
    return client


@pytest.mark.parametrize("port", [80, 8080], ids=["two groups, sticky", "one group"])
def test_listener_serves_plain_http(aws: Emulator, web: Any, port: int) -> None:
    prove_aws(aws, elbv2.listener_serves_plain_http, f"web HTTP:{port}")


def test_listener_accepts_old_tls(aws: Emulator, web: Any) -> None:
    prove_aws(aws, elbv2.listener_accepts_old_tls, "web HTTPS:443")


def test_load_balancer_keeps_invalid_headers(aws: Emulator, web: Any) -> None:
    prove_aws(aws, elbv2.load_balancer_keeps_invalid_headers, "web")


def test_load_balancer_without_deletion_protection(aws: Emulator, web: Any) -> None:
    prove_aws(aws, elbv2.load_balancer_without_deletion_protection, "web")
