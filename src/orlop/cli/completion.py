"""orlop completion"""

import click
from click.shell_completion import get_completion_class

EPILOG = """\b
Examples:
  orlop completion bash >> ~/.bashrc
  orlop completion zsh  >> ~/.zshrc
  orlop completion fish > ~/.config/fish/completions/orlop.fish
"""


@click.command("completion", epilog=EPILOG)
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def command(ctx: click.Context, shell: str) -> None:
    """Print shell completion for bash, zsh or fish."""
    made = get_completion_class(shell)
    if made is None:
        raise click.UsageError(f"There is no completion for {shell}.")
    click.echo(made(ctx.find_root().command, {}, "orlop", "_ORLOP_COMPLETE").source())
