"""Importers of other packages are asked after the built-in ones."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from eamap import plugins
from eamap.ingest.formats import IMPORTERS, installed, read
from eamap.model.grid import Document, Grid
from eamap.protocols import Sample


class Cards:
    """Reads files that begin with CARDS."""

    name = "cards"

    def score(self, sample: Sample) -> float:
        return 1.0 if sample.head.startswith(b"CARDS") else 0.0

    def read(self, path: Path, sample: Sample) -> list[Grid | Document]:
        cells = pl.DataFrame({"row": pl.Series([1], dtype=pl.UInt32), "c1": ["PAS"]})
        return [Grid(path.name, "", "", self.name, cells, header=("System name",))]


def test_a_guest_is_asked_and_the_built_in_ones_stand_once(monkeypatch, tmp_path: Path) -> None:
    found = [*((each.name, type(each)) for each in IMPORTERS), ("cards", Cards)]
    monkeypatch.setattr(plugins, "load_all", lambda group: iter(found))
    assert [type(each) for each in installed()] == [*(type(each) for each in IMPORTERS), Cards]
    path = tmp_path / "wall.cards"
    path.write_bytes(b"CARDS PAS")
    (grid,) = read(path)
    assert isinstance(grid, Grid)
    assert grid.format == "cards"
