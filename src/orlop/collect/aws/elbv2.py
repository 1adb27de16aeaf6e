"""Reads application, network and gateway load balancers, their listeners and where they send requests."""

from collections.abc import Callable, Iterator, Mapping

from orlop.collect.aws.calls import Answer
from orlop.collect.aws.collector import Later, Reader, collector
from orlop.estate.aws.elbv2 import (
    Action,
    Fixed,
    Forward,
    Listener,
    ListenerRule,
    LoadBalancer,
    Redirect,
    Target,
    TargetGroup,
)
from orlop.estate.fact import Cause, Fact, Unread


@collector(LoadBalancer, service="elbv2", calls=("DescribeLoadBalancers", "DescribeLoadBalancerAttributes"))
def load_balancers(aws: Reader) -> Iterator[Later[LoadBalancer]]:
    """List the load balancers of a region."""
    for page in aws.pages("DescribeLoadBalancers"):
        for item in page["LoadBalancers"]:
            if aws.wants(item["LoadBalancerArn"]):
                yield _load_balancer(aws, item)


def _load_balancer(aws: Reader, item: Answer) -> Later[LoadBalancer]:
    def read() -> Mapping[str, str]:
        said = aws.call("DescribeLoadBalancerAttributes", LoadBalancerArn=item["LoadBalancerArn"])
        return {attribute["Key"]: attribute["Value"] for attribute in said["Attributes"]}

    attributes = aws.later("elbv2:DescribeLoadBalancerAttributes", read)
    return lambda: LoadBalancer(
        id=item["LoadBalancerArn"],
        account=aws.account,
        region=aws.region,
        name=item["LoadBalancerName"],
        source="elbv2:DescribeLoadBalancers",
        type=item.get("Type", "application"),
        scheme=item.get("Scheme", "internal"),
        address=item.get("DNSName", ""),
        vpc=item.get("VpcId", ""),
        subnets=tuple(sorted(zone["SubnetId"] for zone in item.get("AvailabilityZones", ()) if "SubnetId" in zone)),
        groups=tuple(sorted(item.get("SecurityGroups", ()))),
        access_logs=attributes().map(_switch("access_logs.s3.enabled")),
        deletion_protection=attributes().map(_switch("deletion_protection.enabled")),
        drop_invalid_headers=attributes().map(_switch("routing.http.drop_invalid_header_fields.enabled")),
        desync=attributes().map(lambda said: said.get("routing.http.desync_mitigation_mode")),
        across_zones=attributes().map(_switch("load_balancing.cross_zone.enabled")),
        filters_links=item.get("EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic") != "off",
    )


def _switch(key: str) -> Callable[[Mapping[str, str]], bool | None]:
    return lambda said: said[key] == "true" if key in said else None


TLS = ("HTTPS", "TLS")
"""The protocols of listeners that encrypt."""

Policies = Mapping[str, tuple[str, ...]]
"""Name of a TLS policy -> the versions of TLS that it allows."""


@collector(
    Listener,
    service="elbv2",
    calls=("DescribeListeners", "DescribeLoadBalancers", "DescribeSSLPolicies", "DescribeRules"),
)
def listeners(aws: Reader) -> Iterator[Later[Listener]]:
    """List the listeners of each load balancer of a region, and ask AWS once what its TLS policies allow."""
    policies: Later[Fact[Policies]] | None = None
    for balancer, item in _each(aws):
        if item.get("Protocol") in TLS and policies is None:
            policies = aws.later("elbv2:DescribeSSLPolicies", lambda: _policies(aws))
        yield _listener(aws, balancer, item, policies)


def _each(aws: Reader) -> Iterator[tuple[Answer, Answer]]:
    """Yield the listeners that are wanted, each with its load balancer."""
    for page in aws.pages("DescribeLoadBalancers"):
        for balancer in page["LoadBalancers"]:
            for answer in aws.pages("DescribeListeners", LoadBalancerArn=balancer["LoadBalancerArn"]):
                yield from ((balancer, item) for item in answer["Listeners"] if aws.wants(item["ListenerArn"]))


def _listener(aws: Reader, balancer: Answer, item: Answer, policies: Later[Fact[Policies]] | None) -> Later[Listener]:
    protocol, port = item.get("Protocol", ""), item.get("Port")
    policy = item.get("SslPolicy") if protocol in TLS else None
    rules = _rules(aws, item) if balancer.get("Type") == "application" else _no_rules
    return lambda: Listener(
        id=item["ListenerArn"],
        account=aws.account,
        region=aws.region,
        name=f"{balancer['LoadBalancerName']} {protocol}:{port}" if port else balancer["LoadBalancerName"],
        source="elbv2:DescribeListeners",
        load_balancer=balancer["LoadBalancerArn"],
        scheme=balancer.get("Scheme", "internal"),
        protocol=protocol,
        port=port,
        tls_policy=policy,
        certificates=tuple(c["CertificateArn"] for c in item.get("Certificates", ())),
        actions=_actions(item),
        protocols=_allowed(policy, policies() if policies else None),
        rules=rules(),
    )


def _no_rules() -> Fact[tuple[ListenerRule, ...]]:
    """Only listeners of application load balancers have rules."""
    return Fact((), "elbv2:DescribeListeners")


def _rules(aws: Reader, item: Answer) -> Later[Fact[tuple[ListenerRule, ...]]]:
    def read() -> tuple[ListenerRule, ...]:
        said = aws.call("DescribeRules", ListenerArn=item["ListenerArn"])
        return tuple(_rule(rule) for rule in said["Rules"] if not rule.get("IsDefault"))

    return aws.later("elbv2:DescribeRules", read)


