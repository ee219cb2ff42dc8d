"""Columns as Categorical: what reading a sheet found out about its distinct texts, handed on to the store.

Finding the distinct texts of a column costs more than writing it, and a store that has only the texts must do it again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from eamap.ingest.fields import judge, reader_of
from eamap.ingest.mapping import RuleSpec
from eamap.ingest.reading import Reading
from eamap.ingest.selected import Selected
from eamap.ingest.things import is_read

if TYPE_CHECKING:
    import polars as pl


def coded_rows(reading: Reading) -> dict[str, pl.Series]:
    """Returns the columns of the raw rows that are known by their distinct texts, by raw name."""
    found = ((reading.raw_name(column), cells.coded(cells.raw)) for column, cells in reading.read_columns())
    return {name: series for name, series in found if name and series is not None}


def coded_fields(reading: Reading, rule: RuleSpec, selected: Selected) -> dict[str, pl.Series]:
    """Returns the text fields of a rule's things that were read from one column each, and the name of the rule."""
    import polars as pl

    found = {
        "rule": pl.Series([rule.rule], dtype=pl.Categorical(pl.Categories(rule.rule))).new_from_index(0, len(selected))
    }
    for name, spec in rule.fields.items():
        if is_read(rule.make, name, spec) and spec.column not in selected.items:
            cells, reader = reading.cells(spec.column), reader_of(rule.make, name, reading.words, word_list=spec.words)
            series = cells.coded(judge(cells, rule.make, name, reader).values)
            if series is not None:
                found[name] = selected.take(series)
    return found
