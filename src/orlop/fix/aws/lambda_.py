"""Writes settings of Lambda functions."""

from orlop.estate.aws.lambda_ import Function, FunctionUrl
from orlop.estate.change import Change
from orlop.fix.writer import Aws, writes


@writes(Function, "urls", "lambda:UpdateFunctionUrlConfig")
def sign_in(aws: Aws, change: Change) -> None:
    """Set who must sign in at each web address. Addresses are neither made nor deleted: a new one would be another."""
    was: dict[str, FunctionUrl] = {url.alias: url for url in change.was}
    for url in change.becomes:
        if was[url.alias].sign_in != url.sign_in:
            alias = {"Qualifier": url.alias} if url.alias else {}
            aws.call("lambda", "UpdateFunctionUrlConfig", FunctionName=change.target, AuthType=url.sign_in, **alias)


ALL = (sign_in,)
