import json
from pathlib import Path
from typing import Any

from tests.answers import Answers, seen
from tests.cases import ACCOUNT

from orlop.collect.aws import organizations
from orlop.collect.aws.account import identify, read
from orlop.collect.aws.recorded.folder import folders
from orlop.collect.progress import Silent
from orlop.estate.aws.organizations import Membership, Node, Organisation

CHILD = "444455556666"


def units(asked: dict[str, Any]) -> dict[str, Any]:
    return {"OrganizationalUnits": [{"Id": "ou-1"}] if asked["ParentId"] == "r-1" else []}


def members(asked: dict[str, Any]) -> dict[str, Any]:
    return {"Accounts": [{"Id": ACCOUNT if asked["ParentId"] == "r-1" else CHILD}]}


def policies(asked: dict[str, Any]) -> dict[str, Any]:
    return {"Policies": [{"Id": f"p-{asked['Filter'][0]}", "Name": "all", "Type": asked["Filter"]}]}


SAID: dict[str, Any] = {
    "DescribeOrganization": {"Organization": {"Id": "o-insurer1234", "MasterAccountId": ACCOUNT}},
    "ListRoots": {"Roots": [{"Id": "r-1"}]},
    "ListOrganizationalUnitsForParent": units,
    "ListAccountsForParent": members,
    "ListPolicies": policies,
    "DescribePolicy": {"Policy": {"Content": json.dumps({"Statement": {"Effect": "Allow", "Action": "*"}})}},
    "ListTargetsForPolicy": {"Targets": [{"TargetId": "r-1", "Type": "ROOT"}]},
}


def seen_by(**other: Any) -> Organisation:
    answers = {f"organizations:{operation}": answer for operation, answer in (SAID | other).items()}
    [found] = seen([organizations.organisation], Answers(answers)).within(Organisation, ACCOUNT)
    return found


def test_what_the_management_account_sees() -> None:
    found = seen_by()
    assert found.membership.value == Membership("o-insurer1234", ACCOUNT)
    assert set(found.nodes.value) == {Node("r-1"), Node("ou-1", "r-1"), Node(ACCOUNT, "r-1"), Node(CHILD, "ou-1")}
    assert [(guard.id, guard.of_resources, guard.targets) for guard in found.guards.value] == [
        ("p-S", False, ("r-1",)),
        ("p-R", True, ("r-1",)),
    ]


def test_a_member_sees_where_it_is_but_not_what_limits_it() -> None:
    found = seen_by(ListRoots="AccessDeniedException", ListPolicies="AccessDeniedException")
    assert found.membership.value
    assert found.guards.unread
    assert found.guards.unread.permission == "organizations:ListPolicies"


def test_an_account_by_itself() -> None:
    gone = "AWSOrganizationsNotInUseException"
    found = seen_by(DescribeOrganization=gone, ListRoots=gone, ListPolicies=gone)
    assert found.membership.value is None


def test_a_recorded_folder_of_what_the_command_line_prints(tmp_path: Path) -> None:
    allow = json.dumps({"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}})
    answers: dict[str, dict[str, Any]] = {
        "describe-organization": {"Organization": {"Id": "o-insurer1234", "MasterAccountId": ACCOUNT, "Arn": "x"}},
        "list-roots": {"Roots": [{"Id": "r-1", "Arn": "x", "Name": "Root", "PolicyTypes": []}]},
        "list-organizational-units-for-parent-r-1": {"OrganizationalUnits": [{"Id": "ou-1", "Arn": "x"}]},
        "list-organizational-units-for-parent-ou-1": {"OrganizationalUnits": []},
        "list-accounts-for-parent-r-1": {"Accounts": [{"Id": ACCOUNT, "Arn": "x"}]},
        "list-accounts-for-parent-ou-1": {"Accounts": [{"Id": CHILD, "Arn": "x"}]},
        "list-policies-scp": {"Policies": [{"Id": "p-1", "Name": "All", "Type": "SERVICE_CONTROL_POLICY"}]},
        "list-policies-rcp": {"Policies": [{"Id": "p-2", "Name": "Ours", "Type": "RESOURCE_CONTROL_POLICY"}]},
        "describe-policy-1": {"Policy": {"PolicySummary": {"Id": "p-1"}, "Content": allow}},
        "describe-policy-2": {"Policy": {"PolicySummary": {"Id": "p-2"}, "Content": allow}},
        "list-targets-for-policy-p-1": {"Targets": [{"TargetId": "r-1", "Name": "Root", "Type": "ROOT"}]},
        "list-targets-for-policy-p-2": {"Targets": [{"TargetId": "ou-1", "Type": "ORGANIZATIONAL_UNIT"}]},
    }
    for name, held in answers.items():
        (tmp_path / f"{name}.json").write_text(json.dumps(held))
    [folder] = folders(tmp_path, organizations.organisation.sources)
    account = identify(folder, regions=folder.regions)
    [found], _ = read(account, folder, [organizations.organisation], Silent())
    assert isinstance(found, Organisation)
    assert {(guard.name, guard.of_resources, guard.targets) for guard in found.guards.value} == {
        ("All", False, ("r-1",)),
        ("Ours", True, ("ou-1",)),
    }
    assert Node(CHILD, "ou-1") in found.nodes.value
