"""Reads distributions: one call for all of an account.

Source: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DownloadDistValuesOrigin.html (protocol)
"""

from collections.abc import Iterator

from orlop.collect.aws.calls import Answer
from orlop.collect.aws.collector import Later, Reader, collector
from orlop.estate.aws.cloudfront import Distribution, Origin


@collector(Distribution, service="cloudfront", calls=("ListDistributions",), scope="")
def distributions(aws: Reader) -> Iterator[Later[Distribution]]:
    """List the distributions."""
    for page in aws.pages("ListDistributions"):
        for item in page["DistributionList"].get("Items", ()):
            if aws.wants(item["ARN"]):
                yield _distribution(aws, item)


def _distribution(aws: Reader, item: Answer) -> Later[Distribution]:
    held: Answer = item.get("Origins") or {}
    origins: list[Answer] = held.get("Items", [])
    aliases: Answer = item.get("Aliases") or {}
    return lambda: Distribution(
        id=item["ARN"],
        account=aws.account,
        region=aws.region,
        name=item["Id"],
        source="cloudfront:ListDistributions",
        address=item.get("DomainName", ""),
        aliases=tuple(sorted(aliases.get("Items", ()))),
        enabled=item.get("Enabled", True),
        firewall=bool(item.get("WebACLId")),
        origins=tuple(sorted((_origin(origin) for origin in origins), key=lambda origin: origin.name)),
    )


def _origin(item: Answer) -> Origin:
    """Read an origin: it is asked in the caller's protocol, or always in one of the two."""
    own: Answer | None = item.get("CustomOriginConfig")
    if not own:
        return Origin(name=item["DomainName"], plain=None, tls=None)
    plain, tls = own.get("HTTPPort", 80), own.get("HTTPSPort", 443)
    match own.get("OriginProtocolPolicy"):
        case "http-only":
            tls = plain
        case "https-only":
            plain = tls
        case _:
            pass
    return Origin(name=item["DomainName"], plain=plain, tls=tls)


ALL = (distributions,)
