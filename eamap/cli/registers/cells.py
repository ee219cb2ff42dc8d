"""The cells behind rows of a register: of the inventory, of plans and answers, of decisions, of the reference data."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl

    from eamap.cli.registers.made import Registers

COLUMNS = ("id", "what", "source", "sha256", "sheet", "row", "column", "value")
_KINDS = ("component", "system", "plan")
_PEOPLE = ("system.owner_role", "system.description", "system", "component", "plan", "mitigation", "acceptance")
"""What may name people, or be a whole row in which they stand."""
_DECISIONS = ("mitigation", "acceptance", "entitlement")


def cells_behind(registers: Registers, identifiers: list[str], rests: Iterable[str] | None = None) -> pl.DataFrame:
    """Returns the cells that some components' rows rest on: ``id``, ``what`` (system.name, lifecycle) and a citation.

    ``rests`` are what is wanted, as :mod:`eamap.analysis.registers.entry_columns` writes it; by default all that the packs show.
    """
    import polars as pl

    wanted = tuple(dict.fromkeys(every() if rests is None else rests))
    things = _things(registers, identifiers)
    told = [
        _cited(registers, _asked(registers, things, wanted)),
        _of_data(registers, things, wanted),
        _decided(registers, identifiers, wanted),
    ]
    place = {what: nth for nth, what in enumerate(wanted)}
    found = pl.concat(told).with_columns(
        pl.col("what").replace_strict(place, default=len(place), return_dtype=pl.Int64).alias("nth")
    )
    return found.sort("id", "nth", maintain_order=True).select(COLUMNS)


def shown_to(profile: str, cells: pl.DataFrame) -> pl.DataFrame:
    """Returns the cells that a profile shows: partners see no cell that may name people."""
    import polars as pl

    return cells if profile == "full" else cells.filter(~pl.col("what").is_in(_PEOPLE))


def every() -> list[str]:
    """Returns all that the rows of components rest on, in the order of the columns."""
    from eamap.analysis.registers.entry_columns import CATALOGUE

    return [each for column in CATALOGUE.values() for each in column.rests]


def _things(registers: Registers, identifiers: list[str]) -> pl.DataFrame:
    """Returns the system, plan and entitlement of each component; a system's row stands for itself."""
    import polars as pl

    asked = pl.DataFrame({"component": identifiers}, schema={"component": pl.String})
    items = registers.register.items.select(
        pl.col("id").alias("component"), "system", "plan", "product", "cycle", "eol_worst", "link"
    )
    found = asked.join(items, on="component", how="left", maintain_order="left")
    own = pl.when(pl.col("component").str.starts_with("system:")).then("component")
    return found.with_columns(pl.coalesce("system", own).alias("system"))


def _asked(registers: Registers, things: pl.DataFrame, wanted: tuple[str, ...]) -> pl.DataFrame:
    """Returns which fields of which things are to be cited: owner, what, id, name."""
    import polars as pl

    parts = [each.partition(".") for each in wanted]
    found = [
        things.select(
            pl.col("component").alias("owner"), pl.lit(kind + dot + name).alias("what"), pl.col(kind).alias("id"), pl.lit(name).alias("name")
        )
        for kind, dot, name in parts if kind in _KINDS
    ]  # fmt: skip
    if "answers" in wanted:
        held = registers.scores.drop_nulls("answer").filter(pl.col("answer").str.starts_with("assessment:"))
        found.append(
            things.join(held.select("system", "answer"), on="system").select(
                pl.col("component").alias("owner"),
                pl.lit("answers").alias("what"),
                pl.col("answer").alias("id"),
                pl.lit("score").alias("name"),
            )
        )
    if "reports" in wanted:
        reported = registers.opened.on.things("vulnerability").select("component", "id")
        found.append(
            things.join(reported, on="component").select(
                pl.col("component").alias("owner"), pl.lit("reports").alias("what"), "id", pl.lit("cve").alias("name")
            )
        )
    schema = dict.fromkeys(("owner", "what", "id", "name"), pl.String())
    return pl.concat([pl.DataFrame(schema=schema), *found]).drop_nulls("id")


def _cited(registers: Registers, asked: pl.DataFrame) -> pl.DataFrame:
    """Cites fields and rows: a cell that is empty states nothing, and a field without a column of its own has no cell."""
    import polars as pl

    from eamap.checks.evidence import cells_of_fields

    if not asked.height:
        return _none()
    places = asked.with_row_index("at").with_columns(pl.col("at").cast(pl.UInt32))
    cells = cells_of_fields(registers.opened.estate, places.select("at", "id", "name"))
    found = places.select("at", "owner", "what", "name").join(cells, on="at", maintain_order="left_right")
    stated = (pl.col("name") == "") | (pl.col("value") != "")
    return found.filter(stated).select(pl.col("owner").alias("id"), *COLUMNS[1:]).cast({"row": pl.Int64})


def _of_data(registers: Registers, things: pl.DataFrame, wanted: tuple[str, ...]) -> pl.DataFrame:
    """Cites the row of the lifecycle data by product and release, with the end it gives and the vendor's address."""
    import polars as pl

    if "lifecycle" not in wanted:
        return _none()
    matched = things.drop_nulls("product")
    said = pl.concat_str(
        pl.format("eol {}", pl.col("eol_worst").fill_null("not given")),
        pl.col("link"),
        separator="; ",
        ignore_nulls=True,
    )
    return matched.select(
        pl.col("component").alias("id"), pl.lit("lifecycle").alias("what"), pl.lit(f"reference/lifecycle {registers.snapshot}").alias("source"),
        pl.lit("").alias("sha256"), pl.lit("").alias("sheet"), pl.lit(0, dtype=pl.Int64).alias("row"),
        pl.concat_str("product", "cycle", separator=" ", ignore_nulls=True).alias("column"), said.alias("value"),
    )  # fmt: skip


def _decided(registers: Registers, identifiers: list[str], wanted: tuple[str, ...]) -> pl.DataFrame:
    """Cites decisions by their hash: who, when, until when, why, and where the evidence is."""
    import polars as pl

    items = registers.register.items.filter(pl.col("id").is_in(identifiers))
    decisions = registers.opened.estate.decisions
    told = pl.concat_str(
        *(pl.when(pl.col(name).fill_null("") != "").then(pl.format(f"{name} {{}}", name)) for name in
          ("subject", "object", "field", "value", "who", "date", "expires", "reason", "evidence")), separator="; ", ignore_nulls=True,
    )  # fmt: skip
    found = [_none()]
    for kind in _DECISIONS:
        if kind in wanted:
            key = "entitlement" if kind == "entitlement" else f"{kind}_hash"
            held = (
                items.select("id", pl.col(key).alias("hash"))
                .drop_nulls()
                .join(decisions, on="hash", maintain_order="left")
            )
            found.append(held.select(
                "id", pl.lit(kind).alias("what"), pl.format("decision/{}", "hash").alias("source"), pl.lit("").alias("sha256"),
                pl.lit("").alias("sheet"), pl.lit(0, dtype=pl.Int64).alias("row"), pl.lit(kind).alias("column"), told.alias("value"),
            ))  # fmt: skip
    return pl.concat(found)


def _none() -> pl.DataFrame:
    import polars as pl

    return pl.DataFrame(schema=dict.fromkeys(COLUMNS, pl.String()) | {"row": pl.Int64()})
