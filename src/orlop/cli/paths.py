"""orlop paths"""

import json
import sys

import click

from orlop.cli import options

EPILOG = """\b
Examples:
  orlop paths                                     from outside, to everything worth stealing
  orlop paths --to arn:aws:s3:::claims            only to this
  orlop paths --to admin                          to every right in the account
  orlop paths --from arn:aws:iam::1112:user/ann   what this person, or a stolen key of hers, could reach
\b
Exit codes: 0 no way, 1 there is one, 2 only ways that hang on what is not known.
"""


@click.command("paths", epilog=EPILOG)
@click.option("--from", "start", metavar="SOURCE", help="Begin here: internet, a user, a role, a server.")
@click.option("--to", "goal", metavar="GOAL", help="End here: an ARN, an id, a name, or admin.")
@options.target
@options.as_json
@options.json_flag
@click.pass_context
def command(
    ctx: click.Context, start: str | None, goal: str | None, target: str | None, form: str, as_json: bool
) -> None:
    """Show the ways an attacker would take, step by step, and the one change that cuts most of them."""
    from orlop.operations.paths import paths
    from orlop.report import attack

    found = paths(options.settings(ctx), target=target, start=start, goal=goal)
    if form == "json" or as_json:
        click.echo(json.dumps(attack.found(found.of.of, found.paths, found.choke_points), indent=2, ensure_ascii=False))
    else:
        attack.write_found(found.of.of, found.paths, found.choke_points, sys.stdout)
    ctx.exit(1 if any(path.surely for path in found.paths) else 2 if found.paths else 0)
