"""Questions about Lambda functions."""

from collections.abc import Mapping
from dataclasses import replace

from orlop.estate.aws.lambda_ import Function, FunctionUrl
from orlop.estate.aws.policy import Document, Statement
from orlop.estate.change import change
from orlop.estate.estate import Estate
from orlop.frameworks import fsbp, gdpr, hipaa
from orlop.reason.access import openings as access
from orlop.rules.rule import Answer, Fail, Pass, Severity, rule

SUPPORTED_UNTIL: Mapping[str, str] = {
    "nodejs": "2016-10-31",
    "nodejs4.3": "2020-03-06",
    "nodejs4.3-edge": "2019-04-30",
    "nodejs6.10": "2019-08-12",
    "nodejs8.10": "2020-03-06",
    "nodejs10.x": "2021-07-30",
    "nodejs12.x": "2023-03-31",
    "nodejs14.x": "2023-12-04",
    "nodejs16.x": "2024-06-12",
    "nodejs18.x": "2025-09-01",
    "nodejs20.x": "2026-04-30",
    "nodejs22.x": "2027-04-30",
    "nodejs24.x": "2028-04-30",
    "python2.7": "2021-07-15",
    "python3.6": "2022-07-18",
    "python3.7": "2023-12-04",
    "python3.8": "2024-10-14",
    "python3.9": "2025-12-15",
    "python3.10": "2026-10-31",
    "python3.11": "2027-06-30",
    "python3.12": "2028-10-31",
    "python3.13": "2029-06-30",
    "python3.14": "2029-06-30",
    "ruby2.5": "2021-07-30",
    "ruby2.7": "2023-12-07",
    "ruby3.2": "2026-03-31",
    "ruby3.3": "2027-03-31",
    "ruby3.4": "2028-03-31",
    "java8": "2024-01-08",
    "java8.al2": "2027-06-30",
    "java11": "2027-06-30",
    "java17": "2027-06-30",
    "java21": "2029-06-30",
    "java25": "2029-06-30",
    "dotnetcore1.0": "2019-07-30",
    "dotnetcore2.0": "2019-05-30",
    "dotnetcore2.1": "2022-01-05",
    "dotnetcore3.1": "2023-04-03",
    "dotnet6": "2024-12-20",
    "dotnet8": "2026-11-10",
    "dotnet10": "2028-11-14",
    "go1.x": "2024-01-08",
    "provided": "2024-01-08",
    "provided.al2": "2026-07-31",
    "provided.al2023": "2029-06-30",
}
"""Runtime -> the last day for which AWS promises security updates, as AWS announced it by May 2026.

Source: https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html#runtimes-deprecated
"""


@rule(
    asks="May anyone in the world run this function?",
    severity=Severity.CRITICAL,
    controls=(fsbp("Lambda.1"), hipaa("164.312(a)(1)"), gdpr("32(1)(b)"), gdpr("25(2)")),
    by_hand="aws lambda get-policy --function-name NAME, then: aws lambda remove-permission --function-name NAME "
    "--statement-id SID. If a service of AWS needs the permission, grant it anew with --source-arn and "
    "--source-account.",
    breaks="Whatever runs the function by that permission: look at who it was meant for, and grant it to them by name.",
)
def function_open_to_everyone(function: Function, estate: Estate) -> Answer:
    """Function open to everyone.

    Anyone with an AWS account can run it, with input of their choice, as often as they like and at your cost. It acts
    with the rights of its role: what the function may read or change, a stranger may reach through it.
    """
    policy = function.policy.value
    if policy is None:
        return Pass("No policy lets anybody outside the account in.")
    openings = access.everyone(policy, owner=function.account)
    direct = [o for o in openings if not _by_address_only(o.statement)]
    if direct:
        return Fail(
            f"Everyone may use {', '.join(sorted({a for o in direct for a in o.actions}))} on this function.",
            witness=tuple(access.in_evidence(policy, opening) for opening in direct),
        )
    signed = [o for o in openings if _admits(o.statement, "AWS_IAM")]
    if signed and any(url.sign_in == "AWS_IAM" for url in function.urls.value):
        return Fail(
            "Everyone with an AWS account of their own may run this function through its web address.",
            witness=tuple(access.in_evidence(policy, opening) for opening in signed),
            severity=Severity.HIGH,
        )
    return Pass("No policy lets everyone run it.")


def _by_address_only(statement: Statement) -> bool:
    """Whether a statement speaks only of calls through a function's web address.

    Source: https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html
    """
    if statement.actions and all(action.lower() == "lambda:invokefunctionurl" for action in statement.actions):
        return True
    return any(
        (key := condition.key.lower()) == "lambda:functionurlauthtype"
        or (key == "lambda:invokedviafunctionurl" and condition.values == ("true",))
        for condition in statement.conditions
    )


