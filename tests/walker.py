"""A second opinion: one packet and its answer, walked through a cloud as AWS's answers tell it.

Written apart from Orlop's reasoning, on the raw answers, packet by packet, after AWS's guides:

- routes, security groups, network ACLs: https://docs.aws.amazon.com/vpc/latest/userguide/
- load balancers: https://docs.aws.amazon.com/elasticloadbalancing/latest/ (a new connection to the target; a network
  load balancer may leave the client's address on it, and then the answers go back by the load balancer)
- transit gateways: https://docs.aws.amazon.com/vpc/latest/tgw/how-transit-gateways-work.html, .../tgw-nacls.html
"""

import ipaddress
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from tests.clouds import Cloud

Answer = dict[str, Any]
NOBODY = (
    "0.0.0.0/8",
    "10.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.168.0.0/16",
)
CLIENT_PORTS = (1, 22, 443, 1023, 1024, 5432, 5433, 32767, 32768, 60999, 65535)
"""Ports from which a client may call, so that answers go to them."""


def inside(range_: str, address: str) -> bool:
    net, ip = ipaddress.ip_network(range_), ipaddress.ip_address(address)
    return net.version == ip.version and ip in net


@dataclass(frozen=True)
class End:
    """Where a connection starts or ends. Without groups nothing is kept in or out."""

    address: str
    subnet: str
    groups: tuple[str, ...]


@dataclass(frozen=True)
class Packet:
    source: str
    goal: str
    protocol: str
    port: int

    def answer(self, port: int) -> "Packet":
        return Packet(self.goal, self.source, self.protocol, port)


@dataclass(frozen=True)
class Passage:
    """From a listener of a load balancer to a target, whose port it is. `zone` is the target's, if only that counts."""

    front: str
    listens: int
    keeps: bool
    zone: str | None


