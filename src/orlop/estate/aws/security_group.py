"""Security groups and prefix lists: who may send what to whom, as AWS describes it.

A group's rules are values without ids, in canonical order, so that two readings compare and a difference is a set
difference. The ids stand apart, for people who look a rule up.
"""

from dataclasses import dataclass, field
from typing import ClassVar, Literal

from orlop.estate.fact import Fact

Tags = tuple[tuple[str, str], ...]
"""Tags as pairs of key and value, sorted."""

ANY = -1
"""In a rule's `protocol` (as text), `first` and `last`: all of them."""


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Source:
    """Where traffic comes from (or, in a rule for outgoing traffic, goes to).

    `kind` is `cidr` (v4 or v6), `list` (a prefix list's id) or `group` (a security group's id: the private addresses of
    what uses that group). `account` is the group's account, `vpc` and `peering` where it lies in a peered network.
    """

    kind: Literal["cidr", "list", "group"]
    name: str
    account: str = ""
    vpc: str = ""
    peering: str = ""

    def __str__(self) -> str:
        """Show the name alone."""
        return self.name


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class AccessRule:
    """One rule with one source. AWS knows no denials here: all rules together are what is allowed.

    `protocol` is `tcp`, `udp`, `icmp`, `icmpv6`, a protocol number, or `-1` for all. `first` and `last` are ports; for
    ICMP the type and the code; -1 for all. `tags` are those of the rule itself.

    Source: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_IpPermission.html
    """

    protocol: str
    first: int = ANY
    last: int = ANY
    source: Source
    description: str = ""
    tags: Tags = ()

    @property
    def key(self) -> tuple[str, int, int, Source]:
        """What makes it this rule for AWS: two rules of a group never share it."""
        return (self.protocol, self.first, self.last, self.source)

    def __str__(self) -> str:
        """Show as `tcp 22-25 from 0.0.0.0/0`."""
        if self.protocol == "-1":
            return f"everything from {self.source}"
        return f"{self.protocol}{self._run} from {self.source}"

    @property
    def _run(self) -> str:
        if self.first == ANY:
            return ""
        if self.protocol in ("tcp", "udp"):
            return f" {self.first}" + (f"-{self.last}" if self.last != self.first else "")
        return f" type {self.first}" + (f" code {self.last}" if self.last != ANY else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleId:
    """The id that AWS gave to a rule. It changes when a rule is taken away and put back."""

    id: str
    egress: bool
    protocol: str
    first: int
    last: int
    source: Source

    @property
    def key(self) -> tuple[str, int, int, Source]:
        """What it shares with the rule whose id it is."""
        return (self.protocol, self.first, self.last, self.source)


@dataclass(frozen=True, slots=True, kw_only=True)
class SecurityGroup:
    """One security group. `group_id` is `sg-...`, `name` its group name; `default` that of a network's own first group.

    `ingress` and `egress` are sorted. `rule_ids` do not count when two groups are compared.
    """

    KIND: ClassVar[str] = "AWS::EC2::SecurityGroup"

    id: str
    account: str
    region: str
    name: str
    source: str
    group_id: str
    owner: str
    vpc: str
    description: str
    ingress: tuple[AccessRule, ...]
    egress: tuple[AccessRule, ...]
    tags: Tags
    rule_ids: Fact[tuple[RuleId, ...]] = field(compare=False)

    @property
    def is_default(self) -> bool:
        """Whether it is the group that AWS gives to whatever was started without one. No other may have its name."""
        return self.name == "default"


@dataclass(frozen=True, slots=True, kw_only=True)
class PrefixList:
    """A named list of address ranges: AWS's own (`owner` is `AWS`), this account's, or shared by another account.

    `entries` are CIDRs, sorted.
    """

    KIND: ClassVar[str] = "AWS::EC2::PrefixList"

    id: str
    account: str
    region: str
    name: str
    source: str
    list_id: str
    owner: str
    family: str
    entries: Fact[tuple[str, ...]]


KINDS = (SecurityGroup, PrefixList)
