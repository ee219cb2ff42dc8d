"""Writes the published JSON Schemas: every kind of record to schemas/records/, every command's answer to schemas/results/.

What the mappings say is written beside them as JSON, which eamap reads faster than YAML.

    python scripts/make_schemas.py

The models in eamap/model/records.py, the types in eamap/model/answers.py and the mappings are the sources; tests compare the
files with what this script would write.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from eamap.ingest.yaml_file import COMPILED, parsed_yaml
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


def mappings() -> str:
    """Returns the text of what the files of schemas/mappings say; refuses what JSON would say otherwise than YAML."""
    compiled = {}
    for path in sorted((SCHEMAS / "mappings").glob("*.yaml")):
        content = path.read_bytes()
        says = parsed_yaml(content.decode("utf-8"), path)
        if json.loads(json.dumps(says)) != says:
            raise SystemExit(f"{path}: JSON has no words for some of it, such as dates or numbers as keys")
        compiled[path.name] = {"sha256": hashlib.sha256(content).hexdigest(), "says": says}
    lines = (f"{json.dumps(name)}: {json.dumps(each, ensure_ascii=False)}" for name, each in compiled.items())
    return "{\n" + ",\n".join(lines) + "\n}\n"


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
    (SCHEMAS / "mappings" / COMPILED).write_text(mappings(), encoding="utf-8")
