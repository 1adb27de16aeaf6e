"""Fixes of security groups, and what is left of them when they are cut off in the middle."""

from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any

import pytest

from orlop.collect import aws as collectors
from orlop.collect.aws.account import identify, reread
from orlop.collect.aws.calls import Live
from orlop.errors import FixRefused, Moved
from orlop.estate.aws.security_group import AccessRule, SecurityGroup, Source
from orlop.estate.change import Change
from orlop.fix import aws as writers
from orlop.fix.engine import Site, carry_out, resume
from orlop.fix.journal import Entry, Journal, Stage
from orlop.rules.aws import security_group
from tests.fixes.proof import Hand, Memory, prove_aws
from tests.servers.emulator import REGION, Emulator

WORLD = [{"CidrIp": "0.0.0.0/0", "Description": "to be closed"}]
WORLD_V6 = [{"CidrIpv6": "::/0", "Description": "the same"}]
OFFICE = [{"CidrIp": "203.0.113.0/24", "Description": "office Lisbon"}]


def tcp(first: int, last: int, **sources: Any) -> dict[str, Any]:
    return {"IpProtocol": "tcp", "FromPort": first, "ToPort": last, **sources}


def plant(aws: Emulator, *permissions: dict[str, Any], tags: dict[str, str] | None = None, online: bool = True) -> str:
    """Make a group with these rules and an interface that uses it, and return its ARN.

    If `online`, the interface has a public address, and its network a way to the internet.
    """
    ec2 = aws.client("ec2")
    subnet = ec2.describe_subnets()["Subnets"][0]
    group = ec2.create_security_group(GroupName="web", Description="web", VpcId=subnet["VpcId"])["GroupId"]
    pairs = [{"Key": key, "Value": value} for key, value in (tags or {}).items()]
    said = {"TagSpecifications": [{"ResourceType": "security-group-rule", "Tags": pairs}]} if pairs else {}
    ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=permissions, **said)
    interface = ec2.create_network_interface(SubnetId=subnet["SubnetId"], Groups=[group])["NetworkInterface"]
    if online:
        connect(ec2, subnet["VpcId"], interface["NetworkInterfaceId"])
    return f"arn:aws:ec2:{REGION}:{aws.account}:security-group/{group}"


def connect(ec2: Any, vpc: str, interface: str) -> None:
    """Give a network a way to the internet, and an interface, attached to an instance, a public address."""
    gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
    [table] = ec2.describe_route_tables(Filters=[{"Name": "vpc-id", "Values": [vpc]}])["RouteTables"]
    for everywhere in ({"DestinationCidrBlock": "0.0.0.0/0"}, {"DestinationIpv6CidrBlock": "::/0"}):
        ec2.create_route(RouteTableId=table["RouteTableId"], GatewayId=gateway, **everywhere)
    primary = {"DeviceIndex": 0, "NetworkInterfaceId": interface}
    ec2.run_instances(ImageId="ami-12c6146b", MinCount=1, MaxCount=1, NetworkInterfaces=[primary])
    address = ec2.allocate_address(Domain="vpc")["AllocationId"]
    ec2.associate_address(AllocationId=address, NetworkInterfaceId=interface)


def test_open_to_nobody(aws: Emulator) -> None:
    arn = plant(aws, tcp(22, 22, IpRanges=[*WORLD, *OFFICE], Ipv6Ranges=WORLD_V6), online=False)
    prove_aws(aws, security_group.open_to_nobody, arn)


def test_everything_open_to_world(aws: Emulator) -> None:
    everything = {"IpProtocol": "-1", "IpRanges": [*WORLD, *OFFICE], "Ipv6Ranges": WORLD_V6}
    prove_aws(aws, security_group.everything_open_to_world, plant(aws, everything, tcp(443, 443, IpRanges=WORLD)))


def test_login_open_to_world(aws: Emulator) -> None:
    ssh = tcp(22, 22, IpRanges=[*WORLD, *OFFICE], Ipv6Ranges=WORLD_V6)
    arn = plant(aws, ssh, tcp(20, 30, IpRanges=WORLD), tcp(443, 443, IpRanges=WORLD), tags={"owner": "it"})
    prove_aws(aws, security_group.login_open_to_world, arn)


def test_database_open_to_world(aws: Emulator) -> None:
    halves = [{"CidrIp": "0.0.0.0/1"}, {"CidrIp": "128.0.0.0/1"}]
    prove_aws(aws, security_group.database_open_to_world, plant(aws, tcp(5432, 5432, IpRanges=halves)))


