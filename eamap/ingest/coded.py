"""The columns of a sheet and of the things in it that are handed to the store as codes."""

from __future__ import annotations

from eamap.ingest.fields import judge
from eamap.ingest.mapping import FieldSpec, RuleSpec
from eamap.ingest.reading import Reading
from eamap.ingest.selected import Selected
from eamap.ingest.things import coded_reference, is_read, refers_to
from eamap.model.coded import Coded


def coded_rows(reading: Reading) -> dict[str, Coded]:
    """Returns the columns of the raw rows that are known by their distinct texts, by raw name."""
    found = ((reading.raw_name(column), cells.coded(cells.raw)) for column, cells in reading.read_columns())
    return {name: coded for name, coded in found if name and coded}


def coded_fields(reading: Reading, rule: RuleSpec, selected: Selected) -> dict[str, Coded]:
    """Returns the text fields of a rule's things that were read from one column each, and the name of the rule."""
    import polars as pl

    first = pl.Series([0], dtype=pl.UInt32).new_from_index(0, len(selected))
    found = {"rule": Coded(first, pl.Series([rule.rule]))}
    for name, spec in rule.fields.items():
        if coded := _coded_field(reading, rule.make, name, spec, selected):
            found[name] = coded.at(selected.positions)
    return found


def _coded_field(reading: Reading, kind: str, name: str, spec: FieldSpec, selected: Selected) -> Coded | None:
    if spec.column in selected.items:
        return None
    if is_read(kind, name, spec):
        cells, reader = reading.cells(spec.column), reading.reader(kind, name, spec)
        return cells.coded(judge(cells, kind, name, reader).values)
    what = refers_to(kind, name) if spec.how == "value" and not spec.const else ""
    return coded_reference(what, spec, selected) if what else None
