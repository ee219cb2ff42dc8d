"""Lists the standards of the registry, their status on a day, and what is checked of them."""

from __future__ import annotations

import click

from eamap.cli.family import Family


@click.group("standards", cls=Family)
def command() -> None:
    """Lists the standards of the registry, their status on a day, and what is checked of them."""
