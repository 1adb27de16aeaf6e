"""Options that several commands share, and how settings are made of them."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from orlop.operations.settings import Settings

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]

yes = click.option("--yes", "-y", is_flag=True, help="Do not ask: make the changes. For scripts.")
profile = click.option("--profile", metavar="NAME", help="Use this AWS profile's credentials.")
as_json = click.option(
    "--format",
    "form",
    type=click.Choice(["table", "json"]),
    default="table",
    show_default=True,
    help="How to print it.",
)

json_flag = click.option("--json", "as_json", is_flag=True, help="Short for --format json.")
target = click.option(
    "--target",
    metavar="TARGET",
    help="Look at this instead of the last inspection: aws, recorded://DIR, snapshot://FILE, or a snapshot (s-12).",
)
premises = click.option(
    "--premises",
    multiple=True,
    metavar="CIDR",
    help="A range of addresses of your own premises, joined by VPN or a private line. May be repeated.",
)


def settings(ctx: click.Context, **given: Any) -> Settings:
    """Return the settings: those of the whole command line, and those `given`."""
    if store := ctx.find_root().obj:
        given["store"] = Path(store)
    return Settings(**given)