def test_machine_control_open_to_world(aws: Emulator) -> None:
    prove_aws(aws, security_group.machine_control_open_to_world, plant(aws, tcp(2375, 2376, IpRanges=WORLD)))


def test_file_sharing_open_to_world(aws: Emulator) -> None:
    listed = aws.client("ec2").create_managed_prefix_list(
        PrefixListName="partners", AddressFamily="IPv4", MaxEntries=5, Entries=[{"Cidr": "0.0.0.0/0"}]
    )["PrefixList"]["PrefixListId"]
    arn = plant(aws, tcp(445, 445, PrefixListIds=[{"PrefixListId": listed}], IpRanges=OFFICE))
    prove_aws(aws, security_group.file_sharing_open_to_world, arn)


def default_group(aws: Emulator) -> str:
    [group] = aws.client("ec2").describe_security_groups(Filters=[{"Name": "group-name", "Values": ["default"]}])[
        "SecurityGroups"
    ]
    return group["GroupId"]


def test_default_group_lets_in(aws: Emulator) -> None:
    group = default_group(aws)
    pairs = [{"GroupId": group, "UserId": aws.account}]
    permission = {"IpProtocol": "-1", "UserIdGroupPairs": pairs}
    aws.client("ec2").authorize_security_group_ingress(GroupId=group, IpPermissions=[permission])
    arn = f"arn:aws:ec2:{REGION}:{aws.account}:security-group/{group}"
    prove_aws(aws, security_group.default_group_lets_in, arn)


def test_default_group_lets_out(aws: Emulator) -> None:
    arn = f"arn:aws:ec2:{REGION}:{aws.account}:security-group/{default_group(aws)}"
    prove_aws(aws, security_group.default_group_lets_out, arn)


@dataclass
class Mortal:
    """A hand that dies before its call number `lives`."""

    hand: Hand
    lives: int

    @property
    def account(self) -> str:
        return self.hand.account

    @property
    def region(self) -> str:
        return self.hand.region

    def call(self, service: str, operation: str, **params: Any) -> dict[str, Any]:
        if self.lives == 0:
            raise Killed
        self.lives -= 1
        return self.hand.call(service, operation, **params)


class Killed(BaseException):
    """What a kill looks like from inside: nothing catches it."""


@dataclass
class Bench:
    """One planted group, the change of its ingress, and a journal."""

    calls: Live
    change: Change
    journal: Journal

    def live(self) -> tuple[AccessRule, ...]:
        account = identify(self.calls, regions=(REGION,))
        found = reread(account, self.calls, collectors.ALL, self.change.kind, self.change.target, REGION)
        assert isinstance(found, SecurityGroup)
        return found.ingress

    def entry(self, id: str, change: Change) -> Entry:
        said = {"id": id, "at": "", "by": "test", "stage": Stage.BEGUN, "account": "123456789012", "region": REGION}
        return Entry(change=change, **said)  # pyright: ignore[reportArgumentType] -- a mapping of many types

    def site(self, lives: int = 99) -> Site:
        hand = Mortal(Hand(self.calls, "123456789012", REGION), lives)
        return Site(read=self.live, hand=hand, wait=lambda: None, patience=0)

    def act(self, how: Callable[..., Entry], entry: Entry, *, lives: int = 99) -> Entry:
        return how(entry, self.site(lives), writers=writers.ALL, journal=self.journal, now=lambda: "")


def rule(cidr: str, first: int, last: int, description: str) -> AccessRule:
    source = Source(kind="cidr", name=cidr)
    return AccessRule(protocol="tcp", first=first, last=last, source=source, description=description)


WAS = (rule("0.0.0.0/0", 20, 25, "world"), rule("203.0.113.0/24", 22, 22, "office"), rule("::/0", 20, 25, "world"))
BECOMES = (
    rule("0.0.0.0/0", 20, 21, "world"),
    rule("0.0.0.0/0", 23, 25, "world"),
    rule("203.0.113.0/24", 22, 22, "office Lisbon"),
    rule("::/0", 20, 21, "world"),
)


