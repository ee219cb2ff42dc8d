"""Renews what the PROVENANCE.toml of a reference set says about its files: checksum, rows and bytes.

    python scripts/certify.py FOLDER

For a set that was changed by hand, beside a store or in a branch. Origin, date, version and licence are for the person
who changed it to say; a file that the certificate does not name is refused.
"""

from __future__ import annotations

import hashlib
import re
import sys
import tomllib
from pathlib import Path

import polars as pl

PROVENANCE = "PROVENANCE.toml"


def certify(folder: Path) -> list[str]:
    """Rewrites the certificate of a set and returns the names of the files it covers."""
    path = folder / PROVENANCE
    head, *blocks = re.split(r"^(?=\[\[file\]\])", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    named = [tomllib.loads(block)["file"][0]["name"] for block in blocks]
    # Requirements of standards, in YAML, are written by hand beside the tables and vouch for themselves row by row.
    tables = {each.name for each in folder.iterdir() if each.suffix != ".yaml"}
    if strange := tables - {*named, PROVENANCE}:
        raise SystemExit(f"{path} does not name {', '.join(sorted(strange))}: add a [[file]] block or remove the file")
    renewed = [_renewed(block, folder / name) for block, name in zip(blocks, named, strict=True)]
    path.write_text("".join([head, *renewed]), encoding="utf-8", newline="\n")
    return named


def _renewed(block: str, file: Path) -> str:
    content = file.read_bytes()
    table = pl.read_parquet(file) if file.suffix == ".parquet" else pl.read_csv(content, infer_schema=False)
    facts = {"sha256": f'"{hashlib.sha256(content).hexdigest()}"', "rows": table.height, "bytes": len(content)}
    for name, value in facts.items():
        block = re.sub(rf"^{name} = .*$", f"{name} = {value}", block, flags=re.MULTILINE)
    return block


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    print("certified:", ", ".join(certify(Path(sys.argv[1]))))
