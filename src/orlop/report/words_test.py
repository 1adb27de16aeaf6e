import pytest

from orlop.findings.report import Gap
from orlop.report import words


def gap(cause: str, permission: str | None = None) -> Gap:
    return Gap(
        source="s3:GetBucketPolicy",
        cause=cause,
        why="access denied",
        permission=permission,
        account="111122223333",
        region="",
        times=1,
        example="",
        rules=(),
    )


@pytest.mark.parametrize(
    ("count", "said"), [(0, "0 findings"), (1, "1 finding"), (2, "2 findings"), (1204, "1,204 findings")]
)
def test_plural(count: int, said: str) -> None:
    assert words.plural(count, "finding") == said


@pytest.mark.parametrize(
    ("iso", "said"),
    [
        ("2026-11-24T04:05:06Z", "24 November 2026, 04:05 UTC"),
        ("2026-11-24T04:05:06+02:00", "24 November 2026, 02:05 UTC"),
        ("2026-11-24", "24 November 2026, 00:00 UTC"),
        ("yesterday", "yesterday"),
        ("", ""),
    ],
)
def test_when(iso: str, said: str) -> None:
    assert words.when(iso) == said


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("One. Two.", "One."),
        ("Open to 0.0.0.0/0 by sshd.conf. Two", "Open to 0.0.0.0/0 by sshd.conf."),
        ("No stop", "No stop"),
        ("", ""),
    ],
)
def test_first_sentence(text: str, first: str) -> None:
    assert words.first_sentence(text) == first


@pytest.mark.parametrize(
    ("names", "said"),
    [
        ((), ""),
        (("a",), "a"),
        (("a", "b"), "a and b"),
        (("a", "b", "c"), "a, b and c"),
        (tuple("abcdef"), "a, b, c and 3 more"),
    ],
)
def test_listed(names: tuple[str, ...], said: str) -> None:
    assert words.listed(names, 3) == said


def test_places_name_each_account_once() -> None:
    held = [("111122223333", "eu-west-1"), ("111122223333", "us-east-1"), ("host:1", "")]
    assert words.places(held, {"host:1": "claims-01"}) == "account 111122223333, eu-west-1 and us-east-1 and claims-01"


@pytest.mark.parametrize(
    ("of", "obstacle", "way"),
    [
        (gap("denied", "s3:GetBucketPolicy"), "Permission missing: s3:GetBucketPolicy", "Grant"),
        (gap("denied", "root"), "Only root may see it", "sudo"),
        (gap("throttled"), "Too many requests for AWS: s3:GetBucketPolicy", "Inspect again"),
        (gap("gone"), "Gone while we looked: s3:GetBucketPolicy", ""),
        (gap("something new"), "Something new: s3:GetBucketPolicy", ""),
    ],
)
def test_why_it_was_not_seen_and_what_to_do(of: Gap, obstacle: str, way: str) -> None:
    assert words.obstacle(of) == obstacle
    assert way in words.way_to_see(of)
