"""The ways an attacker would take, in set-ups of our own making that follow published breaches."""

from typing import Any

import pytest
from tests.clouds import ANYWHERE, ME, Cloud, allow, permit

from orlop.reason.paths import ANYONE, INTERNET, Path, Paths, Sort, admin_of

EC2 = {"Service": "ec2.amazonaws.com"}
HERE = {"AWS": f"arn:aws:iam::{ME}:root"}
ADMIN = admin_of(ME)


def cloud() -> Cloud:
    made = Cloud()
    made.vpc("vpc-1", "10.0.0.0/16")
    made.subnet("subnet-1", "vpc-1", "10.0.1.0/24")
    made.table("rtb-1", "vpc-1", (ANYWHERE, "igw-1"), subnets=["subnet-1"])
    made.group("sg-1", "vpc-1", permit(ANYWHERE, 80))
    return made


def ways(of: Cloud, start: str = INTERNET) -> dict[str, Path]:
    return Paths(of.estate()).from_source(start)


def server(of: Cloud, role: str, *, tokens: str = "optional", public: str = "52.1.2.3") -> str:
    of.instance("i-1", "subnet-1", "10.0.1.5", "sg-1", public=public, name="web")
    of.answers["Reservations"][-1]["Instances"][0]["MetadataOptions"]["HttpTokens"] = tokens
    of.profile("i-1", role)
    return "i-1"


def test_from_the_internet_over_a_web_server_to_the_claims() -> None:
    """As in the Capital One breach: a web server that fetches what it is told to, version 1, a role that reads all."""
    made = cloud()
    bucket = made.bucket("claims")
    server(made, made.role("waf", allow("s3:*"), trusts=EC2))
    path = ways(made)[bucket]
    assert [step.sort for step in path.steps] == [Sort.NETWORK, Sort.ROLE_OF_SERVER, Sort.ACCESS]
    assert path.surely is False, "the folder holds no policy of the bucket, which may deny it"


def test_version_2_makes_the_way_dearer_and_a_closed_port_ends_it() -> None:
    made, other = cloud(), cloud()
    for each, tokens in ((made, "optional"), (other, "required")):
        each.bucket("claims")
        server(each, each.role("waf", allow("s3:*"), trusts=EC2), tokens=tokens)
    goal = "arn:aws:s3:::claims"
    assert ways(made)[goal].cost < ways(other)[goal].cost
    made.answers["SecurityGroups"][0]["IpPermissions"] = [permit("203.0.113.0/24", 80)]
    assert goal not in ways(made)


def test_a_boundary_and_a_condition_count() -> None:
    made = cloud()
    goal = made.bucket("claims")
    server(made, made.role("waf", allow("s3:*"), trusts=EC2, boundary=allow("ec2:*")))
    assert goal not in ways(made)
    held = cloud()
    held.bucket("claims")
    condition: dict[str, Any] = {"Condition": {"StringEquals": {"aws:SourceVpce": "vpce-1"}}}
    server(held, held.role("waf", allow("s3:*", **condition), trusts=EC2))
    path = ways(held)[goal]
    assert not path.surely


def test_a_bucket_open_to_everyone_is_one_step() -> None:
    made = cloud()
    everyone: dict[str, Any] = {"Principal": "*", **allow("s3:GetObject", "arn:aws:s3:::open/*")}
    goal = made.bucket("open", everyone)
    made.more += [{"Bucket": "open", "Grants": [], "Owner": {}}, {"Bucket": "open", "OwnershipControls": {"Rules": []}}]
    path = ways(made).get(goal)
    assert path is None or [step.sort for step in path.steps] == [Sort.PUBLIC]


def test_a_role_that_trusts_anyone_or_another_account() -> None:
    made = cloud()
    made.role("open", allow("*"), trusts="*")
    made.role("partner", allow("*"), trusts={"AWS": "arn:aws:iam::444455556666:root"})
    assert [step.sort for step in ways(made, ANYONE)[ADMIN].steps] == [Sort.TRUST, Sort.ADMIN]
    assert ADMIN in ways(made, "account 444455556666")
    assert ADMIN not in ways(made, "account 999900001111")


ESCALATIONS: list[tuple[str, list[dict[str, Any]]]] = [
    ("its own policy", [allow("iam:PutUserPolicy")]),
    ("attach to itself", [allow("iam:AttachUserPolicy", f"arn:aws:iam::{ME}:user/ann")]),
    ("a key of another", [allow("iam:CreateAccessKey", f"arn:aws:iam::{ME}:user/*")]),
    ("a role that trusts the account", [allow("sts:AssumeRole")]),
    ("a role handed to EC2", [allow(["iam:PassRole", "ec2:RunInstances"])]),
    ("rewrite a trust policy", [allow("iam:UpdateAssumeRolePolicy")]),
]


def with_ann(*allowed: dict[str, Any], boundary: dict[str, Any] | None = None) -> tuple[Cloud, str]:
    made = cloud()
    made.role("boss", allow("*"), trusts={**HERE, **EC2})
    made.user("root-like", allow("*"))
    return made, made.user("ann", *allowed, boundary=boundary)


@pytest.mark.parametrize("allowed", [pytest.param(a, id=name) for name, a in ESCALATIONS])
def test_rights_that_win_every_right(allowed: list[dict[str, Any]]) -> None:
    made, ann = with_ann(*allowed)
    assert ADMIN in ways(made, ann)
    bounded, ann = with_ann(*allowed, boundary=allow("s3:*"))
    assert ADMIN not in ways(bounded, ann)


TO_LAMBDA = allow("iam:PassRole", Condition={"StringEquals": {"iam:PassedToService": "lambda.amazonaws.com"}})
HARMLESS: list[tuple[str, list[dict[str, Any]]]] = [
    ("reading", [allow(["s3:Get*", "ec2:Describe*"])]),
    ("passing without running", [allow("iam:PassRole")]),
    ("running without passing", [allow("ec2:RunInstances")]),
    ("passing to another service only", [allow("ec2:RunInstances"), TO_LAMBDA]),
    ("a key of oneself", [allow("iam:CreateAccessKey", f"arn:aws:iam::{ME}:user/ann")]),
]


@pytest.mark.parametrize("allowed", [pytest.param(a, id=name) for name, a in HARMLESS])
def test_rights_that_win_nothing(allowed: list[dict[str, Any]]) -> None:
    made, ann = with_ann(*allowed)
    assert ADMIN not in ways(made, ann)


def test_the_one_change_that_cuts_most_ways() -> None:
    made = cloud()
    made.bucket("claims")
    made.bucket("letters")
    server(made, made.role("waf", allow("s3:GetObject"), trusts=EC2))
    paths = Paths(made.estate())
    found = paths.worst(paths.outside)
    assert len(found) == 2
    step, cut = paths.choke_points(paths.outside, found)[0]
    assert (cut, step.sort) == (2, Sort.NETWORK)
    [root] = paths.roots(paths.outside, found)
    assert root.ends
    assert root.mends == ("In the security group sg-1, let in only the addresses that need tcp 80.",)
