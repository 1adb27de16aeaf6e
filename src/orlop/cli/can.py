"""orlop can"""

import json
import sys

import click

from orlop.cli import options

EPILOG = """\b
Examples:
  orlop can claims-app s3:GetObject 'arn:aws:s3:::claims/*'
  orlop can arn:aws:iam::111122223333:user/ann iam:CreateUser '*'
\b
Exit codes: 0 no, 1 yes, 2 that depends or could not be read.
"""


@click.command("can", epilog=EPILOG)
@click.argument("who", metavar="PRINCIPAL")
@click.argument("action")
@click.argument("resource")
@options.target
@options.as_json
@options.json_flag
@click.pass_context
def command(
    ctx: click.Context, who: str, action: str, resource: str, target: str | None, form: str, as_json: bool
) -> None:
    """Say whether PRINCIPAL (a user or role) can do ACTION to RESOURCE, and which statement decides."""
    from orlop.operations.access import can
    from orlop.report import rights

    found = can(who, action, resource, options.settings(ctx), target=target)
    if form == "json" or as_json:
        said = {"action": found.action, "of": found.of.of, **rights.right(found.right)}
        click.echo(json.dumps(said, indent=2, ensure_ascii=False))
    else:
        rights.write_can(found.action, found.of.of, found.right, sys.stdout)
    ctx.exit({"Allowed": 1, "Unknown": 2}.get(found.right.decision.outcome, 0))
