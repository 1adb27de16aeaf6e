"""How fast Orlop reasons: networks of 1,000 to 100,000 interfaces.

`python -m benchmarks.reason [--interfaces N ...]`
"""

import argparse
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from ipaddress import IPv4Network
from pathlib import Path
from typing import Any

from benchmarks import answers, machine, page
from orlop.cli.main import hold_on
from orlop.collect.progress import Silent
from orlop.estate.aws import KINDS
from orlop.estate.aws.security_group import AccessRule, SecurityGroup, Source
from orlop.estate.aws.transit import TransitAttachment, TransitGateway, TransitRoute, TransitTable
from orlop.estate.aws.vpc import (
    AclEntry,
    Address,
    InternetGateway,
    NetworkAcl,
    NetworkInterface,
    PeeringConnection,
    PeerVpc,
    Route,
    RouteTable,
    Subnet,
    Vpc,
)
from orlop.estate.estate import EVERYWHERE, Estate, Listing
from orlop.estate.fact import Fact
from orlop.estate.resource import Resource
from orlop.operations.reading import read
from orlop.operations.settings import Settings
from orlop.operations.targets import Recorded
from orlop.reason.network.closure import closure
from orlop.reason.network.exposure import Exposed, exposed
from orlop.reason.network.reach import Outside, Reach
from orlop.reason.network.standing import Standing

RESULTS = Path(__file__).parent / "results"
ACCOUNT, REGION = "111122223333", "eu-west-1"
PER_VPC = 500


def main() -> None:
    """Measure each size in a process of its own, so that its peak of memory is its own."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.reason", description="How fast Orlop reasons.")
    parser.add_argument("--interfaces", type=int, nargs="+", default=[1000, 10000, 100000])
    parser.add_argument("--one", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--load", type=Path, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.one or chosen.load:
        hold_on()  # as the command line does
        print(json.dumps(loaded(chosen.load) if chosen.load else measured(chosen.one)))
        return
    for count in chosen.interfaces:
        result = {"network": count, "machine": machine.described(), **_alone("--one", str(count))}
        with tempfile.TemporaryDirectory() as folder:
            answers.write(Path(folder), network(count))
            result["load"] = _alone("--load", folder)
        print(count, result["seconds"], f"{result['peak_mib']} MiB", flush=True)
        (RESULTS / f"network-{count}.json").write_text(json.dumps(result, indent=2) + "\n")
    page.write()


def _alone(*arguments: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.reason", *arguments]
    return json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


def loaded(folder: Path) -> dict[str, Any]:
    """Read a folder of what AWS's command line prints; return the seconds, the peak of memory, and what there was."""
    began = time.perf_counter(), time.process_time()
    seen = read((Recorded(folder),), Settings(progress=Silent()), at="2026-01-01T00:00:00Z")
    return {
        "seconds": round(time.perf_counter() - began[0], 3),
        "cpu_seconds": round(time.process_time() - began[1], 3),
        "peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "mib": sum(file.stat().st_size for file in folder.iterdir()) >> 20,
        "resources": len(seen.estate.resources),
    }


def measured(count: int) -> dict[str, Any]:
    """Return the seconds of each step, the peak of memory in MiB, and what was found."""
    seconds: dict[str, float] = {}

    def timed(name: str, do: Callable[[], Any]) -> Any:
        began = time.perf_counter()
        done = do()
        seconds[name] = round(time.perf_counter() - began, 3)
        return done

    resources = list(network(count))
    estate = Estate(resources, listings(), taken_at="2026-01-01T00:00:00Z")
    reach = timed("index", lambda: Reach(estate))
    found = timed("exposure", lambda: exposed(reach, Outside()))
    reached = timed("closure", lambda: closure(reach))
    standing, fresh = Standing(reach, Outside()), closed(reach, found)
    changed = timed("one change", lambda: standing.after(fresh))
    return {
        "seconds": seconds,
        "peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "classes": len(found),
        "exposed": sum(len(each.ids) for each in found),
        "reached": sum(len(each.ids) for each in reached),
        "changed": len(changed),
    }


def closed(reach: Reach, found: Iterable[Exposed]) -> SecurityGroup:
    """Return the group that most of what is exposed wears, with nobody let in any more: the change with most to do."""
    worn = Counter(group for each in found for group in each.place.groups)
    return replace(reach.fabric.groups[worn.most_common(1)[0][0]], ingress=())


def rule(source: str, first: int, last: int, protocol: str = "tcp") -> AccessRule:
    """Return a rule of a security group."""
    kind = "group" if source.startswith("sg-") else "cidr"
    return AccessRule(protocol=protocol, first=first, last=last, source=Source(kind=kind, name=source))


