from fnmatch import fnmatchcase
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orlop.reason.access.patterns import Actions, covers, meets

PATTERNS = st.text("ab*?", max_size=5)
WORDS = ["".join(word) for length in range(6) for word in product("abc", repeat=length)]


def fits(pattern: str, text: str) -> bool:
    return fnmatchcase(text, pattern)


@given(PATTERNS, PATTERNS)
def test_meets_is_exactly_some_common_word(a: str, b: str) -> None:
    common = any(fits(a, word) and fits(b, word) for word in WORDS)
    assert meets(a, b) or not common
    assert meets(a, b) is meets(b, a)


@given(PATTERNS, PATTERNS)
def test_what_covers_lets_no_word_through(a: str, b: str) -> None:
    if covers(a, b):
        assert all(fits(a, word) for word in WORDS if fits(b, word))


@given(PATTERNS, st.text("ab", max_size=5))
def test_of_plain_words_all_three_say_the_same(pattern: str, word: str) -> None:
    assert fits(pattern, word) is covers(pattern, word) is meets(pattern, word)
    assert covers(pattern, pattern)


@pytest.mark.parametrize(
    ("said", "action", "some", "every"),
    [
        (Actions(("S3:getobject",)), "s3:GetObject", True, True),
        (Actions(("s3:Get*",)), "s3:*", True, False),
        (Actions(("s3:Put*",)), "s3:GetObject", False, False),
        (Actions(("s3:Delete*",), negated=True), "s3:GetObject", True, True),
        (Actions(("s3:Delete*",), negated=True), "s3:DeleteObject", False, False),
        (Actions(("s3:Delete*",), negated=True), "s3:*", True, False),
    ],
)
def test_actions(said: Actions, action: str, some: bool, every: bool) -> None:
    assert said.include(action) is some
    assert said.hold_all(action) is every


@pytest.mark.parametrize(
    ("these", "others", "expected"),
    [
        (Actions(("*",)), Actions(("s3:Put*", "s3:Get*")), True),
        (Actions(("s3:*",)), Actions(("s3:Put*", "sqs:SendMessage")), False),
        (Actions(("*",)), Actions(("s3:Put*",), negated=True), True),
        (Actions(("s3:*",)), Actions(("s3:Put*",), negated=True), False),
        (Actions(("s3:Put*",), negated=True), Actions(("s3:Get*",)), True),
        (Actions(("s3:PutObject",), negated=True), Actions(("s3:Put*",), negated=True), True),
        (Actions(("s3:GetObject",), negated=True), Actions(("s3:Put*",), negated=True), False),
    ],
)
def test_actions_within_actions(these: Actions, others: Actions, expected: bool) -> None:
    assert these.hold(others) is expected
