"""orlop paths"""

import sys
from pathlib import Path

import click

from orlop.cli import options

EPILOG = """\b
Examples:
  orlop paths                                     from outside, to everything worth stealing
  orlop paths --to arn:aws:s3:::claims            only to this
  orlop paths --to admin                          to every right in the account
  orlop paths --from arn:aws:iam::1112:user/ann   what this person, or a stolen key of hers, could reach today,
                                                  and what it could make public with one change
  orlop paths --from people                       from the password or key of any user
  orlop paths --format svg --output ways.svg      the ways as a picture
\b
Exit codes: 0 no way, 1 there is one, 2 only ways that hang on what is not known.
"""


@click.command("paths", epilog=EPILOG)
@click.option("--from", "start", metavar="SOURCE", help="Begin here: internet, people, a user, a role, a server.")
@click.option("--to", "goal", metavar="GOAL", help="End here: an ARN, an id, a name, or admin.")
@options.target
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "json", "svg"]),
    default="table",
    show_default=True,
    help="How to print it.",
)
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="Write it here.")
@options.json_flag
@click.pass_context
def command(
    ctx: click.Context,
    start: str | None,
    goal: str | None,
    target: str | None,
    form: str,
    output: Path | None,
    as_json: bool,
) -> None:
    """Show the ways an attacker would take, by their causes, each with its steps and the change that ends it."""
    from orlop.operations.paths import paths, publish

    found = paths(options.settings(ctx), target=target, start=start, goal=goal)
    publish(found, form="json" if as_json else form, output=output, to=sys.stdout)
    ctx.exit(1 if any(path.surely for path in found.paths) else 2 if found.paths else 0)
