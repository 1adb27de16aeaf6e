# pyright: basic
# (z3 has no types)
"""Proof, by a solver: what strangers can send to an interface is just what AWS's rules say in logic.

For every address, port and answer's port at once, not for samples: some rule of some group allows it; the first entry
of the network ACL that matches allows it, on the way in, and to some port on the way out; and the longest route back
leads to the gateway.
"""

from typing import Any

import pytest
import z3
from tests.clouds import Cloud
from tests.random_clouds import PLACES, random_cloud

from orlop.reason.addresses import OUTSIDE, cidr
from orlop.reason.network.flows import Flows, runs_of
from orlop.reason.network.names import places
from orlop.reason.network.reach import Outside, Reach
from orlop.reason.network.steps import together

Answer = dict[str, Any]
Formula = Any
SENDER, PORT, BACK = z3.BitVec("sender", 32), z3.BitVec("port", 16), z3.BitVec("answers_port", 16)


def among(variable: Formula, first: int, last: int) -> Formula:
    return z3.And(z3.UGE(variable, first), z3.ULE(variable, last))


def from_range(text: str) -> Formula:
    return z3.Or(*(among(SENDER, *span) for span in cidr(text).v4))


def by_flows(flows: Flows, protocol: str) -> Formula:
    runs = runs_of(flows, protocol)
    return z3.Or(*(z3.And(among(PORT, a, b), among(SENDER, *span)) for a, b, s in runs for span in s.v4))


class Logic:
    """AWS's rules for packets of one protocol from strangers, over IPv4, to an interface with a public address."""

    def __init__(self, cloud: Cloud, protocol: str) -> None:
        self.held, self.protocol = cloud.answers, protocol

    def arrives(self, eni: str) -> Formula:
        place = next(i for i in self.held["NetworkInterfaces"] if i["NetworkInterfaceId"] == eni)
        gateways = [
            g["InternetGatewayId"]
            for g in self.held["InternetGateways"]
            for a in g["Attachments"]
            if a["VpcId"] == place["VpcId"]
        ]
        running = [i["State"]["Name"] for r in self.held["Reservations"] for i in r["Instances"]]
        up = dict(
            zip((i["InstanceId"] for r in self.held["Reservations"] for i in r["Instances"]), running, strict=True)
        )
        if not gateways or "Association" not in place["PrivateIpAddresses"][0]:
            return z3.BoolVal(False)
        if up[place["Attachment"]["InstanceId"]] != "running":
            return z3.BoolVal(False)
        subnet = next(s for s in self.held["Subnets"] if s["SubnetId"] == place["SubnetId"])
        acl = self._near("NetworkAcls", subnet, "IsDefault")
        return z3.And(
            z3.Or(*(among(SENDER, *span) for span in OUTSIDE.v4)),
            z3.Or(*(self._rule(rule) for worn in place["Groups"] for rule in self._group(worn)["IpPermissions"])),
            self._first(acl, PORT, egress=False),
            z3.Exists([BACK], z3.And(z3.UGE(BACK, 1), self._first(acl, BACK, egress=True))),
            self._leads_to(gateways[0], self._near("RouteTables", subnet, "Main")["Routes"]),
        )

    def _near(self, key: str, subnet: Answer, usual: str) -> Answer:
        own = [t for t in self.held[key] for a in t["Associations"] if a.get("SubnetId") == subnet["SubnetId"]]
        rest = [t for t in self.held[key] if t["VpcId"] == subnet["VpcId"]]
        return (own or [t for t in rest if t.get(usual) or any(a.get(usual) for a in t["Associations"])])[0]

    def _group(self, worn: Answer) -> Answer:
        return next(g for g in self.held["SecurityGroups"] if g["GroupId"] == worn["GroupId"])

    def _rule(self, rule: Answer) -> Formula:
        if rule["IpProtocol"] not in ("-1", self.protocol):
            return z3.BoolVal(False)
        port = z3.BoolVal(True) if rule["IpProtocol"] == "-1" else among(PORT, rule["FromPort"], rule["ToPort"])
        return z3.And(port, z3.Or(*(from_range(r["CidrIp"]) for r in rule["IpRanges"])))

    def _first(self, acl: Answer, port: Formula, *, egress: bool) -> Formula:
        """Whether the entry with the lowest number that matches allows."""
        decided: Formula = z3.BoolVal(False)
        number = {"tcp": "6", "udp": "17"}[self.protocol]
        for entry in sorted(acl["Entries"], key=lambda e: -e["RuleNumber"]):
            if entry["Egress"] == egress and entry["Protocol"] in ("-1", number) and "CidrBlock" in entry:
                run = entry.get("PortRange") if entry["Protocol"] != "-1" else None
                on = among(port, run["From"], run["To"]) if run else z3.BoolVal(True)
                matches = z3.And(on, from_range(entry["CidrBlock"]))
                decided = z3.If(matches, z3.BoolVal(entry["RuleAction"] == "allow"), decided)
        return decided

    @staticmethod
    def _leads_to(gateway: str, routes: list[Answer]) -> Formula:
        """Whether there is a route for the sender to the gateway, and none that is longer."""
        four = {route["DestinationCidrBlock"]: route for route in routes if "DestinationCidrBlock" in route}
        length = {text: int(text.partition("/")[2]) for text in four}
        return z3.Or(
            *(
                z3.And(from_range(text), *(z3.Not(from_range(o)) for o in four if length[o] > length[text]))
                for text, route in four.items()
                if route.get("GatewayId") == gateway and route["State"] == "active"
            )
        )


def proven(formula: Formula) -> bool:
    solver = z3.Solver()
    solver.set("timeout", 20_000)
    solver.add(z3.Not(formula))
    found = solver.check()
    assert found != z3.unknown
    return found == z3.unsat


@pytest.mark.parametrize("batch", range(4))
def test_the_set_is_what_the_rules_say(batch: int) -> None:
    for seed in range(3000 + batch * 10, 3010 + batch * 10):
        cloud = random_cloud(seed, fronts=False)
        reach = Reach(cloud.estate())
        for id in PLACES:
            place = next(places(id, reach))
            flows = together(arrival.passes for arrival in reach.arrivals(Outside(), place)).least
            for protocol in ("tcp", "udp"):
                said, told = Logic(cloud, protocol).arrives(place.id), by_flows(flows, protocol)
                assert proven(z3.Implies(told, said)), (seed, id, protocol, "too much")
                assert proven(z3.Implies(said, told)), (seed, id, protocol, "too little")


def test_a_set_that_is_not_the_same_is_not_proven() -> None:
    assert not proven(z3.Implies(from_range("0.0.0.0/0"), from_range("128.0.0.0/1")))
