from dataclasses import replace

import pytest
from tests.cases import ACCOUNT, DENIED, verdict

from orlop.estate.aws.s3 import BLOCK_ALL, PublicAccessBlock, S3Account
from orlop.estate.fact import Fact, Unread
from orlop.rules.aws import s3
from orlop.rules.rule import Fail, Pass, Unknown, Verdict


def account(block: PublicAccessBlock | Unread | None) -> S3Account:
    return S3Account(
        id=f"arn:aws:s3::{ACCOUNT}:account",
        account=ACCOUNT,
        region="",
        name=ACCOUNT,
        source="s3control:GetPublicAccessBlock",
        public_access_block=Fact(block, "s3control:GetPublicAccessBlock"),
    )


@pytest.mark.parametrize(
    ("block", "expected"),
    [
        pytest.param(BLOCK_ALL, Pass, id="all four on"),
        pytest.param(None, Fail, id="never set"),
        pytest.param(replace(BLOCK_ALL, ignore_public_acls=False), Fail, id="one of four off"),
        pytest.param(DENIED, Unknown, id="denied"),
    ],
)
def test_account_lets_buckets_go_public(block: PublicAccessBlock | Unread | None, expected: type[Verdict]) -> None:
    assert isinstance(verdict(s3.account_lets_buckets_go_public, account(block)), expected)
