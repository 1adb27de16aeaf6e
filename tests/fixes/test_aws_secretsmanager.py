import json
from collections.abc import Mapping

from orlop.rules.aws import secretsmanager
from tests.fixes.proof import prove_aws
from tests.servers.emulator import Emulator

OPEN = {"Effect": "Allow", "Principal": "*", "Action": "secretsmanager:GetSecretValue", "Resource": "*"}


def plant(aws: Emulator, *statements: Mapping[str, object]) -> None:
    client = aws.client("secretsmanager")
    client.create_secret(Name="claims-db", SecretString="guess")
    policy = json.dumps({"Version": "2012-10-17", "Statement": list(statements)})
    client.put_resource_policy(SecretId="claims-db", ResourcePolicy=policy)


def test_secret_open_to_everyone(aws: Emulator) -> None:
    plant(aws, OPEN)
    prove_aws(aws, secretsmanager.secret_open_to_everyone, "claims-db")


def test_the_statements_beside_stay(aws: Emulator) -> None:
    plant(aws, {**OPEN, "Principal": {"AWS": f"arn:aws:iam::{aws.account}:role/claims"}}, OPEN)
    prove_aws(aws, secretsmanager.secret_open_to_everyone, "claims-db")
