"""A recognised sheet becomes the tables of a source: every rule of its mapping carried out, every problem noted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from eamap.ingest.coded import coded_rows
from eamap.ingest.frames import ISSUE_COLUMNS, from_issues
from eamap.ingest.mapping import RuleSpec
from eamap.ingest.reading import Reading
from eamap.ingest.rules import Made, carry_out
from eamap.model.coded import Coded
from eamap.model.estate import ISSUES, LINKS, REASONS, THINGS
from eamap.model.issues import Issue

if TYPE_CHECKING:
    import polars as pl


@dataclass(frozen=True, slots=True)
class Applied:
    """What a sheet said: its raw rows, its tables, which columns fed which field, and whose inventory it is.

    ``coded`` are columns of the rows and tables as :class:`eamap.protocols.SourceTables` says.
    """

    rows: pl.DataFrame
    tables: dict[str, pl.DataFrame]
    fields: dict[str, dict[str, tuple[str, ...]]]
    places: dict[str, str]
    organisation: str
    """The one organisation the sheet is about; empty if there are several or none."""
    fact_date: str
    coded: dict[str, dict[str, Coded]]
    distinct: frozenset[str]
    """Tables of things in which no id comes twice."""

    @property
    def issues(self) -> pl.DataFrame:
        """The problems found."""
        return self.tables[ISSUES]

    @property
    def blocked(self) -> int:
        """Number of rows of which no record could be made."""
        import polars as pl

        return self.issues.filter(pl.col("blocks"))["row"].n_unique()


def apply(reading: Reading) -> Applied:
    """Carries out a mapping on a sheet."""
    mapping = reading.match.mapping
    made: list[Made] = []
    known: set[str] = set()
    fields: dict[str, dict[str, tuple[str, ...]]] = {}
    # Links that must stay inside the file need the ids of its things, so the rules that make things go first.
    rules = sorted(_possible(reading), key=lambda rule: bool(rule.within_file))
    for rule in rules:
        found = carry_out(reading, rule, known)
        if found.things is not None and any(other.within_file for other in mapping.rules):
            known |= set(found.things["id"].to_list())
        fields[rule.rule] = found.fed
        made.append(found)
    _complain_of_the_rest(reading)
    kinds = [rule.make for rule in rules]
    tables = _tables(kinds, made)
    tables[ISSUES] = _issues(reading)
    coded = {"rows": coded_rows(reading), **_coded(kinds, made)}
    return Applied(
        _raw_rows(reading), tables, fields, _places(reading), _organisation(reading), _fact_date(reading), coded,
        frozenset(THINGS + rule.make for rule in rules if kinds.count(rule.make) == 1 and rule.repeat == "block"),
    )  # fmt: skip


def _possible(reading: Reading) -> list[RuleSpec]:
    """Returns the rules that can be for a row: not those for rows that state a column which the sheet does not have."""
    there = reading.match.columns.keys()
    return [rule for rule in reading.match.mapping.rules if there >= set(rule.when.stated)]


def _coded(kinds: list[str], made: list[Made]) -> dict[str, dict[str, Coded]]:
    """Returns the coded columns of things, by table, where one rule alone made them."""
    return {
        THINGS + kind: found.coded
        for kind, found in zip(kinds, made, strict=True)
        if kinds.count(kind) == 1 and found.coded
    }


def _tables(kinds: list[str], made: list[Made]) -> dict[str, pl.DataFrame]:
    import polars as pl

    stacks: dict[str, list[pl.DataFrame]] = {}
    for kind, found in zip(kinds, made, strict=True):
        if found.things is not None and found.things.height:
            stacks.setdefault(THINGS + kind, []).append(found.things)
        for relation, links in found.links.items():
            stacks.setdefault(LINKS + relation, []).extend(links)
        stacks.setdefault(REASONS, []).extend(reason for reason in found.reasons if reason.height)
    return {name: pl.concat(stack) if len(stack) > 1 else stack[0] for name, stack in stacks.items() if stack}


def _complain_of_the_rest(reading: Reading) -> None:
    """Says of rows that no rule is for what the mapping has to say of them; without a word, that nothing was made of them."""
    import polars as pl

    mapping = reading.match.mapping
    left = pl.Series([True]).new_from_index(0, reading.rows.len())
    for rule in mapping.rules:
        left &= ~reading.holds(rule.when)
    if not left.any():
        return
    if mapping.otherwise:
        column = next(iter(next((rule.when.equals for rule in mapping.rules if rule.when.equals), {})), "")
        values = reading.cells(column).texts.filter(left).fill_null("") if column else None
        hint = "correct the row, or leave it out with --keep-going"
        reading.complain_rows(
            reading.rows.filter(left), mapping.otherwise, column=column, code="no-rule", hint=hint, values=values
        )
        return
    # A form sent to a trust has its code in every row: a row with nothing else says nothing.
    told = [
        column for column in reading.match.columns if column not in (mapping.organisation, mapping.organisation_name)
    ]
    says = pl.DataFrame([reading.cells(column).texts.is_not_null().alias(column) for column in told])
    left &= says.select(pl.any_horizontal(pl.all())).to_series() if told else left
    hint = "fill in the columns that say what the row is about; the raw row is kept"
    reading.complain_rows(
        reading.rows.filter(left), "nothing was made of this row: no column says what it is about", column="", code="row-unused", hint=hint,
        blocks=False,
    )  # fmt: skip


def _issues(reading: Reading) -> pl.DataFrame:
    """Returns all problems, each placed in its file and sheet, once; a hidden sheet's is said by the one that is read."""
    import polars as pl

    grid = reading.match.table.grid
    found = pl.concat(
        [from_issues(grid.issues), *reading.issues, from_issues([*_unused(reading), *_use_not_told(reading)])]
    )
    sheet = pl.when(pl.col("sheet") == "").then(pl.lit(grid.sheet)).otherwise(pl.col("sheet"))
    placed = found.with_columns(pl.lit(grid.file).alias("file"), sheet.alias("sheet")).select(ISSUE_COLUMNS)
    return placed.unique(maintain_order=True).sort("row", "column", "code", maintain_order=True)


