"""orlop reach"""

import json
import sys

import click

from orlop.cli import options

EPILOG = """\b
Examples:
  orlop reach internet i-0abc:5432              from the whole internet to a port of an instance
  orlop reach internet claims-web               anything at all, to what bears that name
  orlop reach sg-1 db-claims                    from what wears a security group to a database
  orlop reach 203.0.113.9 10.0.1.5:22/tcp       from one address to another
  orlop reach 192.168.0.0/16 10.0.1.5 --premises 192.168.0.0/16
  orlop reach internet i-0abc:22 --target recorded://audit
\b
Without --target, the answer is about the last inspection.
Exit codes: 0 it cannot be reached, 1 it can, 2 not known.
"""


@click.command("reach", epilog=EPILOG)
@click.argument("start", metavar="FROM")
@click.argument("goal", metavar="TO")
@options.target
@options.premises
@options.as_json
@options.json_flag
@click.pass_context
def command(
    ctx: click.Context, start: str, goal: str, target: str | None, premises: tuple[str, ...], form: str, as_json: bool
) -> None:
    """Say whether FROM can reach TO, by which way hop by hop, or what stops it and what would have to change.

    TO may end in :PORT, :FIRST-LAST, and /tcp, /udp or /icmp.
    """
    from orlop.operations.reach import ask
    from orlop.report.reaching import reached, write_reached

    found = ask(start, goal, options.settings(ctx), target=target, premises=premises)
    if form == "json" or as_json:
        click.echo(json.dumps(reached(start, goal, found.of.of, found.answers), indent=2, ensure_ascii=False))
    else:
        write_reached(start, goal, found.of.of, found.answers, sys.stdout)
    ctx.exit({True: 1, False: 0, None: 2}[found.reachable])
