"""Small random clouds: two networks with all that joins, guards and fronts them, drawn from a seed.

Addresses, ports and ranges are few, so that rules, routes and packets often meet.
"""

from collections.abc import Iterator
from random import Random
from typing import Any

from tests.clouds import ANYWHERE, Cloud, entry, permit

PLACES = {
    "i-1": ("subnet-1", "10.0.1.5", "2a05:d018:1:1::5"),
    "i-2": ("subnet-2", "10.0.2.6", "2a05:d018:1:2::6"),
    "i-3": ("subnet-1", "10.0.1.7", ""),
    "i-8": ("subnet-8", "10.1.2.8", ""),
    "i-9": ("subnet-9", "10.1.1.9", ""),
}
"""The instances: where each stands."""

SUBNETS = {
    "subnet-1": ("vpc-1", "10.0.1.0/24", "a"),
    "subnet-2": ("vpc-1", "10.0.2.0/24", "b"),
    "subnet-3": ("vpc-1", "10.0.3.0/24", "a"),
    "subnet-8": ("vpc-2", "10.1.2.0/24", "b"),
    "subnet-9": ("vpc-2", "10.1.1.0/24", "a"),
}
STRANGERS = (
    "8.8.8.8",
    "150.0.0.1",
    "203.0.113.9",
    "198.51.100.1",
    "198.51.100.200",
    "192.168.1.1",
    "2001:db8:5::1",
    "2a00::1",
)
PORTS = (1, 22, 443, 1023, 5432, 5433, 40000)

_RANGES = (
    *(ANYWHERE, ANYWHERE, "0.0.0.0/1", "128.0.0.0/1", "203.0.113.0/24", "198.51.100.0/25", "10.0.0.0/8"),
    *("10.0.2.0/24", "10.0.3.0/24", "10.1.0.0/16", "10.1.1.9/32", "::/0", "2a00::/12"),
)
_GROUPS = ("sg-1", "sg-2", "sg-9", "sg-lb")
_RUNS = (None, (22, 22), (0, 65535), (443, 5432), (5433, 5433))


def random_cloud(seed: int, *, fronts: bool = True) -> Cloud:
    """Return the cloud of a seed, with load balancers or without."""
    return _Dice(seed).cloud(fronts=fronts)