def _unused(reading: Reading) -> Iterable[Issue]:
    """Names the columns that hold something and that the mapping does not use: nothing is lost, and it is said."""
    match = reading.match
    used = set(match.columns.values())
    idle = [
        name
        for place, (header, name) in enumerate(zip(match.table.headers, match.table.names, strict=True), start=1)
        if f"c{place}" not in used
        and not match.mapping.ignores(header)
        and match.table.data[f"c{place}"].null_count() < match.table.data.height
    ]
    skipped = match.table.grid.cells.height - match.table.data.height - bool(match.table.header_row)
    if idle:
        message = f"columns kept as they are, not used: {', '.join(idle[:12])}" + (
            f" and {len(idle) - 12} more" if len(idle) > 12 else ""
        )
        hint = "nothing to do, unless they hold something eamap should know: then add them to a mapping"
        yield Issue("", "", match.table.header_row, "", "columns-not-used", message, hint, str(len(idle)))
    if skipped:
        yield Issue(
            "",
            "",
            match.table.header_row,
            "",
            "rows-above-header",
            f"{skipped} rows above the header row were left out",
            "nothing to do if they are a title",
            str(skipped),
        )


def _use_not_told(reading: Reading) -> Iterable[Issue]:
    """Says that a list of systems has no column for whether they are in use: answers about live systems leave them out."""
    match = reading.match
    fields = [rule.fields for rule in match.mapping.rules if rule.make == "system"]
    missing = [
        name
        for name in ("status", "environment")
        if (sources := {source for each in fields if name in each for source in each[name].sources})
        and not sources & match.columns.keys()
    ]
    if missing:
        message = (
            f"no column says the {' or the '.join(missing)} of these systems: they do not count as live production"
        )
        hint = "add the column, or a constant to a mapping (docs/mappings.md), unless another source says it"
        yield Issue("", "", match.table.header_row, "", "use-not-told", message, hint, ", ".join(missing))


def _raw_rows(reading: Reading) -> pl.DataFrame:
    """Returns the file's own rows as text, under the file's own headers."""
    table = reading.match.table
    return table.data.rename(dict(zip(table.data.columns[1:], table.names, strict=True)))


def _places(reading: Reading) -> dict[str, str]:
    table = reading.match.table
    return dict(zip(table.names, table.grid.places, strict=False)) if table.grid.places else {}


def _organisation(reading: Reading) -> str:
    if reading.match.mapping.national:
        return reading.default_organisation
    coded = reading.organisation_coded
    codes = (coded.texts if coded else reading.organisation).drop_nulls().unique()
    return str(codes[0]) if codes.len() == 1 else ""


def _fact_date(reading: Reading) -> str:
    mapping = reading.match.mapping
    if mapping.fact_date_column and mapping.fact_date_column in reading.match.columns:
        from eamap.ingest.fields import date_reader

        reader = date_reader(month_first=reading.month_first)
        dates, _ = reading.cells(mapping.fact_date_column).mapped(reader.name, reader.read or str, reader.dtype)
        latest: Any = dates.drop_nulls().max()
        return latest or mapping.fact_date
    return mapping.fact_date


def _text() -> pl.DataType:
    import polars as pl

    return pl.String()
