"""The things of one rule: their fields read, checked as whole columns, and told apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eamap.ingest.cells import Cells
from eamap.ingest.ends import organisation_codes
from eamap.ingest.fields import Reader, judge, word_reader
from eamap.ingest.frames import all_differ, issue_frame
from eamap.ingest.mapping import FieldSpec, RuleSpec
from eamap.ingest.minting import thing_ids
from eamap.ingest.reading import Reading
from eamap.ingest.selected import Selected
from eamap.ingest.systems import coded_system_keys, first_stated, system_keys
from eamap.ingest.words import REASONS
from eamap.model.coded import Coded
from eamap.model.columns import complaint, rejected
from eamap.model.records import RECORDS
from eamap.model.schema import field_schema, table_schema, thing_schema

if TYPE_CHECKING:
    import polars as pl

_REFERENCES = {
    "^organisation:": "organisation",
    "^system:": "system",
    "^(system|organisation):": "endpoint",
    "^(system|component):": "subject",
}
_ID_ROOM = 200
"""Shorter than this no id is too long; what it is made of was encoded, so nothing else can be wrong with it."""


def make_things(
    reading: Reading, rule: RuleSpec, selected: Selected, ids: pl.Series
) -> tuple[pl.DataFrame, pl.Series, pl.DataFrame]:
    """Returns the table of things, the mask of the rows that were kept, and the reasons for missing values."""
    import polars as pl

    columns = {"id": ids} | {
        name: _field(reading, rule.make, name, spec, selected) for name, spec in rule.fields.items()
    }
    frame = pl.DataFrame(columns).with_columns(
        selected.rows.cast(pl.UInt32).alias("row"), pl.lit(rule.rule).alias("rule")
    )
    kept = _fit(reading, rule, frame) & _once(reading, rule, frame)
    schema = {name: dtype for name, dtype in thing_schema(rule.make).items() if name != "source"}
    missing = [pl.lit(None, dtype=dtype).alias(name) for name, dtype in schema.items() if name not in frame.columns]
    table = frame if kept.all() else frame.filter(kept)
    return table.with_columns(missing).select(*schema), kept, _reasons(reading, rule, selected, frame, kept)


def field_values(reading: Reading, spec: FieldSpec, selected: Selected) -> pl.Series:
    """Returns the text of a field that is not part of a record: an attribute of a link, a constant."""
    import polars as pl

    if spec.const:
        return pl.Series([spec.const]).new_from_index(0, len(selected))
    if spec.words:
        return read_column(reading, spec.column, word_reader(reading.words, spec.words), selected)
    return _joined(reading, spec, selected) if len(spec.sources) > 1 else selected.values(spec.column)


def read_column(reading: Reading, column: str, reader: Reader, selected: Selected) -> pl.Series:
    """Reads every distinct text of a column once, and complains of those it cannot read at each of their rows."""
    cells = reading.cells(column)
    values, problems = cells.mapped(reader.name, reader.read or str, reader.dtype)
    reading.complain(
        cells, selected.rows, problems, column=column, code=reader.code, hint=reader.hint, among=selected.positions
    )
    return selected.take(values)


def _field(reading: Reading, kind: str, name: str, spec: FieldSpec, selected: Selected) -> pl.Series:
    """Reads one field as its schema asks for, and leaves unknown what the schema rejects."""
    if spec.how == "reason":
        return selected.take(reading.strongest_reason(spec.sources)).alias(name)
    if spec.const:
        return _constant(reading, kind, name, spec, len(selected))
    if spec.of:
        named = thing_ids(reading, reading.match.mapping.rule(spec.of), selected)
        return _fitting(reading, kind, name, spec, selected, named)
    if what := refers_to(kind, name):
        return _fitting(reading, kind, name, spec, selected, _reference(what, spec, selected))
    if is_read(kind, name, spec) or spec.how == "first":
        return _read(reading, kind, name, spec, selected).alias(name)
    return _fitting(reading, kind, name, spec, selected, _joined(reading, spec, selected))


def is_read(kind: str, name: str, spec: FieldSpec) -> bool:
    """Whether a field is what a reader makes of one column: no constant, no id, not put together from several."""
    plain = spec.how == "value" and not spec.const and not spec.of and len(spec.sources) < 2
    return plain and not refers_to(kind, name)


def refers_to(kind: str, name: str) -> str:
    """Returns what the ids in a field name; empty if the field holds no ids."""
    pattern = str(field_schema(kind, name).get("pattern", ""))
    return next((what for beginning, what in _REFERENCES.items() if pattern.startswith(beginning)), "")


def _constant(reading: Reading, kind: str, name: str, spec: FieldSpec, height: int) -> pl.Series:
    import polars as pl

    reader = reading.reader(kind, name, spec)
    as_it_stands = not reader.read or spec.const in field_schema(kind, name).get("enum", ())
    value = spec.const if as_it_stands or not reader.read else reader.read(spec.const)
    return pl.Series(name, [value], dtype=reader.dtype).new_from_index(0, height)


def _read(reading: Reading, kind: str, name: str, spec: FieldSpec, selected: Selected) -> pl.Series:
    reader = reading.reader(kind, name, spec)
    if spec.how == "first":
        return _read_first(reading, kind, name, spec, selected)
    if spec.column in selected.items:
        cells, among = Cells.of(selected.items[spec.column], None), None
    else:
        cells, among = reading.cells(spec.column), selected.positions
    judged = judge(cells, kind, name, reader)
    problems = {} if spec.quiet else judged.problems
    reading.complain(
        cells, selected.rows, problems, column=spec.column, code=reader.code, hint=reader.hint, among=among
    )
    values = cells.spread(judged.values)
    return values if among is None else values.gather(among)


def _joined(reading: Reading, spec: FieldSpec, selected: Selected) -> pl.Series:
    """Joins several columns to one text, each under its header where the mapping asks for that."""
    import polars as pl

    texts = []
    for column in spec.sources:
        values = selected.take(reading.cells(column).texts) if spec.how == "verbatim" else selected.values(column)
        texts.append(pl.lit((reading.raw_name(column) or column) + ": ") + values if spec.label else values)
    joined = pl.DataFrame({"row": selected.rows}).select(
        pl.concat_str(*texts, separator=spec.separator, ignore_nulls=True)
    )
    return joined.select(pl.when(pl.first() != "").then(pl.first())).to_series()


def _read_first(reading: Reading, kind: str, name: str, spec: FieldSpec, selected: Selected) -> pl.Series:
    """Reads of several columns the first that holds a value, and complains of it where it stands."""
    found = selected.values(spec.sources[0])
    before = [found]
    for column in spec.sources[1:]:
        found = first_stated(found, selected.values(column))
        before.append(found)
    cells, reader = Cells.of(found, None), reading.reader(kind, name, spec)
    judged = judge(cells, kind, name, reader)
    for place, column in enumerate(spec.sources if judged.problems and not spec.quiet else ()):
        held = before[place].is_not_null() & (before[place - 1].is_null() if place else True)
        among = held.arg_true()
        reading.complain(
            cells,
            selected.rows.gather(among),
            judged.problems,
            column=column,
            code=reader.code,
            hint=reader.hint,
            among=among,
        )
    return cells.spread(judged.values)


def _reference(what: str, spec: FieldSpec, selected: Selected) -> pl.Series:
    """Returns the ids of the things a column names."""
    if what == "subject":
        return _subjects(spec, selected)
    if coded := coded_reference(what, spec, selected):
        return selected.taken(coded)
    if what == "organisation":
        return _prefixed("organisation", organisation_codes(selected, spec.column))
    systems = _prefixed("system", system_keys(selected, spec.column))
    return systems if what == "system" else first_stated(systems, _prefixed("organisation", selected.organisation))


def _subjects(spec: FieldSpec, selected: Selected) -> pl.Series:
    """Returns the ids of the components that two columns name together, a system's and its own; of the system without one."""
    import polars as pl

    system, component = spec.sources
    frame = pl.DataFrame({"system": system_keys(selected, system), "component": selected.keys(component)})
    named = pl.format("component:{}/{}", "system", "component")
    return frame.select(pl.coalesce(named, pl.format("system:{}", "system"))).to_series()


