"""Turns a publication into the manifest of the next version, staging only the tables that are new."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING

from eamap.protocols import Publication, SourceTables
from eamap.stores.blobs import Blobs, StoredDocuments, StoredRows, StoredTables
from eamap.stores.manifest import Manifest, PartEntry, Stored, StoredDocument
from eamap.stores.parts import LazyPart, plain_meta
from eamap.stores.sameness import same_rows
from eamap.stores.sharing import Told, shared_table

if TYPE_CHECKING:
    import polars as pl


def drafted(blobs: Blobs, publication: Publication, previous: Manifest | None, parent: str, published: str) -> Manifest:
    """Returns the manifest of the version after ``previous``; ``parent`` is the sha256 of that one's manifest."""
    before = {part.name: part for part in previous.parts} if previous else {}
    parts = {part.part: _part(blobs, part, before.get(part.part)) for part in publication.parts}
    if len(parts) < len(publication.parts):
        raise ValueError("two parts of one publication have the same name")
    number = previous.version if previous else 0
    return Manifest(
        version=number + 1,
        parent=number,
        parent_sha256=parent,
        published=published,
        summary=json.loads(json.dumps(dict(publication.summary), allow_nan=False)),
        parts=tuple(parts[name] for name in sorted(parts)),
        decisions=_kept(blobs, publication.decisions, previous.decisions if previous else None),
        documents=_documents(blobs, publication.documents),
        tables=_estate_tables(blobs, publication, parts, previous.tables if previous else {}),
    )


def _part(blobs: Blobs, part: SourceTables, before: PartEntry | None) -> PartEntry:
    meta = plain_meta(part)
    kept = before.tables if before else {}
    tables = {name: _kept_lazily(blobs, part.tables, name, kept.get(name)) for name in sorted(part.tables)}
    rows = part.unread_rows if isinstance(part, LazyPart) else part.rows
    if isinstance(rows, StoredRows) and rows.blobs.tables == blobs.tables:
        return PartEntry(part.part, meta, rows.stored, tables)
    return PartEntry(part.part, meta, _kept(blobs, part.rows, before.rows if before else None), tables)


def _estate_tables(
    blobs: Blobs, publication: Publication, parts: Mapping[str, PartEntry], before: Mapping[str, Stored]
) -> dict[str, Stored]:
    given = {part.part: part.tables for part in publication.parts}
    kept = {}
    for name in sorted(publication.tables):
        told: Told = {
            part: (partial(given[part].__getitem__, name), entry.tables[name])
            for part, entry in parts.items()
            if name in entry.tables
        }
        kept[name] = _kept_lazily(blobs, publication.tables, name, before.get(name), told)
    return kept


def _kept_lazily(
    blobs: Blobs, tables: Mapping[str, pl.DataFrame], name: str, before: Stored | None, told: Told | None = None
) -> Stored:
    """Says how a table is kept without reading it, if it came out of this very store."""
    if isinstance(tables, StoredTables) and tables.blobs.tables == blobs.tables:
        return tables.stored[name]
    return _kept(blobs, tables[name], before, told)


def _kept(blobs: Blobs, table: pl.DataFrame, before: Stored | None, told: Told | None = None) -> Stored:
    stored = blobs.known(table)
    if stored is None:
        stored = shared_table(blobs, table, told) if told else None
        if stored is None or stored != before:
            stored = _as_before(blobs, table, before) or stored or Stored((blobs.stage(table),))
        blobs.remember(table, stored)
    return stored


def _as_before(blobs: Blobs, table: pl.DataFrame, before: Stored | None) -> Stored | None:
    """Returns how the previous version keeps the table, if it held the same rows.

    Reading it back costs a third of writing it anew, and most tables of a new version are as they were.
    """
    same = before is not None and before.height == table.height and same_rows(blobs.load(before), table)
    return before if same else None


def _documents(blobs: Blobs, documents: Mapping[str, tuple[str, bytes]]) -> tuple[StoredDocument, ...]:
    if isinstance(documents, StoredDocuments) and documents.blobs.documents == blobs.documents:
        return tuple(documents.stored[sha256] for sha256 in sorted(documents))
    return tuple(blobs.stage_document(sha256, *documents[sha256]) for sha256 in sorted(documents))
