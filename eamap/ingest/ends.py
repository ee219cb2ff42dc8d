"""The ends of links and the parents of things: from what a cell names to the id of the thing it names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eamap.ingest.cells import Cells
from eamap.ingest.frames import split_values
from eamap.ingest.mapping import EndSpec
from eamap.ingest.selected import Selected
from eamap.ingest.systems import first_stated, keys_of_systems, system_keys
from eamap.model.ids import key_parts

if TYPE_CHECKING:
    import polars as pl


def parent_keys(selected: Selected, end: EndSpec) -> pl.Series:
    """Returns the key of the thing each row's thing belongs to.

    What names no system still belongs to somebody: an asset, an interface of a system that is not known.
    """
    if end.what == "organisation":
        return organisation_codes(selected, end.column)
    return first_stated(system_keys(selected, end.column), selected.organisation)


def organisation_codes(selected: Selected, column: str) -> pl.Series:
    """Returns the code of the one organisation that a column names, complaining of each that nobody knows."""
    reading = selected.reading
    if reading.is_own(column):
        return selected.organisation
    if column in reading.match.mapping.stating:
        return selected.take(reading.stated_codes(column))
    if column in selected.items:
        return reading.organisation_codes(Cells.of(selected.items[column], None), selected.rows, column)
    if column not in reading.organisations_in:
        reading.organisations_in[column] = reading.organisation_codes(reading.cells(column), reading.rows, column)
    return selected.take(reading.organisations_in[column])


def end_ids(selected: Selected, end: EndSpec, own: pl.Series) -> pl.DataFrame:
    """Returns the ids a cell names: columns ``at`` (index into the selected rows) and ``id``; several for a list."""
    import polars as pl

    if end.what == "self":
        return pl.DataFrame({"at": _every(own), "id": own}).drop_nulls()
    if end.what == "endpoint":
        return _endpoints(selected, end)
    if end.what == "organisation" and not end.split:
        codes = organisation_codes(selected, end.column)
        return _named(_every(codes), "organisation", codes)
    items = _items(selected, end.column, split=end.split)
    match end.what:
        case "organisation":
            return _named(items["at"], "organisation", _codes(selected, end.column, items))
        case "system":
            return _systems(selected, end, items)
        case "component":
            within = parent_keys(selected, EndSpec(what="system", column=end.within)).gather(items["at"])
            return _named(items["at"], "component", within + "/" + key_parts(items["text"]))
        case "capability":
            return _named(items["at"], "capability", key_parts(items["text"], organisation=True))
        case _:
            return _named(items["at"], end.what, key_parts(items["text"]))


def _every(rows: pl.Series) -> pl.Series:
    import polars as pl

    return pl.int_range(rows.len(), dtype=pl.UInt32, eager=True).alias("at")


def _named(at: pl.Series, kind: str, keys: pl.Series) -> pl.DataFrame:
    import polars as pl

    return pl.DataFrame({"at": at, "key": keys}).drop_nulls().select("at", pl.format(f"{kind}:{{}}", "key").alias("id"))


def _items(selected: Selected, column: str, *, split: bool) -> pl.DataFrame:
    """Returns the texts of a column, one line for each item of a list: columns ``at`` and ``text``."""
    import polars as pl

    texts = selected.values(column)
    frame = pl.DataFrame({"at": _every(texts), "text": split_values(texts) if split else texts})
    return (frame.explode("text") if split else frame).drop_nulls("text")


def _codes(selected: Selected, column: str, items: pl.DataFrame) -> pl.Series:
    cells = Cells.of(items["text"], None)
    return selected.reading.organisation_codes(cells, selected.rows.gather(items["at"]), column)


def _systems(selected: Selected, end: EndSpec, items: pl.DataFrame) -> pl.DataFrame:
    organisation = selected.organisation.gather(items["at"])
    if end.organisation:
        organisation = first_stated(_single(selected, end.organisation).gather(items["at"]), organisation)
    cells = Cells.of(items["text"], None)
    return _named(items["at"], "system", keys_of_systems(selected.reading, cells, organisation))


def _single(selected: Selected, column: str) -> pl.Series:
    """Returns the code in a column where it names exactly one organisation, else null."""
    import polars as pl

    items = _items(selected, column, split=True)
    coded = items.with_columns(_codes(selected, column, items).alias("code")).drop_nulls("code")
    one = coded.group_by("at").agg(pl.len(), pl.first("code")).filter(pl.col("len") == 1)
    return pl.DataFrame({"at": _every(selected.rows)}).join(one, on="at", how="left", maintain_order="left")["code"]


def _endpoints(selected: Selected, end: EndSpec) -> pl.DataFrame:
    """The systems that are named; where none is, the organisations, whose systems are then not known."""
    import polars as pl

    systems = _systems(selected, end, _items(selected, end.column, split=True))
    if not end.organisation:
        return systems
    named = _items(selected, end.organisation, split=True)
    bodies = _named(named["at"], "organisation", _codes(selected, end.organisation, named))
    return pl.concat([systems, bodies.join(systems, on="at", how="anti")])
