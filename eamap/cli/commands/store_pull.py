"""Brings the version that is on the shared graph into a folder store."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from eamap.cli import options

if TYPE_CHECKING:
    from eamap.stores.neo4j.address import Address


@click.command("pull")
@options.server_store
@options.folder
@options.wait
def command(store: Address, folder: Path, wait: float) -> None:
    """Publishes the server's version in a folder store: every source with its rows and citations, decisions, documents.

    A folder that holds sources the server does not have is left alone, unless they came from it.
    """
    from eamap.cli.opening import open_store
    from eamap.cli.output import say
    from eamap.cli.pushing import pull
    from eamap.stores.neo4j.store import Neo4jStore

    remote = Neo4jStore(store)
    try:
        there, here = pull(remote, open_store(folder), wait=wait)
    finally:
        remote.close()
    say(f"{folder} is now version {here}: version {there} of {store.shown}.")
