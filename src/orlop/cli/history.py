"""orlop history"""

import sys

import click

from orlop.cli import options

EPILOG = """\b
Examples:
  orlop history sg-0abc                  by name or id
  orlop history arn:aws:s3:::claims
"""


@click.command("history", epilog=EPILOG)
@click.argument("resource")
@options.as_json
@click.pass_context
def command(ctx: click.Context, resource: str, form: str) -> None:
    """What one resource looked like over time: when it was first seen, what changed when, when it was gone."""
    from orlop.estate import wire
    from orlop.operations.snapshots import history
    from orlop.report.differences import write_history

    versions = history(resource, options.settings(ctx))
    if form == "json":
        click.echo(wire.encode(versions))
    else:
        write_history([(version.at, version.snapshot, version.resource) for version in versions], sys.stdout)
