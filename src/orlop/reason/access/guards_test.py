"""Guard rails: which count for whom, and what is said where they were not read."""

from typing import Any

import pytest
from tests.cases import ACCOUNT, DENIED, estate
from tests.people import allow, deny, says, user

from orlop.estate.aws.organizations import Guard, Membership, Node, Organisation
from orlop.estate.fact import Fact, Unread
from orlop.reason.access.authority import Authority, Right
from orlop.reason.access.evaluate import Outcome

RULER = "999988887777"
MEMBER = Membership("o-1", RULER)
TREE = (Node("r-1"), Node("ou-1", "r-1"), Node(ACCOUNT, "ou-1"), Node(RULER, "r-1"))
NOT_READ = "Service control policies were not read: they could only take away."


def guard(*statements: dict[str, Any], on: tuple[str, ...], of_resources: bool = False) -> Guard:
    name = "-".join(on)
    return Guard(id=name, name=name, of_resources=of_resources, document=says(*statements), targets=on)


def organisation(
    *guards: Guard, membership: Membership | Unread | None = MEMBER, unread: Unread | None = None
) -> Organisation:
    return Organisation(
        id=f"arn:aws:organizations::{ACCOUNT}:organization",
        account=ACCOUNT,
        region="",
        name=ACCOUNT,
        source="organizations:DescribeOrganization",
        membership=Fact(membership, "organizations:DescribeOrganization"),
        nodes=Fact(unread or TREE, "organizations:ListRoots"),
        guards=Fact(unread or guards, "organizations:ListPolicies"),
    )


def may(*seen: Organisation, action: str = "s3:GetObject") -> Right:
    ann = user("ann", own=says(allow("*")))
    return Authority(estate(ann, *seen)).may(ann, action, f"arn:aws:sqs:eu-west-1:{ACCOUNT}:q")


ALL = guard(allow("*"), on=("r-1", "ou-1", ACCOUNT))


@pytest.mark.parametrize(
    ("guards", "outcome"),
    [
        pytest.param((ALL,), Outcome.ALLOWED, id="all levels allow"),
        pytest.param((guard(allow("*"), on=("r-1", ACCOUNT)),), Outcome.IMPLICITLY_DENIED, id="one level does not"),
        pytest.param((ALL, guard(deny("s3:*"), on=("ou-1",))), Outcome.EXPLICITLY_DENIED, id="one level denies"),
        pytest.param((ALL, guard(deny("s3:*"), on=(RULER,))), Outcome.ALLOWED, id="another account's do not count"),
        pytest.param((guard(allow("*"), on=()),), Outcome.ALLOWED, id="the kind of policy is not turned on"),
        pytest.param(
            (ALL, guard(deny("s3:*", Principal="*"), on=("r-1",), of_resources=True)),
            Outcome.EXPLICITLY_DENIED,
            id="what may be done to its resources",
        ),
    ],
)
def test_levels(guards: tuple[Guard, ...], outcome: Outcome) -> None:
    right = may(organisation(*guards))
    assert right.decision.outcome is outcome
    assert right.assumes == ()


@pytest.mark.parametrize(
    ("seen", "assumes"),
    [
        pytest.param((), True, id="nothing was read"),
        pytest.param((organisation(unread=DENIED),), True, id="a member that may not read them"),
        pytest.param((organisation(unread=DENIED, membership=DENIED),), True, id="not even where it belongs"),
        pytest.param((organisation(unread=DENIED, membership=None),), False, id="no organisation"),
        pytest.param(
            (organisation(unread=DENIED, membership=Membership("o-1", ACCOUNT)),), False, id="the ruler itself"
        ),
    ],
)
def test_what_was_not_read_is_said(seen: tuple[Organisation, ...], assumes: bool) -> None:
    right = may(*seen, action="ec2:RunInstances")
    assert right.decision.outcome is Outcome.ALLOWED
    assert right.assumes == ((NOT_READ,) if assumes else ())
