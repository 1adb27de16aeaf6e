"""orlop who-can"""

import json
import sys

import click

from orlop.cli import options

EPILOG = """\b
Examples:
  orlop who-can s3:GetObject 'arn:aws:s3:::claims/*'
  orlop who-can kms:Decrypt arn:aws:kms:eu-west-1:111122223333:key/1234abcd
  orlop who-can iam:CreateUser '*' --target recorded://audit --json
\b
Exit codes: 0 nobody, 1 somebody can, 2 that depends or could not be read.
"""


@click.command("who-can", epilog=EPILOG)
@click.argument("action")
@click.argument("resource")
@options.target
@options.as_json
@options.json_flag
@click.pass_context
def command(ctx: click.Context, action: str, resource: str, target: str | None, form: str, as_json: bool) -> None:
    """List who can do ACTION to RESOURCE (an ARN, or a pattern of it), and by which statement.

    Policies of users, groups and roles count, boundaries, and the policy of the resource itself.
    """
    from orlop.operations.access import who_can
    from orlop.report import rights

    found = who_can(action, resource, options.settings(ctx), target=target)
    said = (found.action, found.resource, found.of.of, found.rights, found.strangers)
    if form == "json" or as_json:
        click.echo(json.dumps(rights.who_can(*said), indent=2, ensure_ascii=False))
    else:
        rights.write_who_can(*said, sys.stdout)
    sure = found.strangers.sure or any(each.decision.outcome == "Allowed" for each in found.rights)
    ctx.exit(1 if sure else 2 if found.rights or found.strangers.unread else 0)
