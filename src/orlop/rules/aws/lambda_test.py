from typing import Any

import pytest
from tests.cases import ACCOUNT, DENIED, NOW, REGION, unlisted, verdict

from orlop.estate.aws.lambda_ import Function, FunctionUrl, Variable
from orlop.estate.aws.policy import document
from orlop.estate.change import Change
from orlop.estate.fact import Fact
from orlop.rules.aws import lambda_
from orlop.rules.rule import Fail, Pass, Severity, Unknown, Verdict

ARN = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:intake"
OTHER = "999988887777"


def function(
    *statements: dict[str, Any],
    policy: Any = None,
    urls: Any = (),
    variables: Any = (),
    runtime: str | None = "python3.13",
) -> Function:
    held = document({"Statement": list(statements)}) if statements else policy
    return Function(
        id=ARN,
        account=ACCOUNT,
        region=REGION,
        name="intake",
        source="lambda:ListFunctions",
        runtime=runtime,
        role=f"arn:aws:iam::{ACCOUNT}:role/intake",
        vpc=None,
        subnets=(),
        groups=(),
        tracing=False,
        variables=Fact(variables, "lambda:ListFunctions"),
        policy=Fact(held, "lambda:GetPolicy"),
        urls=Fact(urls, "lambda:ListFunctionUrlConfigs"),
    )


def allow(principal: Any = "*", action: str = "lambda:InvokeFunction", **conditions: str) -> dict[str, Any]:
    """Allow; `Operator__key=value` gives a condition, with `_` for `:` in the key."""
    when = {
        operator: {key.replace("_", ":", 1): value}
        for name, value in conditions.items()
        for operator, _, key in [name.partition("__")]
    }
    return {"Effect": "Allow", "Principal": principal, "Action": action, "Resource": ARN, "Condition": when}


def url(sign_in: Any, alias: str = "") -> FunctionUrl:
    return FunctionUrl(alias=alias, url=f"https://abc{alias}.lambda-url.{REGION}.on.aws/", sign_in=sign_in)


OPEN_URL = allow(action="lambda:InvokeFunctionUrl", StringEquals__lambda_FunctionUrlAuthType="NONE")
SIGNED_URL = allow(action="lambda:InvokeFunctionUrl", StringEquals__lambda_FunctionUrlAuthType="AWS_IAM")
VIA_URL = allow(Bool__lambda_InvokedViaFunctionUrl="true")
S3 = {"Service": "s3.amazonaws.com"}


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        pytest.param(function(), Pass, id="no policy"),
        pytest.param(function(allow({"AWS": ACCOUNT})), Pass, id="own account"),
        pytest.param(function(allow({"AWS": f"arn:aws:iam::{OTHER}:root"})), Pass, id="one other account"),
        pytest.param(function(allow(S3, StringEquals__aws_SourceAccount=ACCOUNT)), Pass, id="a service, for us"),
        pytest.param(function(allow(StringEquals__aws_SourceAccount=ACCOUNT)), Pass, id="source account"),
        pytest.param(function(allow(ArnLike__aws_SourceArn="arn:aws:s3:::claims")), Pass, id="source ARN"),
        pytest.param(function(allow(StringEquals__aws_PrincipalOrgID="o-1234567890")), Pass, id="organisation"),
        pytest.param(function(allow()), Fail, id="everyone"),
        pytest.param(function(allow({"AWS": "*"})), Fail, id="everyone, written otherwise"),
        pytest.param(function(allow(action="lambda:*")), Fail, id="everyone, everything"),
        pytest.param(function(allow(Bool__aws_SecureTransport="true")), Fail, id="a condition that binds nobody"),
        pytest.param(function(allow({"AWS": ACCOUNT}), allow()), Fail, id="one of two"),
        pytest.param(function(OPEN_URL, VIA_URL, urls=(url("NONE"),)), Pass, id="by its web address: another question"),
        pytest.param(function(OPEN_URL, urls=DENIED), Pass, id="only by an open web address, which is moot here"),
        pytest.param(function(SIGNED_URL), Pass, id="for signed calls of an address that it does not have"),
        pytest.param(function(SIGNED_URL, urls=(url("NONE"),)), Pass, id="for signed calls of an unsigned address"),
        pytest.param(function(SIGNED_URL, urls=(url("AWS_IAM"),)), Fail, id="for anyone with an account of AWS"),
        pytest.param(function(SIGNED_URL, urls=DENIED), Unknown, id="addresses denied"),
        pytest.param(function(policy=DENIED), Unknown, id="policy denied"),
    ],
)
def test_function_open_to_everyone(found: Function, expected: type[Verdict]) -> None:
    assert isinstance(verdict(lambda_.function_open_to_everyone, found), expected)


