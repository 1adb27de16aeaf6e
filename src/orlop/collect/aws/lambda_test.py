import json
from typing import Any

from tests.answers import Answers, Said, seen
from tests.cases import ACCOUNT, REGION

from orlop.collect.aws import lambda_
from orlop.estate import wire
from orlop.estate.aws.lambda_ import Function, FunctionUrl, Variable
from orlop.estate.fact import Cause

ARN = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:intake"
PASSWORD = "Winter2024-not-a-real-one"
POLICY = {"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "lambda:InvokeFunction", "Resource": ARN}]}


def read(item: dict[str, Any], said: dict[str, Said] | None = None) -> Function:
    plain = {"FunctionArn": ARN, "FunctionName": "intake", "Role": "arn:role", **item}
    answers = Answers({"lambda:ListFunctions": {"Functions": [plain]}, **(said or {})})
    [found] = seen([lambda_.functions], answers).each(Function)
    return found


def test_a_function() -> None:
    vpc = {"VpcId": "vpc-1", "SubnetIds": ["subnet-2", "subnet-1"], "SecurityGroupIds": ["sg-1"]}
    addresses = [
        {"FunctionArn": f"{ARN}:live", "FunctionUrl": "https://b/", "AuthType": "AWS_IAM"},
        {"FunctionArn": ARN, "FunctionUrl": "https://a/", "AuthType": "NONE"},
    ]
    said: dict[str, Said] = {
        "lambda:GetPolicy": {"Policy": json.dumps(POLICY)},
        "lambda:ListFunctionUrlConfigs": {"FunctionUrlConfigs": addresses},
    }
    found = read({"Runtime": "python3.13", "VpcConfig": vpc, "TracingConfig": {"Mode": "Active"}}, said)
    assert (found.runtime, found.vpc, found.subnets, found.groups) == (
        "python3.13",
        "vpc-1",
        ("subnet-1", "subnet-2"),
        ("sg-1",),
    )
    assert found.tracing
    assert found.policy.value
    assert len(found.policy.value.statements) == 1
    assert found.urls.value == (
        FunctionUrl(alias="", url="https://a/", sign_in="NONE"),
        FunctionUrl(alias="live", url="https://b/", sign_in="AWS_IAM"),
    )


def test_a_function_with_nothing_set() -> None:
    said: dict[str, Said] = {
        "lambda:GetPolicy": "ResourceNotFoundException",
        "lambda:ListFunctionUrlConfigs": {"FunctionUrlConfigs": []},
    }
    found = read({"VpcConfig": {"VpcId": "", "SubnetIds": []}}, said)
    assert (found.runtime, found.vpc, found.tracing) == (None, None, False)
    assert found.variables.value == ()
    assert found.policy.value is None
    assert found.urls.value == ()


def test_values_of_variables_go_nowhere() -> None:
    found = read({"Environment": {"Variables": {"STAGE": "prod", "DB_PASSWORD": PASSWORD}}})
    assert found.variables.value == (
        Variable(name="DB_PASSWORD", looks_like=("password",)),
        Variable(name="STAGE", looks_like=()),
    )
    assert PASSWORD not in wire.encode(found).decode()


def test_variables_that_could_not_be_decrypted_are_unread() -> None:
    found = read({"Environment": {"Error": {"ErrorCode": "AccessDeniedException", "Message": "key"}}})
    assert found.variables.unread
    assert (found.variables.unread.cause, found.variables.unread.permission) == (Cause.DENIED, "kms:Decrypt")


def test_a_policy_that_makes_no_sense_is_unread() -> None:
    found = read({}, {"lambda:GetPolicy": {"Policy": "{"}})
    assert found.policy.unread
    assert found.policy.unread.cause is Cause.MALFORMED
