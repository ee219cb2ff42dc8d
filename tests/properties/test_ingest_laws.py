"""The laws of ingest, on small random inventories: twice is once, order does not matter, what went is gone for its source alone."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from eamap.ingest.known import Known, mappings_folder
from eamap.ingest.pipeline import Asked, ingest
from eamap.stores.memory import MemoryStore

KNOWN = Known(mappings_folder())
WHEN = "2026-11-22T09:00:00+00:00"
HEAD = "Organisation code,System ID,System name,Supplier,Status,Integrates with\n"
NAMES = st.sampled_from(["PAS", "EPR", "=1+1", "N/A", "", "Lab system"])
ROWS = st.dictionaries(
    st.sampled_from(["a", "b", "c", "d", "e"]),
    st.tuples(
        st.sampled_from(["PAS", "EPR", "=1+1"]),
        NAMES,
        st.sampled_from(["live", "resting", ""]),
        st.sampled_from(["a", "b", "EPR", ""]),
    ),
    min_size=1,
)


def csv(rows) -> str:
    return HEAD + "".join(f"RXX,{key},{','.join(cells)}\n" for key, cells in sorted(rows.items()))


def files(folder: str, inventories) -> list[Path]:
    paths = [Path(folder) / f"{number}.csv" for number in range(len(inventories))]
    for path, rows in zip(paths, inventories, strict=True):
        path.write_text(csv(rows), encoding="utf-8")
    return paths


def state(store: MemoryStore):
    return {name: sorted(table.rows(), key=repr) for name, table in store.estate().tables.items() if table.height}


def ingested(paths, store: MemoryStore | None = None) -> MemoryStore:
    """Ingests each file as a source of its own, in this order."""
    store = store or MemoryStore()
    for path in paths:
        ingest(store, [path], KNOWN, Asked(source=path.stem, confirm_retire=True), published=WHEN)
    return store


@settings(max_examples=15)
@given(st.lists(ROWS, min_size=1, max_size=3))
def test_twice_is_once(inventories):
    with tempfile.TemporaryDirectory() as folder:
        paths = files(folder, inventories)
        store = ingested(paths)
        versions, before = len(store.versions()), state(store)
        ingested(paths, store)
        assert (len(store.versions()), state(store)) == (versions, before)


@settings(max_examples=15)
@given(st.lists(ROWS, min_size=2, max_size=3), st.randoms())
def test_the_order_of_files_does_not_matter(inventories, chance):
    with tempfile.TemporaryDirectory() as folder:
        paths = files(folder, inventories)
        shuffled = chance.sample(paths, len(paths))
        assert state(ingested(paths)) == state(ingested(shuffled))


@settings(max_examples=15)
@given(ROWS, ROWS, ROWS)
def test_an_edition_leaves_what_it_says_and_what_others_say(old, new, other):
    with tempfile.TemporaryDirectory() as folder:
        first, second = files(folder, [old, other])
        store = ingested([first, second])
        first.write_text(csv(new), encoding="utf-8")
        ingested([first], store)
        assert state(store) == state(ingested([first, second]))
        assert set(store.estate().things("system")["id"]) == {f"system:RXX/{key}" for key in (*new, *other)}
