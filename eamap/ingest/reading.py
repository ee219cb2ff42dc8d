"""A sheet while it is read: its columns by the mapping's names, and the problems found so far."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from eamap.ingest.cells import Cells, Judged
from eamap.ingest.fields import Reader, reader_of
from eamap.ingest.frames import issue_frame
from eamap.ingest.mapping import OWN, Condition, FieldSpec
from eamap.ingest.readers import fold
from eamap.ingest.recognise import Match
from eamap.ingest.references import Organisations
from eamap.ingest.words import REASONS, Words
from eamap.model.coded import Coded
from eamap.model.ids import organisation_code

if TYPE_CHECKING:
    import polars as pl


def _no_product(text: str) -> bool:
    del text
    return False


@dataclass
class Reading:
    """One recognised sheet, its cells judged as they are asked for."""

    match: Match
    words: Words
    organisations: Organisations
    default_organisation: str = ""
    is_product: Callable[[str], bool] = _no_product
    issues: list[pl.DataFrame] = field(default_factory=list)
    system_keys: dict[str, Coded | pl.Series] = field(default_factory=dict)
    """Keys of the systems a column names, for the whole sheet, by column."""
    organisations_in: dict[str, pl.Series] = field(default_factory=dict)
    """Codes of the organisations a column names, for the whole sheet, by column."""
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

    @property
    def month_first(self) -> bool:
        """Whether the layout writes the month of a date before its day."""
        return self.match.mapping.dates == "month-first"

    def reader(self, kind: str, name: str, spec: FieldSpec) -> Reader:
        """Returns how a field of a record is read in this layout."""
        return reader_of(kind, name, self.words, word_list=spec.words, month_first=self.month_first, times=spec.times)

    def read_columns(self) -> Iterable[tuple[str, Cells]]:
        """Returns the columns that were asked for so far, by the mapping's names."""
        return self._cells.items()

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

    def complain(self, cells: Cells, rows: pl.Series, problems: Mapping[str, str], *, column: str, code: str, hint: str,
                 blocks: bool = False, among: pl.Series | None = None) -> None:  # fmt: skip
        """Notes an issue for every row of some cells whose text is among those complained of.

        ``rows`` are the row numbers of the cells, or of those at the positions ``among``.
        """
        import polars as pl

        if not problems:
            return
        bad, texts = cells.among(problems), cells.texts
        if among is not None:
            bad, texts = bad.gather(among), texts.gather(among)
        texts = texts.filter(bad)
        messages = texts.replace_strict(problems, default=None, return_dtype=pl.String)
        self.issues.append(
            issue_frame(
                rows.filter(bad), messages, texts, column=self.place(column), code=code, hint=hint, blocks=blocks
            )
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

    def is_own(self, column: str) -> bool:
        """Whether a column of a rule stands for the organisation a row is about."""
        return column in ("", OWN, self.match.mapping.organisation)

    @cached_property
    def organisation(self) -> pl.Series:
        """For each row, the code of the organisation it is about: by code, else by name, else the one the user gave."""
        import polars as pl

        if self.organisation_coded:
            return self.organisation_coded.spread()
        mapping = self.match.mapping
        found = pl.Series("organisation", [None], dtype=pl.String).new_from_index(0, self.rows.len())
        for column in filter(None, (mapping.organisation, mapping.organisation_name)):
            if column not in self.match.columns or (found.null_count() == 0 and found.len()):
                continue
            codes = self.stated_codes(column) if mapping.states_organisations else self._known_codes(column, found)
            found = pl.select(pl.coalesce(found, codes)).to_series() if found.null_count() < found.len() else codes
        return found.fill_null(self.default_organisation) if self.default_organisation else found

    @cached_property
    def organisation_coded(self) -> Coded | None:
        """The same as codes, where one column alone says it for every row; it then names nobody who is not known."""
        mapping = self.match.mapping
        if mapping.states_organisations or mapping.organisation not in self.match.columns:
            return None
        coded = self.organisations_of(self.cells(mapping.organisation))
        return coded if coded and not coded.texts.null_count() else None

    def organisations_of(self, cells: Cells) -> Coded | None:
        """Returns the codes of the organisations that cells name, where the cells are coded."""
        return cells.coded(self._organisations_in(cells).values)

    def _organisations_in(self, cells: Cells) -> Judged:
        import polars as pl

        known = self.organisations
        return cells.judged("organisation", known.code, pl.String(), at_once=known.at_once)

    def stated_codes(self, column: str) -> pl.Series:
        """Reads codes as they stand: a file that says which organisations there are is believed, whoever else knows them."""
        import polars as pl

        return self.cells(column).mapped("code as stated", organisation_code, pl.String())[0]

    def _known_codes(self, column: str, found: pl.Series) -> pl.Series:
        """Reads a column of organisations; a name that nobody knows matters only where no code stands beside it."""
        left = found.is_null()
        among = None if left.all() else left.arg_true()
        return self.organisation_codes(self.cells(column), self.rows.filter(left), column, among=among)

    def organisation_codes(
        self, cells: Cells, rows: pl.Series, column: str, *, among: pl.Series | None = None
    ) -> pl.Series:
        """Reads organisations, complaining at its row of each that nobody knows."""
        judged = self._organisations_in(cells)
        hint = "use its ODS code, or add it to an organisation file of the estate and ingest that as well"
        self.complain(cells, rows, judged.problems, column=column, code="unknown-organisation", hint=hint, among=among)
        return cells.spread(judged.values)

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
        cells = self.cells(column)
        return cells.spread(cells.distinct.str.contains(rf"^(?:{pattern})$")).fill_null(False)

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
        mapping = self.match.mapping
        own = mapping.organisation if mapping.organisation in self.match.columns else mapping.organisation_name
        sources = mapping.rule(spec.of).key_columns if spec.of else spec.sources
        columns = [own if column == OWN else column for column in sources]
        return tuple(name for column in columns if (name := self.raw_name(column)))


def _any(masks: list[pl.Series]) -> pl.Series:
    result = masks[0]
    for mask in masks[1:]:
        result |= mask
    return result
