"""Questions about services that are offered to other networks by private endpoints."""

from orlop.estate.aws.privatelink import EndpointService
from orlop.estate.estate import Estate
from orlop.frameworks import gdpr, hipaa
from orlop.rules.rule import Answer, Fail, Pass, Severity, rule

_EVERYONE = ("*", "arn:aws:iam::*:root")


@rule(
    asks="Can anyone with an AWS account connect to this service of yours by a private line?",
    severity=Severity.HIGH,
    controls=(hipaa("164.312(a)(1)"), gdpr("32(1)(b)")),
    by_hand="aws ec2 modify-vpc-endpoint-service-configuration --service-id SERVICE --acceptance-required (then each "
    "new customer waits until you let him in), and aws ec2 modify-vpc-endpoint-service-permissions --service-id "
    "SERVICE --remove-allowed-principals '*' --add-allowed-principals arn:aws:iam::ACCOUNT:root",
    breaks="New customers must be let in by hand. Those that are joined already stay joined.",
)
def service_open_to_everyone(service: EndpointService, estate: Estate) -> Answer:
    """Private service open to everyone.

    A private endpoint makes a service of yours a neighbour in somebody else's network. It goes past the internet, and
    so past all that keeps strangers out there. Whoever learns the service's name joins it, if nobody has to let him in.

    Source: <https://docs.aws.amazon.com/vpc/latest/privatelink/configure-endpoint-service.html>
    """
    if service.accepts:
        return Pass("Each endpoint has to be let in by hand.")
    if not any(name in _EVERYONE for name in service.principals.value):
        return Pass("Only those who are named may ask for an endpoint.")
    joined = len({each.owner for each in service.connections.value if each.state == "available"} - {service.account})
    now = f" Now {joined} other account{'s are' if joined != 1 else ' is'} joined to it." if joined else ""
    return Fail(
        f"Anyone with an AWS account can join {service.service}, and nobody has to let him in.{now}",
        witness=(f"allowed principals: {', '.join(service.principals.value)}", "acceptance is not required"),
    )


ALL = (service_open_to_everyone,)
