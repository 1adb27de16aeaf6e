"""CloudFront before load balancers and instances: what AWS documents, one case each."""

from typing import Any

from tests.clouds import ANYWHERE, ME, Cloud, permit
from tests.reaching import asked, stopped_by

from orlop.reason.addresses import cidr
from orlop.reason.network.flows import holds


def site(*, rule: str = "pl-cf", policy: str = "https-only", origin: str = "", enabled: bool = True) -> Cloud:
    """A load balancer that lets in CloudFront, and a distribution before it."""
    cloud = Cloud()
    cloud.vpc("vpc-1", "10.0.0.0/16")
    cloud.subnet("subnet-1", "vpc-1", "10.0.1.0/24")
    cloud.subnet("subnet-2", "vpc-1", "10.0.2.0/24")
    cloud.table("rtb-1", "vpc-1", (ANYWHERE, "igw-1"), subnets=["subnet-1"])
    cloud.group("sg-lb", "vpc-1", permit(rule, 443))
    cloud.group("sg-1", "vpc-1", permit("sg-lb", 8080))
    cloud.instance("i-1", "subnet-2", "10.0.2.5", "sg-1")
    front = cloud.balancer("front", "application", "subnet-1", groups=["sg-lb"])
    cloud.listener(front, "HTTPS", 443, cloud.targets("tg-1", "vpc-1", "HTTP", 8080, "i-1"))
    cloud.answers["PrefixLists"] = [
        {
            "PrefixListId": "pl-cf",
            "PrefixListArn": "arn:aws:ec2:eu-west-1:aws:prefix-list/pl-cf",
            "PrefixListName": "com.amazonaws.global.cloudfront.origin-facing",
            "OwnerId": "AWS",
        }
    ]
    cloud.more.append({"PrefixListId": "pl-cf", "Entries": [{"Cidr": "13.32.0.0/15"}]})
    custom = {"HTTPPort": 80, "HTTPSPort": 443, "OriginProtocolPolicy": policy}
    item: dict[str, Any] = {
        "Id": "E1",
        "ARN": f"arn:aws:cloudfront::{ME}:distribution/E1",
        "DomainName": "e1.cloudfront.example",
        "Aliases": {"Items": ["www.example"]},
        "Enabled": enabled,
        "Origins": {
            "Items": [
                {"DomainName": origin or "front.elb.eu-west-1.amazonaws.com", "CustomOriginConfig": custom},
                {"DomainName": "docs.s3.amazonaws.com", "S3OriginConfig": {}},
            ]
        },
    }
    cloud.more.append({"DistributionList": {"Items": [item]}})
    return cloud


def test_everyone_gets_on_to_an_origin_that_lets_in_cloudfront_only() -> None:
    found = asked(site(), "internet", "front:443")
    assert found.reachable is True
    assert asked(site(), "203.0.113.9", "front:443").by == "CloudFront distribution"
    assert holds(found.flows, cidr("203.0.113.9"), "tcp", 443)
    assert all(hop.passes for hop in found.path)
    behind = asked(site(), "203.0.113.9", "i-1:8080")
    assert behind.reachable is True
    assert behind.entry
    assert behind.entry.receiver == "e1.cloudfront.example"
    assert all(hop.passes for hop in behind.path)
    assert asked(site(), "internet", "i-1:8080").reachable is True


def test_a_distribution_is_reached_by_its_names() -> None:
    for name in ("E1", "e1.cloudfront.example", "www.example"):
        assert asked(site(), "internet", f"{name}:443").reachable is True
        assert asked(site(), "internet", f"{name}:22").reachable is False


def test_an_origin_that_does_not_let_in_cloudfront_is_not_reached_through_it() -> None:
    assert "security group" in stopped_by(asked(site(rule="198.51.100.0/24"), "203.0.113.9", "i-1:8080"))


def test_an_origin_is_asked_in_the_protocol_that_is_set() -> None:
    assert asked(site(policy="http-only"), "203.0.113.9", "i-1:8080").reachable is False
    assert asked(site(policy="match-viewer"), "203.0.113.9", "i-1:8080").reachable is True


def test_neither_another_origin_nor_one_that_is_switched_off_leads_there() -> None:
    assert asked(site(origin="other.example"), "203.0.113.9", "i-1:8080").reachable is False
    assert asked(site(enabled=False), "203.0.113.9", "i-1:8080").reachable is False


def test_an_instance_by_its_public_name() -> None:
    cloud = site(origin="ec2-52-1-2-3.eu-west-1.compute.amazonaws.com")
    cloud.group("sg-2", "vpc-1", permit("pl-cf", 443))
    cloud.instance("i-2", "subnet-1", "10.0.1.9", "sg-2", public="52.1.2.3")
    assert asked(cloud, "203.0.113.9", "i-2:443").by == "CloudFront distribution"


def test_addresses_of_cloudfront_that_were_not_read_make_it_unknown() -> None:
    found = asked(site(rule="13.32.0.0/15"), "203.0.113.9", "i-1:8080", without=["PrefixLists"])
    assert found.reachable is None
    assert "CloudFront" in found.gaps[0]
