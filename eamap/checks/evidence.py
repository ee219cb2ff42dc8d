"""The cells behind verdicts: those of the fields a check read, or, for what is not there, the row that was searched.

Many findings are cited at once, by joins: asking the estate for each cell of each finding costs milliseconds a piece.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from eamap.checks.cells import CITATION, cells
from eamap.checks.kinds import kinds_named
from eamap.model.citations import Citation
from eamap.model.relations import RELATIONS

if TYPE_CHECKING:
    import polars as pl

    from eamap.checks.definition import Check
    from eamap.model.estate import Estate

__all__ = ["CITATION", "cells_of_fields", "cells_of_rows", "evidence", "evidence_of_rows"]

_CITED_AS = {"reading": "statement", "claim": "standard"}
"""Fields worked out from a document or a match > the field a person would look at."""


def evidence(estate: Estate, check: Check, subject: str, identity: str) -> tuple[Citation, ...]:
    """Returns the cells that a check read about one subject, the fields it depends on first."""
    import polars as pl

    return evidence_of_rows(estate, check, pl.DataFrame({"subject": [subject], "identity": [identity]}))[0]


def evidence_of_rows(estate: Estate, check: Check, rows: pl.DataFrame) -> list[tuple[Citation, ...]]:
    """Returns the cells that a check read for each row (``subject``, ``identity``), the fields it depends on first."""
    found: list[list[Citation]] = [[] for _ in range(rows.height)]
    for at, *cell in cells_of_rows(estate, check, rows).iter_rows():
        found[at].append(Citation(*cell))
    return [tuple(cells) for cells in found]


def cells_of_rows(estate: Estate, check: Check, rows: pl.DataFrame) -> pl.DataFrame:
    """Returns the same as a table: ``at`` (the place of the row among ``rows``) and the columns of a citation, in order."""
    import polars as pl

    rows = rows.select(pl.int_range(pl.len(), dtype=pl.UInt32).alias("at"), "subject", "identity")
    places: list[pl.DataFrame] = []
    for field in check.fields:
        asked, linked = _asked(estate, rows, field)
        places += [linked, _stated(estate, asked)]
    found = cells(estate, pl.concat(places))
    bare = rows.join(found, on="at", how="anti")
    if bare.height:
        whole = bare.select("at", pl.col("subject").alias("id"), pl.lit("").alias("name"))
        found = pl.concat([found, cells(estate, _stated(estate, whole))])
    return _tidy(found)


def cells_of_fields(estate: Estate, asked: pl.DataFrame) -> pl.DataFrame:
    """Returns the cells of fields of things: ``asked`` has ``at``, ``id`` and ``name`` (empty: the whole row).

    The result has ``at`` and the columns of a citation, in the order asked.
    """
    return _tidy(cells(estate, _stated(estate, asked)))


def _tidy(found: pl.DataFrame) -> pl.DataFrame:
    # A whole row says nothing more where a cell of it is named.
    import polars as pl

    found = found.unique(maintain_order=True)
    whole = pl.col("column") == ""
    rest = found.filter(whole).join(found.filter(~whole), on=["at", "sha256", "sheet", "row"], how="anti")
    return pl.concat([found.filter(~whole), rest]).sort("at", maintain_order=True)


def _asked(estate: Estate, rows: pl.DataFrame, field: str) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Returns what to look up (``at``, ``id``, ``name``), and the rows of links that are known already."""
    import polars as pl

    prefix, colon, rest = field.partition(":")
    own = pl.col("subject").alias("id")
    if not colon and "." in field:
        return _far(estate, rows, field), _no_places()
    if prefix in ("count", "first"):
        linked = _links_of(estate, rows, rest.partition("/")[0])
        return rows.join(linked, on="at", how="anti").select("at", own, pl.lit("").alias("name")), linked
    if prefix == "mention":
        return _mentioned(estate, rows)
    name = pl.col("identity") if prefix == "conflict" else pl.lit(_CITED_AS.get(prefix) or (rest if colon else field))
    return rows.select("at", own, name.alias("name")), _no_places()


def _far(estate: Estate, rows: pl.DataFrame, field: str) -> pl.DataFrame:
    import polars as pl

    column, _, name = field.partition(".")
    kind = rows["subject"].first()
    things = estate.things(str(kind).partition(":")[0]) if kind is not None else None
    if things is None or column not in things.columns:
        return rows.select("at", pl.col("subject").alias("id"), pl.lit(name).alias("name")).clear()
    near = rows.join(things.select("id", pl.col(column).alias("far")), left_on="subject", right_on="id").drop_nulls(
        "far"
    )
    kinds = [each for each in kinds_named(estate, near["far"]) if name in estate.things(each).columns]
    held = [estate.things(each).drop_nulls(name).select("id") for each in kinds]
    found = near.join(pl.concat(held), left_on="far", right_on="id", how="semi") if held else near.clear()
    return found.select("at", pl.col("far").alias("id"), pl.lit(name).alias("name"))


def _links_of(estate: Estate, rows: pl.DataFrame, relation: str) -> pl.DataFrame:
    import polars as pl

    links = estate.links(relation).drop_nulls("source")
    ends = [rows.join(links, left_on="subject", right_on=end) for end in ("from", "to")]
    return pl.concat([found.select("at", "source", "row", "rule", pl.lit("").alias("name")) for found in ends])


def _mentioned(estate: Estate, rows: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    import polars as pl

    parts = pl.col("identity").str.splitn(" ", 2).struct
    rows = rows.with_columns(parts.field("field_0").alias("name"), parts.field("field_1").alias("target"))
    by_link = pl.col("name").is_in(list(RELATIONS))
    asked = rows.filter(~by_link.fill_null(False)).select("at", pl.col("subject").alias("id"), "name")
    linked = [_no_places()]
    for relation in rows.filter(by_link)["name"].unique().sort().to_list():
        links = estate.links(relation).drop_nulls("source")
        of_this = rows.filter(pl.col("name") == relation)
        for near, far in (("from", "to"), ("to", "from")):
            found = of_this.join(links, left_on=["subject", "target"], right_on=[near, far])
            linked.append(found.select("at", "source", "row", "rule", "name"))
    return asked, pl.concat(linked)


def _no_places() -> pl.DataFrame:
    import polars as pl

    return pl.DataFrame(
        schema={"at": pl.UInt32, "source": pl.String, "row": pl.UInt32, "rule": pl.String, "name": pl.String}
    )


def _stated(estate: Estate, asked: pl.DataFrame) -> pl.DataFrame:
    """Returns the rows that state what is asked, as :meth:`Estate.cite` does for one thing: the winner first."""
    import polars as pl

    columns = ("at", "source", "row", "rule", "name")
    asked = asked.with_columns(pl.col("name").fill_null("")).cast({"at": pl.UInt32})
    stated = estate.attestations.join(asked, on="id", how="semi")
    field = asked.join(
        stated.sort("won", descending=True, maintain_order=True),
        left_on=["id", "name"],
        right_on=["id", "field"],
        maintain_order="left_right",
    )
    several = stated.select("id", "source", "row", "rule").unique(maintain_order=True)
    whole = asked.filter(pl.col("name") == "").join(several, on="id", maintain_order="left_right")
    rest = asked.join(
        pl.concat([each.select("at", "id", "name") for each in (field, whole)]), on=["at", "id", "name"], how="anti"
    )
    kinds = kinds_named(estate, rest["id"])
    own = [
        rest.join(estate.things(each).select("id", "source", "row", "rule"), on="id", maintain_order="left")
        for each in kinds
    ]
    return pl.concat([found.select(columns) for found in (field, whole, *own)])
