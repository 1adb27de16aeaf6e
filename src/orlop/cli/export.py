"""orlop export"""

from pathlib import Path

import click

from orlop.cli import options
from orlop.cli.progress import progress

EPILOG = """\b
Examples:
  orlop export audit                      the account whose credentials are found
  orlop export audit aws://PROFILE?regions=eu-west-1
\b
Then, anywhere, without any access:
  orlop inspect recorded://audit
  orlop reach internet i-0abc:22 --target recorded://audit
"""


@click.command("export", epilog=EPILOG)
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.argument("target", default="aws")
@options.profile
@click.pass_context
def command(ctx: click.Context, folder: Path, target: str, profile: str | None) -> None:
    """Write all that AWS answers about an account into FOLDER, as its command line would print it.

    For an auditor who has no access, or for later. Secrets, start-up scripts and the variables of functions are left
    out. What AWS refused is written down, too.
    """
    from orlop.operations.export import export

    done = export(folder, target, options.settings(ctx, profile=profile, progress=progress()))
    click.echo(f"{done.resources} resources of {done.label} are in {folder}. To use it: --target recorded://{folder}")
