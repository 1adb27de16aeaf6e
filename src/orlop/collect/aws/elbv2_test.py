from typing import Any

from tests.answers import Answers, Said, seen
from tests.cases import ACCOUNT, REGION

from orlop.collect.aws import elbv2
from orlop.estate.aws.elbv2 import Action, Fixed, Forward, Listener, LoadBalancer, Redirect, TargetGroup
from orlop.estate.fact import Cause

ARN = f"arn:aws:elasticloadbalancing:{REGION}:{ACCOUNT}:loadbalancer/app/web/1"
BALANCER = {
    "LoadBalancerArn": ARN,
    "LoadBalancerName": "web",
    "Type": "application",
    "Scheme": "internet-facing",
    "DNSName": "web.example",
    "VpcId": "vpc-1",
    "AvailabilityZones": [{"SubnetId": "subnet-2"}, {"SubnetId": "subnet-1"}],
    "SecurityGroups": ["sg-1"],
}
POLICIES: Said = {
    "SslPolicies": [
        {"Name": "old", "SslProtocols": ["TLSv1.2", "TLSv1"]},
        {"Name": "new-PQ", "SslProtocols": ["TLSv1.3"]},
    ]
}


def listener(protocol: str, port: int, *actions: dict[str, Any], policy: str | None = None) -> dict[str, Any]:
    plain = {"ListenerArn": f"{ARN}/{port}", "Protocol": protocol, "Port": port, "DefaultActions": list(actions)}
    return {**plain, **({"SslPolicy": policy} if policy else {})}


def read(*listeners: dict[str, Any], policies: Said = POLICIES) -> tuple[list[Listener], Answers]:
    answers = Answers(
        {
            "elbv2:DescribeLoadBalancers": {"LoadBalancers": [BALANCER]},
            "elbv2:DescribeListeners": {"Listeners": listeners},
            "elbv2:DescribeSSLPolicies": policies,
        }
    )
    return list(seen([elbv2.listeners], answers).each(Listener)), answers


def test_a_load_balancer() -> None:
    said = {
        "deletion_protection.enabled": "true",
        "access_logs.s3.enabled": "false",
        "routing.http.desync_mitigation_mode": "defensive",
    }
    attributes = [{"Key": key, "Value": value} for key, value in said.items()]
    answers = Answers(
        {
            "elbv2:DescribeLoadBalancers": {"LoadBalancers": [BALANCER]},
            "elbv2:DescribeLoadBalancerAttributes": {"Attributes": attributes},
        }
    )
    [found] = seen([elbv2.load_balancers], answers).each(LoadBalancer)
    assert (found.scheme, found.subnets, found.groups) == ("internet-facing", ("subnet-1", "subnet-2"), ("sg-1",))
    assert found.deletion_protection.value is True
    assert found.access_logs.value is False
    assert found.drop_invalid_headers.value is None
    assert found.desync.value == "defensive"


def test_a_load_balancer_whose_attributes_were_refused() -> None:
    answers = Answers({"elbv2:DescribeLoadBalancers": {"LoadBalancers": [BALANCER]}})
    [found] = seen([elbv2.load_balancers], answers).each(LoadBalancer)
    assert found.deletion_protection.unread


def test_what_a_tls_policy_allows_is_asked_of_aws_once() -> None:
    found, answers = read(listener("HTTPS", 443, policy="old"), listener("TLS", 8443, policy="new-PQ"))
    assert [each.protocols.value for each in found] == [("TLSv1", "TLSv1.2"), ("TLSv1.3",)]
    assert [source for source, _, _ in answers.asked].count("elbv2:DescribeSSLPolicies") == 1


def test_without_tls_policies_are_not_asked_for() -> None:
    [found], answers = read(listener("HTTP", 80))
    assert (found.name, found.scheme, found.tls_policy) == ("web HTTP:80", "internet-facing", None)
    assert found.protocols.value == ()
    assert "elbv2:DescribeSSLPolicies" not in [source for source, _, _ in answers.asked]


def test_a_policy_that_aws_does_not_list_is_unread_and_not_fine() -> None:
    [found], _ = read(listener("HTTPS", 443, policy="secret"))
    assert found.protocols.unread
    assert found.protocols.unread.cause is Cause.MALFORMED


def test_policies_that_were_refused() -> None:
    [found], _ = read(listener("HTTPS", 443, policy="old"), policies="AccessDenied")
    assert found.protocols.unread


def test_actions_of_all_kinds_in_their_order() -> None:
    two = [{"TargetGroupArn": "a", "Weight": 1}, {"TargetGroupArn": "b", "Weight": 0}]
    sticky = {"Enabled": True, "DurationSeconds": 60}
    to = {
        "Protocol": "HTTPS",
        "Port": "443",
        "Host": "#{host}",
        "Path": "/#{path}",
        "Query": "#{query}",
        "StatusCode": "HTTP_301",
    }
    [found], _ = read(
        listener(
            "HTTPS",
            443,
            {
                "Type": "forward",
                "Order": 2,
                "ForwardConfig": {"TargetGroups": two, "TargetGroupStickinessConfig": sticky},
            },
            {"Type": "authenticate-oidc", "Order": 1, "AuthenticateOidcConfig": {"ClientId": "x"}},
            {"Type": "redirect", "Order": 3, "RedirectConfig": to},
            {"Type": "fixed-response", "Order": 4, "FixedResponseConfig": {"StatusCode": "404"}},
            policy="old",
        )
    )
    assert found.actions == (
        Action(type="authenticate-oidc"),
        Action(type="forward", forward=Forward(groups=(("a", 1), ("b", 0)), sticky=60)),
        Action(
            type="redirect",
            redirect=Redirect(
                protocol="HTTPS", host="#{host}", port="443", path="/#{path}", query="#{query}", code="HTTP_301"
            ),
        ),
        Action(type="fixed-response", fixed=Fixed(code="404", type=None, body=None)),
    )


def test_one_target_group_reads_the_same_in_both_forms() -> None:
    short = {"Type": "forward", "TargetGroupArn": "a"}
    off = {"Enabled": False, "DurationSeconds": 3600}
    long = {
        **short,
        "Order": 1,
        "ForwardConfig": {
            "TargetGroups": [{"TargetGroupArn": "a", "Weight": 1}],
            "TargetGroupStickinessConfig": off,
        },
    }
    found, _ = read(listener("HTTP", 80, short), listener("HTTP", 81, long))
    assert found[0].actions == found[1].actions


def test_a_target_group() -> None:
    group = {
        "TargetGroupArn": "arn:tg",
        "TargetGroupName": "blue",
        "TargetType": "ip",
        "Protocol": "HTTP",
        "Port": 8080,
        "VpcId": "vpc-1",
        "LoadBalancerArns": [ARN],
    }
    targets = [{"Target": {"Id": "10.0.0.2", "Port": 8080}}, {"Target": {"Id": "10.0.0.1", "Port": 8080}}]
    answers = Answers(
        {
            "elbv2:DescribeTargetGroups": {"TargetGroups": [group]},
            "elbv2:DescribeTargetHealth": {"TargetHealthDescriptions": targets},
        }
    )
    [found] = seen([elbv2.target_groups], answers).each(TargetGroup)
    assert (found.type, found.load_balancers) == ("ip", (ARN,))
    assert [(target.id, target.port) for target in found.targets.value] == [("10.0.0.1", 8080), ("10.0.0.2", 8080)]
