"""What joins networks with each other and with one's own premises: transit gateways, and private lines (VPN)."""

from dataclasses import dataclass
from typing import ClassVar

from orlop.estate.fact import Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class TransitGateway:
    """A hub for networks. `group_references`: whether rules may name security groups of other networks on it.

    Source: https://docs.aws.amazon.com/vpc/latest/tgw/tgw-vpc-attachments.html (security group referencing)
    """

    KIND: ClassVar[str] = "AWS::EC2::TransitGateway"

    id: str
    account: str
    region: str
    name: str
    source: str
    gateway_id: str
    owner: str
    state: str
    group_references: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TransitAttachment:
    """What is joined to a transit gateway (`gateway`): `type` is `vpc`, `vpn`, `direct-connect-gateway`, `peering`...

    `resource` is the id of the network, the VPN, or of the other gateway. `table` is the route table that decides for
    what comes from here, `""` for none. `subnets` are where a network is attached: its other zones are not reached.
    `gateway_owner` is the account that knows the table, `""` where that is not said. `twin` is the id of a peering's
    attachment at the other gateway, `""` where it is the same or not said.
    """

    KIND: ClassVar[str] = "AWS::EC2::TransitGatewayAttachment"

    id: str
    account: str
    region: str
    name: str
    source: str
    attachment_id: str
    gateway: str
    type: str
    resource: str
    state: str
    table: str
    subnets: Fact[tuple[str, ...]]
    group_references: Fact[bool]
    gateway_owner: str = ""
    twin: str = ""


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class TransitRoute:
    """One route of a transit gateway: which addresses go to which attachment (`""`: they are dropped)."""

    destination: str
    attachment: str
    type: str
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TransitTable:
    """One route table of a transit gateway."""

    KIND: ClassVar[str] = "AWS::EC2::TransitGatewayRouteTable"

    id: str
    account: str
    region: str
    name: str
    source: str
    table_id: str
    gateway: str
    routes: Fact[tuple[TransitRoute, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class VpnGateway:
    """A door between a network and one's own premises. `vpcs` are those it is attached to (at most one)."""

    KIND: ClassVar[str] = "AWS::EC2::VPNGateway"

    id: str
    account: str
    region: str
    name: str
    source: str
    gateway_id: str
    vpcs: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class VpnConnection:
    """A tunnel to one's own premises. `gateway` is the VPN gateway or transit gateway; `ranges` are static routes."""

    KIND: ClassVar[str] = "AWS::EC2::VPNConnection"

    id: str
    account: str
    region: str
    name: str
    source: str
    connection_id: str
    gateway: str
    state: str
    ranges: tuple[str, ...]


KINDS = (TransitGateway, TransitAttachment, TransitTable, VpnGateway, VpnConnection)
"""Kinds that stand in the index of all kinds."""
