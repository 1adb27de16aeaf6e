"""Reads what an account says about itself as a whole."""

from collections.abc import Iterator

from orlop.collect.aws.collector import Later, Reader, collector, part
from orlop.estate.aws.account import Account

_NO_CONTACT = ("ResourceNotFoundException",)


@collector(Account, service="iam", calls=("ListAccountAliases", "account:GetAlternateContact"), scope="")
def account(aws: Reader) -> Iterator[Later[Account]]:
    """Read the account's alias, and whether it has a security contact."""
    alias = aws.later("iam:ListAccountAliases", lambda: aws.call("ListAccountAliases")["AccountAliases"])
    contact = aws.ask(
        "GetAlternateContact",
        lambda answer: bool(answer["AlternateContact"]["EmailAddress"]),
        absent=_NO_CONTACT,
        service="account",
        AlternateContactType="SECURITY",
    )
    yield lambda: Account(
        id=aws.arn("account", service="account", region=""),
        account=aws.account,
        region="",
        name=aws.account,
        source="sts:GetCallerIdentity",
        alias=part(alias(), lambda names: names[0] if names else None),
        has_security_contact=contact().map(bool),
    )


ALL = (account,)
