"""Message brokers, as Amazon MQ describes them."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True, kw_only=True)
class Broker:
    """One broker. A public one of RabbitMQ stands in no network of yours, and has no security groups."""

    KIND: ClassVar[str] = "AWS::AmazonMQ::Broker"

    id: str
    account: str
    region: str
    name: str
    source: str
    engine: str
    address: str
    ports: tuple[int, ...]
    public: bool
    vpc: str
    subnets: tuple[str, ...]
    groups: tuple[str, ...]


KINDS = (Broker,)