def coded_reference(what: str, spec: FieldSpec, selected: Selected) -> Coded | None:
    """Returns the ids of the things that a column of the whole sheet names as codes, where it is coded."""
    reading = selected.reading
    if what == "subject":
        return None
    if what == "organisation":
        coded = reading.organisation_coded if reading.is_own(spec.column) else None
    else:
        coded = coded_system_keys(selected, spec.column)
    if coded is None or (what == "endpoint" and coded.texts.null_count()):
        return None
    ids = coded.prefixed("organisation:" if what == "organisation" else "system:")
    return ids if _all_short(ids.texts) else None


def _prefixed(kind: str, keys: pl.Series) -> pl.Series:
    import polars as pl

    return keys.to_frame().select(pl.format(f"{kind}:{{}}", pl.first())).to_series()


def _fitting(
    reading: Reading, kind: str, name: str, spec: FieldSpec, selected: Selected, values: pl.Series
) -> pl.Series:
    """Leaves out of a column that was put together what the schema rejects, and complains of it."""
    import polars as pl

    values = values.alias(name)
    is_id = "pattern" in field_schema(kind, name)
    if is_id and _all_short(values):
        return values
    mask = rejected(kind, values.to_frame()).get(name)
    if mask is None:
        return values
    said = {value: complaint(kind, name, value) for value in values.filter(mask).unique().to_list()}
    column = next(iter(spec.sources), "")
    _complain_of_values(reading, column, selected.rows.filter(mask), values.filter(mask), said, blocks=False)
    return pl.select(pl.when(~mask).then(values)).to_series().alias(name)


