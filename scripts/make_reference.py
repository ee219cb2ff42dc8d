"""Makes the reference sets under schemas/ from the shared tables, each with its PROVENANCE.toml.

    python scripts/make_reference.py SHARED_DIR [OUT_DIR]

SHARED_DIR holds ``data/``; OUT_DIR is ``schemas/`` unless given. The same tables give the same files: rows are sorted,
nothing is dated today. What each set holds is in reference_sets.toml, how a table is made in reference_tables.py.
"""

from __future__ import annotations

import csv
import hashlib
import json
import sys
import tomllib
from pathlib import Path
from typing import Any

import polars as pl

HERE = Path(__file__).resolve().parent
if str(HERE) not in sys.path:
    sys.path.insert(0, str(HERE))

from reference_tables import MAKERS  # noqa: E402  (the line above makes it findable when a test loads this file)

SCRIPT = "scripts/make_reference.py"
MAY_NOT_SHIP = "none stated"
OWN = {"file": "own table", "source": "project; own judgement", "licence": "project licence"}


def manifest(data: Path) -> dict[str, dict[str, str]]:
    """Gives source and licence by "folder/file" from every MANIFEST.tsv."""
    facts: dict[str, dict[str, str]] = {}
    for listing in sorted(data.glob("*/MANIFEST.tsv")):
        with listing.open(encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines, delimiter="\t"):
                facts[f"{listing.parent.name}/{row['file']}"] = row
    return facts


def make(shared: Path, out: Path) -> None:
    """Writes every set into ``out``."""
    data = shared / "data"
    facts = manifest(data)
    specs = tomllib.loads((HERE / "reference_sets.toml").read_text(encoding="utf-8"))
    for name, spec in specs.items():
        folder = out / name
        folder.mkdir(parents=True, exist_ok=True)
        files = [_make_file(data, facts, spec, part, folder) for part in spec["file"]]
        wanted = {part["name"] for part in spec["file"]} | {"PROVENANCE.toml"}
        # What people write by hand (requirements of standards, in YAML) is not ours to remove.
        stale_files = (path for path in folder.iterdir() if path.is_file() and path.suffix in (".csv", ".parquet"))
        for stale in sorted(path for path in stale_files if path.name not in wanted):
            stale.unlink()
        (folder / "PROVENANCE.toml").write_bytes(_provenance(spec, files).encode("utf-8"))


def _make_file(
    data: Path, facts: dict[str, dict[str, str]], spec: dict[str, Any], part: dict[str, Any], folder: Path
) -> dict[str, Any]:
    sources = [OWN if path.startswith("own:") else facts[path] for path in part["from"]]
    for source in sources:
        # Single facts belong to nobody; the maker of such a part takes no text of a definition with it.
        if source["licence"].startswith(MAY_NOT_SHIP) and not part.get("facts_only"):
            raise SystemExit(f"{source['file']}: no licence is stated, so it cannot be part of a reference set")
    table = MAKERS[part.get("maker", "as_is")]([_place(data, path) for path in part["from"]])
    path = folder / part["name"]
    _write(table, path)
    content = path.read_bytes()
    return {
        "name": part["name"],
        "sha256": hashlib.sha256(content).hexdigest(),
        "rows": table.height,
        "bytes": len(content),
        "date": part.get("date", spec["date"]),
        "origin": "; ".join(dict.fromkeys(source["source"] for source in sources)),
        "licence": part.get("licence") or "; ".join(dict.fromkeys(source["licence"] for source in sources)),
    }


def _place(data: Path, path: str) -> Path:
    return HERE / "own_tables" / path.removeprefix("own:") if path.startswith("own:") else data / path


def _write(table: pl.DataFrame, path: Path) -> None:
    if path.suffix == ".parquet":
        table.write_parquet(path, compression="zstd", compression_level=19)
    else:
        table.write_csv(path, line_terminator="\n")


def _provenance(spec: dict[str, Any], files: list[dict[str, Any]]) -> str:
    head = {key: spec[key] for key in ("title", "version", "date", "origin", "licence")}
    head |= {"script": SCRIPT, "note": spec["note"], "left_out": spec["left_out"]}
    blocks = [_toml(head)] + ["[[file]]\n" + _toml(facts) for facts in files]
    return "\n".join(blocks)


def _toml(facts: dict[str, Any]) -> str:
    # A JSON string, number or list of strings is also a TOML one, as long as it stays on one line.
    return "".join(f"{key} = {json.dumps(value, ensure_ascii=False)}\n" for key, value in facts.items())


def main(arguments: list[str]) -> None:
    """Reads the command line."""
    if not 1 <= len(arguments) <= 2:
        raise SystemExit(__doc__)
    out = Path(arguments[1]) if len(arguments) == 2 else HERE.parent / "schemas"
    make(Path(arguments[0]), out)


if __name__ == "__main__":
    main(sys.argv[1:])
