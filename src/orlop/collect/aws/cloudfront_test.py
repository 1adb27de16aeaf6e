from typing import Any

import pytest
from tests.answers import Answers, seen
from tests.servers.emulator import Emulator

from orlop.collect.aws import cloudfront
from orlop.collect.aws.account import identify, read
from orlop.collect.progress import Silent
from orlop.estate.aws.cloudfront import Distribution, Origin


def read_one(**more: Any) -> Distribution:
    item = {"ARN": "arn:aws:cloudfront::1:distribution/E1", "Id": "E1", "DomainName": "e1.example", **more}
    said = {"DistributionList": {"Items": [item]}}
    [found] = seen(cloudfront.ALL, Answers({"cloudfront:ListDistributions": said})).each(Distribution)
    return found


@pytest.mark.parametrize(
    ("policy", "plain", "tls"), [("http-only", 8080, 8080), ("https-only", 8443, 8443), ("match-viewer", 8080, 8443)]
)
def test_in_which_protocol_an_origin_is_asked(policy: str, plain: int, tls: int) -> None:
    custom = {"HTTPPort": 8080, "HTTPSPort": 8443, "OriginProtocolPolicy": policy}
    found = read_one(Origins={"Items": [{"DomainName": "web.example", "CustomOriginConfig": custom}]})
    assert found.origins == (Origin(name="web.example", plain=plain, tls=tls),)


def test_a_bucket_as_an_origin() -> None:
    found = read_one(Origins={"Items": [{"DomainName": "b.s3.example", "S3OriginConfig": {}}]}, WebACLId="acl-1")
    assert found.origins == (Origin(name="b.s3.example", plain=None, tls=None),)
    assert (found.firewall, found.enabled, found.aliases) == (True, True, ())


def test_on_the_emulator(aws: Emulator) -> None:
    custom = {"HTTPPort": 80, "HTTPSPort": 443, "OriginProtocolPolicy": "https-only"}
    origin = {"Id": "web", "DomainName": "web.example", "CustomOriginConfig": custom}
    values = {"QueryString": False, "Cookies": {"Forward": "none"}}
    cache = {"TargetOriginId": "web", "ViewerProtocolPolicy": "allow-all", "MinTTL": 0, "ForwardedValues": values}
    config: dict[str, Any] = {
        "CallerReference": "one",
        "Comment": "",
        "Enabled": True,
        "Origins": {"Quantity": 1, "Items": [origin]},
        "DefaultCacheBehavior": cache,
    }
    aws.client("cloudfront").create_distribution(DistributionConfig=config)
    account = identify(aws.live(), regions=("eu-west-1",))
    resources, listings = read(account, aws.live(), cloudfront.ALL, Silent())
    [found] = [each for each in resources if isinstance(each, Distribution)]
    assert found.origins == (Origin(name="web.example", plain=443, tls=443),)
    assert all(listing.unread is None for listing in listings)
