"""JSON: all tables in one document, each with its columns explained and its rows as objects."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from eamap_exporters.files import write_text
from eamap_exporters.tables import About, Tables, listed

_VERSION = 1


class JsonExporter:
    """Writes tables as one JSON document."""

    name = "json"
    suffixes = (".json",)
    accepts = "table"

    def export(self, thing: Tables, path: Path, options: Mapping[str, Any]) -> list[Path]:
        """Writes the document and returns its path."""
        return write_text(path, "".join(_pieces(thing, About.of(options))))


EXPORTER = JsonExporter()


def _pieces(tables: Tables, about: About) -> Iterator[str]:
    """The rows come from polars as JSON already, so that no row is touched in Python."""
    head = {"schema_version": _VERSION, "title": about.title, "marking": about.marking, "as_of": about.as_of}
    yield json.dumps({**head, "version": about.version}, ensure_ascii=False)[:-1] + ',\n"tables": {'
    for number, (name, frame, words) in enumerate(listed(tables)):
        columns = [{"name": column, "description": words.get(column, "")} for column in frame.columns]
        yield ("" if number == 0 else ",") + f"\n{json.dumps(name, ensure_ascii=False)}: "
        yield f'{{"columns": {json.dumps(columns, ensure_ascii=False)},\n"rows": {frame.write_json()}}}'
    yield "\n}}\n"
