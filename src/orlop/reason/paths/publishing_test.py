"""What an insider could make public: the calls it takes, exactly, and whether anybody would notice."""

from dataclasses import replace
from typing import Any

import pytest
from tests.buckets import account, bucket
from tests.buckets import allowing as letting_in
from tests.buckets import policy as bucket_policy
from tests.cases import ACCOUNT, DENIED, REGION, estate
from tests.clouds import ANYWHERE, ME, Cloud, permit
from tests.clouds import allow as allowed
from tests.people import allow, deny, iam, role, says, trusts, user

from orlop.estate.aws.cloudtrail import Events, Reach, Trail
from orlop.estate.aws.ebs import EbsRegion, Snapshot
from orlop.estate.aws.s3 import BLOCK_ALL, OWNER_ENFORCED
from orlop.estate.fact import Fact
from orlop.estate.resource import Resource
from orlop.reason.paths import Paths
from orlop.reason.paths.publishing import Publishing, publishing

OWN_BLOCK, WHOLE_BLOCK = "s3:PutBucketPublicAccessBlock", "s3:PutAccountPublicAccessBlock"
POLICY = "s3:PutBucketPolicy"
EVERYONE = bucket_policy(letting_in("s3:GetObject"))


def found(may: list[str], *beside: Resource, **more: Any) -> list[Publishing]:
    """What one who may do these could make public."""
    who = user("ann", own=says(allow(may), *more.get("deny", ())))
    held = estate(who, *beside, unread=more.get("unread", ()))
    return list(publishing([who], Paths(held).ground))


def actions(of: list[Publishing]) -> list[tuple[str, ...]]:
    return [each.actions for each in of]


OPEN, SHUT = account(), account(BLOCK_ALL)
BUCKETS = [
    pytest.param(None, OPEN, [POLICY], [(POLICY,)], id="no block: one change"),
    pytest.param(BLOCK_ALL, OPEN, [POLICY], [], id="a block that it cannot take off"),
    pytest.param(BLOCK_ALL, OPEN, [POLICY, OWN_BLOCK], [(OWN_BLOCK, POLICY)], id="a block: two changes"),
    pytest.param(None, SHUT, [POLICY, OWN_BLOCK], [], id="the account's block"),
    pytest.param(None, SHUT, [POLICY, WHOLE_BLOCK], [(WHOLE_BLOCK, POLICY)], id="the account's block: two changes"),
    pytest.param(
        BLOCK_ALL, SHUT, ["s3:*"], [(OWN_BLOCK, WHOLE_BLOCK, POLICY)], id="both blocks: three changes"
    ),
    pytest.param(None, OPEN, ["s3:GetObject"], [], id="no right to change anything"),
]  # fmt: skip


@pytest.mark.parametrize(("own", "whole", "may", "expected"), BUCKETS)
def test_a_bucket_by_its_policy(own: Any, whole: Resource, may: list[str], expected: list[tuple[str, ...]]) -> None:
    said = found(may, bucket(public_access_block=own), whole)
    assert actions([each for each in said if each.id == "bucket-policy"]) == expected
    assert all(each.surely for each in said)


def test_a_block_that_was_not_read_makes_it_unsure_not_impossible() -> None:
    [said] = found([POLICY], bucket(public_access_block=DENIED), account())
    assert (said.actions, said.surely) == ((POLICY,), False)


def test_taking_off_a_block_opens_what_sleeps_behind_it() -> None:
    [said] = found([OWN_BLOCK], bucket(policy=EVERYONE), account())
    assert (said.id, said.actions) == ("bucket-block", (OWN_BLOCK,))
    assert not found([OWN_BLOCK], bucket(), account())


def test_what_is_open_already_is_not_made_public() -> None:
    said = found(["s3:*"], bucket(policy=EVERYONE, public_access_block=None), account())
    assert "bucket-policy" not in {each.id for each in said}


def test_access_lists_that_do_not_count_are_one_more_change() -> None:
    may = ["s3:PutBucketAcl", "s3:PutBucketOwnershipControls"]
    [said] = found(may, bucket(public_access_block=None, ownership=OWNER_ENFORCED), account())
    assert said.actions == ("s3:PutBucketOwnershipControls", "s3:PutBucketAcl")


def test_a_deny_counts() -> None:
    assert not found([POLICY], bucket(public_access_block=None), account(), deny=[deny("s3:PutBucket*")])


def snapshot(**more: Any) -> Snapshot:
    plain: dict[str, Any] = {"encrypted": False, "shared_with": Fact((), "a:Get")}
    return Snapshot(
        id=f"arn:aws:ec2:{REGION}::snapshot/snap-1",
        account=ACCOUNT,
        region=REGION,
        name="snap-1",
        source="a:List",
        size=8,
        volume="",
        made="",
        public=Fact(False, "a:Get"),
        **{**plain, **more},
    )


def region(block: Any) -> EbsRegion:
    return EbsRegion(
        id="here",
        account=ACCOUNT,
        region=REGION,
        name="here",
        source="a:Get",
        encrypts=Fact(True, "a:Get"),
        key=Fact(None, "a:Get"),
        snapshot_block=Fact(block, "a:Get"),
        image_block=Fact("unblocked", "a:Get"),
    )


SHARE, UNBLOCK = "ec2:ModifySnapshotAttribute", "ec2:DisableSnapshotBlockPublicAccess"


