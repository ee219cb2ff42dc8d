"""Lists the standards of the registry, shows one, and says its status on a day and what is checked of it."""

from __future__ import annotations

import click

from eamap.cli.family import Family


@click.group("standards", cls=Family)
def command() -> None:
    """Lists the standards of the registry, shows one, and says its status on a day and what is checked of it."""
