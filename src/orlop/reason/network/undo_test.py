"""Law: without the rule, entry or route that a witness's hop names, that packet does not come by it any more, and
packets that had nothing to do with it come and stay away as before."""

import copy
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from tests.clouds import Cloud
from tests.random_clouds import PLACES, STRANGERS, packets, random_cloud
from tests.walker import End, Packet, Walker, fits, inside

from orlop.reason.addresses import cidr
from orlop.reason.network.explain import Hop
from orlop.reason.network.flows import holds
from orlop.reason.network.names import places
from orlop.reason.network.reach import Answer, Asked, Inside, Outside, Reach, answer

Uses = Callable[[Packet, End | None, End], bool]
"""Whether a packet (or its answer) from one end (None: outside) to another may have to do with what was taken away."""


def without(cloud: Cloud, hop: Hop) -> tuple[Cloud, Uses] | None:
    """Return a cloud without what a hop names; None where it names nothing that can be taken away."""
    made = copy.deepcopy(cloud)
    if found := re.fullmatch(r"(sg-\w+) allows (.+)", hop.says):
        return made, _rule_gone(made, found[1], found[2], outgoing="outgoing" in hop.kind)
    if found := re.match(r"entry (\d+) of (\S+) allows", hop.says):
        return made, _entry_gone(made, int(found[1]), found[2], outgoing="outgoing" in hop.kind)
    if found := re.search(r"(?:by the route |^)(\S+/\d+) (?:goes )?to (?:igw|pcx|tgw)-\d", hop.says):
        return made, _route_gone(made, found[1], hop.subject)
    return None


def _rule_gone(made: Cloud, group: str, said: str, *, outgoing: bool) -> Uses:
    held = next(g for g in made.answers["SecurityGroups"] if g["GroupId"] == group)
    kind = "IpPermissionsEgress" if outgoing else "IpPermissions"
    gone = next(rule for rule in held[kind] if _reads(rule) == said)
    held[kind] = [rule for rule in held[kind] if rule != gone]

    def uses(packet: Packet, start: End | None, end: End) -> bool:
        worn, other = (start, end) if outgoing else (end, start)
        if worn is None or group not in worn.groups:
            return False
        return fits(gone, packet, packet.goal if outgoing else packet.source, other.groups if other else ())

    return uses


def _reads(rule: dict[str, Any]) -> str:
    """Say a rule of a security group as a hop says it."""
    named = [r.get("CidrIp") or r.get("CidrIpv6") for r in (*rule["IpRanges"], *rule.get("Ipv6Ranges", ()))]
    named += [pair["GroupId"] for pair in rule["UserIdGroupPairs"]]
    if rule["IpProtocol"] == "-1":
        return f"everything from {named[0]}"
    first, last = rule["FromPort"], rule["ToPort"]
    return f"{rule['IpProtocol']} {first}{'' if first == last else f'-{last}'} from {named[0]}"


def _entry_gone(made: Cloud, number: int, acl: str, *, outgoing: bool) -> Uses:
    held = next(a for a in made.answers["NetworkAcls"] if a["NetworkAclId"] == acl)
    gone = next(e for e in held["Entries"] if (e["RuleNumber"], e["Egress"]) == (number, outgoing))
    held["Entries"].remove(gone)
    range_, protocol = gone.get("CidrBlock") or gone["Ipv6CidrBlock"], {"6": "tcp", "17": "udp"}.get(gone["Protocol"])

    def uses(packet: Packet, _: End | None, end: End) -> bool:
        by_address = inside(range_, packet.goal) or inside(range_, packet.source)
        return by_address and protocol in (None, packet.protocol)

    return uses


def _route_gone(made: Cloud, range_: str, table: str) -> Uses:
    held = next(t for t in made.answers["RouteTables"] if t["RouteTableId"] == table)
    held["Routes"] = [route for route in held["Routes"] if range_ not in route.values()]
    near = {link.get("SubnetId") for link in held["Associations"]}

    def uses(packet: Packet, start: End | None, end: End) -> bool:
        here = {end.subnet} | ({start.subnet} if start else set[str]())
        return bool(here & near) and (inside(range_, packet.goal) or inside(range_, packet.source))

    return uses


class Sight:
    """What is reachable in a cloud."""

    def __init__(self, cloud: Cloud) -> None:
        self.reach, self.walker = Reach(cloud.estate()), Walker(cloud)
        self.at = {id: next(places(id, self.reach)) for id in PLACES}

    def asked(self, start: str, end: str, asked: Asked) -> Answer:
        source = Inside((self.at[start],)) if start else Outside()
        return answer(self.reach, source, self.at[end], asked)

    def arriving(self) -> dict[tuple[str, str, Packet], bool]:
        """Return for many packets, by start (`""`: outside) and end, whether they arrive."""
        found: dict[tuple[str, str, Packet], bool] = {}
        for end in PLACES:
            for start in ("", *(PLACES.keys() - {end})):
                flows = self.asked(start, end, Asked()).flows
                for sender in (PLACES[start][1],) if start else STRANGERS:
                    for protocol, port in packets():
                        packet = Packet(sender, self.end(end, sender).address, protocol, port)
                        found[start, end, packet] = holds(flows, cidr(sender), protocol, port)
        return found

    def end(self, id: str, sender: str) -> End:
        place = self.walker.interfaces[self.at[id].id]
        six = next((a["Ipv6Address"] for a in place["Ipv6Addresses"]), "::")
        groups = tuple(group["GroupId"] for group in place["Groups"])
        return End(six if ":" in sender else place["PrivateIpAddress"], place["SubnetId"], groups)


def witnessed(sight: Sight) -> Iterator[tuple[str, str, Answer]]:
    for end in PLACES:
        for start in ("", *(PLACES.keys() - {end})):
            told = sight.asked(start, end, Asked())
            if told.reachable:
                yield start, end, told


@pytest.mark.parametrize("seed", range(2000, 2016))
def test_without_what_a_hop_names_its_packet_comes_no_more_by_it_and_others_as_before(seed: int) -> None:
    cloud = random_cloud(seed, fronts=False)
    before = Sight(cloud)
    arriving, done = before.arriving(), set[Hop]()
    for start, end, told in witnessed(before):
        packet = told.witness
        assert packet
        for hop in told.path:
            changed = without(cloud, hop) if hop not in done else None
            done.add(hop)
            if changed is None:
                continue
            after = Sight(changed[0])
            again = after.asked(start, end, Asked(protocol=packet.protocol, first=packet.port, last=packet.port))
            named = [(each.kind, each.subject, each.says) for each in again.path if each.passes]
            assert (hop.kind, hop.subject, hop.says) not in named
            for (by, to, sent), arrived in after.arriving().items():
                if arrived != arriving[by, to, sent]:
                    ends = (before.end(by, sent.source) if by else None, before.end(to, sent.source))
                    assert changed[1](sent, *ends), (hop, by, to, sent)
