"""The laws of ingest on what tools and scanners export: twice is once, and the order of the files does not matter."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from eamap.ingest.known import Known, mappings_folder
from eamap.ingest.pipeline import Asked, ingest
from eamap.stores.memory import MemoryStore
from tests.unit.ingest.vendor_files import HEADERS, text

KNOWN = Known(mappings_folder())
WHEN = "2026-11-22T09:00:00+00:00"
CELLS = st.sampled_from(["", "N/A", "=1+1", "CVE-2020-0601, CVE-2020-0602", "SRV1", "2026-03-04 10:00", "x" * 300])
FILES = st.lists(
    st.tuples(st.sampled_from(sorted(HEADERS)), st.integers(1, 4), st.integers(0, 20), CELLS),
    min_size=1,
    max_size=3,
    unique_by=lambda one: one[0],
)


def written(folder: str, files) -> list[Path]:
    """Writes files in which one column, whichever it is, says something else than usual in every row."""
    paths = []
    for name, rows, place, cell in files:
        path = Path(folder) / f"{name}.csv"
        path.write_text(text(name, rows, changed={HEADERS[name][place % len(HEADERS[name])]: cell}), encoding="utf-8")
        paths.append(path)
    return paths


def state(store: MemoryStore):
    return {name: sorted(table.rows(), key=repr) for name, table in store.estate().tables.items() if table.height}


def ingested(paths, store: MemoryStore | None = None) -> MemoryStore:
    store = store or MemoryStore()
    for path in paths:
        asked = Asked(organisation="RXR", source=path.stem, mapping=path.stem, keep_going=True, confirm_retire=True)
        ingest(store, [path], KNOWN, asked, published=WHEN)
    return store


@settings(max_examples=25, deadline=None)
@given(FILES, st.randoms())
def test_twice_is_once_and_the_order_does_not_matter(files, chance):
    with tempfile.TemporaryDirectory() as folder:
        paths = written(folder, files)
        store = ingested(paths)
        versions, before = len(store.versions()), state(store)
        ingested(paths, store)
        assert (len(store.versions()), state(store)) == (versions, before)
        assert state(ingested(chance.sample(paths, len(paths)))) == before
