"""Writes the JSON Schema of every command's answer to schemas/results/, one file a command.

    python scripts/make_result_schemas.py

The types in eamap/model/answers.py are the source; a test compares the files with what this script would write, and
every command's answer over the sample with its schema.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from eamap.model.answers import ROWS, answer_schema

FOLDER = Path(__file__).resolve().parents[1] / "schemas" / "results"
DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schemas() -> dict[str, str]:
    """Returns the text of each file by name."""
    return {
        f"{command.replace(' ', '-')}.json": json.dumps({"$schema": DIALECT, **answer_schema(command)}, indent=2) + "\n"
        for command in sorted(ROWS)
    }


def main(folder: Path = FOLDER) -> None:
    """Writes the files and removes those of commands that are no more."""
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
