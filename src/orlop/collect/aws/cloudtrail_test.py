from typing import Any

import pytest
from tests.answers import Answers, seen
from tests.cases import ACCOUNT

from orlop.collect.aws import cloudtrail
from orlop.estate.aws.cloudtrail import Events, Reach, Trail

ALL, NONE = Events(reads=True, writes=True), Events(reads=False, writes=False)
CHANGES, READS = Events(reads=False, writes=True), Events(reads=True, writes=False)


def trail(name: str, home: str, *, wide: bool = True, owner: str = ACCOUNT) -> dict[str, Any]:
    return {
        "Name": name,
        "TrailARN": f"arn:aws:cloudtrail:{home}:{owner}:trail/{name}",
        "HomeRegion": home,
        "IsMultiRegionTrail": wide,
        "IncludeGlobalServiceEvents": wide,
        "S3BucketName": "trail",
    }


def answers(*trails: dict[str, Any]) -> Answers:
    return Answers(
        {
            "cloudtrail:DescribeTrails": {"trailList": list(trails)},
            "cloudtrail:GetTrailStatus": {"IsLogging": True},
            "cloudtrail:GetEventSelectors": {"EventSelectors": []},
        }
    )


def test_a_trail_that_shows_in_every_region_is_taken_up_once() -> None:
    said = answers(trail("main", "us-east-1"))
    [found] = seen([cloudtrail.trails], said, regions=("eu-west-1", "us-east-1", "us-west-2")).each(Trail)
    assert (found.region, found.reach) == ("us-east-1", Reach(all_regions=True, global_services=True))
    assert [region for source, region, _ in said.asked if source == "cloudtrail:GetTrailStatus"] == ["us-east-1"]


def test_a_trail_of_a_region_that_is_not_looked_at_is_not_missed() -> None:
    said = answers(trail("main", "us-east-1"))
    estate = seen([cloudtrail.trails], said, regions=("eu-west-1", "us-west-2"))
    [found] = estate.within(Trail, ACCOUNT)
    assert found.region == "us-east-1"
    assert [region for source, region, _ in said.asked if source == "cloudtrail:GetTrailStatus"] == ["us-east-1"]


def test_the_trail_of_the_organisation() -> None:
    [found] = seen([cloudtrail.trails], answers(trail("all", "eu-west-1", owner="999900001111"))).each(Trail)
    assert (found.account, found.owner) == (ACCOUNT, "999900001111")


def test_a_trail_that_does_not_tell_its_state() -> None:
    said = answers(trail("main", "eu-west-1"))
    said.said = {"cloudtrail:DescribeTrails": {"trailList": [trail("main", "eu-west-1")]}}
    [found] = seen([cloudtrail.trails], said).each(Trail)
    assert found.logging.unread
    assert found.events.unread


def basic(kind: str, *, management: bool = True) -> dict[str, Any]:
    return {"EventSelectors": [{"ReadWriteType": kind, "IncludeManagementEvents": management}]}


def advanced(*fields: dict[str, Any]) -> dict[str, Any]:
    return {"AdvancedEventSelectors": [{"FieldSelectors": list(fields)}]}


MANAGEMENT = {"Field": "eventCategory", "Equals": ["Management"]}


@pytest.mark.parametrize(
    ("said", "events"),
    [
        pytest.param({}, ALL, id="never set: all"),
        pytest.param(basic("All"), ALL, id="all"),
        pytest.param(basic("WriteOnly"), CHANGES, id="changes"),
        pytest.param(basic("ReadOnly"), READS, id="reading"),
        pytest.param(basic("All", management=False), NONE, id="data only"),
        pytest.param(advanced(MANAGEMENT), ALL, id="advanced: all"),
        pytest.param(advanced(MANAGEMENT, {"Field": "readOnly", "Equals": ["false"]}), CHANGES, id="advanced: changes"),
        pytest.param(advanced(MANAGEMENT, {"Field": "readOnly", "Equals": ["true"]}), READS, id="advanced: reading"),
        pytest.param(
            advanced(MANAGEMENT, {"Field": "eventSource", "NotEquals": ["kms.amazonaws.com"]}), ALL, id="without KMS"
        ),
        pytest.param(
            advanced(MANAGEMENT, {"Field": "eventSource", "Equals": ["kms.amazonaws.com"]}), NONE, id="KMS only"
        ),
        pytest.param(advanced({"Field": "eventCategory", "Equals": ["Data"]}), NONE, id="advanced: data only"),
    ],
)
def test_management_events(said: dict[str, Any], events: Events) -> None:
    assert cloudtrail.management_events(said) == events
