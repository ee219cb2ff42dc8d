"""The things of one rule: their fields read, checked as whole columns, and told apart."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from eamap.ingest.ends import Selected, end_ids, system_keys
from eamap.ingest.fields import Reader, complaints, reader_of
from eamap.ingest.frames import issue_frame
from eamap.ingest.mapping import OWN, EndSpec, FieldSpec, RuleSpec
from eamap.ingest.reading import Reading
from eamap.ingest.words import REASONS
from eamap.model.schema import field_schema, thing_schema

if TYPE_CHECKING:
    import polars as pl

_REFERENCES = {"^organisation:": "organisation", "^system:": "system", "^(system|organisation):": "endpoint"}


def make_things(reading: Reading, rule: RuleSpec, selected: Selected, ids: pl.Series) -> tuple[pl.DataFrame, pl.Series, pl.DataFrame]:
    """Returns the table of things, the mask of the rows that were kept, and the reasons for missing values."""
    import polars as pl

    columns = {"id": ids} | {name: _field(reading, rule.make, name, spec, selected) for name, spec in rule.fields.items()}
    frame, unfit = _checked(reading, rule, selected, pl.DataFrame(columns))
    frame = frame.with_columns(selected.rows.cast(pl.UInt32).alias("row"), pl.lit(rule.rule).alias("rule"))
    kept = ~unfit & _once(reading, rule, frame)
    schema = {name: dtype for name, dtype in thing_schema(rule.make).items() if name != "source"}
    missing = [pl.lit(None, dtype=dtype).alias(name) for name, dtype in schema.items() if name not in frame.columns]
    table = frame if kept.all() else frame.filter(kept)
    return table.with_columns(missing).select(*schema), kept, _reasons(reading, rule, selected, frame)


def field_values(reading: Reading, spec: FieldSpec, selected: Selected) -> pl.Series:
    """Returns the text of a field that is not part of a record: an attribute of a link, a constant."""
    import polars as pl

    if spec.const:
        return pl.Series([spec.const]).new_from_index(0, selected.rows.len())
    if spec.words:
        reader = Reader(f"word:{spec.words}", lambda text: reading.words.word(spec.words, text), pl.String())
        return read_column(reading, spec.column, reader, selected)
    return _joined(reading, spec, selected) if len(spec.sources) > 1 else selected.values(spec.column)


def _field(reading: Reading, kind: str, name: str, spec: FieldSpec, selected: Selected) -> pl.Series:
    """Reads one field as its schema asks for."""
    import polars as pl

    reader = reader_of(kind, name, reading.words, word_list=spec.words)
    if spec.const:
        return pl.Series(name, [reader.read(spec.const)], dtype=reader.dtype).new_from_index(0, selected.rows.len())
    if spec.how == "reason":
        return selected.take(reading.strongest_reason(spec.sources)).alias(name)
    pattern = str(field_schema(kind, name).get("pattern", ""))
    for beginning, what in _REFERENCES.items():
        if pattern.startswith(beginning):
            return _reference(reading, what, spec, selected).alias(name)
    if len(spec.sources) > 1:
        return _joined(reading, spec, selected).alias(name)
    if reader.name == "text" or spec.column in selected.items:
        return selected.values(spec.column).alias(name)
    return read_column(reading, spec.column, reader, selected).alias(name)


def read_column(reading: Reading, column: str, reader: Reader, selected: Selected) -> pl.Series:
    """Reads every distinct text of a column once, and complains of those it cannot read at each of their rows."""
    values, problems = reading.cells(column).mapped(reader.name, reader.read, reader.dtype)
    if problems:
        texts = selected.take(reading.cells(column).texts)
        bad = texts.is_in(list(problems)).fill_null(False)
        _complain(reading, column, reader, selected.rows.filter(bad), texts.filter(bad), problems)
    return selected.take(values)


def _complain(reading: Reading, column: str, reader: Reader, rows: pl.Series, texts: pl.Series, messages: dict[Any, str],
              *, blocks: bool = False) -> None:  # fmt: skip
    if rows.len():
        said = texts.replace_strict(messages, default=None)
        code = "bad-" + reader.name.removeprefix("word:").replace("_", "-")
        reading.issues.append(
            issue_frame(rows, said, texts, column=reading.place(column), code=code, hint=reader.hint, blocks=blocks)
        )


def _joined(reading: Reading, spec: FieldSpec, selected: Selected) -> pl.Series:
    """Joins several columns to one text, each under its header where the mapping asks for that."""
    import polars as pl

    texts = []
    for column in spec.sources:
        values = selected.take(reading.cells(column).texts) if spec.how == "verbatim" else selected.values(column)
        texts.append(pl.lit((reading.raw_name(column) or column) + ": ") + values if spec.label else values)
    joined = pl.DataFrame({"row": selected.rows}).select(pl.concat_str(*texts, separator="; ", ignore_nulls=True))
    return joined.select(pl.when(pl.first() != "").then(pl.first())).to_series()


def _reference(reading: Reading, what: str, spec: FieldSpec, selected: Selected) -> pl.Series:
    """Returns the ids of the things a column names."""
    import polars as pl

    own = spec.column in ("", OWN, reading.match.mapping.organisation)
    if what == "organisation" and own:
        return pl.select(pl.lit("organisation:") + selected.organisation).to_series()
    if what != "organisation":
        texts = selected.values(spec.column)
        named = pl.select(pl.lit("system:") + system_keys(reading, texts, selected.organisation)).to_series()
        if what == "system":
            return named
        return pl.select(pl.coalesce(named, pl.lit("organisation:") + selected.organisation)).to_series()
    ends = end_ids(selected, EndSpec(what="organisation", column=spec.column), selected.rows)
    every = pl.DataFrame({"at": pl.int_range(selected.rows.len(), dtype=pl.UInt32, eager=True)})
    return every.join(ends, on="at", how="left", maintain_order="left")["id"]


def _checked(reading: Reading, rule: RuleSpec, selected: Selected, frame: pl.DataFrame) -> tuple[pl.DataFrame, pl.Series]:
    """Checks whole columns; a rejected value is complained of and becomes unknown, a rejected id blocks its row."""
    import polars as pl

    unfit = pl.Series([False]).new_from_index(0, frame.height)
    for name, (mask, messages) in complaints(rule.make, frame).items():
        spec = rule.fields.get(name)
        reader = reader_of(rule.make, name, reading.words)
        column = spec.sources[0] if spec and spec.sources else next(iter(rule.key), "")
        values = frame[name].filter(mask)
        _complain(reading, column, reader, selected.rows.filter(mask), values, messages, blocks=name == "id")
        if name == "id":
            unfit = mask
        else:
            frame = frame.with_columns(pl.when(~mask).then(pl.col(name)).alias(name))
    return frame, unfit


def _once(reading: Reading, rule: RuleSpec, frame: pl.DataFrame) -> pl.Series:
    """Blocks a second row of the same id; where the mapping merges, all rows stay and are weighed later."""
    import polars as pl

    every = pl.Series([True]).new_from_index(0, frame.height)
    if rule.repeat == "merge" or frame["id"].n_unique() == frame.height:
        return every
    first = frame.select(pl.col("id").is_first_distinct()).to_series()
    again = frame.filter(~first)
    earlier = again.join(frame.filter(first).select("id", pl.col("row").alias("first_row")), on="id", how="left", maintain_order="left")
    column = next((key for key in rule.key if key[:1] not in "=#"), "")
    reading.issues.append(
        issue_frame(
            again["row"],
            earlier.select(pl.format("has the same identity as row {}", "first_row")).to_series(),
            again["id"],
            column=reading.place(column) if column else "",
            code="duplicate-id",
            hint="give each its own id; nothing is merged in silence (leave the second out with --keep-going)",
            blocks=True,
        )
    )
    return first


def _reasons(reading: Reading, rule: RuleSpec, selected: Selected, frame: pl.DataFrame) -> pl.DataFrame:
    """Returns why fields hold no value, where the cell says so."""
    import polars as pl

    stated: list[pl.DataFrame] = []
    for name, spec in rule.fields.items():
        if len(spec.sources) != 1 or spec.column in selected.items:
            continue
        cells = reading.cells(spec.column)
        if cells.reasons.null_count() == cells.reasons.len():
            continue
        reason = selected.take(cells.reason)
        found = reason.is_in(REASONS).fill_null(False)
        part = frame.select("id", "row", "rule").with_columns(reason.alias("reason"), selected.take(cells.texts).alias("stated"))
        stated.append(part.filter(found).select("id", pl.lit(name).alias("field"), "reason", "stated", "row", "rule"))
    empty = pl.DataFrame(schema=dict.fromkeys(("id", "field", "reason", "stated"), pl.String) | {"row": pl.UInt32, "rule": pl.String})
    return pl.concat([empty, *stated])
