"""Opens the way to an AWS account: for reading it, reading one thing anew, and writing with a hand there."""

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from orlop.collect import aws as collectors
from orlop.collect.aws import account as reading
from orlop.collect.aws.calls import CallFailed, Live, session_of
from orlop.errors import FixRefused, NoAccess
from orlop.estate.fact import Cause
from orlop.estate.resource import Resource


@dataclass(frozen=True, slots=True)
class Opened:
    """An account that can be read, and written to by a hand."""

    account: reading.Account
    calls: Live

    def reread(self, kind: str, id: str, region: str) -> Resource | None:
        """Read one resource anew; None where it is gone. Raises: FixRefused, where it cannot be read."""
        try:
            return reading.reread(self.account, self.calls, collectors.ALL, kind, id, region)
        except CallFailed as failure:
            raise _refused(failure, "read") from failure

    def hand(self, region: str) -> "Hand":
        """A hand in one region."""
        return Hand(self.account.id, region or self.calls.home, self.calls)


@dataclass(frozen=True, slots=True)
class Hand:
    """Writes in one account and region (`fix.writer.Aws`)."""

    account: str
    region: str
    calls: Live

    def call(self, service: str, operation: str, **params: Any) -> dict[str, Any]:
        """Make one call. Raises: FixRefused."""
        try:
            return self.calls.send(service, self.region, operation, params)
        except CallFailed as failure:
            raise _refused(failure, "change") from failure


@contextmanager
def opened(profile: str | None = None, *, expected: str = "") -> Generator[Opened]:
    """Open the account that the credentials are for. Raises: NoAccess, also if it is not the `expected` one."""
    session = session_of(profile)
    with Live(session) as calls:
        account = reading.identify(calls, regions=(calls.home,), home=calls.home)
        if expected and account.id != expected:
            raise NoAccess(
                f"These credentials are for account {account.id}, but the finding is about {expected}.",
                do="Choose the right ones: --profile NAME, or AWS_PROFILE.",
            )
        yield Opened(account, calls)


def _refused(failure: CallFailed, what: str) -> FixRefused:
    unread = failure.unread
    if unread.cause is Cause.DENIED:
        do = f"They need {unread.permission or 'more permissions'}; orlop permissions fix lists all of them."
        return FixRefused(f"AWS refused to let Orlop {what} this ({failure.source}).", do=do, code=failure.code)
    return FixRefused(
        f"The {what} did not go through ({failure.source}: {failure.code or unread.why}).", code=failure.code
    )
