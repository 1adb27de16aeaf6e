"""Document and graph databases (DocumentDB, Neptune), which the endpoint of RDS tells of."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentInstance:
    """One server of documents. None is ever public."""

    KIND: ClassVar[str] = "AWS::DocDB::DBInstance"

    id: str
    account: str
    region: str
    name: str
    source: str
    cluster: str
    address: str
    ports: tuple[int, ...]
    public: bool
    vpc: str
    subnets: tuple[str, ...]
    groups: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class GraphInstance:
    """One server of graphs."""

    KIND: ClassVar[str] = "AWS::Neptune::DBInstance"

    id: str
    account: str
    region: str
    name: str
    source: str
    cluster: str
    address: str
    ports: tuple[int, ...]
    public: bool
    vpc: str
    subnets: tuple[str, ...]
    groups: tuple[str, ...]


KINDS = (
    DocumentInstance,
    GraphInstance,
)
