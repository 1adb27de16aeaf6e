"""Each method by itself: with exactly its actions it makes a step, and without any one of them it does not."""

from dataclasses import fields, replace
from typing import Any

import pytest
from tests.buckets import bucket
from tests.cases import ACCOUNT, DENIED, REGION, estate
from tests.networks import instance
from tests.people import allow, group, iam, policy, role, says, trusts, user

from orlop.estate.aws.ebs import Snapshot
from orlop.estate.aws.ec2 import SecretSeen
from orlop.estate.aws.iam import InstanceProfile, Role
from orlop.estate.aws.kms import Key, KeyParticulars
from orlop.estate.aws.lambda_ import Function, Variable
from orlop.estate.aws.policy import Document
from orlop.estate.aws.rds import DBCluster, DBClusterSnapshot, DBInstance, DBSnapshot
from orlop.estate.aws.s3 import Encryption
from orlop.estate.aws.secretsmanager import Secret
from orlop.estate.fact import Fact, Unread
from orlop.estate.resource import Resource
from orlop.reason.access import methods
from orlop.reason.access.methods import Method, On
from orlop.reason.paths import Paths, Sort, Step

SERVICES = sorted({method.service for method in methods.ALL if method.service})
BOSS = role("boss", trust=trusts({"AWS": iam("root"), "Service": SERVICES}), has=("of-boss",))
VICTIM = user("victim")
PROFILE = iam("instance-profile/boss")


def placed(kind: str, **more: Any) -> dict[str, Any]:
    return {"account": ACCOUNT, "region": REGION, "name": kind, "source": "a:List", **more}


def rds(kind: type, resource: str, **more: Any) -> Any:
    """A database or snapshot, blank but for what is said."""
    named = {each.name: "" for each in fields(kind)}
    lists = dict.fromkeys({"groups", "subnets", "logs", "parameter_groups", "pending", "members"} & named.keys(), ())
    facts = {name: Fact((), "a:Get") for name in {"shared_with"} & named.keys()}
    said = {**placed(resource), "id": f"arn:aws:rds:{REGION}:{ACCOUNT}:{resource}", **more}
    return kind(**{**named, **lists, **facts, **said})


SECRET = Secret(
    id=f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:db-AbCdEf",
    service="",
    kms_key=None,
    created="",
    changed=None,
    accessed=None,
    primary_region="",
    rotation=None,
    policy=Fact(None, "a:Get"),
    **placed("db"),
)
FUNCTION = Function(
    id=f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:intake",
    runtime=None,
    role=BOSS.id,
    vpc=None,
    subnets=(),
    groups=(),
    tracing=False,
    variables=Fact((Variable(name="PASSWORD", looks_like=("a password",)),), "a:Get"),
    policy=Fact(None, "a:Get"),
    urls=Fact((), "a:Get"),
    **placed("intake"),
)
SNAPSHOT = Snapshot(
    id=f"arn:aws:ec2:{REGION}::snapshot/snap-1",
    encrypted=False,
    size=8,
    volume="",
    made="",
    public=Fact(False, "a:Get"),
    shared_with=Fact((), "a:Get"),
    **placed("snap-1"),
)
SERVER = instance(
    profile=PROFILE,
    user_data=Fact((SecretSeen(kind="a password", line=3),), "a:Get"),
)
THINGS: tuple[Resource, ...] = (
    BOSS,
    VICTIM,
    policy("of-boss", says(allow("ec2:DescribeVpcs"))),
    group("staff"),
    bucket(),
    SECRET,
    FUNCTION,
    SNAPSHOT,
    SERVER,
    InstanceProfile(id=PROFILE, role=BOSS.id, **{**placed("boss"), "region": ""}),
    rds(DBInstance, "db:claims"),
    rds(DBCluster, "cluster:figures"),
    rds(DBSnapshot, "snapshot:old"),
    rds(DBClusterSnapshot, "cluster-snapshot:old"),
)


def steps(method: Method, actions: list[str]) -> list[Step]:
    """The steps of somebody who may do just these actions, by one method."""
    goals = [BOSS.id, iam("policy/of-boss"), VICTIM.id]
    on = goals if method in methods.BY_OTHERS else "*"
    held = says(allow(actions, on)) if actions else says(allow("sts:GetCallerIdentity"))
    if any(need.on is On.ITSELF_AS_ROLE for need in method.needs):
        caller: Any = role("caller", has=("hers",), trust=trusts({"AWS": iam("user/nobody")}))
    else:
        caller = user("ann", has=("hers",), groups=("staff",))
    found = Paths(estate(caller, policy("hers", held), *THINGS)).after(caller.id)
    return [step for step in found if f"method {method.id}" in step.evidence]


