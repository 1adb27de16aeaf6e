"""Questions about instances."""

from dataclasses import replace
from datetime import datetime

from orlop.estate.aws.ec2 import Instance, InstanceDefaults
from orlop.estate.change import change
from orlop.estate.estate import Estate
from orlop.estate.fact import Cause, NotKnown, Unread
from orlop.frameworks import cis_aws, fsbp, gdpr, hipaa
from orlop.reason.network.admission import Admissions
from orlop.reason.network.words import ports
from orlop.rules.rule import Answer, Fail, Pass, Severity, rule

LONG_STOPPED = 30
"""Days after which a stopped instance counts as forgotten. The limit of Security Hub's EC2.4."""


@rule(
    asks="Could a trick with a web address make this server give away its keys to your cloud account?",
    severity=Severity.HIGH,
    controls=(
        fsbp("EC2.8"),
        cis_aws("5.7", edition="5.0"),
        cis_aws("6.7"),
        hipaa("164.312(a)(1)"),
        gdpr("32(1)(b)"),
    ),
    by_hand="aws ec2 modify-instance-metadata-options --instance-id INSTANCE --http-tokens required",
    breaks="Programs with AWS libraries from before 2020 lose their access to AWS. Programs in containers may need a "
    "hop limit of 2. The CloudWatch metric MetadataNoToken shows whether anything still asks the old way.",
)
def metadata_without_token(instance: Instance, estate: Estate) -> Answer:
    """Server can be tricked out of its keys.

    Inside each server an address hands out the keys of the server's role. In its old form (IMDSv1) it answers any
    request. Where a web application can be made to fetch a web address, a stranger gets those keys. The theft of 106
    million records at Capital One went this way. The new form (IMDSv2) asks for a token that such tricks do not get.
    """
    metadata = instance.metadata.value
    if not metadata.enabled:
        return Pass("The address that hands out keys is switched off.")
    if metadata.tokens == "required":
        return Pass("Keys are handed out only against a token (IMDSv2).")
    fix = change(instance, "metadata", replace(metadata, tokens="required"))
    if instance.profile is None:
        because = "It answers any request (IMDSv1). It has no role today, so it has no keys to give yet."
        return Fail(because, fix, severity=Severity.MEDIUM)
    role = instance.profile.rpartition("/")[2]
    if instance.public_addresses:
        because = f"It has a public address, and gives the keys of its role {role} to any request (IMDSv1)."
        return Fail(because, fix, severity=Severity.CRITICAL)
    return Fail(f"It gives the keys of its role {role} to any request (IMDSv1).", fix)


@rule(
    asks="Do new servers here start with the way that can be tricked into giving away their keys?",
    severity=Severity.LOW,
    controls=(cis_aws("5.7", edition="5.0"), cis_aws("6.7")),
    by_hand="aws ec2 modify-instance-metadata-defaults --region REGION --http-tokens required",
    breaks="Nothing that runs now. New servers with AWS libraries from before 2020 get no access to AWS.",
)
def new_servers_without_token(defaults: InstanceDefaults, estate: Estate) -> Answer:
    """New servers can be tricked out of their keys.

    Whoever starts a server and says nothing gets what the image or the region says. With the region set to tokens only
    (IMDSv2), no new server hands out the keys of its role to any request.
    """
    if defaults.metadata.value.tokens == "required":
        return Pass("New servers hand out keys only against a token (IMDSv2).")
    return Fail(f"In {defaults.region} nothing says that new servers hand out keys only against a token (IMDSv2).")


