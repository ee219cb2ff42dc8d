"""Makes ``schemas/languages/subtags.csv`` from a copy of IANA's language subtag registry.

    python scripts/make_languages.py REGISTRY.txt [OUT_DIR]

Kept are languages and regions of two letters, which are few, and the tags that are registered as a whole. The same registry
gives the same file; ``scripts/certify.py schemas/languages`` then renews what PROVENANCE.toml says of it.
"""

from __future__ import annotations

import sys
from pathlib import Path


def records(text: str) -> list[dict[str, str]]:
    """Returns the records of a registry; of a field that comes twice, the first."""
    found = []
    for block in text.split("%%\n"):
        fields: dict[str, str] = {}
        for line in block.splitlines():
            name, colon, value = line.partition(": ")
            if colon:
                fields.setdefault(name, value.strip())
        found.append(fields)
    return found


def subtags(text: str) -> list[tuple[str, str]]:
    """Returns (kind, subtag) in order: language and region of two letters, and whole tags."""
    found = set()
    for record in records(text):
        kind, subtag = record.get("Type", ""), record.get("Subtag", "").lower()
        if kind in ("language", "region") and len(subtag) == 2 and subtag.isalpha():
            found.add((kind, subtag))
        if kind == "grandfathered":
            found.add(("whole", record["Tag"].lower()))
    return sorted(found)


def main(registry: str, out: str = "schemas/languages") -> None:
    """Writes the table."""
    lines = ["kind,subtag", *(",".join(row) for row in subtags(Path(registry).read_text(encoding="utf-8")))]
    Path(out).mkdir(exist_ok=True)
    (Path(out) / "subtags.csv").write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
