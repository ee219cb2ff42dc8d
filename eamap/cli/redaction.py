"""What is left out of a publication before it goes where more people may ask: rows, columns and kinds, not only pictures."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from eamap.cli.sharing import hidden, shows_kind
from eamap.model.decisions import no_decisions
from eamap.model.estate import ISSUES, LINKS, REASONS, THINGS
from eamap.model.relations import RELATIONS
from eamap.protocols import Publication, SourceTables

if TYPE_CHECKING:
    import polars as pl


def redacted(publication: Publication, profile: str) -> Publication:
    """Returns the parts of a publication as a profile shows them, to be reconciled anew.

    A source's own rows, its documents, its problems and what people decided may hold anything: only the full profile
    has them. Citations keep the number of the row, and no longer lead to its cells.
    """
    if profile == "full":
        return publication
    parts = tuple(_part(part, profile) for part in publication.parts)
    return Publication(parts, no_decisions(), {}, {}, publication.summary)


def _part(part: SourceTables, profile: str) -> SourceTables:
    tables = {name: _table(name, table, profile) for name, table in part.tables.items() if _shown(name, profile)}
    gone = hidden(profile)
    fields = {
        rule: {field: columns for field, columns in told.items() if field not in gone}
        for rule, told in part.meta["fields"].items()
    }
    meta = {**part.meta, "fields": fields, "rows": part.meta.get("rows", part.rows.height)}
    return replace(SourceTables(part.part, meta, part.rows.select("row").clear(), tables))


def _shown(name: str, profile: str) -> bool:
    """Whether a table is kept: problems quote cells, and a link to a kind that is not shown would show its ids."""
    if name == ISSUES:
        return False
    if name.startswith(THINGS):
        return shows_kind(name.removeprefix(THINGS), profile)
    if name.startswith(LINKS):
        relation = RELATIONS[name.removeprefix(LINKS)]
        return any(shows_kind(kind, profile) for kind in relation.origins) and any(
            shows_kind(kind, profile) for kind in relation.targets
        )
    return True


def _table(name: str, table: pl.DataFrame, profile: str) -> pl.DataFrame:
    import polars as pl

    gone = hidden(profile)
    if name.startswith(THINGS):
        # The columns stay, so that a table has the shape that the model says, and say nothing.
        return table.with_columns(
            pl.lit(None, dtype=table.schema[each]).alias(each) for each in table.columns if each in gone
        )
    if name == REASONS:
        shown = _kind_of("id").map_elements(lambda kind: shows_kind(kind, profile), return_dtype=pl.Boolean)
        return table.filter(~pl.col("field").is_in(sorted(gone)) & shown).with_columns(
            pl.lit(None, pl.String).alias("stated")
        )
    shown = pl.all_horizontal(
        _kind_of(end).map_elements(lambda kind: shows_kind(kind, profile), return_dtype=pl.Boolean)
        for end in ("from", "to")
    )
    return table.filter(shown) if {"from", "to"} <= set(table.columns) else table


def _kind_of(column: str) -> pl.Expr:
    import polars as pl

    return pl.col(column).str.extract(r"^([a-z-]+):")
