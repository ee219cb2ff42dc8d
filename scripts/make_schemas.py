"""Writes the published JSON Schemas: every kind of record to schemas/records/, every command's answer to schemas/results/.

    python scripts/make_schemas.py

The models in eamap/model/records.py and the types in eamap/model/answers.py are the sources; tests compare the files with
what this script would write.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from eamap.model.answers import ROWS, answer_schema
from eamap.model.records import RECORDS
from eamap.model.schema import record_schema

SCHEMAS = Path(__file__).resolve().parents[1] / "schemas"
DIALECT = "https://json-schema.org/draft/2020-12/schema"


def records() -> dict[str, str]:
    """Returns the text of each file of schemas/records by name."""
    return {f"{kind}.json": _text(record_schema(kind)) for kind in sorted(RECORDS)}


def results() -> dict[str, str]:
    """Returns the text of each file of schemas/results by name."""
    return {f"{command.replace(' ', '-')}.json": _text(answer_schema(command)) for command in sorted(ROWS)}


def _text(schema: dict[str, Any]) -> str:
    return json.dumps({"$schema": DIALECT, **schema}, indent=2, ensure_ascii=False) + "\n"


def write(folder: Path, wanted: dict[str, str]) -> None:
    """Writes the files of a folder and removes those of kinds and commands that are no more."""
    folder.mkdir(exist_ok=True)
    for path in folder.glob("*.json"):
        if path.name not in wanted:
            path.unlink()
    for name, text in wanted.items():
        (folder / name).write_text(text, encoding="utf-8")
    print(f"{len(wanted)} schemas in {folder}")


if __name__ == "__main__":
    write(SCHEMAS / "records", records())
    write(SCHEMAS / "results", results())
