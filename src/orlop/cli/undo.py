"""orlop undo"""

import click

from orlop.cli import options
from orlop.cli.progress import progress

EPILOG = """\b
Examples:
  orlop undo --list      every change Orlop ever made here
  orlop undo c-3         put back change c-3
  orlop undo --last      put back the last one
"""


@click.command("undo", epilog=EPILOG)
@click.argument("changes", nargs=-1, metavar="[CHANGE]...")
@click.option("--last", is_flag=True, help="The change made last.")
@click.option("--list", "list_", is_flag=True, help="Show every change, and change nothing.")
@click.option("--dry-run", is_flag=True, help="Show what would be put back, and change nothing.")
@options.yes
@options.profile
@options.as_json
@click.pass_context
def command(
    ctx: click.Context,
    changes: tuple[str, ...],
    last: bool,
    list_: bool,
    dry_run: bool,
    yes: bool,
    profile: str | None,
    form: str,
) -> int:
    """Put a change back exactly as it was before.

    Refuses where somebody changed the setting again since: then it is not Orlop's to put back.
    """
    from orlop.cli.decide import decide, list_changes
    from orlop.operations.fix import mender

    if sum((bool(changes), last, list_)) != 1:
        raise click.UsageError("Name changes, or --last, or --list.")
    with mender(options.settings(ctx, profile=profile, progress=progress())) as mend:
        if list_:
            return list_changes(mend.made(), form)
        wanted = changes or mend.last()
        return decide(mend, mend.for_undo(wanted), yes=yes, dry_run=dry_run)
