import json

from orlop.rules.aws import kms
from tests.fixes.proof import prove_aws
from tests.servers.emulator import Emulator


def test_key_never_replaced(aws: Emulator) -> None:
    made = aws.client("kms").create_key()["KeyMetadata"]
    prove_aws(aws, kms.key_never_replaced, made["Arn"])


def test_key_open_to_everyone(aws: Emulator) -> None:
    own = {
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws:iam::{aws.account}:root"},
        "Action": "kms:*",
        "Resource": "*",
    }
    open_ = {"Sid": "Share", "Effect": "Allow", "Principal": "*", "Action": "kms:Decrypt", "Resource": "*"}
    policy = json.dumps({"Version": "2012-10-17", "Id": "of the claims", "Statement": [own, open_]})
    made = aws.client("kms").create_key(Policy=policy)["KeyMetadata"]
    prove_aws(aws, kms.key_open_to_everyone, made["Arn"])
