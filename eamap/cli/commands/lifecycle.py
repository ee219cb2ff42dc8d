"""Says what component texts mean: product, release cycle, and the ends of its support."""

from __future__ import annotations

import click

from eamap.cli.family import Family


@click.group("lifecycle", cls=Family)
def command() -> None:
    """Says what component texts mean: product, release cycle, and the ends of its support."""
