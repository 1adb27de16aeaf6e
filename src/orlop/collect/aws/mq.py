"""Reads message brokers: one call for each.

Source: https://docs.aws.amazon.com/amazon-mq/latest/developer-guide/rabbitmq-basic-elements-broker.html (public ones)
"""

import re
from collections.abc import Iterator

from orlop.collect.aws.calls import Answer
from orlop.collect.aws.collector import Later, Reader, collector
from orlop.estate.aws.mq import Broker

_PORT = re.compile(r"://[^/:]+(?::(\d+))?")


@collector(Broker, service="mq", calls=("ListBrokers", "DescribeBroker"))
def brokers(aws: Reader) -> Iterator[Later[Broker]]:
    """List the brokers of a region."""
    for page in aws.pages("ListBrokers"):
        for item in page["BrokerSummaries"]:
            if aws.wants(item["BrokerArn"]):
                yield _broker(aws, item["BrokerId"])


def _broker(aws: Reader, id: str) -> Later[Broker]:
    item = aws.call("DescribeBroker", BrokerId=id)
    stands: list[Answer] = item.get("BrokerInstances") or []
    urls = [url for each in stands for url in (*each.get("Endpoints", ()), each.get("ConsoleURL", "")) if url]
    found = {int(match[1] or 443) for url in urls if (match := _PORT.search(url))}
    return lambda: Broker(
        id=item["BrokerArn"],
        account=aws.account,
        region=aws.region,
        name=item.get("BrokerName", id),
        source="mq:DescribeBroker",
        engine=item.get("EngineType", "").upper(),
        address=next((url.partition("://")[2].partition(":")[0] for url in urls), ""),
        ports=tuple(sorted(found)),
        public=item.get("PubliclyAccessible", False),
        vpc="",
        subnets=tuple(sorted(item.get("SubnetIds", ()))),
        groups=tuple(sorted(item.get("SecurityGroups", ()))),
    )


ALL = (brokers,)
