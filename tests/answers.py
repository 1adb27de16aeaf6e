"""AWS as a table of literal answers: a fake that implements `Calls`, for testing what readers make of them."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from orlop.collect.aws.account import Account, read
from orlop.collect.aws.calls import CallFailed
from orlop.collect.aws.collector import Collector
from orlop.collect.progress import Silent
from orlop.estate.estate import Estate, Listing
from orlop.estate.fact import Cause, Unread
from tests.cases import ACCOUNT, NOW, REGION

Said = Mapping[str, Any] | str | Callable[[dict[str, Any]], Mapping[str, Any]]


class Answers:
    """What AWS says to each `service:Operation`: an answer, an error code, or a function of the parameters.

    `asked` keeps every call: source, region, parameters.
    """

    def __init__(self, said: Mapping[str, Said]) -> None:
        self.made = 0
        self.said = said
        self.asked: list[tuple[str, str, dict[str, Any]]] = []

    def pages(self, service: str, region: str, operation: str, params: dict[str, Any]) -> Iterator[dict[str, Any]]:
        source = f"{service}:{operation}"
        self.made += 1
        self.asked.append((source, region, params))
        answer = self.said.get(source, "AccessDenied")
        if callable(answer):
            answer = answer(params)
        if isinstance(answer, str):
            raise CallFailed(source, answer, Unread(Cause.DENIED, answer, source))
        yield dict(answer)


def seen(collectors: Iterable[Collector], answers: Answers, *, regions: tuple[str, ...] = (REGION,)) -> Estate:
    """What the collectors make of the answers."""
    listing = Listing(kind="AWS::EC2::Region", account=ACCOUNT, region="", source="ec2:DescribeRegions")
    account = Account(
        id=ACCOUNT, partition="aws", principal=f"arn:aws:iam::{ACCOUNT}:user/me", regions=regions, listing=listing
    )
    return Estate(*read(account, answers, collectors, Silent(), threads=4), taken_at=NOW)
