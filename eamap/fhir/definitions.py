"""What a statement may hold in each release: elements in their order, how often, of which type, with which codes.

The tables in ``schemas/fhir/`` are made by ``scripts/make_fhir_definitions.py`` from HL7's own definitions (CC0), one
file a release; a node is a data type or a part of the statement ("CapabilityStatement.rest.resource").
"""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from eamap.fhir.primitives import surely_right
from eamap.fhir.release import Release
from eamap.model.shipped import shipped_folder

GRAMMAR = frozenset({"format", "patchFormat", "language", "acceptLanguage"})
"""Codes that follow a grammar (mime types, languages) instead of a list."""
ROOT = "statement"
"""The node of the statement itself, whatever its release calls it."""


@dataclass(frozen=True, slots=True)
class Element:
    """One element of a node: ``node`` is where its parts are listed; empty for a primitive, whose ``type`` says all.

    ``choice`` names the element of which this is one type (value[x]); ``codes`` are those of its required value set,
    ``None`` where any code goes; ``path`` is how rules and messages name it ("resource.type").
    """

    name: str
    order: int
    required: bool
    repeats: bool
    type: str
    node: str
    choice: str
    codes: frozenset[str] | None
    path: str
    right: Callable[[Any], bool]
    """Of a primitive: a quick test that is true only of right values."""


@dataclass(frozen=True, slots=True)
class Node:
    """A data type or a part of the statement: its elements by name, and the names of those it cannot do without."""

    name: str
    elements: dict[str, Element]
    required: tuple[str, ...]
    choices: tuple[str, ...]
    """Elements of a choice of types (value[x]) of which one must be there."""


@dataclass(frozen=True, slots=True)
class Definitions:
    """All nodes of a release, and the resource types it has."""

    release: Release
    nodes: dict[str, Node]
    resource_types: frozenset[str]


@dataclass(frozen=True, slots=True)
class SearchDefinition:
    """What a search parameter of HL7 or HL7 UK is: its code, type, and the resources it is for."""

    name: str
    type: str
    base: frozenset[str]


@cache
def definitions(release: Release) -> Definitions:
    """Returns the tables of a release."""
    raw = json.loads((_folder() / f"{release.lower()}.json").read_text(encoding="utf-8"))
    codes = {name: frozenset(listed) for name, listed in raw["codes"].items()}
    nodes = {name: _node(name, rows, codes) for name, rows in raw["nodes"].items()}
    return Definitions(release, nodes, frozenset(raw["resource_types"]))


@cache
def search_definitions(release: Release) -> dict[str, SearchDefinition]:
    """Returns the search parameters of a release by their canonical."""
    with (_folder() / "search_parameters.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["release"] == release]
    return {row["url"]: SearchDefinition(row["name"], row["type"], frozenset(row["base"].split("|"))) for row in rows}


@cache
def releases_of_resource(name: str) -> tuple[Release, ...]:
    """Returns the releases that have a resource type, in order; none for a name that is no resource at all."""
    return tuple(release for release in Release if name in definitions(release).resource_types)


def _node(name: str, rows: list[list[Any]], codes: dict[str, frozenset[str]]) -> Node:
    elements: dict[str, Element] = {}
    for order, (element, least, most, types, value_set) in enumerate(rows):
        # An element of a part is named with that part, an element of the root alone: "resource.type", "kind".
        path = element if name == ROOT else f"{name.rpartition('.')[2]}.{element}"
        for kind in types:
            primitive = kind[:1].islower() and "." not in kind and kind != ROOT
            spelled = element.replace("[x]", kind[0].upper() + kind[1:])
            elements[spelled] = Element(
                spelled, order, least > 0 and not element.endswith("[x]"), most != 1, kind if primitive else "",
                "" if primitive else kind, element if element.endswith("[x]") else "", codes.get(value_set), path,
                surely_right(kind if primitive and element not in GRAMMAR else "", codes.get(value_set)),
            )  # fmt: skip
    required = tuple(each.name for each in elements.values() if each.required)
    choices = tuple(element for element, least, *_ in rows if least and element.endswith("[x]"))
    return Node(name, elements, required, choices)


def _folder() -> Path:
    return shipped_folder() / "fhir"
