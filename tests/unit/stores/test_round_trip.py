"""The law of the folder: whatever is published comes back, however much of it is shared or borrowed."""

from __future__ import annotations

import tempfile
from pathlib import Path

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from eamap.model.coded import Coded
from eamap.protocols import Publication, SourceTables
from eamap.stores import borrowing, sharing
from eamap.stores.folder import FolderStore

META = {"source": "s", "file": "f.csv", "sheet": "", "sha256": "", "mapping": "m", "organisation": "NM1",
        "provenance": "inventory", "fact_date": "2026", "fields": {}, "places": {}}  # fmt: skip

cell = st.sampled_from([None, "", "a", "b", "=1+1"])
row = st.tuples(cell, cell, st.sampled_from(["same", "spoilt", "missing"]))
raw_parts = st.dictionaries(st.sampled_from(["", "p", "q/../q"]), st.lists(row, max_size=12), max_size=3)
order = st.sampled_from(["as told", "reversed", "by name", "halved", "corrected"])


def part(name: str, rows: list[tuple]) -> SourceTables:
    number = pl.int_range(2, len(rows) + 2, dtype=pl.UInt32, eager=True).alias("row")
    raw = pl.DataFrame(rows, schema={"c1": pl.String, "c2": pl.String, "what": pl.String}, orient="row").with_columns(
        number
    )
    kept = pl.when(pl.col("what") == "spoilt").then(None).otherwise("c1").alias("name")
    stated = (raw["what"] != "missing").arg_true()
    things = raw.with_columns(kept, upper=pl.col("c1").str.to_uppercase())[stated].select(
        pl.format("system:{}", "row").alias("id"), "name", "upper", "c2", "row"
    )
    texts = raw["c1"].unique(maintain_order=True)
    codes = pl.Series([texts.to_list().index(text) for text in raw["c1"]], dtype=pl.UInt32)
    told = Coded(codes, texts), Coded(codes, texts.str.to_uppercase())
    coded = {
        "rows": {"c1": told[0]},
        "things/system": {"upper": told[1].at(None if stated.len() == raw.height else stated)},
    }
    return SourceTables(name, META, raw.drop("what"), {"things/system": things}, coded)


def publication(told: dict[str, list[tuple]], arranged: str) -> Publication:
    parts = [part(name, rows) for name, rows in told.items()]
    tables = [one.tables["things/system"].with_columns(source=pl.lit(one.part)) for one in parts]
    table = pl.concat(tables) if tables else pl.DataFrame({"id": [], "source": []})
    match arranged:
        case "reversed":
            table = table.reverse()
        case "by name":
            table = table.sort(table.columns)
        case "corrected" if parts:
            table = table.with_columns(name=pl.when(pl.int_range(pl.len()) != 1).then("name"))
        case "halved":
            table = table.gather_every(2)
    return Publication(parts, pl.DataFrame({"id": [arranged]}), {}, {"things/system": table})


@settings(max_examples=60)
@given(st.lists(st.tuples(raw_parts, order), min_size=1, max_size=4), st.booleans())
def test_what_is_published_comes_back(steps: list[tuple[dict[str, list[tuple]], str]], reopen: bool) -> None:
    before = sharing.WORTH_SHARING, borrowing.WORTH_SHARING, borrowing._AGREE
    sharing.WORTH_SHARING = borrowing.WORTH_SHARING = 1
    borrowing._AGREE = 0.5
    try:
        with tempfile.TemporaryDirectory() as temporary:
            store = FolderStore(Path(temporary) / "store")
            for told, arranged in steps:
                store = FolderStore(store.folder) if reopen else store
                comes_back(store, publication(told, arranged))
            assert store.verify() == []
    finally:
        sharing.WORTH_SHARING, borrowing.WORTH_SHARING, borrowing._AGREE = before


def comes_back(store: FolderStore, given_: Publication) -> None:
    with store.writer(0):
        number = store.publish(given_, published="now")
        assert store.publish(given_, published="again") == number
    back = FolderStore(store.folder).publication(number)
    assert_frame_equal(back.tables["things/system"], given_.tables["things/system"], check_row_order=False)
    expected = sorted(given_.parts, key=lambda one: one.part)
    for one, other in zip(back.parts, expected, strict=True):
        assert one.part == other.part
        assert_frame_equal(one.rows, other.rows, check_row_order=False)
        assert_frame_equal(one.tables["things/system"], other.tables["things/system"], check_row_order=False)
