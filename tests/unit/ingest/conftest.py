"""A small world to ingest into: a folder for files, a store, the shipped mappings."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import polars as pl
import pytest

from eamap.ingest.known import Known, mappings_folder
from eamap.ingest.mapping import Mapping
from eamap.ingest.pipeline import Asked, Ingested, ingest
from eamap.model.grid import Grid
from eamap.stores.memory import MemoryStore

WHEN = "2026-11-22T09:00:00+00:00"


@dataclass
class World:
    """Files, a store and what eamap knows."""

    folder: Path
    known: Known = field(default_factory=lambda: Known(mappings_folder()))
    store: MemoryStore = field(default_factory=MemoryStore)

    def write(self, name: str, text: str | bytes) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return path

    def workbook(self, name: str, sheets: dict[str, list[list[str]]]) -> Path:
        from xlsxwriter import Workbook

        path = self.folder / name
        with Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False}) as book:
            for title, rows in sheets.items():
                sheet = book.add_worksheet(title)
                for row, cells in enumerate(rows):
                    for column, cell in enumerate(cells):
                        sheet.write_string(row, column, cell)
        return path

    def mapping(self, text: str) -> None:
        """Makes a mapping of the user's own known beside the shipped ones."""
        self.known = Known(mappings_folder(), None, self.write("own-mapping.yaml", text))

    def ingest(self, *files: Path, when: str = WHEN, **asked: object) -> Ingested:
        return ingest(self.store, files, self.known, Asked(**asked), published=when)

    def say(self, text: str, name: str = "systems.csv", **asked: object) -> Ingested:
        """Writes a CSV file and ingests it."""
        return self.ingest(self.write(name, text), **asked)

    @property
    def estate(self):
        return self.store.estate()

    def things(self, kind: str, *columns: str) -> list[tuple]:
        table = self.estate.things(kind).sort("id")
        return table.select(columns or "id").rows() if len(columns) > 1 else table[(*columns, "id")[0]].to_list()

    def links(self, relation: str) -> list[tuple[str, str]]:
        return sorted(self.estate.links(relation).select("from", "to").rows())

    def versions(self) -> int:
        return len(self.store.versions())


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


@pytest.fixture
def mapping():
    """Makes a mapping out of columns and rules."""

    def make(name: str = "mine", **content: object) -> Mapping:
        return Mapping.model_validate(
            {"name": name, "title": name, "provenance": "signed-off", "origin": "a test", **content}
        )

    return make


@pytest.fixture
def grid():
    """Makes a sheet out of rows of text."""

    def make(
        *rows: list[str], header: tuple[str, ...] | None = None, places: tuple[str, ...] = (), form: str = "csv"
    ) -> Grid:
        width = max(len(row) for row in rows)
        columns = {f"c{n + 1}": [(row[n] or None) if n < len(row) else None for row in rows] for n in range(width)}
        cells = pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String))
        numbers = pl.Series("row", range(1, len(rows) + 1), dtype=pl.UInt32)
        return Grid("file.csv", "", "0" * 64, form, cells.insert_column(0, numbers), header=header, places=places)

    return make
