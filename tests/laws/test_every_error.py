"""Laws for the tree of errors."""

from collections.abc import Iterator

from orlop import errors
from orlop.errors import OrlopError


def _tree(kind: type[OrlopError]) -> Iterator[type[OrlopError]]:
    yield kind
    for child in kind.__subclasses__():
        yield from _tree(child)


def test_each_error_has_an_exit_code_of_its_own() -> None:
    codes = [kind.exit_code for kind in _tree(OrlopError)]
    assert len(codes) == len(set(codes))
    assert all(64 <= code <= 130 for code in codes)


def test_the_tree_is_drawn_with_its_codes() -> None:
    assert errors.__doc__
    drawn = [line.split() for line in errors.__doc__.splitlines()]
    for kind in _tree(OrlopError):
        assert any(kind.__name__ in words and str(kind.exit_code) in words for words in drawn), kind


def test_an_error_says_all_it_has_to_say() -> None:
    error = OrlopError("It happened.", means="It means this.", do="Do that.")
    assert str(error) == "It happened. It means this. Do that."
