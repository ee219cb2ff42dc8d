"""The estate: tables of things and of links between them, each row citing the source row it came from.

Tables for facts: nearly every question is a join, so everything here is a polars table. Where the question is about
paths, :mod:`eamap.model.graph` builds a graph of the slice in question.
"""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any

from eamap.errors import UsageError
from eamap.model.citations import Citation, RawRows, SourcePart
from eamap.model.relations import LINK_COLUMNS, RELATIONS, Kept
from eamap.model.schema import link_schema, thing_schema

if TYPE_CHECKING:
    import polars as pl

THINGS = "things/"
LINKS = "links/"
REASONS = "reasons"
ATTESTATIONS = "attestations"
ISSUES = "issues"
DECISIONS = "decisions"


def _no_rows(part: str) -> pl.DataFrame:
    import polars as pl

    del part
    return pl.DataFrame({"row": pl.Series([], dtype=pl.UInt32)})


@dataclass(frozen=True)
class Estate:
    """Everything known on one version of the store.

    ``tables`` maps ``things/KIND`` and ``links/RELATION`` to their tables, and holds three more: ``reasons`` (id, field,
    reason, stated, source, row: why a field is empty), ``attestations`` (kind, id, field, value, source, row, rule, won:
    every value of a thing that more than one row attests) and ``issues``.
    """

    tables: Mapping[str, pl.DataFrame]
    sources: tuple[SourcePart, ...] = ()
    version: int = 0
    as_of: date | None = None
    """The day it was interpreted for; ``None`` for an estate as the sources state it."""
    grapher: Callable[[Estate, str, date], Any] | None = field(default=None, repr=False)
    """Makes graphs of it: given by interpretation, because an estate knows nothing of graphs or selectors."""
    raw_rows: RawRows = field(default=_no_rows, repr=False)
    documents: Mapping[str, bytes] = field(default_factory=dict, repr=False)
    """Files kept whole (CapabilityStatements), by sha256."""
    document_names: Mapping[str, str] = field(default_factory=dict, repr=False)
    """Name of each kept file as it was given, by sha256."""

    def things(self, kind: str) -> pl.DataFrame:
        """Returns the table of one kind of thing: ``id``, the record's fields, ``source``, ``row``, ``rule``."""
        import polars as pl

        table = self.tables.get(THINGS + kind)
        return pl.DataFrame(schema=thing_schema(kind)) if table is None else table

    def links(self, relation: str) -> pl.DataFrame:
        """Returns the table of one relation: ``from``, ``to``, ``since``, ``until``, ``share``, attributes, citation."""
        import polars as pl

        kept = RELATIONS[relation]
        if kept.kept is Kept.COLUMN:
            return self._links_in_column(relation)
        table = self.tables.get(LINKS + relation)
        return pl.DataFrame(schema=link_schema(relation)) if table is None else table

    def _links_in_column(self, relation: str) -> pl.DataFrame:
        import polars as pl

        column = RELATIONS[relation].column
        assert column is not None, f"{relation} is kept in a column"
        kind, name, end = column
        other = "to" if end == "from" else "from"
        none = [
            pl.lit(None, dtype=dtype).alias(key)
            for key, dtype in link_schema(relation).items()
            if key in LINK_COLUMNS[2:]
        ]
        return (
            self.things(kind)
            .lazy()
            .filter(pl.col(name).is_not_null())
            .select(pl.col(name).alias(end), pl.col("id").alias(other), *none, "source", "row", "rule")
            .select(*LINK_COLUMNS, "source", "row", "rule")
            .collect()
        )

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of thing this estate holds at least one of, in order."""
        # By name first: an interpreted table is worked out when it is asked for, and tables of links are not asked for.
        names = (name for name in self.tables if name.startswith(THINGS))
        return tuple(sorted(name.removeprefix(THINGS) for name in names if self.tables[name].height))

    @property
    def reasons(self) -> pl.DataFrame:
        """Why fields are empty, where a source said so."""
        return self._table(REASONS)

    @property
    def attestations(self) -> pl.DataFrame:
        """Every value of the things that more than one row attests, the winner marked."""
        return self._table(ATTESTATIONS)

    @property
    def issues(self) -> pl.DataFrame:
        """The problems found in the sources of this version."""
        return self._table(ISSUES)

    @property
    def decisions(self) -> pl.DataFrame:
        """What people decided; the columns of :mod:`eamap.model.decisions`."""
        from eamap.model.decisions import no_decisions

        return self.tables[DECISIONS] if DECISIONS in self.tables else no_decisions()

    def _table(self, name: str) -> pl.DataFrame:
        import polars as pl

        from eamap.model.schema import table_schema

        table = self.tables.get(name)
        return pl.DataFrame(schema=table_schema(name)) if table is None else table

    def with_tables(self, tables: Mapping[str, pl.DataFrame]) -> Estate:
        """Returns the same estate with some tables added or replaced."""
        return replace(self, tables=ChainMap(dict(tables), self.tables))  # type: ignore[arg-type]

    @cached_property
    def parts(self) -> Mapping[str, SourcePart]:
        """The source parts by name."""
        return {part.name: part for part in self.sources}

    def graph(self, selector: str = "kind:*", *, as_of: date | None = None) -> Any:
        """Returns what a selector selects as a NetworkX graph: things are nodes, the links between them edges (a MultiDiGraph).

        ``as_of`` is the day on which links must hold; the default is the day the estate was interpreted for.
        """
        day = as_of or self.as_of
        if self.grapher is None or day is None:
            raise UsageError(
                "a graph needs to know what the texts mean", hint="interpret the estate first: eamap.interpret"
            )
        return self.grapher(self, selector, day)

    def find(self, identifier: str) -> dict[str, Any] | None:
        """Returns one thing as a dictionary of its fields, or ``None`` if the estate does not hold it."""
        import polars as pl

        kind = identifier.partition(":")[0]
        rows = self.things(kind).filter(pl.col("id") == identifier).head(1).to_dicts()
        return {str(key): value for key, value in rows[0].items()} if rows else None

    def cite(self, identifier: str, name: str = "") -> tuple[Citation, ...]:
        """Returns the cells behind one field of a thing; without a field, the rows that attest the thing.

        The winner of a field that several sources state comes first.
        """
        import polars as pl

        kind = identifier.partition(":")[0]
        stated = self.attestations.filter((pl.col("id") == identifier) & (pl.col("field") == name))
        if name and stated.height:
            rows = stated.sort("won", descending=True).select("source", "row", "rule").rows()
        else:
            several = (
                self.attestations.filter(pl.col("id") == identifier)
                .select("source", "row", "rule")
                .unique(maintain_order=True)
            )
            one = self.things(kind).filter(pl.col("id") == identifier).select("source", "row", "rule")
            rows = (several if several.height and not name else one).rows()
        return tuple(cell for source, row, rule in rows for cell in self.cells(source, row, rule, name))

    def cells(self, source: str, row: int | None, rule: str | None, name: str = "") -> tuple[Citation, ...]:
        """Returns the cells of one source row that fed a field, or the row itself."""
        import polars as pl

        part = self.parts.get(source)
        if part is None:
            return (Citation(source, "", "", row or 0, "", ""),)
        whole = Citation(part.file, part.sha256, part.sheet, row or 0, "", "")
        columns = part.fields.get(rule or "", {}).get(name, ()) if name else ()
        if not columns:
            return (whole,)
        raw = self.raw_rows(source).filter(pl.col("row") == row).head(1).to_dicts()
        values = raw[0] if raw else {}
        return tuple(
            Citation(
                part.file,
                part.sha256,
                part.sheet,
                row or 0,
                part.places.get(column) or column,
                values.get(column) or "",
            )
            for column in columns
        )
