"""Which fields things have, by kind, and how each compares: the catalogue selectors are checked against."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from enum import Enum
from functools import cache
from typing import TYPE_CHECKING

from eamap.model.records import RECORDS
from eamap.model.relations import RELATIONS
from eamap.model.schema import field_schema

if TYPE_CHECKING:
    from eamap.model.selector.onday import EstateOn

ATTACHMENTS = {
    "org": "organisation",
    "supplier": "supplier",
    "product": "product",
    "capability": "capability",
    "pathway": "pathway",
    "standard": "standard",
}
"""Words that select what is attached to a thing, and the kind of that thing."""

DERIVED = ("decision", "reference-set", "source")
"""Kinds that no source states and no relation joins: what people decided, reference data, and the sources themselves."""

KINDS = tuple(sorted({*RECORDS, *DERIVED, *(kind for r in RELATIONS.values() for kind in (*r.origins, *r.targets))}))
"""Every kind of thing there can be."""

OTHER_WORDS = ("kind", "via", "attested", "has", "absent", "not-applicable", "withheld", "unknown")
CITATION = ("source", "row", "rule")
SEVERAL = {("system", "system_type"), ("interface", "via")}
"""Fields that hold several values joined by ``; ``."""

_IDS = ("^organisation:", "^system:", "^(system|organisation):", "^(system|component):")
_IDS_BY_PROSE = {
    ("vulnerability", "component"),
    ("absence", "capability"),
    ("measure", "capability"),
    ("flow", "capability"),
}


class FieldType(Enum):
    """How the values of a field compare."""

    TEXT = "text"
    WORD = "one of a few words"
    ID = "the id of a thing"
    DATE = "a date"
    NUMBER = "a number"


@cache
def record_fields(kind: str) -> dict[str, FieldType]:
    """Returns the fields of a record and how each compares; empty for kinds that no source states."""
    return {name: _stated(kind, name) for name in RECORDS[kind].model_fields} if kind in RECORDS else {}


def _stated(kind: str, name: str) -> FieldType:
    schema = field_schema(kind, name)
    if name == "id" or (kind, name) in _IDS_BY_PROSE or str(schema.get("pattern", "")).startswith(_IDS):
        return FieldType.ID
    if schema.get("type") in ("integer", "number"):
        return FieldType.NUMBER
    if schema.get("x-predicate") == "real-date":
        return FieldType.DATE
    return FieldType.WORD if "enum" in schema else FieldType.TEXT


@cache
def words(kind: str, name: str) -> tuple[str, ...]:
    """Returns the words a field may hold; empty where it holds any text."""
    stated = kind in RECORDS and name in RECORDS[kind].model_fields
    return tuple(field_schema(kind, name).get("enum", ())) if stated else ()


def naming(kind: str) -> list[tuple[str, str]]:
    """Returns the (kind, field) of every field that names a thing of ``kind`` and is no relation's column."""
    columns = {relation.column[:2] for relation in RELATIONS.values() if relation.column}
    return [
        (owner, name)
        for owner, record in RECORDS.items()
        for name in record.model_fields
        if (owner, name) not in columns and name != "id" and _names(owner, name, kind)
    ]


def _names(owner: str, name: str, kind: str) -> bool:
    pattern = str(field_schema(owner, name).get("pattern", ""))
    return pattern.startswith(f"^{kind}:") or ((owner, name) in _IDS_BY_PROSE and name == kind)


def type_of(on: EstateOn, kind: str, name: str) -> FieldType | None:
    """Returns how a field of a kind compares, on the estate at hand; ``None`` if the kind does not have it."""
    stated = record_fields(kind).get(name)
    if stated or name in CITATION:
        return stated
    if name == "id":
        return FieldType.ID
    dtype = on.things(kind).schema.get(name)
    return None if dtype is None else FieldType.NUMBER if dtype.is_numeric() else FieldType.TEXT


def kinds_with(on: EstateOn, name: str, kind: str = "") -> list[str]:
    """Returns the kinds that have a field, limited to ``kind`` if it is given."""
    return [each for each in KINDS if kind in ("", each) and type_of(on, each, name) is not None]


def field_names(on: EstateOn, kind: str = "") -> list[str]:
    """Returns every name of a field, for suggestions."""
    wanted = (kind,) if kind else KINDS
    return sorted(
        {name for each in wanted for name in (*record_fields(each), *on.things(each).columns) if name not in CITATION}
    )


def did_you_mean(given: str, known: Iterable[str], otherwise: str = "") -> str:
    """Returns a hint naming the closest known words, whatever their case, or the other hint."""
    lowered = {word.lower(): word for word in sorted(known, reverse=True)}
    close = get_close_matches(given.lower(), sorted(lowered), n=3, cutoff=0.6)
    return f"did you mean {' or '.join(lowered[word] for word in close)}?" if close else otherwise
