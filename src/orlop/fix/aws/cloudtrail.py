"""Writes settings of trails, in the region where they are kept."""

from orlop.estate.aws.cloudtrail import Trail
from orlop.estate.change import Change
from orlop.fix.writer import Aws, writes


@writes(Trail, "logging", "cloudtrail:StartLogging", "cloudtrail:StopLogging")
def trail_logging(aws: Aws, change: Change) -> None:
    """Start or stop recording."""
    aws.call("cloudtrail", "StartLogging" if change.becomes else "StopLogging", Name=change.target)


@writes(Trail, "validation", "cloudtrail:UpdateTrail")
def trail_validation(aws: Aws, change: Change) -> None:
    """Have AWS sign the record, or not."""
    aws.call("cloudtrail", "UpdateTrail", Name=change.target, EnableLogFileValidation=change.becomes)


@writes(Trail, "reach", "cloudtrail:UpdateTrail")
def trail_reach(aws: Aws, change: Change) -> None:
    """Set how far a trail sees. A trail of all regions must see the services that belong to none, too."""
    aws.call(
        "cloudtrail",
        "UpdateTrail",
        Name=change.target,
        IsMultiRegionTrail=change.becomes.all_regions,
        IncludeGlobalServiceEvents=change.becomes.global_services,
    )


ALL = (trail_logging, trail_validation, trail_reach)
