"""Reads again, without eamap, what a finding says about a statement or a standard beside the cells it cites."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from lxml import etree

from eamap.model.findings import Finding

REGISTRY = Path(__file__).parents[2] / "schemas" / "standards" / "registry.csv"
RELEASES = {"4.0.1": "R4", "3.0.1": "STU3"}
"""What the FHIR releases that the sample's statements declare are called; no release of these names has other numbers."""


def told_by(sources: Path, finding: Finding) -> list[Any]:
    """Returns what the documents and standards that a finding names say themselves."""
    told: list[Any] = []
    for cell in finding.evidence:
        document = sources / cell.value
        if cell.value and cell.value == document.name and document.is_file():
            told += _of_document(document)
    told += _of_pages(finding)
    return told + [row["superseded_by"] for row in _standards(finding.reference)]


def _of_pages(finding: Finding) -> list[Any]:
    """Returns the ids of findings that a message may name, each of which has a page, and the counts of a list of requirements."""
    folder = REGISTRY.parents[1]
    pages = "".join(path.read_text(encoding="utf-8") for path in sorted((folder / "checks").glob("*.yaml")))
    told: list[Any] = re.findall(r"id: (FHR\d{3})", pages) + re.findall(r"c[pn][bf]-\d+", pages)
    with REGISTRY.open(encoding="utf-8", newline="") as file:
        told += [row["as_of"] for row in csv.DictReader(file) if row["title"] in finding.message]
    rows = folder / "standards" / f"{finding.reference}.yaml"
    if finding.check == "FHR013" and rows.is_file():
        asked = [
            row
            for row in yaml.safe_load(rows.read_text(encoding="utf-8"))["requirements"]
            if row["strength"] == "SHALL" and "test" in row
        ]
        told += [row["what"] for row in asked] + [len(asked), *range(len(asked))]
    return told


def _of_document(path: Path) -> Iterator[Any]:
    text = path.read_text(encoding="utf-8", errors="replace")
    yield text
    yield from (f"{number} {name}" for number, name in RELEASES.items() if number in text)
    try:
        raw = etree.parse(str(path)) if path.suffix == ".xml" else json.loads(text)
    except etree.XMLSyntaxError as error:
        yield from (str(error), error.lineno, error.position)
    except json.JSONDecodeError as error:
        yield from (error.lineno, error.colno, error.lineno - 1)
    else:
        if path.suffix == ".json":
            yield len(list(_signs_of_stu3(raw))) - 1
            yield "STU3" if list(_signs_of_stu3(raw)) else ""
            yield from (
                f"/rest/{at}/resource/{place}"
                for at, rest in enumerate(raw.get("rest", ()))
                for place in range(len(rest["resource"]))
            )


def _signs_of_stu3(raw: dict[str, Any]) -> Iterator[str]:
    """Yields the places that FHIR allows up to STU3 only."""
    yield from (name for name in ("acceptUnknown",) if name in raw)
    yield from ("profile" for each in raw.get("profile", ())[:1] if isinstance(each, dict))
    for rest in raw.get("rest", ()):
        yield from (
            "resource.profile" for resource in rest.get("resource", ()) if isinstance(resource.get("profile"), dict)
        )


def _standards(reference: str) -> Iterator[dict[str, str]]:
    with REGISTRY.open(encoding="utf-8", newline="") as file:
        yield from (row for row in csv.DictReader(file) if f"standards: {row['id']};" in reference)
