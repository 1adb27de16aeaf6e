"""The `orlop` command: its subcommands are imported only when they are called, so that it starts at once."""

import gc
import os
import sys
from importlib import import_module

import click

COMMANDS = {
    "inspect": "Look at this machine and the AWS account, and say what to change",
    "show": "Tell the whole story of one finding",
    "fix": "Make the change that mends a finding: preview, ask, change, look again",
    "undo": "Put a change back exactly as it was",
    "accept": "Decide to live with a finding until a day",
    "diff": "What has changed between two snapshots",
    "history": "What one resource looked like over time",
    "export": "Write an account's answers into a folder, for an auditor without access",
    "snapshots": "List, export and prune what was kept",
    "rules": "Every question that Orlop asks",
    "reach": "Can this reach that, by which way, or what stops it",
    "exposure": "All that can be reached from the internet, or from anywhere else",
    "who-can": "Who can do this to that, and by which statement",
    "can": "Whether one user or role can do this to that",
    "paths": "The ways an attacker would take, and what cuts most of them",
    "policy": "Ask about policies as files: what is decided, new, public, wrong",
    "permissions": "The exact rights that inspecting, or a fix, needs",
    "demo": "Try it all on an emulated account of a small insurer",
    "completion": "Print shell completion for bash, zsh or fish",
}


class _Commands(click.Group):
    """Finds a subcommand in the module of its name, and shows its short help without importing it."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        found: click.Command = import_module(f"orlop.cli.{cmd_name.replace('-', '_')}").command
        return found

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


EPILOG = """\b
Start here:
  orlop inspect             look at this machine, and the AWS account if there are credentials
  orlop show FINDING        the whole story of one finding
  orlop fix FINDING         preview the change, say yes or no
  orlop undo CHANGE         put it back
\b
Exit codes: 0 nothing found, 1 findings, 2 could not assess enough to say;
64 and above are errors: 65 bad input, 66 not found, 67 no access, 68 cannot
reach, 69 store, 70 change refused, 71 moved meanwhile, 72 not settled,
73 not reversible, 130 interrupted.
"""


@click.command(cls=_Commands, epilog=EPILOG, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="orlop", message="orlop %(version)s")
@click.option("--store", metavar="DIR", help="Keep snapshots, findings and journal here [~/.local/share/orlop].")
@click.pass_context
def cli(ctx: click.Context, store: str | None) -> None:
    """Reviews what you run, says in plain words what to change, changes it, and puts it back.

    Inspecting never changes anything. Nothing is changed without your yes.
    """
    ctx.obj = store
    if os.environ.get("NO_COLOR"):  # https://no-color.org; rich heeds it by itself
        ctx.color = False


def hold_on() -> None:
    """Look for garbage less often: an estate is a million small objects that stay until the command ends.

    Looking through all of them again and again took a fifth of the time of reasoning about a large network.
    """
    gc.set_threshold(100_000, 50, 1000)


def main() -> None:
    """Run the command line; every error ends in its own exit code and a text that says what to do next."""
    hold_on()
    try:
        code = cli.main(standalone_mode=False)
    except click.exceptions.Abort:
        _complain("Interrupted. What was finished is kept; nothing is half-written.")
        code = 130
    except click.ClickException as error:
        error.show()
        code = 65
    except KeyboardInterrupt:
        _complain("Interrupted. What was finished is kept; nothing is half-written.")
        code = 130
    except BrokenPipeError:
        sys.stderr.close()
        code = 0
    except Exception as error:
        from orlop.errors import OrlopError

        if not isinstance(error, OrlopError):
            raise
        _complain(str(error))
        code = error.exit_code
    sys.exit(code if isinstance(code, int) else 0)


def _complain(text: str) -> None:
    click.echo(click.style("orlop: ", fg="red", bold=True) + text, err=True)
