"""Reads search domains: one call for each.

Source: https://docs.aws.amazon.com/opensearch-service/latest/developerguide/vpc.html (a network, or a public address)
"""

from collections.abc import Iterator

from orlop.collect.aws.calls import Answer
from orlop.collect.aws.collector import Later, Reader, collector
from orlop.estate.aws.opensearch import Domain
from orlop.estate.aws.policy import Document, document
from orlop.estate.fact import Cause, Fact, Unread

_SOURCE = "opensearch:DescribeDomain"


@collector(Domain, service="opensearch", calls=("ListDomainNames", "DescribeDomain"))
def domains(aws: Reader) -> Iterator[Later[Domain]]:
    """List the domains of a region."""
    for page in aws.pages("ListDomainNames"):
        for item in page["DomainNames"]:
            if aws.wants(aws.arn(f"domain/{item['DomainName']}", service="es")):
                yield _domain(aws, item["DomainName"])


def _domain(aws: Reader, name: str) -> Later[Domain]:
    item: Answer = aws.call("DescribeDomain", DomainName=name)["DomainStatus"]
    network: Answer = item.get("VPCOptions") or {}
    options: Answer = item.get("DomainEndpointOptions") or {}
    endpoints: Answer = item.get("Endpoints") or {}
    return lambda: Domain(
        id=item.get("ARN") or aws.arn(f"domain/{name}", service="es"),
        account=aws.account,
        region=aws.region,
        name=name,
        source=_SOURCE,
        address=item.get("Endpoint") or next(iter(endpoints.values()), ""),
        ports=(443,) if options.get("EnforceHTTPS") else (80, 443),
        public=not network.get("SubnetIds"),
        vpc=network.get("VPCId", ""),
        subnets=tuple(sorted(network.get("SubnetIds", ()))),
        groups=tuple(sorted(network.get("SecurityGroupIds", ()))),
        policy=_policy(item.get("AccessPolicies")),
    )


def _policy(text: str | None) -> Fact[Document | None]:
    try:
        return Fact(document(text) if text else None, _SOURCE)
    except ValueError:
        return Fact(Unread(Cause.MALFORMED, "the policy is not one that AWS would accept"), _SOURCE)


ALL = (domains,)
