"""Reads transit gateways, their attachments and tables, and private lines (VPN)."""

from collections.abc import Iterator

from orlop.collect.aws.calls import Answer
from orlop.collect.aws.collector import Later, Reader, collector
from orlop.collect.aws.ec2 import name_of
from orlop.estate.aws.transit import (
    TransitAttachment,
    TransitGateway,
    TransitRoute,
    TransitTable,
    VpnConnection,
    VpnGateway,
)
from orlop.estate.fact import Fact

_GONE = ("deleted", "deleting", "failed", "rejected")


@collector(TransitGateway, service="ec2", calls=("DescribeTransitGateways",))
def gateways(aws: Reader) -> Iterator[Later[TransitGateway]]:
    """List the transit gateways that this account owns or was let in to."""
    for page in aws.pages("DescribeTransitGateways"):
        for item in page["TransitGateways"]:
            gateway = _gateway(aws, item)
            if item.get("State") not in _GONE and aws.wants(gateway.id):
                yield lambda gateway=gateway: gateway


def _gateway(aws: Reader, item: Answer) -> TransitGateway:
    id, owner = item["TransitGatewayId"], item.get("OwnerId", aws.account)
    options: Answer = item.get("Options") or {}
    return TransitGateway(
        id=item.get("TransitGatewayArn") or aws.arn(f"transit-gateway/{id}", account=owner),
        account=aws.account,
        region=aws.region,
        name=name_of(item, id),
        source="ec2:DescribeTransitGateways",
        gateway_id=id,
        owner=owner,
        state=item.get("State", "available"),
        group_references=options.get("SecurityGroupReferencingSupport") == "enable",
    )


_NETWORKS = "ec2:DescribeTransitGatewayVpcAttachments"
_PEERINGS = "ec2:DescribeTransitGatewayPeeringAttachments"


@collector(
    TransitAttachment,
    service="ec2",
    calls=(
        "DescribeTransitGatewayAttachments",
        "DescribeTransitGatewayVpcAttachments",
        "DescribeTransitGatewayPeeringAttachments",
    ),
)
def attachments(aws: Reader) -> Iterator[Later[TransitAttachment]]:
    """List what is attached to transit gateways; AWS is asked once for the subnets of networks, once for peerings."""
    networks: Later[Fact[dict[str, Answer]]] | None = None
    twins: Later[Fact[dict[str, str]]] | None = None
    for page in aws.pages("DescribeTransitGatewayAttachments"):
        for item in page["TransitGatewayAttachments"]:
            if networks is None:
                networks = aws.later(_NETWORKS, lambda: _networks(aws))
            if item.get("ResourceType") == "peering" and twins is None:
                twins = aws.later(_PEERINGS, lambda: _twins(aws))
            if item.get("State") not in _GONE:
                yield _attachment(aws, item, networks, twins)


def _networks(aws: Reader) -> dict[str, Answer]:
    found = aws.call("DescribeTransitGatewayVpcAttachments")["TransitGatewayVpcAttachments"]
    return {item["TransitGatewayAttachmentId"]: item for item in found}


def _twins(aws: Reader) -> dict[str, str]:
    """Return what the other ends of peerings are called, where they have a name of their own."""
    found = aws.call("DescribeTransitGatewayPeeringAttachments")["TransitGatewayPeeringAttachments"]
    pairs = [
        (item["TransitGatewayAttachmentId"], item["AccepterTransitGatewayAttachmentId"])
        for item in found
        if item.get("AccepterTransitGatewayAttachmentId")
    ]
    return dict(pairs) | {other: one for one, other in pairs}


def _attachment(
    aws: Reader,
    item: Answer,
    networks: Later[Fact[dict[str, Answer]]],
    twins: Later[Fact[dict[str, str]]] | None,
) -> Later[TransitAttachment]:
    id, kind = item["TransitGatewayAttachmentId"], item.get("ResourceType", "")
    link: Answer = item.get("Association") or {}

    def subnets() -> Fact[tuple[str, ...]]:
        if kind != "vpc":
            return Fact((), "ec2:DescribeTransitGatewayAttachments")
        return networks().map(lambda known: tuple(sorted(known[id]["SubnetIds"])) if id in known else ())

    def references() -> Fact[bool]:
        if kind != "vpc":
            return Fact(False, "ec2:DescribeTransitGatewayAttachments")
        return networks().map(lambda known: _on(known.get(id, {}), "SecurityGroupReferencingSupport"))

    def twin() -> str:
        known = twins() if twins else None
        return "" if known is None or known.unread else known.value.get(id, "")

    return lambda: TransitAttachment(
        id=aws.arn(f"transit-gateway-attachment/{id}"),
        account=aws.account,
        region=aws.region,
        name=name_of(item, id),
        source="ec2:DescribeTransitGatewayAttachments",
        attachment_id=id,
        gateway=item["TransitGatewayId"],
        type=kind,
        resource=item.get("ResourceId", ""),
        state=item.get("State", "available"),
        table=link.get("TransitGatewayRouteTableId", "") if link.get("State", "associated") == "associated" else "",
        subnets=subnets(),
        group_references=references(),
        gateway_owner=item.get("TransitGatewayOwnerId", ""),
        twin=twin(),
    )


