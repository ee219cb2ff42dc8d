"""What a version is made of: a manifest of the addresses of its tables, small enough to read at every start."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from hashlib import sha256
from typing import Any

from eamap.errors import StoreError

FORMAT = 2
"""Number of the layout written here. A reader refuses a higher one and never guesses.

1 kept text of few distinct values as Categorical; 2 keeps it as codes, with the texts in a blob beside. Both are read.
"""

WHEN_READ = "read_at"
"""Key of a part's meta that says when its file was read; it is kept, and never makes a version new."""


@dataclass(frozen=True, slots=True)
class Borrowed:
    """A column that is kept in another table's blob, under that table's name for it."""

    column: str
    blob: str
    size: int
    theirs: str


@dataclass(frozen=True, slots=True)
class Piece:
    """Consecutive rows of a table: the blob they are in, and what must be added to it.

    ``source`` is the value of that column for each of the rows. ``borrowed`` columns stand in another blob of as many
    rows; where they differ, ``corrections`` names the blob of (column, position, value) that says how. ``coded`` columns,
    its own or borrowed, hold numbers: each is the place of a text among those of its column in the blob ``texts``.
    """

    blob: str
    rows: int
    size: int
    source: str | None = None
    borrowed: tuple[Borrowed, ...] = ()
    corrections: str = ""
    corrections_size: int = 0
    coded: tuple[str, ...] = ()
    texts: str = ""
    texts_size: int = 0

    @property
    def elsewhere(self) -> frozenset[str]:
        """The columns that its blob does not hold as they are."""
        return frozenset(self.coded) | {lender.column for lender in self.borrowed}

    def blobs(self) -> dict[str, int]:
        """Returns every blob the piece needs, with its size in bytes."""
        lent = {lender.blob: lender.size for lender in self.borrowed}
        others = {self.corrections: self.corrections_size, self.texts: self.texts_size}
        return {self.blob: self.size, **lent, **{blob: size for blob, size in others.items() if blob}}


@dataclass(frozen=True, slots=True)
class Stored:
    """A table as it is kept: its pieces from the top down. ``columns`` gives their order where a piece adds some."""

    pieces: tuple[Piece, ...]
    columns: tuple[str, ...] = ()

    @property
    def height(self) -> int:
        """Number of rows."""
        return sum(piece.rows for piece in self.pieces)


@dataclass(frozen=True, slots=True)
class StoredDocument:
    """A file kept as it was given; its address is the sha256 of its bytes."""

    sha256: str
    name: str
    size: int


@dataclass(frozen=True, slots=True)
class PartEntry:
    """One source part of a version."""

    name: str
    meta: Mapping[str, Any]
    rows: Stored
    tables: Mapping[str, Stored]


@dataclass(frozen=True, slots=True)
class Manifest:
    """One version: what it holds, where that is kept, and which version came before."""

    version: int
    parent: int
    parent_sha256: str
    published: str
    summary: Mapping[str, Any]
    parts: tuple[PartEntry, ...]
    decisions: Stored
    documents: tuple[StoredDocument, ...]
    tables: Mapping[str, Stored]

    def holds_the_same(self, other: Manifest) -> bool:
        """Says whether two versions hold the same content, whoever published them, when, and when files were read."""
        return self._content() == other._content()

    def _content(self) -> tuple[Any, ...]:
        parts = tuple(replace(part, meta=unread(part.meta)) for part in self.parts)
        return parts, self.decisions, self.documents, self.tables

    def blobs(self) -> dict[str, int]:
        """Returns every blob this version needs, with its size in bytes."""
        parts = [table for part in self.parts for table in (part.rows, *part.tables.values())]
        stored = [*parts, self.decisions, *self.tables.values()]
        return {blob: size for table in stored for piece in table.pieces for blob, size in piece.blobs().items()}

    def to_bytes(self) -> bytes:
        """Returns the manifest as deterministic, readable JSON."""
        return as_json({"format": FORMAT, **_told(self)})


def unread(meta: Mapping[str, Any]) -> dict[str, Any]:
    """Returns a part's meta without the moment it was read."""
    return {key: value for key, value in meta.items() if key != WHEN_READ}


def as_json(value: Any) -> bytes:
    """Returns JSON text that is the same for the same value."""
    return (json.dumps(value, sort_keys=True, indent=1, allow_nan=False) + "\n").encode("ascii")


def address(content: bytes) -> str:
    """Returns the name that content goes by: the sha256 of its bytes."""
    return sha256(content).hexdigest()


def read_json(content: bytes, where: str) -> dict[str, Any]:
    """Reads HEAD or a manifest; StoreError if it is damaged or its format is newer than this program knows."""
    try:
        value = json.loads(content)
        number = value["format"]
        newer = number > FORMAT
    except (ValueError, KeyError, TypeError) as error:
        raise damaged("it cannot be read", where) from error
    if newer:
        raise StoreError(
            f"the store has format {number}, and this eamap knows formats up to {FORMAT}",
            hint="Upgrade eamap; the store was written by a newer one.",
            where=where,
        )
    assert isinstance(value, dict)
    return value


def read_manifest(content: bytes, where: str) -> Manifest:
    """Reads a manifest; StoreError if it is damaged or too new."""
    value = read_json(content, where)
    try:
        return Manifest(
            **{key: value[key] for key in ("version", "parent", "parent_sha256", "published", "summary")},
            parts=tuple(_part(part) for part in value["parts"]),
            decisions=_stored(value["decisions"]),
            documents=tuple(StoredDocument(**document) for document in value["documents"]),
            tables=_tables(value["tables"]),
        )
    except (KeyError, TypeError) as error:
        raise damaged("it lacks a part", where) from error


def damaged(words: str, where: str) -> StoreError:
    """Returns the error about a file of a store that is not what it should be."""
    hint = "Put the store's folder back from a copy, or ingest the sources again into another with --store."
    return StoreError(f"this file of the store is damaged: {words}", hint=hint, where=where)


def _told(value: Any) -> Any:
    """Returns a value as JSON holds it; what a table or piece does not use is left out."""
    if isinstance(value, Manifest | PartEntry | StoredDocument | Stored | Piece | Borrowed):
        told = ((field, getattr(value, field.name)) for field in fields(value))
        return {field.name: _told(stated) for field, stated in told if stated != field.default}
    if isinstance(value, Mapping):
        return {key: _told(item) for key, item in value.items()}
    return [_told(item) for item in value] if isinstance(value, tuple) else value


def _stored(value: Mapping[str, Any]) -> Stored:
    return Stored(tuple(_piece(**piece) for piece in value["pieces"]), tuple(value.get("columns", ())))


def _piece(borrowed: Sequence[Mapping[str, Any]] = (), coded: Sequence[str] = (), **value: Any) -> Piece:
    return Piece(borrowed=tuple(Borrowed(**lender) for lender in borrowed), coded=tuple(coded), **value)


def _tables(value: Mapping[str, Any]) -> dict[str, Stored]:
    return {name: _stored(table) for name, table in value.items()}


def _part(value: Mapping[str, Any]) -> PartEntry:
    return PartEntry(value["name"], value["meta"], _stored(value["rows"]), _tables(value["tables"]))
