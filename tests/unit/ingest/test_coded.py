"""Columns that are handed to the store as codes."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import polars as pl

from eamap.ingest.cells import Cells
from eamap.model.coded import Coded, paired

ROWS = 2000
INGEST = """
import sys
from pathlib import Path
from eamap.ingest.known import Known, mappings_folder
from eamap.ingest.pipeline import Asked, ingest
from eamap.stores.folder import FolderStore
ingest(FolderStore(sys.argv[1]), [Path(sys.argv[2])], Known(mappings_folder()), Asked(), published="2026-11-22T09:00:00+00:00")
"""


def test_codes_carry_the_judgement_to_every_row() -> None:
    texts = pl.Series(["app", None, "tool", "app"] * 300)
    cells = Cells.of(texts, None)
    judged = pl.Series([{"app": "application", "tool": "application"}.get(text) for text in cells.distinct])
    coded = cells.coded(judged)
    assert coded is not None
    assert coded.codes.null_count() == 0, "an empty cell has a code of its own"
    assert coded.spread().to_list() == ["application", None, "application", "application"] * 300
    assert coded.at(pl.Series([1, 3])).spread().to_list() == [None, "application"]


def test_pairs_are_joined_once_each_in_the_order_of_their_rows() -> None:
    one = Coded(pl.Series([1, 0, 1, 2], dtype=pl.UInt32), pl.Series(["RXA", "RXB", None]))
    other = Coded(pl.Series([0, 1, 0, 1], dtype=pl.UInt32), pl.Series(["pas", "ris"]))
    pairs = paired(one, other, "/")
    assert pairs is not None
    assert pairs.texts.to_list() == ["RXB/pas", "RXA/ris", None]
    assert pairs.spread().to_list() == ["RXB/pas", "RXA/ris", "RXB/pas", None]


def test_pairs_of_which_too_many_could_occur_are_left_alone() -> None:
    many = Coded(pl.Series([0, 1], dtype=pl.UInt32), pl.Series([str(number) for number in range(5)]))
    assert paired(many, many, "/") is None


def test_texts_that_hardly_repeat_have_no_codes() -> None:
    cells = Cells.of(pl.Series([f"note {n // 2}" for n in range(ROWS)]), None)
    assert cells.coded(cells.raw) is None


def test_two_runs_of_the_program_keep_the_same_bytes(tmp_path: Path) -> None:
    lines = [f"ZN01,S{n},System {n},{('Live', 'Retired', '')[n % 3]}" for n in range(ROWS)]
    file = tmp_path / "systems.csv"
    file.write_text("\n".join(["Organisation code,System ID,System name,Status", *lines]))
    stores = [tmp_path / name for name in ("one", "other")]
    for store in stores:
        subprocess.run([sys.executable, "-c", INGEST, store, file], check=True)
    names = [sorted(path.name for path in (store / "tables").iterdir()) for store in stores]
    assert names[0] == names[1] and len(names[0]) > 3
    manifest = json.loads((stores[0] / "versions" / "1.json").read_text())
    (part,) = manifest["parts"]
    (things,), (rows,) = (table["pieces"] for table in (part["tables"]["things/system"], part["rows"]))
    assert {"status", "operator", "rule"} <= set(things["coded"])
    lent = {each["column"]: (each["blob"], each["theirs"]) for each in rows["borrowed"]}
    assert lent["Status"] == (things["blob"], "status"), "a column and the field read from it share their codes"
