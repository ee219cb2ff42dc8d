"""The column types of every table of an estate, compiled from the records and relations."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from eamap.model.records import RECORDS
from eamap.model.relations import RELATIONS

if TYPE_CHECKING:
    import polars as pl


@cache
def record_schema(kind: str) -> dict[str, Any]:
    """Returns the JSON Schema of one kind of record, as it is published under ``schemas/records``."""
    return RECORDS[kind].model_json_schema()


def field_schema(kind: str, name: str) -> dict[str, Any]:
    """Returns the JSON Schema of one field, the "or null" taken off."""
    schema: dict[str, Any] = record_schema(kind)["properties"][name]
    options = [option for option in schema.get("anyOf", [schema]) if option.get("type") != "null"]
    return options[0] if len(options) == 1 else schema


def _dtype(schema: dict[str, Any]) -> pl.DataType:
    import polars as pl

    types: dict[str, pl.DataType] = {"integer": pl.Int64(), "number": pl.Float64()}
    return types.get(schema.get("type", "string"), pl.String())


def _citation() -> dict[str, pl.DataType]:
    import polars as pl

    return {"source": pl.String(), "row": pl.UInt32(), "rule": pl.String()}


def thing_schema(kind: str) -> dict[str, pl.DataType]:
    """Returns the columns of the table of one kind: the record's fields, then ``source``, ``row``, ``rule``.

    Kinds that no source states (capability, standard, ...) have an id, a name and what interpretation adds.
    """
    import polars as pl

    if kind not in RECORDS:
        return {"id": pl.String(), "name": pl.String(), **_citation()}
    return {name: _dtype(field_schema(kind, name)) for name in RECORDS[kind].model_fields} | _citation()


def link_schema(relation: str) -> dict[str, pl.DataType]:
    """Returns the columns of the table of one relation."""
    import polars as pl

    text = dict.fromkeys(("from", "to", "since", "until"), pl.String())
    attributes = dict.fromkeys(RELATIONS[relation].attributes, pl.String())
    return {**text, "share": pl.Float64(), **attributes, **_citation()}


def table_schema(name: str) -> dict[str, pl.DataType]:
    """Returns the columns of ``reasons``, ``attestations`` or ``issues``."""
    import polars as pl

    text = pl.String()
    if name == "reasons":
        return {"id": text, "field": text, "reason": text, "stated": text, **_citation()}
    if name == "attestations":
        return {"kind": text, "id": text, "field": text, "value": text, **_citation(), "won": pl.Boolean()}
    columns = dict.fromkeys(("source", "file", "sheet"), text) | {"row": pl.UInt32()}
    return columns | dict.fromkeys(("column", "code", "message", "hint", "value"), text) | {"blocks": pl.Boolean()}