def _on(item: Answer, option: str) -> bool:
    options: Answer = item.get("Options") or {}
    return options.get(option) == "enable"


@collector(TransitTable, service="ec2", calls=("DescribeTransitGatewayRouteTables", "SearchTransitGatewayRoutes"))
def tables(aws: Reader) -> Iterator[Later[TransitTable]]:
    """List the route tables of transit gateways; each is asked for its routes."""
    for page in aws.pages("DescribeTransitGatewayRouteTables"):
        for item in page["TransitGatewayRouteTables"]:
            if item.get("State") not in _GONE:
                yield _table(aws, item)


def _table(aws: Reader, item: Answer) -> Later[TransitTable]:
    id = item["TransitGatewayRouteTableId"]

    def read() -> tuple[TransitRoute, ...]:
        wanted = [{"Name": "state", "Values": ["active", "blackhole"]}]
        said = aws.call("SearchTransitGatewayRoutes", TransitGatewayRouteTableId=id, Filters=wanted)
        return tuple(sorted(_route(route) for route in said["Routes"]))

    routes = aws.later("ec2:SearchTransitGatewayRoutes", read)
    return lambda: TransitTable(
        id=aws.arn(f"transit-gateway-route-table/{id}"),
        account=aws.account,
        region=aws.region,
        name=name_of(item, id),
        source="ec2:DescribeTransitGatewayRouteTables",
        table_id=id,
        gateway=item.get("TransitGatewayId", ""),
        routes=routes(),
    )


def _route(item: Answer) -> TransitRoute:
    to: list[Answer] = item.get("TransitGatewayAttachments") or [{}]
    return TransitRoute(
        destination=item.get("DestinationCidrBlock") or item["PrefixListId"],
        attachment=to[0].get("TransitGatewayAttachmentId", ""),
        type=item.get("Type", "static"),
        state=item.get("State", "active"),
    )


@collector(VpnGateway, service="ec2", calls=("DescribeVpnGateways",))
def vpn_gateways(aws: Reader) -> Iterator[Later[VpnGateway]]:
    """List the doors to one's own premises."""
    for page in aws.pages("DescribeVpnGateways"):
        for item in page["VpnGateways"]:
            if item.get("State") not in _GONE:
                yield _vpn_gateway(aws, item)


def _vpn_gateway(aws: Reader, item: Answer) -> Later[VpnGateway]:
    id = item["VpnGatewayId"]
    attached = [part for part in item.get("VpcAttachments", ()) if part.get("State") in ("attached", "available")]
    return lambda: VpnGateway(
        id=aws.arn(f"vpn-gateway/{id}"),
        account=aws.account,
        region=aws.region,
        name=name_of(item, id),
        source="ec2:DescribeVpnGateways",
        gateway_id=id,
        vpcs=tuple(sorted(part["VpcId"] for part in attached)),
    )


@collector(VpnConnection, service="ec2", calls=("DescribeVpnConnections",))
def vpn_connections(aws: Reader) -> Iterator[Later[VpnConnection]]:
    """List the tunnels to one's own premises."""
    for page in aws.pages("DescribeVpnConnections"):
        for item in page["VpnConnections"]:
            if item.get("State") not in _GONE:
                yield _vpn_connection(aws, item)


def _vpn_connection(aws: Reader, item: Answer) -> Later[VpnConnection]:
    id = item["VpnConnectionId"]
    return lambda: VpnConnection(
        id=aws.arn(f"vpn-connection/{id}"),
        account=aws.account,
        region=aws.region,
        name=name_of(item, id),
        source="ec2:DescribeVpnConnections",
        connection_id=id,
        gateway=item.get("VpnGatewayId") or item.get("TransitGatewayId") or "",
        state=item.get("State", ""),
        ranges=tuple(
            sorted(r["DestinationCidrBlock"] for r in item.get("Routes", ()) if r.get("DestinationCidrBlock"))
        ),
    )


ALL = (gateways, attachments, tables, vpn_gateways, vpn_connections)
