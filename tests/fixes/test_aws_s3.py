from orlop.rules.aws import s3
from tests.fixes.proof import prove_aws
from tests.servers.emulator import Emulator


def test_account_lets_buckets_go_public(aws: Emulator) -> None:
    prove_aws(aws, s3.account_lets_buckets_go_public, aws.account)
