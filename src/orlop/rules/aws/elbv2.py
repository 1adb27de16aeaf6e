"""Questions about application, network and gateway load balancers."""

from orlop.estate.aws.elbv2 import Action, Listener, LoadBalancer, Redirect
from orlop.estate.change import Change, change
from orlop.estate.estate import Estate
from orlop.frameworks import cis_aws, fsbp, gdpr, hipaa
from orlop.reason.network.admission import Admissions, not_known, of_the_world
from orlop.reason.network.flows import both, to_ports
from orlop.reason.network.fronts import Passage
from orlop.reason.network.words import listed, way
from orlop.reason.services import INNER
from orlop.rules.rule import Answer, Fail, Pass, Severity, rule

OLD_TLS = ("SSLv2", "SSLv3", "TLSv1", "TLSv1.1")
"""Versions of TLS that must not be used any more. Source: RFC 8996 (TLS 1.0, 1.1), RFC 7568 (SSL 3)."""

GOOD_TLS = "ELBSecurityPolicy-TLS13-1-2-2021-06"
"""TLS 1.2 and 1.3, for application and network load balancers alike.

Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html
"""


@rule(
    asks="Does this load balancer lead strangers from the internet to a database, a login or a control port?",
    severity=Severity.CRITICAL,
    controls=(hipaa("164.312(a)(1)"), gdpr("32(1)(b)"), gdpr("5(1)(f)")),
    by_hand="aws elbv2 delete-listener --listener-arn ARN, or give the load balancer a security group that lets in "
    "only those addresses that are meant to come. Your own people can use an internal load balancer over a VPN.",
    breaks="Whoever uses this way from outside, such as a partner or a reporting tool, can no longer do so.",
)
def leads_strangers_inside(balancer: LoadBalancer, estate: Estate) -> Answer:
    """Load balancer that leads strangers inside.

    What stands behind it may have no public address and a firewall group without a hole, and yet everybody reaches it:
    the load balancer connects in their name. Databases and control ports are made for the inside of a network; several
    ask for no password.
    """
    if balancer.scheme != "internet-facing":
        return Pass("It has no entrance on the internet.")
    admissions = estate.once(Admissions)
    found = [
        (each, arrival)
        for each, arrival in admissions.through(balancer)
        if of_the_world(arrival.passes.most, INNER) and not admissions.by_own_groups(each, arrival)
    ]
    surely = [(each, arrival) for each, arrival in found if of_the_world(arrival.passes.least, INNER)]
    if not surely and found:
        raise not_known(each for each, _ in found)
    if not surely:
        admissions.reach.fronts.all_read(balancer)
        return Pass("It leads nobody from the internet to a database, a login or a control port.")
    arrival = surely[0][1]
    passage = arrival.through[-1]
    port = f"port {passage.port} of this load balancer leads anyone on the internet to port {passage.target_port}"
    flows = both(arrival.passes.least, to_ports(passage.protocol, passage.target_port, passage.target_port))
    return Fail(
        f"{port[0].upper()}{port[1:]} of {listed(each for each, _ in surely)}.",
        witness=way(admissions.reach, arrival, flows),
        severity=Severity.MEDIUM if _asks_first(passage) else None,
    )


def _asks_first(passage: Passage) -> bool:
    """Whether an application load balancer speaks for the caller, so that no raw connection gets through."""
    return isinstance(passage.front, LoadBalancer) and passage.front.type == "application"


@rule(
    asks="Does this web entrance also serve pages without encryption?",
    severity=Severity.HIGH,
    controls=(
        fsbp("ELB.1"),
        fsbp("ELB.18"),
        hipaa("164.312(e)(1)"),
        hipaa("164.312(e)(2)(ii)"),
        gdpr("32(1)(a)"),
    ),
    by_hand="aws elbv2 modify-listener --listener-arn ARN --default-actions "
    "'Type=redirect,RedirectConfig={Protocol=HTTPS,Port=\"443\",StatusCode=HTTP_302}' (first give the load balancer a "
    "certificate and an HTTPS listener, where it has none)",
    breaks="Browsers follow by themselves. Programs that send data to the http:// address must be changed to https://, "
    "and programs that do not trust the certificate fail.",
)
def listener_serves_plain_http(listener: Listener, estate: Estate) -> Answer:
    """Web entrance without encryption.

    Whoever sits on the way (the wireless network of a hotel, an access provider) can read and change what is sent:
    passwords, forms, cookies that keep people signed in.
    """
    if listener.protocol != "HTTP":
        return Pass("It does not speak plain HTTP.")
    if all(action.fixed or _to_https(action) for action in listener.actions):
        return Pass("It serves nothing itself: it sends callers on to the encrypted entrance, or turns them away.")
    entrance = _encrypted_entrance(listener, estate)
    inside = listener.scheme == "internal"
    where = "Inside your network, p" if inside else "P"
    rest = "" if entrance else " We saw no encrypted entrance beside it to send callers to: it needs a certificate."
    return Fail(
        f"{where}ort {listener.port} of this load balancer serves requests without encryption.{rest}",
        _redirected(listener, entrance) if entrance else None,
        witness=tuple(f"default action: {action.type}" for action in listener.actions),
        severity=Severity.LOW if inside else None,
    )


def _to_https(action: Action) -> bool:
    return action.redirect is not None and action.redirect.protocol == "HTTPS"


def _encrypted_entrance(listener: Listener, estate: Estate) -> Listener | None:
    """Return the HTTPS listener beside this one, as far as they were read; the one on port 443 if there are several."""
    beside = (other for other in estate.each(Listener) if other.load_balancer == listener.load_balancer)
    found = sorted((o for o in beside if o.protocol == "HTTPS"), key=lambda o: (o.port != 443, o.port or 0))
    return found[0] if found else None


