"""The keys of systems that cells name: by key alone, or as ``ORG/key`` where the first part is a known code."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eamap.ingest.cells import Cells, Judged
from eamap.ingest.reading import Reading
from eamap.ingest.references import qualified_key
from eamap.ingest.selected import Selected
from eamap.model.coded import Coded, paired

if TYPE_CHECKING:
    import polars as pl


def system_keys(selected: Selected, column: str) -> pl.Series:
    """Returns ``ORG/key`` for the systems a column names; null where the cell is empty or the organisation is not known."""
    reading = selected.reading
    if column in selected.items:
        return keys_of_systems(reading, Cells.of(selected.items[column], None), selected.organisation)
    return selected.taken(_whole_column(reading, column))


def coded_system_keys(selected: Selected, column: str) -> Coded | None:
    """Returns the same for the whole sheet as codes, where the organisation and the cells are coded."""
    if column in selected.items:
        return None
    keys = _whole_column(selected.reading, column)
    return keys if isinstance(keys, Coded) else None


def _whole_column(reading: Reading, column: str) -> Coded | pl.Series:
    """Makes the keys of a column for the whole sheet, once: several rules and fields name the same column."""
    if column not in reading.system_keys:
        cells = reading.cells(column)
        coded = _coded_keys(reading, cells)
        reading.system_keys[column] = coded or keys_of_systems(reading, cells, reading.organisation)
    return reading.system_keys[column]


def _coded_keys(reading: Reading, cells: Cells) -> Coded | None:
    own, keys = reading.organisation_coded, cells.coded(cells.key)
    if own is None or keys is None or _names_organisations(reading, cells):
        return None
    return paired(own, keys, "/")


def keys_of_systems(reading: Reading, cells: Cells, organisation: pl.Series) -> pl.Series:
    """Returns ``ORG/key`` for the systems that cells name, each of the organisation beside it unless it names another."""
    import polars as pl

    plain = pl.DataFrame({"organisation": organisation, "key": cells.keys}).select(
        pl.format("{}/{}", "organisation", "key")
    )
    if not _names_organisations(reading, cells):
        return plain.to_series()
    return first_stated(cells.spread(_qualified(reading, cells)), plain.to_series())


def _names_organisations(reading: Reading, cells: Cells) -> bool:
    return bool(_qualified(reading, cells).is_not_null().any())


def _qualified(reading: Reading, cells: Cells) -> pl.Series:
    """Returns the whole key for each distinct text that names the organisation too; a slash may also be part of a key."""
    import polars as pl

    if "qualified" in cells.read:
        return cells.read["qualified"].values
    known = reading.organisations
    suspects = cells.distinct.str.contains("/", literal=True).fill_null(False).arg_true()
    keys = pl.Series([None], dtype=pl.String).new_from_index(0, cells.distinct.len())
    if suspects.len():
        found = [qualified_key(text, known) for text in cells.distinct.gather(suspects).to_list()]
        keys = keys.scatter(suspects, pl.Series(found, dtype=pl.String))
    cells.read["qualified"] = Judged(keys, {})
    return keys


def first_stated(one: pl.Series, other: pl.Series) -> pl.Series:
    """Returns the one column, and the other where the one says nothing."""
    import polars as pl

    return pl.select(pl.coalesce(one, other)).to_series() if one.null_count() else one
