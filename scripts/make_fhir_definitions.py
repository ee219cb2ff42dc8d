"""Makes ``schemas/fhir/`` from the facts that ``scripts/hl7_facts.py`` takes out of HL7's own definitions.

    python scripts/make_fhir_definitions.py FACTS_DIR [OUT_DIR]

One JSON file a release: the elements of CapabilityStatement (in DSTU2: Conformance) and of every data type it can hold,
in order, each as [name, least, most, types, value set]; most is 1 or "*"; a value set is named where its codes are
required. Beside them the search parameters of all releases. The same facts give the same files.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import sys
from pathlib import Path
from typing import Any

RELEASES = {"DSTU2": "1.0.2", "STU3": "3.0.1", "R4": "4.0.1", "R4B": "4.3.0", "R5": "5.0.0"}
STATEMENTS = ("CapabilityStatement", "Conformance")
ROOT = "statement"
FREE = ("bcp47", "bcp13", "mimetypes", "languages", "currencies", "ucum-units")
"""Value sets that are a grammar, or a list too long to ship, and not a short list of codes."""
Rows = list[list[Any]]


def nodes_of(types: dict[str, list[dict[str, Any]]]) -> dict[str, Rows]:
    """Returns every data type and every part of one as a node."""
    nodes: dict[str, Rows] = {}
    for name, elements in types.items():
        if name in ("Resource", "DomainResource"):
            continue
        paths = {element["path"] for element in elements}
        parents = {path.rpartition(".")[0] for path in paths if "." in path}
        by_name = {path.rpartition(".")[2]: path for path in sorted(paths, reverse=True)}
        for element in elements:
            parent, _, last = element["path"].rpartition(".")
            if parent:
                nodes.setdefault(_node(parent), []).append(
                    [last, element["min"], 1 if element["max"] == "1" else "*", _types(element, parents, by_name),
                     _value_set(element)]
                )  # fmt: skip
    return nodes


def _node(path: str) -> str:
    first, _, rest = path.partition(".")
    return ".".join(filter(None, (ROOT if first in STATEMENTS else first, rest)))


def _types(element: dict[str, Any], parents: set[str], by_name: dict[str, str]) -> list[str]:
    if element["path"] in parents:
        return [_node(element["path"])]
    if reference := element.get("content_reference"):
        target = reference.lstrip("#")
        return [_node(target if "." in target else by_name[target])]
    if (
        element["path"].partition(".")[0] in STATEMENTS
        and element["path"].count(".") == 1
        and element["path"].endswith(".id")
    ):
        return ["id"]
    if element["path"].endswith(".id"):
        return ["string"]  # the ids of elements are texts; the definitions of R4B and R5 call some of them id
    return list(dict.fromkeys(element["types"]))


def _value_set(element: dict[str, Any]) -> str:
    binding = element["binding"] or {}
    name = str(binding.get("valueSet") or "") if binding.get("strength") == "required" else ""
    return "" if any(word in name for word in FREE) else name.partition("|")[0]


def reached(nodes: dict[str, Rows]) -> dict[str, Rows]:
    """Returns only the nodes that a statement can hold."""
    found: dict[str, Rows] = {}
    waiting = [ROOT, "Element"]
    while waiting:
        name = waiting.pop()
        if name in nodes and name not in found:
            found[name] = nodes[name]
            waiting += [kind for row in nodes[name] for kind in row[3]]
    return dict(sorted(found.items()))


def tables(facts: Path, release: str) -> dict[str, Any]:
    """Returns the tables of one release."""
    read = {
        name: json.loads((facts / f"{name}.json").read_text())[release]
        for name in ("datatypes", "codes", "resource_types")
    }
    nodes = reached(nodes_of(read["datatypes"]))
    used = {row[4] for rows in nodes.values() for row in rows if row[4]}
    codes = {name.partition("|")[0]: sorted(set(listed)) for name, listed in read["codes"].items() if listed}
    if missing := sorted(used - codes.keys()):
        raise SystemExit(f"{release}: the facts lack the codes of {', '.join(missing)}")
    return {
        "release": release, "version": RELEASES[release], "resource_types": sorted(read["resource_types"]),
        "codes": {name: codes[name] for name in sorted(used)}, "nodes": nodes,
    }  # fmt: skip


def search_parameters(facts: Path) -> bytes:
    """Returns the search parameters of all releases as CSV."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(("release", "url", "name", "type", "base"))
    for release, listed in json.loads((facts / "search_parameters.json").read_text()).items():
        rows = {
            (each["url"], each["code"] or each["name"], each["type"], "|".join(sorted(each["base"]))) for each in listed
        }
        writer.writerows((release, *row) for row in sorted(rows))
    return out.getvalue().encode()


def make(facts: Path, out: Path) -> None:
    """Writes all files and their provenance."""
    out.mkdir(parents=True, exist_ok=True)
    files = {}
    for release in RELEASES:
        found = tables(facts, release)
        text = json.dumps(found, separators=(",", ":"))
        # One line a node keeps a difference readable.
        text = text.replace('],"', '],\n"').replace('"nodes":{', '"nodes":{\n')
        files[f"{release.lower()}.json"] = (text + "\n").encode(), len(found["nodes"])
    listed = search_parameters(facts)
    files["search_parameters.csv"] = listed, listed.count(b"\n") - 1
    for name, (content, _) in files.items():
        (out / name).write_bytes(content)
    (out / "PROVENANCE.toml").write_text(provenance(files), encoding="utf-8")


def provenance(files: dict[str, tuple[bytes, int]]) -> str:
    """Returns the birth certificate of the set."""
    licence = "HL7, CC0 1.0"
    head = {
        "title": "HL7 FHIR: what a CapabilityStatement may hold in each release, and the search parameters",
        "version": ", ".join(RELEASES.values()), "date": "2023-03-26",
        "origin": "HL7 FHIR definitions of each release, as the HL7 validator's artefacts carry them", "licence": licence,
        "script": "scripts/make_fhir_definitions.py",
        "note": "The date is that of the youngest release, 5.0.0. Facts only: names, order, cardinality, types, codes.",
        "left_out": ["definitions, comments and mappings of elements", "resources other than CapabilityStatement",
                     "constraints: the rules are written in eamap/fhir/invariants.py"],
    }  # fmt: skip
    blocks = [_toml(head)]
    for name, (content, rows) in files.items():
        facts = {"name": name, "sha256": hashlib.sha256(content).hexdigest(), "rows": rows, "bytes": len(content),
                 "date": "2023-03-26", "origin": "HL7 FHIR definitions", "licence": licence}  # fmt: skip
        blocks.append("[[file]]\n" + _toml(facts))
    return "\n".join(blocks)


def _toml(facts: dict[str, Any]) -> str:
    return "".join(f"{key} = {json.dumps(value, ensure_ascii=False)}\n" for key, value in facts.items())


if __name__ == "__main__":
    if not 2 <= len(sys.argv) <= 3:
        raise SystemExit(__doc__)
    make(
        Path(sys.argv[1]),
        Path(sys.argv[2]) if len(sys.argv) == 3 else Path(__file__).resolve().parents[1] / "schemas" / "fhir",
    )