def _redirected(listener: Listener, entrance: Listener) -> Change:
    """Return the change. A 302, not a 301: browsers remember that one, and undoing it would not reach them."""
    redirect = Redirect(
        protocol="HTTPS", host="#{host}", port=str(entrance.port), path="/#{path}", query="#{query}", code="HTTP_302"
    )
    return change(listener, "actions", (Action(type="redirect", redirect=redirect),))


@rule(
    asks="Does this web entrance accept old forms of encryption that can be broken?",
    severity=Severity.MEDIUM,
    controls=(fsbp("ELB.17"), hipaa("164.312(e)(2)(ii)"), gdpr("32(1)(a)")),
    by_hand=f"aws elbv2 modify-listener --listener-arn ARN --ssl-policy {GOOD_TLS}",
    breaks="Programs and devices from before about 2014 (Windows 7 without updates, Android 4, Java 7) can no longer "
    "connect. Everything current speaks TLS 1.2 or 1.3.",
)
def listener_accepts_old_tls(listener: Listener, estate: Estate) -> Answer:
    """Web entrance accepts old encryption.

    TLS 1.0 and 1.1 have known weaknesses and were withdrawn in 2021. As long as they are offered, an attacker on the
    way may talk a caller into using them.
    """
    if listener.tls_policy is None:
        return Pass("It does not encrypt at all, which is another question.")
    allowed = listener.protocols.value
    old = [protocol for protocol in allowed if protocol in OLD_TLS]
    if not old:
        return Pass(f"It accepts only {_listed(allowed)}.")
    return Fail(
        f"Port {listener.port} of this load balancer accepts {_listed(old)}.",
        change(listener, "tls_policy", GOOD_TLS),
        witness=(f"{listener.tls_policy}: {', '.join(allowed)}",),
    )


def _listed(protocols: tuple[str, ...] | list[str]) -> str:
    """Say `TLS 1.0 and TLS 1.1`."""
    words = [p.replace("v", " ") + (".0" if p == "TLSv1" else "") for p in protocols]
    return " and ".join(part for part in (", ".join(words[:-1]), words[-1]) if part)


@rule(
    asks="If somebody attacks this web entrance, will there be no record of who called and what they asked?",
    severity=Severity.LOW,
    controls=(fsbp("ELB.5"), cis_aws("4.10"), hipaa("164.312(b)"), gdpr("32(1)(d)")),
    by_hand="aws elbv2 modify-load-balancer-attributes --load-balancer-arn ARN --attributes "
    "Key=access_logs.s3.enabled,Value=true Key=access_logs.s3.bucket,Value=BUCKET (a bucket whose policy lets the "
    "service of load balancers write)",
    breaks="Nothing stops. The records are stored in a bucket, at its price. Addresses of callers are personal data: "
    "let them be deleted after the time you need them for.",
)
def load_balancer_without_access_logs(balancer: LoadBalancer, estate: Estate) -> Answer:
    """Load balancer keeps no record of requests.

    Without them nobody can tell afterwards who came in, what they tried, and whether it worked.
    """
    if balancer.type != "application":
        return Pass("Only application load balancers see requests that could be recorded.")
    if balancer.access_logs.value:
        return Pass("Requests are recorded.")
    return Fail("This load balancer keeps no record of the requests that it serves.")


@rule(
    asks="Does this web entrance pass malformed requests on to your servers?",
    severity=Severity.LOW,
    controls=(fsbp("ELB.4"), gdpr("32(1)(b)")),
    by_hand="aws elbv2 modify-load-balancer-attributes --load-balancer-arn ARN --attributes "
    "Key=routing.http.drop_invalid_header_fields.enabled,Value=true",
    breaks="Callers that send header names with other characters than letters, digits and hyphens (underscores among "
    "them) have those headers taken out. Some old programs use such names: try them.",
)
def load_balancer_keeps_invalid_headers(balancer: LoadBalancer, estate: Estate) -> Answer:
    """Load balancer passes malformed headers on.

    When load balancer and server read a malformed request differently, an attacker can slip one past the checks or into
    somebody else's session ("request smuggling").
    """
    drops = balancer.drop_invalid_headers.value
    if drops is None:
        return Pass("This type of load balancer does not read headers.")
    if drops:
        return Pass("It takes malformed headers out.")
    return Fail("This load balancer passes malformed headers on.", change(balancer, "drop_invalid_headers", True))


@rule(
    asks="Can this web entrance be deleted by a single command?",
    severity=Severity.LOW,
    controls=(fsbp("ELB.6"), gdpr("32(1)(b)")),
    by_hand="aws elbv2 modify-load-balancer-attributes --load-balancer-arn ARN --attributes "
    "Key=deletion_protection.enabled,Value=true",
    breaks="Scripts that delete the load balancer stop with an error until the protection is taken off.",
)
def load_balancer_without_deletion_protection(balancer: LoadBalancer, estate: Estate) -> Answer:
    """Load balancer not protected from deletion.

    When it is gone, so is everything behind it, and a new one has another address. With the protection on, deleting
    takes two deliberate steps instead of one slip.
    """
    if balancer.deletion_protection.value:
        return Pass("It cannot be deleted before somebody takes the protection off.")
    return Fail(
        "One command, or one wrong click, deletes this load balancer.",
        change(balancer, "deletion_protection", True),
    )


ALL = (
    leads_strangers_inside,
    listener_serves_plain_http,
    listener_accepts_old_tls,
    load_balancer_without_access_logs,
    load_balancer_keeps_invalid_headers,
    load_balancer_without_deletion_protection,
)
