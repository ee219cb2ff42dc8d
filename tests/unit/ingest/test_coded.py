"""Columns that are handed to the store as codes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import polars as pl

from eamap.ingest.cells import Cells

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
    judged = pl.Series([{"app": "application", "tool": "application"}[text] for text in cells.distinct])
    coded = cells.coded(judged)
    assert coded is not None
    assert isinstance(coded.dtype, pl.Categorical)
    assert coded.cast(pl.String).to_list() == ["application", None, "application", "application"] * 300


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
    kept = [pl.read_parquet(path) for path in (stores[0] / "tables").iterdir()]
    assert any(isinstance(dtype, pl.Categorical) for table in kept for dtype in table.dtypes), (
        "the codes reached the store"
    )
