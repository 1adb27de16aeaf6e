from typing import Any

import pytest
from tests.answers import Answers, seen
from tests.cases import ACCOUNT

from orlop.collect.aws import account_settings
from orlop.estate.aws.account import Account


def account(contact: Any, aliases: Any = None) -> Account:
    answers: dict[str, Any] = {
        "iam:ListAccountAliases": {"AccountAliases": []} if aliases is None else aliases,
        "account:GetAlternateContact": contact,
    }
    estate = seen([account_settings.account], Answers(answers))
    [found] = estate.within(Account, ACCOUNT)
    return found


def test_a_contact_is_known_but_not_kept() -> None:
    said = {"AlternateContact": {"EmailAddress": "security@insurer.example", "Name": "Somebody"}}
    found = account(said, {"AccountAliases": ["insurer"]})
    assert (found.has_security_contact.value, found.alias.value) == (True, "insurer")
    assert "insurer.example" not in repr(found)


@pytest.mark.parametrize(("code", "value"), [("ResourceNotFoundException", False), ("AccessDenied", None)])
def test_no_contact(code: str, value: bool | None) -> None:
    found = account(code, "AccessDenied")
    assert found.alias.unread
    if value is None:
        assert found.has_security_contact.unread
    else:
        assert found.has_security_contact.value is value