def test_needing_an_account_of_aws_is_a_milder_case() -> None:
    said = verdict(lambda_.function_open_to_everyone, function(SIGNED_URL, urls=(url("AWS_IAM"),)))
    assert isinstance(said, Fail)
    assert said.severity is Severity.HIGH


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        pytest.param(function(), Pass, id="no address"),
        pytest.param(function(urls=(url("AWS_IAM"),)), Pass, id="sign-in"),
        pytest.param(function(policy=DENIED, urls=(url("AWS_IAM"),)), Pass, id="sign-in, policy moot"),
        pytest.param(function(OPEN_URL, urls=(url("NONE"),)), Fail, id="no sign-in"),
        pytest.param(function(allow(action="lambda:*"), urls=(url("NONE"),)), Fail, id="no sign-in, wider policy"),
        pytest.param(function(urls=(url("NONE"),)), Pass, id="no sign-in, but nobody is let in"),
        pytest.param(
            function(SIGNED_URL, urls=(url("NONE"),)), Pass, id="no sign-in, but only signed calls are let in"
        ),
        pytest.param(function(urls=(url("NONE", "live"),)), Fail, id="an alias, whose policy is its own"),
        pytest.param(function(urls=(url("AWS_IAM"), url("NONE", "live"))), Fail, id="one of two"),
        pytest.param(function(policy=DENIED, urls=(url("NONE"),)), Unknown, id="policy denied"),
        pytest.param(function(urls=DENIED), Unknown, id="addresses denied"),
    ],
)
def test_function_url_without_sign_in(found: Function, expected: type[Verdict]) -> None:
    assert isinstance(verdict(lambda_.function_url_without_sign_in, found), expected)


def test_all_addresses_get_a_sign_in() -> None:
    said = verdict(lambda_.function_url_without_sign_in, function(urls=(url("AWS_IAM"), url("NONE", "live"))))
    assert isinstance(said, Fail)
    assert isinstance(said.fix, Change)
    assert said.fix.becomes == (url("AWS_IAM"), url("AWS_IAM", "live"))


@pytest.mark.parametrize(
    ("runtime", "expected"),
    [
        pytest.param("python3.13", Pass, id="current"),
        pytest.param(None, Pass, id="container image"),
        pytest.param("python4.0", Pass, id="newer than Orlop"),
        pytest.param("python3.9", Fail, id="retired"),
        pytest.param("provided", Fail, id="retired, of one's own"),
        pytest.param("java17", Pass, id="its end is announced"),
    ],
)
def test_function_runtime_retired(runtime: str | None, expected: type[Verdict]) -> None:
    assert isinstance(verdict(lambda_.function_runtime_retired, function(runtime=runtime)), expected)


def test_a_runtime_is_not_judged_where_functions_were_not_listed() -> None:
    assert isinstance(unlisted(lambda_.function_runtime_retired), Unknown)


def test_the_day_of_the_inspection_decides() -> None:
    assert NOW.startswith("2026-07-01")
    said = verdict(lambda_.function_runtime_retired, function(runtime="nodejs20.x"))
    assert isinstance(said, Fail)
    assert "2026-04-30, 62 days ago" in said.because


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        pytest.param((), Pass, id="no variables"),
        pytest.param((Variable(name="STAGE", looks_like=()),), Pass, id="nothing secret"),
        pytest.param((Variable(name="DB_PASSWORD", looks_like=("password",)),), Fail, id="password"),
        pytest.param(DENIED, Unknown, id="could not be decrypted"),
    ],
)
def test_function_secrets_in_variables(variables: Any, expected: type[Verdict]) -> None:
    assert isinstance(verdict(lambda_.function_secrets_in_variables, function(variables=variables)), expected)


def test_the_variable_is_named() -> None:
    told = (Variable(name="DB_PASSWORD", looks_like=("password",)), Variable(name="STAGE", looks_like=()))
    said = verdict(lambda_.function_secrets_in_variables, function(variables=told))
    assert isinstance(said, Fail)
    assert "DB_PASSWORD (looks like: password)" in said.because
    assert "STAGE" not in said.because
