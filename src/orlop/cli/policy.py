"""orlop policy"""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import click

from orlop.cli import options

if TYPE_CHECKING:
    from orlop.reason.access.clauses import Policy

EPILOG = """\b
Examples:
  orlop policy compare old.json new.json    exit code 1 if new.json allows anything that old.json does not
  orlop policy public bucket-policy.json    exit code 1 if a stranger is let in
  orlop policy lint policy.json             mistakes, and what does not mean what it seems to
  orlop policy eval --jsonl requests.jsonl  one decision a line
\b
No account is needed: these are for a pipeline, too.
"""


@click.group("policy", epilog=EPILOG)
def command() -> None:
    """Ask about policies as files: what they decide, what a new one adds, whom one lets in."""


EVAL = """\b
A line in:
  {"name": "a1",
   "request": {"action": "s3:GetObject", "principal": "arn:aws:iam::111122223333:user/ann",
               "resource": "arn:aws:s3:::claims/1", "resourceAccount": "111122223333",
               "context": {"aws:SourceIp": "203.0.113.9"}},
   "identityPolicies": [...], "resourcePolicy": {...}, "permissionBoundaries": [...], "sessionPolicy": {...},
   "serviceControlPolicies": [[...a level...], ...], "resourceControlPolicies": [[...], ...],
   "vpcEndpointPolicies": [...]}
A line out:
  {"name": "a1", "decision": "Allowed", "because": ["Statement 1 of the identity policy allows it."]}
\b
Only "request" must be there. A condition key that the context does not name is missing from the request.
Without "principal" the request is anonymous; without "resourceAccount" the resource is in
the account that its ARN names, else in the caller's. The exit code is 65 if a line could not be read.
"""


@command.command("eval", epilog=EVAL)
@click.argument("file", type=click.File("r", encoding="utf-8"), required=False)
@click.option(
    "--jsonl", type=click.File("r", encoding="utf-8"), metavar="FILE", help="One request a line; - for stdin."
)
def eval_(file: TextIO | None, jsonl: TextIO | None) -> None:
    """Decide requests as AWS would: Allowed, ImplicitlyDenied, ExplicitlyDenied, or Unknown.

    FILE holds one request with its policies; with --jsonl, one a line.
    """
    from orlop.operations.policy import decide_all

    if (file is None) == (jsonl is None):
        raise click.UsageError("Give either FILE or --jsonl FILE.")
    unreadable = False
    for decided in decide_all(jsonl if jsonl else [_line(file)] if file else []):
        unreadable |= decided.unreadable
        said = {"name": decided.name, "decision": decided.decision, "because": decided.because}
        click.echo(json.dumps(said | ({"needs": decided.needs} if decided.needs else {}), ensure_ascii=False))
    if unreadable:
        sys.exit(65)


def _line(file: TextIO) -> str:
    return " ".join(file.read().splitlines())


_FILE = click.Path(dir_okay=False, allow_dash=True, path_type=Path)


@command.command("compare")
@click.argument("old", type=_FILE)
@click.argument("new", type=_FILE)
@options.as_json
@click.pass_context
def compare(ctx: click.Context, old: Path, new: Path, form: str) -> None:
    """Say what NEW allows that OLD does not, each with a request as proof.

    Exit code 1 if there is anything, 2 if that cannot be told, 0 if there is nothing.
    """
    from orlop.operations.policy import compare
    from orlop.report import policies

    compared = compare(_read(old, "the old policy"), _read(new, "the new policy"))
    if form == "json":
        click.echo(json.dumps(policies.comparison(compared), indent=2, ensure_ascii=False))
    else:
        policies.write_comparison(compared, sys.stdout)
    ctx.exit(1 if compared.grants else 2 if compared.unsure else 0)


@command.command("public")
@click.argument("file", type=_FILE)
@click.option("--account", default="", help="The account whose resource it is.", metavar="ID")
@options.as_json
@click.pass_context
def public(ctx: click.Context, file: Path, account: str, form: str) -> None:
    """Say whether the policy of a bucket, a key, a queue, a role... lets strangers in, with a request as proof.

    Exit code 1 if it does, 2 if that cannot be told, 0 if it does not.
    """
    from orlop.operations.policy import public
    from orlop.report import policies

    found, by_s3 = public(_read(file, "the policy", account), account)
    if form == "json":
        click.echo(json.dumps(policies.publicity(found, by_s3), indent=2, ensure_ascii=False))
    else:
        policies.write_publicity(found, by_s3, sys.stdout)
    ctx.exit(1 if found.grants else 2 if found.unsure else 0)


@command.command("lint")
@click.argument("file", type=_FILE)
@options.as_json
@click.pass_context
def lint(ctx: click.Context, file: Path, form: str) -> None:
    """Say what is wrong in a policy, and what does not mean what it seems to.

    Exit code 1 if there is anything, 0 if there is nothing.
    """
    from orlop.estate import wire
    from orlop.operations.policy import check
    from orlop.report import policies

    remarks = check(_read(file, "the policy"))
    if form == "json":
        click.echo(wire.encode(remarks))
    else:
        policies.write_remarks(remarks, sys.stdout)
    ctx.exit(1 if remarks else 0)


def _read(file: Path, name: str, owner: str = "") -> "Policy":
    from orlop.operations import policy

    if str(file) == "-":
        return policy.from_text(sys.stdin.read(), name=name, where="standard input", owner=owner)
    return policy.read(file, name=name, owner=owner)
