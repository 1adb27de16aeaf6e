"""orlop show"""

import sys

import click

from orlop.cli import options

EPILOG = """\b
Examples:
  orlop show                list the open findings
  orlop show 3fa9c1d2e0     one, whole (the first digits are enough)
  orlop show --state fixed  those that were mended
"""


@click.command("show", epilog=EPILOG)
@click.argument("finding", required=False)
@click.option("--state", "states", multiple=True, type=click.Choice(["open", "accepted", "fixed", "gone"]))
@options.as_json
@click.pass_context
def command(ctx: click.Context, finding: str | None, states: tuple[str, ...], form: str) -> None:
    """Tell the whole story of one finding; without one, list the findings.

    The story: the question, what is so, what that rests on, what it can lead to, the change that mends it, and
    what the change may break.
    """
    from orlop.estate import wire
    from orlop.operations.show import all_of, one
    from orlop.report.terminal_finding import write_finding, write_findings

    given = options.settings(ctx)
    found = one(finding, given) if finding else all_of(states, given)
    if form == "json":
        click.echo(wire.encode(found))
    elif isinstance(found, tuple):
        write_findings(found, sys.stdout)
    else:
        write_finding(found, sys.stdout)
