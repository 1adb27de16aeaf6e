"""Networks (VPCs) and what they are made of, as AWS describes them.

Everything that decides whether a packet arrives is kept: routes with all their targets, network ACL entries in order,
the public address of each private one, states. Ids without ARN (`subnet-...`) are how AWS links these things.
"""

from dataclasses import dataclass
from typing import ClassVar, Literal

from orlop.estate.aws.policy import Document
from orlop.estate.fact import Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class Vpc:
    """One network. `cidrs` are its address ranges, v4 and v6."""

    KIND: ClassVar[str] = "AWS::EC2::VPC"

    id: str
    account: str
    region: str
    name: str
    source: str
    vpc_id: str
    owner: str
    cidrs: tuple[str, ...]
    is_default: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Subnet:
    """One part of a network, in one zone. `owner` differs from `account` where it was shared by another account.

    `public_addresses` says whether what starts here gets a public IPv4 address without asking. `empty` says that no
    IPv4 address of it is taken.
    """

    KIND: ClassVar[str] = "AWS::EC2::Subnet"

    id: str
    account: str
    region: str
    name: str
    source: str
    subnet_id: str
    owner: str
    vpc: str
    zone: str
    cidrs: tuple[str, ...]
    public_addresses: Fact[bool]
    empty: bool


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Address:
    """One private address of an interface, and the public one that AWS translates to it (`""`: none)."""

    private: str
    public: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkInterface:
    """One network interface: what really has addresses and security groups.

    `type` is `interface`, `load_balancer`, `network_load_balancer`, `nat_gateway`, `lambda`, `vpc_endpoint`...;
    `managed` whether a service of AWS made and rules it. `instance` is what it is attached to, `""` where that is no
    instance of yours. `addresses` are IPv4; `prefixes` whole ranges given to it. `forwards`: it takes packets
    that are not for its own addresses. `internet_denied`: VPC block public access or its like shuts it off. `device` 0
    is an instance's first interface.
    """

    KIND: ClassVar[str] = "AWS::EC2::NetworkInterface"

    id: str
    account: str
    region: str
    name: str
    source: str
    interface_id: str
    owner: str
    vpc: str
    subnet: str
    zone: str
    type: str
    status: str
    managed: bool
    requester: str
    description: str
    instance: str
    groups: tuple[str, ...]
    addresses: tuple[Address, ...]
    addresses_v6: tuple[str, ...]
    prefixes: tuple[str, ...]
    forwards: bool
    internet_denied: bool
    device: int = 0


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Route:
    """One route: which addresses go where.

    `destination` is a CIDR or a prefix list's id; `target` an id (`igw-...`, `nat-...`, `pcx-...`, `eni-...`, `local`),
    `kind` which field of AWS's answer named it (`GatewayId`, `NatGatewayId`...). `state` is `active` or `blackhole`,
    `origin` who put it there.
    """

    destination: str
    target: str
    kind: str
    state: str
    origin: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteTable:
    """One route table. `subnets` and `gateways` use it by name, and with `main` every subnet that names none."""

    KIND: ClassVar[str] = "AWS::EC2::RouteTable"

    id: str
    account: str
    region: str
    name: str
    source: str
    table_id: str
    owner: str
    vpc: str
    main: bool
    subnets: tuple[str, ...]
    gateways: tuple[str, ...]
    propagating: tuple[str, ...]
    routes: tuple[Route, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class InternetGateway:
    """A door between a network and the internet. `vpcs` are those it is attached to (at most one)."""

    KIND: ClassVar[str] = "AWS::EC2::InternetGateway"

    id: str
    account: str
    region: str
    name: str
    source: str
    gateway_id: str
    owner: str
    vpcs: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NatGateway:
    """A door that lets out only. `connectivity` is `public` or `private`."""

    KIND: ClassVar[str] = "AWS::EC2::NatGateway"

    id: str
    account: str
    region: str
    name: str
    source: str
    gateway_id: str
    vpc: str
    subnet: str
    state: str
    connectivity: str
    addresses: tuple[Address, ...]
    interfaces: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class AclEntry:
    """One entry of a network ACL. They are tried by `number`; the first that matches decides.

    `protocol` is a number as text, `-1` for all; `first` and `last` are ports, for ICMP type and code, -1 for all.

    Source: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_NetworkAclEntry.html
    """

    number: int
    action: Literal["allow", "deny"]
    protocol: str
    cidr: str
    first: int = -1
    last: int = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkAcl:
    """One network ACL: what may cross the border of its `subnets`. Entries are sorted by number.

    The last entry, 32767 (v6: 32768), denies the rest; it cannot be changed.
    """

    KIND: ClassVar[str] = "AWS::EC2::NetworkAcl"

    id: str
    account: str
    region: str
    name: str
    source: str
    acl_id: str
    owner: str
    vpc: str
    is_default: bool
    subnets: tuple[str, ...]
    inbound: tuple[AclEntry, ...]
    outbound: tuple[AclEntry, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class VpcEndpoint:
    """A private way from a network to a service of AWS. `type` is `Gateway`, `Interface`, `GatewayLoadBalancer`...

    `policy` is None where this type has none.
    """

    KIND: ClassVar[str] = "AWS::EC2::VPCEndpoint"

    id: str
    account: str
    region: str
    name: str
    source: str
    endpoint_id: str
    owner: str
    vpc: str
    type: str
    service: str
    state: str
    tables: tuple[str, ...]
    subnets: tuple[str, ...]
    groups: tuple[str, ...]
    interfaces: tuple[str, ...]
    policy: Fact[Document | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class PeerVpc:
    """One end of a peering connection."""

    vpc: str
    account: str
    region: str
    cidrs: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PeeringConnection:
    """A direct way between two networks, open while `state` is `active`."""

    KIND: ClassVar[str] = "AWS::EC2::VPCPeeringConnection"

    id: str
    account: str
    region: str
    name: str
    source: str
    peering_id: str
    state: str
    requester: PeerVpc
    accepter: PeerVpc


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowLog:
    """A record of the traffic of a network, a subnet or an interface (`of`: its id).

    `traffic` is `ALL`, `ACCEPT` or `REJECT`; `delivered` whether the records arrive where they are kept.
    """

    KIND: ClassVar[str] = "AWS::EC2::FlowLog"

    id: str
    account: str
    region: str
    name: str
    source: str
    log_id: str
    of: str
    traffic: str
    state: str
    delivered: bool
    destination: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockPublicAccess:
    """VPC block public access: the master switch over all internet gateways of a region.

    `mode` is `off`, `block-ingress` or `block-bidirectional`; `managed_by` is `account` or `declarative-policy`.

    Source: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_VpcBlockPublicAccessOptions.html
    """

    mode: str
    managed_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Exclusion:
    """A network or subnet (`of`: its ARN) that the master switch spares.

    `mode` is `allow-bidirectional` or `allow-egress`.
    """

    of: str
    mode: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkSettings:
    """What one region says for all of its networks. One a region."""

    KIND: ClassVar[str] = "Orlop::EC2::NetworkSettings"

    id: str
    account: str
    region: str
    name: str
    source: str
    block_public_access: Fact[BlockPublicAccess]
    exclusions: Fact[tuple[Exclusion, ...]]


KINDS = (
    Vpc,
    Subnet,
    NetworkInterface,
    RouteTable,
    InternetGateway,
    NatGateway,
    NetworkAcl,
    VpcEndpoint,
    PeeringConnection,
    FlowLog,
    NetworkSettings,
)
