"""orlop exposure"""

import json
import sys

import click

from orlop.cli import options

EPILOG = """\b
Examples:
  orlop exposure                            what the whole internet can reach
  orlop exposure --from i-0abc              what an intruder on that instance could reach next
  orlop exposure --from 192.168.0.0/16 --premises 192.168.0.0/16
  orlop exposure --target recorded://audit --json
\b
Exit codes: 0 nothing can be reached, 1 something can, 2 something may, where not all could be read.
"""


@click.command("exposure", epilog=EPILOG)
@click.option("--from", "start", default="internet", show_default=True, metavar="SOURCE", help="Who wants to reach.")
@options.target
@options.premises
@options.as_json
@options.json_flag
@click.pass_context
def command(
    ctx: click.Context, start: str, target: str | None, premises: tuple[str, ...], form: str, as_json: bool
) -> None:
    """List all that can be reached from the internet, or from anywhere else, worst first.

    Reached means really: there is a public address or a way, a route there and back, and every list of rules on the
    way lets it in. Through load balancers counts.
    """
    from orlop.operations.exposure import exposure
    from orlop.report.reaching import exposed, write_exposed

    found = exposure(start, options.settings(ctx), target=target, premises=premises)
    if form == "json" or as_json:
        click.echo(json.dumps(exposed(start, found.of.of, found.found), indent=2, ensure_ascii=False))
    else:
        write_exposed(start, found.of.of, found.found, sys.stdout)
    sure = any(each.surely for each in found.found)
    ctx.exit(1 if sure else 2 if found.found else 0)
