from typing import Any

import pytest
from tests.cases import ACCOUNT, DENIED, REGION, unlisted, verdict, verdict_within
from tests.clouds import ANYWHERE, Cloud, permit

from orlop.estate.aws.elbv2 import Action, Fixed, Forward, Listener, LoadBalancer, Redirect
from orlop.estate.change import Change
from orlop.estate.fact import Fact
from orlop.rules.aws import elbv2
from orlop.rules.rule import AnyRule, Fail, Pass, Severity, Unknown, Verdict

ARN = f"arn:aws:elasticloadbalancing:{REGION}:{ACCOUNT}:loadbalancer/app/web/1"


def balancer(*, type: str = "application", **facts: Any) -> LoadBalancer:
    good = {
        "access_logs": True,
        "deletion_protection": True,
        "drop_invalid_headers": True,
        "desync": "defensive",
        "across_zones": True,
    }
    told: dict[str, Any] = {
        name: Fact(answer, "elbv2:DescribeLoadBalancerAttributes") for name, answer in {**good, **facts}.items()
    }
    return LoadBalancer(
        id=ARN,
        account=ACCOUNT,
        region=REGION,
        name="web",
        source="elbv2:DescribeLoadBalancers",
        type=type,
        scheme="internet-facing",
        address=f"web-1.{REGION}.elb.amazonaws.com",
        vpc="vpc-1",
        subnets=("subnet-1",),
        groups=("sg-1",),
        **told,
    )


def before(
    kind: str,
    port: int,
    rule: dict[str, object],
    *,
    keeps: str = "false",
    groups: tuple[str, ...] = (),
    scheme: str = "internet-facing",
) -> Cloud:
    """A load balancer that leads to `port` of an instance without a public address."""
    cloud = Cloud()
    cloud.vpc("vpc-1", "10.0.0.0/16")
    cloud.subnet("subnet-1", "vpc-1", "10.0.1.0/24")
    cloud.subnet("subnet-2", "vpc-1", "10.0.2.0/24")
    cloud.table("rtb-1", "vpc-1", (ANYWHERE, "igw-1"), subnets=["subnet-2"])
    cloud.group("sg-1", "vpc-1", rule)
    cloud.group("sg-lb", "vpc-1", permit(ANYWHERE, 443))
    cloud.instance("i-1", "subnet-1", "10.0.1.5", "sg-1", public="", name="claims-db")
    arn = cloud.balancer("front", kind, "subnet-2", groups=groups, scheme=scheme)
    attributes = {} if kind == "application" else {"preserve_client_ip__enabled": keeps}
    protocol = "HTTP" if kind == "application" else "TCP"
    target = cloud.targets("tg-1", "vpc-1", protocol, port, "i-1", **attributes)
    cloud.listener(arn, "HTTPS" if kind == "application" else "TCP", 443, target)
    return cloud


INSIDE = permit("10.0.0.0/16", 5432)


@pytest.mark.parametrize(
    ("cloud", "expected", "severity"),
    [
        pytest.param(before("network", 5432, INSIDE), Fail, None, id="to a database"),
        pytest.param(before("network", 22, permit("10.0.2.0/24", 22)), Fail, None, id="to a login"),
        pytest.param(before("network", 8080, permit("10.0.0.0/16", 8080)), Pass, None, id="to a web server"),
        pytest.param(before("network", 5432, INSIDE, scheme="internal"), Pass, None, id="from inside"),
        pytest.param(before("network", 5432, permit("10.9.0.0/16", 5432)), Pass, None, id="the target lets nobody in"),
        pytest.param(before("network", 5432, INSIDE, keeps="true"), Pass, None, id="as the client, who is not let in"),
        pytest.param(
            before("network", 5432, permit("sg-lb", 5432), keeps="true", groups=("sg-lb",)),
            *(Fail, None),
            id="as the client, who is let in with the load balancer",
        ),
        pytest.param(
            before("network", 5432, permit(ANYWHERE, 5432), keeps="true"),
            Pass,
            None,
            id="the group is to answer for it",
        ),
        pytest.param(before("application", 9200, permit("10.0.0.0/16", 9200)), Fail, Severity.MEDIUM, id="by HTTP"),
    ],
)
def test_leads_strangers_inside(cloud: Cloud, expected: type[Verdict], severity: Severity | None) -> None:
    said = of_the_load_balancer(cloud)
    assert isinstance(said, expected)
    if isinstance(said, Fail):
        assert said.severity is severity
        assert "of claims-db (i-1)." in said.because
        assert any(line.startswith("target tg-1") for line in said.witness)


