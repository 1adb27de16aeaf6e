"""orlop diff"""

import sys

import click

from orlop.cli import options

EPILOG = """\b
Examples:
  orlop diff                                  what changed since the inspection before
  orlop diff s-12                             since snapshot s-12
  orlop diff s-12 s-19                        between the two
  orlop diff recorded://march recorded://may  between two folders of answers
"""


@click.command("diff", epilog=EPILOG)
@click.argument("old", required=False)
@click.argument("new", default="latest")
@options.as_json
@click.pass_context
def command(ctx: click.Context, old: str | None, new: str, form: str) -> None:
    """What has changed between two snapshots, and what the internet reaches since.

    For each thing that became reachable it tells the exact ports and senders, the way in, and the single change that
    opened it. What could not be read in one of them is listed as not seen, never as a change.
    """
    from orlop.estate import wire
    from orlop.operations.differences import compare
    from orlop.report import turning
    from orlop.report.differences import plain, write_differences

    compared = compare(options.settings(ctx), old, new)
    if form == "json":
        found = {"old": compared.old, "new": compared.new, "differences": plain(compared.differences)}
        click.echo(wire.encode({**found, "internet": turning.plain(compared.turned)}))
        return
    write_differences(compared.old.taken_at, compared.new.taken_at, compared.differences, compared.turned, sys.stdout)
