"""Questions about networks (VPCs)."""

from collections.abc import Mapping, Sequence
from functools import reduce

from orlop.estate.aws.policy import Document, Principal, Statement
from orlop.estate.aws.vpc import (
    AclEntry,
    FlowLog,
    InternetGateway,
    NetworkAcl,
    NetworkInterface,
    NetworkSettings,
    PeeringConnection,
    Route,
    RouteTable,
    Subnet,
    Vpc,
    VpcEndpoint,
)
from orlop.estate.change import change
from orlop.estate.estate import Estate
from orlop.estate.fact import Cause, NotKnown, Unread
from orlop.frameworks import cis_aws, fsbp, gdpr, hipaa
from orlop.reason.addresses import WORLD, Addresses, cidr, share
from orlop.reason.network import doors as network
from orlop.reason.network.admission import Admissions
from orlop.reason.network.doors import Lookup
from orlop.reason.network.exposure import Exposed
from orlop.reason.network.flows import senders
from orlop.reason.network.words import listed
from orlop.rules.rule import Answer, Fail, Pass, Severity, rule

_LOGIN_PORTS = (22, 3389)
"""SSH and Remote Desktop: the ports of EC2.21 and of the CIS benchmark."""


@rule(
    asks="Does the outer fence around this part of the network let the world through to the login ports?",
    severity=Severity.MEDIUM,
    controls=(fsbp("EC2.21"), cis_aws("5.2", edition="5.0"), cis_aws("6.2"), hipaa("164.312(a)(1)")),
    by_hand="aws ec2 create-network-acl-entry --network-acl-id ACL --ingress --rule-number NUMBER --protocol 6 "
    "--port-range From=22,To=22 --cidr-block 0.0.0.0/0 --rule-action deny (a number below the entry that allows; the "
    "same for 3389)",
    breaks="Remote login from the open internet into these subnets. Ranges that an earlier entry allows, such as an "
    "office, stay.",
)
def acl_opens_login(acl: NetworkAcl, estate: Estate) -> Answer:
    """Network ACL opens login ports to the world.

    A network ACL is the fence around subnets; security groups are the doors behind it. If the fence keeps strangers
    from SSH and Remote Desktop, one wrong security group does not let them in. Default ACLs are left out, as AWS does.

    Source: <https://docs.aws.amazon.com/securityhub/latest/userguide/ec2-controls.html#ec2-21>
    """
    if acl.is_default:
        return Pass("It is the default one, which is meant to leave the choice to security groups.")
    if not acl.subnets:
        return Pass("No subnet uses it.")
    ports = [port for port in _LOGIN_PORTS if _lets_world(acl.inbound, port)]
    if not ports:
        return Pass("It does not let the world through to SSH or Remote Desktop.")
    becomes = _fenced(acl.inbound)
    behind = _reached_behind(acl, ports, estate)
    today = f"Behind it, {listed(behind)} can be reached there." if behind else "Today nothing there can be reached."
    subnets = f"{len(acl.subnets)} subnet{'' if len(acl.subnets) == 1 else 's'}"
    return Fail(
        f"It lets the world through to port {' and '.join(map(str, ports))} of {subnets}. {today}",
        change(acl, "inbound", becomes) if becomes is not None else None,
        witness=tuple(_said(entry) for entry in acl.inbound if _opens(entry, ports)),
        severity=None if behind else Severity.LOW,
    )


def _reached_behind(acl: NetworkAcl, ports: Sequence[int], estate: Estate) -> list[Exposed]:
    """Return what strangers reach, or may, by some ports in the subnets behind a network ACL."""
    by_subnet = estate.once(Admissions).by_subnet
    return [
        each
        for subnet in acl.subnets
        for each in by_subnet.get(subnet, ())
        if any(senders(each.passes.most, "tcp", port, port) for port in ports)
    ]


def _lets_world(entries: Sequence[AclEntry], port: int) -> bool:
    return share(network.crossing(entries, "tcp", port)) >= WORLD


def _opens(entry: AclEntry, ports: Sequence[int]) -> bool:
    return entry.action == "allow" and any(network.crossing((entry,), "tcp", port) for port in ports)


def _said(entry: AclEntry) -> str:
    ports = "all ports" if entry.first < 0 else f"ports {entry.first}-{entry.last}"
    return f"entry {entry.number}: {entry.action} protocol {entry.protocol}, {ports}, from {entry.cidr}"


