"""Instances, and what a region says for all instances to come, as AWS describes them."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from orlop.estate.aws.security_group import Tags
from orlop.estate.fact import Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class MetadataOptions:
    """How the instance metadata service answers: the address inside an instance that hands out the keys of its role.

    `tokens` is `required` (only version 2 answers) or `optional` (version 1 too); `hops` how many network hops an
    answer may take; `tags` whether the instance's tags can be read there.

    Source: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_InstanceMetadataOptionsResponse.html
    """

    tokens: Literal["optional", "required"]
    enabled: bool
    hops: int
    ipv6: bool
    tags: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretSeen:
    """A place that looks like a secret: its kind, and the number of the line. Never the text itself."""

    kind: str
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Instance:
    """One EC2 instance that is not terminated. Times are ISO 8601 in UTC; addresses are text, v4 and v6.

    `state` is `running`, `stopped`...; `stopped_at` when it was stopped, where AWS still says so. `platform` is
    `windows` or `""`. `interfaces` and `groups` are ids (`eni-...`, `sg-...`), `profile` the ARN of the instance
    profile. `user_data` tells which secrets the start-up script seems to hold.
    """

    KIND: ClassVar[str] = "AWS::EC2::Instance"

    id: str
    account: str
    region: str
    name: str
    source: str
    instance_id: str
    state: str
    launched_at: str
    stopped_at: str | None
    image: str
    platform: str
    vpc: str | None
    subnet: str | None
    interfaces: tuple[str, ...]
    groups: tuple[str, ...]
    private_addresses: tuple[str, ...]
    public_addresses: tuple[str, ...]
    profile: str | None
    forwards: bool
    metadata: Fact[MetadataOptions]
    tags: Tags
    user_data: Fact[tuple[SecretSeen, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class MetadataDefaults:
    """What new instances of a region get where the one who starts them says nothing. None: AWS's own default.

    Source: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_InstanceMetadataDefaultsResponse.html
    """

    tokens: str | None
    enforced: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class InstanceDefaults:
    """What one region says for all instances to come. One a region."""

    KIND: ClassVar[str] = "Orlop::EC2::InstanceDefaults"

    id: str
    account: str
    region: str
    name: str
    source: str
    metadata: Fact[MetadataDefaults]


KINDS = (Instance, InstanceDefaults)
