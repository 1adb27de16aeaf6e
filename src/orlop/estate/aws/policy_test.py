import json
from typing import Any
from urllib.parse import quote

import pytest

from orlop.estate.aws.policy import Condition, Principal, adding, document, without

ALLOW: dict[str, Any] = {"Sid": "A", "Effect": "Allow", "Principal": "*", "Action": "s3:*", "Resource": ["r1", "r2"]}
DENY: dict[str, Any] = {
    "Effect": "Deny",
    "NotPrincipal": {"AWS": "111122223333", "Service": ["a", "b"]},
    "NotAction": ["s3:Get*"],
    "NotResource": "r",
    "Condition": {"Bool": {"aws:SecureTransport": False}, "StringLike": {"k": ["v", 1]}},
}
WHOLE: dict[str, Any] = {"Version": "2012-10-17", "Id": "mine", "Statement": [ALLOW, DENY]}


def test_reads_every_element() -> None:
    allow, deny = document(WHOLE).statements
    assert (allow.sid, allow.effect, allow.principals) == ("A", "Allow", (Principal("AWS", "*"),))
    assert (allow.actions, allow.resources) == (("s3:*",), ("r1", "r2"))
    assert deny.not_principals == (
        Principal("AWS", "111122223333"),
        Principal("Service", "a"),
        Principal("Service", "b"),
    )
    assert (deny.not_actions, deny.not_resources) == (("s3:Get*",), ("r",))
    assert deny.conditions == (
        Condition("Bool", "aws:SecureTransport", ("false",)),
        Condition("StringLike", "k", ("v", "1")),
    )


def test_reads_text_with_and_without_url_encoding_and_a_single_statement() -> None:
    text = json.dumps({**WHOLE, "Statement": ALLOW})
    assert document(text) == document(quote(text)) == document({**WHOLE, "Statement": [ALLOW]})


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "{}",
        '{"Statement":[1]}',
        '{"Statement":{"Effect":"Maybe","Action":"*"}}',
        '{"Statement":{"Effect":"Deny"}}',
    ],
)
def test_refuses_what_aws_refuses(text: str) -> None:
    with pytest.raises(ValueError):
        document(text)


def test_without_a_statement_all_else_stays_as_written() -> None:
    held = document(WHOLE)
    left = without(held, held.statements[0])
    assert left
    assert json.loads(left.text) == {**WHOLE, "Statement": [DENY]}
    assert left.statements == held.statements[1:]
    assert without(left, *left.statements) is None
    assert without(held) == held


def test_adding_a_statement_keeps_the_others_as_written() -> None:
    single = document({**WHOLE, "Statement": ALLOW})
    assert json.loads(adding(single, DENY).text) == WHOLE
    assert json.loads(adding(None, DENY).text) == {"Version": "2012-10-17", "Statement": [DENY]}
