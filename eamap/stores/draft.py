"""Turns a publication into the manifest of the next version, staging only the tables that are new."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING

from eamap.model.coded import Coded
from eamap.protocols import Publication, SourceTables
from eamap.stores.blobs import Blobs, StoredDocuments, StoredRows, StoredTables
from eamap.stores.borrowing import borrowing_table
from eamap.stores.manifest import Manifest, PartEntry, Piece, Stored, StoredDocument
from eamap.stores.parts import LazyPart, plain_meta
from eamap.stores.sameness import same_rows
from eamap.stores.sharing import shared_table, whole_part

if TYPE_CHECKING:
    import polars as pl

    Saving = Callable[[pl.DataFrame], Stored | None]
    Codes = Mapping[str, Coded] | None


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
    held = before.tables if before else {}
    tables = {
        name: _kept_lazily(blobs, part.tables, name, held.get(name), coded=part.coded.get(name))
        for name in sorted(part.tables)
    }
    rows = part.unread_rows if isinstance(part, LazyPart) else part.rows
    if isinstance(rows, StoredRows) and rows.blobs.tables == blobs.tables:
        stored = rows.stored
    else:
        lenders = {name: (_exactly(blobs, part.tables, name, tables[name]), tables[name]) for name in tables}
        coded = part.coded.get("rows", {})
        borrow = partial(borrowing_table, blobs, lenders=lenders, coded=coded)
        stored = _kept(blobs, part.rows, before.rows if before else None, borrow, coded)
    return PartEntry(part.part, plain_meta(part), stored, tables)


def _estate_tables(
    blobs: Blobs, publication: Publication, parts: Mapping[str, PartEntry], before: Mapping[str, Stored]
) -> dict[str, Stored]:
    given = {part.part: part.tables for part in publication.parts}
    kept = {}
    for name in sorted(publication.tables):
        told = {
            part: (_exactly(blobs, given[part], name, entry.tables[name]), entry.tables[name])
            for part, entry in parts.items()
            if name in entry.tables
        }
        share = partial(shared_table, blobs, parts=told)
        kept[name] = _as_told(blobs, publication, name, parts) or _kept_lazily(
            blobs, publication.tables, name, before.get(name), share
        )
    return kept


def _as_told(blobs: Blobs, publication: Publication, name: str, parts: Mapping[str, PartEntry]) -> Stored | None:
    """Says how a table is kept that the publication says is one part's, if that part's is kept row by row as it stands."""
    part = next((part for part in publication.parts if part.part == publication.told.get(name)), None)
    if part is None:
        return None
    stored = parts[part.part].tables[name]
    table = publication.tables[name]
    return whole_part(stored, part.part, table) if blobs.known(part.tables[name]) == stored else None


def _exactly(blobs: Blobs, tables: Mapping[str, pl.DataFrame], name: str, stored: Stored) -> Callable[[], pl.DataFrame]:
    """Returns what gives a table row by row as it is kept: rows may be shared with a table only as its blob has them."""

    def read() -> pl.DataFrame:
        table = tables[name]
        return table if blobs.known(table) == stored else blobs.load(stored)

    return read


def _kept_lazily(
    blobs: Blobs, tables: Mapping[str, pl.DataFrame], name: str, before: Stored | None, save: Saving | None = None,
    coded: Codes = None,
) -> Stored:  # fmt: skip
    """Says how a table is kept without reading it, if it came out of this very store."""
    if isinstance(tables, StoredTables) and tables.blobs.tables == blobs.tables:
        return tables.stored[name]
    return _kept(blobs, tables[name], before, save, coded)


def _kept(
    blobs: Blobs, table: pl.DataFrame, before: Stored | None, save: Saving | None = None, coded: Codes = None
) -> Stored:
    """Says how a table is kept, and writes what is not there yet. ``save`` says how, if not wholly in a blob of its own."""
    if known := blobs.known(table):
        return known
    saved = save(table) if save else None
    if (saved is None or saved != before) and (old := _as_before(blobs, table, before)):
        return old
    stored = saved or _whole(blobs.stage(table, coded), table)
    blobs.remember(table, stored)
    return stored


def _whole(piece: Piece, table: pl.DataFrame) -> Stored:
    return Stored((piece,), tuple(table.columns) if piece.elsewhere else ())


def _as_before(blobs: Blobs, table: pl.DataFrame, before: Stored | None) -> Stored | None:
    """Returns how the previous version keeps the table, if it held the same rows.

    Reading it back costs a fifth of writing it anew, and most tables of a new version are as they were.
    """
    if before is None or before.height != table.height:
        return None
    old = blobs.load(before)
    if not same_rows(old, table):
        return None
    if old.equals(table):
        blobs.remember(table, before)  # not if rows are in another order: what is known is known row by row
    return before


def _documents(blobs: Blobs, documents: Mapping[str, tuple[str, bytes]]) -> tuple[StoredDocument, ...]:
    if isinstance(documents, StoredDocuments) and documents.blobs.documents == blobs.documents:
        return tuple(documents.stored[sha256] for sha256 in sorted(documents))
    return tuple(blobs.stage_document(sha256, *documents[sha256]) for sha256 in sorted(documents))
