"""Reads the organisation of an account, and the policies by which it limits its accounts."""

from collections.abc import Iterator

from orlop.collect.aws.collector import Later, Reader, collector
from orlop.estate.aws.organizations import Guard, Membership, Node, Organisation
from orlop.estate.aws.policy import document

_NONE = ("AWSOrganizationsNotInUseException",)
_OF_RESOURCES = "RESOURCE_CONTROL_POLICY"
_FILTERS = ("SERVICE_CONTROL_POLICY", _OF_RESOURCES)


@collector(
    Organisation,
    service="organizations",
    calls=(
        "DescribeOrganization",
        "ListRoots",
        "ListOrganizationalUnitsForParent",
        "ListAccountsForParent",
        "ListPolicies",
        "DescribePolicy",
        "ListTargetsForPolicy",
    ),
    scope="",
)
def organisation(aws: Reader) -> Iterator[Later[Organisation]]:
    """Read which organisation the account is in, its units and accounts, and its control policies."""
    membership = aws.ask(
        "DescribeOrganization",
        lambda answer: Membership(answer["Organization"]["Id"], answer["Organization"]["MasterAccountId"]),
        absent=_NONE,
    )
    nodes = aws.later("organizations:ListRoots", lambda: tuple(_nodes(aws)))
    guards = aws.later("organizations:ListPolicies", lambda: tuple(_guards(aws)))
    yield lambda: Organisation(
        id=aws.arn("organization", region=""),
        account=aws.account,
        region="",
        name=aws.account,
        source="organizations:DescribeOrganization",
        membership=membership(),
        nodes=nodes(),
        guards=guards(),
    )


def _nodes(aws: Reader) -> Iterator[Node]:
    """Yield the roots, and all that lies in them, from the top down."""
    todo = [Node(root["Id"]) for root in aws.call("ListRoots")["Roots"]]
    for node in todo:
        yield node
        units = aws.call("ListOrganizationalUnitsForParent", ParentId=node.id)["OrganizationalUnits"]
        todo.extend(Node(unit["Id"], node.id) for unit in units)
        for account in aws.call("ListAccountsForParent", ParentId=node.id)["Accounts"]:
            yield Node(account["Id"], node.id)


def _guards(aws: Reader) -> Iterator[Guard]:
    """Yield the control policies of both kinds. A recorded answer may hold both at once."""
    seen: set[str] = set()
    for kind in _FILTERS:
        for item in aws.call("ListPolicies", Filter=kind)["Policies"]:
            if item["Id"] in seen or item.get("Type", kind) != kind:
                continue
            seen.add(item["Id"])
            content = aws.call("DescribePolicy", PolicyId=item["Id"])["Policy"]["Content"]
            targets = aws.call("ListTargetsForPolicy", PolicyId=item["Id"])["Targets"]
            yield Guard(
                id=item["Id"],
                name=item["Name"],
                of_resources=kind == _OF_RESOURCES,
                document=document(content),
                targets=tuple(sorted(target["TargetId"] for target in targets)),
            )


ALL = (organisation,)
