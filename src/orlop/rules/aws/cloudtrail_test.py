from dataclasses import replace

import pytest
from tests.cases import ACCOUNT, DENIED, REGION, unlisted, verdict

from orlop.estate.aws.account import Account
from orlop.estate.aws.cloudtrail import Events, Reach, Trail
from orlop.estate.fact import Fact, Unread
from orlop.rules.aws import cloudtrail
from orlop.rules.rule import Fail, Pass, Unknown, Verdict

HERE = Account(
    id=f"arn:aws:account::{ACCOUNT}:account",
    account=ACCOUNT,
    region="",
    name=ACCOUNT,
    source="sts:GetCallerIdentity",
    alias=Fact(None, "iam:ListAccountAliases"),
    has_security_contact=Fact(True, "account:GetAlternateContact"),
)
ALL = Events(reads=True, writes=True)


def trail(
    name: str = "main",
    *,
    wide: bool = True,
    logging: bool | Unread = True,
    events: Events | Unread = ALL,
    validation: bool = True,
    kms_key: str | None = None,
    owner: str = ACCOUNT,
) -> Trail:
    return Trail(
        id=f"arn:aws:cloudtrail:{REGION}:{owner}:trail/{name}",
        account=ACCOUNT,
        region=REGION,
        name=name,
        source="cloudtrail:DescribeTrails",
        owner=owner,
        reach=Reach(all_regions=wide, global_services=wide),
        validation=validation,
        kms_key=kms_key,
        bucket="trail",
        logging=Fact(logging, "cloudtrail:GetTrailStatus"),
        events=Fact(events, "cloudtrail:GetEventSelectors"),
    )


ORGANISATION = trail("all", owner="999900001111")


@pytest.mark.parametrize(
    ("trails", "expected"),
    [
        pytest.param((trail(),), Pass, id="one that records everything"),
        pytest.param((ORGANISATION,), Pass, id="the organisation's"),
        pytest.param((trail("a", logging=DENIED), trail("b")), Pass, id="one is enough, so the other is moot"),
        pytest.param((), Fail, id="none"),
        pytest.param((trail(wide=False),), Fail, id="one region"),
        pytest.param((trail(logging=False, events=DENIED),), Fail, id="switched off, so the rest is moot"),
        pytest.param((trail(events=Events(reads=False, writes=True)),), Fail, id="changes only"),
        pytest.param((trail(events=Events(reads=False, writes=False)),), Fail, id="data events only"),
        pytest.param((trail(wide=False, logging=DENIED),), Fail, id="one region, so the rest is moot"),
        pytest.param((trail(logging=DENIED),), Unknown, id="not known whether it records"),
        pytest.param((trail(events=DENIED),), Unknown, id="not known what it records"),
    ],
)
def test_account_not_recorded(trails: tuple[Trail, ...], expected: type[Verdict]) -> None:
    assert isinstance(verdict(cloudtrail.account_not_recorded, HERE, *trails), expected)


def test_account_not_recorded_needs_all_trails() -> None:
    assert isinstance(verdict(cloudtrail.account_not_recorded, HERE, unread=(Trail,)), Unknown)


@pytest.mark.parametrize(
    ("held", "expected"),
    [
        pytest.param(trail(), Pass, id="records"),
        pytest.param(trail(logging=False), Fail, id="switched off"),
        pytest.param(trail(logging=False, owner="999900001111"), Pass, id="the organisation's is judged there"),
        pytest.param(trail(logging=DENIED), Unknown, id="denied"),
    ],
)
def test_trail_switched_off(held: Trail, expected: type[Verdict]) -> None:
    assert isinstance(verdict(cloudtrail.trail_switched_off, held), expected)


NARROW = trail("narrow", wide=False)


@pytest.mark.parametrize(
    ("held", "beside", "expected"),
    [
        pytest.param(trail(), (), Pass, id="all regions"),
        pytest.param(NARROW, (), Fail, id="one region"),
        pytest.param(NARROW, (trail(),), Pass, id="another sees the rest"),
        pytest.param(NARROW, (trail("a", logging=DENIED), trail("b")), Pass, id="one is enough"),
        pytest.param(NARROW, (trail(logging=False),), Fail, id="another, switched off"),
        pytest.param(replace(NARROW, owner="999900001111"), (), Pass, id="the organisation's is judged there"),
        pytest.param(NARROW, (trail(logging=DENIED),), Unknown, id="not known whether another records"),
    ],
)
def test_trail_sees_one_region(held: Trail, beside: tuple[Trail, ...], expected: type[Verdict]) -> None:
    assert isinstance(verdict(cloudtrail.trail_sees_one_region, held, *beside), expected)


@pytest.mark.parametrize(
    ("held", "expected"),
    [
        (trail(), Pass),
        (trail(validation=False), Fail),
        (trail(validation=False, owner="999900001111"), Pass),
    ],
)
def test_trail_without_seal(held: Trail, expected: type[Verdict]) -> None:
    assert isinstance(verdict(cloudtrail.trail_without_seal, held), expected)


@pytest.mark.parametrize(
    ("held", "expected"),
    [
        (trail(kms_key="arn:aws:kms:eu-west-1:111122223333:key/1"), Pass),
        (trail(), Fail),
        (trail(owner="999900001111"), Pass),
    ],
)
def test_trail_not_encrypted_with_own_key(held: Trail, expected: type[Verdict]) -> None:
    assert isinstance(verdict(cloudtrail.trail_not_encrypted_with_own_key, held), expected)


def test_trails_that_were_not_listed() -> None:
    assert isinstance(unlisted(cloudtrail.trail_without_seal), Unknown)
    assert isinstance(unlisted(cloudtrail.trail_not_encrypted_with_own_key), Unknown)
