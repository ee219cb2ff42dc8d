"""The fields of records: which reader a field's schema asks for, and what to say of the cells it cannot read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from eamap.ingest import readers
from eamap.ingest.words import Words
from eamap.model.columns import complaint, rejected
from eamap.model.schema import field_schema

if TYPE_CHECKING:
    import polars as pl

WORD_LISTS = frozenset({"status", "environment", "criticality", "layer", "host_class", "protocol", "direction", "role"})
_HINTS = {
    "date": "write it as 2025-03-31, 31/03/2025 or March 2025; the cell is kept and the field reads unknown",
    "money": "write pounds as a number, such as 12500 or £1.2m; the cell is kept and the field reads unknown",
    "count": "write a whole number; the cell is kept and the field reads unknown",
    "share": "write 0.25 or 25%; the cell is kept and the field reads unknown",
    "word": "use one of those words, or add yours to the mapping; the cell is kept and the field reads unknown",
    "text": "the cell is kept and the field reads unknown",
}


@dataclass(frozen=True, slots=True)
class Reader:
    """How one field is read: the reader's name, the function, and the type of the column it fills."""

    name: str
    read: Callable[[str], Any]
    dtype: pl.DataType

    @property
    def hint(self) -> str:
        """What a person should do about a cell it cannot read."""
        return _HINTS[self.name.partition(":")[0]]


def reader_of(kind: str, field: str, words: Words, *, word_list: str = "") -> Reader:
    """Returns the reader that the schema of a field asks for."""
    import polars as pl

    schema = field_schema(kind, field)
    if "enum" in schema:
        chosen = word_list or ("yes_no" if set(schema["enum"]) == {"yes", "no"} else field)
        return Reader(f"word:{chosen}", lambda text: words.word(chosen, text), pl.String())
    if schema.get("x-predicate") == "real-date":
        return Reader("date", readers.read_date, pl.String())
    if schema.get("x-unit") == "pence":
        return Reader("money", readers.read_money, pl.Int64())
    if schema.get("type") == "integer":
        return Reader("count", readers.read_count, pl.Int64())
    if schema.get("type") == "number":
        return Reader("share", readers.read_share, pl.Float64())
    return Reader("text", readers.read_text, pl.String())


def complaints(kind: str, frame: pl.DataFrame) -> dict[str, tuple[pl.Series, dict[Any, str]]]:
    """Returns, for each field with values its schema rejects, the mask of the rows and pydantic's words for each value.

    Whole columns are checked by expressions compiled from the schema; only what fails is given to pydantic.
    """
    return {
        name: (mask, {value: complaint(kind, name, value) for value in frame[name].filter(mask).unique().to_list()})
        for name, mask in rejected(kind, frame).items()
    }
