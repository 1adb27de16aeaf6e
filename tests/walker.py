"""A second opinion: one packet and its answer, walked through a cloud as AWS's answers tell it.

Written apart from Orlop's reasoning, on the raw answers, packet by packet, so that the two can be compared.
"""

import ipaddress
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


def inside(range_: str, address: str) -> bool:
    net, ip = ipaddress.ip_network(range_), ipaddress.ip_address(address)
    return net.version == ip.version and ip in net


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

    def from_internet(self, eni: str, sender: str, protocol: str, port: int) -> bool:
        """Whether a stranger's packet arrives at an interface, and its answer at the stranger."""
        place = self.interfaces[eni]
        subnet = self.subnets[place["SubnetId"]]
        address = self._public(place, sender)
        if address is None or any(inside(r, sender) for r in NOBODY if ":" not in sender) or not self._up(place):
            return False
        gateway = [
            g["InternetGatewayId"] for g in self.gateways for a in g["Attachments"] if a["VpcId"] == place["VpcId"]
        ]
        if not gateway or not self._acl(subnet, sender, protocol, port, egress=False):
            return False
        if not self._groups(place, sender, protocol, port, sender_groups=(), egress=False):
            return False
        if self._target(subnet, sender) != gateway[0]:
            return False
        return self._answers(subnet, sender, protocol, egress=True)

    def between(self, one: str, other: str, protocol: str, port: int) -> bool:
        """Whether a packet from one interface arrives at another by their private addresses, and its answer."""
        a, b = self.interfaces[one], self.interfaces[other]
        source, goal = a["PrivateIpAddress"], b["PrivateIpAddress"]
        here, there = self.subnets[a["SubnetId"]], self.subnets[b["SubnetId"]]
        if not self._up(b):
            return False
        if not self._joined(here, there, goal) or not self._joined(there, here, source):
            return False
        own, others = [g["GroupId"] for g in a["Groups"]], [g["GroupId"] for g in b["Groups"]]
        if not self._groups(a, goal, protocol, port, sender_groups=others, egress=True):
            return False
        if not self._groups(b, source, protocol, port, sender_groups=own, egress=False):
            return False
        if here["SubnetId"] == there["SubnetId"]:
            return True
        return (
            self._acl(here, goal, protocol, port, egress=True)
            and self._acl(there, source, protocol, port, egress=False)
            and self._answers(there, source, protocol, egress=True)
            and self._answers(here, goal, protocol, egress=False)
        )

    def _joined(self, here: Answer, there: Answer, goal: str) -> bool:
        if here["SubnetId"] == there["SubnetId"]:
            return True
        target = self._target(here, goal)
        if target == "local":
            return here["VpcId"] == there["VpcId"]
        for peering in self.peerings:
            if peering["VpcPeeringConnectionId"] == target and peering["Status"]["Code"] == "active":
                ends = {peering["RequesterVpcInfo"]["VpcId"], peering["AccepterVpcInfo"]["VpcId"]}
                return ends == {here["VpcId"], there["VpcId"]}
        return False

    def _target(self, subnet: Answer, goal: str) -> str | None:
        own = [t for t in self.tables for a in t["Associations"] if a.get("SubnetId") == subnet["SubnetId"]]
        main = [t for t in self.tables for a in t["Associations"] if a.get("Main") and t["VpcId"] == subnet["VpcId"]]
        table = (own or main)[0]
        best: tuple[int, str | None] = (-1, None)
        for route in table["Routes"]:
            cidr = route.get("DestinationCidrBlock") or route["DestinationIpv6CidrBlock"]
            length = int(cidr.split("/")[1])
            if inside(cidr, goal) and length > best[0]:
                named = [v for k, v in route.items() if k.endswith("Id")]
                best = (length, None if route["State"] == "blackhole" else named[0])
        return best[1]

    def _up(self, place: Answer) -> bool:
        return place["Attachment"].get("InstanceId") in self.running

    @staticmethod
    def _public(place: Answer, sender: str) -> str | None:
        if ":" in sender:
            return next((a["Ipv6Address"] for a in place["Ipv6Addresses"]), None)
        return place["PrivateIpAddresses"][0].get("Association", {}).get("PublicIp")

    def _acl(self, subnet: Answer, other: str, protocol: str, port: int, *, egress: bool) -> bool:
        own = [a for a in self.acls for s in a["Associations"] if s["SubnetId"] == subnet["SubnetId"]]
        acl = (own or [a for a in self.acls if a["IsDefault"] and a["VpcId"] == subnet["VpcId"]])[0]
        for entry in sorted(acl["Entries"], key=lambda e: e["RuleNumber"]):
            cidr = entry.get("CidrBlock") or entry["Ipv6CidrBlock"]
            if entry["Egress"] != egress or not inside(cidr, other):
                continue
            if entry["Protocol"] not in ("-1", {"tcp": "6", "udp": "17"}[protocol]):
                continue
            ports = entry.get("PortRange")
            if ports and entry["Protocol"] != "-1" and not ports["From"] <= port <= ports["To"]:
                continue
            return entry["RuleAction"] == "allow"
        return False

    def _answers(self, subnet: Answer, other: str, protocol: str, *, egress: bool) -> bool:
        """Whether an answer passes, to some port from which the other may have called."""
        tried = {1, 1023, 1024, 32767, 32768, 60999, 65535, 443, 22, 5432, 5433}
        return any(self._acl(subnet, other, protocol, port, egress=egress) for port in tried)

    def _groups(
        self, place: Answer, other: str, protocol: str, port: int, *, sender_groups: list[str] | tuple[()], egress: bool
    ) -> bool:
        for worn in place["Groups"]:
            group = self.groups[worn["GroupId"]]
            for rule in group["IpPermissionsEgress" if egress else "IpPermissions"]:
                if rule["IpProtocol"] not in ("-1", protocol):
                    continue
                if rule["IpProtocol"] != "-1" and not rule["FromPort"] <= port <= rule["ToPort"]:
                    continue
                ranges = [r["CidrIp"] for r in rule.get("IpRanges", [])] + [
                    r["CidrIpv6"] for r in rule.get("Ipv6Ranges", [])
                ]
                named = [pair["GroupId"] for pair in rule.get("UserIdGroupPairs", [])]
                if any(inside(r, other) for r in ranges) or any(id in sender_groups for id in named):
                    return True
        return False
