"""How requests are written, and what is taken for granted where they leave something out."""

import json
from typing import Any

import pytest

from orlop.errors import BadInput
from orlop.operations.policy import decide, decide_all

ME, THEM = "111122223333", "444455556666"
ANN = f"arn:aws:iam::{ME}:user/ann"
READ = {"action": "s3:GetObject", "principal": ANN, "resource": "arn:aws:s3:::claims/1"}


def document(effect: str = "Allow", **more: Any) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": {"Effect": effect, "Action": "*", "Resource": "*", **more}}


NONE: list[Any] = []
ANY = document()
OPEN = document(Principal="*")


@pytest.mark.parametrize(
    ("asked", "decision"),
    [
        pytest.param({"request": READ, "identityPolicies": [ANY]}, "Allowed", id="a resource is the caller's own"),
        pytest.param(
            {"request": {**READ, "resourceAccount": THEM}, "identityPolicies": [ANY]},
            "ImplicitlyDenied",
            id="unless it is said to be another's",
        ),
        pytest.param(
            {"request": {**READ, "resource": f"arn:aws:sqs:eu-west-1:{THEM}:q"}, "identityPolicies": [ANY]},
            "ImplicitlyDenied",
            id="or its ARN says so",
        ),
        pytest.param(
            {"request": {"action": "ec2:DescribeInstances", "principal": ANN}, "identityPolicies": [ANY]},
            "Allowed",
            id="no resource: all of them",
        ),
        pytest.param({"request": {**READ, "principal": "*"}, "resourcePolicy": OPEN}, "Allowed", id="anonymous"),
        pytest.param({"request": {**READ, "principal": None}, "resourcePolicy": OPEN}, "Allowed", id="anonymous, null"),
        pytest.param(
            {"request": {**READ, "principal": {"AWS": ANN}}, "identityPolicies": [json.dumps(ANY)]},
            "Allowed",
            id="policies as text, a principal as in a policy",
        ),
        pytest.param(
            {"request": READ, "identityPolicies": [{"name": "all", "policy": ANY}], "serviceControlPolicies": [NONE]},
            "ImplicitlyDenied",
            id="a level without policies allows nothing",
        ),
        pytest.param(
            {"request": READ, "identityPolicies": [ANY], "serviceControlPolicies": NONE, "permissionBoundaries": NONE},
            "Allowed",
            id="empty lists are none",
        ),
        pytest.param(
            {
                "request": {**READ, "context": {"AWS:MultiFactorAuthPresent": True, "aws:TagKeys": ["a", "b"]}},
                "identityPolicies": [
                    document(
                        Condition={
                            "Bool": {"aws:multifactorauthpresent": "true"},
                            "ForAllValues:StringEquals": {"aws:tagkeys": ["a", "b", "c"]},
                        }
                    )
                ],
            },
            "Allowed",
            id="keys in any case, truth values and lists",
        ),
    ],
)
def test_decides(asked: dict[str, Any], decision: str) -> None:
    assert decide(asked).decision == decision


NOTHING: dict[str, Any] = {}


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        (NOTHING, "no request"),
        ({"request": {"principal": ANN}}, "no action"),
        ({"request": READ, "identityPolicy": [ANY]}, "no kind of policy"),
        ({"request": READ, "identityPolicies": ANY}, "not a list"),
        ({"request": READ, "identityPolicies": [{"Statement": [{"Effect": "Maybe"}]}]}, "cannot be read"),
    ],
)
def test_refuses_what_it_cannot_read(asked: dict[str, Any], says: str) -> None:
    with pytest.raises(BadInput, match=says):
        decide(asked)


def test_one_bad_line_spoils_no_other() -> None:
    good = json.dumps({"name": "a", "request": READ, "identityPolicies": [ANY]})
    found = list(decide_all(["{", "", good]))
    assert [(each.name, each.decision, each.unreadable) for each in found] == [
        (None, "Unknown", True),
        ("a", "Allowed", False),
    ]
