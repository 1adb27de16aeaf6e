"""Reads Lambda functions.

Law: of an environment variable only its name and the kinds of secret that its value looks like are kept.
"""

from collections.abc import Iterator

from orlop.collect.aws.calls import Answer
from orlop.collect.aws.collector import Later, Reader, collector
from orlop.estate.aws.lambda_ import Function, FunctionUrl, Variable
from orlop.estate.aws.policy import document
from orlop.estate.fact import Cause, Fact, Unread
from orlop.reason.secrets import kinds_in_variable

_ABSENT = ("ResourceNotFoundException",)


@collector(Function, service="lambda", calls=("ListFunctions", "GetPolicy", "ListFunctionUrlConfigs"))
def functions(aws: Reader) -> Iterator[Later[Function]]:
    """List the functions of a region; each is asked for its policy and its web addresses."""
    for page in aws.pages("ListFunctions"):
        for item in page["Functions"]:
            if aws.wants(item["FunctionArn"]):
                yield _function(aws, item)


def _function(aws: Reader, item: Answer) -> Later[Function]:
    name = item["FunctionName"]
    vpc: Answer = item.get("VpcConfig") or {}
    policy = aws.ask("GetPolicy", lambda said: document(said["Policy"]), absent=_ABSENT, FunctionName=name)

    def read() -> tuple[FunctionUrl, ...]:
        said = aws.call("ListFunctionUrlConfigs", FunctionName=name)
        return tuple(sorted((_url(url) for url in said["FunctionUrlConfigs"]), key=lambda url: url.alias))

    urls = aws.later("lambda:ListFunctionUrlConfigs", read)
    return lambda: Function(
        id=item["FunctionArn"],
        account=aws.account,
        region=aws.region,
        name=name,
        source="lambda:ListFunctions",
        runtime=item.get("Runtime"),
        role=item["Role"],
        vpc=vpc.get("VpcId") or None,
        subnets=tuple(sorted(vpc.get("SubnetIds", ()))),
        groups=tuple(sorted(vpc.get("SecurityGroupIds", ()))),
        tracing=item.get("TracingConfig", {}).get("Mode") == "Active",
        variables=_variables(item.get("Environment")),
        policy=policy(),
        urls=urls(),
    )


def _variables(said: Answer | None) -> Fact[tuple[Variable, ...]]:
    """Return what is to be known of the variables. AWS leaves them out where it may not use their key."""
    source = "lambda:ListFunctions"
    if said is None:
        return Fact((), source)
    if "Error" in said:
        denied = "Access" in str(said["Error"].get("ErrorCode", ""))
        why = "the variables could not be decrypted"
        return Fact(Unread(Cause.DENIED if denied else Cause.FAILED, why, "kms:Decrypt"), source)
    if "Variables" not in said:
        return Fact(Unread(Cause.NOT_LOOKED_AT, "recordings leave the variables out"), source)
    values: dict[str, str] = said["Variables"] or {}
    seen = (Variable(name=name, looks_like=tuple(kinds_in_variable(name, values[name]))) for name in sorted(values))
    return Fact(tuple(seen), source)


def _url(said: Answer) -> FunctionUrl:
    """Read one address. Its ARN ends in the alias where it belongs to one: `arn:aws:lambda:R:A:function:NAME:ALIAS`."""
    parts = said["FunctionArn"].split(":")
    alias = parts[7] if len(parts) > 7 else ""
    return FunctionUrl(alias=alias, url=said["FunctionUrl"], sign_in=said["AuthType"])


ALL = (functions,)
