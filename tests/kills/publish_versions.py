"""Publishes one version after another until it is killed: the child that the kills are tried on.

    python publish_versions.py STORE [--die-at STEP | --only VERSION]

Version k holds tables whose content follows from k alone. The number of each version is printed once it is published.
With ``--die-at`` the process ends itself, as hard as a kill does, just before the STEP-th step that changes the disk for good.
With ``--only`` it publishes the content of one version, unless that is there already, and ends.
"""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

import polars as pl

from eamap.protocols import Publication, SourceTables
from eamap.stores.folder import FolderStore

PARTS = 2
ROWS = 2000
META = {"source": "s", "file": "f.csv", "sheet": "", "sha256": "", "mapping": "m", "organisation": "NM1",
        "provenance": "inventory", "fact_date": "2026", "fields": {}, "places": {}}  # fmt: skip


def part(version: int, number: int) -> SourceTables:
    """Returns a source part of a version; one part changes from version to version."""
    changed = version - (version - number) % PARTS
    row = pl.int_range(2, ROWS + 2, dtype=pl.UInt32, eager=True).alias("row")
    text = [f"part {number} as of {changed}: {line}" for line in range(ROWS)]
    things = pl.DataFrame({"id": [f"system:X/{number}-{line}" for line in range(ROWS)], "name": text, "row": row})
    rows = pl.DataFrame({"row": row, "c1": [*text[:7], None, *text[8:]]})
    return SourceTables(f"part {number}", META | {"sha256": str(changed)}, rows, {"things/system": things})


def publication(version: int) -> Publication:
    """Returns the whole of a version."""
    parts = [part(version, number) for number in range(PARTS)]
    estate = pl.concat(one.tables["things/system"].with_columns(source=pl.lit(one.part)) for one in parts)
    content = f"document of version {version}".encode()
    documents = {hashlib.sha256(content).hexdigest(): ("d.json", content)}
    decisions = pl.DataFrame({"id": [f"decision:{version}"]})
    return Publication(parts, decisions, documents, {"things/system": estate}, {"k": version})


def die_at(step: int) -> None:
    """Ends the process before the given step: a file forced to the disk, or given its name."""
    left = [step]

    def dying(act: Callable[..., None]) -> Callable[..., None]:
        def counted(*arguments: object) -> None:
            left[0] -= 1
            if not left[0]:
                os._exit(9)
            act(*arguments)

        return counted

    os.fsync, os.replace = dying(os.fsync), dying(os.replace)


def publish_on(folder: str) -> None:
    """Publishes versions for ever."""
    while True:
        publish_next(folder)


def publish_next(folder: str, version: int | None = None) -> None:
    """Publishes the next version, or the content of the given one, and prints its number."""
    store = FolderStore(folder)
    with store.writer(20):
        number = version or len(store.versions()) + 1
        published = store.publish(publication(number), published=f"moment {number}")
    print(published, flush=True)


if __name__ == "__main__":
    match sys.argv[1:]:
        case [store_folder, "--only", wanted]:
            publish_next(store_folder, int(wanted))
        case [store_folder, "--die-at", wanted]:
            die_at(int(wanted))
            publish_on(store_folder)
        case [store_folder]:
            publish_on(store_folder)
        case _:
            sys.exit(__doc__)