def of_the_load_balancer(cloud: Cloud, *, without: tuple[str, ...] = ()) -> Verdict:
    found = cloud.estate(without=without)
    [about] = found.each(LoadBalancer)
    return verdict_within(elbv2.leads_strangers_inside, about, found)


def test_a_load_balancer_whose_targets_were_not_read_is_not_called_fine() -> None:
    cloud = before("network", 5432, INSIDE)
    cloud.more = [answer for answer in cloud.more if "TargetHealthDescriptions" not in answer]
    assert isinstance(of_the_load_balancer(cloud), Unknown)
    assert isinstance(of_the_load_balancer(before("network", 5432, INSIDE), without=("RouteTables",)), Unknown)


FORWARD = Action(type="forward", forward=Forward(groups=(("arn:group", None),), sticky=None))
NOT_HERE = Action(type="fixed-response", fixed=Fixed(code="404", type=None, body=None))


def redirect(protocol: str, port: str = "443") -> Action:
    to = Redirect(protocol=protocol, host="#{host}", port=port, path="/#{path}", query="#{query}", code="HTTP_302")
    return Action(type="redirect", redirect=to)


def listener(
    protocol: str = "HTTP",
    port: int = 80,
    *actions: Action,
    scheme: str = "internet-facing",
    of: str = ARN,
    policy: str | None = None,
    protocols: Any = (),
) -> Listener:
    return Listener(
        id=f"{of.replace('loadbalancer', 'listener')}/{port}",
        account=ACCOUNT,
        region=REGION,
        name=f"web {protocol}:{port}",
        source="elbv2:DescribeListeners",
        load_balancer=of,
        scheme=scheme,
        protocol=protocol,
        port=port,
        tls_policy=policy,
        certificates=(),
        actions=actions or (FORWARD,),
        protocols=Fact(protocols, "elbv2:DescribeSSLPolicies"),
        rules=Fact((), "elbv2:DescribeRules"),
    )


def tls(*protocols: str) -> Listener:
    return listener("HTTPS", 443, policy="a-policy", protocols=protocols)


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        pytest.param(listener("HTTPS", 443), Pass, id="HTTPS"),
        pytest.param(listener("TCP", 443), Pass, id="passed through, perhaps encrypted"),
        pytest.param(listener("HTTP", 80, redirect("HTTPS")), Pass, id="redirect"),
        pytest.param(listener("HTTP", 80, NOT_HERE), Pass, id="turned away"),
        pytest.param(listener("HTTP", 80, FORWARD), Fail, id="served"),
        pytest.param(listener("HTTP", 80, redirect("HTTP", "8080")), Fail, id="redirect to plain HTTP"),
        pytest.param(listener("HTTP", 80, redirect("#{protocol}")), Fail, id="redirect by the same protocol"),
        pytest.param(listener("HTTP", 80, scheme="internal"), Fail, id="inside"),
    ],
)
def test_listener_serves_plain_http(found: Listener, expected: type[Verdict]) -> None:
    assert isinstance(verdict(elbv2.listener_serves_plain_http, found), expected)


def test_a_listing_that_was_refused_is_no_pass() -> None:
    assert isinstance(unlisted(elbv2.listener_serves_plain_http), Unknown)


def test_plain_http_fails_also_where_the_other_listeners_could_not_be_read() -> None:
    said = verdict(elbv2.listener_serves_plain_http, listener(), unread=(Listener,))
    assert isinstance(said, Fail)
    assert said.fix is None


