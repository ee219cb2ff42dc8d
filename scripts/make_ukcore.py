"""Makes the reference set ``ukcore``: what the profiles and extensions of UK Core 2.0.2 ask, as tables of facts.

    python scripts/make_ukcore.py SHARED_DIR [OUT_DIR]

SHARED_DIR holds ``data/fhir/ukcore_2.0.2``; OUT_DIR is ``schemas/`` unless given. Every StructureDefinition of UK Core states
its own licence; one that does not is refused. Only what a rule needs is kept: no names, descriptions or guidance.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
SCRIPT = "scripts/make_ukcore.py"
VERSION, DATE = "2.0.2", "2025-02-24"
LICENCE = "Apache License, Version 2.0"
ORIGIN = "HL7 UK, UK Core 2.0.2: github:NHSDigital/FHIR-R4-UKCORE-STAGING-MAIN@62781c561e901737c8370dda8f88d393acfed989 (tag 2.0.2)"
NOTE = (
    "Differential only: what stands here is asked beyond FHIR R4. The licence is the one each "
    "StructureDefinition states in its element copyright; the repository they lie in states none."
)
LEFT_OUT = [
    "names, definitions, guidance and mappings of the elements; the words and expressions of the invariants",
    "value sets and code systems: not among the files, so which codes they hold is not known here",
]
PROFILES = ("name", "url", "version", "status", "kind", "type")
RULES = ("profile", "element", "min", "max", "must_support", "types", "fixed", "binding", "value_set", "discriminator")
INVARIANTS = ("profile", "element", "key", "severity")


def definitions(folder: Path) -> list[dict[str, Any]]:
    """Returns the definitions of a folder by name; refuses one that does not state the licence."""
    found = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.json"))]
    if not found:
        raise SystemExit(f"{folder}: there are no definitions")
    for each in found:
        if LICENCE not in " ".join(str(each.get("copyright", "")).split()):
            raise SystemExit(f"{each.get('url')}: it does not state {LICENCE}, so it cannot be part of a reference set")
    return sorted(found, key=lambda each: str(each["url"]))


def name_of(url: str) -> str:
    """Returns the last part of a canonical."""
    return url.rpartition("/")[2]


def profiles(found: list[dict[str, Any]]) -> Iterator[tuple[str, ...]]:
    """Yields one row a profile or extension."""
    for each in found:
        kind = "extension" if each["type"] == "Extension" else "profile"
        yield name_of(each["url"]), each["url"], each["version"], each["status"], kind, each["type"]


def rules(found: list[dict[str, Any]]) -> Iterator[tuple[str, ...]]:
    """Yields one row an element that a definition asks something of."""
    for each in found:
        for element in each["differential"]["element"]:
            row = rule(element)
            if any(row):
                yield name_of(each["url"]), str(element["id"]), *row


def rule(element: dict[str, Any]) -> tuple[str, ...]:
    """Returns what is asked of one element; all empty where it is only described."""
    fixed = [str(value) for key, value in element.items() if key.startswith(("fixed", "pattern"))]
    binding = element.get("binding", {})
    strength = binding.get("strength", "")
    discriminators = element.get("slicing", {}).get("discriminator", [])
    return (
        str(element.get("min", "")),
        str(element.get("max", "")),
        "yes" if element.get("mustSupport") else "",
        " ".join(sorted(map(type_of, element.get("type", [])))),
        *(fixed or [""])[:1],
        # Weaker strengths forbid nothing.
        strength if strength == "required" else "",
        str(binding.get("valueSet", "")) if strength == "required" else "",
        " ".join(f"{each['type']}:{each['path']}" for each in discriminators),
    )


def type_of(kind: dict[str, Any]) -> str:
    """Returns a type as ``code``, ``Extension(url)`` or ``Reference(types)``."""
    places = kind.get("profile", []) + [name_of(each) for each in kind.get("targetProfile", [])]
    return f"{kind['code']}({','.join(places)})" if places else str(kind["code"])


def invariants(found: list[dict[str, Any]]) -> Iterator[tuple[str, ...]]:
    """Yields one row an invariant."""
    for each in found:
        for element in each["differential"]["element"]:
            for stated in element.get("constraint", []):
                yield name_of(each["url"]), element["id"], stated["key"], stated["severity"]


def make(shared: Path, out: Path) -> None:
    """Writes the set into ``out``."""
    found = definitions(shared / "data" / "fhir" / f"ukcore_{VERSION}")
    folder = out / "ukcore"
    folder.mkdir(parents=True, exist_ok=True)
    files = [
        _file(folder / "profiles.csv", PROFILES, profiles(found)),
        _file(folder / "rules.csv", RULES, rules(found)),
        _file(folder / "invariants.csv", INVARIANTS, invariants(found)),
    ]
    head = {
        "title": f"UK Core {VERSION}: what its profiles and extensions ask beyond FHIR R4",
        "version": VERSION, "date": DATE, "origin": ORIGIN, "licence": "Apache-2.0 (stated in each definition)",
        "script": SCRIPT, "note": NOTE, "left_out": LEFT_OUT,
    }  # fmt: skip
    blocks = [_toml(head)] + ["[[file]]\n" + _toml(facts) for facts in files]
    (folder / "PROVENANCE.toml").write_bytes("\n".join(blocks).encode("utf-8"))


def _file(path: Path, header: tuple[str, ...], rows: Iterator[tuple[str, ...]]) -> dict[str, Any]:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    listed = list(rows)
    writer.writerows(listed)
    content = text.getvalue().encode("utf-8")
    path.write_bytes(content)
    return {
        "name": path.name, "sha256": hashlib.sha256(content).hexdigest(), "rows": len(listed), "bytes": len(content),
        "date": DATE, "origin": ORIGIN, "licence": "Apache-2.0 (stated in each definition)",
    }  # fmt: skip


def _toml(facts: dict[str, Any]) -> str:
    # A JSON string, number or list of strings is also a TOML one, as long as it stays on one line.
    return "".join(f"{key} = {json.dumps(value, ensure_ascii=False)}\n" for key, value in facts.items())


if __name__ == "__main__":
    if not 2 <= len(sys.argv) <= 3:
        raise SystemExit(__doc__)
    make(Path(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) == 3 else HERE.parent / "schemas")
