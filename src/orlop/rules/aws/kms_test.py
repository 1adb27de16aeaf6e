from dataclasses import replace
from typing import Any

import pytest
from tests.cases import ACCOUNT, DENIED, REGION, days_ago, verdict
from tests.people import says

from orlop.estate.aws.kms import Key, KeyParticulars
from orlop.estate.aws.policy import Document
from orlop.estate.change import Change
from orlop.estate.fact import Fact, Unread
from orlop.rules.aws import kms
from orlop.rules.rule import Fail, Pass, Unknown, Verdict

USUAL = KeyParticulars(
    by_customer=True,
    state="Enabled",
    spec="SYMMETRIC_DEFAULT",
    usage="ENCRYPT_DECRYPT",
    origin="AWS_KMS",
    replica=False,
    created=days_ago(400),
    deleted_at=None,
)


def uses(principal: Any, action: str = "kms:*", **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Principal": principal, "Action": action, "Resource": "*", **more}


OWN = uses({"AWS": f"arn:aws:iam::{ACCOUNT}:root"})
CLOSED = says(OWN)


def key(
    about: KeyParticulars | Unread = USUAL,
    *,
    rotates: bool | Unread | None = False,
    policy: Document | Unread = CLOSED,
) -> Key:
    return Key(
        id=f"arn:aws:kms:{REGION}:{ACCOUNT}:key/1",
        account=ACCOUNT,
        region=REGION,
        name="claims",
        source="kms:ListKeys",
        aliases=("alias/claims",),
        particulars=Fact(about, "kms:DescribeKey"),
        rotates=Fact(rotates, "kms:GetKeyRotationStatus"),
        policy=Fact(policy, "kms:GetKeyPolicy"),
    )


@pytest.mark.parametrize(
    ("held", "expected"),
    [
        pytest.param(key(rotates=True), Pass, id="replaced every year"),
        pytest.param(key(), Fail, id="never replaced"),
        pytest.param(key(replace(USUAL, by_customer=False), rotates=DENIED), Pass, id="AWS's own"),
        pytest.param(key(replace(USUAL, spec="RSA_2048"), rotates=DENIED), Pass, id="signs: cannot be replaced"),
        pytest.param(key(replace(USUAL, origin="EXTERNAL"), rotates=DENIED), Pass, id="brought along: cannot be"),
        pytest.param(key(replace(USUAL, replica=True)), Pass, id="a copy: replaced with its original"),
        pytest.param(key(replace(USUAL, state="PendingDeletion")), Pass, id="about to be deleted"),
        pytest.param(key(replace(USUAL, state="Disabled")), Pass, id="switched off"),
        pytest.param(key(rotates=None), Pass, id="cannot be"),
        pytest.param(key(DENIED), Unknown, id="not described"),
        pytest.param(key(rotates=DENIED), Unknown, id="denied"),
    ],
)
def test_key_never_replaced(held: Key, expected: type[Verdict]) -> None:
    assert isinstance(verdict(kms.key_never_replaced, held), expected)


@pytest.mark.parametrize(
    ("about", "expected", "because"),
    [
        (USUAL, Pass, "claims is not planned to be deleted."),
        (
            replace(USUAL, state="PendingDeletion", deleted_at=days_ago(-7)),
            Fail,
            "The key claims will be deleted in 7 days, on 2026-07-08.",
        ),
        (
            replace(USUAL, state="PendingReplicaDeletion"),
            Fail,
            "The key claims is to be deleted as soon as its copies in other regions are.",
        ),
        (DENIED, Unknown, "kms:DescribeKey: access denied"),
    ],
)
def test_key_about_to_be_deleted(about: KeyParticulars | Unread, expected: type[Verdict], because: str) -> None:
    said = verdict(kms.key_about_to_be_deleted, key(about))
    assert (type(said), said.because) == (expected, because)


VIA = {"StringEquals": {"kms:ViaService": "ec2.eu-west-1.amazonaws.com"}}
NOT_VIA = {"StringNotEquals": VIA["StringEquals"]}
FIRM = {"StringEquals": {"aws:PrincipalOrgID": "o-1"}}
CALLER = {"StringEquals": {"kms:CallerAccount": ACCOUNT}}


@pytest.mark.parametrize(
    ("policy", "expected", "mendable"),
    [
        pytest.param(CLOSED, Pass, False, id="its account only"),
        pytest.param(says(OWN, uses("*", "kms:Decrypt")), Fail, True, id="everyone may decrypt"),
        pytest.param(says(uses("*")), Fail, False, id="nothing would be left"),
        pytest.param(
            says(uses({"AWS": f"arn:aws:iam::{ACCOUNT}:role/app"}, "kms:Decrypt"), uses("*")),
            Fail,
            False,
            id="nobody could change it any more",
        ),
        pytest.param(says(OWN, uses("*", Condition=CALLER)), Pass, False, id="callers of one account"),
        pytest.param(says(OWN, uses("*", Condition={**VIA, **CALLER})), Pass, False, id="by a service, for one"),
        pytest.param(says(OWN, uses("*", Condition=VIA)), Pass, False, id="by a service only"),
        pytest.param(
            says(OWN, uses("*", Condition=NOT_VIA)),
            Fail,
            True,
            id="all but by a service",
        ),
        pytest.param(
            says(OWN, uses("*", Condition=FIRM)),
            Pass,
            False,
            id="organisation",
        ),
        pytest.param(says(OWN, uses({"AWS": "444455556666"})), Pass, False, id="one other account, by name"),
        pytest.param(DENIED, Unknown, False, id="denied"),
    ],
)
def test_key_open_to_everyone(policy: Document | Unread, expected: type[Verdict], mendable: bool) -> None:
    said = verdict(kms.key_open_to_everyone, key(policy=policy))
    assert isinstance(said, expected)
    fix = getattr(said, "fix", None)
    assert isinstance(fix, Change) is mendable
    if isinstance(fix, Change):
        assert fix.becomes == CLOSED