def _fenced(entries: tuple[AclEntry, ...]) -> tuple[AclEntry, ...] | None:
    """Return entries that keep the world from the login ports; None where no number is free for a denial.

    An entry for nothing but these ports goes. Before any other that lets the world in, a denial for the port is put.
    """
    left = list(entries)
    for port in _LOGIN_PORTS:
        while _lets_world(left, port):
            widest = max(network.let_through(left, "tcp", port), key=lambda let: share(let[1]))[0]
            if set(range(widest.first, widest.last + 1)) <= set(_LOGIN_PORTS) and widest.first >= 0:
                left.remove(widest)
                continue
            number = _free_before(widest, entries, left)
            if number is None:
                return None
            left.append(
                AclEntry(number=number, action="deny", protocol="6", cidr=widest.cidr, first=port, last=port),
            )
            left.sort()
    return tuple(left)


def _free_before(entry: AclEntry, was: Sequence[AclEntry], now: Sequence[AclEntry]) -> int | None:
    """Return a free number right before an entry, after all that stood before it."""
    before = max((e.number for e in was if e.number < entry.number), default=0)
    taken = {e.number for e in now}
    return next((n for n in range(entry.number - 1, before, -1) if n not in taken), None)


@rule(
    asks="If something happened in this network, would there be no record of who talked to whom?",
    severity=Severity.MEDIUM,
    controls=(
        fsbp("EC2.6"),
        cis_aws("3.7", edition="5.0"),
        cis_aws("4.7"),
        hipaa("164.312(b)"),
        hipaa("164.308(a)(1)(ii)(D)"),
        gdpr("32(1)(d)"),
    ),
    by_hand="aws ec2 create-flow-logs --resource-type VPC --resource-ids VPC --traffic-type ALL "
    "--log-destination-type s3 --log-destination arn:aws:s3:::BUCKET",
    breaks="Nothing. The records cost money by volume; in a bucket less than in CloudWatch.",
)
def flow_logs_off(vpc: Vpc, estate: Estate) -> Answer:
    """Network traffic not recorded.

    Flow logs say which address talked to which, when, and whether it was let through. Without them nobody can tell
    after a break-in what was taken, or whether anything was.
    """
    logs = [log for log in estate.beside(FlowLog, vpc) if log.state == "ACTIVE" and log.traffic != "ACCEPT"]
    own = [log for log in logs if log.of == vpc.vpc_id]
    if any(log.delivered for log in own):
        return Pass("Its traffic is recorded.")
    used = {each.subnet for each in estate.beside(NetworkInterface, vpc) if each.vpc == vpc.vpc_id}
    if not used:
        return Pass("Nothing is in this network.")
    if used <= {log.of for log in logs if log.delivered}:
        return Pass("The traffic of each subnet in use is recorded.")
    if own:
        return Fail("Its traffic is to be recorded, but the records do not arrive.", witness=(own[0].name,))
    return Fail(f"Nothing records the traffic of this network. {len(used)} subnets are in use.")


@rule(
    asks="Does every new server in this part of the network get a public address without anyone asking?",
    severity=Severity.MEDIUM,
    controls=(fsbp("EC2.15"), hipaa("164.312(e)(1)"), gdpr("25(2)")),
    by_hand="aws ec2 modify-subnet-attribute --subnet-id SUBNET --no-map-public-ip-on-launch",
    breaks="Nothing that runs now. New servers that are meant to be public need it said when they are started.",
)
def hands_out_public_addresses(subnet: Subnet, estate: Estate) -> Answer:
    """Subnet hands out public addresses.

    Whatever is started here stands on the internet at once, also what was meant for the inside. Only its firewall group
    is then between it and every scanner.
    """
    if not subnet.public_addresses.value:
        return Pass("A public address is given only where somebody asks for it.")
    mine = subnet.owner == subnet.account
    return Fail(
        f"Every new server in {subnet.name} gets a public address."
        + (" Nothing is in it today." if subnet.empty else ""),
        change(subnet, "public_addresses", False) if mine else None,
        severity=Severity.LOW if subnet.empty else None,
    )


@rule(
    asks="May everything in this network reach everything in the other one it is joined to?",
    severity=Severity.LOW,
    controls=(cis_aws("5.6", edition="5.0"), cis_aws("6.6"), hipaa("164.312(a)(1)")),
    by_hand="In the route table, replace the route by routes to the subnets that are needed: aws ec2 create-route "
    "--route-table-id TABLE --destination-cidr-block RANGE --vpc-peering-connection-id PEERING, then delete-route for "
    "the wide one.",
    breaks="Traffic to the parts of the other network that you leave out.",
)
def peering_route_too_wide(table: RouteTable, estate: Estate) -> Answer:
    """Route to a joined network is wider than needed.

    Joined networks (VPC peering) trust one another as far as the routes go. A route to the whole other network lets an
    intruder go on from one to all of the other.
    """
    routes = [route for route in table.routes if route.kind == "VpcPeeringConnectionId" and route.state == "active"]
    if not routes:
        return Pass("It leads to no joined network.")
    lists = network.prefix_lists(table, estate)
    peerings = {peering.peering_id: peering for peering in estate.beside(PeeringConnection, table)}
    for target in sorted({route.target for route in routes}):
        by_it = [route for route in routes if route.target == target]
        reached = reduce(Addresses.__or__, (_destination(route, lists) for route in by_it))
        if network.covers(reached, _beyond(target, peerings, table)):
            return Fail(
                f"What goes to {by_it[0].destination} by {target} can reach all of the other network.",
                witness=tuple(f"{route.destination} -> {route.target}" for route in by_it),
            )
    return Pass("It leads to parts of joined networks only.")


