"""orlop diff"""

import sys

import click

from orlop.cli import options

EPILOG = """\b
Examples:
  orlop diff               what changed since the inspection before
  orlop diff s-12          since snapshot s-12
  orlop diff s-12 s-19     between the two
"""


@click.command("diff", epilog=EPILOG)
@click.argument("old", required=False)
@click.argument("new", default="latest")
@options.as_json
@click.pass_context
def command(ctx: click.Context, old: str | None, new: str, form: str) -> None:
    """What has changed between two snapshots.

    What could not be read in one of them is listed as not seen, never as a change.
    """
    from orlop.estate import wire
    from orlop.operations.snapshots import compare
    from orlop.report.differences import write_differences

    compared = compare(options.settings(ctx), old, new)
    if form == "json":
        click.echo(wire.encode(compared))
    else:
        write_differences(compared.old.taken_at, compared.new.taken_at, compared.differences, sys.stdout)
