"""orlop demo"""

import click

from orlop.cli import options

EPILOG = """\b
Examples:
  orlop demo                 inspect the demo account and this machine, then leave the account up
  orlop demo --port 5005     on a port of your choice
"""


@click.command("demo", epilog=EPILOG)
@click.option("--port", default=0, metavar="PORT", help="The loopback port of the emulated account [any free one].")
@click.option("--stop-after", is_flag=True, help="Stop the account after inspecting, for a quick look.")
@click.pass_context
def command(ctx: click.Context, port: int, stop_after: bool) -> None:
    """Try it all on an emulated account of a small insurer, which has the faults that such firms really have.

    Starts an AWS emulator on a loopback port, inspects it and this machine, and leaves it up, so that you can say yes to
    fixes, undo them and inspect again. It has a store of its own. Nothing leaves this machine. Ctrl-C ends it.
    """
    from orlop.cli.demonstration import demonstrate

    demonstrate(options.settings(ctx), port=port, stop_after=stop_after)
