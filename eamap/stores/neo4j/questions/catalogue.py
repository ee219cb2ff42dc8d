"""What the server's things have for fields, and its sources for names: enough to judge a selector without its things."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from eamap.model.estate import THINGS, Estate
from eamap.model.selector import EstateOn
from eamap.model.selector.compare import matches
from eamap.model.selector.fields import SEVERAL, FieldType, kinds_with, type_of

if TYPE_CHECKING:
    from datetime import date

    import polars as pl

    from eamap.model.selector.grammar import FieldName, Text

TEXT, WHOLE, NUMBER, OTHER = "text", "whole", "number", "other"
"""What a column holds, as far as selectors care."""


@dataclass(frozen=True, eq=False)
class Catalogue:
    """The columns of every kind on the server, what each holds, and the source parts as (name, source)."""

    columns: Mapping[str, Mapping[str, str]]
    parts: Sequence[tuple[str, str]]
    as_of: date

    @cached_property
    def on(self) -> EstateOn:
        """An estate with the server's tables, all of them empty."""
        return self.estate_of({})

    def estate_of(self, things: Mapping[str, Sequence[Mapping[str, object]]]) -> EstateOn:
        """Returns an estate that holds some of the server's things, each kind with all its columns."""
        import polars as pl

        tables = {
            THINGS + kind: pl.DataFrame(list(things.get(kind, ())), schema=self.schema(kind), infer_schema_length=None)
            for kind in self.columns
        }
        return EstateOn(Estate(tables), self.as_of)

    def schema(self, kind: str) -> dict[str, pl.DataType]:
        """Returns the types of the columns of a kind."""
        import polars as pl

        from eamap.model.schema import thing_schema

        stated = thing_schema(kind)
        types: dict[str, pl.DataType] = {WHOLE: pl.Int64(), NUMBER: pl.Float64(), OTHER: pl.Boolean()}
        return {
            name: stated.get(name) or types.get(holding, pl.String()) for name, holding in self.columns[kind].items()
        }

    def kinds_with(self, field: FieldName) -> list[str]:
        """Returns the kinds that have a field."""
        return kinds_with(self.on, field.name, field.kind)

    def type_of(self, kind: str, name: str) -> FieldType:
        """Returns how a field that a kind has compares."""
        found = type_of(self.on, kind, name)
        assert found is not None, f"{kind} has no field {name}"
        return found

    def several(self, kind: str, name: str) -> bool:
        """Whether a field holds several values."""
        return (kind, name) in SEVERAL

    def texts(self, kind: str) -> set[str]:
        """Returns the columns of a kind that hold text."""
        return {name for name, holding in self.columns.get(kind, {}).items() if holding == TEXT}

    def parts_named(self, text: Text) -> list[str]:
        """Returns the names of the source parts that a text names, by their own names or those of their sources."""
        import polars as pl

        table = pl.DataFrame(list(self.parts), schema={"part": pl.String(), "source": pl.String()}, orient="row")
        named = matches(pl.col("part"), text) | matches(pl.col("source"), text)
        return table.filter(named)["part"].unique().sort().to_list()


def catalogue_of(on: EstateOn) -> Catalogue:
    """Returns the catalogue of an estate, as a push publishes it."""
    from eamap.stores.neo4j.drawn import columns_of

    return Catalogue(columns_of(on), tuple((part.name, part.source) for part in on.estate.sources), on.as_of)