@rule(
    asks="Does the whole internet have a direct line to this server?",
    severity=Severity.MEDIUM,
    controls=(fsbp("EC2.9"), hipaa("164.312(e)(1)"), gdpr("32(1)(b)")),
    by_hand="Put a load balancer before it and reach it through Session Manager. Then start it anew in a subnet "
    "without public addresses, or release its Elastic IP (aws ec2 disassociate-address --association-id ASSOCIATION).",
    breaks="Whoever uses the public address can no longer do so. An address that AWS assigned is lost for good.",
)
def public_address(instance: Instance, estate: Estate) -> Answer:
    """Server with a public address.

    A public address puts a server in front of every scanner of the internet. Only its firewall group stands between. A
    load balancer or a private way in leaves one mistake without effect.
    """
    public = [address for address in instance.public_addresses if ":" not in address]
    if not public:
        return Pass("It has no public IPv4 address.")
    today, severity = _today(instance, estate)
    return Fail(
        f"It has the public address {', '.join(public)}. {today}", witness=instance.interfaces, severity=severity
    )


def _today(instance: Instance, estate: Estate) -> tuple[str, Severity | None]:
    """Return what of an instance the internet can connect to, and how grave that makes its address."""
    not_known = "Whether anybody can connect to it from the internet was not found out."
    try:
        found = estate.once(Admissions).of(instance.instance_id)
    except NotKnown:
        return not_known, None
    surely = [each for each in found if each.surely]
    if surely:
        return f"From the internet one can connect to {ports(each.flows for each in surely)}.", None
    if found:
        return not_known, None
    nobody = "Nobody can connect to it from the internet today; one rule or route that is too wide, and all can."
    return nobody, Severity.LOW


@rule(
    asks="Is there a password or key in the start-up script of this server, for many to read?",
    severity=Severity.HIGH,
    controls=(hipaa("164.312(d)"), hipaa("164.312(a)(1)"), gdpr("32(1)(b)")),
    by_hand="Give the secret a new value in Secrets Manager, let the script fetch it there by the server's role, and "
    "take it out of the user data (the instance must be stopped for that). The old value must no longer work anywhere.",
    breaks="Whatever still uses the old value of the secret.",
)
def secret_in_start_script(instance: Instance, estate: Estate) -> Answer:
    """Secret in a start-up script.

    The script is stored as it is. Everybody who may describe servers can read it, and so can every program on the
    server itself. What stands in it is no secret.
    """
    found = instance.user_data.value
    if not found:
        return Pass("Nothing in it looks like a secret.")
    kinds = sorted({seen.kind for seen in found})
    lines = ", ".join(str(line) for line in sorted({seen.line for seen in found})[:5])
    return Fail(
        f"Its start-up script seems to hold: {', '.join(kinds)} (line {lines}).",
        witness=tuple(f"line {seen.line}: {seen.kind}" for seen in found),
    )


@rule(
    asks="Is this stopped server forgotten, growing old without updates?",
    severity=Severity.LOW,
    controls=(fsbp("EC2.4"), gdpr("5(1)(e)")),
    by_hand="Take an image if it may be needed (aws ec2 create-image --instance-id INSTANCE --name NAME), then "
    "aws ec2 terminate-instances --instance-ids INSTANCE",
    breaks="The server cannot be started again. What is only on its disks is lost, unless you take an image first.",
)
def stopped_for_long(instance: Instance, estate: Estate) -> Answer:
    """Server stopped for long.

    A server that has been off for weeks has missed all updates, and still has its data, its role and its rules. Started
    again by mistake, it is the weakest machine you have.
    """
    if instance.state != "stopped":
        return Pass(f"It is {instance.state}.")
    days = _days_since(instance, estate)
    if days <= LONG_STOPPED:
        return Pass(f"It has been stopped for {days} day{'s' if days != 1 else ''}.")
    return Fail(f"It has been stopped for {days} days.")


def _days_since(instance: Instance, estate: Estate) -> int:
    if not (instance.stopped_at and estate.taken_at):
        raise NotKnown(instance.source, Unread(Cause.UNSUPPORTED, "AWS does not say since when it is stopped"))
    return (datetime.fromisoformat(estate.taken_at) - datetime.fromisoformat(instance.stopped_at)).days


ALL = (
    metadata_without_token,
    new_servers_without_token,
    public_address,
    secret_in_start_script,
    stopped_for_long,
)
