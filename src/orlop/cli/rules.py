"""orlop rules"""

import click

from orlop.cli import options

EPILOG = """\b
Examples:
  orlop rules                             all of them
  orlop rules 's3-*'                      those about S3
  orlop rules --framework hipaa           those that HIPAA asks for
  orlop rules s3-bucket-open-to-everyone  one, whole
"""


@click.command("rules", epilog=EPILOG)
@click.argument("only", nargs=-1, metavar="[RULE]...")
@click.option("--framework", metavar="NAME", help="Only those that cite it: hipaa, gdpr, fsbp, cis-aws, cis-debian.")
@options.as_json
def command(only: tuple[str, ...], framework: str | None, form: str) -> None:
    """List every question that Orlop asks, or tell all about one."""
    from orlop.estate import wire
    from orlop.operations.inspect import chosen
    from orlop.operations.rules import facts, page

    found = chosen(only, framework=framework)
    if form == "json":
        click.echo(wire.encode([facts(rule) for rule in found]))
    elif len(found) == 1:
        click.echo(page(found[0]))
    else:
        for rule in sorted(found, key=lambda rule: (-rule.severity, rule.id)):
            click.echo(f"{rule.severity!s:<9}{rule.id}\n         {rule.asks}")
