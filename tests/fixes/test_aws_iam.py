from datetime import UTC, datetime, timedelta

from orlop.rules.aws import iam
from tests.fixes.proof import prove_aws
from tests.servers.emulator import Emulator

IN_A_YEAR = (datetime.now(UTC) + timedelta(days=400)).isoformat()


def key(aws: Emulator) -> str:
    client = aws.client("iam")
    client.create_user(UserName="batch")
    return client.create_access_key(UserName="batch")["AccessKey"]["AccessKeyId"]


def test_access_key_old(aws: Emulator) -> None:
    prove_aws(aws, iam.access_key_old, key(aws), at=IN_A_YEAR)


def test_access_key_unused(aws: Emulator) -> None:
    prove_aws(aws, iam.access_key_unused, key(aws), at=IN_A_YEAR)


def test_password_rules_weak(aws: Emulator) -> None:
    aws.client("iam").update_account_password_policy(
        MinimumPasswordLength=8, RequireNumbers=True, MaxPasswordAge=60, HardExpiry=True
    )
    prove_aws(aws, iam.password_rules_weak, aws.account)


def test_password_rules_that_were_never_set(aws: Emulator) -> None:
    prove_aws(aws, iam.password_rules_weak, aws.account)