class Walker:
    """Walks packets through one cloud."""

    def __init__(self, cloud: Cloud) -> None:
        held = cloud.answers
        self.subnets = {s["SubnetId"]: s for s in held["Subnets"]}
        self.interfaces = {i["NetworkInterfaceId"]: i for i in held["NetworkInterfaces"]}
        self.groups = {g["GroupId"]: g for g in held["SecurityGroups"]}
        self.tables, self.acls = held["RouteTables"], held["NetworkAcls"]
        self.gateways, self.peerings = held["InternetGateways"], held["VpcPeeringConnections"]
        self.running = {
            i["InstanceId"] for r in held["Reservations"] for i in r["Instances"] if i["State"]["Name"] == "running"
        }
        self.hubs = {g["TransitGatewayId"]: g for g in held["TransitGateways"]}
        self.attachments = {a["TransitGatewayAttachmentId"]: a for a in held["TransitGatewayAttachments"]}
        self.attached = {a["TransitGatewayAttachmentId"]: a for a in held["TransitGatewayVpcAttachments"]}
        self.balancers = {b["LoadBalancerArn"]: b for b in held["LoadBalancers"]}
        self.target_groups = {g["TargetGroupArn"]: g for g in held["TargetGroups"]}
        self.listeners = [each for more in cloud.more for each in more.get("Listeners", ())]
        self.health = {
            m["TargetGroupArn"]: m["TargetHealthDescriptions"] for m in cloud.more if "TargetHealthDescriptions" in m
        }
        self.hub_routes = {
            m["TransitGatewayRouteTableId"]: m["Routes"] for m in cloud.more if "TransitGatewayRouteTableId" in m
        }
        self.attributes = {
            m.get("TargetGroupArn") or m["LoadBalancerArn"]: {a["Key"]: a["Value"] for a in m["Attributes"]}
            for m in cloud.more
            if "Attributes" in m
        }

    # The questions

    def from_internet(self, eni: str, sender: str, protocol: str, port: int) -> bool:
        """Whether a stranger's packet gets to a port of an interface, itself or through a load balancer."""
        if self._is_up(eni) and self._straight_in(eni, sender, protocol, port):
            return True
        return self._by_fronts(eni, sender, protocol, port, self._straight_in)

    def between(self, one: str, other: str, protocol: str, port: int, *, six: bool = False) -> bool:
        """Whether a packet from one interface gets to a port of another, itself or through a load balancer."""
        start = self._end(one, six=six)

        def calls(eni: str, _: str, protocol: str, port: int) -> bool:
            end = self._end(eni, six=six)
            return bool(start.address and end.address) and self._connects(start, end, protocol, port)

        if self._is_up(other) and calls(other, start.address, protocol, port):
            return True
        return self._by_fronts(other, start.address, protocol, port, calls)

    # From the internet

    def _straight_in(self, eni: str, sender: str, protocol: str, port: int) -> bool:
        place, end = self.interfaces[eni], self._end(eni, six=":" in sender)
        public = end.address if ":" in sender else place["PrivateIpAddresses"][0].get("Association", {}).get("PublicIp")
        if not public or any(inside(range_, sender) for range_ in NOBODY):
            return False
        gateways = [
            g["InternetGatewayId"] for g in self.gateways for a in g["Attachments"] if a["VpcId"] == place["VpcId"]
        ]
        packet = Packet(sender, end.address, protocol, port)
        return (
            self._enters(packet, end.subnet)
            and self._admitted(packet, end, ())
            and self._route(end.subnet, sender) in gateways
            and any(self._leaves(packet.answer(port), end.subnet) for port in CLIENT_PORTS)
        )

    # Between private addresses

    def _connects(self, start: End, end: End, protocol: str, port: int) -> bool:
        """Whether a connection comes about: the packet arrives and is let in, and an answer to some port comes back."""
        packet = Packet(start.address, end.address, protocol, port)
        road = self._carried(packet, start.subnet, end.subnet)
        if road is None or not self._let_out(packet, start, end.groups if road in ("local", "peering") else ()):
            return False
        if not self._admitted(packet, end, start.groups if road != "hub" else ()):
            return False
        answers = (packet.answer(port) for port in CLIENT_PORTS)
        return any(self._carried(answer, end.subnet, start.subnet) is not None for answer in answers)

    def _carried(self, packet: Packet, here: str, there: str) -> str | None:
        """By which kind of road a packet gets from subnet to subnet, past all network ACLs; None: not at all."""
        if here == there:
            return "local"
        if not self._leaves(packet, here):
            return None
        target, vpc = self._route(here, packet.goal) or "", self._vpc(there)
        if target == "local" and self._vpc(here) == vpc:
            return "local" if self._enters(packet, there) else None
        if target.startswith("pcx-") and self._are_peers(target, self._vpc(here), vpc):
            return "peering" if self._enters(packet, there) else None
        if target.startswith("tgw-"):
            return self._over_hub(packet, target, here, there)
        return None

    def _are_peers(self, id: str, one: str, other: str) -> bool:
        peering = next((p for p in self.peerings if p["VpcPeeringConnectionId"] == id), None)
        if peering is None or peering["Status"]["Code"] != "active":
            return False
        return {peering["RequesterVpcInfo"]["VpcId"], peering["AccepterVpcInfo"]["VpcId"]} == {one, other}

    def _over_hub(self, packet: Packet, hub: str, here: str, there: str) -> str | None:
        """A packet enters a transit gateway in its own zone, and leaves it in the same zone if it can."""
        zone = self.subnets[here]["AvailabilityZone"]
        into = self._attachment(hub, self._vpc(here))
        door = self._door(into, zone) if into else None
        if not into or not door or not self._enters(packet, door):
            return None
        out = self._hub_route(into, packet.goal)
        if not out or self.attachments[out]["ResourceId"] != self._vpc(there):
            return None
        exit = self._door(out, zone) or self.attached[out]["SubnetIds"][0]
        if exit != there and not (self._leaves(packet, exit) and self._enters(packet, there)):
            return None
        options = [self.hubs[hub]["Options"], self.attached[into]["Options"], self.attached[out]["Options"]]
        return (
            "hub with groups" if all(o.get("SecurityGroupReferencingSupport") == "enable" for o in options) else "hub"
        )

    def _attachment(self, hub: str, vpc: str) -> str | None:
        return next(
            (id for id, a in self.attachments.items() if (a["TransitGatewayId"], a["ResourceId"]) == (hub, vpc)), None
        )

    def _door(self, attachment: str, zone: str) -> str | None:
        own = self.attached[attachment]["SubnetIds"]
        return next((id for id in own if self.subnets[id]["AvailabilityZone"] == zone), None)

    def _hub_route(self, attachment: str, goal: str) -> str | None:
        routes = self.hub_routes.get(
            self.attachments[attachment].get("Association", {}).get("TransitGatewayRouteTableId")
        )
        fitting = [r for r in routes or () if inside(r["DestinationCidrBlock"], goal)]
        best = max(fitting, key=lambda r: int(r["DestinationCidrBlock"].split("/")[1]), default=None)
        if best is None or best["State"] == "blackhole":
            return None
        return best["TransitGatewayAttachments"][0]["TransitGatewayAttachmentId"]

    # Through load balancers

    def _by_fronts(
        self, eni: str, client: str, protocol: str, port: int, calls: Callable[[str, str, str, int], bool]
    ) -> bool:
        """Whether some load balancer takes the client's packet, and passes on what it carries to this port."""
        if not self._is_up(eni):
            return False
        return any(
            calls(node, client, protocol, passage.listens)
            and self._passed_on(node, eni, client, protocol, port, passage)
            for passage in self._passages(eni, protocol, port)
            for node in self._nodes(passage)
        )

    def _passed_on(self, node: str, eni: str, client: str, protocol: str, port: int, passage: Passage) -> bool:
        start, end = self._end(node), self._end(eni)
        if not passage.keeps:
            return self._connects(start, end, protocol, port)
        # The target sees the client: its groups must let in him, or the load balancer's group. Only what leads from the
        # load balancer to the target goes by routes; the answers go back by the load balancer.
        packet = Packet(client, end.address, protocol, port)
        if not self._let_out(packet, start, end.groups) or not self._admitted(packet, end, start.groups):
            return False
        if start.subnet == end.subnet:
            return True
        on_its_way = self._carried(replace(packet, source=client), start.subnet, end.subnet) is not None
        return on_its_way and any(self._leaves(packet.answer(port), end.subnet) for port in CLIENT_PORTS)

    def _passages(self, eni: str, protocol: str, port: int) -> Iterator[Passage]:
        place = self.interfaces[eni]
        names = {place["PrivateIpAddress"], place["Attachment"].get("InstanceId")}
        zone = self.subnets[place["SubnetId"]]["AvailabilityZone"]
        for listener in self.listeners:
            balancer = self.balancers[listener["LoadBalancerArn"]]
            spoken = {"UDP": ("udp",), "TCP_UDP": ("tcp", "udp")}.get(listener["Protocol"], ("tcp",))
            for arn in (a["TargetGroupArn"] for a in listener["DefaultActions"] if a["Type"] == "forward"):
                for said in self.health[arn] if protocol in spoken else ():
                    target, used = said["Target"], said["TargetHealth"]["State"] != "unused"
                    if used and target["Id"] in names and target["Port"] == port:
                        anywhere = target.get("AvailabilityZone") == "all" or self._crosses_zones(balancer, arn)
                        keeps = balancer["Type"] == "network" and self._keeps_client(self.target_groups[arn])
                        front = balancer["LoadBalancerArn"]
                        yield Passage(front, listener["Port"], keeps, None if anywhere else zone)

    def _crosses_zones(self, balancer: Answer, group: str) -> bool:
        """As the target group says, else as the load balancer does: application ones do, network ones do if told to."""
        key = "load_balancing.cross_zone.enabled"
        said = self.attributes.get(group, {}).get(key, "use_load_balancer_configuration")
        if said in ("true", "false"):
            return said == "true"
        return balancer["Type"] == "application" or self.attributes[balancer["LoadBalancerArn"]].get(key) == "true"

    def _keeps_client(self, group: Answer) -> bool:
        if group["Protocol"] in ("UDP", "TCP_UDP"):
            return True  # and it cannot be switched off
        said = self.attributes[group["TargetGroupArn"]].get("preserve_client_ip.enabled")
        return said == "true" if said else group["TargetType"] == "instance"

    def _nodes(self, passage: Passage) -> Iterator[str]:
        mark = f"ELB {passage.front.partition(':loadbalancer/')[2]}"
        for id, place in self.interfaces.items():
            if place["Description"] == mark and passage.zone in (None, place["AvailabilityZone"]):
                yield id

    # What each thing says

    def _end(self, eni: str, *, six: bool = False) -> End:
        place = self.interfaces[eni]
        address = next((a["Ipv6Address"] for a in place["Ipv6Addresses"]), "") if six else place["PrivateIpAddress"]
        return End(address, place["SubnetId"], tuple(g["GroupId"] for g in place["Groups"]))

    def _vpc(self, subnet: str) -> str:
        return self.subnets[subnet]["VpcId"]

    def _is_up(self, eni: str) -> bool:
        return self.interfaces[eni]["Attachment"].get("InstanceId") in self.running

    def _route(self, subnet: str, goal: str) -> str | None:
        own = [t for t in self.tables for a in t["Associations"] if a.get("SubnetId") == subnet]
        main = [t for t in self.tables for a in t["Associations"] if a.get("Main") and t["VpcId"] == self._vpc(subnet)]
        best: tuple[int, str | None] = (-1, None)
        for route in (own or main)[0]["Routes"]:
            cidr = route.get("DestinationCidrBlock") or route["DestinationIpv6CidrBlock"]
            length = int(cidr.split("/")[1])
            if inside(cidr, goal) and length > best[0]:
                named = [v for k, v in route.items() if k.endswith("Id")]
                best = (length, None if route["State"] == "blackhole" else named[0])
        return best[1]

    def _enters(self, packet: Packet, subnet: str) -> bool:
        return self._acl(subnet, packet, packet.source, egress=False)

    def _leaves(self, packet: Packet, subnet: str) -> bool:
        return self._acl(subnet, packet, packet.goal, egress=True)

    def _acl(self, subnet: str, packet: Packet, other: str, *, egress: bool) -> bool:
        own = [a for a in self.acls for s in a["Associations"] if s["SubnetId"] == subnet]
        acl = (own or [a for a in self.acls if a["IsDefault"] and a["VpcId"] == self._vpc(subnet)])[0]
        for entry in sorted(acl["Entries"], key=lambda e: e["RuleNumber"]):
            cidr = entry.get("CidrBlock") or entry["Ipv6CidrBlock"]
            if entry["Egress"] != egress or not inside(cidr, other):
                continue
            if entry["Protocol"] not in ("-1", {"tcp": "6", "udp": "17"}[packet.protocol]):
                continue
            ports = entry.get("PortRange")
            if ports and entry["Protocol"] != "-1" and not ports["From"] <= packet.port <= ports["To"]:
                continue
            return entry["RuleAction"] == "allow"
        return False

    def _let_out(self, packet: Packet, start: End, named: tuple[str, ...]) -> bool:
        return not start.groups or self._by_rules("IpPermissionsEgress", packet, packet.goal, start.groups, named)

    def _admitted(self, packet: Packet, end: End, named: tuple[str, ...]) -> bool:
        return not end.groups or self._by_rules("IpPermissions", packet, packet.source, end.groups, named)

    def _by_rules(self, kind: str, packet: Packet, other: str, groups: tuple[str, ...], named: tuple[str, ...]) -> bool:
        """Whether any rule of some groups allows it; `named` are the other end's groups, where naming them counts."""
        return any(fits(rule, packet, other, named) for id in groups for rule in self.groups[id][kind])


def fits(rule: Answer, packet: Packet, other: str, named: tuple[str, ...]) -> bool:
    """Whether a rule of a security group is about a packet from (or to) another, who wears the named groups."""
    if rule["IpProtocol"] not in ("-1", packet.protocol):
        return False
    if rule["IpProtocol"] != "-1" and not rule["FromPort"] <= packet.port <= rule["ToPort"]:
        return False
    ranges = [r["CidrIp"] for r in rule.get("IpRanges", [])] + [r["CidrIpv6"] for r in rule.get("Ipv6Ranges", [])]
    pairs = [pair["GroupId"] for pair in rule.get("UserIdGroupPairs", [])]
    return any(inside(range_, other) for range_ in ranges) or any(id in named for id in pairs)