class _Dice(Random):
    def often(self) -> bool:
        return self.random() < 0.8

    def seldom(self) -> bool:
        return self.random() < 0.2

    def some(self, things: tuple[Any, ...], most: int) -> list[Any]:
        return self.sample(things, self.randint(0, min(most, len(things))))

    def cloud(self, *, fronts: bool) -> Cloud:
        cloud = Cloud()
        cloud.vpc("vpc-1", "10.0.0.0/16", "2a05:d018:1::/56", gateway=self.often())
        cloud.vpc("vpc-2", "10.1.0.0/16", gateway=self.random() < 0.5)
        for id, (vpc, cidr, zone) in SUBNETS.items():
            cloud.subnet(id, vpc, cidr, zone=zone)
        for id, (vpc, _, _) in SUBNETS.items():
            self._subnet(cloud, id, vpc)
        cloud.peering("pcx-1", "vpc-1", "vpc-2", self.choice(["active", "active", "active", "deleted"]))
        self._hub(cloud)
        for group, vpc in (("sg-1", "vpc-1"), ("sg-2", "vpc-1"), ("sg-9", "vpc-2"), ("sg-lb", "vpc-1")):
            egress = [self._rule() for _ in range(self.randint(0, 2))] if self.seldom() else None
            usual = self._usual(group) if self.random() < 0.6 else []
            cloud.group(group, vpc, *usual, *(self._rule() for _ in range(self.randint(0, 3))), egress=egress)
        for number, (id, (subnet, ip, v6)) in enumerate(PLACES.items()):
            worn = ["sg-9"] if SUBNETS[subnet][0] == "vpc-2" else self.choice([["sg-1"], ["sg-2"], ["sg-1", "sg-2"]])
            state = "stopped" if self.random() < 0.1 else "running"
            public = f"52.0.0.{number}" if self.random() < 0.5 else ""
            cloud.instance(id, subnet, ip, *worn, public=public, state=state)
            if v6 and self.random() < 0.5:
                cloud.answers["NetworkInterfaces"][-1]["Ipv6Addresses"] = [{"Ipv6Address": v6}]
        for number in range(self.randint(0, 2) if fronts else 0):
            self._front(cloud, number)
        return cloud

    def _subnet(self, cloud: Cloud, id: str, vpc: str) -> None:
        igw, other = f"igw-{vpc[-1]}", "10.1" if vpc == "vpc-1" else "10.0"
        over = self.choice(["pcx-1", "tgw-1", "tgw-1"])
        choice = [(ANYWHERE, igw), ("198.51.100.0/24", igw), ("203.0.113.0/24", "blackhole"), ("::/0", igw)]
        choice += [(f"{other}.1.0/24", "blackhole"), (ANYWHERE, igw)]
        if self.often():
            named = list(dict(self.some(tuple(choice), 4)).items()) + (
                [(f"{other}.0.0/16", over)] if self.often() else []
            )
            cloud.table(f"rtb-{id}", vpc, *named, subnets=[id])
        if self.random() < 0.3:
            cloud.acl(f"acl-{id}", vpc, *self._entries(), subnets=[id])

    def _hub(self, cloud: Cloud) -> None:
        """A transit gateway with two tables; each network attached in one zone or both, and associated with one."""
        switch = {True: {"SecurityGroupReferencingSupport": "enable"}, False: {}}
        options = switch[self.often()]
        cloud.add(
            "TransitGateways", TransitGatewayId="tgw-1", State="available", OwnerId="111122223333", Options=options
        )
        for vpc, zones in (
            ("vpc-1", (("subnet-1", "subnet-3"), ("subnet-2",))),
            ("vpc-2", (("subnet-9",), ("subnet-8",))),
        ):
            doors = [self.choice(own) for own in zones]
            if self.seldom():
                doors = [self.choice(doors)]
            id = f"tgw-attach-{vpc[-1]}"
            joined = {"TransitGatewayAttachmentId": id, "TransitGatewayId": "tgw-1", "State": "available"}
            link = {"TransitGatewayRouteTableId": self.choice(["tgw-rtb-1", "tgw-rtb-2"]), "State": "associated"}
            linked = {"Association": link} if self.random() < 0.9 else {}
            cloud.add("TransitGatewayAttachments", **joined, ResourceType="vpc", ResourceId=vpc, **linked)
            cloud.add(
                "TransitGatewayVpcAttachments", **joined, VpcId=vpc, SubnetIds=doors, Options=switch[self.often()]
            )
        for id in ("tgw-rtb-1", "tgw-rtb-2"):
            cloud.add(
                "TransitGatewayRouteTables", TransitGatewayRouteTableId=id, TransitGatewayId="tgw-1", State="available"
            )
            routes = [r for r in _HUB_ROUTES if self.random() < (0.85 if r[2] == "propagated" else 0.15)]
            cloud.more.append({"TransitGatewayRouteTableId": id, "Routes": [_hub_route(*r) for r in routes]})

    def _usual(self, group: str) -> list[dict[str, Any]]:
        """What lets a load balancer do its work."""
        if group == "sg-lb":
            return [permit(ANYWHERE, 22, 5432), permit(ANYWHERE, 443, protocol="udp")]
        return [permit(self.choice(["sg-lb", "10.0.0.0/16", ANYWHERE]), 443, 40000)]

    def _rule(self) -> dict[str, Any]:
        run = self.choice(_RUNS)
        source = self.choice(_GROUPS) if self.random() < 0.35 else self.choice(_RANGES)
        return permit(source, *run, protocol=self.choice(["tcp", "tcp", "udp"])) if run else permit(source)

    def _entries(self) -> list[dict[str, Any]]:
        found = [entry(200), entry(200, egress=True), entry(210, cidr="::/0"), entry(210, cidr="::/0", egress=True)]
        own: list[dict[str, Any]] = []
        for number in range(self.randint(0, 3)):
            run = self.choice(_RUNS)
            protocol = self.choice(["6", "17"]) if run else "-1"
            action, egress = self.choice(["allow", "deny"]), self.random() < 0.5
            own.append(entry(100 + number, action, self.choice(_RANGES), protocol, run, egress=egress))
        return [*own, *found] if self.often() else own

    def _front(self, cloud: Cloud, number: int) -> None:
        """A load balancer before instances or addresses, with one or two listeners."""
        kind = self.choice(["application", "network", "network"])
        subnets = self.choice([("subnet-1", "subnet-2"), ("subnet-3", "subnet-2"), ("subnet-3",), ("subnet-2",)])
        scheme = self.choice(["internet-facing", "internet-facing", "internal"])
        groups = ["sg-lb"] if kind == "application" or self.random() < 0.5 else []
        arn = cloud.balancer(f"front{number}", kind, *subnets, groups=groups, scheme=scheme)
        for subnet in subnets:
            public = f"52.0.{subnet[-1]}.{number}" if scheme == "internet-facing" else ""
            ip = f"{SUBNETS[subnet][1].removesuffix('.0/24')}.{100 + number}"
            mark = f"ELB {arn.partition(':loadbalancer/')[2]}"
            type = "network_load_balancer" if kind == "network" else "interface"
            eni = f"eni-front{number}-{subnet}"
            cloud.interface(
                eni, subnet, ip, *groups, public=public, Description=mark, InterfaceType=type, RequesterManaged=True
            )
        own = (
            []
            if kind == "application"
            else [_said("load_balancing.cross_zone.enabled", self.choice(["true", "false"]))]
        )
        cloud.more.append({"LoadBalancerArn": arn, "Attributes": own})
        zones = {SUBNETS[subnet][2] for subnet in subnets}
        for port in self.sample([22, 443, 5432], self.randint(1, 2)):
            protocol = self.choice(
                ["HTTP", "HTTPS"] if kind == "application" else ["TCP", "TCP", "TLS", "UDP", "TCP_UDP"]
            )
            cloud.listener(arn, protocol, port, self._targets(cloud, f"tg-{number}-{port}", protocol, kind, zones))

    def _targets(self, cloud: Cloud, name: str, protocol: str, kind: str, zones: set[str]) -> str:
        type = self.choice(["instance", "ip"])
        port = self.choice([443, 5433, 40000])
        spoken = self.choice([protocol, "TCP"]) if protocol == "TLS" else protocol
        arn = cloud.targets(name, "vpc-1", spoken, port, type=type)
        own: list[dict[str, str]] = []
        if self.random() < 0.5:
            across = self.choice(["true", "false", "use_load_balancer_configuration"])
            own.append(_said("load_balancing.cross_zone.enabled", across))
        always = spoken in ("UDP", "TCP_UDP")
        keeps = "true" if always else self.choice(["true", "false", ""]) if kind == "network" else ""
        if keeps:
            own.append(_said("preserve_client_ip.enabled", keeps))
        near = ["i-1", "i-2", "i-3"]
        far = ["i-9"] if type == "ip" and not always and (kind == "application" or keeps == "false") else []
        health = [self._target(id, port, type, zones) for id in self.sample([*near, *far], self.randint(1, 2))]
        cloud.more[-2:] = [
            {"TargetGroupArn": arn, "TargetHealthDescriptions": health},
            {"TargetGroupArn": arn, "Attributes": own},
        ]
        return arn

    def _target(self, id: str, port: int, type: str, zones: set[str]) -> dict[str, Any]:
        """A target, as AWS shows it: out of use where the load balancer has no subnet in its zone."""
        subnet, ip, _ = PLACES[id]
        vpc, _, zone = SUBNETS[subnet]
        target: dict[str, Any] = {"Id": id if type == "instance" else ip, "Port": port}
        if vpc != "vpc-1":
            target["AvailabilityZone"] = "all"
        used = vpc != "vpc-1" or zone in zones
        return {"Target": target, "TargetHealth": {"State": "healthy" if used else "unused"}}


_HUB_ROUTES = (
    ("10.0.0.0/16", "tgw-attach-1", "propagated"),
    ("10.1.0.0/16", "tgw-attach-2", "propagated"),
    ("10.0.1.0/24", "", "static"),
    ("10.1.1.0/24", "", "static"),
    ("10.1.2.0/24", "tgw-attach-1", "static"),
    ("10.0.1.5/32", "tgw-attach-1", "static"),
)


def _hub_route(cidr: str, to: str, type: str) -> dict[str, Any]:
    """A route of a transit gateway's table; to nothing: a blackhole."""
    said = {"DestinationCidrBlock": cidr, "Type": type, "State": "active" if to else "blackhole"}
    return {**said, "TransitGatewayAttachments": [{"TransitGatewayAttachmentId": to}]} if to else said


def _said(key: str, value: str) -> dict[str, str]:
    return {"Key": key, "Value": value}


def packets() -> Iterator[tuple[str, int]]:
    """Yield the protocols and ports that are tried."""
    for protocol in ("tcp", "udp"):
        for port in PORTS:
            yield protocol, port
