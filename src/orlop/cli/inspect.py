"""orlop inspect"""

import sys
from pathlib import Path

import click

from orlop.cli import options
from orlop.cli.progress import progress
from orlop.rules.rule import Severity

SEVERITIES = [str(severity) for severity in Severity]
FORMATS = ["table", "json", "ocsf", "asff", "sarif", "csv", "html"]

EPILOG = """\b
Examples:
  orlop inspect                                   this machine, and AWS if there are credentials
  orlop inspect aws://audit?regions=eu-west-1     one profile, one region
  orlop inspect --severity high --format json     for a script: exit code 1 if there is any
  orlop inspect --only 's3-*' --framework hipaa   some questions only
  orlop inspect ssh://admin@web-1:2222            another machine, over SSH
  orlop inspect inventory://hosts                 all machines of a list, or of an Ansible inventory
  orlop inspect snapshot://before.orlop           a snapshot that was exported, offline
"""


@click.command("inspect", epilog=EPILOG)
@click.argument("targets", nargs=-1, metavar="[TARGET]...")
@click.option(
    "--format", "form", type=click.Choice(FORMATS), default="table", show_default=True, help="How to print it."
)
@click.option(
    "--output", "-o", type=click.Path(dir_okay=False, path_type=Path), help="Write to this file, not the screen."
)
@click.option("--only", multiple=True, metavar="RULE", help="Ask only these questions: ids, or globs such as 's3-*'.")
@click.option(
    "--severity",
    type=click.Choice(SEVERITIES),
    default="low",
    show_default=True,
    help="Exit with 1 only for findings at or above this.",
)
@click.option(
    "--framework", metavar="NAME", help="Ask only what this framework asks: hipaa, gdpr, fsbp, cis-aws, cis-debian."
)
@click.option(
    "--region", "regions", multiple=True, metavar="REGION", help="Look only at this AWS region (again for more)."
)
@options.profile
@click.option(
    "--record", type=click.Path(file_okay=False, path_type=Path), help="Keep the raw answers here, for recorded://DIR."
)
@click.option("--no-store", is_flag=True, help="Keep nothing: no snapshot, no history, no HTML report.")
@click.option("--threads", default=32, show_default=True, help="At most so many calls at once.")
@click.pass_context
def command(
    ctx: click.Context,
    targets: tuple[str, ...],
    form: str,
    output: Path | None,
    only: tuple[str, ...],
    severity: str,
    framework: str | None,
    regions: tuple[str, ...],
    profile: str | None,
    record: Path | None,
    no_store: bool,
    threads: int,
) -> int:
    """Look at this machine and the AWS account, and say what to change. Changes nothing.

    TARGET is any of: local, ssh://USER@HOST:PORT, inventory://FILE (a host a line, or an inventory of Ansible), aws,
    aws://PROFILE?regions=REGION,REGION, snapshot://FILE, recorded://DIR.
    Without one: this machine, and the AWS account whose credentials are found.
    """
    from orlop.operations.inspect import inspect
    from orlop.operations.publish import publish
    from orlop.operations.targets import BY_DEFAULT, AwsAccount, target

    named = tuple(target(text, regions=regions, profile=profile) for text in targets)
    if not named:
        named = tuple(
            AwsAccount(profile=profile, regions=regions, asked=bool(profile or regions))
            if isinstance(one, AwsAccount)
            else one
            for one in BY_DEFAULT
        )
    settings = options.settings(ctx, profile=profile, progress=progress(), threads=threads)
    report = inspect(named, settings, only=only, framework=framework, record=record, keep=not no_store)
    publish(report, settings, form=form, output=output, to=sys.stdout, keep=not no_store)
    return report.exit_code(Severity[severity.upper()])
