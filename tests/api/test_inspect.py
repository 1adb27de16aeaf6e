"""`orlop.inspect` as a notebook or a test uses it."""

import os
from collections.abc import Generator
from typing import Any, cast

import boto3
import moto
import pytest

import orlop
from orlop.errors import BadInput, NotFound
from tests.servers.emulator import REGION, Emulator


@pytest.fixture
def in_process() -> Generator[boto3.Session]:
    """moto's in-process mock, as users have it in their own tests."""
    with moto.mock_aws():
        yield boto3.Session(region_name=REGION)
    os.environ.pop("AWS_ACCESS_KEY_ID", None)


def test_inside_motos_in_process_mock(in_process: boto3.Session) -> None:
    s3: Any = cast("Any", in_process).client("s3")
    s3.create_bucket(Bucket="claims", CreateBucketConfiguration={"LocationConstraint": REGION})
    # One thread: the mock compiles its routes when first asked, and Python 3.11 breaks down where many compile at once.
    report = orlop.inspect("aws", session=in_process, regions=[REGION], only=["s3-*"], threads=1)
    assert "s3-account-lets-buckets-go-public" in {finding.rule for finding in report.open}
    assert [target.id for target in report.targets] == ["123456789012"]


def test_against_a_server_nothing_is_kept_unless_asked(aws: Emulator, tmp_path_factory: pytest.TempPathFactory) -> None:
    os.environ["AWS_ENDPOINT_URL"] = aws.url
    try:
        report = orlop.inspect("aws", session=aws.session(), regions=[REGION], only=["s3-account-*"])
    finally:
        del os.environ["AWS_ENDPOINT_URL"]
    assert report.snapshot == ""
    assert [finding.severity for finding in report.open] == ["high"]


def test_what_makes_no_sense_is_refused() -> None:
    with pytest.raises(BadInput, match="does not know how to inspect"):
        orlop.inspect("gopher://x")
    with pytest.raises(NotFound, match="No rule is left"):
        orlop.inspect("local", only=["no-such-rule"])