def listings() -> list[Listing]:
    """Return that everything was listed to its end."""
    return [Listing(kind=kind.KIND, account=ACCOUNT, region=EVERYWHERE, source="x:List") for kind in KINDS]


_KINDS = (("pub", 0), ("priv", 3), ("db", 6))
_SERVICES = (("tcp", 443, 443), ("tcp", 80, 80), ("tcp", 22, 22), ("tcp", 8080, 8090), ("tcp", 5432, 5432))
_EVERYTHING = AclEntry(number=100, action="allow", protocol="-1", cidr="0.0.0.0/0")


def network(count: int, seed: int = 1, each: int = PER_VPC) -> Iterator[Resource]:
    """Yield a synthetic estate: networks of `each` interfaces, 9 subnets, 20 groups; a third of the rules name groups.

    A third of the subnets have a network ACL of their own; half of the networks are on one transit gateway, a fifth are
    joined to their neighbour by a peering. The shape is that of the study which gave the aims.
    """
    draw = random.Random(seed)
    networks = max(1, count // each)
    on_hub = [draw.random() < 0.5 and networks > 1 for _ in range(networks)]
    joined = [draw.random() < 0.2 for _ in range(networks - 1)]
    for number in range(networks):
        peers = [n for n in (number - 1, number + 1) if 0 <= n < networks and joined[min(n, number)]]
        yield from _one(draw, number, min(each, count), hub=on_hub[number], peers=peers)
    for number, is_joined in enumerate(joined):
        if is_joined:
            yield _peering(number)
    yield from _hub([number for number, is_on in enumerate(on_hub) if is_on])


def _base(number: int) -> str:
    return f"10.{number // 16}.{number % 16 * 16}.0/20"


def _placed(kind: str, id: str) -> dict[str, Any]:
    arn = f"arn:aws:ec2:{REGION}:{ACCOUNT}:{kind}/{id}"
    return {"id": arn, "account": ACCOUNT, "region": REGION, "name": id, "source": "ec2:Describe"}


def _one(draw: random.Random, number: int, interfaces: int, *, hub: bool, peers: list[int]) -> Iterator[Resource]:
    vpc, base = f"vpc-{number}", _base(number)
    parts = list(IPv4Network(base).subnets(new_prefix=24))
    has_gateway = draw.random() < 0.8
    yield Vpc(**_placed("vpc", vpc), vpc_id=vpc, owner=ACCOUNT, cidrs=(base,), is_default=False)
    if has_gateway:
        yield InternetGateway(**_placed("igw", f"igw-{number}"), gateway_id=f"igw-{number}", owner=ACCOUNT, vpcs=(vpc,))
    closed: list[str] = []
    for kind, first in _KINDS:
        ids = tuple(f"subnet-{number}-{first + zone}" for zone in range(3))
        routes = [_route(base, "local")]
        routes += [_route("0.0.0.0/0", f"igw-{number}")] if kind == "pub" and has_gateway else []
        routes += [_route("0.0.0.0/0", f"nat-{number}")] if kind == "priv" else []
        routes += [_route("10.0.0.0/8", "tgw-1")] if hub else []
        routes += [_route(_base(peer), f"pcx-{min(peer, number)}") for peer in peers] if kind != "pub" else []
        id = f"rtb-{number}-{kind}"
        yield RouteTable(
            **_placed("route-table", id), table_id=id, owner=ACCOUNT, vpc=vpc, main=False, subnets=ids, gateways=(),
            propagating=(), routes=tuple(sorted(routes)),
        )  # fmt: skip
        for zone, subnet in enumerate(ids):
            closed += [subnet] if draw.random() < 0.3 else []
            yield Subnet(
                **_placed("subnet", subnet), subnet_id=subnet, owner=ACCOUNT, vpc=vpc, zone=f"{REGION}{'abc'[zone]}",
                cidrs=(str(parts[first + zone]),), public_addresses=Fact(False, "x:y"), empty=False,
            )  # fmt: skip
    yield from _acls(draw, number, base, tuple(closed))
    groups = [f"sg-{number}-{n}" for n in range(20)]
    for id in groups:
        yield _group(draw, id, vpc, base, groups)
    yield from _interfaces(draw, number, interfaces, groups, parts)


def _route(to: str, target: str) -> Route:
    return Route(destination=to, target=target, kind="GatewayId", state="active", origin="CreateRoute")


def _acls(draw: random.Random, number: int, base: str, closed: tuple[str, ...]) -> Iterator[NetworkAcl]:
    common = {"owner": ACCOUNT, "vpc": f"vpc-{number}"}
    whole: dict[str, Any] = {**_placed("acl", f"acl-{number}-0"), **common, "acl_id": f"acl-{number}-0"}
    yield NetworkAcl(**whole, is_default=True, subnets=(), inbound=(_EVERYTHING,), outbound=(_EVERYTHING,))
    own: dict[str, Any] = {**_placed("acl", f"acl-{number}-1"), **common, "acl_id": f"acl-{number}-1"}
    inbound = (
        _entry(10, "deny", f"{draw.randrange(11, 99)}.0.0.0/8", 22, 22),
        _entry(20, "deny", "0.0.0.0/0", 3389, 3389),
        _entry(30, "allow", "0.0.0.0/0", 0, 65535),
    )
    outbound = (_entry(10, "allow", "0.0.0.0/0", 1024, 65535), _entry(20, "allow", "0.0.0.0/0", 443, 443))
    within = AclEntry(number=30, action="allow", protocol="-1", cidr=base)
    yield NetworkAcl(**own, is_default=False, subnets=closed, inbound=inbound, outbound=(*outbound, within))


def _entry(number: int, action: Any, cidr: str, first: int, last: int) -> AclEntry:
    return AclEntry(number=number, action=action, protocol="6", cidr=cidr, first=first, last=last)


def _group(draw: random.Random, id: str, vpc: str, base: str, groups: list[str]) -> SecurityGroup:
    rules: set[AccessRule] = set()
    for _ in range(draw.randrange(1, 7)):
        protocol, first, last = draw.choice((*_SERVICES, ("tcp", 0, 65535), ("udp", 53, 53), ("-1", -1, -1)))
        at = draw.random()
        named = f"{draw.randrange(11, 200)}.{draw.randrange(256)}.{draw.randrange(256)}.0/24"
        source = "0.0.0.0/0" if at < 0.12 else named if at < 0.4 else base if at < 0.6 else "10.0.0.0/8"
        rules.add(rule(source if at < 0.65 else draw.choice(groups), first, last, protocol))
    out = rule("0.0.0.0/0", -1, -1, "-1") if draw.random() < 0.85 else rule("0.0.0.0/0", 443, 443)
    return SecurityGroup(
        **_placed("security-group", id), group_id=id, owner=ACCOUNT, vpc=vpc, description="",
        ingress=tuple(sorted(rules)), egress=(out,), tags=(), rule_ids=Fact((), "x:y"),
    )  # fmt: skip


def _interfaces(
    draw: random.Random, number: int, count: int, groups: list[str], parts: list[IPv4Network]
) -> Iterator[NetworkInterface]:
    worn = [tuple(sorted(draw.sample(groups, draw.randrange(1, 4)))) for _ in range(25)]
    used: dict[int, int] = {}
    for each in range(count):
        kind, first = draw.choices(_KINDS, (2, 6, 2))[0]
        part = first + draw.randrange(3)
        used[part] = used.get(part, 3) + 1
        address, id = str(parts[part][used[part]]), f"eni-{number}-{each}"
        public = f"52.{number % 256}.{each // 256}.{each % 256}" if kind == "pub" and draw.random() < 0.6 else ""
        yield NetworkInterface(
            **_placed("network-interface", id), interface_id=id, owner=ACCOUNT, vpc=f"vpc-{number}",
            subnet=f"subnet-{number}-{part}", zone=f"{REGION}a", type="interface", status="in-use", managed=False,
            requester="", description="", instance="", groups=worn[min(24, int(draw.expovariate(0.15)))],
            addresses=(Address(private=address, public=public),), addresses_v6=(), prefixes=(), forwards=False,
            internet_denied=False,
        )  # fmt: skip


def _peering(number: int) -> PeeringConnection:
    ends = [PeerVpc(vpc=f"vpc-{n}", account=ACCOUNT, region=REGION, cidrs=(_base(n),)) for n in (number, number + 1)]
    id = f"pcx-{number}"
    return PeeringConnection(**_placed("pcx", id), peering_id=id, state="active", requester=ends[0], accepter=ends[1])


def _hub(networks: list[int]) -> Iterator[Resource]:
    yield TransitGateway(
        **_placed("tgw", "tgw-1"), gateway_id="tgw-1", owner=ACCOUNT, state="available", group_references=False
    )
    for number in networks:
        subnets = tuple(f"subnet-{number}-{3 + zone}" for zone in range(3))
        yield TransitAttachment(
            **_placed("attachment", f"att-{number}"), attachment_id=f"att-{number}", gateway="tgw-1", type="vpc",
            resource=f"vpc-{number}", state="available", table="tgw-rtb-1", subnets=Fact(subnets, "x:y"),
            group_references=Fact(False, "x:y"),
        )  # fmt: skip
    routes = (
        TransitRoute(destination=_base(n), attachment=f"att-{n}", type="propagated", state="active") for n in networks
    )
    yield TransitTable(
        **_placed("tgw-rtb", "tgw-rtb-1"), table_id="tgw-rtb-1", gateway="tgw-1", routes=Fact(tuple(routes), "x:y")
    )


if __name__ == "__main__":
    main()
