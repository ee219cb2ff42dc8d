"""Organisations that rows name and nobody knows: not ODS, not the estate's own file. The nearest known one is suggested."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from eamap.ingest.known import Known
from eamap.model.estate import ISSUES, LINKS, THINGS
from eamap.model.schema import table_schema
from eamap.protocols import SourceTables

if TYPE_CHECKING:
    import polars as pl

_FIELDS = {
    "system": "operator",
    "interface": "exposer",
    "absence": "organisation",
    "contract": "buyer",
    "component": "operator",
    "site": "operator",
    "work-package": "organisation",
}
_LINKS = ("USES", "CONSUMES", "PART_OF", "PARTY_TO", "SUCCEEDED_BY")


def unknown_organisations(
    tables: Mapping[str, pl.DataFrame], told: Mapping[str, str], parts: Sequence[SourceTables], known: Known, on: date
) -> pl.DataFrame:
    """Returns one issue for each unknown organisation and source, at the first row that names it.

    ``told`` are the tables that are one part's as it stands, each with that part's name.
    """
    import polars as pl

    known_ids = _known_ids(tables, known)
    coded = {part.part: part.coded for part in parts}
    schema = {"id": pl.String(), "source": pl.String(), "row": pl.UInt32(), "rule": pl.String(), "fed": pl.String()}
    found = [pl.DataFrame(schema=schema)]
    for name, column, fed in _named(tables):
        codes = coded[told[name]].get(name, {}).get(column) if name in told else None
        texts = codes.texts if codes else tables[name][column]
        found.append(_strange(tables[name], column, fed, _unknown(texts, known_ids)))
    every = pl.concat(found)
    first = every.sort("id", "source", "row", "fed", "rule").unique(["id", "source"], keep="first", maintain_order=True)
    metas = {part.part: part.meta for part in parts}
    rows = [
        {
            "source": row["source"], **_place(metas.get(row["source"], {}), row), "row": row["row"],
            "code": "unknown-organisation", "message": "names an organisation that neither ODS nor the estate's own files know",
            "hint": _hint(row["id"], known, on), "value": row["id"].removeprefix("organisation:"), "blocks": False,
        }
        for row in first.to_dicts()
    ]  # fmt: skip
    return pl.DataFrame(rows, schema=table_schema(ISSUES))


def _known_ids(tables: Mapping[str, pl.DataFrame], known: Known) -> pl.DataFrame:
    import polars as pl

    from eamap.reference import organisations

    listed = organisations.load(known.reference).frame.select(("organisation:" + pl.col("code")).alias("id"))
    name = THINGS + "organisation"
    return pl.concat([listed, tables[name].select("id")]) if name in tables else listed


def _named(tables: Mapping[str, pl.DataFrame]) -> Iterable[tuple[str, str, str]]:
    """Gives every table that names organisations, the column that does, and under what name its citation is kept."""
    for kind, field in _FIELDS.items():
        if THINGS + kind in tables:
            yield THINGS + kind, field, field
    for relation in _LINKS:
        if LINKS + relation in tables:
            yield from ((LINKS + relation, end, relation) for end in ("from", "to"))


def _unknown(texts: pl.Series, known: pl.DataFrame) -> pl.Series:
    """Returns the ids among some texts that are of organisations nobody knows, each once."""
    import polars as pl

    distinct = pl.DataFrame({"id": texts.unique()}).filter(pl.col("id").str.starts_with("organisation:"))
    return distinct.join(known, on="id", how="anti")["id"]


def _strange(frame: pl.DataFrame, column: str, fed: str, unknown: pl.Series) -> pl.DataFrame:
    """Returns the rows that name an unknown organisation; the distinct ids are few, so they were looked at first."""
    import polars as pl

    said = frame.filter(pl.col(column).is_in(unknown.implode())) if unknown.len() else frame.clear()
    return said.select(
        pl.col(column).alias("id"), "source", pl.col("row").cast(pl.UInt32), "rule", pl.lit(fed).alias("fed")
    )


def _place(meta: Mapping[str, Any], row: Mapping[str, Any]) -> dict[str, str]:
    """Returns the file, sheet and column in which an organisation is named; no column where several may be meant."""
    columns = meta.get("fields", {}).get(row["rule"], {}).get(row["fed"], ())
    column = columns[0] if len(columns) == 1 else ""
    places = meta.get("places", {})
    return {"file": meta.get("file", ""), "sheet": meta.get("sheet", ""), "column": places.get(column, column)}


def _hint(identifier: str, known: Known, on: date) -> str:
    from eamap.reference import organisations

    code = identifier.removeprefix("organisation:")
    suggestions = organisations.load(known.reference).suggest(code, on)
    meant = "; perhaps ".join(f"{each.code} {each.name}" for each in suggestions[:2])
    return (
        f"perhaps {meant}"
        if meant
        else "correct the code, or add the body to an organisation file of the estate and ingest that"
    )
