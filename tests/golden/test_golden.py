"""Golden files: for words and layout only. What the formats must be true to is tested beside them."""

import pytest

from tests.golden.write import HERE, pages

PAGES = dict(pages())


@pytest.mark.parametrize("name", PAGES)
def test_the_words_are_the_agreed_ones(name: str) -> None:
    agreed = (HERE / name).read_bytes().decode()
    assert PAGES[name] == agreed, "if the change is meant: python -m tests.golden.write, and look at the difference"
