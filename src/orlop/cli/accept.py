"""orlop accept"""

import click

from orlop.cli import options

EPILOG = """\b
Examples:
  orlop accept 3fa9c1d2e0 --reason "Public by intent: our price list" --owner "A. Reyes" --until 2027-03-31
  orlop accept 3fa9c1d2e0 --withdraw
"""


@click.command("accept", epilog=EPILOG)
@click.argument("finding")
@click.option("--reason", metavar="TEXT", help="Why it may stay as it is.")
@click.option("--owner", metavar="NAME", help="Who answers for that.")
@click.option("--until", metavar="DATE", help="When to look at it again, at most a year ahead.")
@click.option("--withdraw", is_flag=True, help="Take the acceptance back.")
@click.pass_context
def command(
    ctx: click.Context, finding: str, reason: str | None, owner: str | None, until: str | None, withdraw: bool
) -> None:
    """Decide to live with a finding until a day; then it is open again by itself.

    An accepted finding stays in every report, counted apart, with reason, owner and end date.
    """
    from orlop.operations import accept

    if withdraw:
        found = accept.withdraw(finding, options.settings(ctx))
        click.echo(f"Finding {found.id} is open again.")
        return
    if reason is None or owner is None or until is None:
        raise click.UsageError("An acceptance needs --reason, --owner and --until.")
    found = accept.accept(finding, options.settings(ctx), reason=reason, owner=owner, until=until)
    click.echo(f"Finding {found.id} is accepted until {until}.")
