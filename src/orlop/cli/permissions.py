"""orlop permissions"""

import json

import click

EPILOG = """\b
Examples:
  orlop permissions inspect > orlop-read.json   the IAM policy for inspecting
  orlop permissions fix                         what each change needs
  orlop permissions fix securitygroup           for one kind of setting, as a policy
"""


@click.command("permissions", epilog=EPILOG)
@click.argument("verb", type=click.Choice(["inspect", "fix"]), default="inspect")
@click.argument("setting", default="")
def command(verb: str, setting: str) -> None:
    """Print the exact rights that inspecting an AWS account, or changing a setting, needs.

    Orlop works with fewer, too: what it may not read is reported as not assessed.
    """
    from orlop.operations.permissions import policy, to_fix, to_inspect

    if verb == "inspect":
        click.echo(json.dumps(policy(to_inspect(), "OrlopInspect"), indent=2))
        return
    needed = to_fix(setting)
    if setting:
        actions = (action for each in needed.values() for action in each)
        click.echo(json.dumps(policy(actions, "OrlopFix"), indent=2))
        return
    for name, actions in needed.items():
        click.echo(f"{name}\n    {', '.join(actions)}")