def _admits(statement: Statement, sign_in: str) -> bool:
    """Whether a statement counts for addresses with this kind of sign-in."""
    kinds = [c.values for c in statement.conditions if c.key.lower() == "lambda:functionurlauthtype"]
    return all(sign_in in values for values in kinds)


@rule(
    asks="Can anyone in the world call this function's web address without signing in?",
    severity=Severity.HIGH,
    controls=(hipaa("164.312(a)(1)"), hipaa("164.312(d)"), gdpr("32(1)(b)")),
    by_hand="aws lambda update-function-url-config --function-name NAME --auth-type AWS_IAM",
    breaks="Whoever calls the address without signing requests with AWS keys is refused: browsers, webhooks, partners. "
    "If it is meant for everyone, as a webhook is, accept this finding and have the function check who calls.",
)
def function_url_without_sign_in(function: Function, estate: Estate) -> Answer:
    """Function's web address needs no sign-in.

    Whoever learns the address can call it as often as they like, at your cost. The function's own code is all that
    stands between a stranger and what its role may reach.
    """
    urls = function.urls.value
    open_urls = [url for url in urls if url.sign_in == "NONE"]
    if not urls:
        return Pass("It has no web address.")
    if not open_urls:
        return Pass("Its web address answers only to callers who sign in with AWS keys.")
    if all(not url.alias for url in open_urls) and not _lets_strangers_in(function.policy.value, function.account):
        return Pass("Its web address asks for no sign-in, but no policy lets strangers in, so AWS refuses them.")
    return Fail(
        f"Anyone who knows {', '.join(url.url for url in open_urls)} can run this function without signing in.",
        change(function, "urls", tuple(_signed(url) for url in urls)),
        witness=tuple(f"AuthType NONE {url.url} {url.alias}".strip() for url in open_urls),
    )


def _lets_strangers_in(policy: Document | None, owner: str) -> bool:
    openings = access.everyone(policy, owner=owner, action="lambda:InvokeFunctionUrl")
    return any(_admits(opening.statement, "NONE") for opening in openings)


def _signed(url: FunctionUrl) -> FunctionUrl:
    return replace(url, sign_in="AWS_IAM")


@rule(
    asks="Does this function run on software that gets no security updates any more?",
    severity=Severity.MEDIUM,
    controls=(fsbp("Lambda.2"), hipaa("164.308(a)(1)(ii)(B)"), gdpr("32(1)(b)")),
    by_hand="Try the function on a current runtime under another name, then: aws lambda update-function-configuration "
    "--function-name NAME --runtime RUNTIME",
    breaks="Code may rely on what the new version of its language no longer has. AWS stops accepting any change of "
    "functions on old runtimes some months after their end, so do not wait.",
)
def function_runtime_retired(function: Function, estate: Estate) -> Answer:
    """Function runs on retired software.

    AWS no longer closes holes in this version of the language and its libraries. What becomes known stays open.
    """
    if function.runtime is None:
        return Pass("It is a container image, which brings its own software.")
    end = SUPPORTED_UNTIL.get(function.runtime)
    if end is None:
        return Pass(f"AWS has announced no end for {function.runtime}, as far as this version of Orlop knows.")
    days = estate.days_since(end)
    if days <= 0:
        return Pass(f"AWS keeps {function.runtime} up to date until {end}.")
    return Fail(f"It runs on {function.runtime}, for which security updates ended on {end}, {days} days ago.")


@rule(
    asks="Do passwords or keys stand in this function's settings, where many people can read them?",
    severity=Severity.HIGH,
    controls=(hipaa("164.308(a)(5)(ii)(D)"), hipaa("164.312(a)(1)"), gdpr("32(1)(b)")),
    by_hand="Put the secret into AWS Secrets Manager (or the Parameter Store, as a SecureString), have the function "
    "fetch it when it starts, take it out of the variables, and replace it: it has been readable.",
    breaks="The function fails until its code fetches the secret from its new place and its role may read it there.",
)
def function_secrets_in_variables(function: Function, estate: Estate) -> Answer:
    """Secrets in a function's variables.

    Everyone who may look at the function's settings reads them: support staff, monitoring tools, anyone with read-only
    access to the account. They also end up in templates, tickets and logs.
    """
    told = [variable for variable in function.variables.value if variable.looks_like]
    if not told:
        return Pass("None of its variables looks like a secret.")
    names = "; ".join(f"{variable.name} (looks like: {', '.join(variable.looks_like)})" for variable in told)
    return Fail(f"These variables hold what looks like secrets: {names}. Orlop keeps no part of their values.")


ALL = (
    function_open_to_everyone,
    function_url_without_sign_in,
    function_runtime_retired,
    function_secrets_in_variables,
)
