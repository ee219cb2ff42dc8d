"""Pushes a folder's sources to a shared graph, pulls its version, and says who pushed what."""

from __future__ import annotations

import click

from eamap.cli.family import Family


@click.group("store", cls=Family)
def command() -> None:
    """Pushes a folder's sources to a shared graph, pulls its version, and says who pushed what.

    The graph lies on a Neo4j server, in which many write and many ask. Credentials come from EAMAP_NEO4J_USER and
    EAMAP_NEO4J_PASSWORD, or from the file that EAMAP_NEO4J_CREDENTIALS names.
    """
