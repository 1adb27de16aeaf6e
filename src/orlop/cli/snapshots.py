"""orlop snapshots"""

from pathlib import Path

import click

from orlop.cli import options

EPILOG = """\b
Examples:
  orlop snapshots                           list them, newest first
  orlop snapshots export latest now.orlop   one file, for: orlop inspect snapshot://now.orlop
  orlop snapshots prune --keep-days 14      all of 14 days, then one a week, then one a month
"""


@click.group("snapshots", epilog=EPILOG, invoke_without_command=True)
@options.as_json
@click.pass_context
def command(ctx: click.Context, form: str) -> None:
    """List, export and prune what was kept."""
    if ctx.invoked_subcommand:
        return
    from orlop.estate import wire
    from orlop.operations.snapshots import kept
    from orlop.report.inert import inert

    found = kept(options.settings(ctx))
    if form == "json":
        click.echo(wire.encode(found))
        return
    if not found:
        click.echo("Nothing was kept yet. orlop inspect keeps a snapshot.")
    for snapshot in found:
        seen = ", ".join(inert(target.label) for target in snapshot.targets)
        click.echo(f"{snapshot.id:>6}  {snapshot.taken_at}  {snapshot.resources:>6} resources  {seen} ({snapshot.why})")


@command.command("export")
@click.argument("snapshot", default="latest")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.pass_context
def export(ctx: click.Context, snapshot: str, file: Path) -> None:
    """Write SNAPSHOT to FILE, to be inspected elsewhere, offline, with newer rules."""
    from orlop.operations.snapshots import export

    done = export(snapshot, file, options.settings(ctx))
    click.echo(f"{done.id} of {done.taken_at} is in {file}. To inspect it: orlop inspect snapshot://{file}")


@command.command("prune")
@click.option("--keep-days", default=30, show_default=True, help="Keep every snapshot of so many days.")
@click.option("--keep-weeks", default=53, show_default=True, help="Then one a week, for so many weeks.")
@click.option("--keep-months", default=84, show_default=True, help="Then one a month, for so many months.")
@click.pass_context
def prune(ctx: click.Context, keep_days: int, keep_weeks: int, keep_months: int) -> None:
    """Delete old snapshots. The latest is always kept; findings and the journal are never deleted."""
    from orlop.operations.snapshots import prune
    from orlop.store.retention import Retention

    done = prune(Retention(days=keep_days, weeks=keep_weeks, months=keep_months), options.settings(ctx))
    click.echo(f"Deleted {done.snapshots} snapshots, and {done.resources} resources that only they held.")