def test_callers_are_sent_to_the_encrypted_entrance() -> None:
    beside = [listener("HTTPS", 8443), listener("HTTPS", 443)]
    said = verdict(elbv2.listener_serves_plain_http, listener(), *beside)
    assert isinstance(said, Fail)
    assert isinstance(said.fix, Change)
    assert said.fix.becomes == (redirect("HTTPS", "443"),)
    assert said.severity is None


def test_callers_are_not_sent_where_nothing_answers() -> None:
    elsewhere = listener("HTTPS", 443, of=ARN.replace("web", "other"))
    said = verdict(elbv2.listener_serves_plain_http, listener(), elsewhere)
    assert isinstance(said, Fail)
    assert said.fix is None
    assert "needs a certificate" in said.because


def test_plain_http_inside_is_a_milder_case() -> None:
    said = verdict(elbv2.listener_serves_plain_http, listener(scheme="internal"))
    assert isinstance(said, Fail)
    assert said.severity is Severity.LOW
    assert said.because.startswith("Inside your network, port 80")


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        pytest.param(listener(), Pass, id="no TLS"),
        pytest.param(listener(protocols=DENIED), Pass, id="no TLS, policies moot"),
        pytest.param(tls("TLSv1.2", "TLSv1.3"), Pass, id="1.2 and 1.3"),
        pytest.param(tls("TLSv1.3"), Pass, id="1.3, post-quantum or not"),
        pytest.param(tls("TLSv1.1", "TLSv1.2"), Fail, id="1.1"),
        pytest.param(tls("TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"), Fail, id="1.0, also with a post-quantum policy"),
        pytest.param(listener("TLS", 443, policy="a-policy", protocols=("TLSv1",)), Fail, id="network load balancer"),
        pytest.param(listener("HTTPS", 443, policy="a-policy", protocols=DENIED), Unknown, id="denied"),
    ],
)
def test_listener_accepts_old_tls(found: Listener, expected: type[Verdict]) -> None:
    assert isinstance(verdict(elbv2.listener_accepts_old_tls, found), expected)


def test_the_old_versions_are_named() -> None:
    said = verdict(elbv2.listener_accepts_old_tls, tls("TLSv1", "TLSv1.1", "TLSv1.2"))
    assert isinstance(said, Fail)
    assert said.because == "Port 443 of this load balancer accepts TLS 1.0 and TLS 1.1."


@pytest.mark.parametrize(
    ("rule", "found", "expected"),
    [
        pytest.param(elbv2.load_balancer_without_access_logs, balancer(), Pass, id="logs"),
        pytest.param(elbv2.load_balancer_without_access_logs, balancer(access_logs=False), Fail, id="no logs"),
        pytest.param(elbv2.load_balancer_without_access_logs, balancer(access_logs=None), Fail, id="logs never set"),
        pytest.param(
            elbv2.load_balancer_without_access_logs, balancer(type="network", access_logs=DENIED), Pass, id="sees none"
        ),
        pytest.param(elbv2.load_balancer_without_access_logs, balancer(access_logs=DENIED), Unknown, id="logs denied"),
        pytest.param(elbv2.load_balancer_keeps_invalid_headers, balancer(), Pass, id="headers"),
        pytest.param(elbv2.load_balancer_keeps_invalid_headers, balancer(drop_invalid_headers=False), Fail, id="kept"),
        pytest.param(elbv2.load_balancer_keeps_invalid_headers, balancer(drop_invalid_headers=None), Pass, id="none"),
        pytest.param(
            elbv2.load_balancer_keeps_invalid_headers, balancer(drop_invalid_headers=DENIED), Unknown, id="denied"
        ),
        pytest.param(elbv2.load_balancer_without_deletion_protection, balancer(), Pass, id="protected"),
        pytest.param(
            elbv2.load_balancer_without_deletion_protection,
            balancer(deletion_protection=False),
            Fail,
            id="not protected",
        ),
        pytest.param(
            elbv2.load_balancer_without_deletion_protection,
            balancer(deletion_protection=DENIED),
            Unknown,
            id="protection denied",
        ),
    ],
)
def test_load_balancers(rule: AnyRule, found: LoadBalancer, expected: type[Verdict]) -> None:
    assert isinstance(verdict(rule, found), expected)