def _destination(route: Route, lists: Lookup) -> Addresses:
    return lists(route.destination).value if route.destination.startswith("pl-") else cidr(route.destination)


def _beyond(target: str, peerings: Mapping[str, PeeringConnection], table: RouteTable) -> tuple[str, ...]:
    """Return the ranges of the network at the other end. Raises: NotKnown, where AWS does not tell them."""
    source, peering = "ec2:DescribeVpcPeeringConnections", peerings.get(target)
    if peering is None:
        raise NotKnown(source, Unread(Cause.NOT_LOOKED_AT, f"{target} cannot be seen from this account"))
    other = peering.accepter if peering.requester.vpc == table.vpc else peering.requester
    if not other.cidrs:
        raise NotKnown(source, Unread(Cause.UNSUPPORTED, f"AWS does not say which addresses {other.vpc} has"))
    return other.cidrs


@rule(
    asks="Could stolen data leave by this private line into a stranger's storage?",
    severity=Severity.LOW,
    controls=(hipaa("164.312(e)(1)"), gdpr("32(1)(b)")),
    by_hand="aws ec2 modify-vpc-endpoint --vpc-endpoint-id ENDPOINT --policy-document file://policy.json, with a "
    "policy that allows only your own resources (condition aws:ResourceAccount) and the ones of AWS that you need.",
    breaks="What reaches other accounts' resources on purpose, such as the package archives of Amazon Linux, unless "
    "the new policy names them.",
)
def endpoint_open_to_everything(endpoint: VpcEndpoint, estate: Estate) -> Answer:
    """Private line to AWS carries anything.

    A VPC endpoint leads past the firewall and the proxy straight to a service of AWS. Its first policy lets anybody's
    keys reach anybody's resources. An intruder can carry data off into a bucket of his own, unseen.
    """
    policy = endpoint.policy.value
    if policy is None:
        return Pass("This kind of private line has no policy.")
    if not any(_allows_all(statement) for statement in policy.statements):
        return Pass("Its policy says who may reach what.")
    if _denies_some(policy):
        return Pass("Its policy allows everything but for what its denials keep out.")
    store = endpoint.type == "Gateway"
    return Fail(
        f"Its policy lets anybody's keys reach anything in {endpoint.service}.",
        severity=Severity.MEDIUM if store else None,
    )


def _allows_all(statement: Statement) -> bool:
    return (
        statement.effect == "Allow"
        and not statement.conditions
        and Principal("AWS", "*") in statement.principals
        and any(action == "*" or action.endswith(":*") for action in statement.actions)
        and "*" in statement.resources
    )


def _denies_some(policy: Document) -> bool:
    return any(s.effect == "Deny" and (s.conditions or s.not_principals or s.not_resources) for s in policy.statements)


@rule(
    asks="Is there no master switch between this region's networks and the internet?",
    severity=Severity.LOW,
    controls=(fsbp("EC2.172"), gdpr("25(2)")),
    by_hand="aws ec2 modify-vpc-block-public-access-options --region REGION --internet-gateway-block-mode "
    "block-ingress (first make an exclusion for each network that is meant to be public: "
    "create-vpc-block-public-access-exclusion).",
    breaks="Everything that comes in from the internet in this region, but for networks that you except first.",
)
def internet_not_blocked(settings: NetworkSettings, estate: Estate) -> Answer:
    """Nothing blocks the internet as a whole.

    VPC block public access is a master switch over all internet gateways of a region. With it on, and exceptions for
    what is meant to be public, no single mistake in a route or a firewall group puts anything on the internet.
    """
    block = settings.block_public_access.value
    if block.mode != "off":
        return Pass(f"The master switch is on ({block.mode}).")
    doors = [gateway for gateway in estate.beside(InternetGateway, settings) if gateway.vpcs]
    if not doors:
        return Pass("No network of this region has a gateway to the internet.")
    many = "1 network of this region has" if len(doors) == 1 else f"{len(doors)} networks of this region have"
    return Fail(f"{many} a gateway to the internet, and the master switch over them is off.")


ALL = (
    acl_opens_login,
    flow_logs_off,
    hands_out_public_addresses,
    peering_route_too_wide,
    endpoint_open_to_everything,
    internet_not_blocked,
)
