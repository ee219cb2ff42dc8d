"""Writes the JSON Schema of every kind of record to schemas/records/, one file a kind.

    python scripts/make_record_schemas.py

The models in eamap/model/records.py are the source; a test compares the files with what this script would write.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from eamap.model.records import RECORDS
from eamap.model.schema import record_schema

FOLDER = Path(__file__).resolve().parents[1] / "schemas" / "records"
DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schemas() -> dict[str, str]:
    """Returns the text of each file by name."""
    return {
        f"{kind}.json": json.dumps({"$schema": DIALECT, **record_schema(kind)}, indent=2, ensure_ascii=False) + "\n"
        for kind in sorted(RECORDS)
    }


def main(folder: Path = FOLDER) -> None:
    """Writes the files and removes those of kinds that are no more."""
    folder.mkdir(exist_ok=True)
    wanted = schemas()
    for path in folder.glob("*.json"):
        if path.name not in wanted:
            path.unlink()
    for name, text in wanted.items():
        (folder / name).write_text(text, encoding="utf-8")
    print(f"{len(wanted)} schemas in {folder}")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:2]))
