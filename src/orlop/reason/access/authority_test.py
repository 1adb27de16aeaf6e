"""Who can do what, put together from the policies of an estate."""

from typing import Any

from tests.clouds import ME, Cloud, allow

from orlop.reason.access.authority import Authority
from orlop.reason.access.evaluate import Outcome

HERE = {"AWS": f"arn:aws:iam::{ME}:root"}
FILES = "arn:aws:s3:::claims/*"


def authority(cloud: Cloud) -> Authority:
    return Authority(cloud.estate())


def test_all_who_may_are_found_and_no_others() -> None:
    cloud = Cloud()
    cloud.bucket("claims")
    cloud.user("ann", allow("s3:Get*"))
    cloud.user("bob", allow("s3:Put*"))
    cloud.user("eve", allow("s3:*"), boundary=allow("ec2:*"))
    cloud.role("app", allow("s3:GetObject", "arn:aws:s3:::claims/letters/*"), trusts=HERE)
    found = authority(cloud).who_may("s3:GetObject", FILES)
    assert [right.principal.name for right in found] == ["app", "ann"]
    assert found[0].resource.startswith("arn:aws:s3:::claims/letters/")


def test_what_hangs_on_the_request_is_said_to() -> None:
    cloud = Cloud()
    cloud.bucket("claims")
    condition: dict[str, Any] = {"Condition": {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}}
    cloud.user("ann", allow("s3:*", **condition))
    [right] = authority(cloud).who_may("s3:GetObject", FILES)
    assert right.decision.outcome is Outcome.UNKNOWN
    assert right.decision.needs == {"aws:sourceip"}


def test_the_resource_s_own_policy_counts() -> None:
    cloud = Cloud()
    cloud.user("ann")
    cloud.user("bob", allow("s3:*"))
    denied = {
        "Effect": "Deny",
        "Principal": {"AWS": f"arn:aws:iam::{ME}:user/bob"},
        "Action": "s3:*",
        "Resource": FILES,
    }
    named = {"Principal": {"AWS": f"arn:aws:iam::{ME}:user/ann"}, **allow("s3:GetObject", FILES)}
    cloud.bucket("claims", denied, named)
    found = authority(cloud).who_may("s3:GetObject", FILES)
    assert [right.principal.name for right in found] == ["ann"]


def test_a_policy_that_was_not_read_makes_it_unknown() -> None:
    cloud = Cloud()
    cloud.bucket("claims")
    cloud.user("ann")
    cloud.people["UserDetailList"][0]["AttachedManagedPolicies"] = [
        {"PolicyName": "Team", "PolicyArn": f"arn:aws:iam::{ME}:policy/Team"}
    ]
    [right] = authority(cloud).who_may("s3:GetObject", FILES)
    assert right.decision.outcome is Outcome.UNKNOWN
    assert "Team" in right.decision.because[0]


def test_strangers_are_found_by_the_bucket_s_policy() -> None:
    cloud = Cloud()
    cloud.bucket("claims", {"Principal": "*", **allow("s3:GetObject", FILES)})
    [grant] = authority(cloud).strangers("s3:GetObject", FILES)
    assert grant.witness.action == "s3:GetObject"
    assert authority(cloud).strangers("s3:PutObject", FILES) == ()


def test_a_pattern_means_what_lies_in_buckets_with_policies_of_their_own() -> None:
    cloud = Cloud()
    cloud.user("ann")
    cloud.bucket("claims", {"Principal": {"AWS": f"arn:aws:iam::{ME}:user/ann"}, **allow("s3:GetObject", FILES)})
    [right] = authority(cloud).who_may("s3:GetObject", "arn:aws:s3:::*")
    assert right.resource.startswith("arn:aws:s3:::claims/")


def test_what_bears_one_s_own_name_is_looked_at_under_it() -> None:
    cloud = Cloud()
    cloud.user("ann", allow("s3:GetObject", "arn:aws:s3:::claims/${aws:username}/*"))
    cloud.bucket("claims")
    [right] = authority(cloud).who_may("s3:GetObject", FILES)
    assert right.resource.startswith("arn:aws:s3:::claims/ann/")