@pytest.mark.parametrize("method", methods.ALL, ids=lambda method: method.id)
def test_a_method_needs_each_of_its_actions(method: Method) -> None:
    actions = [need.action for need in method.needs]
    found = steps(method, actions)
    assert found
    assert all(step.cause and step.mend.endswith(".") for step in found)
    if method.assumes and not method.settled_by:
        assert not any(step.surely for step in found)
    for without in actions:
        assert not steps(method, [action for action in actions if action != without])


def test_no_two_methods_share_an_id() -> None:
    assert len({method.id for method in methods.ALL}) == len(methods.ALL)


@pytest.mark.parametrize("method", [*methods.PASSING, *methods.HELD], ids=lambda method: method.id)
def test_a_role_that_does_not_trust_the_service_is_not_won(method: Method) -> None:
    other = replace(BOSS, trust=Fact(trusts({"Service": "events.amazonaws.com"}), "a:Get"))
    caller = user("ann", own=says(allow([need.action for need in method.needs])))
    assert not [s for s in Paths(estate(caller, other)).after(caller.id) if f"method {method.id}" in s.evidence]


@pytest.mark.parametrize(
    ("own", "surely"),
    [
        pytest.param(says(allow("ssm:UpdateInstanceInformation")), True, id="its role lets the agent report"),
        pytest.param(says(allow("s3:GetObject")), False, id="its role does not"),
    ],
)
def test_systems_manager_is_taken_to_run_where_the_servers_role_lets_it(own: Document, surely: bool) -> None:
    boss = role("boss", own=own)
    profile = InstanceProfile(id=PROFILE, role=boss.id, **{**placed("boss"), "region": ""})
    caller = user("ann", own=says(allow("ssm:StartSession")))
    [step] = Paths(estate(caller, boss, profile, SERVER)).after(caller.id)
    assert (step.sort, step.surely) == (Sort.SHELL, surely)


KEY = Key(
    id=f"arn:aws:kms:{REGION}:{ACCOUNT}:key/1",
    aliases=("alias/claims",),
    particulars=Fact(
        KeyParticulars(
            by_customer=True,
            state="Enabled",
            spec="SYMMETRIC_DEFAULT",
            usage="ENCRYPT_DECRYPT",
            origin="AWS_KMS",
            replica=False,
            created="",
            deleted_at=None,
        ),
        "a:Get",
    ),
    rotates=Fact(True, "a:Get"),
    policy=Fact(says(allow("kms:*", Principal={"AWS": iam("root")})), "a:Get"),
    **placed("claims"),
)
BY_KEY = Encryption(algorithm="aws:kms", kms_key=KEY.id)
VIA_S3 = {"StringEquals": {"kms:ViaService": f"s3.{REGION}.amazonaws.com"}}


@pytest.mark.parametrize(
    ("encryption", "rights", "beside", "surely"),
    [
        pytest.param(Encryption(algorithm="AES256", kms_key=None), [], (), True, id="S3's own key"),
        pytest.param(Encryption(algorithm="aws:kms", kms_key=None), [], (), True, id="AWS's key for S3"),
        pytest.param(BY_KEY, [], (KEY,), None, id="a key that it may not use"),
        pytest.param(BY_KEY, [allow("kms:Decrypt")], (KEY,), True, id="a key that it may use"),
        pytest.param(BY_KEY, [allow("kms:Decrypt", Condition=VIA_S3)], (KEY,), True, id="by way of S3 only"),
        pytest.param(replace(BY_KEY, kms_key="alias/claims"), [], (KEY,), None, id="the key by its alias"),
        pytest.param(BY_KEY, [], (), False, id="a key that was not read"),
        pytest.param(DENIED, [], (KEY,), False, id="it was not read how"),
    ],
)
def test_who_reads_what_a_key_encrypts_needs_the_key(
    encryption: Encryption | Unread, rights: list[dict[str, Any]], beside: tuple[Key, ...], surely: bool | None
) -> None:
    caller = user("ann", own=says(allow("s3:GetObject"), *rights))
    found = Paths(estate(caller, bucket(encryption=encryption), *beside)).after(caller.id)
    assert [step.surely for step in found] == ([] if surely is None else [surely])


def test_every_right_leads_to_everything_in_one_step() -> None:
    caller = user("ann", own=says(allow("*")))
    paths = Paths(estate(caller, *THINGS))
    [step] = paths.after(caller.id)
    assert step.sort is Sort.ADMIN
    assert not paths.crown_jewels - paths.from_source(caller.id).keys()


def test_a_policy_that_was_not_read_is_one_step_that_is_not_sure() -> None:
    caller: Role = role("ann", own=DENIED)
    [step] = Paths(estate(caller, *THINGS)).after(caller.id)
    assert (step.sort, step.surely) == (Sort.ADMIN, False)
    assert "Not read" in step.evidence[0]
