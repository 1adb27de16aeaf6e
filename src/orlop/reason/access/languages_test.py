"""Every text falls into a class that is listed, and what stands for a class is of it."""

from hypothesis import given
from hypothesis import strategies as st

from orlop.reason.access.languages import arn_classes, classes
from orlop.reason.access.templates import ONE, RUN, aligned, matches

letters = st.sampled_from("ab/")
patterns = st.lists(st.text(alphabet=f"ab/{RUN}{ONE}", max_size=5), min_size=1, max_size=4).map(tuple)


def bits(patterns: tuple[str, ...], text: str, *, arn: bool = False) -> int:
    return sum(1 << at for at, pattern in enumerate(patterns) if matches(pattern, text, arn=arn))


@given(patterns, st.lists(st.text(alphabet="ab/cx", max_size=6), max_size=20))
def test_every_text_falls_into_a_class(patterns: tuple[str, ...], texts: list[str]) -> None:
    found = dict(classes(patterns))
    assert all(bits(patterns, text) in found for text in texts)


@given(patterns)
def test_what_stands_for_a_class_is_of_it(patterns: tuple[str, ...]) -> None:
    assert all(bits(patterns, text) == held for held, text in classes(patterns))


parts = st.text(alphabet=f"a1{RUN}", max_size=2)
arn_patterns = st.lists(
    st.tuples(parts, parts, parts, parts, parts).map(lambda p: ":".join(("arn", *p))), min_size=1, max_size=4
)
part = st.text(alphabet="a1z", max_size=2)
arns = st.tuples(part, part, part, part, part).map(lambda p: ":".join(("arn", *p)))


@given(arn_patterns.map(tuple), st.lists(arns, max_size=20))
def test_every_arn_falls_into_a_class(patterns: tuple[str, ...], texts: list[str]) -> None:
    found = dict(arn_classes(patterns))
    assert all(bits(patterns, text, arn=True) in found for text in texts)


@given(arn_patterns.map(tuple))
def test_what_stands_for_a_class_of_arns_is_of_it(patterns: tuple[str, ...]) -> None:
    assert all(bits(patterns, text, arn=True) == held for held, text in arn_classes(patterns))


def test_a_star_at_the_end_of_a_part_reaches_over_colons_where_it_must() -> None:
    assert aligned("arn:aws:rds:*:db:claims") == ("arn:aws:rds:*:*:db:claims",)
    assert aligned("arn:aws:rds:*:*:db:claims") == ("arn:aws:rds:*:*:db:claims",)
    assert aligned("arn:aws:s3:::claims/*") == ("arn:aws:s3:::claims/*",)
    assert aligned("arn:aws:sqs") == ("arn:aws:sqs",)
    assert aligned("*") == ("*",)