@pytest.mark.parametrize(
    ("what", "where", "expected"),
    [
        pytest.param(snapshot(), region("unblocked"), [(SHARE,)], id="one change"),
        pytest.param(snapshot(), region("block-new-sharing"), [(UNBLOCK, SHARE)], id="the region's block: two"),
        pytest.param(snapshot(encrypted=True), region("unblocked"), [], id="AWS shares nothing encrypted"),
        pytest.param(snapshot(shared_with=Fact(("all",), "a:Get")), region("unblocked"), [], id="it is public already"),
    ],
)
def test_a_snapshot(what: Snapshot, where: EbsRegion, expected: list[tuple[str, ...]]) -> None:
    assert actions(found(["ec2:*"], what, where)) == expected


def trail(**more: Any) -> Trail:
    plain: dict[str, Any] = {
        "reach": Reach(all_regions=True, global_services=True),
        "logging": Fact(True, "a:Get"),
        "events": Fact(Events(reads=True, writes=True), "a:Get"),
    }
    return Trail(
        id="trail",
        account=ACCOUNT,
        region="us-east-1",
        name="all",
        source="a:List",
        owner=ACCOUNT,
        validation=True,
        kms_key=None,
        bucket="trail",
        **{**plain, **more},
    )


@pytest.mark.parametrize(
    ("trails", "unread", "recorded"),
    [
        pytest.param((trail(),), (), True, id="a trail of all regions"),
        pytest.param((), (), False, id="no trail"),
        pytest.param((trail(reach=Reach(all_regions=False, global_services=True)),), (), False, id="another region"),
        pytest.param((trail(logging=Fact(False, "a:Get")),), (), False, id="switched off"),
        pytest.param((trail(events=Fact(Events(reads=True, writes=False), "a:Get")),), (), False, id="reads only"),
        pytest.param((trail(logging=Fact(DENIED, "a:Get")),), (), None, id="not known whether it is on"),
        pytest.param((), (Trail,), None, id="trails were not read"),
    ],
)
def test_whether_it_would_be_noticed(trails: tuple[Trail, ...], unread: Any, recorded: bool | None) -> None:
    [said] = found([POLICY], bucket(public_access_block=None), account(), *trails, unread=unread)
    assert said.recorded is recorded


def database(*, public: bool, may: list[str], opened: bool = False, way_out: bool = True) -> list[tuple[str, ...]]:
    """What one could do to a database: behind a group that lets in nobody, or everyone; with a way out, or none."""
    made = Cloud()
    made.vpc("vpc-1", "10.0.0.0/16")
    made.subnet("subnet-1", "vpc-1", "10.0.1.0/24")
    made.table("rtb-1", "vpc-1", *([(ANYWHERE, "igw-1")] if way_out else []), subnets=["subnet-1"])
    made.group("sg-db", "vpc-1", *([permit(ANYWHERE, 5432)] if opened else []))
    made.add(
        "DBInstances",
        DBInstanceIdentifier="claims",
        DBInstanceArn=f"arn:aws:rds:eu-west-1:{ME}:db:claims",
        Engine="postgres",
        EngineVersion="16.3",
        DBInstanceStatus="available",
        PubliclyAccessible=public,
        Endpoint={"Address": "claims.example", "Port": 5432},
        DBSubnetGroup={"VpcId": "vpc-1", "Subnets": [{"SubnetIdentifier": "subnet-1"}]},
        VpcSecurityGroups=[{"VpcSecurityGroupId": "sg-db", "Status": "active"}],
    )
    made.user("ann", allowed(may))
    ground = Paths(made.estate()).ground
    [ann] = ground.users
    return [each.actions for each in publishing([ann], ground) if each.id == "database"]


LET_IN, MODIFY = "ec2:AuthorizeSecurityGroupIngress", "rds:ModifyDBInstance"


@pytest.mark.parametrize(
    ("how", "expected"),
    [
        pytest.param({"public": True, "may": [LET_IN]}, [(LET_IN,)], id="public, its group shut"),
        pytest.param({"public": False, "may": [LET_IN]}, [], id="private: the group alone does not do it"),
        pytest.param({"public": False, "may": [MODIFY], "opened": True}, [(MODIFY,)], id="private, its group open"),
        pytest.param({"public": False, "may": [MODIFY, LET_IN]}, [(MODIFY, LET_IN)], id="both are needed"),
        pytest.param({"public": True, "may": [MODIFY, LET_IN], "opened": True}, [], id="open already"),
        pytest.param({"public": True, "may": [MODIFY, LET_IN], "way_out": False}, [], id="no way to the internet"),
    ],
)
def test_a_database_as_the_network_would_be_then(how: dict[str, Any], expected: list[tuple[str, ...]]) -> None:
    assert database(**how) == expected


def test_what_a_role_that_one_can_take_on_may_do_counts_and_names_the_role() -> None:
    ann = user("ann", own=says(allow("sts:AssumeRole")))
    boss = role("boss", trust=trusts({"AWS": iam("root")}), own=says(allow(POLICY)))
    paths = Paths(estate(ann, boss, bucket(public_access_block=None), account()))
    [said] = publishing(paths.acting(ann), paths.ground)
    assert (said.id, said.acting_as) == ("bucket-policy", "boss")
    shut = replace(boss, trust=Fact(trusts({"AWS": iam("user/bert")}), "a:Get"))
    apart = Paths(estate(ann, shut, bucket(public_access_block=None), account()))
    assert not publishing(apart.acting(ann), apart.ground)