def _fit(reading: Reading, rule: RuleSpec, frame: pl.DataFrame) -> pl.Series:
    """Blocks the rows whose id the schema rejects, and those that lack a field no record of the kind can do without."""
    import polars as pl

    kept = pl.Series([True]).new_from_index(0, frame.height)
    if not _all_short(frame["id"]):
        mask = rejected(rule.make, frame.select("id")).get("id", ~kept)
        said = {value: complaint(rule.make, "id", value) for value in frame["id"].filter(mask).unique().to_list()}
        _complain_of_values(
            reading, key_column(reading, rule), frame["row"].filter(mask), frame["id"].filter(mask), said, blocks=True
        )
        kept &= ~mask
    for name, field in RECORDS[rule.make].model_fields.items():
        if not field.is_required() or (name in frame.columns and not frame[name].null_count()):
            continue
        without = frame[name].is_null() if name in frame.columns else kept.is_not_null()
        source = next(iter(rule.fields[name].sources), "") if name in rule.fields else ""
        reading.complain_rows(
            frame["row"].filter(without & kept), f"has no {name.replace('_', ' ')} that can be read", column=source,
            code=f"no-{name.replace('_', '-')}", hint="mend the cell, or leave the row out with --keep-going",
        )  # fmt: skip
        kept &= ~without
    return kept


def _all_short(ids: pl.Series) -> bool:
    return not (ids.str.len_bytes() >= _ID_ROOM).any()


def _complain_of_values(
    reading: Reading, column: str, rows: pl.Series, values: pl.Series, said: dict[str, str], *, blocks: bool
) -> None:
    import polars as pl

    messages = values.replace_strict(said, default=None, return_dtype=pl.String)
    place = reading.place(column) if column else ""
    hint = (
        "shorten it, or leave the row out with --keep-going"
        if blocks
        else "the cell is kept and the field reads unknown"
    )
    reading.issues.append(
        issue_frame(
            rows, messages, values, column=place, code="bad-id" if blocks else "bad-text", hint=hint, blocks=blocks
        )
    )


def key_column(reading: Reading, rule: RuleSpec) -> str:
    """Returns the column of the sheet that tells the rows of a rule apart; empty where none alone does."""
    columns = rule.key_columns
    return next((column for column in columns if column in reading.match.columns), columns[0] if columns else "")


def _once(reading: Reading, rule: RuleSpec, frame: pl.DataFrame) -> pl.Series:
    """Blocks a second row of the same id; where the mapping merges, all rows stay and are weighed later.

    Where rows that say the very same are one ("once", "say"), only the first of them stays.
    """
    import polars as pl

    if rule.repeat == "merge" or all_differ(frame["id"]):
        return pl.Series([True]).new_from_index(0, frame.height)
    if rule.repeat == "block":
        return _first_of_each(reading, rule, frame)
    kept = frame.select(pl.struct(pl.exclude("row")).is_first_distinct()).to_series()
    if rule.repeat == "say":
        _say_merged(reading, rule, frame.filter(kept))
    return kept


def _say_merged(reading: Reading, rule: RuleSpec, frame: pl.DataFrame) -> None:
    """Says of rows that differ and are yet about one thing that they were taken for one."""
    again = frame.filter(~frame["id"].is_first_distinct())
    message = "speaks of a device that an earlier row names too: the two were taken for one, and what each says is kept"
    reading.complain_rows(
        again["row"], message, column=key_column(reading, rule), code="same-host", blocks=False, values=again["id"],
        hint="nothing to do if it is one device that was enrolled twice; give two devices two names",
    )  # fmt: skip


def _first_of_each(reading: Reading, rule: RuleSpec, frame: pl.DataFrame) -> pl.Series:
    """Blocks the rows that repeat the id of an earlier one."""
    import polars as pl

    first = frame.select(pl.col("id").is_first_distinct()).to_series()
    again = frame.filter(~first)
    earlier = again.join(
        frame.filter(first).select("id", pl.col("row").alias("first_row")), on="id", how="left", maintain_order="left"
    )
    column = key_column(reading, rule)
    messages = earlier.select(pl.format("has the same identity as row {}", "first_row")).to_series()
    hint = "give each its own id; nothing is merged in silence (leave the second out with --keep-going)"
    place = reading.place(column) if column else ""
    reading.issues.append(
        issue_frame(again["row"], messages, again["id"], column=place, code="duplicate-id", hint=hint, blocks=True)
    )
    return first


def _reasons(
    reading: Reading, rule: RuleSpec, selected: Selected, frame: pl.DataFrame, kept: pl.Series
) -> pl.DataFrame:
    """Returns why fields hold no value, where the cell says so."""
    import polars as pl

    schema = {name: dtype for name, dtype in table_schema("reasons").items() if name != "source"}
    stated = [pl.DataFrame(schema=schema)]
    for name, spec in rule.fields.items():
        if (
            len(spec.sources) != 1
            or spec.column in selected.items
            or not (cells := reading.cells(spec.column)).has_reasons
        ):
            continue
        reason = selected.take(cells.reason)
        found = reason.is_in(REASONS).fill_null(False) & kept
        part = frame.select("id", "row", "rule").with_columns(
            reason.alias("reason"), selected.take(cells.texts).alias("stated")
        )
        stated.append(part.filter(found).with_columns(pl.lit(name).alias("field")).select(*schema))
    return pl.concat(stated)
