"""orlop fix"""

import click

from orlop.cli import options
from orlop.cli.progress import progress

EPILOG = """\b
Examples:
  orlop fix 3fa9c1d2e0            preview the change, then ask
  orlop fix 3fa9c1d2e0 --dry-run  preview only
  orlop fix --all                 every change Orlop can make, one by one
  orlop fix --resume              finish what was cut off (power, Ctrl-C, network)
"""


@click.command("fix", epilog=EPILOG)
@click.argument("findings", nargs=-1, metavar="[FINDING]...")
@click.option("--all", "all_", is_flag=True, help="Every open finding that Orlop can mend, worst first.")
@click.option("--resume", "resume_", is_flag=True, help="Finish changes that were begun and cut off.")
@click.option("--dry-run", is_flag=True, help="Show what would be changed, and change nothing.")
@options.yes
@options.profile
@click.pass_context
def command(
    ctx: click.Context,
    findings: tuple[str, ...],
    all_: bool,
    resume_: bool,
    dry_run: bool,
    yes: bool,
    profile: str | None,
) -> int:
    """Make the change that mends a finding: preview, ask, change, look again.

    Before anything is changed it is written into the journal, so that `orlop undo` can put it back.
    A setting that somebody changed since the inspection is left alone.
    """
    from orlop.cli.decide import carry_on, decide
    from orlop.operations.fix import mender

    if sum((bool(findings), all_, resume_)) != 1:
        raise click.UsageError("Name findings, or --all, or --resume.")
    with mender(options.settings(ctx, profile=profile, progress=progress())) as mend:
        if resume_:
            return carry_on(mend, yes=yes, dry_run=dry_run)
        proposals = mend.for_all() if all_ else mend.for_findings(findings)
        return decide(mend, proposals, yes=yes, dry_run=dry_run)
