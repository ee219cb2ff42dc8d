"""The ends of links and the parents of things: from what a cell names to the id of the thing it names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from eamap.ingest.cells import Cells
from eamap.ingest.frames import split_values
from eamap.ingest.mapping import EndSpec
from eamap.ingest.reading import Reading
from eamap.ingest.references import system_key
from eamap.model.ids import key_parts

if TYPE_CHECKING:
    import polars as pl

_ORGANISATION_HINT = "use its ODS code, or add it to an organisation file of the estate and ingest that as well"


@dataclass(frozen=True, slots=True)
class Selected:
    """Some rows of a sheet, some of them several times where one cell holds several things.

    ``positions`` point into the sheet's rows; ``None`` stands for all of them, once. ``items`` holds, for a column that was
    taken apart, the one item that each position stands for.
    """

    reading: Reading
    positions: pl.Series | None
    items: dict[str, pl.Series]

    def take(self, series: pl.Series) -> pl.Series:
        """Returns a column of the sheet for the selected rows."""
        return series if self.positions is None else series.gather(self.positions)

    def values(self, column: str) -> pl.Series:
        """Returns the values of a column for the selected rows; null where a cell holds none."""
        return self.items[column] if column in self.items else self.take(self.reading.cells(column).values)

    @property
    def rows(self) -> pl.Series:
        """The row numbers, as a person sees them."""
        return self.take(self.reading.rows)

    @property
    def organisation(self) -> pl.Series:
        """The organisation each row is about."""
        return self.take(self.reading.organisation)

    def keep(self, mask: pl.Series) -> Selected:
        """Returns only the rows for which a mask holds."""
        import polars as pl

        if mask.all():
            return self
        positions = self.positions if self.positions is not None else pl.int_range(mask.len(), dtype=pl.UInt32, eager=True)
        return Selected(self.reading, positions.filter(mask), {name: item.filter(mask) for name, item in self.items.items()})


def end_ids(selected: Selected, end: EndSpec, own: pl.Series) -> pl.DataFrame:
    """Returns the ids a cell names: columns ``at`` (index into the selected rows) and ``id``; several for a list."""
    import polars as pl

    if end.what == "self":
        return pl.DataFrame({"at": _every(own), "id": own}).drop_nulls()
    if end.what == "endpoint":
        return _endpoints(selected, end)
    if end.what == "organisation" and not end.column:
        return _named(_every(own), "organisation", selected.organisation)
    items = _items(selected, end.column, split=end.split)
    match end.what:
        case "organisation":
            return _named(items["at"], "organisation", _codes(selected, end.column, items))
        case "system":
            return _systems(selected, end, items)
        case "capability":
            return _named(items["at"], "capability", items["text"].str.to_uppercase())
        case _:
            return _named(items["at"], end.what, key_parts(items["text"]))


def _every(rows: pl.Series) -> pl.Series:
    import polars as pl

    return pl.int_range(rows.len(), dtype=pl.UInt32, eager=True).alias("at")


def _named(at: pl.Series, kind: str, keys: pl.Series) -> pl.DataFrame:
    import polars as pl

    return pl.DataFrame({"at": at, "key": keys}).drop_nulls().select("at", (pl.lit(f"{kind}:") + pl.col("key")).alias("id"))


def _items(selected: Selected, column: str, *, split: bool) -> pl.DataFrame:
    """Returns the texts of a column, one line for each item of a list: columns ``at`` and ``text``."""
    import polars as pl

    texts = selected.values(column)
    frame = pl.DataFrame({"at": _every(texts), "text": split_values(texts) if split else texts})
    return (frame.explode("text") if split else frame).drop_nulls("text")


def _codes(selected: Selected, column: str, items: pl.DataFrame) -> pl.Series:
    """Reads organisations, complaining at its row of each that nobody knows."""
    import polars as pl

    reading = selected.reading
    codes, problems = Cells.of(items["text"], None).mapped("organisation", reading.organisations.code, pl.String())
    bad = items.filter(pl.col("text").is_in(list(problems)))
    reading.complain_rows(
        selected.rows.gather(bad["at"]), "names no organisation eamap knows, by code or by name",
        column=column, code="unknown-organisation", hint=_ORGANISATION_HINT, values=bad["text"], blocks=False,
    )  # fmt: skip
    return codes


def _systems(selected: Selected, end: EndSpec, items: pl.DataFrame) -> pl.DataFrame:
    organisation = selected.organisation.gather(items["at"])
    if end.organisation:
        organisation = _stated_or(_single(selected, end.organisation).gather(items["at"]), organisation)
    return _named(items["at"], "system", system_keys(selected.reading, items["text"], organisation))


def _single(selected: Selected, column: str) -> pl.Series:
    """Returns the code in a column where it names exactly one organisation, else null."""
    import polars as pl

    items = _items(selected, column, split=True)
    coded = items.with_columns(_codes(selected, column, items).alias("code")).drop_nulls("code")
    one = coded.group_by("at").agg(pl.len(), pl.first("code")).filter(pl.col("len") == 1)
    rows = selected.rows
    return pl.DataFrame({"at": _every(rows)}).join(one, on="at", how="left", maintain_order="left")["code"]


def _stated_or(stated: pl.Series, other: pl.Series) -> pl.Series:
    import polars as pl

    return pl.select(pl.coalesce(stated, other)).to_series()


def _endpoints(selected: Selected, end: EndSpec) -> pl.DataFrame:
    """The systems that are named; where none is, the organisations, whose systems are then not known."""
    import polars as pl

    systems = _systems(selected, end, _items(selected, end.column, split=True))
    if not end.organisation:
        return systems
    named = _items(selected, end.organisation, split=True)
    bodies = _named(named["at"], "organisation", _codes(selected, end.organisation, named))
    return pl.concat([systems, bodies.join(systems, on="at", how="anti")])


def system_keys(reading: Reading, texts: pl.Series, organisation: pl.Series) -> pl.Series:
    """Returns ``ORG/key`` for systems named in cells; null where the cell is empty or the organisation is not known."""
    import polars as pl

    keys = pl.select(organisation + "/" + key_parts(texts)).to_series()
    qualified = texts.str.contains("/", literal=True).fill_null(False)
    if not qualified.any():
        return keys
    # "ORG/key" names the organisation too; a slash that follows no known code is part of the key.
    spelled = [
        system_key(text, code or "", reading.organisations) if code or "/" in text else None
        for text, code in zip(texts.filter(qualified).to_list(), organisation.filter(qualified).to_list(), strict=True)
    ]
    return keys.scatter(qualified.arg_true(), pl.Series(spelled, dtype=pl.String))
