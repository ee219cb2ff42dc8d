"""Compares the values of a field, whole columns at once, as an expression that is true where the value is wanted.

A comparison selects only where it surely holds: a contract that ends in "2026" is not selected by ``ends:<2026-04``,
nor by ``ends:>=2026-04``. An empty field never compares.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from eamap.model.selector.fields import SEVERAL, FieldType
from eamap.model.selector.grammar import Compares, Equals, Operator, Text
from eamap.model.selector.parse import is_date, is_number

if TYPE_CHECKING:
    import polars as pl

_DATES = r"^[0-9]{4}(-[0-9]{2}){0,2}$"


def wanted(kind: str, kind_of_field: FieldType, term: Equals | Compares) -> pl.Expr:
    """Returns the expression that is true where a field of ``kind`` holds what the term wants."""
    import polars as pl

    value = pl.col(term.field.name)
    if isinstance(term, Equals):
        return _equals(kind, term.field.name, kind_of_field, value, term.value)
    if kind_of_field is FieldType.NUMBER:
        return _numbers(value, term)
    if kind_of_field is FieldType.DATE:
        return _dates(value, term)
    if kind_of_field is FieldType.TEXT:
        return _in_text(value, term)
    return pl.lit(False)


def _equals(kind: str, name: str, kind_of_field: FieldType, value: pl.Expr, text: Text) -> pl.Expr:
    import polars as pl

    if all(not piece for piece in text.pieces) and text.plain is None:
        return value.is_not_null()
    if kind_of_field is FieldType.NUMBER:
        plain = text.plain or ""
        return value == float(plain) if is_number(plain) else pl.lit(False)
    if kind_of_field is FieldType.DATE and text.plain is not None:
        term_low = text.plain
        return _within(value, term_low, term_low) if is_date(term_low) else pl.lit(False)
    if kind_of_field is FieldType.ID:
        # An id may be named whole or by its key.
        key = value.str.replace(r"^[a-z-]+:", "")
        return matches(value, text) | matches(key, text)
    if (kind, name) in SEVERAL:
        return matches(value, text) | _one_of_several(value, text)
    return matches(value, text)


def matches(value: pl.Expr, text: Text) -> pl.Expr:
    """Returns where a text is the wanted one, without regard to case; ``*`` stands for any run of characters."""
    lowered = value.str.to_lowercase()
    if text.plain is not None:
        return lowered == text.plain.lower()
    return lowered.str.contains(rf"(?s)\A{pattern(text)}\z")


def pattern(text: Text) -> str:
    """Returns the regular expression of a wanted text, in lower case and without anchors."""
    import polars as pl

    return ".*".join(pl.escape_regex(piece.lower()) for piece in text.pieces)


def _one_of_several(value: pl.Expr, text: Text) -> pl.Expr:
    return value.str.to_lowercase().str.contains(rf"(?s)(?:\A|; ){pattern(text)}(?:; |\z)")


def _numbers(value: pl.Expr, term: Compares) -> pl.Expr:
    import polars as pl

    if not all(is_number(part) for part in (term.low, term.high) if part):
        return pl.lit(False)
    low, high = (float(part) if part else None for part in (term.low, term.high))
    match term.operator:
        case Operator.BELOW:
            return value < low
        case Operator.AT_MOST:
            return value <= low
        case Operator.ABOVE:
            return value > low
        case Operator.AT_LEAST:
            return value >= low
        case _:
            return _between(value, low, value, high)


def _between(first: pl.Expr, low: float | str | None, last: pl.Expr, high: float | str | None) -> pl.Expr:
    import polars as pl

    tests = [first >= low if low is not None else pl.lit(True), last <= high if high is not None else pl.lit(True)]
    return first.is_not_null() & tests[0] & tests[1]


def first_day(value: pl.Expr) -> pl.Expr:
    """Returns the first day of a date of any precision, as text."""
    import polars as pl

    length = value.str.len_bytes()
    return pl.when(length == 4).then(value + "-01-01").when(length == 7).then(value + "-01").otherwise(value)


def last_day(value: pl.Expr) -> pl.Expr:
    """Returns a text that sorts as the last day of a date of any precision; every month is given 31 days for it."""
    import polars as pl

    length = value.str.len_bytes()
    return pl.when(length == 4).then(value + "-12-31").when(length == 7).then(value + "-31").otherwise(value)


def _first(text: str) -> str:
    return text + {4: "-01-01", 7: "-01"}.get(len(text), "")


def _last(text: str) -> str:
    return text + {4: "-12-31", 7: "-31"}.get(len(text), "")


def _within(value: pl.Expr, low: str, high: str) -> pl.Expr:
    return _between(first_day(value), _first(low) if low else None, last_day(value), _last(high) if high else None)


def _dates(value: pl.Expr, term: Compares) -> pl.Expr:
    import polars as pl

    if not all(is_date(part) for part in (term.low, term.high) if part):
        return pl.lit(False)
    match term.operator:
        case Operator.BELOW:
            return last_day(value) < _first(term.low)
        case Operator.AT_MOST:
            return last_day(value) <= _last(term.low)
        case Operator.ABOVE:
            return first_day(value) > _last(term.low)
        case Operator.AT_LEAST:
            return first_day(value) >= _first(term.low)
        case _:
            return _within(value, term.low, term.high)


def _in_text(value: pl.Expr, term: Compares) -> pl.Expr:
    """Compares text that happens to hold numbers or dates; other text has no order and is not selected."""
    import polars as pl

    dated = value.str.contains(_DATES) & (value.str.len_bytes() > 4)
    as_number = _numbers(value.str.strip_chars().cast(pl.Float64, strict=False), term)
    return pl.when(dated).then(_dates(value, term)).otherwise(as_number)
