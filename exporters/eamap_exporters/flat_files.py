"""CSV and Parquet: a folder with a file a table, and ``about.json`` that says what the columns mean.

In CSV a text that a spreadsheet would run as a formula (it begins with ``=``, ``+``, ``-``, ``@``, a tab or a return)
gets an apostrophe in front. So that this can be undone, a text that begins with apostrophes and then one of these gets
one more: whoever reads such a file back takes one apostrophe away wherever apostrophes stand before one of the six.
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eamap.errors import UsageError
from eamap_exporters.files import write_bytes, write_text
from eamap_exporters.tables import About, Tables, file_name, flat, listed

if TYPE_CHECKING:
    import polars as pl

_RUNS = r"^('*[=+\-@\t\r])"


class CsvExporter:
    """Writes tables as a folder of CSV files, UTF-8 with a mark that makes Excel read it as such."""

    name = "csv"
    suffixes = (".csv", "")
    accepts = "table"

    def export(self, thing: Tables, path: Path, options: Mapping[str, Any]) -> list[Path]:
        """Writes the folder and returns its files."""
        return _folder(thing, path, options, ".csv", _csv)


class ParquetExporter:
    """Writes tables as a folder of Parquet files, with their types."""

    name = "parquet"
    suffixes = (".parquet",)
    accepts = "table"

    def export(self, thing: Tables, path: Path, options: Mapping[str, Any]) -> list[Path]:
        """Writes the folder and returns its files."""
        return _folder(thing, path, options, ".parquet", _parquet)


CSV = CsvExporter()
PARQUET = ParquetExporter()


def _folder(
    tables: Tables, path: Path, options: Mapping[str, Any], suffix: str, content: Callable[[pl.DataFrame], bytes]
) -> list[Path]:
    if path.is_file():
        raise UsageError("tables are written to a folder, and this is a file", hint="name a folder", where=str(path))
    found = listed(tables)
    files = [
        written
        for name, frame, _ in found
        for written in write_bytes(path / f"{file_name(name)}{suffix}", content(frame))
    ]
    about = {
        **dict(About.of(options).pairs()),
        "tables": {
            file_name(name): {column: words.get(column, "") for column in frame.columns} for name, frame, words in found
        },
    }
    return files + write_text(path / "about.json", json.dumps(about, ensure_ascii=False, indent=1) + "\n")


def _csv(frame: pl.DataFrame) -> bytes:
    import polars as pl

    held = io.BytesIO()
    guarded = flat(frame).with_columns(pl.col(pl.String).str.replace(_RUNS, "'$1"))
    names = {name: guard(name) for name in guarded.columns}
    guarded.rename(names).write_csv(held, include_bom=True, line_terminator="\r\n")
    return held.getvalue()


def _parquet(frame: pl.DataFrame) -> bytes:
    held = io.BytesIO()
    frame.write_parquet(held, compression="zstd")
    return held.getvalue()


def guard(text: str) -> str:
    """Returns a text that no spreadsheet runs: an apostrophe stands before what would start a formula."""
    return f"'{text}" if text.lstrip("'")[:1] in tuple("=+-@\t\r") else text


def unguard(text: str) -> str:
    """Returns the text that :func:`guard` was given."""
    return text[1:] if text.startswith("'") and text.lstrip("'")[:1] in tuple("=+-@\t\r") else text
