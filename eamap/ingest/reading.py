"""A sheet while it is read: its columns by the mapping's names, and the problems found so far."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from eamap.ingest.cells import Cells
from eamap.ingest.frames import cell_issues, from_issues, issue_frame
from eamap.ingest.mapping import Condition, FieldSpec
from eamap.ingest.readers import fold
from eamap.ingest.recognise import Match
from eamap.ingest.references import Organisations
from eamap.ingest.words import REASONS, Words
from eamap.model.issues import Issue

if TYPE_CHECKING:
    import polars as pl


@dataclass
class Reading:
    """One recognised sheet, its cells judged as they are asked for."""

    match: Match
    words: Words
    organisations: Organisations
    default_organisation: str = ""
    is_product: Callable[[str], bool] = lambda text: False
    issues: list[pl.DataFrame] = field(default_factory=list)
    _cells: dict[str, Cells] = field(default_factory=dict)

    @property
    def rows(self) -> pl.Series:
        """The row numbers, as a person sees them."""
        return self.match.table.data["row"]

    def cells(self, column: str) -> Cells:
        """Returns a column by the mapping's name for it; all empty where the sheet does not have it."""
        import polars as pl

        if column not in self._cells:
            place = self.match.columns.get(column)
            data = self.match.table.data
            series = data[place] if place else pl.Series(column, [None], dtype=pl.String).new_from_index(0, data.height)
            mapping = self.match.mapping
            words = None if column in mapping.plain else self.words
            self._cells[column] = Cells.of(series, words, loosely=column in mapping.loose)
        return self._cells[column]

    def place(self, column: str) -> str:
        """Returns the name a person gives a column: its letter in a workbook, its header elsewhere."""
        grid_column = self.match.columns.get(column)
        if grid_column is None:
            return column
        index = int(grid_column[1:]) - 1
        places = self.match.table.grid.places
        return places[index] if places else self.match.table.names[index]

    def raw_name(self, column: str) -> str | None:
        """Returns the name of a column in the table of raw rows; ``None`` where the sheet does not have it."""
        grid_column = self.match.columns.get(column)
        return self.match.table.names[int(grid_column[1:]) - 1] if grid_column else None

    def complain(self, column: str, messages: Mapping[str, str], *, code: str, hint: str, blocks: bool = False) -> None:
        """Notes an issue for every row of a column whose text is among those complained of."""
        if messages:
            texts = self.cells(column).texts
            self.issues.append(
                cell_issues(self.rows, texts, messages, column=self.place(column), code=code, hint=hint, blocks=blocks)
            )

    def complain_rows(self, rows: pl.Series, message: str, *, column: str, code: str, hint: str, values: pl.Series | None = None,
                      blocks: bool = True) -> None:  # fmt: skip
        """Notes the same issue for some rows."""
        import polars as pl

        if rows.len():
            texts = values if values is not None else pl.Series([""]).new_from_index(0, rows.len())
            messages = pl.Series([message]).new_from_index(0, rows.len())
            place = self.place(column) if column else ""
            self.issues.append(issue_frame(rows, messages, texts, column=place, code=code, hint=hint, blocks=blocks))

    def note(self, issue: Issue) -> None:
        """Notes one issue."""
        self.issues.append(from_issues([issue]))

    @cached_property
    def organisation(self) -> pl.Series:
        """For each row, the code of the organisation it is about: by code, else by name, else the one the user gave."""
        import polars as pl

        mapping = self.match.mapping
        found = pl.Series("organisation", [None], dtype=pl.String).new_from_index(0, self.rows.len())
        for column in filter(None, (mapping.organisation, mapping.organisation_name)):
            codes, problems = self.cells(column).mapped("organisation", self.organisations.code, pl.String())
            if column == mapping.organisation or not mapping.organisation:
                hint = "use its ODS code, or add it to an organisation file of the estate and ingest that as well"
                self.complain(column, problems, code="unknown-organisation", hint=hint)
            found = pl.select(pl.coalesce(found, codes)).to_series()
        return found.fill_null(self.default_organisation) if self.default_organisation else found

    def holds(self, condition: Condition) -> pl.Series:
        """Returns for each row whether a condition holds."""
        import polars as pl

        yes = pl.Series([True]).new_from_index(0, self.rows.len())
        for column in condition.stated:
            yes &= self.cells(column).stated
        for column in condition.not_stated:
            yes &= ~self.cells(column).stated
        if condition.any_stated:
            yes &= _any([self.cells(column).stated for column in condition.any_stated])
        if condition.reason:
            yes &= ~_any([self.cells(column).stated for column in condition.reason])
            yes &= _any([self.cells(column).reason.fill_null("nothing") != "nothing" for column in condition.reason])
        for column, words in condition.equals.items():
            yes &= self._is_one_of(column, words)
        for column, pattern in condition.matches.items():
            yes &= self._matches(column, pattern)
        for column, pattern in condition.not_matches.items():
            yes &= ~self._matches(column, pattern)
        return yes

    def _matches(self, column: str, pattern: str) -> pl.Series:
        return self.cells(column).texts.str.contains(rf"^(?:{pattern})$").fill_null(False)

    def _is_one_of(self, column: str, words: tuple[str, ...]) -> pl.Series:
        import polars as pl

        wanted = {fold(word) for word in words}
        judged, _ = self.cells(column).mapped(f"is {sorted(wanted)}", lambda text: fold(text) in wanted, pl.Boolean())
        return judged.fill_null(False)

    def strongest_reason(self, columns: tuple[str, ...]) -> pl.Series:
        """Returns for each row why none of some columns holds a value: the strongest reason any gives, else unknown."""
        import polars as pl

        reasons = pl.DataFrame([self.cells(column).reason.alias(column) for column in columns])
        strongest = pl.lit("unknown")
        for reason in reversed(REASONS):
            strongest = pl.when(pl.any_horizontal(pl.all() == reason)).then(pl.lit(reason)).otherwise(strongest)
        return reasons.select(strongest.alias("reason"))["reason"]

    def fed_by(self, spec: FieldSpec) -> tuple[str, ...]:
        """Returns the columns of the file, by raw name, that feed a field."""
        return tuple(name for column in spec.sources if (name := self.raw_name(column)))


def _any(masks: list[pl.Series]) -> pl.Series:
    result = masks[0]
    for mask in masks[1:]:
        result |= mask
    return result
