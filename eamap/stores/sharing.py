"""Keeps a table of the estate as references to the source parts it was put together from, where it is nothing else.

Most kinds of thing are attested by one source each: the estate's table is then the part's table with ``source`` added, and
writing a million rows twice would double the cost of an ingest. Where the publication does not say so itself, runs of equal
``source`` are compared with the table of that part, which costs a twentieth of writing them. Rows that reconciliation
changed, merged or moved are simply kept as they are.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from eamap.stores.manifest import Piece, Stored

if TYPE_CHECKING:
    import polars as pl

    from eamap.stores.blobs import Blobs

Told = Mapping[str, tuple[Callable[[], "pl.DataFrame"], Stored]]
"""The table of one name in each part that has it: what reads it, and how it is kept."""

WORTH_SHARING = 1000
"""Shorter runs are not worth a file of their own."""


def shared_table(blobs: Blobs, table: pl.DataFrame, *, parts: Told) -> Stored | None:
    """Returns how to keep ``table`` with the help of the parts' tables of the same name, or None if they are no help.

    ``parts`` are the tables of the same name by part.
    """
    import polars as pl

    if "source" not in table.columns or table.height < WORTH_SHARING or table.schema["source"] != pl.String:
        return None
    runs = table["source"].rle().struct.unnest()
    # A part told in several runs cannot be the part as a whole; many runs mean that rows are mixed.
    if runs.height > 4 * len(parts) + 4:
        return None
    spans = _spans(runs)
    kept = [_reference(table.slice(start, length), source, parts) for source, start, length in spans]
    if not any(kept):
        return None
    return Stored(_with_own_rows(blobs, table, spans, kept), tuple(table.columns))


def whole_part(stored: Stored, part: str, table: pl.DataFrame) -> Stored:
    """Returns how to keep ``table``, which is known to be the table of one part that is kept as ``stored``."""
    return Stored(_of_source(stored, part), tuple(table.columns))


def _of_source(stored: Stored, source: str) -> tuple[Piece, ...]:
    return tuple(replace(piece, source=source) for piece in stored.pieces)


def _spans(runs: pl.DataFrame) -> list[tuple[str | None, int, int]]:
    starts = (runs["len"].cum_sum() - runs["len"]).to_list()
    return list(zip(runs["value"].to_list(), starts, runs["len"].to_list(), strict=True))


def _reference(rows: pl.DataFrame, source: str | None, parts: Told) -> tuple[Piece, ...]:
    if source is None or source not in parts or rows.height < WORTH_SHARING:
        return ()
    read, stored = parts[source]
    if stored.height != rows.height:
        return ()
    told, names = read(), [name for name in rows.columns if name != "source"]
    if sorted(told.columns) != sorted(names):
        return ()
    told = told.select(names)
    if told.schema != rows.select(names).schema or not told.equals(rows.select(names)):
        return ()
    return _of_source(stored, source)


def _with_own_rows(
    blobs: Blobs, table: pl.DataFrame, spans: list[tuple[str | None, int, int]], kept: list[tuple[Piece, ...]]
) -> tuple[Piece, ...]:
    pieces: list[Piece] = []
    own_start = own_rows = 0
    for (_, start, length), references in zip(spans, kept, strict=True):
        if not references:
            own_start, own_rows = (own_start if own_rows else start), own_rows + length
            continue
        if own_rows:
            pieces.append(blobs.stage(table.slice(own_start, own_rows)))
        own_rows = 0
        pieces.extend(references)
    if own_rows:
        pieces.append(blobs.stage(table.slice(own_start, own_rows)))
    return tuple(pieces)
