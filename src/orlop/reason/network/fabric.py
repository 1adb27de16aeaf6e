"""The networks of an estate, ready to be walked: what lies where, which table and which list of rules applies.

Networks that two accounts share are seen from both; what the owner's account says counts. Ids (`subnet-...`) are unique
in all of AWS, so the accounts of one estate are joined by them.

Law: what could not be read raises `NotKnown`; nothing is concluded from its absence.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cached_property
from typing import TypeVar

from orlop.estate.aws.ec2 import Instance
from orlop.estate.aws.security_group import PrefixList, SecurityGroup
from orlop.estate.aws.transit import TransitAttachment, TransitGateway, TransitTable, VpnGateway
from orlop.estate.aws.vpc import (
    Address,
    Exclusion,
    InternetGateway,
    NatGateway,
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
from orlop.estate.estate import Estate
from orlop.estate.fact import Cause, Fact, NotKnown, Unread
from orlop.estate.resource import Resource
from orlop.reason.addresses import Addresses, cidrs
from orlop.reason.network.routes import Lookup, Table

R = TypeVar("R", bound=Resource)

Replaceable = SecurityGroup | NetworkAcl | RouteTable | TransitTable
"""What may change while the rest of an estate stays as it is."""


class Fabric:
    """The networks of one estate."""

    def __init__(self, estate: Estate) -> None:
        """Index them."""
        self.estate = estate
        self.vpcs = self._by(Vpc, "vpc_id")
        self.subnets = self._by(Subnet, "subnet_id")
        self.groups = self._by(SecurityGroup, "group_id")
        self.instances = self._by(Instance, "instance_id")
        self.interfaces = self._of_instances() | self._by(NetworkInterface, "interface_id")
        self.peerings = self._by(PeeringConnection, "peering_id")
        self.endpoints = self._by(VpcEndpoint, "endpoint_id")
        self.lists = self._by(PrefixList, "list_id")
        self.transit_gateways = self._by(TransitGateway, "gateway_id")
        self.nats = self._by(NatGateway, "gateway_id")
        self.attachments = self._attachments()
        self._tables: dict[str, Table] = {}

    def _by(self, kind: type[R], key: str) -> dict[str, R]:
        found: dict[str, R] = {}
        for each in self.estate.each(kind):
            id: str = getattr(each, key)
            if id not in found or getattr(each, "owner", each.account) == each.account:
                found[id] = each
        return found

    def _attachments(self) -> dict[tuple[str, str], TransitAttachment]:
        """By transit gateway and id: both ends of a peering may have one id. Two accounts may know a part each."""
        found: dict[tuple[str, str], TransitAttachment] = {}
        for each in self.estate.each(TransitAttachment):
            key = (each.gateway, each.attachment_id)
            other = found.get(key)
            if other:
                owner, user = (each, other) if each.table else (other, each)
                where = owner.subnets if not owner.subnets.unread and owner.subnets.value else user.subnets
                each = replace(owner, subnets=where)
            found[key] = each
        return found

    def put(self, fresh: Replaceable) -> str:
        """Put a group, an ACL or a table in the place of what was known of it, and return its id."""
        match fresh:
            case SecurityGroup(group_id=id):
                self.groups[id] = fresh
            case NetworkAcl(acl_id=id):
                self.acls[id] = fresh
                vars(self).pop("_acl_of", None)
            case RouteTable(table_id=id):
                self.tables[id] = fresh
                vars(self).pop("_table_of", None)
            case TransitTable(table_id=id):
                self.transit_tables[id] = fresh
        self._tables.pop(id, None)
        return id

    def known(self, fresh: Replaceable) -> Replaceable | None:
        """Return what is known of the same group, ACL or table."""
        match fresh:
            case SecurityGroup(group_id=id):
                return self.groups.get(id)
            case NetworkAcl(acl_id=id):
                return self.acls.get(id)
            case RouteTable(table_id=id):
                return self.tables.get(id)
            case TransitTable(table_id=id):
                return self.transit_tables.get(id)

    def _of_instances(self) -> dict[str, NetworkInterface]:
        """Return what instances tell of their first interface, where interfaces themselves were not looked at."""
        found: dict[str, NetworkInterface] = {}
        for instance in self.instances.values():
            if instance.interfaces and instance.private_addresses and not self._listed(NetworkInterface, instance):
                interface = _told_by(instance)
                found[interface.interface_id] = interface
        return found

    def _listed(self, kind: type[Resource], near: Resource) -> bool:
        try:
            self.estate.beside(kind, near)
        except NotKnown:
            return False
        return True

    @cached_property
    def tables(self) -> dict[str, RouteTable]:
        """The route tables by id."""
        return self._by(RouteTable, "table_id")

    @cached_property
    def _table_of(self) -> dict[str, RouteTable]:
        """By subnet, by gateway, and the main one by network."""
        found: dict[str, RouteTable] = {}
        for table in self.tables.values():
            for id in (*table.subnets, *table.gateways, *((table.vpc,) if table.main else ())):
                found[id] = table
        return found

    @cached_property
    def acls(self) -> dict[str, NetworkAcl]:
        """The network ACLs by id."""
        return self._by(NetworkAcl, "acl_id")

    @cached_property
    def _acl_of(self) -> dict[str, NetworkAcl]:
        acls = self.acls.values()
        found = {acl.vpc: acl for acl in acls if acl.is_default}
        return found | {subnet: acl for acl in acls for subnet in acl.subnets}

    @cached_property
    def _gateways(self) -> dict[str, InternetGateway]:
        return {vpc: gateway for gateway in self.estate.each(InternetGateway) for vpc in gateway.vpcs}

    @cached_property
    def _settings(self) -> dict[tuple[str, str], NetworkSettings]:
        return {(each.account, each.region): each for each in self.estate.each(NetworkSettings)}

    @cached_property
    def members(self) -> dict[str, tuple[NetworkInterface, ...]]:
        """The interfaces that bear each security group."""
        found: dict[str, list[NetworkInterface]] = {}
        for interface in self.interfaces.values():
            for group in interface.groups:
                found.setdefault(group, []).append(interface)
        return {group: tuple(interfaces) for group, interfaces in found.items()}

    @cached_property
    def of_instance(self) -> dict[str, tuple[str, ...]]:
        """The interfaces of each instance, the first one first."""
        found: dict[str, list[NetworkInterface]] = {}
        for interface in self.interfaces.values():
            if interface.instance:
                found.setdefault(interface.instance, []).append(interface)
        return {
            instance: tuple(i.interface_id for i in sorted(own, key=lambda i: (i.device, i.interface_id)))
            for instance, own in found.items()
        }

    @cached_property
    def by_address(self) -> dict[tuple[str, str], NetworkInterface]:
        """The interface that has an address, by network (`""`: a public one) and address."""
        found: dict[tuple[str, str], NetworkInterface] = {}
        for interface in self.interfaces.values():
            for address in interface.addresses:
                found[interface.vpc, address.private] = interface
                if address.public:
                    found["", address.public] = interface
            for address in interface.addresses_v6:
                found[interface.vpc, address] = found["", address] = interface
        return found

    def subnet(self, id: str, near: Resource) -> Subnet:
        """Return a subnet. Raises: NotKnown."""
        return self.subnets.get(id) or self._missing(Subnet, id, near)

    def table(self, subnet: Subnet) -> RouteTable:
        """Return the route table of a subnet: its own, or the network's main one. Raises: NotKnown."""
        own = self._table_of.get(subnet.subnet_id)
        if own is None:
            self._complete(RouteTable, subnet)  # an own one may be among those that could not be read
        return own or self._table_of.get(subnet.vpc) or self._missing(RouteTable, f"of {subnet.vpc}", subnet)

    def edge_table(self, gateway: str, near: Resource) -> RouteTable | None:
        """Return the route table that says where a gateway sends what comes in; None for none. Raises: NotKnown."""
        found = self._table_of.get(gateway)
        if found is None:
            self.estate.beside(RouteTable, near)
        return found

    def acl(self, subnet: Subnet) -> NetworkAcl:
        """Return the network ACL of a subnet. Raises: NotKnown."""
        own = self._acl_of.get(subnet.subnet_id)
        if own is None:
            self._complete(NetworkAcl, subnet)
        return own or self._acl_of.get(subnet.vpc) or self._missing(NetworkAcl, f"of {subnet.subnet_id}", subnet)

    def _complete(self, kind: type[R], subnet: Subnet) -> None:
        """Make sure that all of a kind about a subnet's network were read: its owner knows them. Raises: NotKnown.

        Source: https://docs.aws.amazon.com/vpc/latest/userguide/vpc-sharing.html
        """
        self.estate.beside(kind, subnet)
        if subnet.owner not in ("", subnet.account):
            self.estate.within(kind, subnet.owner, subnet.region)

    def gateway(self, subnet: Subnet) -> InternetGateway | None:
        """Return the internet gateway of a subnet's network; None for none. Raises: NotKnown."""
        found = self._gateways.get(subnet.vpc)
        if found is None:
            self._complete(InternetGateway, subnet)
        return found

    def group(self, id: str) -> SecurityGroup:
        """Return a security group. Raises: NotKnown."""
        found = self.groups.get(id)
        if found is None:
            for wearer in self.members.get(id, ())[:1]:
                self.estate.beside(SecurityGroup, wearer)
            raise _unseen(SecurityGroup, id)
        return found

    def instance(self, id: str, near: Resource) -> Instance | None:
        """Return an instance; None for one that is no more. Raises: NotKnown."""
        found = self.instances.get(id)
        if found is None:
            self.estate.beside(Instance, near)
        return found

    def settings(self, near: Resource) -> NetworkSettings:
        """Return what the region says for all networks of an account: of the owner's. Raises: NotKnown."""
        owner = getattr(near, "owner", "") or near.account
        found = self._settings.get((owner, near.region))
        return found or self._missing(NetworkSettings, f"of {near.region}", near)

    def excluded(self, subnet: Subnet) -> tuple[Exclusion, ...]:
        """Return the exclusions from VPC block public access that hold for a subnet. Raises: NotKnown."""
        spared = self.settings(subnet).exclusions.value
        return tuple(e for e in spared if e.of.rpartition("/")[2] in (subnet.vpc, subnet.subnet_id))

    def compiled(self, table: RouteTable) -> Table:
        """Return a route table ready for looking up."""
        if table.table_id not in self._tables:
            self._tables[table.table_id] = Table(table.routes, self.list_lookup(table))
        return self._tables[table.table_id]

    def compiled_transit(self, table: TransitTable) -> Table:
        """Return a route table of a transit gateway ready for looking up. Raises: NotKnown."""
        if table.table_id not in self._tables:
            routes = (
                Route(
                    destination=r.destination,
                    target=r.attachment,
                    kind="attachment",
                    state=r.state,
                    origin=_ORIGIN.get(r.type, ""),
                )
                for r in table.routes.value
            )
            self._tables[table.table_id] = Table(routes, self.list_lookup(table))
        return self._tables[table.table_id]

    def peering(self, id: str, near: Resource) -> PeeringConnection | None:
        """Return a peering connection; None for one that is no more. Raises: NotKnown."""
        found = self.peerings.get(id)
        if found is None:
            self.estate.beside(PeeringConnection, near)
        return found

    def nat(self, id: str, near: Resource) -> NatGateway | None:
        """Return a NAT gateway; None for one that is no more. Raises: NotKnown."""
        found = self.nats.get(id)
        if found is None:
            self.estate.beside(NatGateway, near)
        return found

    def vpn_gateway(self, id: str, near: Resource) -> VpnGateway | None:
        """Return a VPN gateway; None for one that is no more. Raises: NotKnown."""
        found = next((g for g in self.estate.each(VpnGateway) if g.gateway_id == id), None)
        if found is None:
            self.estate.beside(VpnGateway, near)
        return found

    def compiled_by_id(self, id: str) -> Table:
        """Return a route table by its id, ready for looking up."""
        return self.compiled(self.tables[id])

    def list_lookup(self, near: Resource) -> Lookup:
        """Return how to look up the ranges of the prefix lists that a resource names."""

        def look(id: str) -> Fact[tuple[str, ...]]:
            found = self.lists.get(id)
            if found:
                return found.entries
            try:
                self.estate.beside(PrefixList, near)
            except NotKnown as gap:
                return Fact(gap.unread, gap.source)
            why = f"prefix list {id} cannot be seen from this account"
            return Fact(Unread(Cause.NOT_LOOKED_AT, why), "ec2:DescribeManagedPrefixLists")

        return look

    def addresses_of_list(self, near: Resource) -> Callable[[str], Fact[Addresses]]:
        """Return how to look up the addresses of the prefix lists that a resource names."""
        look = self.list_lookup(near)
        return lambda id: look(id).map(cidrs)

    def transit_table(self, attachment: TransitAttachment) -> TransitTable | None:
        """Return the table of a transit gateway that decides for what comes from an attachment. Raises: NotKnown."""
        tables = self.transit_tables
        if attachment.table and attachment.table in tables:
            return tables[attachment.table]
        if attachment.table:
            return self._missing(TransitTable, attachment.table, attachment)
        if attachment.gateway_owner not in ("", attachment.account):
            raise _unseen(
                TransitTable, f"of {attachment.attachment_id}, which account {attachment.gateway_owner} knows,"
            )
        return None

    @cached_property
    def transit_tables(self) -> dict[str, TransitTable]:
        """The route tables of transit gateways by id."""
        return self._by(TransitTable, "table_id")

    def attached(self, gateway: str, resource: str) -> Iterator[TransitAttachment]:
        """Yield the attachments of a network, a VPN... to a transit gateway."""
        yield from self._attached.get((gateway, resource), ())

    @cached_property
    def _attached(self) -> dict[tuple[str, str], list[TransitAttachment]]:
        found: dict[tuple[str, str], list[TransitAttachment]] = {}
        for each in self.attachments.values():
            found.setdefault((each.gateway, each.resource), []).append(each)
        return found

    def _missing(self, kind: type[R], id: str, near: Resource) -> R:
        """Say why something that must exist is not there. Raises: NotKnown."""
        self.estate.beside(kind, near)
        raise _unseen(kind, id)


def _unseen(kind: type[Resource], id: str) -> NotKnown:
    return NotKnown(kind.KIND, Unread(Cause.NOT_LOOKED_AT, f"{id} was not read in this inspection"))


def _told_by(instance: Instance) -> NetworkInterface:
    public = next((a for a in instance.public_addresses if "." in a), "")
    four = [a for a in instance.private_addresses if "." in a]
    return NetworkInterface(
        id=f"{instance.id}/first-interface",
        account=instance.account,
        region=instance.region,
        name=instance.name,
        source=instance.source,
        interface_id=instance.interfaces[0],
        owner=instance.account,
        vpc=instance.vpc or "",
        subnet=instance.subnet or "",
        zone="",
        type="interface",
        status="in-use",
        managed=False,
        requester="",
        description="",
        instance=instance.instance_id,
        groups=instance.groups,
        addresses=tuple(Address(private=a, public=public if at == 0 else "") for at, a in enumerate(four)),
        addresses_v6=tuple(a for a in instance.public_addresses if ":" in a),
        prefixes=(),
        forwards=instance.forwards,
        internet_denied=False,
    )


_ORIGIN = {"propagated": "EnableVgwRoutePropagation"}
