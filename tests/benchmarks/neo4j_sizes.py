"""Which sizes the benchmarks of the shared graph take, and a server and a folder store for one.

``EAMAP_BENCH_SIZES=trust,ics,england`` names them; without it they take the generator's ICS. England gets a heap of 4 GB.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from eamap.cli.opening import known_world
from eamap.ingest.pipeline import Asked, ingest
from eamap.stores.folder import FolderStore
from tests.benchmarks import generate
from tests.neo4j import serving
from tests.neo4j.graphs import DAY, nodes_removed

SIZES = tuple(filter(None, os.environ.get("EAMAP_BENCH_SIZES", "ics").split(",")))


@contextmanager
def serving_for(size: str) -> Iterator[serving.Served]:
    """Yields a server with memory for a size, or the one that the environment names, without eamap's nodes."""
    large, lent = size == "england", serving.named_outside()
    made = lent or serving.Local.started(heap="4g" if large else "1g", page_cache="2g" if large else "256m")
    before = {name: os.environ.get(name) for name in made.environment}
    os.environ.update(made.environment)
    if lent:
        nodes_removed(lent)
    try:
        yield made
        # A server of our own goes as a whole: removing millions of nodes takes longer than anything that is measured.
        if lent:
            nodes_removed(lent)
    finally:
        made.stop()
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def ingested(size: str, folder: Path) -> FolderStore:
    """Returns a folder store of a generated size."""
    files, store = folder / "files", folder / "eamap"
    generate.generate(size, files)
    made = FolderStore(store)
    ingest(made, sorted(files.glob("*.csv")), known_world(store), Asked(keep_going=True), published=DAY)
    return made
