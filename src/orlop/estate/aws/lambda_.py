"""Lambda functions, as AWS describes them. Values of environment variables never get here."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from orlop.estate.aws.policy import Document
from orlop.estate.fact import Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class Variable:
    """One environment variable: its name, and which kinds of secret its value looks like (words for people)."""

    name: str
    looks_like: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FunctionUrl:
    """One web address of a function. `alias` is the alias it belongs to, `""` for the function itself."""

    alias: str
    url: str
    sign_in: Literal["NONE", "AWS_IAM"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Function:
    """One function. `runtime` is None for a container image; `policy` is the function's own, not that of an alias.

    `subnets` and `groups` are ids, none outside a VPC; `role` is an ARN.
    """

    KIND: ClassVar[str] = "AWS::Lambda::Function"

    id: str
    account: str
    region: str
    name: str
    source: str
    runtime: str | None
    role: str
    vpc: str | None
    subnets: tuple[str, ...]
    groups: tuple[str, ...]
    tracing: bool
    variables: Fact[tuple[Variable, ...]]
    policy: Fact[Document | None]
    urls: Fact[tuple[FunctionUrl, ...]]


KINDS = (Function,)