def _rule(said: Answer) -> ListenerRule:
    return ListenerRule(
        priority=str(said.get("Priority", "")),
        when=tuple(sorted(_condition(condition) for condition in said.get("Conditions", ()))),
        actions=_each_action(said.get("Actions", [])),
    )


def _condition(said: Answer) -> str:
    """Say a condition in words: `path-pattern is /claims/*`."""
    values: list[str] = said.get("Values") or []
    configs: list[Answer] = [held for key, held in said.items() if key.endswith("Config")]
    for config in configs:
        values = values or [str(value) for value in config.get("Values", ())]
    return f"{said.get('Field', '')} is {' or '.join(values)}"


def _allowed(policy: str | None, policies: Fact[Policies] | None) -> Fact[tuple[str, ...]]:
    if policy is None or policies is None:
        return Fact((), "elbv2:DescribeListeners")
    if not isinstance(policies.answer, Unread) and policy not in policies.answer:
        return Fact(Unread(Cause.MALFORMED, f"AWS does not list the TLS policy {policy}"), policies.source)
    return policies.map(lambda known: known[policy])


def _policies(aws: Reader) -> Policies:
    said = aws.call("DescribeSSLPolicies")
    return {policy["Name"]: tuple(sorted(policy["SslProtocols"])) for policy in said["SslPolicies"]}


def _actions(item: Answer) -> tuple[Action, ...]:
    """Return what is done by default."""
    return _each_action(item.get("DefaultActions", []))


def _each_action(said: list[Answer]) -> tuple[Action, ...]:
    """Return actions in order. A single one may come without a number."""
    return tuple(_action(action) for action in sorted(said, key=lambda action: action.get("Order", 0)))


def _action(said: Answer) -> Action:
    return Action(
        type=said["Type"],
        forward=_forward(said) if said["Type"] == "forward" else None,
        redirect=_redirect(said["RedirectConfig"]) if said["Type"] == "redirect" else None,
        fixed=_fixed(said["FixedResponseConfig"]) if said["Type"] == "fixed-response" else None,
    )


def _forward(said: Answer) -> Forward:
    """Read both forms: one target group, or several with weights. Of one group AWS tells in both forms at once."""
    config = said.get("ForwardConfig", {})
    groups = config.get("TargetGroups") or [{"TargetGroupArn": said["TargetGroupArn"]}]
    sticky = config.get("TargetGroupStickinessConfig", {})
    return Forward(
        groups=tuple((group["TargetGroupArn"], group.get("Weight") if len(groups) > 1 else None) for group in groups),
        sticky=sticky.get("DurationSeconds") if sticky.get("Enabled") else None,
    )


def _redirect(said: Answer) -> Redirect:
    return Redirect(
        protocol=said.get("Protocol", "#{protocol}"),
        host=said.get("Host", "#{host}"),
        port=said.get("Port", "#{port}"),
        path=said.get("Path", "/#{path}"),
        query=said.get("Query", "#{query}"),
        code=said["StatusCode"],
    )


def _fixed(said: Answer) -> Fixed:
    return Fixed(code=said["StatusCode"], type=said.get("ContentType"), body=said.get("MessageBody"))


@collector(
    TargetGroup,
    service="elbv2",
    calls=("DescribeTargetGroups", "DescribeTargetHealth", "DescribeTargetGroupAttributes"),
)
def target_groups(aws: Reader) -> Iterator[Later[TargetGroup]]:
    """List the target groups of a region; each is asked for its targets."""
    for page in aws.pages("DescribeTargetGroups"):
        for item in page["TargetGroups"]:
            if aws.wants(item["TargetGroupArn"]):
                yield _target_group(aws, item)


def _target_group(aws: Reader, item: Answer) -> Later[TargetGroup]:
    def read() -> tuple[Target, ...]:
        said = aws.call("DescribeTargetHealth", TargetGroupArn=item["TargetGroupArn"])
        return tuple(sorted((_target(entry) for entry in said["TargetHealthDescriptions"]), key=str))

    def ask() -> Mapping[str, str]:
        said = aws.call("DescribeTargetGroupAttributes", TargetGroupArn=item["TargetGroupArn"])
        return {attribute["Key"]: attribute["Value"] for attribute in said["Attributes"]}

    targets = aws.later("elbv2:DescribeTargetHealth", read)
    attributes = aws.later("elbv2:DescribeTargetGroupAttributes", ask)
    return lambda: TargetGroup(
        id=item["TargetGroupArn"],
        account=aws.account,
        region=aws.region,
        name=item["TargetGroupName"],
        source="elbv2:DescribeTargetGroups",
        type=item.get("TargetType", "instance"),
        protocol=item.get("Protocol"),
        port=item.get("Port"),
        vpc=item.get("VpcId"),
        load_balancers=tuple(sorted(item.get("LoadBalancerArns", ()))),
        targets=targets(),
        keeps_client=attributes().map(_switch("preserve_client_ip.enabled")),
        across_zones=attributes().map(_switch_or_inherited("load_balancing.cross_zone.enabled")),
    )


def _target(entry: Answer) -> Target:
    target, health = entry["Target"], entry.get("TargetHealth", {})
    return Target(
        id=target["Id"],
        port=target.get("Port"),
        zone=target.get("AvailabilityZone", ""),
        state=health.get("State", ""),
    )


def _switch_or_inherited(key: str) -> Callable[[Mapping[str, str]], bool | None]:
    return lambda said: None if said.get(key, "") not in ("true", "false") else said[key] == "true"


ALL = (load_balancers, listeners, target_groups)
