from datetime import UTC, datetime
from typing import Any

from tests.answers import Answers, seen
from tests.cases import ACCOUNT, REGION

from orlop.collect.aws import kms
from orlop.estate.aws.kms import Key
from orlop.estate.fact import Cause

DAY = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
META: dict[str, Any] = {
    "KeyManager": "CUSTOMER",
    "KeyState": "Enabled",
    "KeySpec": "SYMMETRIC_DEFAULT",
    "KeyUsage": "ENCRYPT_DECRYPT",
    "Origin": "AWS_KMS",
    "CreationDate": DAY,
}


def arn(id: str) -> str:
    return f"arn:aws:kms:{REGION}:{ACCOUNT}:key/{id}"


def answers(**said: Any) -> Answers:
    return Answers(
        {
            "kms:ListAliases": {
                "Aliases": [
                    {"AliasName": "alias/claims", "TargetKeyId": "1"},
                    {"AliasName": "alias/aws/ebs", "TargetKeyId": "2"},
                    {"AliasName": "alias/aws/rds"},
                ]
            },
            "kms:ListKeys": {"Keys": [{"KeyId": id, "KeyArn": arn(id)} for id in ("1", "2", "3")]},
            "kms:DescribeKey": {"KeyMetadata": META},
            "kms:GetKeyRotationStatus": {"KeyRotationEnabled": False},
            "kms:GetKeyPolicy": {"Policy": '{"Statement":[]}'},
            "kms:ListGrants": {
                "Grants": [
                    {
                        "GrantId": "g",
                        "GranteePrincipal": f"arn:aws:iam::{ACCOUNT}:role/app",
                        "Operations": ["GenerateDataKey", "Decrypt"],
                        "Constraints": {"EncryptionContextSubset": {"claim": "1"}},
                    }
                ]
            },
            **{f"kms:{operation}": answer for operation, answer in said.items()},
        }
    )


def test_keys_of_the_account_and_not_those_of_services() -> None:
    said = answers()
    found = seen([kms.keys], said).within(Key, ACCOUNT)
    assert [(key.name, key.rotates.value) for key in found] == [("claims", False), ("3", False)]
    assert {params["KeyId"] for source, _, params in said.asked if source == "kms:DescribeKey"} == {"1", "3"}


def test_a_key_that_cannot_rotate() -> None:
    first, *_ = seen([kms.keys], answers(GetKeyRotationStatus="UnsupportedOperationException")).each(Key)
    assert first.rotates.value is None


def test_a_copy_that_is_about_to_be_deleted() -> None:
    gone = {"KeyState": "PendingDeletion", "DeletionDate": DAY}
    copy = {"MultiRegion": True, "MultiRegionConfiguration": {"MultiRegionKeyType": "REPLICA"}}
    first, *_ = seen([kms.keys], answers(DescribeKey={"KeyMetadata": {**META, **gone, **copy}})).each(Key)
    about = first.particulars.value
    assert (about.state, about.deleted_at, about.replica) == ("PendingDeletion", "2026-01-02T03:04:05+00:00", True)


def test_what_a_key_does_not_tell_is_unread() -> None:
    first, *_ = seen([kms.keys], answers(DescribeKey="AccessDenied", GetKeyPolicy={"Policy": "{"})).each(Key)
    assert first.particulars.unread
    assert first.policy.unread
    assert first.policy.unread.cause is Cause.MALFORMED
    assert first.rotates.value is False


def test_grants() -> None:
    first, *_ = seen([kms.keys], answers()).each(Key)
    [grant] = first.grants.value
    assert (grant.grantee[-8:], grant.operations, grant.only_if) == ("role/app", ("Decrypt", "GenerateDataKey"), True)
    first, *_ = seen([kms.keys], answers(ListGrants="AccessDenied")).each(Key)
    assert first.grants.unread
