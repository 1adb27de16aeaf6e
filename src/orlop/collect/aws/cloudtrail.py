"""Reads the trails of an account, those of its organisation among them."""

from collections.abc import Iterator
from typing import Any

from orlop.collect.aws.calls import Answer
from orlop.collect.aws.collector import Later, Reader, collector, part
from orlop.estate.aws.cloudtrail import Events, Reach, Trail


@collector(Trail, service="cloudtrail", calls=("DescribeTrails", "GetTrailStatus", "GetEventSelectors"))
def trails(aws: Reader) -> Iterator[Later[Trail]]:
    """List trails where they are kept.

    A trail of all regions shows in each, and that of an organisation shows in its accounts only so (as a "shadow").
    Each is taken up once: in its own region, or, if that is not looked at, in the first that is.
    Source: https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_DescribeTrails.html
    """
    for page in aws.pages("DescribeTrails", includeShadowTrails=True):
        for item in page["trailList"]:
            home = item["HomeRegion"]
            here = home == aws.region or (home not in aws.regions and aws.region == aws.regions[0])
            if here and aws.wants(item["TrailARN"]):
                yield _trail(aws, item)


def _trail(aws: Reader, item: Answer) -> Later[Trail]:
    arn, home = item["TrailARN"], item["HomeRegion"]
    status = aws.later("cloudtrail:GetTrailStatus", lambda: aws.call("GetTrailStatus", region=home, Name=arn))
    events = aws.later(
        "cloudtrail:GetEventSelectors",
        lambda: management_events(aws.call("GetEventSelectors", region=home, TrailName=arn)),
    )
    return lambda: Trail(
        id=arn,
        account=aws.account,
        region=home,
        name=item["Name"],
        source="cloudtrail:DescribeTrails",
        owner=arn.split(":")[4],
        reach=Reach(
            all_regions=item["IsMultiRegionTrail"], global_services=item.get("IncludeGlobalServiceEvents", False)
        ),
        validation=item.get("LogFileValidationEnabled", False),
        kms_key=item.get("KmsKeyId"),
        bucket=item["S3BucketName"],
        logging=part(status(), lambda answer: bool(answer["IsLogging"])),
        events=events(),
    )


def management_events(answer: Answer) -> Events:
    """Return which management events the selectors of a trail let through. Without any, all of them.

    Leaving out the many events of single services (KMS, RDS data) is usual and counts as all.
    """
    basic: list[Any] = answer.get("EventSelectors") or []
    advanced: list[Any] = answer.get("AdvancedEventSelectors") or []
    if not basic and not advanced:
        return Events(reads=True, writes=True)
    kinds = {s.get("ReadWriteType", "All") for s in basic if s.get("IncludeManagementEvents", True)}
    kinds |= {kind for selector in advanced if (kind := _kind(selector["FieldSelectors"]))}
    return Events(reads=bool(kinds & {"All", "ReadOnly"}), writes=bool(kinds & {"All", "WriteOnly"}))


def _kind(fields: list[Any]) -> str:
    """Return which management events an advanced selector takes: `All`, `ReadOnly`, `WriteOnly`, or `""` for none."""
    said = {field["Field"]: field for field in fields}
    if said.pop("eventCategory", {}).get("Equals") != ["Management"]:
        return ""
    read_only = said.pop("readOnly", {}).get("Equals")
    if any("NotEquals" not in field for field in said.values()):
        return ""  # Single services or calls only.
    return {None: "All", "true": "ReadOnly", "false": "WriteOnly"}.get(read_only and read_only[0], "")


ALL = (trails,)
