"""What every resource has: a kind, an id that is the same in every run, and where it lives."""

from collections.abc import Iterator
from dataclasses import fields
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, cast

from orlop.estate.fact import Fact

if TYPE_CHECKING:
    from _typeshed import DataclassInstance


class Resource(Protocol):
    """One thing that exists. Kinds are frozen dataclasses in `estate/aws` and `estate/host`.

    `KIND` is the CloudFormation type (`AWS::EC2::SecurityGroup`) or `Host::...`.
    `id` is the ARN, or `host:MACHINE-ID...`. `account` is the AWS account id, or `host:MACHINE-ID`.
    `region` is the AWS region; `""` for what is global to the account, and for hosts.
    `name` is what its owner calls it: text from the system, never to be trusted as markup.
    `source` is the call that told of its existence and of its plain fields (`ec2:DescribeInstances`).
    Fields that another call answered are `Fact`s of their own.
    """

    KIND: ClassVar[str]

    @property
    def id(self) -> str: ...  # noqa: D102
    @property
    def account(self) -> str: ...  # noqa: D102
    @property
    def region(self) -> str: ...  # noqa: D102
    @property
    def name(self) -> str: ...  # noqa: D102
    @property
    def source(self) -> str: ...  # noqa: D102


def facts(resource: Resource) -> Iterator[tuple[str, Fact[Any]]]:
    """Yield each field of a resource by name, as a fact: a plain field is one that the listing call answered."""
    for each in fields(cast("DataclassInstance", resource)):
        held = getattr(resource, each.name)
        yield each.name, cast("Fact[Any]", held) if isinstance(held, Fact) else Fact(held, resource.source)
