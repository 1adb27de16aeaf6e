"""Search domains, as OpenSearch describes them."""

from dataclasses import dataclass
from typing import ClassVar

from orlop.estate.aws.policy import Document
from orlop.estate.fact import Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class Domain:
    """One domain: in a network (`subnets`, `groups`), or with a public address of AWS's own (`public`).

    Then only `policy`, who may do what there, decides; None for none.
    """

    KIND: ClassVar[str] = "AWS::OpenSearchService::Domain"

    id: str
    account: str
    region: str
    name: str
    source: str
    address: str
    ports: tuple[int, ...]
    public: bool
    vpc: str
    subnets: tuple[str, ...]
    groups: tuple[str, ...]
    policy: Fact[Document | None]


KINDS = (Domain,)
