"""The fields of records: which reader a field's schema asks for, and what to say of the cells it cannot read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from eamap.ingest import readers
from eamap.ingest.cells import FEW, Cells, Judged
from eamap.ingest.words import Words
from eamap.model.columns import SAID_ELSEWHERE, complaint, rejected
from eamap.model.schema import field_schema

if TYPE_CHECKING:
    import polars as pl

_HINTS = {
    "date": "write it as 2025-03-31, 31/03/2025 or March 2025; the cell is kept and the field reads unknown",
    "money": "write pounds as a number, such as 12500 or £1.2m; the cell is kept and the field reads unknown",
    "count": "write a whole number; the cell is kept and the field reads unknown",
    "score": "write a number from 0 to 10; the cell is kept and the field reads unknown",
    "share": "write 0.25 or 25%; the cell is kept and the field reads unknown",
    "word": "use one of those words, or add yours to the mapping; the cell is kept and the field reads unknown",
    "text": "the cell is kept and the field reads unknown",
}

_NO_CONTROLS = "no-control-characters"


@dataclass(frozen=True, slots=True)
class Reader:
    """How one field is read: the reader's name, the function (``None``: as it stands), and the type of the column it fills."""

    name: str
    read: Callable[[str], Any] | None
    dtype: pl.DataType
    at_once: Callable[[pl.Series], pl.Series] | None = None
    """What reads most texts of a long column at once; the function is asked of those it makes nothing of."""

    @property
    def hint(self) -> str:
        """What a person should do about a cell it cannot read."""
        return _HINTS[self.name.partition(":")[0]]

    @property
    def code(self) -> str:
        """The code of the issues about cells it cannot read."""
        return "bad-" + self.name.removeprefix("word:").removesuffix(":month-first").partition(":x")[0].replace(
            "_", "-"
        )


def reader_of(
    kind: str, field: str, words: Words, *, word_list: str = "", month_first: bool = False, times: int = 1
) -> Reader:
    """Returns the reader that the schema of a field asks for."""
    import polars as pl

    schema = field_schema(kind, field)
    if "enum" in schema:
        return word_reader(words, word_list or ("yes_no" if set(schema["enum"]) == {"yes", "no"} else field))
    if schema.get("x-predicate") == "real-date":
        return date_reader(month_first=month_first)
    if schema.get("x-unit") == "cvss":
        return Reader("score", readers.read_score, pl.Float64())
    if schema.get("x-unit") == "pence":
        return Reader("money", readers.read_money, pl.Int64())
    if schema.get("type") == "integer" and times != 1:
        return Reader(f"count:x{times}", partial(readers.read_many, times=times), pl.Int64())
    if schema.get("type") == "integer":
        return Reader("count", readers.read_count, pl.Int64())
    if schema.get("type") == "number":
        return Reader("share", readers.read_share, pl.Float64())
    return Reader("text", None, pl.String())


def word_reader(words: Words, name: str) -> Reader:
    """Returns the reader of a word list."""
    import polars as pl

    return Reader(f"word:{name}", lambda text: words.word(name, text), pl.String())


def date_reader(*, month_first: bool = False) -> Reader:
    """Returns the reader of dates, of a layout that writes the day or the month first."""
    import polars as pl

    if month_first:
        return Reader("date:month-first", partial(readers.read_date, month_first=True), pl.String(), timestamps)
    return Reader("date", readers.read_date, pl.String(), timestamps)


def timestamps(texts: pl.Series) -> pl.Series:
    """Returns the days of the texts that are ISO days or timestamps, as tools write them by the thousand; null for others."""
    day = texts.str.extract(r"^([0-9]{4}-[0-9]{2}-[0-9]{2})(?:[Tt ][0-9]{1,2}:[0-9]{2}.*)?$")
    read = day.str.to_date("%Y-%m-%d", strict=False)
    return read.set(~read.dt.year().is_between(1800, 2199).fill_null(False), None).dt.to_string("iso:strict")


def judge(cells: Cells, kind: str, field: str, reader: Reader) -> Judged:
    """Reads a column for a field and checks what was read against the field's schema, once for each distinct text."""
    name = f"{kind}.{field}:{reader.name}"
    if name not in cells.read:
        read = cells.judged(reader.name, reader.read, reader.dtype, at_once=reader.at_once)
        known = cells.safe and reader.read is None and _accepts_keys(kind, field, cells.distinct)
        cells.read[name] = read if known else _fitting(kind, field, read, cells.distinct)
    return cells.read[name]


def _accepts_keys(kind: str, field: str, texts: pl.Series) -> bool:
    """Whether a field accepts any parts of keys as long as these: they are not empty and hold no control characters."""
    asked = dict(field_schema(kind, field))
    longest = texts.str.len_bytes().max()
    lengths = asked.pop("minLength", 0) <= 1 and (longest or 0) <= asked.pop("maxLength", longest or 0)
    return lengths and asked.pop("x-predicate", _NO_CONTROLS) == _NO_CONTROLS and asked.keys() <= SAID_ELSEWHERE


def _fitting(kind: str, field: str, read: Judged, texts: pl.Series) -> Judged:
    """Leaves out the values that the schema rejects, each with pydantic's words for it.

    Many values are checked as a column and pydantic explains the rejected ones; few are given to pydantic at once. The law
    of two paths (tests/properties) says that it comes to the same.
    """
    import polars as pl

    if texts.len() < FEW:
        pairs = zip(texts.to_list(), read.values.to_list(), strict=True)
    else:
        mask = rejected(kind, read.values.alias(field).to_frame()).get(field)
        if mask is None:
            return read
        pairs = zip(texts.filter(mask).to_list(), read.values.filter(mask).to_list(), strict=True)
    said = {text: why for text, value in pairs if value is not None and (why := complaint(kind, field, value))}
    if not said:
        return read
    kept = pl.DataFrame({"text": texts, "value": read.values}).select(
        pl.when(~pl.col("text").is_in(list(said))).then("value")
    )
    return Judged(kept.to_series(), {**read.problems, **said})