@pytest.fixture
def bench(aws: Emulator) -> Iterator[Bench]:
    said = {each.source.name: each.description for each in WAS}
    v4 = [{"CidrIp": "0.0.0.0/0", "Description": said["0.0.0.0/0"]}]
    v6 = [{"CidrIpv6": "::/0", "Description": said["::/0"]}]
    office = [{"CidrIp": "203.0.113.0/24", "Description": said["203.0.113.0/24"]}]
    arn = plant(aws, tcp(20, 25, IpRanges=v4, Ipv6Ranges=v6), tcp(22, 22, IpRanges=office))
    with aws.live() as calls:
        change = Change(SecurityGroup.KIND, arn, "ingress", was=tuple(sorted(WAS)), becomes=tuple(sorted(BECOMES)))
        yield Bench(calls, change, Journal(Memory()))


@pytest.mark.parametrize("lives", [0, 1, 2])
def test_a_kill_before_any_call_can_be_finished(bench: Bench, lives: int) -> None:
    entry = bench.entry("c-1", bench.change)
    with pytest.raises(Killed):
        bench.act(carry_out, entry, lives=lives)
    assert bench.journal.changes()["c-1"].stage is Stage.BEGUN

    assert bench.act(resume, entry).stage is Stage.DONE
    assert bench.live() == bench.change.becomes


@pytest.mark.parametrize("lives", [0, 1, 2])
def test_a_kill_before_any_call_can_be_undone(bench: Bench, lives: int) -> None:
    with pytest.raises(Killed):
        bench.act(carry_out, bench.entry("c-1", bench.change), lives=lives)

    undo = bench.entry("c-2", bench.change.undone())
    assert bench.act(resume, undo).stage is Stage.DONE
    assert bench.live() == bench.change.was


def test_an_undo_that_is_killed_can_be_finished_or_turned_back(bench: Bench) -> None:
    bench.act(carry_out, bench.entry("c-1", bench.change))
    with pytest.raises(Killed):
        bench.act(carry_out, bench.entry("c-2", bench.change.undone()), lives=1)

    bench.act(resume, bench.entry("c-2", bench.change.undone()))
    assert bench.live() == bench.change.was


def test_nobody_is_ever_let_in_who_neither_was_nor_shall_be(bench: Bench) -> None:
    """At every moment the rules are some of before and after, and whoever is in both is let in throughout."""
    for lives in (0, 1, 2, 3):
        with pytest.raises(Killed) if lives < 3 else nullcontext():
            bench.act(carry_out, bench.entry(f"c-{lives}", bench.change), lives=lives)
        now = {each.key for each in bench.live()}
        both = {each.key for each in bench.change.was} & {each.key for each in bench.change.becomes}
        assert both <= now <= {each.key for each in (*bench.change.was, *bench.change.becomes)}
        bench.act(resume, bench.entry(f"u-{lives}", bench.change.undone()))


def test_a_half_made_change_that_somebody_else_went_on_with_is_refused(bench: Bench, aws: Emulator) -> None:
    with pytest.raises(Killed):
        bench.act(carry_out, bench.entry("c-1", bench.change), lives=1)
    group = bench.change.target.rpartition("/")[2]
    aws.client("ec2").authorize_security_group_ingress(GroupId=group, IpPermissions=[tcp(80, 80, IpRanges=WORLD)])
    with pytest.raises(Moved):
        bench.act(resume, bench.entry("c-1", bench.change))


def test_a_rule_that_is_there_already_or_gone_already_is_no_error(bench: Bench) -> None:
    """AWS refuses a whole call for one such rule; the others are then made one by one."""
    stale = Change(
        bench.change.kind,
        bench.change.target,
        "ingress",
        was=(rule("198.51.100.0/24", 1, 1, ""), *bench.change.was),  # the first is not there
        becomes=bench.change.becomes,
    )
    hand = Hand(bench.calls, "123456789012", REGION)
    [writer] = [w for w in writers.ALL if (w.kind, w.setting) == (SecurityGroup.KIND, "ingress")]
    writer.write(hand, stale)
    writer.write(hand, stale)
    assert bench.live() == bench.change.becomes


def test_another_refusal_is_passed_on(bench: Bench) -> None:
    nowhere = Change(bench.change.kind, "arn/sg-0000000000000000f", "ingress", was=(), becomes=bench.change.becomes)
    [writer] = [w for w in writers.ALL if (w.kind, w.setting) == (SecurityGroup.KIND, "ingress")]
    with pytest.raises(FixRefused) as refused:
        writer.write(Hand(bench.calls, "123456789012", REGION), nowhere)
    assert refused.value.code == "InvalidGroup.NotFound"
