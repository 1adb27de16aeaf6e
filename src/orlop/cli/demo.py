"""orlop demo"""

import os
import shlex
import signal
import sys
from collections.abc import Mapping
from pathlib import Path

import click

from orlop.cli import options
from orlop.cli.progress import progress

EPILOG = """\b
Examples:
  orlop demo                 inspect the demo account and this machine, then leave the account up
  orlop demo --port 5005     on a port of your choice
"""


@click.command("demo", epilog=EPILOG)
@click.option("--port", default=0, metavar="PORT", help="The loopback port of the emulated account [any free one].")
@click.option("--once", is_flag=True, help="Stop after inspecting.")
@click.pass_context
def command(ctx: click.Context, port: int, once: bool) -> None:
    """Try it all on an emulated account of a small insurer, which has the faults that such firms really have.

    Starts an AWS emulator on a loopback port, inspects it and this machine, and leaves it up, so that you can say yes
    to fixes, undo them and inspect again. It has a store of its own. Nothing leaves this machine. Ctrl-C ends it.
    """
    from orlop.demo import start
    from orlop.demo.insurer import REGIONS, plant
    from orlop.operations.inspect import inspect
    from orlop.operations.publish import publish
    from orlop.operations.targets import AwsAccount, Local

    settings = options.settings(ctx, progress=progress())
    settings = settings.beside("demo")
    click.echo("Starting the emulated account of Halyard Mutual, a small insurer...", err=True)
    with start(port) as demo:
        plant(demo)
        os.environ |= demo.environment()
        report = inspect((Local(), AwsAccount(regions=REGIONS)), settings)
        publish(report, settings, form="table", output=None, to=sys.stdout, keep=True)
        if not once:
            _leave_up(demo.environment(), settings.store, " ".join(f"--region {region}" for region in REGIONS))


def _leave_up(environment: Mapping[str, str], store: Path, where: str) -> None:
    """Say how to go on, and wait for Ctrl-C or the end of this process."""
    file = store / "env"
    lines = (
        f"export {name}={shlex.quote(value)}" for name, value in {**environment, "ORLOP_STORE": str(store)}.items()
    )
    file.write_text("\n".join([*lines, ""]))
    click.echo(
        f"\nThe account stays up. In another terminal:\n\n  source {shlex.quote(str(file))}\n"
        "  orlop show                  the findings, worst first\n"
        "  orlop fix FINDING           preview, then yes or no\n"
        "  orlop undo --last           put it back\n"
        f"  orlop inspect aws {where}\n\nCtrl-C here ends the account."
    )
    signal.sigwait({signal.SIGINT, signal.SIGTERM})
    click.echo("\nThe account is gone. What Orlop kept of it is in " + str(store))
